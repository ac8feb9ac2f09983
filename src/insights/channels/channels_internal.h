#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "insights/frame/insight.h"

namespace clewline::insights {

Result<std::string> channels_units_sql(const Asking& asking);
std::string channels_excluded_sql(const Asking& asking);
std::vector<Measure> channels_measures(const Asking& asking);

/// What begins the name of a measure "share begun in this channel".
inline constexpr std::string_view kBegun = "begun_";

/// Channels that have such a measure: all that customers come by.
std::span<const std::string_view> customer_channels();

/// Condition of a unit that was followed long enough to tell whether it was settled.
std::string followed_condition(const Asking& asking);
/// Condition of such a unit that it was settled in the channel it began in.
std::string settled_there_condition(const Asking& asking);

/// A row a group and channel: the share of engagements that begin there.
render::ResultTable preferred_table(const Answer& answer);
/// A row a channel: settled there, and how that differs from other channels for the same intents.
Result<render::ResultTable> effective_table(const Asking& asking, const Population& population);
/// A row a pair of channels: how often customers went from one to the other in an engagement.
Result<render::ResultTable> switches_table(const Asking& asking, const Population& population);
/// A row a channel: units of all five levels, with a row for the rest and one for all.
Result<render::ResultTable> levels_table(const Asking& asking, const Population& population);
/// A row a group of `fields`: where customers begin most often, and where most are settled.
Result<render::ResultTable> best_table(const Asking& asking, const Population& population,
                                       const std::vector<std::string>& fields);

}  // namespace clewline::insights
