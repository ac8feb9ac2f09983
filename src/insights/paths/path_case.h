#pragma once

#include <cstdint>
#include <span>

#include "base/time.h"

namespace clewline::insights {

/// One path: the steps of a case in their order. Activities are numbered from 0.
struct PathCase {
  std::uint32_t customer = 0;  // cases of one customer come one after another
  std::span<const std::uint32_t> activities;
  std::span<const TimeUs> times;
};

}  // namespace clewline::insights
