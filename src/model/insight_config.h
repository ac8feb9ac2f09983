#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace clewline {

/// What counts as served in time (`service` of counting.yaml).
struct ServiceConfig {
  std::int64_t level_within_us = 20 * kUsPerSecond;
  double level_target = 0.8;
  std::int64_t short_handle_us = 10 * kUsPerSecond;  // an agent's leg shorter than that was cut off
  std::vector<std::string> channels = {"voice", "chat"};
};

/// After how long without a further contact an issue counts as resolved (`resolution`).
struct ResolutionConfig {
  std::vector<std::int64_t> windows_us = {1 * kUsPerDay, 3 * kUsPerDay,  5 * kUsPerDay,
                                          7 * kUsPerDay, 10 * kUsPerDay, 14 * kUsPerDay,
                                          30 * kUsPerDay};
  std::int64_t window_us = 7 * kUsPerDay;       // the one named first in answers
  std::vector<std::string> not_in_one_contact;  // intents that the net figure leaves out
  double identity_coverage_min = 0.8;           // below, an answer warns
};

/// How much of the paths an answer shows (`paths`); what it does not show stands in "other".
struct PathsConfig {
  std::uint32_t shown = 12;   // rows of a table for people, activities at a step of a flow
  std::uint32_t rows = 1000;  // rows of a table for programs
  std::uint32_t prefix_depth = 6;
  std::uint32_t flow_steps = 5;
};

/// Definitions that insights go by (`counting.yaml`).
struct InsightConfig {
  ServiceConfig service;
  ResolutionConfig resolution;
  PathsConfig paths;
  std::uint32_t sample_min = 30;  // below as many units an answer says that they are few
};

}  // namespace clewline
