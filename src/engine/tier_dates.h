#pragma once

#include <vector>

#include "base/time.h"
#include "engine/tiers_config.h"
#include "text/zone.h"

namespace clewline::engine {

/// Returns the instants at which tiers are set anew: the beginnings of local days, weeks (Monday),
/// months, quarters or years after `first` and not after `last`, ascending.
std::vector<TimeUs> tier_dates(const text::Zone& zone, TierEvery every, TimeUs first, TimeUs last);

}  // namespace clewline::engine
