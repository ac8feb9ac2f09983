#include "engine/findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "evaluation/interval.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

constexpr std::int64_t kCasesMin = 30;

using Row = std::vector<store::Cell>;

std::int64_t whole(const store::Cell& cell) {
  const auto* number = std::get_if<std::int64_t>(&cell);
  return number == nullptr ? 0 : *number;
}

double real(const store::Cell& cell) {
  const auto* number = std::get_if<double>(&cell);
  return number == nullptr ? 0 : *number;
}

/// Writes a share with its 95 % interval: "36.0 % (33.8–38.3)".
std::string share(std::int64_t part, std::int64_t all) {
  if (all == 0) return "–";
  const evaluation::Interval ends = evaluation::wilson_interval(part, all);
  return fmt::format("{} ({:.1f}–{:.1f})", render::share_words(part, all), 100 * ends.low,
                     100 * ends.high);
}

std::string words(const store::Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  std::string out = text == nullptr ? "no known intent" : *text;
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

Result<Row> only_row(store::Connection& connection, const std::string& sql) {
  CLEW_TRY(auto rows, connection.query_rows(sql));
  if (rows.empty()) return Row(8);
  return std::move(rows.front());
}

Finding too_few(std::string_view subject, std::int64_t cases, const std::string& sql) {
  return {std::string(subject) + ": only " + render::counted(cases, "case") +
              ", too few to say (30 are needed).",
          sql};
}

Result<Finding> one_sitting(store::Connection& connection) {
  const std::string sql =
      "SELECT count(*), count(*) FILTER (WHERE contacts = 1 AND result IN ('resolved', 'sold', "
      "'saved')), "
      "count(*) FILTER (WHERE result IN ('resolved', 'sold', 'saved')), "
      "avg(contacts) FILTER (WHERE contacts > 1), stddev_samp(contacts) FILTER (WHERE contacts > "
      "1), "
      "count(*) FILTER (WHERE contacts > 1) FROM engagements "
      "WHERE kind = 'contact' AND state IN ('closed', 'lapsed')";
  CLEW_TRY(const Row row, only_row(connection, sql));
  const std::int64_t issues = whole(row[0]);
  if (issues < kCasesMin) return too_few("Issues settled in one sitting", issues, sql);
  std::string sentence = fmt::format(
      "{} of {} ended issues were settled in one sitting; {} were settled at all.",
      share(whole(row[1]), issues), render::grouped(issues), share(whole(row[2]), issues));
  if (const std::int64_t often = whole(row[5]); often > 1) {
    const evaluation::Interval ends = evaluation::mean_interval(real(row[3]), real(row[4]), often);
    sentence += fmt::format(" Those that needed more took {:.2f} contacts ({:.2f}–{:.2f}).",
                            real(row[3]), ends.low, ends.high);
  }
  return Finding{sentence, sql};
}

Result<Finding> came_back(store::Connection& connection) {
  const std::string sql =
      "WITH c AS (SELECT engagement_id, intent, first_at, lead(first_at) OVER (PARTITION BY "
      "engagement_id ORDER BY first_at) AS again "
      "FROM interactions WHERE kind = 'contact'), r AS (SELECT intent, again IS NOT NULL AND again "
      "<= first_at + INTERVAL 7 DAYS AS repeated FROM c), "
      "t AS (SELECT intent, count(*) AS n, count(*) FILTER (WHERE repeated) AS r FROM r GROUP BY "
      "intent) "
      "SELECT CAST(sum(n) AS BIGINT), CAST(sum(r) AS BIGINT), arg_max([r, n], r / n) FILTER (WHERE "
      "n >= 30 AND intent IS NOT NULL) AS most, arg_max(intent, r / n) FILTER (WHERE n >= 30 AND "
      "intent IS NOT NULL), most[1], most[2] FROM t";
  CLEW_TRY(const Row row, only_row(connection, sql));
  const std::int64_t contacts = whole(row[0]);
  if (contacts < kCasesMin) return too_few("Contacts that came back", contacts, sql);
  std::string sentence = share(whole(row[1]), contacts) + " of " + render::grouped(contacts) +
                         " contacts were followed by another about the same issue within 7 days";
  if (whole(row[4]) > 0)
    sentence += "; most often about " + words(row[3]) + ", " + share(whole(row[4]), whole(row[5]));
  return Finding{sentence + ".", sql};
}

Result<Finding> left_menu(store::Connection& connection) {
  const std::string sql =
      "WITH calls AS (SELECT interaction_id, any_value(i.intent) AS intent, bool_or(t.role IN "
      "('routing', 'assisted')) AS went_on, "
      "bool_or(t.role = 'routing' AND t.outcome LIKE 'abandoned%') AS gave_up "
      "FROM transactions t JOIN interactions i USING (interaction_id) WHERE t.channel = 'voice' "
      "AND i.kind = 'contact' GROUP BY interaction_id "
      "HAVING bool_or(t.system = 'ivr')), "
      "reasons AS (SELECT intent, count(*) AS n FROM calls WHERE went_on AND intent IS NOT NULL "
      "GROUP BY intent ORDER BY n DESC, intent) "
      "SELECT count(*), count(*) FILTER (WHERE went_on), count(*) FILTER (WHERE gave_up), (SELECT "
      "intent FROM reasons LIMIT 1), (SELECT n FROM reasons LIMIT 1), "
      "(SELECT intent FROM reasons LIMIT 1 OFFSET 1), (SELECT n FROM reasons LIMIT 1 OFFSET 1) "
      "FROM calls";
  CLEW_TRY(const Row row, only_row(connection, sql));
  const std::int64_t calls = whole(row[0]);
  const std::int64_t went_on = whole(row[1]);
  if (calls < kCasesMin) return too_few("Callers who left the menu", calls, sql);
  std::string sentence = share(went_on, calls) + " of " + render::grouped(calls) +
                         " callers left the menu for an agent";
  if (whole(row[4]) > 0)
    sentence += ", first of all about " + words(row[3]) + ", " + share(whole(row[4]), went_on);
  if (whole(row[6]) > 0)
    sentence += ", and " + words(row[5]) + ", " + share(whole(row[6]), went_on);
  return Finding{sentence + "; " + share(whole(row[2]), calls) + " gave up waiting.", sql};
}

}  // namespace

Result<std::vector<Finding>> first_findings(store::Connection& connection) {
  std::vector<Finding> findings;
  for (const auto question : {one_sitting, came_back, left_menu}) {
    CLEW_TRY(Finding finding, question(connection));
    findings.push_back(std::move(finding));
  }
  return findings;
}

Result<std::string> telling_customer(store::Connection& connection) {
  constexpr std::string_view kSql =
      "SELECT customer_id FROM customers c WHERE identified AND events BETWEEN 12 AND 40 AND "
      "engagements BETWEEN 2 AND 3 AND channels >= 2 "
      "ORDER BY (SELECT max(g.channels * least(g.contacts, 3)) FROM engagements g WHERE "
      "g.customer_id = c.customer_id) DESC, events, customer_id LIMIT 1";
  CLEW_TRY(const auto rows, connection.query_rows(kSql));
  if (rows.empty()) return std::string();
  return std::get<std::string>(rows[0][0]);
}

}  // namespace clewline::engine
