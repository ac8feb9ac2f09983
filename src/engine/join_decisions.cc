#include "engine/join_decisions.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include "engine/duration_text.h"
#include "engine/link.h"
#include "engine/link_load.h"
#include "engine/linked_portions.h"
#include "engine/truth_events.h"
#include "hierarchy/build_hierarchy.h"
#include "identity/resolve.h"
#include "text/zone.h"

namespace clewline::engine {
namespace {

using Agreement = JoinComparison::Agreement;
using learning::CategoricalModel;
using learning::Comparison;

constexpr std::size_t kIntent = 0;
constexpr std::size_t kEnding = 1;
constexpr std::size_t kGap = 2;
constexpr std::size_t kObject = 3;
constexpr std::size_t kChannelLevel = 4;
constexpr std::size_t kUnrelatedPairs = 4;  // a contact
constexpr double kLeastShare = 1e-4;

std::vector<Comparison> comparisons_of(const EngagementWeights& weights) {
  Comparison gap{"gap", {}, 0};
  for (const auto& [edge_us, weight] : weights.gap_bins) {
    gap.levels.push_back("gap_" + duration_text(edge_us));
    std::erase(gap.levels.back(), ' ');
  }
  return {{"intent", {"unknown_intent", "same_intent", "other_intent"}, 0},
          {"ending", {"last_open", "last_unresolved", "last_resolved"}, 0},
          gap,
          {"object", {"no_object", "same_object", "other_object"}, 0},
          {"channel", {"other_channel", "same_channel"}, 0}};
}

std::uint8_t gap_level(const EngagementWeights& weights, std::int64_t gap_us) {
  std::size_t bin = 0;
  while (bin + 1 < weights.gap_bins.size() && gap_us > weights.gap_bins[bin].first) ++bin;
  return static_cast<std::uint8_t>(bin);
}

JoinDecision decision_of(const JoinCandidate& candidate, const EngagementWeights& weights) {
  JoinDecision decision;
  const JoinComparison& compared = candidate.comparison;
  decision.levels[kIntent] = static_cast<std::uint8_t>(compared.intent);
  decision.levels[kEnding] = static_cast<std::uint8_t>(compared.ending);
  decision.levels[kGap] = gap_level(weights, compared.gap_us);
  decision.levels[kObject] = static_cast<std::uint8_t>(compared.object);
  decision.levels[kChannelLevel] = compared.same_channel ? 1 : 0;
  decision.customer = candidate.customer;
  decision.by_score = candidate.decided_by_score;
  decision.by_case = candidate.known;
  return decision;
}

struct Linked {
  LoadedInput loaded;
  IdentityResult identity;
  HierarchyResult hierarchy;
};

Result<Linked> link_in_memory(Workspace& workspace) {
  const WorkspaceConfig& config = workspace.config();
  CLEW_TRY(const LinkSettings settings, link_settings(workspace));
  Linked linked;
  LoadOptions load;
  load.threads = settings.threads;
  load.matches = settings.matches;
  CLEW_TRY(linked.loaded, load_link_input(workspace.database(), config.intents, load));
  CLEW_TRY(linked.identity, find_customers(linked.loaded.input, settings));
  hierarchy::HierarchyOptions options;
  options.threads = static_cast<int>(workspace.threads());
  options.hub_keys = linked.identity.hub_keys;
  options.collect_join_candidates = true;
  CLEW_TRY(linked.hierarchy,
           hierarchy::build_hierarchy(linked.loaded.input, linked.identity.customer_of_event,
                                      linked.identity.customers.size(), config.linking,
                                      config.intents, config.counting, options));
  return linked;
}

/// Which fold each customer is in: by their least event id, since customers' own ids depend on the
/// workspace's key.
std::vector<std::uint32_t> folds_of(const Linked& linked) {
  std::vector<Id128> least(linked.identity.customers.size());
  const auto& events = linked.loaded.input.events;
  for (std::size_t i = 0; i < events.size(); ++i) {
    Id128& known = least[linked.identity.customer_of_event[i]];
    if (known == Id128() || events[i].event_id < known) known = events[i].event_id;
  }
  std::vector<std::uint32_t> folds;
  for (const Id128& id : least)
    folds.push_back(static_cast<std::uint32_t>(std::hash<Id128>()(id) % kJoinFolds));
  return folds;
}

/// The candidates in an order that no key of a workspace changes.
std::vector<JoinCandidate> ordered_candidates(const Linked& linked) {
  std::vector<JoinCandidate> out = linked.hierarchy.join_candidates;
  const auto& units = linked.hierarchy.interactions;
  std::ranges::sort(out, [&units](const JoinCandidate& a, const JoinCandidate& b) {
    return std::tie(units[a.contact].id, units[a.last_contact].id) <
           std::tie(units[b.contact].id, units[b.last_contact].id);
  });
  return out;
}

/// Levels between contacts of different customers. Endings and objects are the engagements' own
/// affair: theirs are taken from the decisions, no object being the same.
class UnrelatedShares {
 public:
  UnrelatedShares(const Linked& linked, const LinkingConfig& config, const JoinDecisions& decisions)
      : config_(config) {
    for (const Comparison& comparison : decisions.comparisons)
      counts_.emplace_back(comparison.levels.size(), 0.0);
    for (const InteractionUnit& unit : linked.hierarchy.interactions) {
      if (unit.kind == Kind::contact) contacts_.push_back(&unit);
    }
    std::ranges::sort(contacts_, [](const InteractionUnit* a, const InteractionUnit* b) {
      return std::tie(a->presence_from, a->id) < std::tie(b->presence_from, b->id);
    });
    compare_pairs();
    for (const JoinDecision& decision : decisions.rows) {
      ++counts_[kEnding][decision.levels[kEnding]];
      ++counts_[kObject][decision.levels[kObject] == 0 ? 0 : 2];
    }
  }

  std::vector<std::vector<double>> shares() const {
    std::vector<std::vector<double>> out = counts_;
    for (auto& levels : out) {
      double sum = 0;
      for (const double count : levels) sum += count;
      for (double& share : levels) share = sum > 0 ? std::max(kLeastShare, share / sum) : 1;
    }
    return out;
  }

 private:
  void compare_pairs() {
    std::mt19937_64 random(1);
    std::size_t from = 0;
    for (std::size_t i = 0; i < contacts_.size(); ++i) {
      const InteractionUnit& contact = *contacts_[i];
      while (contacts_[from]->presence_from < contact.presence_from - config_.engagement_idle_us)
        ++from;
      for (std::size_t pair = 0; pair < kUnrelatedPairs && from < i; ++pair) {
        const InteractionUnit& other = *contacts_[from + random() % (i - from)];
        if (other.customer != contact.customer) count(other, contact);
      }
    }
  }
  void count(const InteractionUnit& before, const InteractionUnit& contact) {
    const bool known = before.intent != 0 && contact.intent != 0;
    ++counts_[kIntent][!known ? 0 : before.intent == contact.intent ? 1 : 2];
    ++counts_[kChannelLevel][before.last_channel == contact.first_channel ? 1 : 0];
    const std::int64_t gap = contact.presence_from - before.presence_to;
    ++counts_[kGap][gap_level(config_.weights, std::max<std::int64_t>(0, gap))];
  }

  const LinkingConfig& config_;
  std::vector<const InteractionUnit*> contacts_;
  std::vector<std::vector<double>> counts_;
};

/// The true engagement of each interaction: that of most of its events; kNoTruth without any.
std::vector<std::uint32_t> true_engagements(const Linked& linked, const TruthEvents& truth) {
  absl::flat_hash_map<Id128, std::uint32_t> of_event;
  constexpr std::size_t kEngagementLevel = 1;
  static_assert(kTruthLevels[kEngagementLevel] == "engagement");
  for (std::size_t i = 0; i < truth.event_ids.size(); ++i)
    of_event.emplace(truth.event_ids[i], truth.truth[kEngagementLevel][i]);
  std::vector<std::map<std::uint32_t, std::uint32_t>> votes(linked.hierarchy.interactions.size());
  const auto& events = linked.loaded.input.events;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto found = of_event.find(events[i].event_id);
    if (found == of_event.end() || found->second == kNoTruth) continue;
    const std::uint32_t transaction = linked.hierarchy.transaction_of_event[i];
    ++votes[linked.hierarchy.transactions[transaction].interaction][found->second];
  }
  std::vector<std::uint32_t> out;
  for (const auto& vote : votes) {
    const auto most = std::ranges::max_element(
        vote, [](const auto& a, const auto& b) { return a.second < b.second; });
    out.push_back(most == vote.end() ? kNoTruth : most->first);
  }
  return out;
}

}  // namespace

CategoricalModel model_of_weights(const EngagementWeights& weights,
                                  const std::vector<Comparison>& comparisons) {
  CategoricalModel model;
  model.prior = weights.prior_log_odds;
  model.weights = {{weights.unknown_intent, weights.same_intent, weights.other_intent},
                   {0, weights.last_unresolved, weights.last_resolved},
                   {},
                   {0, weights.same_object, weights.other_object},
                   {0, weights.same_channel}};
  for (const auto& [edge_us, weight] : weights.gap_bins) model.weights[kGap].push_back(weight);
  learning::settle_references(comparisons, model);
  return model;
}

EngagementWeights weights_of_model(const CategoricalModel& model, const EngagementWeights& before) {
  EngagementWeights out = before;
  out.prior_log_odds = model.prior;
  out.unknown_intent = model.weights[kIntent][0];
  out.same_intent = model.weights[kIntent][1];
  out.other_intent = model.weights[kIntent][2];
  out.last_unresolved = model.weights[kEnding][1];
  out.last_resolved = model.weights[kEnding][2];
  out.same_object = model.weights[kObject][1];
  out.other_object = model.weights[kObject][2];
  out.same_channel = model.weights[kChannelLevel][1];
  for (std::size_t bin = 0; bin < out.gap_bins.size(); ++bin)
    out.gap_bins[bin].second = model.weights[kGap][bin];
  return out;
}

Result<JoinDecisions> collect_join_decisions(Workspace& workspace, const std::string& truth_file) {
  TruthEvents truth;
  if (!truth_file.empty()) {
    CLEW_TRY(truth, read_truth(workspace, truth_file));
  }
  CLEW_TRY(const Linked linked, link_in_memory(workspace));
  const LinkingConfig& config = workspace.config().linking;
  JoinDecisions out;
  out.comparisons = comparisons_of(config.weights);
  const auto& bins = config.weights.gap_bins;
  out.first_gap_beyond_idle = static_cast<std::size_t>(
      std::ranges::find_if(bins,
                           [&](const auto& bin) { return bin.first > config.engagement_idle_us; }) -
      bins.begin());
  std::vector<std::uint32_t> of_interaction;
  if (!truth_file.empty()) of_interaction = true_engagements(linked, truth);
  std::vector<double> per_gap(out.comparisons[kGap].levels.size(), 0.0);
  const auto folds = folds_of(linked);
  for (const JoinCandidate& candidate : ordered_candidates(linked)) {
    JoinDecision decision = decision_of(candidate, config.weights);
    decision.fold = folds[candidate.customer];
    if (!of_interaction.empty()) {
      const std::uint32_t a = of_interaction[candidate.contact];
      const std::uint32_t b = of_interaction[candidate.last_contact];
      if (a != kNoTruth && b != kNoTruth)
        decision.in_truth = a == b ? Agreement::same : Agreement::other;
    }
    ++per_gap[decision.levels[kGap]];
    out.rows.push_back(decision);
  }
  out.comparisons[kGap].reference =
      static_cast<std::size_t>(std::ranges::max_element(per_gap) - per_gap.begin());
  out.in_force = model_of_weights(config.weights, out.comparisons);
  out.unrelated = UnrelatedShares(linked, config, out).shares();
  return out;
}

}  // namespace clewline::engine
