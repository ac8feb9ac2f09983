#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// How many actions do customers need to reach their goal? (README.md)
const Insight& actions_insight();

}  // namespace clewline::insights
