#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// Which sequences of steps do many have? (README.md)
const Insight& patterns_insight();

}  // namespace clewline::insights
