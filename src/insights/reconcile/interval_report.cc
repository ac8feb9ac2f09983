#include "insights/reconcile/interval_report.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace clewline::insights {
namespace {

using Figures = std::array<std::vector<double>, kReportFigures>;

constexpr std::size_t kOffered = 0;
constexpr std::size_t kAnswered = 1;
constexpr std::size_t kAbandoned = 2;
constexpr std::size_t kHandle = 3;
constexpr double kMsPerSecond = 1000;
constexpr double kRoundingDefault = 0.5;  // of a figure in whole seconds

std::int64_t moment_of(const CountedVisit& visit, CountedIn moment) {
  if (moment == CountedIn::entered) return visit.offered_ms;
  const std::int64_t left = visit.offered_ms + visit.wait_ms;
  return moment == CountedIn::left_queue ? left : left + visit.handle_ms;
}

/// Adds to figures a row a queue and one more for visits of no known queue.
class Counter {
 public:
  Counter(const IntervalReport& report, const OurRecords& ours) : report_(report), ours_(ours) {}

  Figures count(const Conventions& how) const {
    Figures out;
    for (auto& figure : out) figure.assign((report_.queues + 1) * report_.intervals, 0.0);
    for (const CountedVisit& visit : ours_.visits) {
      if (visit.direct && !how.direct_legs) continue;

      const bool left = visit.end == VisitEnd::abandoned && visit.wait_ms >= how.short_abandon_ms;
      const bool answered = visit.end == VisitEnd::answered && !visit.callback;
      const bool called_back = visit.end == VisitEnd::answered && visit.callback && how.callbacks;
      const bool flowed = visit.end == VisitEnd::other && how.flow_outs;
      if (answered || left || flowed) add(out, visit, how, kOffered, 1);
      if (answered || called_back) add(out, visit, how, kAnswered, 1);
      if (left) add(out, visit, how, kAbandoned, 1);
      if (visit.handled)
        add(out, visit, how, kHandle, static_cast<double>(visit.handle_ms) / kMsPerSecond);
    }
    return out;
  }

  /// Sum of absolute differences where both sides know the interval.
  double distance(const Figures& figures, std::size_t figure) const {
    double sum = 0;
    if (report_.figures[figure].empty()) return sum;
    for (std::size_t queue = 0; queue < report_.queues; ++queue) {
      for (std::size_t i = 0; i < report_.intervals; ++i) {
        if (ours_.silent[i] || !report_.has_rows[i]) continue;
        const std::size_t cell = queue * report_.intervals + i;
        sum += std::abs(report_.figures[figure][cell] - figures[figure][cell]);
      }
    }
    return sum;
  }

  /// The same relative to the report, over all figures.
  double distance(const Figures& figures) const {
    double sum = 0;
    for (std::size_t f = 0; f < kReportFigures; ++f) {
      double all = 0;
      for (const double value : report_.figures[f]) all += std::abs(value);
      if (all > 0) sum += distance(figures, f) / all;
    }
    return sum;
  }

 private:
  void add(Figures& out, const CountedVisit& visit, const Conventions& how, std::size_t figure,
           double value) const {
    const std::int64_t since = moment_of(visit, how.counted_in[figure]) - report_.start_ms;
    if (since < 0) return;
    const auto interval = static_cast<std::size_t>(since / report_.length_ms);
    if (interval >= report_.intervals) return;
    const std::size_t queue =
        visit.queue < 0 ? report_.queues : static_cast<std::size_t>(visit.queue);
    out[figure][queue * report_.intervals + interval] += value;
  }

  const IntervalReport& report_;
  const OurRecords& ours_;
};

/// Takes for every figure the moment that fits best, the earlier one where two fit alike.
void choose_moments(const Counter& counter, Conventions& how) {
  std::array<double, kReportFigures> least = {};
  for (const CountedIn moment : {CountedIn::entered, CountedIn::left_queue, CountedIn::ended}) {
    Conventions all = how;
    all.counted_in.fill(moment);
    const Figures figures = counter.count(all);
    for (std::size_t f = kAnswered; f < kReportFigures; ++f) {
      const double distance = counter.distance(figures, f);
      if (moment != CountedIn::entered && distance >= least[f]) continue;
      least[f] = distance;
      how.counted_in[f] = moment;
    }
  }
}

/// Below how many seconds vendors take a call that was given up for none.
constexpr std::int64_t kShortAbandonSeconds[] = {0, 2, 3, 5, 6, 10, 15, 20, 30, 60};

Conventions choose_conventions(const Counter& counter) {
  Conventions best;
  double least = -1;
  for (unsigned changes = 0; changes < 8; ++changes) {
    for (const std::int64_t seconds : kShortAbandonSeconds) {
      Conventions how;
      how.short_abandon_ms = seconds * 1000;
      how.flow_outs = (changes & 1U) != 0;
      how.direct_legs = (changes & 2U) == 0;
      how.callbacks = (changes & 4U) != 0;
      choose_moments(counter, how);
      const double distance = counter.distance(counter.count(how));
      if (least >= 0 && distance >= least) continue;
      least = distance;
      best = how;
    }
  }
  return best;
}

/// Conventions from ours to the report's, one more of them a step.
std::vector<Conventions> steps_to(const Conventions& chosen) {
  std::vector<Conventions> steps(6);
  for (std::size_t step = 1; step < steps.size(); ++step) {
    steps[step] = steps[step - 1];
    if (step == 1) steps[step].counted_in = chosen.counted_in;
    if (step == 2) steps[step].short_abandon_ms = chosen.short_abandon_ms;
    if (step == 3) steps[step].flow_outs = chosen.flow_outs;
    if (step == 4) steps[step].callbacks = chosen.callbacks;
    if (step == 5) steps[step].direct_legs = chosen.direct_legs;
  }
  return steps;
}

double& part(CellDifference& cell, DifferenceReason reason) {
  return cell.reasons[static_cast<std::size_t>(reason)];
}

/// Whether a figure may count calls of which no record is there: the interval is silent, or the one
/// before is and calls are counted when they end.
bool lacks_records(const OurRecords& ours, const Conventions& how, const CellDifference& cell) {
  if (ours.silent[cell.interval]) return true;
  const bool spills = how.counted_in[static_cast<std::size_t>(cell.figure)] != CountedIn::entered;
  return spills && cell.interval > 0 && ours.silent[cell.interval - 1];
}

/// Names what the conventions leave of a cell; takes from `pool` what visits of no queue explain.
void name_rest(const IntervalReport& report, bool lacks_records, double rest, double& pool,
               CellDifference& cell) {
  const std::size_t i = cell.interval;
  if (lacks_records && rest > 0) {
    part(cell, DifferenceReason::missing_records) = rest;
    return;
  }
  if (!report.has_rows[i] && rest < 0) {
    part(cell, DifferenceReason::missing_in_report) = rest;
    return;
  }
  const double found = std::clamp(rest, 0.0, pool);
  pool -= found;
  part(cell, DifferenceReason::unlinked) = found;
  rest -= found;
  const double rounding = report.handle_rounding.empty()
                              ? kRoundingDefault
                              : report.handle_rounding[cell.queue * report.intervals + i];
  const bool rounded = cell.figure == ReportFigure::handle_time && std::abs(rest) <= rounding;
  part(cell, rounded ? DifferenceReason::rounding : DifferenceReason::unexplained) = rest;
}

std::vector<CellDifference> name_cells(const IntervalReport& report, const OurRecords& ours,
                                       const Conventions& how, const std::vector<Figures>& steps) {
  std::vector<CellDifference> out;
  const std::size_t no_queue = report.queues * report.intervals;
  Figures pools = steps.back();
  for (std::size_t queue = 0; queue < report.queues; ++queue) {
    for (std::size_t i = 0; i < report.intervals; ++i) {
      for (std::size_t f = 0; f < kReportFigures; ++f) {
        if (report.figures[f].empty()) continue;
        const std::size_t at = queue * report.intervals + i;
        CellDifference cell;
        cell.figure = static_cast<ReportFigure>(f);
        cell.queue = static_cast<std::uint32_t>(queue);
        cell.interval = static_cast<std::uint32_t>(i);
        cell.report = report.figures[f][at];
        cell.ours = steps.front()[f][at];
        for (std::size_t step = 1; step < steps.size(); ++step)
          cell.reasons[step - 1] = steps[step][f][at] - steps[step - 1][f][at];
        name_rest(report, lacks_records(ours, how, cell), cell.report - steps.back()[f][at],
                  pools[f][no_queue + i], cell);
        const bool empty = cell.report == 0 && cell.ours == 0 &&
                           std::ranges::all_of(cell.reasons, [](double r) { return r == 0; });
        if (!empty) out.push_back(cell);
      }
    }
  }
  return out;
}

/// What each convention that differs from ours explains.
std::vector<ConventionEvidence> evidence_of(const IntervalReport& report, const Counter& counter,
                                            const Conventions& chosen) {
  std::vector<ConventionEvidence> out;
  const Figures with = counter.count(chosen);
  const auto compare = [&](DifferenceReason reason, const Conventions& without,
                           std::initializer_list<std::size_t> figures) {
    const Figures others = counter.count(without);
    for (const std::size_t f : figures) {
      if (!report.figures[f].empty())
        out.push_back({reason, static_cast<ReportFigure>(f), counter.distance(others, f),
                       counter.distance(with, f)});
    }
  };
  for (const std::size_t f : {kAnswered, kAbandoned, kHandle}) {
    Conventions without = chosen;
    without.counted_in[f] = CountedIn::entered;
    if (chosen.counted_in[f] != CountedIn::entered)
      compare(DifferenceReason::interval_edge, without, {f});
  }
  Conventions without = chosen;
  without.short_abandon_ms = 0;
  if (chosen.short_abandon_ms > 0)
    compare(DifferenceReason::short_abandon, without, {kOffered, kAbandoned});
  without = chosen;
  without.flow_outs = false;
  if (chosen.flow_outs) compare(DifferenceReason::flow_out, without, {kOffered});
  without = chosen;
  without.callbacks = false;
  if (chosen.callbacks) compare(DifferenceReason::callback, without, {kAnswered});
  without = chosen;
  without.direct_legs = true;
  if (!chosen.direct_legs)
    compare(DifferenceReason::transfer, without, {kOffered, kAnswered, kHandle});
  return out;
}

}  // namespace

std::string_view report_figure_name(ReportFigure figure) {
  constexpr std::string_view kNames[] = {"offered", "answered", "abandoned", "handle_time"};
  return kNames[static_cast<std::size_t>(figure)];
}

std::string_view counted_in_name(CountedIn moment) {
  constexpr std::string_view kNames[] = {"entered the queue", "left the queue", "ended"};
  return kNames[static_cast<std::size_t>(moment)];
}

std::string_view difference_reason_name(DifferenceReason reason) {
  constexpr std::string_view kNames[] = {
      "interval_edge",   "short_abandon",     "flow_out", "callback", "transfer",
      "missing_records", "missing_in_report", "unlinked", "rounding", "unexplained"};
  return kNames[static_cast<std::size_t>(reason)];
}

Reconciliation reconcile(const IntervalReport& report, const OurRecords& ours) {
  CLEW_ASSERT(report.length_ms > 0);
  CLEW_ASSERT(ours.silent.size() == report.intervals);
  CLEW_ASSERT(report.has_rows.size() == report.intervals);
  const Counter counter(report, ours);
  Reconciliation out;
  out.conventions = choose_conventions(counter);
  out.evidence = evidence_of(report, counter, out.conventions);
  std::vector<Figures> steps;
  for (const Conventions& step : steps_to(out.conventions)) steps.push_back(counter.count(step));
  out.cells = name_cells(report, ours, out.conventions, steps);
  return out;
}

}  // namespace clewline::insights
