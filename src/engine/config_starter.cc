#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "engine/duration_text.h"
#include "engine/starter_texts_internal.h"
#include "engine/workspace_config.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string kinds_file() {
  std::string out(kKindsHeader);
  for (const IdentifierKindRow& row : LinkingConfig::default_kinds()) {
    std::string line = "  " + padded(std::string(row.name) + ":", 18) + "{class: ";
    if (row.kind_class == KindClass::anchor) {
      line += std::string("anchor, exclusive: ") + (row.exclusive ? "true" : "false") +
              ", priority: " + std::to_string(row.priority) + "}";
    } else if (row.kind_class == KindClass::shareable) {
      line += "shareable, priority: " + std::to_string(row.priority) +
              ", ttl: " + duration_text(row.ttl_us) +
              ", hub_guard: " + std::to_string(row.hub_guard) + "}";
    } else {
      line += "never, priority: " + std::to_string(row.priority) + "}";
    }
    out += line + "\n";
  }
  return out;
}

std::string channels_section() {
  std::string out = "channels:\n";
  const auto rules = LinkingConfig::default_channels();
  for (std::size_t i = 0; i < kChannelCount; ++i) {
    out += "  " + padded(std::string(enum_names<Channel>()[i]) + ":", 13) +
           "{transaction_gap: " + duration_text(rules[i].transaction_gap_us) +
           ", max_presence: " + duration_text(rules[i].max_presence_us) +
           ", momentary: " + (rules[i].momentary ? "true" : "false") + "}\n";
  }
  return out;
}

// Every pair that differs from the gap of "any other pair".
std::string gaps_section() {
  const auto gaps = LinkingConfig::default_interaction_gaps();
  const auto names = enum_names<Channel>();
  const std::int64_t other =
      gaps[static_cast<std::size_t>(Channel::voice)][static_cast<std::size_t>(Channel::email)];
  std::string out = "interaction_gaps:\n  any_other_pair: " + duration_text(other) + "\n";
  for (std::size_t a = 0; a < kChannelCount; ++a) {
    for (std::size_t b = a + 1; b < kChannelCount; ++b) {
      if (gaps[a][b] == other) continue;
      out += "  " + std::string(names[a]) + "-" + std::string(names[b]) + ": " +
             duration_text(gaps[a][b]) + "\n";
    }
  }
  return out;
}

std::string engagement_section(const LinkingConfig& linking) {
  const EngagementWeights& weights = linking.weights;
  std::string out = "engagement:\n  idle: " + duration_text(linking.engagement_idle_us) +
                    "\n  reopen_window: " + duration_text(linking.reopen_window_us) +
                    "\n  max_span: " + duration_text(linking.engagement_span_us_max) +
                    "\n  threshold: " + render::number_text(weights.threshold) + "\n";
  out += kWeightsComment;
  out += "  weights:\n";
  for (const auto& [name, weight] : kNamedWeights)
    out += "    " + std::string(name) + ": " + render::number_text(weights.*weight) + "\n";
  out += "    gap_bins:\n";
  for (const auto& [edge, weight] : weights.gap_bins)
    out += "      " + duration_text(edge) + ": " + render::number_text(weight) + "\n";
  return out;
}

std::string linking_file() {
  const LinkingConfig linking;
  std::string out(kLinkingHeader);
  out += channels_section();
  out += kGapsComment;
  out += gaps_section();
  out += kWindowsComment;
  out += "chain_gap: " + duration_text(linking.chain_gap_us) +
         "\nwrap_window: " + duration_text(linking.wrap_window_us) +
         "\ncaused_by_window: " + duration_text(linking.caused_by_window_us) + "\n";
  out += kEngagementComment;
  out += engagement_section(linking);
  out += kHubsComment;
  out += "hubs:\n  max_sessions_day: " + std::to_string(linking.sessions_per_day_max) +
         "\n  overlapping_calls: " + std::to_string(linking.overlapping_calls_max) +
         "\n  session_values: " + std::to_string(linking.session_values_max) + "\n";
  out += kRulesSection;
  return out;
}

std::string listed(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return "[" + out + "]";
}

std::string listed(const std::vector<std::int64_t>& durations) {
  std::vector<std::string> texts;
  for (const std::int64_t duration : durations) texts.push_back(duration_text(duration));
  return listed(texts);
}

std::string menu_section() {
  const MenuConfig menu;
  const IvrExitsConfig exits;
  std::string out(kMenuComment);
  out += "menu:\n  systems: " + listed(menu.systems) +
         "\n  option_time: " + duration_text(menu.option_time_us) +
         "\n  fault_results: " + listed(menu.fault_results) +
         "\n  timeout_results: " + listed(menu.timeout_results) +
         "\n  version_attribute: " + menu.version_attribute + "\n";
  out += kIvrExitsComment;
  std::vector<std::string> person;
  for (const std::string& option : exits.person_options) person.push_back("\"" + option + "\"");
  out += "ivr_exits:\n  window: " + duration_text(exits.window_us) +
         "\n  windows: " + listed(exits.windows_us) +
         "\n  loop_steps: " + std::to_string(exits.loop_steps) +
         "\n  person_options: " + listed(person) +
         "\n  misroute_talk: " + duration_text(exits.misroute_talk_us) +
         "\n  handover: " + duration_text(exits.handover_us) + "\n";
  return out;
}

std::string effort_section(const EffortConfig& effort) {
  const auto weight = [](const char* name, double value) {
    return std::string("    ") + name + ": " + render::number_text(value) + "\n";
  };
  std::string out(kEffortComment);
  out += "effort:\n  weights:\n";
  out += weight("extra_contacts", effort.extra_contacts) + weight("transfers", effort.transfers) +
         weight("switches_after_failure", effort.switches_after_failure) +
         weight("repeated_authentication", effort.repeated_authentication) +
         weight("wait", effort.wait) + weight("negative_turns", effort.negative_turns) +
         weight("self_service_failed", effort.self_service_failed);
  out += "  expected_wait: " + duration_text(effort.expected_wait_us) +
         "\n  authentication_nodes: " + listed(effort.authentication_nodes) +
         "\n  sale_goals: " + listed(effort.sale_goals) +
         "\n  cancelled_within: " + duration_text(effort.cancelled_within_us) +
         "\n  fitted_min: " + std::to_string(effort.fitted_min) +
         "\n  ridge: " + render::number_text(effort.ridge) + "\n";
  return out;
}

std::string insights_section() {
  const InsightConfig insights;
  std::string out(kSampleComment);
  out += "sample_min: " + std::to_string(insights.sample_min) + "\n";
  out += kServiceComment;
  out += "service:\n  level_within: " + duration_text(insights.service.level_within_us) +
         "\n  level_target: " + render::number_text(insights.service.level_target) +
         "\n  short_handle: " + duration_text(insights.service.short_handle_us) +
         "\n  channels: " + listed(insights.service.channels) + "\n";
  out += kResolutionComment;
  out += "resolution:\n  window: " + duration_text(insights.resolution.window_us) +
         "\n  windows: " + listed(insights.resolution.windows_us) + "\n  identity_coverage_min: " +
         render::number_text(insights.resolution.identity_coverage_min) +
         "\n  not_in_one_contact: " + listed(insights.resolution.not_in_one_contact) + "\n";
  std::vector<std::string> bands;
  for (const std::uint32_t band : insights.channels.age_bands)
    bands.push_back(std::to_string(band));
  out += kChannelsComment;
  out += "channels:\n  digital: " + listed(insights.channels.digital) +
         "\n  phone: " + listed(insights.channels.phone) +
         "\n  birth_field: " + insights.channels.birth_field + "\n  age_bands: " + listed(bands) +
         "\n";
  out += menu_section();
  out += kPathsComment;
  out += fmt::format("paths:\n  shown: {}\n  rows: {}\n  prefix_depth: {}\n  flow_steps: {}\n",
                     insights.paths.shown, insights.paths.rows, insights.paths.prefix_depth,
                     insights.paths.flow_steps);
  out += sequence_settings_text(insights);
  out += kActionsComment;
  out += "actions:\n  reached:\n";
  for (const GoalResults& goal : insights.actions.reached)
    out += "    " + goal.goal + ": " + listed(goal.results) + "\n";
  out += "    any_other: " + listed(insights.actions.reached_otherwise) + "\n";
  out += kResponsesComment;
  out +=
      "responses:\n  answer_within: " + duration_text(insights.responses.answer_within_us) + "\n";
  out += effort_section(insights.effort);
  return out;
}

std::string counting_file() {
  const CountingConfig counting;
  std::string out(kCountingHeader);
  out += "short_abandon: " + duration_text(counting.short_abandon_us) + "\n";
  out += insights_section();
  out += kResultsComment;
  out += "results:\n";
  for (const ResultRule& rule : counting.result_rules) {
    std::string line;
    const auto add = [&line](const char* name, const std::string& value) {
      if (!value.empty()) line += std::string(name) + ": " + value + ", ";
    };
    add("event_type", rule.event_type);
    add("outcome", rule.outcome);
    add("disposition", rule.disposition);
    add("intent", rule.intent);
    out += "  - {" + line + "result: " + std::string(enum_name(rule.result)) + "}\n";
  }
  out += kTiersSection;
  return out;
}

std::string workspace_file(std::string_view zone, std::string_view region) {
  std::string out(kWorkspaceHeader);
  out += "zone: " + std::string(zone) + "\n";
  out += kRegionComment;
  out += "region: " + (region.empty() ? std::string("\"\"") : std::string(region)) + "\n";
  return out;
}

Status write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file) return {};
  return Error{ErrorCode::io, "cannot write " + path.string(),
               "check that the folder is writable and the disk not full"};
}

}  // namespace

Status write_starter_config(const std::string& workspace_folder, std::string_view zone,
                            std::string_view region) {
  const std::filesystem::path folder(workspace_folder);
  std::error_code failed;
  std::filesystem::create_directories(folder / "config", failed);
  if (failed)
    return Error{ErrorCode::io,
                 "cannot make the folder " + (folder / "config").string() + ": " + failed.message(),
                 "check its parent's rights"};
  CLEW_TRY_VOID(write_file(folder / "workspace.yaml", workspace_file(zone, region)));
  CLEW_TRY_VOID(write_file(folder / "config" / "kinds.yaml", kinds_file()));
  CLEW_TRY_VOID(write_file(folder / "config" / "linking.yaml", linking_file()));
  CLEW_TRY_VOID(write_file(folder / "config" / "intents.yaml", std::string(kStarterIntents)));
  return write_file(folder / "config" / "counting.yaml", counting_file());
}

}  // namespace clewline::engine
