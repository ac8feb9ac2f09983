#include <fmt/format.h>

#include <cmath>
#include <map>
#include <tuple>

#include "insights/frame/answer_words.h"
#include "insights/paths/paths_tables.h"
#include "render/cell_text.h"
#include "statistics/multiple_testing.h"
#include "statistics/tails.h"

namespace clewline::insights {
namespace {

using render::ColumnKind;

constexpr double kFalseShare = .05;    // of the differences that are called real
constexpr std::size_t kBlocksMax = 8;  // of a step of the picture; what is more is "other"
const std::string kOther = "(other)";
const std::string kDropOff = "(drop-off)";

std::int64_t whole(double value) { return std::llround(value); }

/// The cells of one step, most paths first; those beyond `shown` are together "other".
struct ShownStep {
  std::vector<std::size_t> order;
  std::vector<std::size_t> place;  // of each cell; `shown` and more: other
};

std::vector<ShownStep> shown_steps(const PathsReading& reading) {
  std::vector<ShownStep> out;
  for (const FlowStep& step : reading.flow.steps()) {
    ShownStep& shown = out.emplace_back();
    shown.order = ordered(step.cells.size(), [&](std::size_t a, std::size_t b) {
      return std::tie(step.cells[b].paths.total, reading.names[step.cells[a].activity]) <
             std::tie(step.cells[a].paths.total, reading.names[step.cells[b].activity]);
    });
    shown.place.resize(shown.order.size());
    for (std::size_t i = 0; i < shown.order.size(); ++i) shown.place[shown.order[i]] = i;
  }
  return out;
}

/// What becomes of a step's paths in sums.
Reconciled sums_of(const FlowStep& step, const ShownStep& shown, std::size_t most,
                   double ended_before) {
  Reconciled sums;
  for (std::size_t i = 0; i < shown.order.size(); ++i)
    (i < most ? sums.shown : sums.other) += whole(step.cells[shown.order[i]].paths.total);
  sums.drop_off = whole(step.ended.total - ended_before);
  return sums;
}

render::ResultTable flow_table(const PathsReading& reading, const std::vector<ShownStep>& shown,
                               std::size_t most, std::vector<Reconciled>& lines) {
  render::ResultTable table;
  table.columns = {{"step", ColumnKind::integer},
                   {"activity"},
                   {"kind"},
                   {"paths", ColumnKind::integer},
                   {"share", ColumnKind::number},
                   {"low", ColumnKind::number},
                   {"high", ColumnKind::number}};
  const auto& steps = reading.flow.steps();
  const double paths = reading.flow.paths().total;
  double there = paths;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const auto number = static_cast<std::int64_t>(k);
    const double ended_before = k == 0 ? 0 : steps[k - 1].ended.total;
    Reconciled sums = sums_of(steps[k], shown[k], most, ended_before);
    sums.what = fmt::format("step {}: all = shown + other + drop-off", k);
    sums.all = whole(there);
    const auto add = [&](const std::string& name, const char* kind, std::int64_t count) {
      table.rows.push_back({number,
                            name,
                            std::string(kind),
                            count,
                            static_cast<double>(count) / std::fmax(1, paths),
                            {},
                            {}});
    };
    add("(all)", "all", sums.all);
    for (std::size_t i = 0; i < std::min(most, shown[k].order.size()); ++i) {
      const FlowCell& cell = steps[k].cells[shown[k].order[i]];
      const EstimateCells share = cells_of(share_of(ratio_sums(cell.paths, reading.flow.paths())));
      table.rows.push_back({number, reading.names[cell.activity], std::string("shown"),
                            whole(cell.paths.total), share.value, share.low, share.high});
    }
    add(kOther, "other", sums.other);
    add(kDropOff, "drop_off", sums.drop_off);
    lines.push_back(sums);
    there = static_cast<double>(sums.shown + sums.other);
  }
  return table;
}

/// Bands between the blocks of two steps, all of them: other and drop-off too.
struct Band {
  std::size_t from = 0;  // place in the step before; `most`: other
  std::size_t to = 0;    // place in this step; `most`: other, `most` + 1: drop-off
  std::int64_t paths = 0;
};

std::vector<Band> bands_of(const FlowStep& step, const ShownStep& before, const ShownStep& now,
                           std::size_t most) {
  std::map<std::pair<std::size_t, std::size_t>, std::int64_t> sums;
  for (const FlowLink& link : step.links)
    sums[{std::min(before.place[link.from], most), std::min(now.place[link.to], most)}] +=
        link.paths;
  for (std::size_t cell = 0; cell < step.ended_after.size(); ++cell) {
    if (step.ended_after[cell] > 0)
      sums[{std::min(before.place[cell], most), most + 1}] += step.ended_after[cell];
  }
  std::vector<Band> bands;
  for (const auto& [ends, paths] : sums) bands.push_back({ends.first, ends.second, paths});
  return bands;
}

std::string block_name(const PathsReading& reading, std::size_t step, const ShownStep& shown,
                       std::size_t place, std::size_t most) {
  if (place > most) return kDropOff;
  if (place == most) return kOther;
  return reading.names[reading.flow.steps()[step].cells[shown.order[place]].activity];
}

render::ResultTable links_table(const PathsReading& reading, const std::vector<ShownStep>& shown,
                                std::size_t most) {
  render::ResultTable table;
  table.columns = {{"step", ColumnKind::integer}, {"from"}, {"to"}, {"paths", ColumnKind::integer}};
  for (std::size_t k = 1; k < shown.size(); ++k) {
    for (const Band& band : bands_of(reading.flow.steps()[k], shown[k - 1], shown[k], most))
      table.rows.push_back({static_cast<std::int64_t>(k),
                            block_name(reading, k - 1, shown[k - 1], band.from, most),
                            block_name(reading, k, shown[k], band.to, most), band.paths});
  }
  return table;
}

/// The flow as a picture: each step with the shown, the other, and those that ended before it.
render::Flow flow_picture(const PathsReading& reading, const std::vector<ShownStep>& shown,
                          std::size_t most) {
  render::Flow flow;
  for (std::size_t k = 0; k < shown.size(); ++k) {
    const FlowStep& step = reading.flow.steps()[k];
    const double ended = k == 0 ? 0 : reading.flow.steps()[k - 1].ended.total;
    const Reconciled sums = sums_of(step, shown[k], most, ended);
    auto& column = flow.columns.emplace_back();
    // Places without a cell stay empty, so that bands find theirs by number.
    for (std::size_t place = 0; place < most; ++place) {
      const bool exists = place < shown[k].order.size();
      column.push_back({exists ? block_name(reading, k, shown[k], place, most) : std::string(),
                        exists ? step.cells[shown[k].order[place]].paths.total : 0});
    }
    column.push_back({kOther, static_cast<double>(sums.other), true});
    column.push_back({kDropOff, static_cast<double>(sums.drop_off), true});
    if (k == 0) continue;
    for (const Band& band : bands_of(step, shown[k - 1], shown[k], most))
      flow.bands.push_back({k - 1, band.from, band.to, static_cast<double>(band.paths)});
  }
  return flow;
}

render::ResultTable flow_for_people(const render::ResultTable& flow) {
  render::ResultTable table;
  table.columns = {
      {"step", ColumnKind::integer}, {"activity"}, {"paths", ColumnKind::integer}, {"of all"}};
  for (const auto& row : flow.rows) {
    const auto* low = std::get_if<double>(&row[5]);
    std::string share = fmt::format("{:.1f} %", 100 * std::get<double>(row[4]));
    if (low != nullptr)
      share += fmt::format(" ({:.1f}–{:.1f})", 100 * *low, 100 * std::get<double>(row[6]));
    table.rows.push_back({row[0], row[1], row[3], std::move(share)});
  }
  return table;
}

/// A difference of one kind of one edge.
struct Tested {
  const EdgeDifference* edge = nullptr;
  bool is_share = true;
  double p_value = 1;
  double adjusted = 1;
};

double p_value_of(const PairedRatio& ratio) {
  if (ratio.error > 0) return statistics::normal_tails((ratio.chosen - ratio.others) / ratio.error);
  return ratio.chosen == ratio.others ? 1 : 0;
}

std::vector<Tested> tested(const std::vector<EdgeDifference>& differences,
                           const std::vector<std::string>& names) {
  std::vector<Tested> out;
  std::vector<double> p_values;
  for (const EdgeDifference& edge : differences) {
    for (const bool is_share : {true, false}) {
      const PairedRatio& ratio = is_share ? edge.share : edge.seconds;
      if (!ratio.comparable) continue;
      out.push_back({&edge, is_share, p_value_of(ratio), 1});
      p_values.push_back(out.back().p_value);
    }
  }
  const std::vector<double> adjusted = statistics::benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].adjusted = adjusted[i];
  std::ranges::sort(out, [&](const Tested& a, const Tested& b) {
    return std::tie(a.adjusted, a.p_value, names[a.edge->from], names[a.edge->to], b.is_share) <
           std::tie(b.adjusted, b.p_value, names[b.edge->from], names[b.edge->to], a.is_share);
  });
  return out;
}

render::ResultTable difference_table(const std::vector<Tested>& rows,
                                     const std::vector<std::string>& names) {
  render::ResultTable table;
  table.columns = {{"from"}, {"to"}, {"of"}};
  for (const char* name : {"chosen", "others", "difference", "low", "high", "p_value", "adjusted"})
    table.columns.push_back({name, ColumnKind::number});
  table.columns.push_back({"chosen_count", ColumnKind::integer});
  table.columns.push_back({"others_count", ColumnKind::integer});
  for (const Tested& row : rows) {
    const PairedRatio& ratio = row.is_share ? row.edge->share : row.edge->seconds;
    const double difference = ratio.chosen - ratio.others;
    const double half = evaluation::kNormalQuantile95 * ratio.error;
    table.rows.push_back({names[row.edge->from], names[row.edge->to],
                          std::string(row.is_share ? "share_of_paths" : "mean_seconds"),
                          ratio.chosen, ratio.others, difference, difference - half,
                          difference + half, row.p_value, row.adjusted, row.edge->chosen_count,
                          row.edge->others_count});
  }
  return table;
}

std::string value_text(bool is_share, double value) {
  return is_share ? fmt::format("{:.1f} %", 100 * value)
                  : render::duration_words(whole(value * static_cast<double>(kUsPerSecond)));
}

render::ResultTable difference_for_people(const std::vector<Tested>& rows,
                                          const std::vector<std::string>& names,
                                          std::size_t shown) {
  render::ResultTable table;
  table.columns = {{"from"}, {"to"}, {"of"}, {"chosen"}, {"others"}, {"p, corrected"}};
  for (std::size_t i = 0; i < std::min(shown, rows.size()); ++i) {
    const PairedRatio& ratio = rows[i].is_share ? rows[i].edge->share : rows[i].edge->seconds;
    table.rows.push_back({names[rows[i].edge->from], names[rows[i].edge->to],
                          std::string(rows[i].is_share ? "share of paths" : "mean time"),
                          value_text(rows[i].is_share, ratio.chosen),
                          value_text(rows[i].is_share, ratio.others),
                          fmt::format("{:.2g}", rows[i].adjusted)});
  }
  if (rows.size() > shown)
    table.rows.push_back({fmt::format("({} more, --table map_comparison)", rows.size() - shown),
                          {},
                          {},
                          {},
                          {},
                          {}});
  return table;
}

}  // namespace

void add_flow_tables(const Asking& asking, const PathsPlan& plan, const PathsReading& reading,
                     Answer& answer) {
  const std::size_t most = asking.settings.counting.paths.shown;
  const std::vector<ShownStep> shown = shown_steps(reading);
  std::vector<Reconciled> lines;
  render::ResultTable flow = flow_table(reading, shown, most, lines);
  const auto reconcile = std::ranges::find(answer.tables, "reconcile", &NamedTable::name);
  for (auto& row : reconcile_table(lines).rows) reconcile->table.rows.push_back(std::move(row));
  if (!plan.anchor.empty()) {
    const auto paths = whole(reading.flow.paths().total);
    answer.sentences.push_back(fmt::format("{} of them have {}; {} paths do not.",
                                           render::grouped(paths), plan.anchor,
                                           render::grouped(reading.flow.paths_without())));
    answer.tables_for_people.insert(
        answer.tables_for_people.begin(),
        {"flow",
         plan.direction == FlowDirection::forward ? "What follows " + plan.anchor
                                                  : "What comes before " + plan.anchor,
         flow_for_people(flow)});
  }
  answer.tables.push_back({"flow", "Flow", std::move(flow)});
  answer.chart.title = "Which way do customers go?";
  answer.chart.subtitle = fmt::format(
      "{} paths, step by step {}; grey: other activities, and paths that ended",
      render::grouped(whole(reading.flow.paths().total)),
      plan.anchor.empty()
          ? (plan.direction == FlowDirection::forward ? "from their first step"
                                                      : "back from their last step")
          : (plan.direction == FlowDirection::forward ? "after " : "back from ") + plan.anchor);
  answer.chart.flow = flow_picture(reading, shown, std::min(most, kBlocksMax));
  answer.tables.push_back({"flow_links", "Flow, step to step", links_table(reading, shown, most)});
}

void add_difference_table(const Asking& asking, const PathsReading& reading, Answer& answer) {
  if (!reading.compared) return;
  const std::vector<Tested> rows = tested(reading.differences, reading.names);
  const auto real =
      std::ranges::count_if(rows, [](const Tested& row) { return row.adjusted < kFalseShare; });
  answer.sentences.push_back(fmt::format(
      "Against {} paths of {}: {} of {} comparisons of steps differ by more than chance.",
      render::grouped(reading.others_paths), asking.compare, real, rows.size()));
  answer.tables.push_back(
      {"map_comparison", "Comparison of maps", difference_table(rows, reading.names)});
  answer.tables_for_people.insert(
      answer.tables_for_people.begin(),
      {"map_comparison", "How the steps differ",
       difference_for_people(rows, reading.names, asking.settings.counting.paths.shown)});
}

}  // namespace clewline::insights
