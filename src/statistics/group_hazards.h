#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace clewline::statistics {

/// A unit's time, whether its event came, and the group it belongs to.
struct GroupedSurvivalTime {
  double time = 0;
  bool event = false;
  std::uint32_t group = 0;
};

/// What happened at one distinct time: numbers by group.
struct RiskRow {
  double time = 0;
  std::vector<double> events;
  std::vector<double> censored;
};

/// Times of units of several groups, condensed to one row for each distinct time.
class RiskTable {
 public:
  RiskTable(std::span<const GroupedSurvivalTime> times, std::size_t groups);
  std::size_t groups() const { return groups_; }
  const std::vector<RiskRow>& rows() const { return rows_; }  // by time, ascending

 private:
  std::size_t groups_ = 0;
  std::vector<RiskRow> rows_;
};

/// Whether groups differ in their hazard.
struct LogRank {
  double chi_square = 0;
  std::size_t degrees = 0;  // groups with units, less one
  double p_value = 1;
};

/// The log-rank test over all groups (Mantel 1966; Peto & Peto 1972).
LogRank log_rank(const RiskTable& table);

/// How ties of event times are counted in the partial likelihood.
enum class Ties : std::uint8_t { efron, breslow };

/// Cox's regression (JRSS B 34, 1972) on the group alone: log hazard ratios against group 0.
struct GroupHazards {
  std::vector<double> log_ratios;  // one a group; 0 for group 0
  std::vector<double> errors;      // from the information matrix: units independent
  double log_likelihood = 0;
  bool converged = false;
};

/// Fits by Newton's method. A group without an event has no finite ratio: see `converged`.
GroupHazards fit_group_hazards(const RiskTable& table, Ties ties);

}  // namespace clewline::statistics
