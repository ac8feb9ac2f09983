#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/readers/projector.h"

namespace clewline::ingest {

/// One step of a path.
struct PathStep {
  enum class Kind : std::uint8_t { key, index, rest } kind = Kind::key;
  std::string key;
  std::uint32_t index = 0;
};

/// Reads `a.b["c d"][0].*`, `*` and `$` (no steps); a leading `$.` is allowed.
Result<std::vector<PathStep>> parse_path(std::string_view path);

/// Returns the text with ASCII letters in lower case.
std::string ascii_lower(std::string_view text);

/// The paths of a plan as one tree, walked together with a record. Node 0 is the record itself.
struct ProjectionTree {
  struct Child {
    std::string key;  // lower case when the plan ignores case
    std::uint32_t node = 0;
  };
  struct Element {
    std::uint32_t index = 0;
    std::uint32_t node = 0;
  };
  struct Node {
    std::string path;  // for reports
    std::vector<Child> children;
    std::vector<Element> elements;
    std::vector<std::uint32_t> columns;             // take the value itself
    std::vector<std::uint32_t> rest;                // take the members nobody else reads
    std::vector<std::uint32_t> columns_below;       // all under this node, and `rest`
    std::vector<std::uint32_t> columns_of_element;  // those that change with the current element
    std::vector<std::uint32_t> levels_below;        // nodes below that some branch iterates
    bool level = false;                             // some branch iterates arrays found here
    bool inside_rest = false;  // an enclosing node has `rest`: its unread keys are not lost
    std::uint16_t owner = 0;   // of a level: the first branch that iterates it
  };
  std::vector<Node> nodes;
  std::vector<std::vector<std::uint32_t>> branches;  // nodes of the for_each path, outermost first
  std::size_t column_count = 0;
  bool ignore_case = false;

  std::uint32_t child(std::uint32_t parent, const std::string& key);
  std::uint32_t element(std::uint32_t parent, std::uint32_t index);
};

Result<ProjectionTree> build_projection_tree(const ProjectionPlan& plan);

/// The work of a Projector on one format.
class RecordProjector {
 public:
  virtual ~RecordProjector() = default;
  virtual void project(const RecordBatch& batch, ProjectedBatch& out) = 0;
  virtual KeyReport key_report() const = 0;
};

struct CompiledProjection::State {
  ProjectionPlan plan;
  ReaderOptions options;
  ProjectionTree tree;  // of JSON formats
};

std::unique_ptr<RecordProjector> make_json_projector(const ProjectionTree& tree);
std::unique_ptr<RecordProjector> make_csv_projector(const ProjectionPlan& plan,
                                                    const CsvDialect& dialect);

/// Prepares `out` for a batch: everything empty, room kept.
void reset_projected(ProjectedBatch& out, std::size_t column_count, std::size_t record_count);

}  // namespace clewline::ingest
