#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// Why do customers leave self-service, and is that the end of it? (README.md)
const Insight& ivr_exits_insight();

}  // namespace clewline::insights
