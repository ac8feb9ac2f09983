#include "insights/responses/responses.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "insights/frame/answer_words.h"
#include "insights/frame/unit_sql.h"
#include "render/cell_text.h"
#include "statistics/survival.h"

namespace clewline::insights {
namespace {

using render::ColumnKind;
using statistics::SurvivalTime;

// What customers wrote or asked for, and the company's answers, in one thread. A request begins
// where the last word was not the customer's already; its answer is the next one of the company.
// Whoever gets in touch again in the meantime lost patience.
constexpr std::string_view kUnitsSql =
    R"sql(SELECT r.event_id AS unit_id, r.customer_id, r.interaction_id, r."at", r.kind, r.channel, r.intent,
  answer_us, answer_us // 1000 AS answer_time, CASE WHEN next_us < coalesce(answer_us, watched_us) THEN next_us END AS chased_us, watched_us
FROM (
  SELECT *, epoch_us(answered_at) - epoch_us("at") AS answer_us, epoch_us({0}) - epoch_us("at") AS watched_us
  FROM (
    SELECT event_id, customer_id, interaction_id, occurred_at AS "at", channel, intent, asks, kind,
      coalesce(lag(asks) OVER thread, false) AS asked_before,
      min(CASE WHEN NOT asks THEN occurred_at END) OVER (thread ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS answered_at
    FROM (
      SELECT event_id, customer_id, interaction_id, occurred_at, channel, intent, source,
        CASE WHEN event_type LIKE 'callback.%' THEN 'callback' ELSE 'message' END AS kind,
        event_type IN ('message.received', 'social.mentioned', 'callback.requested') OR (event_type = 'case.created' AND actor = 'customer') AS asks,
        coalesce(session_key, case_key, chain_key, event_id) AS thread_key
      FROM events
      WHERE interaction_id IS NOT NULL AND (event_type IN ('message.received', 'social.mentioned', 'message.sent', 'callback.requested', 'callback.connected')
        OR (event_type = 'case.created' AND actor = 'customer'))
    )
    WINDOW thread AS (PARTITION BY source, kind, thread_key ORDER BY occurred_at, asks DESC, event_id)
  )
  WHERE asks AND NOT asked_before
) r
LEFT JOIN (
  SELECT interaction_id, epoch_us(lead(moment) OVER engagement) AS next_moment
  FROM (SELECT interaction_id, engagement_id, coalesce(presence_from, first_at) AS moment FROM interactions WHERE kind = 'contact' AND initiated_by = 'customer')
  WINDOW engagement AS (PARTITION BY engagement_id ORDER BY moment, interaction_id)
) s USING (interaction_id)
CROSS JOIN LATERAL (SELECT next_moment - epoch_us(r."at") AS next_us))sql";

constexpr Field kFields[] = {
    {"kind", FieldKind::text, "message (also posts and cases that customers open), callback"},
    {"channel", FieldKind::text, "channel of the request"},
    {"intent", FieldKind::text, "the request's native intent"},
    {"answer_time", FieldKind::seconds, "until the first answer; null: none yet"},
};

const Question& question() {
  static const Question kQuestion = {
      .name = "responses",
      .question = "How long do customers wait for an answer, and how long would they?",
      .definition =
          "A unit is a request: the first of the customer's messages after the company's last word "
          "in a thread (mail, messenger, social, a case the customer opened), or a wish to be "
          "called back. Its answer is the company's next message there, or the callback that "
          "reached the customer. Times are Kaplan-Meier: who still waits counts for as long as the "
          "wait lasts. Patience: the time until the customer gets in touch again about it, the "
          "answer cutting it short. In time: within responses.answer_within, of requests followed "
          "for that long.",
      .limits =
          "An answer by another way than the request's thread (a call back that no system ties to "
          "the mail) is not seen. An automatic receipt that a source states as a message counts as "
          "an answer. Hours when nobody works count.",
      .unit = "request",
      .units = "requests",
      .fields = kFields,
      .usual_groupings = {"channel", "tier"}};
  return kQuestion;
}

constexpr std::string_view kShownByGroup[] = {"requests", "answered_in_time", "answered", "chased"};
constexpr double kUsPerSecondExact = static_cast<double>(kUsPerSecond);
constexpr double kShares[] = {.5, .9};
constexpr double kImpatient = .1;

Result<std::string> units_sql(const Asking& asking) {
  return fmt::format(fmt::runtime(kUnitsSql), as_of_sql(asking.settings));
}

std::vector<Measure> measures(const Asking& asking) {
  const std::int64_t within = asking.settings.counting.responses.answer_within_us;
  using enum MeasureKind;
  return {
      {"requests", count, "1", "1", "messages and wishes to be called back"},
      {"answered", share, flag_sql("answer_us IS NOT NULL"), "1", "with an answer so far"},
      {"answered_in_time", share, flag_sql(fmt::format("coalesce(answer_us <= {}, false)", within)),
       among_sql(fmt::format("watched_us >= {}", within)),
       "answered within responses.answer_within, of those followed that long"},
      {"answer_time", seconds, "answer_time", among_sql("answer_us IS NOT NULL"),
       "mean of those answered: who still waits is not in it"},
      {"chased", share, flag_sql("chased_us IS NOT NULL"), "1",
       "the customer got in touch again before the answer"},
  };
}

/// Times of the requests of one group.
struct Waits {
  std::vector<SurvivalTime> answers;
  std::vector<SurvivalTime> patience;
};

Result<std::map<std::vector<std::string>, Waits>> read_waits(
    const Asking& asking, const Population& population, const std::vector<std::string>& fields) {
  std::string labels;
  for (const std::string& field : fields)
    labels +=
        fmt::format(", coalesce(CAST({} AS VARCHAR), '(none)')", store::quote_identifier(field));
  CLEW_TRY(auto result,
           population.query(asking.connection,
                            "SELECT CAST(coalesce(answer_us, -1) AS DOUBLE), "
                            "CAST(coalesce(chased_us, -1) AS DOUBLE), CAST(watched_us AS DOUBLE), "
                            "customer_number" +
                                labels + " FROM " + with_customer_number("watched_us >= 0") +
                                " ORDER BY \"at\", unit_id"));
  std::map<std::vector<std::string>, Waits> out;
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return out;
    const auto answer = result.column(0).doubles();
    const auto chased = result.column(1).doubles();
    const auto watched = result.column(2).doubles();
    const auto customer = result.column(3).ints<std::int64_t>();
    for (std::size_t r = 0; r < result.rows(); ++r) {
      std::vector<std::string> group;
      for (std::size_t f = 0; f < fields.size(); ++f)
        group.emplace_back(result.column(4 + f).text(r));
      Waits& waits = out[std::move(group)];
      const auto cluster = static_cast<std::uint32_t>(customer[r]);
      const double end = answer[r] >= 0 ? answer[r] : watched[r];
      waits.answers.push_back({end / kUsPerSecondExact, answer[r] >= 0, cluster});
      waits.patience.push_back(
          {(chased[r] >= 0 ? chased[r] : end) / kUsPerSecondExact, chased[r] >= 0, cluster});
    }
  }
}

render::Cell seconds_or_none(const std::optional<double>& seconds) {
  return seconds ? render::Cell(*seconds) : render::Cell();
}

Status add_groups(const Asking& asking, const Population& population,
                  const std::vector<std::string>& fields, render::ResultTable& table) {
  CLEW_TRY(const auto groups, read_waits(asking, population, fields));
  const double within =
      static_cast<double>(asking.settings.counting.responses.answer_within_us) / kUsPerSecondExact;
  for (const auto& [labels, waits] : groups) {
    const statistics::SurvivalCurve answers(waits.answers);
    const statistics::SurvivalCurve patience(waits.patience);
    const double moments[] = {within};
    const double error = statistics::clustered_errors(answers, waits.answers, moments)[0];
    const double share = answers.survival(within);
    const auto interval = evaluation::survival_interval(share, error);
    table.rows.push_back(
        {joined(fields), joined(labels), static_cast<std::int64_t>(answers.units()),
         static_cast<std::int64_t>(answers.events()), seconds_or_none(answers.quantile(kShares[0])),
         seconds_or_none(answers.quantile(kShares[1])), 1 - share,
         interval ? render::Cell(1 - interval->high) : render::Cell(),
         interval ? render::Cell(1 - interval->low) : render::Cell(),
         static_cast<std::int64_t>(patience.events()),
         seconds_or_none(patience.quantile(kImpatient))});
  }
  return {};
}

render::ResultTable waits_table() {
  render::ResultTable table;
  table.columns = {{"by"},
                   {"group"},
                   {"requests", ColumnKind::integer},
                   {"answered", ColumnKind::integer},
                   {"answer_median_s", ColumnKind::number},
                   {"answer_nine_tenths_s", ColumnKind::number},
                   {"answered_in_time", ColumnKind::number},
                   {"low", ColumnKind::number},
                   {"high", ColumnKind::number},
                   {"chased", ColumnKind::integer},
                   {"patience_one_tenth_s", ColumnKind::number}};
  return table;
}

std::string duration(const render::Cell& cell) {
  const auto* seconds = std::get_if<double>(&cell);
  return seconds == nullptr ? "not reached"
                            : render::duration_words(std::llround(*seconds) * kUsPerSecond);
}

render::ResultTable waits_for_people(const render::ResultTable& waits) {
  render::ResultTable table;
  table.columns = {{"group"},
                   {"requests", ColumnKind::integer},
                   {"half answered after"},
                   {"nine tenths after"},
                   {"in time, % (95 %)"},
                   {"a tenth would ask again after"}};
  for (const auto& row : waits.rows) {
    std::string in_time = fmt::format("{:.1f}", 100 * std::get<double>(row[6]));
    if (!std::holds_alternative<std::monostate>(row[7]))
      in_time += fmt::format(" ({:.1f}–{:.1f})", 100 * std::get<double>(row[7]),
                             100 * std::get<double>(row[8]));
    const std::string& group = std::get<std::string>(row[1]);
    table.rows.push_back({group.empty() ? std::string("all") : group, row[2], duration(row[4]),
                          duration(row[5]), std::move(in_time), duration(row[10])});
  }
  return table;
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  render::ResultTable waits = waits_table();
  CLEW_TRY_VOID(add_groups(asking, population, {}, waits));
  std::vector<std::vector<std::string>> groupings = {{"channel"}, {"tier"}, {"channel", "tier"}};
  if (!asking.selection.by.empty()) groupings = {asking.selection.by};
  for (const auto& fields : groupings) CLEW_TRY_VOID(add_groups(asking, population, fields, waits));
  if (waits.rows.empty()) {
    answer.sentences = {"No request was made before the data end."};
    return {};
  }
  const auto& all = waits.rows.front();
  answer.sentences = {fmt::format(
      "Half of {} requests are answered after {}, nine tenths after {}; {:.1f} % within {}. {}",
      render::grouped(std::get<std::int64_t>(all[2])), duration(all[4]), duration(all[5]),
      100 * std::get<double>(all[6]),
      render::duration_words(asking.settings.counting.responses.answer_within_us),
      std::holds_alternative<std::monostate>(all[10])
          ? std::string("Fewer than a tenth of customers ask again before that.")
          : "A tenth of customers would ask again after " + duration(all[10]) + ".")};
  const std::vector<std::string> shown = groupings.front();
  answer.chart =
      measure_chart(question(), answer.measures, answer.groups, shown, "answered_in_time");
  answer.tables_for_people.push_back(
      {"waits", "Waiting for an answer, and patience", waits_for_people(waits)});
  answer.tables_for_people.push_back(
      {"groups", "Counts",
       groups_for_people(answer.measures, answer.groups, shown, kShownByGroup)});
  answer.tables.push_back({"waits", "Waits", std::move(waits)});
  return {};
}

}  // namespace

const Insight& responses_insight() {
  static const Insight kInsight = {question, units_sql, measures, nullptr, fill};
  return kInsight;
}

}  // namespace clewline::insights
