#include <fmt/format.h>

#include "insights/resolution/resolution_internal.h"

namespace clewline::insights {
namespace {

// Contacts in which a person was reached, with what came next from the same customer. Follow-up of
// whoever has no name but a session cannot be seen.
constexpr std::string_view kUnitsSql =
    R"sql(SELECT c.interaction_id AS unit_id, c.interaction_id, c.customer_id, c."at", c.intent, c.channel,
  h.agent, h.queue_id, t.team, c.goal, c.known, c.handling_transactions, c.systems, c.channels,
  c.engagement_contacts, next_us, same_us, next_goal = 'cancellation' AND coalesce(c.goal, '') <> 'cancellation' AS next_is_cancellation,
  epoch_us({0}) - epoch_us(c."at") AS watched_us
FROM (
  SELECT *, epoch_us(lead("at") OVER customer) - epoch_us("at") AS next_us, lead(goal) OVER customer AS next_goal,
    CASE WHEN intent IS NOT NULL THEN epoch_us(lead("at") OVER issue) - epoch_us("at") END AS same_us
  FROM (
    SELECT i.interaction_id, i.customer_id, coalesce(i.presence_from, i.first_at) AS "at", i.intent, i.first_channel AS channel,
      g.goal, g.contacts AS engagement_contacts, k.known, i.handling_transactions, i.systems, i.channels
    FROM interactions i JOIN (SELECT engagement_id, goal, contacts FROM engagements) g USING (engagement_id)
    JOIN (SELECT customer_id, naming_kind NOT IN ('session', 'chain', 'record') AS known FROM customers) k USING (customer_id)
    WHERE i.kind = 'contact'
  )
  WINDOW customer AS (PARTITION BY customer_id ORDER BY "at", interaction_id),
    issue AS (PARTITION BY customer_id, intent ORDER BY "at", interaction_id)
) c
JOIN (SELECT interaction_id, arg_max(agent_id, (first_at, transaction_id)) AS agent, arg_max(queue_id, (first_at, transaction_id)) AS queue_id
  FROM transactions WHERE role = 'assisted' GROUP BY interaction_id) h USING (interaction_id)
LEFT JOIN (SELECT interaction_id, arg_max(team, (occurred_at, event_id)) AS team FROM events WHERE team IS NOT NULL GROUP BY interaction_id) t
  USING (interaction_id))sql";

std::string as_of(const Settings& settings) {
  return "TIMESTAMPTZ " + store::quote_literal(settings.as_of.empty() ? "epoch" : settings.as_of);
}

}  // namespace

Result<std::string> resolution_units_sql(const Asking& asking) {
  return fmt::format(fmt::runtime(kUnitsSql), as_of(asking.settings));
}

std::string resolution_excluded_sql(const Asking&) {
  return "SELECT 'contacts in which no person was reached', count(*) FROM interactions WHERE kind "
         "= "
         "'contact' AND interaction_id NOT IN (SELECT interaction_id FROM transactions WHERE role "
         "= "
         "'assisted')";
}

std::vector<Measure> resolution_measures(const Asking& asking) {
  const Settings& settings = asking.settings;
  const std::int64_t window = settings.counting.resolution.window_us;
  const std::string followed = fmt::format("known AND watched_us >= {}", window);
  const auto among = [](const std::string& test) { return "CASE WHEN " + test + " THEN 1 END"; };
  const auto flag = [](const std::string& test) { return "CAST(" + test + " AS INTEGER)"; };
  const std::string about = followed + " AND intent IS NOT NULL";
  const std::string any = fmt::format("coalesce(next_us <= {}, false)", window);
  const std::string same = fmt::format("coalesce(same_us <= {}, false)", window);
  std::string hopeless = "false";
  const auto& intents = settings.counting.resolution.not_in_one_contact;
  if (!intents.empty()) {
    hopeless.clear();
    for (const std::string& intent : intents)
      hopeless += (hopeless.empty() ? "intent IN (" : ", ") + store::quote_literal(intent);
    hopeless += ")";
  }
  using enum MeasureKind;
  return {
      {"handled", count, "1", "1", "contacts in which a person was reached"},
      {"identity_coverage", share, flag("known"), "1", "whose customer would be recognised again"},
      {"followed", count, flag(followed), "1", "recognised, and watched for the whole window"},
      {"repeated_any_intent", count, flag(any), among(followed), "of them followed by any contact"},
      {"repeated_same_intent", count, flag(same), among(about), "followed by one about the same"},
      {"resolved_any_intent", share, flag("NOT " + any), among(followed),
       "no further contact in the window"},
      {"resolved_gross", share, flag("NOT " + same), among(about),
       "none about the same: all intents"},
      {"resolved_net", share, flag("NOT " + same), among(about + " AND NOT " + hopeless),
       "the same, intents that one contact can resolve"},
      {"one_handling_transaction", share, flag("NOT " + same + " AND handling_transactions = 1"),
       among(about), "resolved, by one handling transaction"},
      {"one_system", share, flag("NOT " + same + " AND systems = 1"), among(about),
       "resolved, with one system in all"},
      {"one_interaction", share, flag("engagement_contacts = 1"), among(about),
       "the only contact of its engagement"},
      {"systems", mean, "systems", "1", "systems in a contact, mean"},
  };
}

}  // namespace clewline::insights
