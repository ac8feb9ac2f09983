#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "engine/closest_name.h"
#include "engine/gap_study_internal.h"

namespace clewline::engine {
namespace {

constexpr std::int64_t kChoices[] = {300, 900, 1800, 3600, 7200, 28'800, 86'400, 604'800};
constexpr double kElasticityStep = 1.1;

struct ChannelPair {
  Channel a = Channel::other;
  Channel b = Channel::other;
  std::string name() const {
    return a == b ? std::string(enum_name(a))
                  : std::string(enum_name(a)) + "-" + std::string(enum_name(b));
  }
};

std::size_t position(Channel channel) { return static_cast<std::size_t>(channel); }

// Channels with themselves and with one another; only those that occur.
std::vector<ChannelPair> pairs_of(std::span<const hierarchy::ContactPresence> presences) {
  std::array<bool, kChannelCount> present{};
  for (const auto& presence : presences) present[position(presence.channel)] = true;
  std::vector<ChannelPair> pairs;
  for (std::size_t a = 0; a < kChannelCount; ++a) {
    for (std::size_t b = a; b < kChannelCount; ++b) {
      if (present[a] && present[b])
        pairs.push_back({static_cast<Channel>(a), static_cast<Channel>(b)});
    }
  }
  return pairs;
}

Result<ChannelPair> read_pair(const std::string& text) {
  const auto names = enum_names<Channel>();
  const auto find = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  const std::size_t dash = text.find('-');
  std::size_t a = find(std::string_view(text).substr(0, dash));
  std::size_t b = dash == std::string::npos ? a : find(std::string_view(text).substr(dash + 1));
  if (a < names.size() && b < names.size()) {
    if (a > b) std::swap(a, b);
    return ChannelPair{static_cast<Channel>(a), static_cast<Channel>(b)};
  }
  const std::string wrong = a < names.size() ? text.substr(dash + 1) : text.substr(0, dash);
  const std::vector<std::string> known(names.begin(), names.end());
  return Error{
      ErrorCode::usage, "there is no channel " + wrong,
      did_you_mean(wrong, known, "write a channel or two with a hyphen: voice, web-voice")};
}

Result<std::vector<ChannelPair>> wanted_pairs(
    const GapsRequest& request, std::span<const hierarchy::ContactPresence> presences) {
  if (request.channels.empty()) return pairs_of(presences);
  std::vector<ChannelPair> pairs;
  for (const std::string& text : request.channels) {
    CLEW_TRY(const ChannelPair pair, read_pair(text));
    const bool known = std::any_of(pairs.begin(), pairs.end(), [&](const ChannelPair& other) {
      return other.a == pair.a && other.b == pair.b;
    });
    if (!known) pairs.push_back(pair);
  }
  return pairs;
}

std::optional<double> median_of(const std::vector<hierarchy::PresenceGap>& gaps) {
  if (gaps.empty()) return std::nullopt;
  std::vector<std::int64_t> times;
  for (const auto& gap : gaps) times.push_back(gap.us);
  std::sort(times.begin(), times.end());
  const std::size_t half = times.size() / 2;
  const std::int64_t below = times.size() % 2 == 0 ? times[half - 1] : times[half];
  return static_cast<double>(below + times[half]) / 2 / kUsPerSecond;
}

std::optional<double> elasticity_of(const hierarchy::ChannelGaps& gaps, std::int64_t gap_us) {
  if (gap_us <= 0 || gaps.customers == 0) return std::nullopt;
  const auto sessions = [&](double gap) {
    return static_cast<double>(gaps.sessions(static_cast<std::int64_t>(std::llround(gap))));
  };
  const double gap = static_cast<double>(gap_us);
  return std::log(sessions(gap * kElasticityStep) / sessions(gap / kElasticityStep)) /
         (2 * std::log(kElasticityStep));
}

GapStudy begin_study(const ChannelPair& pair, const LinkingConfig& config,
                     const GapsRequest& request,
                     std::span<const hierarchy::ContactPresence> presences) {
  GapStudy study;
  study.a = pair.a;
  study.b = pair.b;
  study.name = pair.name();
  study.current_us = config.interaction_gap_us[position(pair.a)][position(pair.b)];
  study.default_us = LinkingConfig::default_interaction_gaps()[position(pair.a)][position(pair.b)];
  study.gaps =
      hierarchy::gaps_between(presences, pair.a, pair.b,
                              request.start_to_start ? hierarchy::GapDefinition::start_to_start
                                                     : hierarchy::GapDefinition::interval,
                              config.chain_gap_us);
  study.median_seconds = median_of(study.gaps.gaps);
  std::vector<statistics::GroupedValue> seconds;
  for (const auto& gap : study.gaps.gaps)
    seconds.push_back({gap.customer, static_cast<double>(gap.us) / kUsPerSecond});
  statistics::NaturalGapOptions options;
  options.fitting.restarts = static_cast<std::uint32_t>(request.restarts);
  options.fitting.seed = static_cast<std::uint64_t>(request.seed);
  options.resampling.resamples = static_cast<std::uint32_t>(request.resamples);
  options.resampling.seed = static_cast<std::uint64_t>(request.seed);
  study.natural = statistics::find_natural_gap(seconds, options);
  return study;
}

void add_choices(GapStudy& study) {
  std::map<std::int64_t, std::vector<std::string>> choices;
  for (const std::int64_t seconds : kChoices) choices[seconds * kUsPerSecond];
  choices[study.current_us].emplace_back("current");
  choices[study.default_us].emplace_back("default");
  if (const auto natural = study.natural_us()) choices[*natural].emplace_back("natural");
  for (auto& [gap, names] : choices) {
    study.choices.push_back(
        {gap, std::move(names), study.gaps.sessions(gap), elasticity_of(study.gaps, gap), {}});
  }
}

// All trials of all studies in one pass over the customers.
Status count_choices(GapInput& input, std::vector<GapStudy>& studies) {
  std::vector<hierarchy::GapTrial> trials;
  for (const GapStudy& study : studies) {
    for (const GapChoice& choice : study.choices)
      trials.push_back({study.a, study.b, choice.gap_us});
  }
  CLEW_TRY(const auto counts, input.count(input.config(), trials));
  auto next = counts.begin();
  for (GapStudy& study : studies) {
    for (GapChoice& choice : study.choices) choice.counts = *next++;
  }
  return {};
}

}  // namespace

std::optional<std::int64_t> GapStudy::natural_us() const {
  if (natural.verdict != statistics::GapVerdict::natural) return std::nullopt;
  return std::max<std::int64_t>(1, std::llround(*natural.seconds)) * kUsPerSecond;
}

const GapChoice& GapStudy::choice(std::int64_t gap_us) const {
  const auto found = std::find_if(choices.begin(), choices.end(),
                                  [&](const GapChoice& choice) { return choice.gap_us == gap_us; });
  return *found;
}

Result<std::vector<GapStudy>> study_gaps(GapInput& input, const GapsRequest& request) {
  CLEW_TRY(const auto presences, input.presences());
  CLEW_TRY(const std::vector<ChannelPair> pairs, wanted_pairs(request, presences));
  std::vector<GapStudy> studies;
  for (const ChannelPair& pair : pairs) {
    GapStudy study = begin_study(pair, input.config(), request, presences);
    if (study.gaps.gaps.empty() && request.channels.empty()) continue;
    add_choices(study);
    studies.push_back(std::move(study));
  }
  std::stable_sort(studies.begin(), studies.end(), [](const GapStudy& a, const GapStudy& b) {
    return a.gaps.gaps.size() > b.gaps.gaps.size();
  });
  CLEW_TRY_VOID(count_choices(input, studies));
  return studies;
}

}  // namespace clewline::engine
