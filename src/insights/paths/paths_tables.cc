#include "insights/paths/paths_tables.h"

#include <fmt/format.h>

#include <cmath>

#include "insights/frame/answer_words.h"
#include "insights/paths/prefix_tree.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

using render::ColumnKind;

constexpr double kUsPerSecondExact = static_cast<double>(kUsPerSecond);
constexpr std::size_t kWordsMax = 8;  // activities of a path that a sentence or a table names
const std::string kStart = "(start)";
const std::string kEnd = "(end)";
const std::string kOther = "(other)";

render::Cell whole(double value) { return static_cast<std::int64_t>(std::llround(value)); }

std::string time_words(double seconds) {
  return render::duration_words(std::llround(seconds * kUsPerSecondExact));
}

std::string mean_text(const EdgeCounts& edge) {
  const Estimate mean = estimate(MeasureKind::seconds, mean_time(edge));
  std::string out = time_words(*mean.value);
  if (mean.interval)
    out +=
        fmt::format(" ({} – {})", time_words(mean.interval->low), time_words(mean.interval->high));
  return out;
}

std::string share_text(const statistics::RatioSums& sums) {
  return estimate_words(MeasureKind::share, share_of(sums));
}

/// One row of the map: an edge, or the first or last step of paths.
struct MapRow {
  std::string from;
  std::string to;
  std::int64_t count = 0;
  std::optional<NumeratorSums> paths;
  const EdgeCounts* edge = nullptr;
  double median_s = 0;
};

std::vector<MapRow> map_rows(PathsReading& reading) {
  std::vector<MapRow> rows;
  for (EdgeCounts& edge : reading.map.edges())
    rows.push_back({reading.names[edge.from], reading.names[edge.to], edge.count, edge.paths, &edge,
                    median(edge.times) / kUsPerSecondExact});
  const auto& activities = reading.map.activities();
  for (std::size_t a = 0; a < activities.size(); ++a) {
    const ActivityCounts& counts = activities[a];
    if (counts.first > 0) rows.push_back({kStart, reading.names[a], counts.first, {}, nullptr});
    if (counts.last > 0) rows.push_back({reading.names[a], kEnd, counts.last, {}, nullptr});
  }
  std::ranges::sort(rows, [](const MapRow& a, const MapRow& b) {
    return std::tie(b.count, a.from, a.to) < std::tie(a.count, b.from, b.to);
  });
  return rows;
}

render::ResultTable map_table(const PathMap& map, const std::vector<MapRow>& rows,
                              std::size_t shown) {
  render::ResultTable table;
  table.columns = {{"from"}, {"to"}};
  for (const char* name : {"count", "paths"}) table.columns.push_back({name, ColumnKind::integer});
  for (const char* name : {"share", "low", "high", "mean_seconds", "mean_low", "mean_high",
                           "median_seconds", "time_share", "time_low", "time_high"})
    table.columns.push_back({name, ColumnKind::number});
  std::int64_t other = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const MapRow& row = rows[i];
    if (i >= shown) {
      other += row.count;
      continue;
    }
    std::vector<render::Cell> cells = {row.from, row.to, row.count};
    if (row.edge == nullptr) {
      cells.emplace_back(row.count);
      cells.emplace_back(static_cast<double>(row.count) / map.paths().total);
      cells.resize(table.columns.size());
    } else {
      const EstimateCells share = cells_of(share_of(paths_share(map, *row.paths)));
      const EstimateCells mean = cells_of(estimate(MeasureKind::seconds, mean_time(*row.edge)));
      const EstimateCells time = cells_of(share_of(time_share(map, *row.edge)));
      cells.insert(cells.end(),
                   {whole(row.paths->total), share.value, share.low, share.high, mean.value,
                    mean.low, mean.high, row.median_s, time.value, time.low, time.high});
    }
    table.rows.push_back(std::move(cells));
  }
  if (other > 0) {
    table.rows.push_back({kOther, kOther, other});
    table.rows.back().resize(table.columns.size());
  }
  return table;
}

render::ResultTable map_for_people(const PathMap& map, const std::vector<MapRow>& rows,
                                   std::size_t shown) {
  render::ResultTable table;
  table.columns = {{"from"},     {"to"},     {"steps", ColumnKind::integer},
                   {"of paths"}, {"median"}, {"mean"}};
  std::int64_t other = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const MapRow& row = rows[i];
    if (i >= shown) {
      other += row.count;
      continue;
    }
    table.rows.push_back({row.from, row.to, row.count});
    if (row.edge != nullptr) {
      table.rows.back().insert(table.rows.back().end(),
                               {share_text(paths_share(map, *row.paths)), time_words(row.median_s),
                                mean_text(*row.edge)});
    } else {
      table.rows.back().emplace_back(
          fmt::format("{:.1f} %", 100 * static_cast<double>(row.count) / map.paths().total));
    }
    table.rows.back().resize(table.columns.size());
  }
  if (other > 0) table.rows.push_back({kOther, kOther, other, {}, {}, {}});
  return table;
}

std::vector<std::size_t> variants_in_order(const PathVariants& found) {
  const auto& variants = found.all();
  return ordered(variants.size(), [&](std::size_t a, std::size_t b) {
    if (variants[a].paths.total != variants[b].paths.total)
      return variants[a].paths.total > variants[b].paths.total;
    const auto left = found.activities_of(variants[a]);
    const auto right = found.activities_of(variants[b]);
    if (left.size() != right.size()) return left.size() < right.size();
    return std::ranges::lexicographical_compare(left, right);
  });
}

void add_variants(PathsReading& reading, std::span<const std::size_t> order, std::size_t shown,
                  bool for_people, render::ResultTable& table) {
  const PathMap& map = reading.map;
  double other = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Variant& variant = reading.variants.all()[order[i]];
    if (i >= shown) {
      other += variant.paths.total;
      continue;
    }
    const statistics::RatioSums sums = paths_share(map, variant.paths);
    const double mean =
        static_cast<double>(variant.time_us) / kUsPerSecondExact / variant.paths.total;
    const auto words = path_words(reading.variants.activities_of(variant), reading.names,
                                  for_people ? kWordsMax : variant.steps);
    if (for_people) {
      table.rows.push_back({whole(variant.paths.total), share_text(sums), time_words(mean), words});
    } else {
      const EstimateCells share = cells_of(share_of(sums));
      table.rows.push_back({static_cast<std::int64_t>(i + 1), whole(variant.paths.total),
                            share.value, share.low, share.high,
                            static_cast<std::int64_t>(variant.steps), mean, words});
    }
  }
  if (other > 0) {
    if (for_people)
      table.rows.push_back({whole(other), std::string(), std::string(), kOther});
    else
      table.rows.push_back({{}, whole(other), other / map.paths().total, {}, {}, {}, {}, kOther});
  }
}

render::ResultTable variants_table(PathsReading& reading, std::span<const std::size_t> order,
                                   std::size_t shown, bool for_people) {
  render::ResultTable table;
  if (for_people)
    table.columns = {{"paths", ColumnKind::integer}, {"share"}, {"mean time"}, {"path"}};
  else
    table.columns = {{"rank", ColumnKind::integer},        {"paths", ColumnKind::integer},
                     {"share", ColumnKind::number},        {"low", ColumnKind::number},
                     {"high", ColumnKind::number},         {"steps", ColumnKind::integer},
                     {"mean_seconds", ColumnKind::number}, {"path"}};
  add_variants(reading, order, shown, for_people, table);
  return table;
}

render::ResultTable activities_table(const PathsReading& reading, bool for_people,
                                     std::size_t shown) {
  const auto& activities = reading.map.activities();
  const auto order = ordered(activities.size(), [&](std::size_t a, std::size_t b) {
    return std::tie(activities[b].steps, reading.names[a]) <
           std::tie(activities[a].steps, reading.names[b]);
  });
  render::ResultTable table;
  table.columns = {{"activity"},
                   {"steps", ColumnKind::integer},
                   {"paths", ColumnKind::integer},
                   {"first", ColumnKind::integer},
                   {"last", ColumnKind::integer},
                   {"repeated_in", ColumnKind::integer}};
  if (for_people) {
    table.columns.push_back({"repeated, of paths"});
  } else {
    for (const char* name :
         {"share", "low", "high", "repeated_share", "repeated_low", "repeated_high"})
      table.columns.push_back({name, ColumnKind::number});
  }
  ActivityCounts other;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const ActivityCounts& counts = activities[order[i]];
    if (i >= shown) {
      other.steps += counts.steps;
      other.first += counts.first;
      other.last += counts.last;
      continue;
    }
    table.rows.push_back({reading.names[order[i]], counts.steps, whole(counts.paths.total),
                          counts.first, counts.last, whole(counts.repeated.total)});
    auto& row = table.rows.back();
    const statistics::RatioSums repeated = paths_share(reading.map, counts.repeated);
    if (for_people) {
      row.emplace_back(share_text(repeated));
      continue;
    }
    const EstimateCells share = cells_of(share_of(paths_share(reading.map, counts.paths)));
    const EstimateCells again = cells_of(share_of(repeated));
    row.insert(row.end(), {share.value, share.low, share.high, again.value, again.low, again.high});
  }
  if (other.steps > 0) {
    table.rows.push_back({kOther, other.steps, {}, other.first, other.last});
    table.rows.back().resize(table.columns.size());
  }
  return table;
}

render::ResultTable prefixes_table(const PathsReading& reading,
                                   const std::vector<PrefixNode>& nodes, std::size_t shown) {
  std::vector<std::string> words(nodes.size());
  render::ResultTable table;
  table.columns = {{"depth", ColumnKind::integer}, {"beginning"},
                   {"paths", ColumnKind::integer}, {"share", ColumnKind::number},
                   {"ended", ColumnKind::integer}, {"beyond", ColumnKind::integer}};
  const auto all = static_cast<double>(nodes.front().paths);
  for (std::size_t i = 0; i < nodes.size() && i < shown; ++i) {
    const PrefixNode& node = nodes[i];
    if (i > 0)
      words[i] =
          (node.parent == 0 ? "" : words[node.parent] + " → ") + reading.names[node.activity];
    table.rows.push_back({static_cast<std::int64_t>(node.depth), i == 0 ? kStart : words[i],
                          node.paths, static_cast<double>(node.paths) / all, node.ended, node.cut});
  }
  return table;
}

render::ResultTable loops_table(const PathsReading& reading, std::size_t shown) {
  struct Loop {
    std::string path;
    std::int64_t count;
    std::optional<NumeratorSums> paths;
  };
  std::vector<Loop> loops;
  for (const EdgeCounts& edge : reading.map.edges()) {
    const std::string& from = reading.names[edge.from];
    const std::string& to = reading.names[edge.to];
    if (edge.from == edge.to) loops.push_back({from + " → " + from, edge.count, edge.paths});
    if (edge.back_at_once > 0)
      loops.push_back({from + " → " + to + " → " + from, edge.back_at_once, {}});
  }
  std::ranges::sort(loops, [](const Loop& a, const Loop& b) {
    return std::tie(b.count, a.path) < std::tie(a.count, b.path);
  });
  render::ResultTable table;
  table.columns = {{"loop"}, {"count", ColumnKind::integer}, {"paths", ColumnKind::integer}};
  std::int64_t other = 0;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    if (i < shown)
      table.rows.push_back({loops[i].path, loops[i].count,
                            loops[i].paths ? whole(loops[i].paths->total) : render::Cell()});
    else
      other += loops[i].count;
  }
  if (other > 0) table.rows.push_back({kOther, other, {}});
  return table;
}

/// A named number about all paths.
struct SummaryRow {
  std::string name;
  std::optional<double> value;
  Estimate estimate = {};
};

double median_of(std::vector<TimeUs> durations) { return median(durations) / kUsPerSecondExact; }

std::vector<SummaryRow> summary_rows(const PathsReading& reading) {
  const PathMap& map = reading.map;
  const auto number = [](auto value) { return static_cast<double>(value); };
  double once = 0;
  for (const Variant& variant : reading.variants.all()) once += variant.paths.total == 1;
  double total = 0;
  for (const TimeUs duration : map.durations()) total += number(duration);
  const double transitions = number(map.transitions());
  std::vector<SummaryRow> rows = {{"paths", map.paths().total},
                                  {"steps", number(map.steps())},
                                  {"activities", number(map.activities().size())},
                                  {"transitions", transitions},
                                  {"edges", number(map.edges().size())},
                                  {"variants", number(reading.variants.all().size())},
                                  {"variants_once", once},
                                  {"unseen_share", once / map.paths().total},
                                  {"equal_times", number(map.equal_times())},
                                  {"equal_times_share", {}},
                                  {"median_seconds", median_of(map.durations())},
                                  {"mean_seconds", total / kUsPerSecondExact / map.paths().total}};
  if (transitions > 0) rows[9].value = number(map.equal_times()) / transitions;
  const Estimate rework = share_of(paths_share(map, map.paths_with_rework()));
  rows.push_back({"rework_share", rework.value, rework});
  const auto top = variants_in_order(reading.variants).front();
  const Estimate happy = share_of(paths_share(map, reading.variants.all()[top].paths));
  rows.push_back({"top_variant_share", happy.value, happy});
  return rows;
}

render::ResultTable summary_table(const std::vector<SummaryRow>& rows) {
  render::ResultTable table;
  table.columns = {{"name"},
                   {"value", ColumnKind::number},
                   {"low", ColumnKind::number},
                   {"high", ColumnKind::number}};
  for (const SummaryRow& row : rows) {
    const EstimateCells cells = cells_of(row.estimate);
    table.rows.push_back(
        {row.name, row.value ? render::Cell(*row.value) : render::Cell(), cells.low, cells.high});
  }
  return table;
}

std::vector<std::size_t> edges_by_time(const PathsReading& reading) {
  const auto& edges = reading.map.edges();
  return ordered(edges.size(), [&](std::size_t a, std::size_t b) {
    return std::tie(edges[b].time.total, reading.names[edges[a].from], reading.names[edges[a].to]) <
           std::tie(edges[a].time.total, reading.names[edges[b].from], reading.names[edges[b].to]);
  });
}

/// Where the time goes: the edges with the most of it.
render::ResultTable bottlenecks_for_people(const PathsReading& reading, std::size_t shown) {
  render::ResultTable table;
  table.columns = {{"from"}, {"to"}, {"of all time"}, {"mean"}, {"steps", ColumnKind::integer}};
  const auto order = edges_by_time(reading);
  for (std::size_t i = 0; i < std::min(order.size(), shown); ++i) {
    const EdgeCounts& edge = reading.map.edges()[order[i]];
    if (edge.time.total <= 0) break;
    table.rows.push_back({reading.names[edge.from], reading.names[edge.to],
                          share_text(time_share(reading.map, edge)), mean_text(edge), edge.count});
  }
  return table;
}

std::vector<std::string> sentences(const PathsReading& reading, std::string_view units) {
  const PathMap& map = reading.map;
  const Variant& top = reading.variants.all()[variants_in_order(reading.variants).front()];
  const auto paths = static_cast<std::int64_t>(map.paths().total);
  std::vector<std::string> out = {fmt::format(
      "{} {} went {} different ways; the most common, {} of them, is {}.", render::grouped(paths),
      units, render::grouped(static_cast<std::int64_t>(reading.variants.all().size())),
      share_text(paths_share(map, top.paths)),
      path_words(reading.variants.activities_of(top), reading.names, kWordsMax))};
  out.push_back(fmt::format("{} do something more than once.",
                            share_text(paths_share(map, map.paths_with_rework()))));
  if (map.time().total <= 0) return out;
  const EdgeCounts& slow = map.edges()[edges_by_time(reading).front()];
  out.back() += fmt::format(
      " Most time passes between {} and {}: {} of all time between steps, {} each time on average.",
      reading.names[slow.from], reading.names[slow.to], share_text(time_share(map, slow)),
      time_words(*estimate(MeasureKind::seconds, mean_time(slow)).value));
  return out;
}

std::vector<Reconciled> reconciled(const PathsReading& reading, std::int64_t chosen,
                                   std::size_t shown, std::span<const std::size_t> variants,
                                   const std::vector<PrefixNode>& nodes) {
  const PathMap& map = reading.map;
  std::vector<Reconciled> lines = {{"paths: all = with steps + without", chosen,
                                    static_cast<std::int64_t>(map.paths().total),
                                    chosen - static_cast<std::int64_t>(map.paths().total), 0}};
  Reconciled steps{"steps: all = followed by another (shown) + last of a path (drop_off)",
                   map.steps()};
  for (const EdgeCounts& edge : map.edges()) steps.shown += edge.count;
  for (const ActivityCounts& counts : map.activities()) steps.drop_off += counts.last;
  lines.push_back(steps);
  Reconciled ways{"paths by variant: all = variants shown + other",
                  static_cast<std::int64_t>(map.paths().total)};
  for (std::size_t i = 0; i < variants.size(); ++i)
    (i < shown ? ways.shown : ways.other) +=
        static_cast<std::int64_t>(reading.variants.all()[variants[i]].paths.total);
  lines.push_back(ways);
  const auto beginnings = static_cast<std::int64_t>(nodes.size());
  const auto kept = std::min(beginnings, static_cast<std::int64_t>(shown));
  lines.push_back({"beginnings: all = rows shown + other", beginnings, kept, beginnings - kept, 0});
  return lines;
}

}  // namespace

void add_map_tables(const Asking& asking, const PathsPlan& plan, PathsReading& reading,
                    Answer& answer) {
  const PathsConfig& config = asking.settings.counting.paths;
  const PathMap& map = reading.map;
  answer.sentences = sentences(reading, plan.level + "s");
  const std::vector<MapRow> rows = map_rows(reading);
  const auto variants = variants_in_order(reading.variants);
  const std::vector<PrefixNode> nodes = prefix_tree(reading.variants, config.prefix_depth);
  const std::vector<SummaryRow> summary = summary_rows(reading);
  answer.tables.push_back({"summary", "Summary", summary_table(summary)});
  answer.tables.push_back({"map", "Map", map_table(map, rows, config.rows)});
  answer.tables.push_back(
      {"variants", "Variants", variants_table(reading, variants, config.rows, false)});
  answer.tables.push_back(
      {"activities", "Activities", activities_table(reading, false, config.rows)});
  answer.tables.push_back(
      {"beginnings", "Beginnings", prefixes_table(reading, nodes, config.rows)});
  answer.tables.push_back({"loops", "Loops", loops_table(reading, config.rows)});
  answer.tables.push_back(
      {"reconcile", "Sums",
       reconcile_table(reconciled(reading, answer.counts.chosen, config.rows, variants, nodes))});
  auto& people = answer.tables_for_people;
  people.push_back({"map", "What directly follows what", map_for_people(map, rows, config.shown)});
  people.push_back(
      {"variants", "Whole paths", variants_table(reading, variants, config.shown, true)});
  people.push_back({"activities", "Steps: first, last, repeated",
                    activities_table(reading, true, config.shown)});
  if (map.time().total > 0)
    people.push_back({"bottlenecks", "Where the time goes",
                      bottlenecks_for_people(reading, std::min<std::size_t>(config.shown, 5))});
  const double unseen = *summary[7].value;
  answer.notes.push_back(fmt::format(
      "A further path would be one never seen with a chance of about {:.1f} % (Good-Turing).",
      100 * unseen));
  if (map.equal_times() > 0)
    answer.notes.push_back(fmt::format(
        "{:.1f} % of steps bear the time of the one before: their order is that of the event types "
        "and of the source.",
        100 * *summary[9].value));
  answer.notes.push_back(fmt::format(
      "Sums reconcile: {} steps = {} followed by another + {} last of a path (--table reconcile).",
      render::grouped(map.steps()), render::grouped(map.transitions()),
      render::grouped(static_cast<std::int64_t>(map.paths().total))));
  if (reading.collapsed > 0)
    answer.notes.push_back(
        fmt::format("{} steps repeat the one before and were put together with it.",
                    render::grouped(reading.collapsed)));
}

EstimateCells cells_of(const Estimate& estimate) {
  EstimateCells cells;
  if (estimate.value) cells.value = *estimate.value;
  if (estimate.interval) {
    cells.low = estimate.interval->low;
    cells.high = estimate.interval->high;
  }
  return cells;
}

render::ResultTable reconcile_table(const std::vector<Reconciled>& lines) {
  render::ResultTable table;
  table.columns = {{"what"}};
  for (const char* name : {"all", "shown", "other", "drop_off", "residual"})
    table.columns.push_back({name, ColumnKind::integer});
  for (const Reconciled& line : lines)
    table.rows.push_back({line.what, line.all, line.shown, line.other, line.drop_off,
                          line.all - line.shown - line.other - line.drop_off});
  return table;
}

std::string path_words(std::span<const std::uint32_t> activities,
                       const std::vector<std::string>& names, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < activities.size(); ++i) {
    if (i == most) return out + fmt::format(" → … ({} more)", activities.size() - most);
    out += (i == 0 ? "" : " → ") + names[activities[i]];
  }
  return out;
}

}  // namespace clewline::insights
