#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/sequence_config.h"

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

/// How steps of a menu are read (`menu`).
struct MenuConfig {
  std::vector<std::string> systems = {"ivr", "bot"};
  std::int64_t option_time_us = 3 * kUsPerSecond;  // to hear one option read out
  // Results of a step, in any case of letters, that say the system failed or was too slow.
  std::vector<std::string> fault_results = {"error", "failed", "failure", "exception", "fault"};
  std::vector<std::string> timeout_results = {"timeout", "timed_out", "timedout"};
  std::string version_attribute = "flow_version";
};

/// How callers leave a self-service (`ivr_exits`).
struct IvrExitsConfig {
  std::int64_t window_us = 7 * kUsPerDay;  // without a follow-up for this long: contained
  std::vector<std::int64_t> windows_us = {1 * kUsPerHour, 1 * kUsPerDay, 3 * kUsPerDay,
                                          7 * kUsPerDay, 14 * kUsPerDay};
  std::uint32_t loop_steps = 2;  // as many failed tries in a row make a loop
  std::vector<std::string> person_options = {"0", "agent", "operator", "representative"};
  std::int64_t misroute_talk_us = 90 * kUsPerSecond;  // passed on sooner: the wrong place
  std::int64_t handover_us = 1 * kUsPerMinute;        // into another system's queue
};

/// How much of the paths an answer shows (`paths`); what it does not show stands in "other".
struct PathsConfig {
  std::uint32_t shown = 12;   // rows of a table for people, activities at a step of a flow
  std::uint32_t rows = 1000;  // rows of a table for programs
  std::uint32_t prefix_depth = 6;
  std::uint32_t flow_steps = 5;
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

/// How soon a request is to be answered (`responses`).
struct ResponsesConfig {
  std::int64_t answer_within_us = 24 * kUsPerHour;
};

/// What a contact costs the customer, and what it is to foretell (`effort`). Weights are not
/// calibrated.
struct EffortConfig {
  double extra_contacts = .35;
  double transfers = .20;
  double switches_after_failure = .20;
  double repeated_authentication = .15;
  double wait = .10;
  double negative_turns = .10;
  double self_service_failed = .20;
  std::int64_t expected_wait_us = 60 * kUsPerSecond;
  std::vector<std::string> authentication_nodes;  // node ids in which customers identify themselves
  std::vector<std::string> sale_goals = {"purchase", "upgrade"};
  std::int64_t cancelled_within_us = 30 * kUsPerDay;
  std::uint32_t fitted_min = 200;  // with fewer units that the outcome befell nothing is fitted
  double ridge = 1;
};

/// Definitions that insights go by (`counting.yaml`).
struct InsightConfig {
  ServiceConfig service;
  ResolutionConfig resolution;
  ChannelsConfig channels;
  MenuConfig menu;
  IvrExitsConfig ivr_exits;
  PathsConfig paths;
  SequenceConfig sequences;
  FunnelConfig funnel;
  FrequentConfig patterns;
  ActionsConfig actions;
  ResponsesConfig responses;
  EffortConfig effort;
  std::uint32_t sample_min = 30;  // below as many units an answer says that they are few
};

}  // namespace clewline
