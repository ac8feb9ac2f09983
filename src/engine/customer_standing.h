#pragma once

#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "engine/link_workspace.h"
#include "store/database.h"

namespace clewline::engine {

/// Writes what holds for customers by time beside the tree, from the tables that link wrote, the
/// customer records and reference tables, and the configuration: `customer_profiles`,
/// `customer_tiers`, `group_members`, `group_tiers`, each as a whole. Tiers are set up to `as_of`;
/// null: none are computed. Method: docs/methods/tiers.md.
Status store_customer_standing(store::Connection& connection, const LinkSettings& settings,
                               std::optional<TimeUs> as_of);

}  // namespace clewline::engine
