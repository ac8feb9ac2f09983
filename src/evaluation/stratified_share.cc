#include "evaluation/stratified_share.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace clewline::evaluation {
namespace {

constexpr double kGrowth = 1.05;

double deviation(const Stratum& stratum) {
  const double share =
      (static_cast<double>(stratum.right) + 2) / (static_cast<double>(stratum.judged) + 4);
  return std::sqrt(share * (1 - share));
}

double width_of(const StratifiedShare& share) { return share.interval.high - share.interval.low; }

// The strata as they would be after judging `more` of each, with the shares seen so far.
std::vector<Stratum> after(std::span<const Stratum> strata, std::span<const std::int64_t> more) {
  std::vector<Stratum> out(strata.begin(), strata.end());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double share =
        out[i].judged > 0 ? static_cast<double>(out[i].right) / static_cast<double>(out[i].judged)
                          : .5;
    out[i].judged += more[i];
    out[i].right = std::llround(share * static_cast<double>(out[i].judged));
  }
  return out;
}

}  // namespace

Interval stratum_interval(const Stratum& stratum) {
  CLEW_ASSERT(stratum.judged <= stratum.cases && stratum.right <= stratum.judged);
  if (stratum.judged == 0) return {0, 1};
  if (stratum.judged < stratum.cases) return wilson_interval(stratum.right, stratum.judged);
  const double share = static_cast<double>(stratum.right) / static_cast<double>(stratum.judged);
  return {share, share};
}

StratifiedShare stratified_share(std::span<const Stratum> strata) {
  double all = 0;
  double judged = 0;
  for (const Stratum& stratum : strata) {
    all += static_cast<double>(stratum.cases);
    judged += stratum.judged > 0 ? static_cast<double>(stratum.cases) : 0;
  }
  StratifiedShare out;
  if (judged == 0) {
    out.interval = {0, 1};
    return out;
  }
  double below = 0;
  double above = 0;
  for (const Stratum& stratum : strata) {
    if (stratum.judged == 0) continue;
    const double weight = static_cast<double>(stratum.cases) / judged;
    const double share = static_cast<double>(stratum.right) / static_cast<double>(stratum.judged);
    const Interval interval = stratum_interval(stratum);
    out.value += weight * share;
    below += weight * weight * (share - interval.low) * (share - interval.low);
    above += weight * weight * (interval.high - share) * (interval.high - share);
  }
  out.interval = {std::max(0.0, out.value - std::sqrt(below)),
                  std::min(1.0, out.value + std::sqrt(above))};
  out.covered = judged / all;
  return out;
}

std::vector<std::int64_t> further_cases(std::span<const Stratum> strata, double width) {
  CLEW_ASSERT(width > 0);
  std::vector<std::int64_t> more(strata.size(), 0);
  const bool all_seen = std::ranges::all_of(
      strata, [](const Stratum& stratum) { return stratum.judged > 0 || stratum.cases == 0; });
  if (all_seen && width_of(stratified_share(strata)) <= width) return more;
  double cases = 0;
  double spread = 0;
  for (const Stratum& stratum : strata) {
    cases += static_cast<double>(stratum.cases);
    spread += static_cast<double>(stratum.cases) * deviation(stratum);
  }
  if (cases == 0) return more;
  double total = std::pow(spread / cases * kNormalQuantile95 / (width / 2), 2);
  for (;;) {
    bool left = false;
    for (std::size_t i = 0; i < strata.size(); ++i) {
      const double part = total * static_cast<double>(strata[i].cases) * deviation(strata[i]) /
                          std::max(spread, 1e-300);
      const std::int64_t wanted =
          std::min(strata[i].cases, static_cast<std::int64_t>(std::min(part, 1e15)) + 1);
      more[i] = std::max<std::int64_t>(0, wanted - strata[i].judged);
      left = left || strata[i].judged + more[i] < strata[i].cases;
    }
    if (!left || width_of(stratified_share(after(strata, more))) <= width) return more;
    total *= kGrowth;
  }
}

}  // namespace clewline::evaluation
