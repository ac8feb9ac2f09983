#include "engine/import.h"
#include "engine/import_environment_internal.h"
#include "ingest/import_ledger.h"

namespace clewline::engine {

Result<ImportAnswer> replay_imports(Workspace& workspace, const std::string& mapping, bool dry_run,
                                    const ImportWatcher& watcher) {
  const SystemClock clock;
  const auto environment = environment_of(workspace, clock);
  ingest::ReplayOptions options;
  options.mapping = mapping;
  options.dry_run = dry_run;
  CLEW_TRY(const auto summary, ingest::replay_imports(environment, options, observer_of(watcher)));
  return answer_of(summary, workspace.folder());
}

Result<ImportAnswer> forget_import(Workspace& workspace, std::int64_t import_id) {
  const SystemClock clock;
  const auto environment = environment_of(workspace, clock);
  CLEW_TRY(const auto summary, ingest::forget_import(environment, import_id));
  return answer_of(summary, workspace.folder());
}

}  // namespace clewline::engine
