#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace clewline::insights {

/// Figures of a vendor's interval report; handle time in seconds.
enum class ReportFigure : std::uint8_t { offered, answered, abandoned, handle_time };
constexpr std::size_t kReportFigures = 4;
std::string_view report_figure_name(ReportFigure figure);

enum class VisitEnd : std::uint8_t { answered, abandoned, other };

/// A queue visit as the insight `service` counts it.
struct CountedVisit {
  std::int32_t queue = -1;  // place among the report's queues; -1: our records name none
  std::int64_t offered_ms = 0;
  std::int64_t wait_ms = 0;
  std::int64_t handle_ms = 0;
  VisitEnd end = VisitEnd::other;
  bool callback = false;  // an agent's leg after one was booked: not offered a second time
  bool direct = false;    // an agent's leg without a queue before it
  bool handled = false;   // an agent's leg belongs to it
};

/// Which interval a visit's figure is counted in.
enum class CountedIn : std::uint8_t { entered, left_queue, ended };
std::string_view counted_in_name(CountedIn moment);

/// How a report counts. As constructed: how we do.
struct Conventions {
  std::array<CountedIn, kReportFigures> counted_in = {};
  std::int64_t short_abandon_ms = 0;  // who gives up sooner is neither offered nor abandoned
  bool flow_outs = false;             // visits that end otherwise are offered
  bool callbacks = false;             // those that reached a person are answered
  bool direct_legs = true;            // direct transfers are offered and answered
};

/// Why a report and we differ, in the order in which differences are given their name.
enum class DifferenceReason : std::uint8_t {
  interval_edge,
  short_abandon,
  flow_out,
  callback,
  transfer,
  missing_records,
  missing_in_report,
  unlinked,
  rounding,
  unexplained
};
constexpr std::size_t kDifferenceReasons = 10;
std::string_view difference_reason_name(DifferenceReason reason);

/// A vendor's report over `intervals` intervals of equal length and `queues` queues.
/// `figures[f][queue × intervals + interval]`; a figure that the report lacks is empty.
struct IntervalReport {
  std::int64_t start_ms = 0;
  std::int64_t length_ms = 0;
  std::size_t intervals = 0;
  std::size_t queues = 0;
  std::array<std::vector<double>, kReportFigures> figures;
  std::vector<bool> has_rows;  // by interval
  /// By how much a cell's handle time may be rounded, seconds; empty: half a second.
  std::vector<double> handle_rounding;
};

/// Our side of it.
struct OurRecords {
  std::span<const CountedVisit> visits;
  std::vector<bool> silent;  // by interval: by our records nobody entered a queue
};

/// One figure of one cell. The reasons sum to report − ours.
struct CellDifference {
  ReportFigure figure = ReportFigure::offered;
  std::uint32_t queue = 0;
  std::uint32_t interval = 0;
  double report = 0;
  double ours = 0;
  std::array<double, kDifferenceReasons> reasons = {};
};

/// What a convention explains: the sum of absolute differences without it and with it, the others
/// as chosen.
struct ConventionEvidence {
  DifferenceReason reason = DifferenceReason::interval_edge;
  ReportFigure figure = ReportFigure::offered;
  double without = 0;
  double with = 0;
};

struct Reconciliation {
  Conventions conventions;  // those under which the report and we differ least
  std::vector<ConventionEvidence> evidence;
  std::vector<CellDifference> cells;  // by queue, interval, figure; those where neither has any
                                      // are left out
};

/// Finds the conventions of a report among all that `Conventions` can say, and gives every
/// difference its name: first the conventions, step by step; then intervals of which the sources
/// or the report know nothing (and the one after them, where calls are counted as they end); then
/// visits of no known queue, as far as they reach; then rounding. Short abandons are looked for at
/// 0, 2, 3, 5, 6, 10, 15, 20, 30 and 60 s; O(80 · (visits + cells)).
Reconciliation reconcile(const IntervalReport& report, const OurRecords& ours);

}  // namespace clewline::insights
