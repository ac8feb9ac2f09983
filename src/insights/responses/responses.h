#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// How long do customers wait for an answer, and how long would they? (README.md)
const Insight& responses_insight();

}  // namespace clewline::insights
