#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// How many get from one stage to the next, and where are they lost? (README.md)
const Insight& funnel_insight();

}  // namespace clewline::insights
