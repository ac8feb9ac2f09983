#include "statistics/natural_gap.h"

#include <cmath>

namespace clewline::statistics {
namespace {

/// Logarithm of an hour in seconds: gaps inside a visit lie below.
const double kHour = std::log10(3600.0);
constexpr double kApart = 2;  // Ashman's D

double seconds_of(double logarithm) { return std::pow(10, logarithm); }

// Fills verdict, within, D and crossing from the best mixture.
void judge(NaturalGap& found) {
  const std::vector<GaussianComponent>& components = found.mixtures[found.best].components;
  std::size_t below = 0;
  while (below < components.size() && components[below].mean < kHour) ++below;
  if (below == 0 || below == components.size()) {
    found.verdict = below == 0 ? GapVerdict::none_short : GapVerdict::none_long;
    return;
  }
  const GaussianComponent& inside = components[below - 1];
  const GaussianComponent& between = components[below];
  found.within = below - 1;
  found.ashman_d = ashman_d(inside, between);
  if (const auto crosses = crossing_of_sides(components, *found.within))
    found.seconds = seconds_of(*crosses);
  found.verdict =
      found.ashman_d >= kApart && found.seconds ? GapVerdict::natural : GapVerdict::overlapping;
}

}  // namespace

std::string_view verdict_name(GapVerdict verdict) {
  switch (verdict) {
    case GapVerdict::natural: return "natural";
    case GapVerdict::too_few: return "too_few";
    case GapVerdict::none_short: return "none_short";
    case GapVerdict::none_long: return "none_long";
    case GapVerdict::overlapping: return "overlapping";
  }
  return "";
}

NaturalGap find_natural_gap(std::span<const GroupedValue> seconds,
                            const NaturalGapOptions& options) {
  NaturalGap found;
  std::vector<GroupedValue> logarithms;
  std::vector<double> values;
  for (const GroupedValue& gap : seconds) {
    if (!(gap.value > 0)) continue;
    logarithms.push_back({gap.group, std::log10(gap.value)});
    values.push_back(logarithms.back().value);
  }
  found.gaps = values.size();
  if (found.gaps < options.gaps_min || found.gaps == 0) return found;
  const std::vector<WeightedValue> condensed = condense(std::move(values));
  for (std::size_t k = 1; k <= options.components_max; ++k)
    found.mixtures.push_back(fit_mixture(condensed, k, options.fitting));
  found.best = best_by_bic(found.mixtures);
  if (const auto valley = deepest_valley(condensed)) found.valley_seconds = seconds_of(*valley);
  judge(found);
  if (found.verdict != GapVerdict::natural) return found;
  found.interval =
      crossing_interval(logarithms, found.mixtures[found.best], *found.within, options.resampling);
  if (found.interval) {
    found.interval->low = seconds_of(found.interval->low);
    found.interval->high = seconds_of(found.interval->high);
  }
  return found;
}

}  // namespace clewline::statistics
