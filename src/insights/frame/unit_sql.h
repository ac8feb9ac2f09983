#pragma once

#include <span>
#include <string>
#include <string_view>

#include "insights/frame/insight.h"

namespace clewline::insights {

/// The moment until which the data were linked; the epoch when they never were.
std::string as_of_sql(const Settings& settings);

/// Texts as a list for IN (…): 'a', 'b'; NULL for none, so that nothing is in it.
std::string list_sql(std::span<const std::string> texts);

/// 1 where a condition holds, else 0: the numerator of a share.
std::string flag_sql(std::string_view condition);
/// 1 where a condition holds, else null: the denominator of a share among some.
std::string among_sql(std::string_view condition);

/// Whether the `result` of a unit is one that counting.yaml names for its `goal` (actions.reached).
std::string goal_reached_sql(const Settings& settings);

/// Whether an expression or grouping of the asking may name a field: a field that costs a join is
/// read only then.
bool mentions(const Asking& asking, std::string_view field);

}  // namespace clewline::insights
