#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// How well are customers served who ask for a person? (README.md)
const Insight& service_insight();

}  // namespace clewline::insights
