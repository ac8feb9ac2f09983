#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "evaluation/stratified_share.h"
#include "store/database.h"

namespace clewline::engine {

/// The rules that tie two transactions, in the order in which they are looked at.
inline constexpr std::string_view kTieRules[] = {"session_id", "chain", "case", "agent_and_time",
                                                 "customer_and_time"};

/// Returns the SQL of the position in `kTieRules`, from 1, of the first rule that ties the
/// transactions of two table names. Reads `agent_ties`.
std::string tie_rule_sql(std::string_view a, std::string_view b);

/// The links between two systems by one rule, and what people said of them.
struct LinkCell {
  std::string first_source;  // the lesser of the two
  std::string second_source;
  std::int64_t rule = 0;  // position in kTieRules, from 1
  evaluation::Stratum stratum;
};

/// Counts the drawable links between different sources, by sources, rule and stratum of the draw,
/// with the answers of the sheets. Reads `audit_links` and `agent_ties`.
Result<std::vector<LinkCell>> read_link_cells(store::Connection& connection,
                                              const std::vector<std::string>& judged_sheets);

}  // namespace clewline::engine
