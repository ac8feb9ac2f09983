#pragma once

#include "insights/frame/insight.h"

namespace clewline::insights {

/// How much effort does a contact cost the customer, and what does it foretell? (README.md)
const Insight& effort_insight();

}  // namespace clewline::insights
