#include <algorithm>
#include <charconv>
#include <system_error>

#include "engine/config_reader_internal.h"
#include "engine/duration_text.h"
#include "model/enums.h"

namespace clewline::engine {
namespace {

void read_channels(MapReader& reader, const std::string& key, std::vector<std::string>& channels) {
  reader.texts(key, channels);
  for (const std::string& channel : channels) {
    if (!enum_value<Channel>(channel))
      reader.fault(key, "there is no channel `" + channel + "`",
                   "e.g. voice, chat, messaging, email");
  }
}

void read_systems(MapReader& reader, std::vector<std::string>& systems) {
  reader.texts("systems", systems);
  for (const std::string& system : systems) {
    if (!enum_value<System>(system))
      reader.fault("systems", "there is no system `" + system + "`", "e.g. ivr, bot");
  }
}

void read_windows(MapReader& reader, std::vector<std::int64_t>& windows) {
  std::vector<std::string> texts;
  for (const std::int64_t window : windows) texts.push_back(duration_text(window));
  reader.texts("windows", texts);
  windows.clear();
  for (const std::string& text : texts) {
    const auto read = parse_duration_text(text);
    if (!read || *read <= 0 || (!windows.empty() && *read <= windows.back())) {
      reader.fault("windows", "`" + text + "` is no duration longer than the one before",
                   "write them as [1 d, 7 d, 30 d]");
      return;
    }
    windows.push_back(*read);
  }
}

void read_age_bands(MapReader& reader, std::vector<std::uint32_t>& bands) {
  std::vector<std::string> texts;
  for (const std::uint32_t band : bands) texts.push_back(std::to_string(band));
  reader.texts("age_bands", texts);
  bands.clear();
  for (const std::string& text : texts) {
    std::uint32_t years = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), years);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() ||
        (!bands.empty() && years <= bands.back())) {
      reader.fault("age_bands", "`" + text + "` is no whole number above the one before",
                   "write them as [30, 45, 60]");
      return;
    }
    bands.push_back(years);
  }
}

void read_results(MapReader& reader, const std::string& key, std::vector<std::string>& results) {
  reader.texts(key, results);
  for (const std::string& result : results) {
    if (!enum_value<EngagementResult>(result))
      reader.fault(key, "there is no result `" + result + "`",
                   "one of unknown, resolved, sold, saved, lost, abandoned");
  }
}

void read_actions(MapReader& insights, ActionsConfig& actions) {
  MapReader reader = insights.map("actions");
  MapReader reached = reader.map("reached");
  if (reader.has("reached")) {
    std::vector<GoalResults> goals;
    for (const std::string& goal : reached.keys()) {
      if (goal == "any_other") continue;
      goals.push_back({goal, {}});
      read_results(reached, goal, goals.back().results);
    }
    actions.reached = std::move(goals);
  } else {
    for (GoalResults& goal : actions.reached) read_results(reached, goal.goal, goal.results);
  }
  read_results(reached, "any_other", actions.reached_otherwise);
  reached.finish();
  reader.finish();
}

void read_effort(MapReader& insights, EffortConfig& effort) {
  constexpr double kWeightMax = 10;
  MapReader reader = insights.map("effort");
  MapReader weights = reader.map("weights");
  weights.number("extra_contacts", effort.extra_contacts, 0, kWeightMax);
  weights.number("transfers", effort.transfers, 0, kWeightMax);
  weights.number("switches_after_failure", effort.switches_after_failure, 0, kWeightMax);
  weights.number("repeated_authentication", effort.repeated_authentication, 0, kWeightMax);
  weights.number("wait", effort.wait, 0, kWeightMax);
  weights.number("negative_turns", effort.negative_turns, 0, kWeightMax);
  weights.number("self_service_failed", effort.self_service_failed, 0, kWeightMax);
  weights.finish();
  reader.duration("expected_wait", effort.expected_wait_us, kUsPerSecond);
  reader.texts("authentication_nodes", effort.authentication_nodes);
  reader.texts("sale_goals", effort.sale_goals);
  reader.duration("cancelled_within", effort.cancelled_within_us, kUsPerDay);
  reader.count("fitted_min", effort.fitted_min, 20, 1'000'000);
  reader.number("ridge", effort.ridge, 0.001, 1e6);
  reader.finish();
}

}  // namespace

void read_insight_settings(MapReader& reader, InsightConfig& insights) {
  reader.count("sample_min", insights.sample_min, 1, 1'000'000);
  MapReader service = reader.map("service");
  service.duration("level_within", insights.service.level_within_us, 0);
  service.number("level_target", insights.service.level_target, 0.01, 0.999);
  service.duration("short_handle", insights.service.short_handle_us, 0);
  read_channels(service, "channels", insights.service.channels);
  service.finish();
  MapReader resolution = reader.map("resolution");
  resolution.duration("window", insights.resolution.window_us, kUsPerHour);
  read_windows(resolution, insights.resolution.windows_us);
  resolution.number("identity_coverage_min", insights.resolution.identity_coverage_min, 0, 1);
  resolution.texts("not_in_one_contact", insights.resolution.not_in_one_contact);
  resolution.finish();
  MapReader channels = reader.map("channels");
  read_channels(channels, "digital", insights.channels.digital);
  read_channels(channels, "phone", insights.channels.phone);
  channels.text("birth_field", insights.channels.birth_field);
  read_age_bands(channels, insights.channels.age_bands);
  channels.finish();
  MapReader menu = reader.map("menu");
  read_systems(menu, insights.menu.systems);
  menu.duration("option_time", insights.menu.option_time_us, 0);
  menu.texts("fault_results", insights.menu.fault_results);
  menu.texts("timeout_results", insights.menu.timeout_results);
  menu.text("version_attribute", insights.menu.version_attribute);
  menu.finish();
  MapReader exits = reader.map("ivr_exits");
  exits.duration("window", insights.ivr_exits.window_us, kUsPerHour);
  read_windows(exits, insights.ivr_exits.windows_us);
  exits.count("loop_steps", insights.ivr_exits.loop_steps, 1, 100);
  exits.texts("person_options", insights.ivr_exits.person_options);
  exits.duration("misroute_talk", insights.ivr_exits.misroute_talk_us, 0);
  exits.duration("handover", insights.ivr_exits.handover_us, 0);
  exits.finish();
  MapReader paths = reader.map("paths");
  paths.count("shown", insights.paths.shown, 1, 1000);
  paths.count("rows", insights.paths.rows, 1, 10'000'000);
  paths.count("prefix_depth", insights.paths.prefix_depth, 1, 100);
  paths.count("flow_steps", insights.paths.flow_steps, 1, 50);
  paths.finish();
  read_sequence_settings(reader, insights);
  read_actions(reader, insights.actions);
  MapReader responses = reader.map("responses");
  responses.duration("answer_within", insights.responses.answer_within_us, kUsPerSecond);
  responses.finish();
  read_effort(reader, insights.effort);
}

}  // namespace clewline::engine
