#pragma once

#include <string_view>

#include "base/result.h"
#include "model/linking_config.h"
#include "store/database.h"

namespace clewline::engine {

/// Makes the temporary table `audit_links` of all links of the workspace: link (its name), kind
/// (identity, interaction, engagement), stratum, customer_id, a, b, and of engagements rule,
/// probability and detail. A link of kind
/// - identity says that transaction `a` is by the customer named by `b` (an anonymous one: the
///   same person as transaction `b`);
/// - interaction says that transaction `a` belongs to the sitting of transaction `b`;
/// - engagement says that interaction `a` is about the issue of interaction `b`.
/// Also makes `agent_ties`.
Status make_audit_links(store::Connection& connection, const LinkingConfig& linking);

}  // namespace clewline::engine
