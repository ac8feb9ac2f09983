#include <cmath>

#include "engine/quality_facts_internal.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

using render::Audience;
using render::Cell;
using render::Column;
using render::ColumnKind;

Cell at(const std::optional<TimeUs>& time) { return time ? Cell(render::TimeCell{*time}) : Cell(); }

Cell rounded(const std::optional<double>& value) {
  return value ? Cell(std::round(*value * 1e3) / 1e3) : Cell();
}

Cell percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return {};
  return std::round(1e4 * static_cast<double>(part) / static_cast<double>(whole)) / 1e2;
}

Cell percent(const statistics::Share& share) { return percent(share.part, share.whole); }

Column count(const char* name) { return {name, ColumnKind::integer}; }
Column machine_count(const char* name) { return {name, ColumnKind::integer, Audience::machines}; }
Column number(const char* name) { return {name, ColumnKind::number}; }

void add_sources(const QualityFacts& facts, render::ResultTable& table) {
  table.columns = {{"source"},
                   {"stream"},
                   count("records"),
                   machine_count("accepted"),
                   machine_count("updated"),
                   count("duplicates"),
                   machine_count("skipped"),
                   count("rejected"),
                   count("twins"),
                   count("events"),
                   number("with_issue_percent"),
                   machine_count("unmapped"),
                   {"first_at", ColumnKind::time},
                   {"last_at", ColumnKind::time},
                   {"received_at", ColumnKind::time, Audience::machines},
                   machine_count("behind_days"),
                   {"delay_median_seconds", ColumnKind::number, Audience::machines},
                   {"delay_95_percent_seconds", ColumnKind::number, Audience::machines}};
  for (const SourceFacts& source : facts.sources) {
    table.rows.push_back({source.name.source, source.name.stream, source.records, source.accepted,
                          source.updated, source.duplicates, source.skipped, source.rejected,
                          source.twins, source.events, percent(source.with_issue, source.events),
                          source.unmapped, at(source.first_at), at(source.last_at),
                          at(source.received_at), source.behind_days,
                          rounded(source.delay_median_s), rounded(source.delay_most_s)});
  }
}

Cell stream_of(const StreamName& name) { return name.stream.empty() ? Cell() : Cell(name.stream); }

void add_fields(const QualityFacts& facts, render::ResultTable& table) {
  table.columns = {{"source"},
                   {"stream"},
                   {"field"},
                   count("wanted"),
                   count("filled"),
                   number("complete_percent"),
                   number("before_percent"),
                   number("recent_percent")};
  for (const FieldFacts& field : facts.fields)
    table.rows.push_back({field.name.source, stream_of(field.name), field.field, field.applicable,
                          field.filled, percent(field.filled, field.applicable),
                          percent(field.shares.before), percent(field.shares.recent)});
}

void add_issues(const QualityFacts& facts, render::ResultTable& table) {
  table.columns = {{"source"},
                   {"stream"},
                   {"issue"},
                   count("events"),
                   number("percent"),
                   number("before_percent"),
                   number("recent_percent")};
  for (const IssueFacts& issue : facts.issues)
    table.rows.push_back({issue.name.source, stream_of(issue.name), issue.issue, issue.events,
                          percent(issue.events, issue.of), percent(issue.shares.before),
                          percent(issue.shares.recent)});
}

void add_days(const QualityFacts& facts, render::ResultTable& table) {
  table.columns = {{"source"}, {"stream"}, {"day"}, count("events"), number("usual")};
  for (const UnusualDayFacts& day : facts.days)
    table.rows.push_back({day.name.source, stream_of(day.name),
                          format_utc(day.day * kUsPerDay).substr(0, 10), day.events, day.usual});
}

void add_coverage(const QualityFacts& facts, render::ResultTable& table) {
  table.columns = {{"by"},
                   {"value"},
                   count("contacts"),
                   count("with_anchor"),
                   count("by_shared_value"),
                   number("with_anchor_percent"),
                   number("known_percent")};
  for (const CoverageFacts& group : facts.coverage)
    table.rows.push_back({group.by, group.value, group.contacts, group.with_anchor, group.by_shared,
                          percent(group.with_anchor, group.contacts),
                          percent(group.with_anchor + group.by_shared, group.contacts)});
}

void add_clocks(const QualityFacts& facts, render::ResultTable& table) {
  table.columns = {{"source_a"},
                   {"stream_a"},
                   {"source_b"},
                   {"stream_b"},
                   count("sessions"),
                   count("apart"),
                   {"basis"},
                   count("pairs"),
                   number("b_ahead_seconds"),
                   number("low_seconds"),
                   number("high_seconds"),
                   number("spread_seconds")};
  for (const ClockFacts& clock : facts.clocks)
    table.rows.push_back({clock.a.source, stream_of(clock.a), clock.b.source, stream_of(clock.b),
                          clock.sessions, clock.apart,
                          std::string(clock.same_type ? "same_type" : "inside"), clock.pairs,
                          rounded(clock.offset_s), rounded(clock.low_s), rounded(clock.high_s),
                          rounded(clock.spread_s)});
}

void add_scores(const QualityFacts& facts, render::ResultTable& scores,
                render::ResultTable& by_stream) {
  scores.columns = {{"source"},
                    {"stream"},
                    {"field"},
                    number("score"),
                    number("completeness_percent"),
                    number("validity_percent"),
                    number("freshness_percent"),
                    number("duplicates_percent"),
                    number("drift_percent")};
  by_stream.columns = scores.columns;
  by_stream.columns.erase(by_stream.columns.begin() + 2);
  const auto part = [](double value) { return Cell(std::round(value * 1e4) / 1e2); };
  for (const QualityScore& score : quality_scores(facts)) {
    std::vector<Cell> row = {score.name.source,
                             score.name.stream,
                             score.field.empty() ? Cell() : Cell(score.field),
                             std::round(score.product() * 1e3) / 1e1,
                             part(score.completeness),
                             part(score.validity),
                             part(score.freshness),
                             part(score.duplicates),
                             part(score.drift)};
    scores.rows.push_back(row);
    if (!score.field.empty()) continue;
    row.erase(row.begin() + 2);
    by_stream.rows.push_back(std::move(row));
  }
}

void add_worth(const QualityFacts& facts, render::ResultTable& table) {
  table.columns = {{"source"},
                   {"field"},
                   {"what"},
                   count("of"),
                   count("with"),
                   count("alone"),
                   number("lost_percent")};
  for (const WorthFacts& worth : facts.worth)
    table.rows.push_back({worth.source, worth.field, worth.what, worth.of, worth.with, worth.alone,
                          percent(worth.alone, worth.of)});
}

}  // namespace

void add_quality_tables(const QualityFacts& facts, QualityAnswer& answer) {
  add_sources(facts, answer.sources);
  add_fields(facts, answer.fields);
  add_issues(facts, answer.issues);
  add_days(facts, answer.days);
  add_coverage(facts, answer.coverage);
  add_clocks(facts, answer.clocks);
  add_scores(facts, answer.scores, answer.stream_scores);
  add_worth(facts, answer.worth);
}

}  // namespace clewline::engine
