#include <fmt/format.h>

#include "insights/channels/channels_internal.h"
#include "insights/frame/unit_sql.h"

namespace clewline::insights {
namespace {

// Engagements in which the customer got in touch, by the customer's own sittings: what the company
// dialled is no choice of theirs. A further contact is a later own sitting of the engagement, or
// the beginning of another one about the same.
constexpr std::string_view kUnitsSql =
    R"sql(SELECT c.engagement_id AS unit_id, c.customer_id, c.interaction_id, c."at", intent, goal, result, k.known, contacts,
  first_channel, last_channel, sitting_channels, switched, first_channel IN ({1}) AS begun_digital,
  p.engagement_id IS NOT NULL AS phoned, further_us, epoch_us({0}) - epoch_us(c."at") AS watched_us{3}
FROM (
  SELECT o.*, intent, goal, result,
    epoch_us(CASE WHEN intent IS NULL THEN second_at ELSE least(second_at, lead("at") OVER (PARTITION BY customer_id, intent ORDER BY "at", engagement_id)) END)
      - epoch_us("at") AS further_us
  FROM (
    SELECT engagement_id, customer_id, min(moment) AS "at", CASE WHEN count(*) > 1 THEN min(moment, 2)[2] END AS second_at, count(*) AS contacts,
      min_by(interaction_id, (moment, interaction_id)) AS interaction_id, min_by(first_channel, (moment, interaction_id)) AS first_channel,
      min_by(channels, (moment, interaction_id)) AS sitting_channels, max_by(last_channel, (moment, interaction_id)) AS last_channel,
      max(channels) > 1 OR min(first_channel) <> max(first_channel) AS switched
    FROM (SELECT *, coalesce(presence_from, first_at) AS moment FROM interactions WHERE kind = 'contact' AND initiated_by = 'customer')
    GROUP BY engagement_id, customer_id
  ) o
  JOIN (SELECT engagement_id, intent, goal, result FROM engagements) USING (engagement_id)
) c
JOIN (SELECT customer_id, naming_kind NOT IN ('session', 'chain', 'record') AS known FROM customers) k USING (customer_id)
LEFT JOIN (SELECT DISTINCT engagement_id FROM transactions WHERE channel IN ({2}) AND presence_from IS NOT NULL AND coalesce(direction, '') <> 'out') p
  ON p.engagement_id = c.engagement_id{4})sql";

constexpr std::string_view kAgeJoin =
    R"sql(
LEFT JOIN (SELECT interaction_id, coalesce(try_cast(attributes ->> {0} AS DATE), try_cast(left(attributes ->> {0}, 4) || '-07-01' AS DATE)) AS born
  FROM interaction_profiles) a
  ON a.interaction_id = c.interaction_id)sql";

constexpr std::string_view kChannelsOfCustomers[] = {
    "voice", "chat", "messaging", "email", "web", "app", "sms", "social", "letter", "in_person"};

std::string age_sql(const std::vector<std::uint32_t>& bands) {
  const std::string years = R"(date_sub('year', a.born, CAST(c."at" AS DATE)))";
  std::string out = ", CASE WHEN a.born IS NULL THEN NULL";
  std::uint32_t least = 0;
  for (const std::uint32_t band : bands) {
    const std::string name =
        least == 0 ? fmt::format("under {}", band) : fmt::format("{}-{}", least, band - 1);
    out += fmt::format(" WHEN {} < {} THEN {}", years, band, store::quote_literal(name));
    least = band;
  }
  return out + fmt::format(" ELSE '{} and over' END AS age_band", least);
}

}  // namespace

std::span<const std::string_view> customer_channels() { return kChannelsOfCustomers; }

Result<std::string> channels_units_sql(const Asking& asking) {
  const ChannelsConfig& config = asking.settings.counting.channels;
  const std::string field = store::quote_literal(config.birth_field);
  const bool with_age = mentions(asking, "age_band");
  return fmt::format(fmt::runtime(kUnitsSql), as_of_sql(asking.settings), list_sql(config.digital),
                     list_sql(config.phone), with_age ? age_sql(config.age_bands) : "",
                     with_age ? fmt::format(fmt::runtime(kAgeJoin), field) : "");
}

std::string channels_excluded_sql(const Asking&) {
  return "SELECT 'engagements in which the customer never got in touch', count(*) FROM engagements "
         "WHERE engagement_id NOT IN (SELECT engagement_id FROM interactions WHERE kind = "
         "'contact' AND initiated_by = 'customer')";
}

std::string followed_condition(const Asking& asking) {
  return fmt::format("known AND intent IS NOT NULL AND watched_us >= {}",
                     asking.settings.counting.resolution.window_us);
}

std::string settled_there_condition(const Asking& asking) {
  return fmt::format("sitting_channels = 1 AND NOT coalesce(further_us <= {}, false)",
                     asking.settings.counting.resolution.window_us);
}

std::vector<Measure> channels_measures(const Asking& asking) {
  const std::int64_t window = asking.settings.counting.resolution.window_us;
  const std::string followed = among_sql(followed_condition(asking));
  using enum MeasureKind;
  std::vector<Measure> out = {
      {"engagements", count, "1", "1", "in which the customer got in touch"},
      {"contacts", mean, "contacts", "1", "the customer's sittings in an engagement, mean"},
      {"switched", share, flag_sql("switched"), "1", "went through more than one channel"},
      {"leaked", share, flag_sql("phoned"), among_sql("begun_digital"),
       "begun in a digital channel, and called in the end"},
      {"settled", share, flag_sql(fmt::format("NOT coalesce(further_us <= {}, false)", window)),
       followed, "nothing more about the same after the first sitting, in resolution.window"},
      {"settled_there", share, flag_sql(settled_there_condition(asking)), followed,
       "the same, and the first sitting stayed in one channel"},
  };
  std::string known;
  for (const std::string_view channel : kChannelsOfCustomers) {
    const std::string literal = store::quote_literal(channel);
    out.push_back({std::string(kBegun) + std::string(channel), share,
                   flag_sql("first_channel = " + literal), "1", "begun there"});
    known += (known.empty() ? "" : ", ") + literal;
  }
  out.push_back({std::string(kBegun) + "other", share,
                 flag_sql("first_channel NOT IN (" + known + ")"), "1",
                 "begun in any other channel"});
  return out;
}

}  // namespace clewline::insights
