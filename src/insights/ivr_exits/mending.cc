#include "insights/ivr_exits/mending.h"

namespace clewline::insights {
namespace {

double cost_of(const VisitSums& visits, double later) {
  return visits.agent_mean() + visits.return_share() * later;
}

bool can_compare(const MendingStratum& stratum) {
  return !stratum.intent.empty() && stratum.met.visits > 0 && stratum.sound.visits > 0 &&
         stratum.any_sound.visits > stratum.any_sound.returns;
}

}  // namespace

std::optional<Mending> value_of_mending(const std::vector<MendingStratum>& strata) {
  Mending out;
  double weight = 0;
  double sound_cost = 0;
  double later = 0;
  for (const MendingStratum& stratum : strata) {
    StratumCost cost;
    if (can_compare(stratum)) {
      cost.usable = true;
      cost.later =
          stratum.any_sound.agent_ms / (stratum.any_sound.visits - stratum.any_sound.returns);
      cost.excess = cost_of(stratum.met, cost.later) - cost_of(stratum.sound, cost.later);
      weight += stratum.met_in_all;
      sound_cost += stratum.met_in_all * cost_of(stratum.sound, cost.later);
      later += stratum.met_in_all * cost.later;
    }
    out.strata.push_back(cost);
  }
  if (weight == 0) return std::nullopt;
  for (std::size_t i = 0; i < strata.size(); ++i) {
    StratumCost& cost = out.strata[i];
    if (!cost.usable && strata[i].met.visits > 0) {
      cost.later = later / weight;
      cost.excess = cost_of(strata[i].met, cost.later) - sound_cost / weight;
    }
    out.saved_ms += strata[i].met_in_all * cost.excess;
  }
  return out;
}

}  // namespace clewline::insights
