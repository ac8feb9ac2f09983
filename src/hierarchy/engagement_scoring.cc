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

void add_object(const EngagementWeights& weights, std::uint32_t known, std::uint32_t named,
                Contributions* sum) {
  if (known == 0 || named == 0) return;
  if (known == named) {
    sum->add("same_object", weights.same_object);
  } else {
    sum->add("other_object", weights.other_object);
  }
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

JoinScore score_join(const LinkRules& rules, const LocalEngagement& engagement,
                     const LocalInteraction& contact, const LocalInteraction& last_contact,
                     std::string* detail) {
  const LinkingConfig& config = rules.config();
  const EngagementWeights& weights = config.weights;
  const std::int64_t gap_us = std::max<std::int64_t>(0, contact.start - engagement.reach);
  const bool both_known = engagement.intent != 0 && contact.unit.intent != 0;
  const bool same_intent = both_known && engagement.intent == contact.unit.intent;
  const bool closed = closes(engagement.result);
  const Intent* intent = rules.intent(engagement.intent);
  const std::int64_t idle_us =
      intent != nullptr && intent->idle_us ? *intent->idle_us : config.engagement_idle_us;
  const std::int64_t reopen_us =
      intent != nullptr && intent->reopen_us ? *intent->reopen_us : config.reopen_window_us;
  JoinScore score;
  if (gap_us > idle_us && !(closed && same_intent && gap_us <= reopen_us)) return score;
  if (intent != nullptr && intent->exclusive_object && engagement.object != 0 &&
      contact.object != 0 && engagement.object != contact.object) {
    return score;
  }
  score.open = true;
  Contributions sum(detail);
  sum.add("prior", weights.prior_log_odds);
  if (same_intent) {
    sum.add("same_intent", weights.same_intent);
  } else if (both_known) {
    sum.add("other_intent", weights.other_intent);
  } else {
    sum.add("unknown_intent", weights.unknown_intent);
  }
  if (closed) {
    sum.add("last_resolved", weights.last_resolved);
  } else if (engagement.unresolved) {
    sum.add("last_unresolved", weights.last_unresolved);
  }
  add_gap(weights, gap_us, &sum);
  add_object(weights, engagement.object, contact.object, &sum);
  if (contact.unit.first_channel == last_contact.unit.last_channel) {
    sum.add("same_channel", weights.same_channel);
  }
  score.probability = sum.probability();
  return score;
}

}  // namespace clewline::hierarchy
