#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

struct LinkingMapAnswer {
  std::string sentence;     // for a person: the whole in one line
  render::ResultTable map;  // a row an ordered pair of sources, and below it a row a rule
};

/// Returns the map of linked systems. For each ordered pair of sources (rule `any`): the
/// transactions of the first, how many stand in one sitting with the second, how many at least
/// share the customer, how sure the customers are, and an example of what stays out. Below it each
/// rule by which they are tied: session_id, chain, case, agent_and_time, customer_and_time, looked
/// at in this order; a transaction counts for the first that fits. Beside the shares the precision
/// of the links between the two systems by that rule, from the answers of the judged sheets
/// (`audit sample`), with its 95 % interval; of two sheets the later speaks. Method:
/// docs/methods/audit.md. Errors: those of `read_audit_sheet`.
Result<LinkingMapAnswer> linking_map(Workspace& workspace,
                                     const std::vector<std::string>& judged_sheets);

}  // namespace clewline::engine
