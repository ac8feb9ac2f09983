#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "engine/quality_facts_internal.h"
#include "statistics/usual_day.h"
#include "store/database.h"
#include "text/zone.h"

namespace clewline::engine {
namespace {

using Row = std::vector<store::Cell>;
using Rows = std::vector<Row>;

std::string text(const store::Cell& cell) {
  const auto* found = std::get_if<std::string>(&cell);
  return found == nullptr ? std::string() : *found;
}
std::int64_t whole(const store::Cell& cell) {
  const auto* found = std::get_if<std::int64_t>(&cell);
  return found == nullptr ? 0 : *found;
}
std::optional<double> real(const store::Cell& cell) {
  const auto* found = std::get_if<double>(&cell);
  return found == nullptr ? std::nullopt : std::optional(*found);
}
std::optional<TimeUs> time(const store::Cell& cell) {
  const auto* found = std::get_if<store::TimeValue>(&cell);
  return found == nullptr ? std::nullopt : std::optional(found->us);
}

constexpr std::string_view kSourcesSql = R"sql(
WITH delivered AS (
  SELECT source, stream, sum(records)::BIGINT AS delivered
  FROM store.imports WHERE state = 'done' AND command = 'import' GROUP BY ALL
), received AS (
  SELECT source, stream, count(*) AS records, count(*) FILTER (WHERE verdict = 'accepted') AS accepted,
         count(*) FILTER (WHERE verdict = 'updated') AS updated, count(*) FILTER (WHERE verdict = 'duplicate') AS duplicates,
         count(*) FILTER (WHERE verdict = 'skipped') AS skipped
  FROM store.receipts SEMI JOIN (FROM store.imports WHERE state = 'done' AND command = 'import') USING (import_id) GROUP BY ALL
), refused AS (
  SELECT source, stream, count(*) AS rejected FROM store.rejected GROUP BY ALL
), owned AS (
  SELECT source, stream, max(received_at) AS received_at FROM store.records GROUP BY ALL
), made AS (
  SELECT source, stream, count(*) AS events, count(*) FILTER (WHERE len(issues) > 0) AS with_issue,
         count(*) FILTER (WHERE event_type = 'other.unmapped') AS unmapped,
         min(occurred_at) AS first_at, max(occurred_at) AS last_at,
         quantile_cont((epoch_us(recorded_at) - epoch_us(occurred_at)) / 1e6, 0.5) AS delay_median,
         quantile_cont((epoch_us(recorded_at) - epoch_us(occurred_at)) / 1e6, 0.95) AS delay_most
  FROM store.events GROUP BY ALL
)
SELECT source, stream, records, accepted, updated, duplicates, skipped, rejected, events, with_issue, unmapped,
       delivered, first_at, last_at, received_at, delay_median, delay_most
FROM received FULL JOIN refused USING (source, stream) FULL JOIN owned USING (source, stream) FULL JOIN made USING (source, stream)
LEFT JOIN delivered USING (source, stream)
ORDER BY source, stream)sql";

// Two records say the same when all that their events state agrees, but for keys of the record.
constexpr std::string_view kTwinsSql = R"sql(
WITH contents AS (
  SELECT source, stream, record_id,
         hash(event_type, occurred_at, ended_at, channel, actor, session_key, chain_key, case_key, activity, agent_id, queue_id,
              flow_id, node_id, node_result, outcome, disposition, duration_ms, score, amount, text, identifiers, attributes) AS content
  FROM store.events
), repeated AS (
  SELECT source, stream, unnest(list(record_id)[2:]) AS record_id
  FROM (SELECT DISTINCT source, stream, record_id, content FROM contents) GROUP BY source, stream, content HAVING count(*) > 1
)
SELECT source, stream, count(DISTINCT record_id) FROM repeated GROUP BY ALL)sql";

constexpr std::string_view kHoursSql =
    "SELECT source, stream, epoch_us(occurred_at) // 900000000, count(*) FROM store.events GROUP "
    "BY "
    "ALL ORDER BY ALL";

// Which time an event belongs to: 2 the recent days, 1 those before them, 0 any other.
constexpr std::string_view kPeriod =
    "CASE WHEN occurred_at >= recent_from AND occurred_at < recent_to THEN 2 WHEN occurred_at >= "
    "before_from AND occurred_at < recent_from THEN 1 ELSE 0 END";

constexpr std::string_view kIssuesSql =
    "SELECT source, stream, issue, {} AS period, count(*) FROM (SELECT source, stream, "
    "occurred_at, "
    "unnest(list_distinct(issues)) AS issue FROM store.events) LEFT JOIN quality_periods USING "
    "(source, stream) GROUP BY ALL ORDER BY ALL";

constexpr std::string_view kEventsByPeriodSql =
    "SELECT source, stream, {} AS period, count(*) FROM store.events LEFT JOIN quality_periods "
    "USING "
    "(source, stream) GROUP BY ALL ORDER BY ALL";

constexpr std::string_view kLegsSql =
    "SELECT source, count(*), count(disposition), count(*) FILTER (WHERE presence_to > "
    "presence_from) FROM store.transactions WHERE role = 'assisted' AND presence_from IS NOT NULL "
    "GROUP BY ALL ORDER BY ALL";

constexpr std::string_view kIntentsSql =
    "SELECT count(*), count(*) FILTER (WHERE list_contains($1::VARCHAR[], intent)) FROM "
    "store.interactions WHERE kind = 'contact'";

constexpr std::string_view kCoverageSql = R"sql(
WITH named AS (
  SELECT interaction_id, bool_or(attribution IN ('own_anchor', 'session_anchor', 'chain_anchor')) AS anchored,
         bool_or(attribution IN ('shared_value', 'two_hops')) AS shared
  FROM store.event_places WHERE interaction_id IS NOT NULL GROUP BY ALL
), parts AS (
  SELECT interaction_id, bool_or(role = 'routing') AS queued, bool_or(role = 'assisted') AS assisted,
         list_distinct(list(source)) AS sources
  FROM store.transactions GROUP BY ALL
), contacts AS (
  SELECT anchored, shared AND NOT anchored AS by_shared,
         list_concat([{kind: 'all', value: 'all'}, {kind: 'channel', value: first_channel},
                      {kind: 'queue', value: if(queued, 'waited in a queue', 'never waited in a queue')},
                      {kind: 'agent', value: if(assisted, 'reached an agent', 'reached no agent')}],
                     list_transform(sources, lambda s: {kind: 'source', value: s})) AS groups
  FROM store.interactions JOIN named USING (interaction_id) JOIN parts USING (interaction_id) WHERE kind = 'contact'
)
SELECT g.kind, g.value, count(*), count(*) FILTER (WHERE anchored), count(*) FILTER (WHERE by_shared)
FROM (SELECT anchored, by_shared, unnest(groups) AS g FROM contacts) GROUP BY ALL ORDER BY ALL)sql";

// Streams of one source share a key when the text agrees; of two sources only where most of the
// keys that agree do so within a day, so that small numbers are not taken for shared sessions.
// McGill, Tukey & Larsen 1978: a median lies within ± 1.57 · IQR ÷ √n.
constexpr std::string_view kClocksSql = R"sql(
WITH hulls AS (
  SELECT source, stream, session_key AS k, epoch_us(min(occurred_at)) / 1e6 AS first_s,
         epoch_us(max(coalesce(ended_at, occurred_at))) / 1e6 AS last_s, min(interaction_id) AS interaction_id
  FROM store.events LEFT JOIN store.event_places USING (event_id) WHERE session_key IS NOT NULL GROUP BY ALL
), types AS (
  SELECT source, stream, session_key AS k, event_type, epoch_us(min(occurred_at)) / 1e6 AS first_s
  FROM store.events WHERE session_key IS NOT NULL GROUP BY ALL
), shared AS (
  SELECT a.source AS source_a, a.stream AS stream_a, b.source AS source_b, b.stream AS stream_b, k,
         b.first_s - a.first_s AS first_d, b.last_s - a.last_s AS last_d,
         a.last_s - a.first_s AS length_a, b.last_s - b.first_s AS length_b, a.interaction_id <> b.interaction_id AS apart
  FROM hulls a JOIN hulls b USING (k) WHERE (a.source, a.stream) < (b.source, b.stream)
), pairs AS (
  SELECT source_a, stream_a, source_b, stream_b, count(*) AS sessions,
         count(*) FILTER (WHERE abs(first_d) <= 86400) AS near, count(*) FILTER (WHERE apart) AS apart,
         median(length_a) >= median(length_b) AS b_inside,
         quantile_cont(first_d, 0.05) AS first_low, quantile_cont(last_d, 0.95) AS last_high,
         quantile_cont(first_d, 0.95) AS first_high, quantile_cont(last_d, 0.05) AS last_low
  FROM shared GROUP BY ALL
), same AS (
  SELECT a.source AS source_a, a.stream AS stream_a, b.source AS source_b, b.stream AS stream_b, count(*) AS n,
         quantile_cont(b.first_s - a.first_s, [0.25, 0.5, 0.75]) AS q
  FROM types a JOIN types b USING (k, event_type) WHERE (a.source, a.stream) < (b.source, b.stream)
    AND abs(b.first_s - a.first_s) <= 86400 GROUP BY ALL
)
SELECT source_a, stream_a, source_b, stream_b, sessions, coalesce(n, 0), q[2], q[3] - q[1],
       1.57 * (q[3] - q[1]) / sqrt(n),
       if(b_inside, last_high, first_high), if(b_inside, first_low, last_low), apart
FROM pairs LEFT JOIN same USING (source_a, stream_a, source_b, stream_b)
WHERE near >= 30 AND (source_a = source_b OR near * 2 > sessions)
ORDER BY ALL)sql";

/// A stream with fewer events a day does not tell how far the data go.
constexpr std::int64_t kReferenceEvents = 10;

Status read_sources(store::Connection& connection, QualityFacts& facts) {
  CLEW_TRY(const Rows rows, connection.query_rows(kSourcesSql));
  for (const Row& row : rows) {
    SourceFacts source;
    source.name = {text(row[0]), text(row[1])};
    std::int64_t* counts[] = {&source.records,    &source.accepted,   &source.updated,
                              &source.duplicates, &source.skipped,    &source.rejected,
                              &source.events,     &source.with_issue, &source.unmapped,
                              &source.delivered};
    for (std::size_t i = 0; i < std::size(counts); ++i) *counts[i] = whole(row[i + 2]);
    source.first_at = time(row[12]);
    source.last_at = time(row[13]);
    source.received_at = time(row[14]);
    source.delay_median_s = real(row[15]);
    source.delay_most_s = real(row[16]);
    facts.sources.push_back(std::move(source));
  }
  return {};
}

SourceFacts* find_source(QualityFacts& facts, const StreamName& name) {
  const auto found = std::find_if(facts.sources.begin(), facts.sources.end(),
                                  [&](const SourceFacts& source) { return source.name == name; });
  return found == facts.sources.end() ? nullptr : &*found;
}

Status read_twins(store::Connection& connection, QualityFacts& facts) {
  CLEW_TRY(const Rows rows, connection.query_rows(kTwinsSql));
  for (const Row& row : rows) {
    if (SourceFacts* source = find_source(facts, {text(row[0]), text(row[1])}))
      source->twins = whole(row[2]);
  }
  return {};
}

// Quarters of an hour become days of the workspace's zone: no zone is offset by less.
Status read_days(store::Connection& connection, const text::Zone& zone, QualityFacts& facts) {
  CLEW_TRY(const Rows rows, connection.query_rows(kHoursSql));
  std::map<StreamName, std::map<std::int32_t, std::int64_t>> counts;
  for (const Row& row : rows) {
    const TimeUs at = whole(row[2]) * 15 * kUsPerMinute;
    const TimeUs local = at + zone.offset_us_at(at);
    const std::int64_t day =
        local >= 0 ? local / kUsPerDay : -((-local + kUsPerDay - 1) / kUsPerDay);
    counts[{text(row[0]), text(row[1])}][static_cast<std::int32_t>(day)] += whole(row[3]);
  }
  constexpr std::int32_t kDaysMax = 40'000;  // a century: further off is a fault of the clock
  for (const auto& [name, days] : counts) {
    SourceFacts* source = find_source(facts, name);
    if (source == nullptr || days.rbegin()->first - days.begin()->first > kDaysMax) continue;
    source->first_day = days.begin()->first;
    source->days.assign(static_cast<std::size_t>(days.rbegin()->first - source->first_day) + 1, 0);
    for (const auto& [day, count] : days)
      source->days[static_cast<std::size_t>(day - source->first_day)] = count;
    source->days_usual = statistics::last_usual_day(source->days) + 1;
    for (const statistics::UnusualDay& unusual : statistics::unusual_days(source->days))
      facts.days.push_back({name, source->first_day + static_cast<std::int32_t>(unusual.day),
                            source->days[unusual.day], unusual.usual});
  }
  std::int64_t until = std::numeric_limits<std::int32_t>::min();
  for (const SourceFacts& source : facts.sources) {
    const auto days = static_cast<std::int64_t>(source.days.size());
    if (days > 0 && source.events >= kReferenceEvents * days)
      until = std::max(until, source.first_day + static_cast<std::int64_t>(source.days_usual));
  }
  for (SourceFacts& source : facts.sources) {
    if (source.days.empty()) continue;
    const std::int64_t end = source.first_day + static_cast<std::int64_t>(source.days.size());
    source.behind_days = std::max<std::int64_t>(0, until - end);
  }
  return {};
}

// Temporary, in this connection: when the recent days of each stream began and ended, in UTC.
Status make_periods(store::Connection& connection, const text::Zone& zone,
                    const QualityFacts& facts) {
  constexpr std::int64_t kRecentDays = 7;
  constexpr std::int64_t kDaysBefore = 28;
  CLEW_TRY_VOID(connection.execute(
      "CREATE TEMP TABLE quality_periods (source VARCHAR, stream VARCHAR, before_from TIMESTAMPTZ, "
      "recent_from TIMESTAMPTZ, recent_to TIMESTAMPTZ)"));
  for (const SourceFacts& source : facts.sources) {
    if (source.days.empty()) continue;
    const std::int64_t end = source.first_day + static_cast<std::int64_t>(source.days_usual);
    const auto instant = [&](std::int64_t day) {
      return store::Value(store::TimeValue{zone.read_local(day * kUsPerDay).earlier});
    };
    CLEW_TRY_VOID(connection.execute(
        "INSERT INTO quality_periods VALUES ($1, $2, $3, $4, $5)",
        {std::string_view(source.name.source), std::string_view(source.name.stream),
         instant(end - kRecentDays - kDaysBefore), instant(end - kRecentDays), instant(end)}));
  }
  return {};
}

// Adds a period's count to a share: to its part or to its whole.
void add_period(RecentShares& shares, std::int64_t period, std::int64_t statistics::Share::* side,
                std::int64_t count) {
  if (period == 1) shares.before.*side += count;
  if (period == 2) shares.recent.*side += count;
}

Status read_fields(store::Connection& connection, QualityFacts& facts) {
  std::string sql = fmt::format("SELECT source, stream, {} AS period", kPeriod);
  for (const FieldNeed& need : event_fields())
    sql += fmt::format(", count(*) FILTER (WHERE {0}), count(*) FILTER (WHERE ({0}) AND ({1}))",
                       need.applies, need.filled);
  sql +=
      " FROM store.events e LEFT JOIN store.event_places p USING (event_id) LEFT JOIN "
      "quality_periods USING (source, stream) GROUP BY ALL ORDER BY source, stream, period";
  CLEW_TRY(const Rows rows, connection.query_rows(sql));
  std::map<std::pair<StreamName, std::size_t>, FieldFacts> fields;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < event_fields().size(); ++i) {
      const std::int64_t applicable = whole(row[3 + 2 * i]);
      const std::int64_t filled = whole(row[4 + 2 * i]);
      if (applicable == 0) continue;
      const StreamName name{text(row[0]), text(row[1])};
      FieldFacts& field = fields[{name, i}];
      field.name = name;
      field.field = event_fields()[i].field;
      field.applicable += applicable;
      field.filled += filled;
      add_period(field.shares, whole(row[2]), &statistics::Share::whole, applicable);
      add_period(field.shares, whole(row[2]), &statistics::Share::part, filled);
    }
  }
  for (auto& [key, field] : fields) facts.fields.push_back(std::move(field));
  return {};
}

// Fields of units rather than events: known only after link.
Status read_unit_fields(store::Connection& connection, const IntentDictionary& dictionary,
                        QualityFacts& facts) {
  CLEW_TRY(const Rows rows, connection.query_rows(kLegsSql));
  for (const Row& row : rows) {
    facts.fields.push_back({{text(row[0]), ""}, "disposition", whole(row[1]), whole(row[2])});
    facts.fields.push_back({{text(row[0]), ""}, "ended_at", whole(row[1]), whole(row[3])});
  }
  std::vector<std::string> known;
  for (const auto& [name, intent] : dictionary.intents) known.push_back(name);
  CLEW_TRY(const Rows contacts,
           connection.query_rows(kIntentsSql, {std::span<const std::string>(known)}));
  if (whole(contacts[0][0]) > 0)
    facts.fields.push_back(
        {{"all sources", ""}, "intent", whole(contacts[0][0]), whole(contacts[0][1])});
  return {};
}

Status read_issues(store::Connection& connection, QualityFacts& facts) {
  CLEW_TRY(const Rows totals,
           connection.query_rows(fmt::format(fmt::runtime(kEventsByPeriodSql), kPeriod)));
  std::map<StreamName, RecentShares> wholes;
  for (const Row& row : totals)
    add_period(wholes[{text(row[0]), text(row[1])}], whole(row[2]), &statistics::Share::whole,
               whole(row[3]));
  CLEW_TRY(const Rows rows, connection.query_rows(fmt::format(fmt::runtime(kIssuesSql), kPeriod)));
  std::map<std::pair<StreamName, std::string>, IssueFacts> issues;
  for (const Row& row : rows) {
    const StreamName name{text(row[0]), text(row[1])};
    const SourceFacts* source = find_source(facts, name);
    const auto [at, fresh] = issues.try_emplace({name, text(row[2])});
    IssueFacts& issue = at->second;
    if (fresh)
      issue = {name, text(row[2]), 0, source == nullptr ? 0 : source->events, wholes[name]};
    issue.events += whole(row[4]);
    add_period(issue.shares, whole(row[3]), &statistics::Share::part, whole(row[4]));
  }
  for (auto& [key, issue] : issues) facts.issues.push_back(std::move(issue));
  return {};
}

Status read_coverage(store::Connection& connection, QualityFacts& facts) {
  CLEW_TRY(const Rows rows, connection.query_rows(kCoverageSql));
  for (const Row& row : rows)
    facts.coverage.push_back(
        {text(row[0]), text(row[1]), whole(row[2]), whole(row[3]), whole(row[4])});
  return {};
}

Status read_clocks(store::Connection& connection, QualityFacts& facts) {
  CLEW_TRY(const Rows rows, connection.query_rows(kClocksSql));
  for (const Row& row : rows) {
    ClockFacts clock;
    clock.a = {text(row[0]), text(row[1])};
    clock.b = {text(row[2]), text(row[3])};
    clock.sessions = whole(row[4]);
    clock.pairs = whole(row[5]);
    clock.apart = whole(row[11]);
    clock.same_type = clock.pairs >= 30;
    if (clock.same_type) {
      clock.offset_s = real(row[6]);
      clock.spread_s = real(row[7]);
      const double half = real(row[8]).value_or(0);
      clock.low_s = *clock.offset_s - half;
      clock.high_s = *clock.offset_s + half;
    } else {
      clock.low_s = real(row[9]);
      clock.high_s = real(row[10]);
      // Neither lies inside the other: the order of their events says nothing of the clocks.
      if (clock.low_s && clock.high_s && *clock.low_s > *clock.high_s)
        clock.low_s = clock.high_s = std::nullopt;
    }
    facts.clocks.push_back(std::move(clock));
  }
  return {};
}

}  // namespace

Result<QualityFacts> read_quality(Workspace& workspace) {
  CLEW_TRY(auto connection, workspace.connect());
  QualityFacts facts;
  facts.zone = workspace.config().zone;
  CLEW_TRY(const std::int64_t placed,
           connection.query_int64("SELECT count(*) FROM store.event_places"));
  facts.linked = placed > 0;
  CLEW_TRY(const text::Zone* zone, text::Zone::find(facts.zone));
  CLEW_TRY_VOID(read_sources(connection, facts));
  CLEW_TRY_VOID(read_twins(connection, facts));
  CLEW_TRY_VOID(read_days(connection, *zone, facts));
  CLEW_TRY_VOID(make_periods(connection, *zone, facts));
  CLEW_TRY_VOID(read_fields(connection, facts));
  CLEW_TRY_VOID(read_unit_fields(connection, workspace.config().intents, facts));
  CLEW_TRY_VOID(read_issues(connection, facts));
  CLEW_TRY_VOID(read_coverage(connection, facts));
  CLEW_TRY_VOID(read_clocks(connection, facts));
  CLEW_TRY_VOID(read_worth(connection, workspace.config().linking, facts));
  return facts;
}

}  // namespace clewline::engine
