#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// Which way do customers go? (README.md)
const Insight& paths_insight();

}  // namespace clewline::insights
