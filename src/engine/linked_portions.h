#pragma once

#include <functional>

#include "base/result.h"
#include "engine/link_load.h"
#include "engine/link_memory.h"
#include "engine/link_workspace.h"
#include "identity/resolve.h"
#include "model/link_result.h"
#include "store/database.h"

namespace clewline::engine {

/// A portion of the events (all, where memory holds them) and who did each.
struct LinkedPortion {
  LoadedInput loaded;
  IdentityResult identity;
  unsigned threads = 1;
  bool only = false;  // there is no other
  double load_seconds = 0;
  double identity_seconds = 0;
};

/// How much memory linking all events has, and what that means.
Result<LinkMemoryPlan> plan_memory(store::Database& database, const LinkSettings& settings);

/// How identity is to resolve under a configuration: threads, and days of the workspace's zone.
Result<identity::ResolveOptions> resolve_options(const LinkingConfig& linking, unsigned threads);

/// Finds the customers of an input under the workspace's settings.
Result<IdentityResult> find_customers(const LinkInput& input, const LinkSettings& settings);

/// What is done with the portions. `begin` may be called twice: what came of portions until then
/// is to be forgotten. Within `end` the store keeps to the plan; either may be empty.
struct PortionVisitor {
  std::function<Status(const LinkMemoryPlan& plan)> begin;
  std::function<Status(LinkedPortion& portion)> portion;
  std::function<Status(const LinkMemoryPlan& plan)> end;
};

/// Reads all events, as memory allows in one or more portions that have nothing to do with each
/// other, finds the customers of each and hands it over. A portion's customers are its own.
Status visit_portions(store::Database& database, const LinkSettings& settings,
                      const PortionVisitor& visitor);

}  // namespace clewline::engine
