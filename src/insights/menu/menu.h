#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// Which parts of the menu are used, and where does it fail? (README.md)
const Insight& menu_insight();

}  // namespace clewline::insights
