#include "hierarchy/engagement_scoring.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace clewline::hierarchy {
namespace {

/// Adds log-odds up, and writes them down where somebody wants to read them.
class Contributions {
 public:
  explicit Contributions(std::string* detail) : detail_(detail) {}

  void add(const char* name, double weight) {
    sum_ += weight;
    if (detail_ == nullptr || weight == 0) return;
    char text[64];
    std::snprintf(text, sizeof text, "%s%s %+.2f", detail_->empty() ? "" : ", ", name, weight);
    *detail_ += text;
  }
  bool wants_detail() const { return detail_ != nullptr; }
  double probability() const { return 1.0 / (1.0 + std::exp(-sum_)); }

 private:
  std::string* detail_;
  double sum_ = 0;
};

std::string gap_name(std::int64_t edge_us) {
  if (edge_us % kUsPerDay == 0) return "gap_" + std::to_string(edge_us / kUsPerDay) + "d";
  return "gap_" + std::to_string(edge_us / kUsPerHour) + "h";
}

void add_gap(const EngagementWeights& weights, std::int64_t gap_us, Contributions* sum) {
  if (weights.gap_bins.empty()) return;
  for (const auto& [edge_us, weight] : weights.gap_bins) {
    if (gap_us > edge_us && edge_us != weights.gap_bins.back().first) continue;
    sum->add(sum->wants_detail() ? gap_name(edge_us).c_str() : "", weight);
    return;
  }
}

JoinComparison::Agreement agreement(std::uint32_t known, std::uint32_t named) {
  if (known == 0 || named == 0) return JoinComparison::Agreement::unknown;
  return known == named ? JoinComparison::Agreement::same : JoinComparison::Agreement::other;
}

void add_weights(const EngagementWeights& weights, const JoinComparison& comparison,
                 Contributions* sum) {
  using Agreement = JoinComparison::Agreement;
  using Ending = JoinComparison::Ending;
  sum->add("prior", weights.prior_log_odds);
  switch (comparison.intent) {
    case Agreement::same: sum->add("same_intent", weights.same_intent); break;
    case Agreement::other: sum->add("other_intent", weights.other_intent); break;
    case Agreement::unknown: sum->add("unknown_intent", weights.unknown_intent); break;
  }
  if (comparison.ending == Ending::resolved) sum->add("last_resolved", weights.last_resolved);
  if (comparison.ending == Ending::unresolved) sum->add("last_unresolved", weights.last_unresolved);
  add_gap(weights, comparison.gap_us, sum);
  if (comparison.object == Agreement::same) sum->add("same_object", weights.same_object);
  if (comparison.object == Agreement::other) sum->add("other_object", weights.other_object);
  if (comparison.same_channel) sum->add("same_channel", weights.same_channel);
}

}  // namespace

bool leaves_unresolved(Outcome outcome) {
  switch (outcome) {
    case Outcome::abandoned:
    case Outcome::abandoned_short:
    case Outcome::no_answer:
    case Outcome::busy:
    case Outcome::failed:
    case Outcome::timeout:
    case Outcome::overflow:
    case Outcome::transferred:
    case Outcome::callback_booked:
    case Outcome::voicemail:
    case Outcome::reopened: return true;
    default: return false;
  }
}

bool closes(EngagementResult result) {
  return result != EngagementResult::unknown && result != EngagementResult::abandoned;
}

bool never_joins_other_intents(const EngagementWeights& weights) {
  constexpr double kRounding = 1e-9;
  double gap = weights.gap_bins.empty() ? 0.0 : weights.gap_bins.front().second;
  for (const auto& [edge_us, weight] : weights.gap_bins) gap = std::max(gap, weight);
  const double most = weights.prior_log_odds + weights.other_intent + gap +
                      std::max({0.0, weights.last_resolved, weights.last_unresolved}) +
                      std::max({0.0, weights.same_object, weights.other_object}) +
                      std::max(0.0, weights.same_channel);
  return 1.0 / (1.0 + std::exp(-most)) < weights.threshold - kRounding;
}

JoinComparison compare_join(const LocalEngagement& engagement, const LocalInteraction& contact,
                            const LocalInteraction& last_contact) {
  JoinComparison comparison;
  comparison.intent = agreement(engagement.intent, contact.unit.intent);
  comparison.object = agreement(engagement.object, contact.object);
  if (closes(engagement.result)) {
    comparison.ending = JoinComparison::Ending::resolved;
  } else if (engagement.unresolved) {
    comparison.ending = JoinComparison::Ending::unresolved;
  }
  comparison.same_channel = contact.unit.first_channel == last_contact.unit.last_channel;
  comparison.gap_us = std::max<std::int64_t>(0, contact.start - engagement.reach);
  return comparison;
}

JoinScore score_join(const LinkRules& rules, const LocalEngagement& engagement,
                     const LocalInteraction& contact, const LocalInteraction& last_contact,
                     std::string* detail) {
  const LinkingConfig& config = rules.config();
  const JoinComparison comparison = compare_join(engagement, contact, last_contact);
  const bool same_intent = comparison.intent == JoinComparison::Agreement::same;
  const bool closed = comparison.ending == JoinComparison::Ending::resolved;
  const Intent* intent = rules.intent(engagement.intent);
  const std::int64_t idle_us =
      intent != nullptr && intent->idle_us ? *intent->idle_us : config.engagement_idle_us;
  const std::int64_t reopen_us =
      intent != nullptr && intent->reopen_us ? *intent->reopen_us : config.reopen_window_us;
  JoinScore score;
  if (comparison.gap_us > idle_us && !(closed && same_intent && comparison.gap_us <= reopen_us)) {
    return score;
  }
  if (intent != nullptr && intent->exclusive_object && engagement.object != 0 &&
      contact.object != 0 && engagement.object != contact.object) {
    return score;
  }
  score.open = true;
  Contributions sum(detail);
  add_weights(config.weights, comparison, &sum);
  score.probability = sum.probability();
  return score;
}

}  // namespace clewline::hierarchy
