#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// Which channels do customers choose, and where are they helped? (README.md)
const Insight& channels_insight();

}  // namespace clewline::insights
