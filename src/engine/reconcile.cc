#include "engine/reconcile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/closest_name.h"
#include "engine/insights.h"
#include "engine/report_file.h"
#include "insights/service/service.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

using insights::CellDifference;
using insights::CountedIn;
using insights::DifferenceReason;
using insights::kDifferenceReasons;
using insights::kReportFigures;
using insights::ReportFigure;

constexpr std::size_t kCellsMax = 50'000'000;
constexpr std::string_view kAllQueues = "(all)";
constexpr std::int64_t kMsPerDay = kUsPerDay / kUsPerMs;
constexpr double kDigits = 1e3;  // handle times are in milliseconds

/// The report as a grid, with the names of its queues.
struct Grid {
  insights::IntervalReport report;
  std::vector<std::string> queues;
};

Result<Grid> grid_of(const ReportFile& file, const std::string& path) {
  Grid grid;
  std::map<std::string, std::size_t> places;
  std::int64_t first = file.rows.front().start_ms;
  std::int64_t last = first;
  for (const ReportRow& row : file.rows) {
    first = std::min(first, row.start_ms);
    last = std::max(last, row.start_ms);
    places.emplace(file.has_queues ? row.queue : std::string(kAllQueues), 0);
  }
  for (auto& [name, place] : places) {
    place = grid.queues.size();
    grid.queues.push_back(name);
  }
  insights::IntervalReport& report = grid.report;
  report.start_ms = first;
  report.length_ms = file.interval_ms;
  report.intervals = static_cast<std::size_t>((last - first) / file.interval_ms) + 1;
  report.queues = grid.queues.size();
  const std::size_t cells = report.intervals * report.queues;
  if (cells > kCellsMax)
    return Error{ErrorCode::bad_input,
                 fmt::format("{} would make {} cells of {} min", path, cells,
                             file.interval_ms * kUsPerMs / kUsPerMinute),
                 "name the length of an interval in a file for --mapping (`interval: 30min`), or "
                 "give a shorter report"};
  report.has_rows.assign(report.intervals, false);
  report.handle_rounding.assign(cells, 0.0);
  for (std::size_t f = 0; f < kReportFigures; ++f) {
    if (file.has[f]) report.figures[f].assign(cells, 0.0);
  }
  for (const ReportRow& row : file.rows) {
    const auto interval = static_cast<std::size_t>((row.start_ms - first) / file.interval_ms);
    const std::size_t queue = file.has_queues ? places[row.queue] : 0;
    const std::size_t cell = queue * report.intervals + interval;
    report.has_rows[interval] = true;
    report.handle_rounding[cell] += row.handle_rounding;
    for (std::size_t f = 0; f < kReportFigures; ++f) {
      if (row.figures[f]) report.figures[f][cell] += *row.figures[f];
    }
  }
  return grid;
}

/// Our visits about the time of the report.
struct Visits {
  std::vector<insights::CountedVisit> counted;
  std::map<std::string, std::int64_t> known;  // visits by queue, whether in the report or not
  std::int64_t other_queues = 0;              // in queues that the report does not have
};

constexpr std::string_view kVisitsSql =
    "SELECT coalesce(queue, ''), coalesce(queue_id, ''), epoch_ms(\"at\"), wait, handle, "
    "ended, entry = 'callback', entry = 'direct', handled FROM ({}) WHERE epoch_ms(\"at\") BETWEEN "
    "$1 AND $2 ORDER BY unit_id";

insights::VisitEnd end_of(std::string_view word) {
  if (word == "answered") return insights::VisitEnd::answered;
  return word == "abandoned" ? insights::VisitEnd::abandoned : insights::VisitEnd::other;
}

Result<Visits> read_visits(store::Connection& connection, const insights::Settings& settings,
                           const Grid& grid) {
  std::map<std::string, std::int32_t, std::less<>> places;
  for (std::size_t q = 0; q < grid.queues.size(); ++q)
    places.emplace(grid.queues[q], static_cast<std::int32_t>(q));
  const bool all = grid.queues.size() == 1 && grid.queues.front() == kAllQueues;
  CLEW_TRY(const std::string units,
           insights::service_insight().units_sql({connection, settings, {}}));
  const std::int64_t end = grid.report.start_ms +
                           static_cast<std::int64_t>(grid.report.intervals) * grid.report.length_ms;
  CLEW_TRY(auto result, connection.query(fmt::format(fmt::runtime(kVisitsSql), units),
                                         {grid.report.start_ms - kMsPerDay, end}));
  Visits out;
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) break;
    const auto at = result.column(2).ints<std::int64_t>();
    const auto wait = result.column(3).ints<std::int64_t>();
    const auto handle = result.column(4).ints<std::int64_t>();
    for (std::size_t r = 0; r < result.rows(); ++r) {
      insights::CountedVisit visit;
      const std::string name(result.column(0).text(r));
      const auto place =
          places.contains(name) ? places.find(name) : places.find(result.column(1).text(r));
      ++out.known[name];
      if (all)
        visit.queue = 0;
      else if (place != places.end())
        visit.queue = place->second;
      else if (!name.empty()) {
        ++out.other_queues;
        continue;
      }
      visit.offered_ms = at[r];
      visit.wait_ms = wait[r];
      visit.handle_ms = handle[r];
      visit.end = end_of(result.column(5).text(r));
      visit.callback = result.column(6).bools()[r];
      visit.direct = result.column(7).bools()[r];
      visit.handled = result.column(8).bools()[r];
      out.counted.push_back(visit);
    }
  }
  return out;
}

/// Intervals in which, by our records, nobody entered a queue.
std::vector<bool> silent_intervals(const Grid& grid, const Visits& visits) {
  std::vector<bool> silent(grid.report.intervals, true);
  for (const insights::CountedVisit& visit : visits.counted) {
    if (visit.direct || visit.callback) continue;
    const std::int64_t since = visit.offered_ms - grid.report.start_ms;
    const auto interval = static_cast<std::size_t>(since / grid.report.length_ms);
    if (since >= 0 && interval < silent.size()) silent[interval] = false;
  }
  return silent;
}

std::vector<render::Column> difference_columns() {
  using render::ColumnKind;
  std::vector<render::Column> columns = {{"figure"},
                                         {"report", ColumnKind::number},
                                         {"ours", ColumnKind::number},
                                         {"difference", ColumnKind::number}};
  for (std::size_t r = 0; r < kDifferenceReasons; ++r)
    columns.push_back(
        {std::string(insights::difference_reason_name(static_cast<DifferenceReason>(r))),
         ColumnKind::number});
  return columns;
}

render::Cell number(double value) {
  const double rounded = std::round(value * kDigits) / kDigits;
  return rounded == 0 ? 0.0 : rounded;  // no -0
}

std::vector<render::Cell> difference_row(const CellDifference& cell) {
  std::vector<render::Cell> row = {std::string(insights::report_figure_name(cell.figure)),
                                   number(cell.report), number(cell.ours),
                                   number(cell.report - cell.ours)};
  for (const double reason : cell.reasons) row.push_back(number(reason));
  return row;
}

std::vector<CellDifference> totals_of(const Grid& grid, const std::vector<CellDifference>& cells) {
  std::vector<CellDifference> totals;
  for (std::size_t f = 0; f < kReportFigures; ++f) {
    if (grid.report.figures[f].empty()) continue;
    CellDifference& total = totals.emplace_back();
    total.figure = static_cast<ReportFigure>(f);
    for (const CellDifference& cell : cells) {
      if (cell.figure != total.figure) continue;
      total.report += cell.report;
      total.ours += cell.ours;
      for (std::size_t r = 0; r < kDifferenceReasons; ++r) total.reasons[r] += cell.reasons[r];
    }
  }
  return totals;
}

render::ResultTable totals_table(const std::vector<CellDifference>& totals) {
  render::ResultTable table;
  table.columns = difference_columns();
  for (const CellDifference& total : totals) table.rows.push_back(difference_row(total));
  // People are shown the reasons that there are.
  const std::size_t first = table.columns.size() - kDifferenceReasons;
  for (std::size_t r = 0; r + 1 < kDifferenceReasons; ++r) {
    if (std::ranges::all_of(totals,
                            [&](const CellDifference& total) { return total.reasons[r] == 0; }))
      table.columns[first + r].audience = render::Audience::machines;
  }
  return table;
}

render::ResultTable cells_table(const Grid& grid, const std::vector<CellDifference>& cells) {
  render::ResultTable table;
  table.columns = difference_columns();
  table.columns.insert(table.columns.begin(), {{"interval", render::ColumnKind::time}, {"queue"}});
  for (const CellDifference& cell : cells) {
    std::vector<render::Cell> row = difference_row(cell);
    const std::int64_t start = grid.report.start_ms + cell.interval * grid.report.length_ms;
    row.insert(row.begin(), {render::TimeCell{start * kUsPerMs}, grid.queues[cell.queue]});
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string convention_words(const insights::ConventionEvidence& evidence,
                             const insights::Conventions& chosen) {
  switch (evidence.reason) {
    case DifferenceReason::interval_edge:
      return fmt::format(
          "counts {} in the interval in which a call {}",
          evidence.figure == ReportFigure::handle_time
              ? "handle time"
              : insights::report_figure_name(evidence.figure),
          insights::counted_in_name(chosen.counted_in[static_cast<std::size_t>(evidence.figure)]));
    case DifferenceReason::short_abandon:
      return fmt::format("leaves out calls given up within {} s", chosen.short_abandon_ms / 1000);
    case DifferenceReason::flow_out:
      return "counts as offered what left the queue otherwise (overflow, time-out, callback)";
    case DifferenceReason::callback:
      return "counts a callback that reached the customer as answered";
    default: return "does not count direct transfers to an agent as calls of their own";
  }
}

render::ResultTable conventions_table(const insights::Reconciliation& found) {
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"reason"},
                   {"the_report"},
                   {"figure"},
                   {"differences_without", ColumnKind::number},
                   {"differences_with", ColumnKind::number}};
  for (const insights::ConventionEvidence& evidence : found.evidence)
    table.rows.push_back({std::string(insights::difference_reason_name(evidence.reason)),
                          convention_words(evidence, found.conventions),
                          std::string(insights::report_figure_name(evidence.figure)),
                          number(evidence.without), number(evidence.with)});
  return table;
}

std::string count_words(double value) { return render::grouped(std::llround(value)); }

/// "offered: the report has 1,204, we have 1,180; short_abandon 20, …; unexplained 0".
std::string total_words(const CellDifference& total) {
  const bool seconds = total.figure == ReportFigure::handle_time;
  std::string words = fmt::format(
      "{}: the report has {}{}, we have {}{}", insights::report_figure_name(total.figure),
      count_words(total.report), seconds ? " s" : "", count_words(total.ours), seconds ? " s" : "");
  std::string reasons;
  for (std::size_t r = 0; r < kDifferenceReasons; ++r) {
    const auto reason = static_cast<DifferenceReason>(r);
    const bool last = reason == DifferenceReason::unexplained;
    if (std::llround(total.reasons[r]) == 0 && !last) continue;
    reasons += (reasons.empty() ? "" : ", ") + fmt::format("{} {}",
                                                           insights::difference_reason_name(reason),
                                                           count_words(total.reasons[r]));
  }
  return words + " (" + reasons + ").";
}

double unexplained_share(const std::vector<CellDifference>& cells) {
  double all = 0;
  double rest = 0;
  for (const CellDifference& cell : cells) {
    if (cell.figure == ReportFigure::handle_time) continue;
    all += cell.report;
    rest += std::abs(cell.reasons[static_cast<std::size_t>(DifferenceReason::unexplained)]);
  }
  return all > 0 ? rest / all : 0;
}

void add_unknown_queues(const Grid& grid, const Visits& visits,
                        std::vector<std::string>& sentences) {
  std::vector<std::string> names;
  for (const auto& [name, count] : visits.known) names.push_back(name);
  for (std::size_t q = 0; q < grid.queues.size(); ++q) {
    const bool met = std::ranges::any_of(visits.counted, [&](const insights::CountedVisit& visit) {
      return visit.queue == static_cast<std::int32_t>(q);
    });
    if (!met)
      sentences.push_back(fmt::format(
          "No visit of ours is in the queue `{}` in this time: {}.", grid.queues[q],
          did_you_mean(grid.queues[q], names,
                       "name ours under `queues:` of a file for --mapping if it has another "
                       "name")));
  }
  if (visits.other_queues > 0)
    sentences.push_back(fmt::format("{} of queues that the report does not have stay out.",
                                    render::counted(visits.other_queues, "visit", "visits")));
}

}  // namespace

Result<ReconcileAnswer> reconcile_report(Workspace& workspace, const std::string& report,
                                         const std::string& mapping) {
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const auto settings, insight_settings(workspace, connection));
  CLEW_TRY(const auto file, read_report_file(connection, report, mapping, workspace.config().zone));
  CLEW_TRY(const Grid grid, grid_of(file, report));
  CLEW_TRY(const Visits visits, read_visits(connection, settings, grid));
  const insights::OurRecords ours{visits.counted, silent_intervals(grid, visits)};
  const insights::Reconciliation found = insights::reconcile(grid.report, ours);
  const auto totals = totals_of(grid, found.cells);
  ReconcileAnswer answer;
  const double share = unexplained_share(found.cells);
  answer.sentences.push_back(
      share == 0
          ? "Every difference from the report has a name; nothing is left unexplained."
          : fmt::format("{:.1f} % of the report's calls differ from ours, interval by interval, "
                        "for no reason that could be named.",
                        100 * share));
  for (const CellDifference& total : totals) answer.sentences.push_back(total_words(total));
  add_unknown_queues(grid, visits, answer.sentences);
  answer.totals = totals_table(totals);
  answer.cells = cells_table(grid, found.cells);
  answer.conventions = conventions_table(found);
  return answer;
}

}  // namespace clewline::engine
