#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "insights/channels/channels_internal.h"
#include "insights/frame/answer_words.h"
#include "statistics/multiple_testing.h"
#include "statistics/stratified_difference.h"
#include "statistics/tails.h"

namespace clewline::insights {
namespace {

using render::ColumnKind;

// More intents than these, by volume, are compared as if they were one.
constexpr std::size_t kIntentsMax = 60;

const std::string& text_at(const std::vector<store::Cell>& row, std::size_t column) {
  static const std::string kNone = "(none)";
  const auto* text = std::get_if<std::string>(&row[column]);
  return text == nullptr ? kNone : *text;
}

double number_at(const std::vector<store::Cell>& row, std::size_t column) {
  const auto* number = std::get_if<double>(&row[column]);
  return number == nullptr ? 0 : *number;
}

std::int64_t count_at(const std::vector<store::Cell>& row, std::size_t column) {
  const auto* number = std::get_if<std::int64_t>(&row[column]);
  return number == nullptr ? 0 : *number;
}

/// Units of channel and intent, and what is needed for errors between customers.
struct ComparedChannels {
  std::vector<std::string> channels;
  std::vector<statistics::StratumCell> cells;
  std::vector<statistics::CellProduct> products;
  double customers = 0;
};

// Sums of each customer by channel and intent.
std::string customer_cells(const Asking& asking) {
  return fmt::format(
      "intents AS (SELECT intent AS frequent FROM chosen WHERE {0} GROUP BY intent ORDER BY "
      "count(*) DESC, "
      "intent LIMIT {2}), cells AS (SELECT customer_id, first_channel AS channel, "
      "coalesce(frequent, "
      "'(other)') AS intent, count(*) AS n, count(*) FILTER (WHERE {1}) AS y FROM chosen LEFT "
      "JOIN intents ON frequent = intent WHERE {0} GROUP BY ALL)",
      followed_condition(asking), settled_there_condition(asking), kIntentsMax);
}

Result<ComparedChannels> read_cells(const Asking& asking, const Population& population) {
  ComparedChannels out;
  const std::string with = ", " + customer_cells(asking) + " ";
  std::map<std::string, std::size_t> channels;
  std::map<std::string, std::size_t> intents;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  CLEW_TRY(const auto cells,
           population.rows(asking.connection,
                           with + "SELECT channel, intent, CAST(sum(n) AS DOUBLE), CAST(sum(y) AS "
                                  "DOUBLE) FROM cells GROUP BY ALL ORDER BY ALL"));
  for (const auto& row : cells) {
    const auto channel = channels.try_emplace(text_at(row, 0), channels.size()).first;
    const auto intent = intents.try_emplace(text_at(row, 1), intents.size()).first;
    if (channel->second == out.channels.size()) out.channels.push_back(channel->first);
    places[{channel->first, intent->first}] = out.cells.size();
    out.cells.push_back({channel->second, intent->second, number_at(row, 2), number_at(row, 3)});
  }
  CLEW_TRY(const auto products,
           population.rows(
               asking.connection,
               with + "SELECT a.channel, a.intent, b.channel, b.intent, CAST(sum(a.n * b.n) AS "
                      "DOUBLE), CAST(sum(a.n * b.y) AS DOUBLE), CAST(sum(a.y * b.n) AS DOUBLE), "
                      "CAST(sum(a.y * b.y) AS DOUBLE) FROM cells a JOIN cells b USING "
                      "(customer_id) GROUP BY ALL ORDER BY ALL"));
  for (const auto& row : products)
    out.products.push_back({places[{text_at(row, 0), text_at(row, 1)}],
                            places[{text_at(row, 2), text_at(row, 3)}], number_at(row, 4),
                            number_at(row, 5), number_at(row, 6), number_at(row, 7)});
  CLEW_TRY(const auto customers,
           population.rows(asking.connection,
                           with + "SELECT CAST(count(DISTINCT customer_id) AS DOUBLE) FROM cells"));
  out.customers = number_at(customers[0], 0);
  return out;
}

// How many begin, and how many of those are settled there.
std::vector<Measure> effective_measures(const Asking& asking) {
  std::vector<Measure> out;
  for (Measure& measure : channels_measures(asking)) {
    if (measure.name == "engagements" || measure.name == "settled_there")
      out.push_back(std::move(measure));
  }
  return out;
}

const MeasureGroup* most_settled(std::span<const MeasureGroup> groups, double units_min) {
  const MeasureGroup* best = nullptr;
  for (const MeasureGroup& group : groups) {
    const Estimate& settled = group.estimates[1];
    if (!settled.value || settled.units < units_min) continue;
    if (best == nullptr || *settled.value > *best->estimates[1].value) best = &group;
  }
  return best;
}

}  // namespace

render::ResultTable preferred_table(const Answer& answer) {
  render::ResultTable table;
  table.columns = {{"by"},
                   {"group"},
                   {"channel"},
                   {"engagements", ColumnKind::integer},
                   {"share", ColumnKind::number},
                   {"low", ColumnKind::number},
                   {"high", ColumnKind::number},
                   {"customers", ColumnKind::integer}};
  for (const MeasureGroup& group : answer.groups) {
    if (std::ranges::find(group.fields, "first_channel") != group.fields.end()) continue;
    for (std::size_t i = 0; i < answer.measures.size(); ++i) {
      const std::string_view name = answer.measures[i].name;
      const Estimate& share = group.estimates[i];
      if (!name.starts_with(kBegun) || !share.value || *share.value == 0) continue;
      const auto end = [&](bool low) {
        return share.interval ? render::Cell(low ? share.interval->low : share.interval->high)
                              : render::Cell();
      };
      table.rows.push_back(
          {joined(group.fields), joined(group.labels), std::string(name.substr(kBegun.size())),
           static_cast<std::int64_t>(std::llround(*share.value * share.units)), *share.value,
           end(true), end(false), static_cast<std::int64_t>(share.customers)});
    }
  }
  return table;
}

Result<render::ResultTable> effective_table(const Asking& asking, const Population& population) {
  render::ResultTable table;
  table.columns = {{"channel"},
                   {"engagements", ColumnKind::integer},
                   {"settled_there", ColumnKind::number},
                   {"low", ColumnKind::number},
                   {"high", ColumnKind::number},
                   {"adjusted_difference", ColumnKind::number},
                   {"difference_low", ColumnKind::number},
                   {"difference_high", ColumnKind::number},
                   {"p_value", ColumnKind::number},
                   {"adjusted_p_value", ColumnKind::number},
                   {"compared", ColumnKind::number}};
  const std::vector<std::string> by_channel = {"first_channel"};
  const std::vector<Measure> measures = effective_measures(asking);
  CLEW_TRY(const auto groups,
           insights::measure(asking.connection, population, measures, std::span(&by_channel, 1)));
  CLEW_TRY(const ComparedChannels compared, read_cells(asking, population));
  const auto differences = statistics::stratified_differences(
      compared.cells, compared.products, compared.channels.size(), compared.customers);
  std::vector<double> p_values;
  for (const auto& difference : differences) {
    if (difference && difference->error > 0)
      p_values.push_back(statistics::normal_tails(difference->difference / difference->error));
  }
  const auto adjusted = statistics::benjamini_hochberg(p_values);
  std::size_t tested = 0;
  for (std::size_t c = 0; c < compared.channels.size(); ++c) {
    const auto group = std::ranges::find_if(groups, [&](const MeasureGroup& candidate) {
      return candidate.labels.front() == compared.channels[c];
    });
    const Estimate& settled = group->estimates[1];
    std::vector<render::Cell> row = {compared.channels[c], static_cast<std::int64_t>(settled.units),
                                     *settled.value, render::Cell(), render::Cell()};
    if (settled.interval) {
      row[3] = settled.interval->low;
      row[4] = settled.interval->high;
    }
    row.resize(table.columns.size());
    if (const auto& difference = differences[c]; difference && difference->error > 0) {
      const double half = evaluation::kNormalQuantile95 * difference->error;
      row[5] = difference->difference;
      row[6] = difference->difference - half;
      row[7] = difference->difference + half;
      row[8] = p_values[tested];
      row[9] = adjusted[tested++];
      row[10] = difference->covered;
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Result<render::ResultTable> switches_table(const Asking& asking, const Population& population) {
  render::ResultTable table;
  table.columns = {{"from_channel"},
                   {"to_channel"},
                   {"switches", ColumnKind::integer},
                   {"engagements", ColumnKind::integer},
                   {"customers", ColumnKind::integer}};
  CLEW_TRY(
      const auto rows,
      population.rows(
          asking.connection,
          "SELECT from_channel, channel, count(*), count(DISTINCT engagement_id), count(DISTINCT "
          "customer_id) FROM (SELECT engagement_id, customer_id, channel, lag(channel) OVER "
          "(PARTITION BY engagement_id ORDER BY presence_from, transaction_id) AS from_channel "
          "FROM transactions WHERE presence_from IS NOT NULL AND coalesce(direction, '') <> 'out' "
          "AND engagement_id IN (SELECT unit_id FROM chosen WHERE switched)) WHERE from_channel <> "
          "channel GROUP BY ALL ORDER BY 3 DESC, 1, 2"));
  for (const auto& row : rows)
    table.rows.push_back(
        {text_at(row, 0), text_at(row, 1), count_at(row, 2), count_at(row, 3), count_at(row, 4)});
  return table;
}

Result<render::ResultTable> best_table(const Asking& asking, const Population& population,
                                       const std::vector<std::string>& fields) {
  render::ResultTable table;
  for (const std::string& field : fields) table.columns.push_back({field});
  for (const char* name : {"chosen most", "begun there", "settles most there", "settled (95 %)"})
    table.columns.push_back({name});
  std::vector<std::string> with_channel = fields;
  with_channel.emplace_back("first_channel");
  const std::vector<Measure> measures = effective_measures(asking);
  CLEW_TRY(const auto groups,
           insights::measure(asking.connection, population, measures, std::span(&with_channel, 1)));
  const double units_min = asking.settings.counting.sample_min;
  for (std::size_t begin = 0; begin < groups.size();) {
    const auto labels_of = [&](const MeasureGroup& group) {
      return std::vector<std::string>(group.labels.begin(), group.labels.end() - 1);
    };
    std::size_t end = begin;
    double all = 0;
    const MeasureGroup* chosen = &groups[begin];
    for (; end < groups.size() && labels_of(groups[end]) == labels_of(groups[begin]); ++end) {
      all += *groups[end].estimates[0].value;
      if (*groups[end].estimates[0].value > *chosen->estimates[0].value) chosen = &groups[end];
    }
    std::vector<render::Cell> row;
    for (const std::string& label : labels_of(groups[begin])) row.emplace_back(label);
    row.emplace_back(chosen->labels.back());
    row.emplace_back(fmt::format("{:.1f} %", 100 * *chosen->estimates[0].value / all));
    const MeasureGroup* settled =
        most_settled(std::span(groups).subspan(begin, end - begin), units_min);
    row.emplace_back(settled == nullptr ? "too few to say" : settled->labels.back());
    row.emplace_back(
        settled == nullptr ? "–" : estimate_words(MeasureKind::share, settled->estimates[1]));
    table.rows.push_back(std::move(row));
    begin = end;
  }
  return table;
}

Result<render::ResultTable> levels_table(const Asking& asking, const Population& population) {
  render::ResultTable table;
  table.columns = {{"channel"}};
  for (const char* name : {"events", "transactions", "interactions", "engagements", "customers",
                           "interactions_touching", "engagements_touching", "customers_touching"})
    table.columns.push_back({name, ColumnKind::integer});
  CLEW_TRY(
      const auto rows,
      population.rows(
          asking.connection,
          ", legs AS (SELECT channel, customer_id, engagement_id, interaction_id, count(*) AS "
          "transactions, sum(events) AS events FROM transactions WHERE engagement_id IN (SELECT "
          "unit_id FROM chosen) GROUP BY ALL), touching AS (SELECT channel, CAST(sum(events) AS "
          "BIGINT) AS events, CAST(sum(transactions) AS BIGINT) AS transactions, count(*) AS "
          "interactions_touching, count(DISTINCT engagement_id) AS engagements_touching, "
          "count(DISTINCT customer_id) AS customers_touching FROM legs GROUP BY channel), "
          "sittings AS (SELECT coalesce(first_channel, '(none)') AS channel, count(*) AS "
          "interactions FROM interactions WHERE engagement_id IN (SELECT unit_id FROM chosen) "
          "GROUP BY 1), begun AS (SELECT first_channel AS channel, count(*) AS engagements FROM "
          "chosen GROUP BY 1), people AS (SELECT channel, count(*) AS customers FROM (SELECT "
          "min_by(first_channel, (\"at\", unit_id)) AS channel FROM chosen GROUP BY customer_id) "
          "GROUP BY 1) SELECT channel, events, transactions, interactions, engagements, customers, "
          "interactions_touching, engagements_touching, customers_touching FROM touching FULL JOIN "
          "sittings USING (channel) FULL JOIN begun USING (channel) FULL JOIN people USING "
          "(channel) ORDER BY transactions DESC NULLS LAST, channel"));
  constexpr std::size_t kLevels = 5;
  std::vector<std::int64_t> sums(kLevels, 0);
  for (const auto& row : rows) {
    std::vector<render::Cell> cells = {text_at(row, 0)};
    for (std::size_t c = 1; c < table.columns.size(); ++c) cells.emplace_back(count_at(row, c));
    for (std::size_t level = 0; level < kLevels; ++level) sums[level] += count_at(row, level + 1);
    table.rows.push_back(std::move(cells));
  }
  CLEW_TRY(const auto all,
           asking.connection.query_rows(
               "SELECT CAST(coalesce(sum(events), 0) AS BIGINT), CAST(coalesce(sum(transactions), "
               "0) AS BIGINT), CAST(coalesce(sum(interactions), 0) AS BIGINT), "
               "CAST(coalesce(sum(engagements), 0) AS BIGINT), count(*) FROM journeys"));
  std::vector<render::Cell> outside = {std::string("(other engagements)")};
  std::vector<render::Cell> total = {std::string("(all)")};
  for (std::size_t level = 0; level < kLevels; ++level) {
    outside.emplace_back(count_at(all[0], level) - sums[level]);
    total.emplace_back(count_at(all[0], level));
  }
  outside.resize(table.columns.size());
  total.resize(table.columns.size());
  table.rows.push_back(std::move(outside));
  table.rows.push_back(std::move(total));
  return table;
}

}  // namespace clewline::insights
