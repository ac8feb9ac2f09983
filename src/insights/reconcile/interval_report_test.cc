#include "insights/reconcile/interval_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>

namespace clewline::insights {
namespace {

constexpr std::int64_t kHalfHour = 30 * 60 * 1000;
constexpr std::size_t kIntervals = 48;
constexpr std::size_t kQueues = 3;
constexpr std::int64_t kShortMs = 5000;

/// A day of calls in three queues.
std::vector<CountedVisit> random_day(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<CountedVisit> visits(3000);
  for (CountedVisit& visit : visits) {
    visit.queue = static_cast<std::int32_t>(random() % kQueues);
    visit.offered_ms = static_cast<std::int64_t>(random() % (kIntervals * kHalfHour));
    const auto kind = random() % 10;
    visit.wait_ms = static_cast<std::int64_t>(random() % 120'000);
    if (kind < 6) visit.end = VisitEnd::answered;
    if (kind == 6 || kind == 7) visit.end = VisitEnd::abandoned;
    if (kind == 7) visit.wait_ms %= kShortMs;
    if (visit.end == VisitEnd::answered) {
      visit.handled = true;
      visit.handle_ms = 1000 * static_cast<std::int64_t>(random() % 900);
      visit.direct = random() % 6 == 0;
      visit.callback = !visit.direct && random() % 8 == 0;
      if (visit.direct || visit.callback) visit.wait_ms = 0;
    }
  }
  return visits;
}

/// A vendor's report of visits, counted apart from the code under test: by call, into a map.
IntervalReport report_of(const std::vector<CountedVisit>& visits, const Conventions& how) {
  std::map<std::tuple<int, int, int>, double> sums;
  for (const CountedVisit& v : visits) {
    const auto slot = [&](ReportFigure figure) {
      std::int64_t at = v.offered_ms;
      const CountedIn in = how.counted_in[static_cast<std::size_t>(figure)];
      if (in != CountedIn::entered) at += v.wait_ms;
      if (in == CountedIn::ended) at += v.handle_ms;
      return std::tuple(static_cast<int>(figure), v.queue, static_cast<int>(at / kHalfHour));
    };
    if (v.direct && !how.direct_legs) continue;
    switch (v.end) {
      case VisitEnd::answered:
        if (!v.callback) sums[slot(ReportFigure::offered)] += 1;
        if (!v.callback || how.callbacks) sums[slot(ReportFigure::answered)] += 1;
        break;
      case VisitEnd::abandoned:
        if (v.wait_ms < how.short_abandon_ms) break;
        sums[slot(ReportFigure::offered)] += 1;
        sums[slot(ReportFigure::abandoned)] += 1;
        break;
      case VisitEnd::other:
        if (how.flow_outs) sums[slot(ReportFigure::offered)] += 1;
    }
    if (v.handled) sums[slot(ReportFigure::handle_time)] += static_cast<double>(v.handle_ms) / 1000;
  }
  IntervalReport report;
  report.length_ms = kHalfHour;
  report.intervals = kIntervals;
  report.queues = kQueues;
  report.has_rows.assign(kIntervals, true);
  for (auto& figure : report.figures) figure.assign(kQueues * kIntervals, 0.0);
  for (const auto& [slot, value] : sums) {
    const auto [figure, queue, interval] = slot;
    if (interval < static_cast<int>(kIntervals))
      report
          .figures[static_cast<std::size_t>(figure)][static_cast<std::size_t>(queue) * kIntervals +
                                                     static_cast<std::size_t>(interval)] = value;
  }
  return report;
}

OurRecords ours_of(const std::vector<CountedVisit>& visits) {
  return {visits, std::vector<bool>(kIntervals, false)};
}

double total(const Reconciliation& found, DifferenceReason reason, ReportFigure figure) {
  double sum = 0;
  for (const CellDifference& cell : found.cells) {
    if (cell.figure == figure) sum += cell.reasons[static_cast<std::size_t>(reason)];
  }
  return sum;
}

void expect_sums(const Reconciliation& found) {
  for (const CellDifference& cell : found.cells) {
    double sum = 0;
    for (const double reason : cell.reasons) sum += reason;
    ASSERT_NEAR(sum, cell.report - cell.ours, 1e-6);
  }
}

void expect_all_explained(const Reconciliation& found, const std::string& name) {
  for (const CellDifference& cell : found.cells)
    ASSERT_NEAR(cell.reasons[static_cast<std::size_t>(DifferenceReason::unexplained)], 0, 1e-6)
        << name;
}

Conventions conventions_of(unsigned code) {
  constexpr CountedIn kMoments[] = {CountedIn::entered, CountedIn::left_queue, CountedIn::ended};
  Conventions how;
  how.short_abandon_ms = (code & 1U) != 0 ? kShortMs : 0;
  how.flow_outs = (code & 2U) != 0;
  how.direct_legs = (code & 4U) == 0;
  how.callbacks = (code & 8U) != 0;
  code >>= 4U;
  how.counted_in[1] = kMoments[code % 3];
  how.counted_in[2] = kMoments[code / 3 % 2];  // nobody handles who gave up: no third moment
  how.counted_in[3] = kMoments[code / 6 % 3];
  return how;
}

TEST(Reconcile, FindsEveryConvention) {
  const auto visits = random_day(1);
  for (unsigned code = 0; code < 16 * 18; ++code) {
    const Conventions how = conventions_of(code);
    const auto found = reconcile(report_of(visits, how), ours_of(visits));
    const std::string name = "code " + std::to_string(code);
    EXPECT_EQ(found.conventions.short_abandon_ms, how.short_abandon_ms) << name;
    EXPECT_EQ(found.conventions.flow_outs, how.flow_outs) << name;
    EXPECT_EQ(found.conventions.direct_legs, how.direct_legs) << name;
    EXPECT_EQ(found.conventions.callbacks, how.callbacks) << name;
    EXPECT_EQ(found.conventions.counted_in, how.counted_in) << name;
    expect_sums(found);
    expect_all_explained(found, name);
  }
}

TEST(Reconcile, EqualReportsDifferInNothing) {
  const auto visits = random_day(2);
  const auto found = reconcile(report_of(visits, Conventions()), ours_of(visits));
  EXPECT_TRUE(found.evidence.empty());
  for (const CellDifference& cell : found.cells) EXPECT_EQ(cell.report, cell.ours);
}

TEST(Reconcile, NamesGapsAndCallsOfNoQueueUnderEveryConvention) {
  const auto all = random_day(3);
  for (unsigned code = 0; code < 16 * 18; code += 7) {
    const Conventions how = conventions_of(code);
    const IntervalReport report = report_of(all, how);
    std::vector<CountedVisit> kept;
    double gone = 0;
    double nameless = 0;
    for (const CountedVisit& visit : all) {
      const std::int64_t interval = visit.offered_ms / kHalfHour;
      const bool counts = visit.end == VisitEnd::answered && (how.direct_legs || !visit.direct) &&
                          (how.callbacks || !visit.callback);
      if (interval >= 20 && interval < 24) {  // two hours of files are missing
        gone += counts ? 1 : 0;
        continue;
      }
      kept.push_back(visit);
      if (interval == 30 && visit.queue == 1) {
        kept.back().queue = -1;
        nameless += counts ? 1 : 0;
      }
    }
    OurRecords ours = ours_of(kept);
    for (std::size_t i = 20; i < 24; ++i) ours.silent[i] = true;
    const auto found = reconcile(report, ours);
    expect_sums(found);
    const std::string name = "code " + std::to_string(code);
    EXPECT_EQ(found.conventions.short_abandon_ms, how.short_abandon_ms) << name;
    EXPECT_EQ(found.conventions.flow_outs, how.flow_outs) << name;
    EXPECT_EQ(found.conventions.direct_legs, how.direct_legs) << name;
    EXPECT_EQ(found.conventions.callbacks, how.callbacks) << name;
    EXPECT_EQ(found.conventions.counted_in, how.counted_in) << name;
    EXPECT_EQ(total(found, DifferenceReason::unlinked, ReportFigure::answered), nameless) << name;
    EXPECT_EQ(total(found, DifferenceReason::missing_records, ReportFigure::answered), gone)
        << name;
    EXPECT_EQ(total(found, DifferenceReason::unexplained, ReportFigure::answered), 0) << name;
    EXPECT_NEAR(total(found, DifferenceReason::unexplained, ReportFigure::handle_time), 0, 1e-6)
        << name;
  }
}

TEST(Reconcile, HalfHoursThatTheReportLacks) {
  const auto visits = random_day(4);
  IntervalReport report = report_of(visits, Conventions());
  double lacking = 0;
  for (std::size_t queue = 0; queue < kQueues; ++queue) {
    for (auto& figure : report.figures) {
      if (&figure == &report.figures[0]) lacking += figure[queue * kIntervals + 10];
      figure[queue * kIntervals + 10] = 0;
    }
  }
  report.has_rows[10] = false;
  const auto found = reconcile(report, ours_of(visits));
  EXPECT_EQ(total(found, DifferenceReason::missing_in_report, ReportFigure::offered), -lacking);
  expect_all_explained(found, "");
}

TEST(Reconcile, AReportOfSomethingElseStaysUnexplained) {
  const auto visits = random_day(5);
  const auto found = reconcile(report_of(random_day(6), Conventions()), ours_of(visits));
  expect_sums(found);
  double unexplained = 0;
  double all = 0;
  for (const CellDifference& cell : found.cells) {
    if (cell.figure != ReportFigure::offered) continue;
    unexplained += std::abs(cell.reasons[static_cast<std::size_t>(DifferenceReason::unexplained)]);
    all += cell.report;
  }
  EXPECT_GT(unexplained, 0.1 * all);
}

TEST(Reconcile, RoundedHandleTimes) {
  const auto visits = random_day(7);
  IntervalReport report = report_of(visits, Conventions());
  report.handle_rounding.assign(report.figures[3].size(), 0.0);
  for (std::size_t i = 0; i < report.figures[3].size(); ++i) {
    const double answered = report.figures[1][i];
    if (answered == 0) continue;
    report.figures[3][i] = answered * std::round(report.figures[3][i] / answered);
    report.handle_rounding[i] = answered / 2;
  }
  expect_all_explained(reconcile(report, ours_of(visits)), "means rounded to seconds");
}

TEST(Reconcile, NothingOnEitherSide) {
  IntervalReport report;
  report.length_ms = kHalfHour;
  report.intervals = 1;
  report.queues = 1;
  report.has_rows = {true};
  for (auto& figure : report.figures) figure = {0.0};
  OurRecords ours;
  ours.silent = {true};
  EXPECT_TRUE(reconcile(report, ours).cells.empty());
}

}  // namespace
}  // namespace clewline::insights
