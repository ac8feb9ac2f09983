#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// How often does it go like this? (README.md)
const Insight& sequences_insight();

}  // namespace clewline::insights
