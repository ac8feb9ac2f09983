#pragma once

#include <span>
#include <string_view>

#include "insights/frame/question.h"

namespace clewline::insights {

/// A kind of step: its fields and where they stand.
struct StepKind {
  std::string_view name;
  int height;
  std::string_view activity;  // the usual name of a step
  std::span<const Field> fields;
  std::string_view columns;      // of `e`
  std::string_view stored;       // FROM the stored tables
  std::string_view shown;        // FROM the documented views
  std::string_view places_from;  // alias that has the ids of the units in the stored tables
};

/// Returns a kind of step, which must exist.
const StepKind& step_kind(std::string_view name);

}  // namespace clewline::insights
