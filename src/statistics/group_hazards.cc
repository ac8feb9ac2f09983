#include "statistics/group_hazards.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "statistics/cholesky.h"
#include "statistics/tails.h"

namespace clewline::statistics {
namespace {

constexpr int kStepsMax = 50;
constexpr double kConverged = 1e-9;

using Matrix = std::vector<std::vector<double>>;

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Likelihood, its slope and its information at some log ratios of the groups after the first.
struct Likelihood {
  double value = 0;
  std::vector<double> slope;
  Matrix information;
};

// Adds what one distinct time says. Under Efron's rule the events of that time leave the risk set
// one by one, a fraction of each.
void add_time(const std::vector<double>& at_risk, const std::vector<double>& events,
              const std::vector<double>& ratios, Ties ties, Likelihood& out) {
  const std::size_t free = out.slope.size();
  const double total = sum_of(events);
  const auto whole = static_cast<int>(total);
  for (std::size_t g = 0; g < events.size(); ++g) out.value += events[g] * std::log(ratios[g]);
  for (std::size_t i = 0; i < free; ++i) out.slope[i] += events[i + 1];
  std::vector<double> share(at_risk.size());
  for (int k = 0; k < whole; ++k) {
    const double gone = ties == Ties::efron ? k / total : 0.0;
    double weight = 0;
    for (std::size_t g = 0; g < at_risk.size(); ++g)
      weight += share[g] = ratios[g] * (at_risk[g] - gone * events[g]);
    out.value -= std::log(weight);
    for (double& part : share) part /= weight;
    for (std::size_t i = 0; i < free; ++i) {
      out.slope[i] -= share[i + 1];
      for (std::size_t j = 0; j < free; ++j)
        out.information[i][j] += (i == j ? share[i + 1] : 0.0) - share[i + 1] * share[j + 1];
    }
  }
}

/// Calls `visit(at_risk, events)` for every time with an event, the latest first.
template <typename Visit>
void for_each_event_time(const RiskTable& table, const Visit& visit) {
  std::vector<double> at_risk(table.groups(), 0.0);
  const auto& rows = table.rows();
  for (std::size_t i = rows.size(); i-- > 0;) {
    for (std::size_t g = 0; g < at_risk.size(); ++g)
      at_risk[g] += rows[i].events[g] + rows[i].censored[g];
    if (sum_of(rows[i].events) > 0) visit(at_risk, rows[i].events);
  }
}

Likelihood likelihood_at(const RiskTable& table, const std::vector<double>& log_ratios, Ties ties) {
  const std::size_t free = table.groups() - 1;
  Likelihood out{0, std::vector<double>(free, 0.0), Matrix(free, std::vector<double>(free, 0.0))};
  std::vector<double> ratios;
  for (const double log_ratio : log_ratios) ratios.push_back(std::exp(log_ratio));
  for_each_event_time(table, [&](const auto& at_risk, const auto& events) {
    add_time(at_risk, events, ratios, ties, out);
  });
  return out;
}

}  // namespace

RiskTable::RiskTable(std::span<const GroupedSurvivalTime> times, std::size_t groups)
    : groups_(groups) {
  std::map<double, RiskRow> by_time;
  for (const GroupedSurvivalTime& unit : times) {
    RiskRow& row = by_time[unit.time];
    if (row.events.empty()) {
      row = {unit.time, std::vector<double>(groups, 0.0), std::vector<double>(groups, 0.0)};
    }
    (unit.event ? row.events : row.censored)[unit.group] += 1;
  }
  for (auto& [time, row] : by_time) rows_.push_back(std::move(row));
}

LogRank log_rank(const RiskTable& table) {
  std::vector<double> units(table.groups(), 0.0);
  for (const RiskRow& row : table.rows()) {
    for (std::size_t g = 0; g < units.size(); ++g) units[g] += row.events[g] + row.censored[g];
  }
  std::vector<std::size_t> groups;  // those with units
  for (std::size_t g = 0; g < units.size(); ++g) {
    if (units[g] > 0) groups.push_back(g);
  }
  LogRank out;
  if (groups.size() < 2) return out;
  const std::size_t free = groups.size() - 1;
  std::vector<double> excess(free, 0.0);
  Matrix variance(free, std::vector<double>(free, 0.0));
  for_each_event_time(table, [&](const auto& at_risk, const auto& events) {
    const double n = sum_of(at_risk);
    const double d = sum_of(events);
    const double factor = n > 1 ? d * (n - d) / (n - 1) : 0;
    for (std::size_t i = 0; i < free; ++i) {
      const double share = at_risk[groups[i]] / n;
      excess[i] += events[groups[i]] - d * share;
      for (std::size_t j = 0; j < free; ++j)
        variance[i][j] += factor * share * ((i == j ? 1.0 : 0.0) - at_risk[groups[j]] / n);
    }
  });
  const std::vector<double> solved = solve_positive_definite(variance, excess);
  out.chi_square = std::inner_product(excess.begin(), excess.end(), solved.begin(), 0.0);
  out.degrees = free;
  out.p_value = chi_square_tail(out.chi_square, static_cast<int>(free));
  return out;
}

GroupHazards fit_group_hazards(const RiskTable& table, Ties ties) {
  GroupHazards out;
  out.log_ratios.assign(table.groups(), 0.0);
  out.errors.assign(table.groups(), 0.0);
  if (table.groups() == 0) return out;
  Likelihood here = likelihood_at(table, out.log_ratios, ties);
  for (int step = 0; step < kStepsMax && !out.converged; ++step) {
    const auto move = solve_positive_definite(here.information, here.slope);
    double scale = 1;
    std::vector<double> next = out.log_ratios;
    Likelihood there;
    do {
      for (std::size_t i = 0; i < move.size(); ++i)
        next[i + 1] = out.log_ratios[i + 1] + scale * move[i];
      there = likelihood_at(table, next, ties);
      scale /= 2;
    } while (there.value < here.value - kConverged && scale > 1e-6);
    out.converged = std::abs(there.value - here.value) <= kConverged * std::abs(here.value);
    out.log_ratios = next;
    here = std::move(there);
  }
  out.log_likelihood = here.value;
  for (std::size_t i = 0; i < here.slope.size(); ++i) {
    std::vector<double> unit(here.slope.size(), 0.0);
    unit[i] = 1;
    out.errors[i + 1] = std::sqrt(solve_positive_definite(here.information, unit)[i]);
  }
  return out;
}

}  // namespace clewline::statistics
