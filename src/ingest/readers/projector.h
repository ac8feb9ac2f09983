#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/readers/reader_options.h"
#include "ingest/readers/record.h"
#include "ingest/readers/text_arena.h"

namespace clewline::ingest {

/// How deep `for_each` may nest.
inline constexpr std::size_t kForEachDepthMax = 4;

/// Which fields of a record to hand on, and how a record becomes rows.
///
/// Paths name fields from the record's root: `Queue.Name`, `Attributes["zip.code"]`, `tags[0]`,
/// `Attributes.*` (JSON text of the object's keys that no other path of the plan reads), `*` (the
/// same of the whole record), `$` (the whole record as text). A path through an array that the
/// row's branch iterates means the current element: in branch `participants.sessions`,
/// `participants.purpose` is the purpose of the participant whose session the row is. A path
/// through any other array, without an index, is null. For CSV a path is a column's name, verbatim;
/// `*` and `$` work too.
struct ProjectionPlan {
  std::vector<std::string> columns;
  /// `for_each` paths, e.g. `participants.sessions.segments`; every path element that names an
  /// array is iterated. An empty string is the branch of the record itself. No branches: that one.
  std::vector<std::string> branches;
  bool ignore_case = false;  // keys and column names match without regard to ASCII case
};

/// A plan, checked and prepared. Immutable; threads share it.
class CompiledProjection {
 public:
  /// Fails with the path and column position when a path cannot be read.
  static Result<std::shared_ptr<const CompiledProjection>> compile(const ProjectionPlan& plan,
                                                                   const ReaderOptions& options);
  ~CompiledProjection();

 private:
  friend class Projector;
  struct State;
  explicit CompiledProjection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A record that cannot be projected.
struct ProjectionReject {
  std::uint32_t record = 0;  // index in RecordBatch::records
  RejectReason reason = RejectReason::json_syntax;
  std::uint64_t error_offset = 0;  // place of the trouble in the file's text
  std::string detail;
};

/// Rows of text cells, column by column. A null cell has data() == nullptr. Numbers keep their
/// literal text, booleans are "true" and "false", objects and arrays are JSON text without white
/// space. Views point into the RecordBatch or into `arena`: keep both while reading the rows.
struct ProjectedBatch {
  std::vector<std::vector<std::string_view>> cells;  // [column][row]
  std::vector<std::uint32_t> record;                 // [row] -> index in RecordBatch::records
  std::vector<std::uint16_t> branch;                 // [row] -> index in ProjectionPlan::branches
  /// [row] -> position of the current element in each iterated array, outermost first; -1 where
  /// there is none (array absent or empty, or the branch is not that deep).
  std::vector<std::array<std::int32_t, kForEachDepthMax>> items;
  /// [record] -> canonical form for hashing, over the masked bytes: JSON without white space; CSV
  /// cells each as four little-endian bytes of length and the bytes. Null for rejected records.
  std::vector<std::string_view> canonical;
  std::vector<ProjectionReject> rejected;
  TextArena arena;

  std::size_t row_count() const { return record.size(); }
};

/// A source key that no path of the plan reads, or that occurs twice in one object.
struct KeyCount {
  std::string path;
  std::uint64_t count = 0;  // objects (CSV: rows with a filled cell) in which it was seen
};

/// What a projector saw beside the plan (`unmapped: report`).
struct KeyReport {
  std::vector<KeyCount> unread;  // sorted by path; of an unread object only the object itself
  std::vector<KeyCount>
      duplicate;  // same key (or case variant, with ignore_case) twice; the last wins
};

/// Turns batches of records into rows. Keeps scratch memory and counts: one object a thread.
class Projector {
 public:
  explicit Projector(std::shared_ptr<const CompiledProjection> projection);
  ~Projector();
  Projector(const Projector&) = delete;
  Projector& operator=(const Projector&) = delete;

  /// Fills `out` anew from the records of `batch`. Every record ends in at least one row or in
  /// `out.rejected`.
  void project(const RecordBatch& batch, ProjectedBatch& out);

  /// Returns the keys counted since the object was made.
  KeyReport key_report() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Adds up the reports of several projectors.
KeyReport merge_key_reports(const std::vector<KeyReport>& reports);

}  // namespace clewline::ingest
