#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "insights/frame/insight.h"

namespace clewline::insights {

Result<std::string> actions_units_sql(const Asking& asking);
std::string actions_excluded_sql(const Asking& asking);
std::vector<Measure> actions_measures(const Asking& asking);

/// SELECT of all steps: transactions in which a customer gave time, with their kind (message,
/// self_service, waiting, agent) and that time in milliseconds.
inline constexpr std::string_view kStepsSql =
    "SELECT engagement_id, interaction_id, transaction_id, channel, presence_from, "
    "coalesce(presence_to, presence_from) AS presence_to, CASE WHEN role = 'assisted' THEN 'agent' "
    "WHEN role = 'routing' THEN 'waiting' WHEN channel IN ('email', 'messaging', 'sms', 'social', "
    "'letter') THEN 'message' ELSE 'self_service' END AS step, greatest(0, "
    "date_diff('millisecond', presence_from, coalesce(presence_to, presence_from))) AS given_ms "
    "FROM transactions WHERE presence_from IS NOT NULL AND role IN ('self_service', 'routing', "
    "'assisted')";

}  // namespace clewline::insights
