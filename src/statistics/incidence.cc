#include "statistics/incidence.h"

#include <algorithm>
#include <cmath>

namespace clewline::statistics {
namespace {

constexpr std::uint32_t kLots = 20;

using Shares = std::vector<std::vector<double>>;  // by moment and cause

// Times are sorted; those of one lot of clusters are left out, or none.
Shares shares_without(std::span<const CompetingTime> sorted, std::size_t causes,
                      std::span<const double> moments, std::uint32_t lot) {
  const auto kept = [&](const CompetingTime& unit) { return unit.cluster % kLots != lot; };
  auto at_risk = static_cast<double>(std::ranges::count_if(sorted, kept));
  Shares out;
  std::vector<double> incidence(causes, 0.0);
  double survival = 1;
  std::size_t i = 0;
  for (const double moment : moments) {
    while (i < sorted.size() && sorted[i].time <= moment) {
      const double time = sorted[i].time;
      std::vector<double> events(causes + 1, 0.0);
      for (; i < sorted.size() && sorted[i].time == time; ++i)
        events[sorted[i].cause] += kept(sorted[i]) ? 1 : 0;
      double all = 0;
      for (std::size_t c = 0; c < causes && at_risk > 0; ++c) {
        incidence[c] += survival * events[c + 1] / at_risk;
        all += events[c + 1];
      }
      if (at_risk > 0) survival *= 1 - all / at_risk;
      at_risk -= all + events[0];
    }
    out.push_back(incidence);
  }
  return out;
}

}  // namespace

std::vector<Incidence> cumulative_incidence(std::span<const CompetingTime> times,
                                            std::size_t causes, std::span<const double> moments) {
  std::vector<CompetingTime> sorted(times.begin(), times.end());
  std::ranges::sort(sorted, {}, &CompetingTime::time);
  const Shares whole = shares_without(sorted, causes, moments, kLots);
  std::vector<Shares> runs;
  for (std::uint32_t lot = 0; lot < kLots; ++lot)
    runs.push_back(shares_without(sorted, causes, moments, lot));
  std::vector<Incidence> out;
  for (std::size_t m = 0; m < moments.size(); ++m) {
    Incidence& incidence = out.emplace_back();
    incidence.shares = whole[m];
    for (std::size_t c = 0; c < causes; ++c) {
      double mean = 0;
      for (const Shares& run : runs) mean += run[m][c] / kLots;
      double squares = 0;
      for (const Shares& run : runs) squares += (run[m][c] - mean) * (run[m][c] - mean);
      incidence.errors.push_back(std::sqrt(squares * (kLots - 1) / kLots));
    }
  }
  return out;
}

}  // namespace clewline::statistics
