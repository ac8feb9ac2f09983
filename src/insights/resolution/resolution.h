#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// Did the contact settle the issue? (README.md)
const Insight& resolution_insight();

}  // namespace clewline::insights
