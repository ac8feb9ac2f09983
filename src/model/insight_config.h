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

/// Which channels are to spare a call, and how old customers are (`channels`).
struct ChannelsConfig {
  std::vector<std::string> digital = {"web", "app", "chat", "messaging", "email", "sms", "social"};
  std::vector<std::string> phone = {"voice"};
  std::string birth_field = "birth_date";               // of the customer record: a date, or a year
  std::vector<std::uint32_t> age_bands = {30, 45, 60};  // where a band begins
};

/// Results by which a goal is reached.
struct GoalResults {
  std::string goal;
  std::vector<std::string> results;
};

/// When customers have what they came for (`actions`).
struct ActionsConfig {
  std::vector<GoalResults> reached = {{"purchase", {"sold"}},
                                      {"upgrade", {"sold", "resolved"}},
                                      {"cancellation", {"lost", "saved", "resolved"}}};
  std::vector<std::string> reached_otherwise = {"resolved", "sold", "saved"};
};

/// Definitions that insights go by (`counting.yaml`).
struct InsightConfig {
  ServiceConfig service;
  ResolutionConfig resolution;
  ChannelsConfig channels;
  ActionsConfig actions;
  std::uint32_t sample_min = 30;  // below as many units an answer says that they are few
};

}  // namespace clewline
