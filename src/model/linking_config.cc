#include "model/linking_config.h"

#include <algorithm>

namespace clewline {

std::array<IdentifierKindRow, kIdentifierKindCount> LinkingConfig::default_kinds() {
  std::array<IdentifierKindRow, kIdentifierKindCount> kinds{};
  std::copy(identifier_kinds().begin(), identifier_kinds().end(), kinds.begin());
  return kinds;
}

std::array<ChannelRule, kChannelCount> LinkingConfig::default_channels() {
  std::array<ChannelRule, kChannelCount> rules{};
  const auto at = [&rules](Channel channel) -> ChannelRule& {
    return rules[static_cast<std::size_t>(channel)];
  };
  at(Channel::web) = {30 * kUsPerMinute, 12 * kUsPerHour, false};
  at(Channel::app) = {30 * kUsPerMinute, 12 * kUsPerHour, false};
  at(Channel::voice) = {10 * kUsPerMinute, 4 * kUsPerHour, false};
  at(Channel::chat) = {15 * kUsPerMinute, 4 * kUsPerHour, false};
  at(Channel::messaging) = {2 * kUsPerHour, 12 * kUsPerHour, false};
  for (const Channel channel : {Channel::email, Channel::social, Channel::sms, Channel::letter}) {
    at(channel) = {30 * kUsPerMinute, 4 * kUsPerHour, true};
  }
  return rules;
}

std::array<std::array<std::int64_t, kChannelCount>, kChannelCount>
LinkingConfig::default_interaction_gaps() {
  std::array<std::array<std::int64_t, kChannelCount>, kChannelCount> gaps{};
  const auto rules = default_channels();
  for (std::size_t a = 0; a < kChannelCount; ++a) {
    for (std::size_t b = 0; b < kChannelCount; ++b) {
      gaps[a][b] = a == b ? rules[a].transaction_gap_us : 10 * kUsPerMinute;
    }
  }
  const auto set = [&gaps](Channel a, Channel b, std::int64_t gap) {
    gaps[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] = gap;
    gaps[static_cast<std::size_t>(b)][static_cast<std::size_t>(a)] = gap;
  };
  for (const Channel screen : {Channel::web, Channel::app}) {
    for (const Channel talk : {Channel::voice, Channel::chat}) set(screen, talk, 20 * kUsPerMinute);
  }
  return gaps;
}

const Intent* IntentDictionary::find(std::string_view source, std::string_view field,
                                     std::string_view value) const {
  for (const std::string_view scope : {source, std::string_view()}) {
    const auto found = mapped.find(Key{std::string(scope), std::string(field), std::string(value)});
    if (found == mapped.end()) continue;
    const auto intent = intents.find(found->second);
    if (intent != intents.end()) return &intent->second;
  }
  return nullptr;
}

std::vector<ResultRule> CountingConfig::default_result_rules() {
  using enum EngagementResult;
  return {
      {"order.placed", "", "", "", sold},         {"case.solved", "", "", "", resolved},
      {"", "solved", "", "", resolved},           {"", "completed", "", "", resolved},
      {"", "contained", "", "", resolved},        {"", "abandoned", "", "", abandoned},
      {"", "abandoned_short", "", "", abandoned}, {"queue.abandoned", "", "", "", abandoned},
  };
}

}  // namespace clewline
