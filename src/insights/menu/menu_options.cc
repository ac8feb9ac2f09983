#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "insights/frame/answer_words.h"
#include "insights/menu/best_order.h"
#include "insights/menu/menu_internal.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

using render::Cell;
using render::ColumnKind;

constexpr std::size_t kOptionsForPeople = 20;

/// What was chosen at one node.
struct NodeOptions {
  std::string flow;
  std::string node;
  std::vector<OptionUse> uses;
  std::vector<Estimate> shares;  // one an option
  double customers = 0;
  double chosen = 0;
  OptionPlaces places;  // where options are keys
  Estimate spared;      // options that a caller need not hear, each time
};

// Inputs with the half of their customer: by the first step, since ids differ between workspaces.
constexpr std::string_view kInputs =
    R"sql(, inputs AS (SELECT coalesce(flow, '') AS flow, coalesce(node, '') AS node, option, customer_id, count(*) AS uses
  FROM chosen WHERE option IS NOT NULL GROUP BY ALL),
halves AS (SELECT customer_id, CAST(right(min(unit_id), 1) IN ('8', '9', 'a', 'b', 'c', 'd', 'e', 'f') AS INTEGER) AS half
  FROM chosen WHERE option IS NOT NULL GROUP BY ALL),
at_node AS (SELECT flow, node, customer_id, sum(uses) AS all_uses FROM inputs GROUP BY ALL)
)sql";

constexpr std::string_view kSharesSql = R"sql(SELECT i.flow, i.node, i.option,
  CAST(sum(i.uses) FILTER (half = 0) AS BIGINT), CAST(sum(i.uses) FILTER (half = 1) AS BIGINT),
  CAST(any_value(n.customers) AS DOUBLE), CAST(any_value(n.uses) AS DOUBLE), CAST(any_value(n.squares) AS DOUBLE),
  CAST(sum(i.uses) AS DOUBLE), CAST(sum(i.uses * i.uses) AS DOUBLE), CAST(sum(i.uses * a.all_uses) AS DOUBLE)
FROM inputs i JOIN at_node a USING (flow, node, customer_id) JOIN halves h USING (customer_id)
JOIN (SELECT flow, node, count(*) AS customers, sum(all_uses) AS uses, sum(all_uses * all_uses) AS squares FROM at_node GROUP BY ALL) n
  USING (flow, node)
GROUP BY i.flow, i.node, i.option ORDER BY i.flow, i.node, i.option)sql";

constexpr std::string_view kSparedSql =
    R"sql(SELECT flow, node, CAST(count(*) AS DOUBLE), CAST(sum(t) AS DOUBLE),
  CAST(sum(s) AS DOUBLE), CAST(sum(s * s) AS DOUBLE), CAST(sum(s * t) AS DOUBLE), CAST(sum(t * t) AS DOUBLE), CAST(sum(q) AS DOUBLE)
FROM (SELECT flow, node, customer_id, sum(uses) AS t, sum(uses * spared) AS s, sum(uses * spared * spared) AS q
  FROM inputs JOIN halves USING (customer_id) JOIN (VALUES {}) AS places(flow, node, option, half, spared)
    USING (flow, node, option, half) GROUP BY ALL)
GROUP BY flow, node ORDER BY flow, node)sql";

double number_at(const std::vector<store::Cell>& row, std::size_t column) {
  const auto* value = std::get_if<double>(&row[column]);
  return value == nullptr ? 0.0 : *value;
}
std::int64_t whole_at(const std::vector<store::Cell>& row, std::size_t column) {
  const auto* value = std::get_if<std::int64_t>(&row[column]);
  return value == nullptr ? 0 : *value;
}

Result<std::vector<NodeOptions>> read_options(const Asking& asking, const Population& population) {
  CLEW_TRY(const auto rows,
           population.rows(asking.connection, std::string(kInputs) + std::string(kSharesSql)));
  std::vector<NodeOptions> nodes;
  for (const auto& row : rows) {
    const auto& flow = std::get<std::string>(row[0]);
    const auto& node = std::get<std::string>(row[1]);
    if (nodes.empty() || nodes.back().flow != flow || nodes.back().node != node) {
      nodes.emplace_back();
      nodes.back().flow = flow;
      nodes.back().node = node;
      nodes.back().customers = number_at(row, 5);
      nodes.back().chosen = number_at(row, 6);
    }
    nodes.back().uses.push_back(
        {std::get<std::string>(row[2]), {whole_at(row, 3), whole_at(row, 4)}});
    statistics::RatioSums sums;
    sums.clusters = number_at(row, 5);
    sums.units = sums.denominator = number_at(row, 6);
    sums.denominator_squares = number_at(row, 7);
    sums.numerator = sums.unit_squares = number_at(row, 8);
    sums.numerator_squares = number_at(row, 9);
    sums.products = number_at(row, 10);
    nodes.back().shares.push_back(estimate(MeasureKind::share, sums));
  }
  return nodes;
}

bool can_be_ordered(const NodeOptions& node) { return node.uses.size() > 1 && are_keys(node.uses); }

Status judge_orders(const Asking& asking, const Population& population,
                    std::vector<NodeOptions>& nodes) {
  std::string values;
  for (NodeOptions& node : nodes) {
    if (!can_be_ordered(node)) continue;
    node.places = option_places(node.uses);
    for (std::size_t i = 0; i < node.uses.size(); ++i) {
      for (std::size_t half = 0; half < 2; ++half)
        values += fmt::format("{}({}, {}, {}, {}, {})", values.empty() ? "" : ", ",
                              store::quote_literal(node.flow), store::quote_literal(node.node),
                              store::quote_literal(node.uses[i].option), half,
                              node.places.now[i] - node.places.by[half][i]);
    }
  }
  if (values.empty()) return {};
  CLEW_TRY(const auto rows,
           population.rows(asking.connection,
                           std::string(kInputs) + fmt::format(fmt::runtime(kSparedSql), values)));
  for (const auto& row : rows) {
    const auto node = std::ranges::find_if(nodes, [&](const NodeOptions& one) {
      return one.flow == std::get<std::string>(row[0]) && one.node == std::get<std::string>(row[1]);
    });
    statistics::RatioSums sums;
    sums.clusters = number_at(row, 2);
    sums.units = sums.denominator = number_at(row, 3);
    sums.numerator = number_at(row, 4);
    sums.numerator_squares = number_at(row, 5);
    sums.products = number_at(row, 6);
    sums.denominator_squares = number_at(row, 7);
    sums.unit_squares = number_at(row, 8);
    node->spared = estimate(MeasureKind::mean, sums);
  }
  return {};
}

Cell low_of(const Estimate& estimate) {
  return estimate.interval ? Cell(estimate.interval->low) : Cell();
}
Cell high_of(const Estimate& estimate) {
  return estimate.interval ? Cell(estimate.interval->high) : Cell();
}
Cell name_cell(const std::string& name) { return name.empty() ? Cell() : Cell(name); }

render::ResultTable options_table(std::span<const NodeOptions> nodes) {
  render::ResultTable table;
  table.columns = {{"flow"},
                   {"node"},
                   {"option"},
                   {"uses", ColumnKind::integer},
                   {"share", ColumnKind::number},
                   {"low", ColumnKind::number},
                   {"high", ColumnKind::number},
                   {"customers", ColumnKind::integer},
                   {"place_now", ColumnKind::integer},
                   {"place_best", ColumnKind::integer}};
  for (const NodeOptions& node : nodes) {
    for (std::size_t i = 0; i < node.uses.size(); ++i) {
      const bool placed = !node.places.now.empty();
      table.rows.push_back({name_cell(node.flow), name_cell(node.node), node.uses[i].option,
                            node.uses[i].uses[0] + node.uses[i].uses[1], *node.shares[i].value,
                            low_of(node.shares[i]), high_of(node.shares[i]),
                            static_cast<std::int64_t>(node.customers),
                            placed ? Cell(node.places.now[i] + 1) : Cell(),
                            placed ? Cell(node.places.best[i] + 1) : Cell()});
    }
  }
  return table;
}

// The most used options of the busiest nodes, and what the others are together.
render::ResultTable options_for_people(std::span<const NodeOptions> nodes) {
  render::ResultTable table;
  table.columns = {
      {"node"}, {"option"}, {"uses", ColumnKind::integer}, {"share of the node's inputs (95 %)"}};
  struct Row {
    const NodeOptions* node;
    std::size_t option;
    std::int64_t uses;
  };
  std::vector<Row> rows;
  std::int64_t others = 0;
  for (const NodeOptions& node : nodes) {
    for (std::size_t i = 0; i < node.uses.size(); ++i)
      rows.push_back({&node, i, node.uses[i].uses[0] + node.uses[i].uses[1]});
  }
  std::ranges::stable_sort(rows, std::greater(), &Row::uses);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (i >= kOptionsForPeople) {
      others += row.uses;
      continue;
    }
    table.rows.push_back({name_cell(row.node->node), row.node->uses[row.option].option, row.uses,
                          estimate_words(MeasureKind::share, row.node->shares[row.option])});
  }
  if (others > 0)
    table.notes.push_back(fmt::format("{} further options were used {} times: `--table options`.",
                                      render::grouped(std::ssize(rows) - std::ssize(table.rows)),
                                      render::grouped(others)));
  return table;
}

std::string order_words(const NodeOptions& node, const std::vector<std::int64_t>& places) {
  std::vector<std::string> order(places.size());
  for (std::size_t i = 0; i < places.size(); ++i)
    order[static_cast<std::size_t>(places[i])] = node.uses[i].option;
  std::string out;
  for (const std::string& option : order) out += (out.empty() ? "" : " ") + option;
  return out;
}

double heard_now(const NodeOptions& node) {
  double sum = 0;
  for (std::size_t i = 0; i < node.uses.size(); ++i)
    sum += static_cast<double>(node.places.now[i] * (node.uses[i].uses[0] + node.uses[i].uses[1]));
  return sum / node.chosen;
}

render::ResultTable order_table(std::span<const NodeOptions> nodes, double option_seconds) {
  render::ResultTable table;
  table.columns = {{"flow"},
                   {"node"},
                   {"uses", ColumnKind::integer},
                   {"customers", ColumnKind::integer},
                   {"order_now"},
                   {"order_best"},
                   {"heard_before_now", ColumnKind::number, render::Audience::everybody, {}, 2},
                   {"spared", ColumnKind::number, render::Audience::everybody, {}, 2},
                   {"low", ColumnKind::number, render::Audience::everybody, {}, 2},
                   {"high", ColumnKind::number, render::Audience::everybody, {}, 2},
                   {"spared_seconds", ColumnKind::number, render::Audience::everybody, {}, 1},
                   {"spared_hours_in_all", ColumnKind::number, render::Audience::everybody, {}, 1}};
  for (const NodeOptions& node : nodes) {
    if (!node.spared.value) continue;
    const double seconds = *node.spared.value * option_seconds;
    table.rows.push_back(
        {name_cell(node.flow), name_cell(node.node), static_cast<std::int64_t>(node.chosen),
         static_cast<std::int64_t>(node.customers), order_words(node, node.places.now),
         order_words(node, node.places.best), heard_now(node), *node.spared.value,
         low_of(node.spared), high_of(node.spared), seconds, seconds * node.chosen / 3600});
  }
  table.notes.push_back(fmt::format(
      "If options are read out in the order of their keys, {:g} s each (menu.option_time), and "
      "callers press when they have heard theirs. Each half of the customers is judged by the "
      "order that the other half asks for, so that chance saves nothing.",
      option_seconds));
  return table;
}

void say_most_and_least(std::span<const NodeOptions> nodes, Answer& answer) {
  const auto node = std::ranges::max_element(nodes, {}, &NodeOptions::chosen);
  if (node == nodes.end()) return;
  const auto share = [](const Estimate& estimate) { return *estimate.value; };
  const auto place = [&](auto found) {
    return static_cast<std::size_t>(found - node->shares.begin());
  };
  const std::size_t most = place(std::ranges::max_element(node->shares, {}, share));
  const std::size_t least = place(std::ranges::min_element(node->shares, {}, share));
  const std::string name = node->node.empty() ? "the menu" : "`" + node->node + "`";
  if (most == least) {
    answer.sentences.push_back(
        fmt::format("At {} {} is the only choice that was used.", name, node->uses[most].option));
    return;
  }
  answer.sentences.push_back(
      fmt::format("Of {} inputs at {} most chose {}: {}; fewest {}: {}.",
                  render::grouped(static_cast<std::int64_t>(node->chosen)), name,
                  node->uses[most].option, value_words(MeasureKind::share, node->shares[most]),
                  node->uses[least].option, value_words(MeasureKind::share, node->shares[least])));
}

void say_best_order(std::span<const NodeOptions> nodes, double option_seconds, Answer& answer) {
  const NodeOptions* best = nullptr;
  const auto in_all = [](const NodeOptions& node) { return *node.spared.value * node.chosen; };
  for (const NodeOptions& node : nodes) {
    if (!node.spared.interval || node.spared.interval->low <= 0) continue;
    if (best == nullptr || in_all(node) > in_all(*best)) best = &node;
  }
  if (best == nullptr) return;
  answer.sentences.push_back(fmt::format(
      "With the options of {} in the order {} a caller would hear {} fewer before the wanted one, "
      "{:.1f} s each time.",
      best->node.empty() ? "the menu" : "`" + best->node + "`",
      order_words(*best, best->places.best), estimate_words(MeasureKind::mean, best->spared),
      *best->spared.value * option_seconds));
}

}  // namespace

Status add_options(const Asking& asking, const Population& population, Answer& answer) {
  CLEW_TRY(auto nodes, read_options(asking, population));
  CLEW_TRY_VOID(judge_orders(asking, population, nodes));
  const double option_seconds =
      static_cast<double>(asking.settings.counting.menu.option_time_us) / kUsPerSecond;
  say_most_and_least(nodes, answer);
  say_best_order(nodes, option_seconds, answer);
  answer.tables.push_back({"options", "Options", options_table(nodes)});
  render::ResultTable order = order_table(nodes, option_seconds);
  answer.tables.push_back({"order", "Order of options", order});
  if (!nodes.empty())
    answer.tables_for_people.push_back(
        {"options", "What callers chose", options_for_people(nodes)});
  if (!order.rows.empty())
    answer.tables_for_people.push_back(
        {"order", "What another order of the options would save", std::move(order)});
  return {};
}

}  // namespace clewline::insights
