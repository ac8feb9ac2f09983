#pragma once

#include <string>

#include "engine/import.h"
#include "engine/workspace.h"
#include "ingest/import.h"

namespace clewline::engine {

/// Returns what imports, replays and forgets of a workspace work with; refers to the workspace and
/// the clock.
ingest::ImportEnvironment environment_of(Workspace& workspace, const Clock& clock);
/// Turns what a run did into its answer.
ImportAnswer answer_of(const ingest::ImportSummary& summary, const std::string& folder);
/// Passes progress on; refers to the watcher.
ingest::ImportObserver observer_of(const ImportWatcher& watcher);

}  // namespace clewline::engine
