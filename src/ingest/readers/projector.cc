#include "ingest/readers/projector.h"

#include <map>

#include "ingest/readers/projection_tree_internal.h"

namespace clewline::ingest {

CompiledProjection::CompiledProjection(std::unique_ptr<State> state) : state_(std::move(state)) {}
CompiledProjection::~CompiledProjection() = default;

Result<std::shared_ptr<const CompiledProjection>> CompiledProjection::compile(
    const ProjectionPlan& plan, const ReaderOptions& options) {
  auto state = std::make_unique<State>();
  state->plan = plan;
  state->options = options;
  if (options.format != RecordFormat::csv) {
    CLEW_TRY(state->tree, build_projection_tree(plan));
  } else if (plan.branches.size() > 1 || (plan.branches.size() == 1 && !plan.branches[0].empty())) {
    return Error{ErrorCode::bad_input, "`for_each` does not apply to CSV rows: " + plan.branches[0],
                 "Leave `for_each` out; a CSV row is one record."};
  }
  return std::shared_ptr<const CompiledProjection>(new CompiledProjection(std::move(state)));
}

struct Projector::State {
  std::shared_ptr<const CompiledProjection> projection;
  std::unique_ptr<RecordProjector> projector;
};

Projector::Projector(std::shared_ptr<const CompiledProjection> projection)
    : state_(std::make_unique<State>()) {
  const CompiledProjection::State& compiled = *projection->state_;
  state_->projector = compiled.options.format == RecordFormat::csv
                          ? make_csv_projector(compiled.plan, compiled.options.csv)
                          : make_json_projector(compiled.tree);
  state_->projection = std::move(projection);
}

Projector::~Projector() = default;

void Projector::project(const RecordBatch& batch, ProjectedBatch& out) {
  state_->projector->project(batch, out);
}
KeyReport Projector::key_report() const { return state_->projector->key_report(); }

void reset_projected(ProjectedBatch& out, std::size_t column_count, std::size_t record_count) {
  out.cells.resize(column_count);
  for (auto& column : out.cells) column.clear();
  out.record.clear();
  out.branch.clear();
  out.items.clear();
  out.canonical.assign(record_count, std::string_view{});
  out.rejected.clear();
  out.arena.clear();
}

KeyReport merge_key_reports(const std::vector<KeyReport>& reports) {
  std::map<std::string, std::uint64_t> unread, duplicate;
  for (const KeyReport& report : reports) {
    for (const KeyCount& key : report.unread) unread[key.path] += key.count;
    for (const KeyCount& key : report.duplicate) duplicate[key.path] += key.count;
  }
  KeyReport merged;
  for (const auto& [path, count] : unread) merged.unread.push_back({path, count});
  for (const auto& [path, count] : duplicate) merged.duplicate.push_back({path, count});
  return merged;
}

}  // namespace clewline::ingest
