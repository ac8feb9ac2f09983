#include "hierarchy/presences.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "hierarchy/customer_events.h"
#include "hierarchy/customer_partition_internal.h"
#include "hierarchy/customer_scratch.h"
#include "hierarchy/interaction_grouper.h"
#include "hierarchy/parallel.h"
#include "hierarchy/transaction_cutter.h"
#include "hierarchy/transaction_facts.h"

namespace clewline::hierarchy {
namespace {

constexpr std::size_t position(Channel channel) { return static_cast<std::size_t>(channel); }

void cut_customer(const LinkContext& context, std::uint32_t customer,
                  std::span<const std::uint32_t> events, CustomerScratch& scratch) {
  gather_events(context, events, scratch, nullptr);
  cut_transactions(context, scratch);
  describe_transactions(context, customer, scratch, nullptr);
}

// No gap joins anything: sessions stay whole, other events stand alone.
LinkingConfig without_gaps(LinkingConfig config) {
  for (ChannelRule& rule : config.channels) rule.transaction_gap_us = 0;
  return config;
}

/// A presence before the legs of one session or chain are put together.
struct PresenceLeg {
  ContactPresence presence;
  KeyId session = 0;
  std::tuple<KeyId, KeyId, Channel, TimeUs, TimeUs> order() const {
    return {presence.chain, presence.chain != 0 ? 0 : session, presence.channel, presence.from,
            presence.to};
  }
};

bool are_one(const LinkRules& rules, const ContactPresence& whole, KeyId session,
             const PresenceLeg& next) {
  const ContactPresence& leg = next.presence;
  if (whole.channel != leg.channel || whole.chain != leg.chain) return false;
  if (whole.chain != 0) return leg.from - whole.to <= rules.config().chain_gap_us;
  return session != 0 && session == next.session && rules.life(leg.channel) == ChannelLife::live &&
         std::max(whole.to, leg.to) - whole.from <= rules.channel(leg.channel).max_presence_us;
}

/// Appends the presences of the customer whose transactions stand in the scratch.
void add_presences(const LinkRules& rules, std::uint32_t customer, const CustomerScratch& scratch,
                   std::vector<PresenceLeg>& legs, std::vector<ContactPresence>& out) {
  legs.clear();
  for (const LocalTransaction& transaction : scratch.transactions) {
    if (!transaction.has_presence()) continue;
    const TransactionUnit& unit = transaction.unit;
    legs.push_back(
        {{customer, unit.channel, unit.presence_from, unit.presence_to, transaction.chain},
         transaction.session});
  }
  std::ranges::sort(legs, {}, &PresenceLeg::order);
  const std::size_t begin = out.size();
  KeyId session = 0;
  for (const PresenceLeg& leg : legs) {
    if (out.size() > begin && are_one(rules, out.back(), session, leg)) {
      out.back().to = std::max(out.back().to, leg.presence.to);
    } else {
      out.push_back(leg.presence);
      session = leg.session;
    }
  }
  std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
            [](const ContactPresence& a, const ContactPresence& b) {
              return std::tie(a.from, a.to, a.channel, a.chain) <
                     std::tie(b.from, b.to, b.channel, b.chain);
            });
}

/// Counts trials customer by customer; one a thread.
class TrialCounter {
 public:
  TrialCounter(LinkContext context, const LinkRules& rules, std::span<const LinkRules> trial_rules,
               std::span<const GapTrial> trials)
      : context_(std::move(context)),
        rules_(rules),
        trial_rules_(trial_rules),
        trials_(trials),
        counts_(trials.size()) {}

  void add(std::uint32_t customer, std::span<const std::uint32_t> events) {
    if (events.empty()) return;
    const TrialCounts unchanged = count(rules_, customer, events);
    std::array<std::uint32_t, kChannelCount> present{};
    for (const LocalEvent& event : scratch_.events) ++present[position(event.event->channel)];
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      const GapTrial& trial = trials_[i];
      const std::uint32_t least = trial.a == trial.b ? 2 : 1;
      const bool concerned =
          present[position(trial.a)] >= least && present[position(trial.b)] >= least;
      const TrialCounts changed = concerned ? count(trial_rules_[i], customer, events) : unchanged;
      counts_[i].transactions += changed.transactions;
      counts_[i].contacts += changed.contacts;
    }
  }

  std::span<const TrialCounts> counts() const { return counts_; }

 private:
  TrialCounts count(const LinkRules& rules, std::uint32_t customer,
                    std::span<const std::uint32_t> events) {
    context_.rules = &rules;
    cut_customer(context_, customer, events, scratch_);
    group_contacts(context_, scratch_);
    return {scratch_.transactions.size(), scratch_.interactions.size()};
  }

  LinkContext context_;
  const LinkRules& rules_;
  std::span<const LinkRules> trial_rules_;
  std::span<const GapTrial> trials_;
  std::vector<TrialCounts> counts_;
  CustomerScratch scratch_;
};

// What cutting and grouping read, without the references that only later steps follow.
LinkContext light_context(const LinkedEvents& events, const LinkRules& rules,
                          const HierarchyOptions& options, int threads) {
  LinkContext context =
      make_context(events.input, events.customer_of_event, rules, options.hub_keys, threads);
  context.references = ReferenceIndex();
  context.guards.shared_chain_events.clear();
  return context;
}

}  // namespace

LinkingConfig with_gap(LinkingConfig config, const GapTrial& trial) {
  config.interaction_gap_us[position(trial.a)][position(trial.b)] = trial.gap_us;
  config.interaction_gap_us[position(trial.b)][position(trial.a)] = trial.gap_us;
  if (trial.a == trial.b) config.channels[position(trial.a)].transaction_gap_us = trial.gap_us;
  return config;
}

Result<std::vector<ContactPresence>> list_presences(const LinkedEvents& events,
                                                    const HierarchyOptions& options) {
  CLEW_TRY_VOID(check_customers(events.input, events.customer_of_event, events.customers));
  const LinkingConfig config = without_gaps(events.config);
  CLEW_TRY(const LinkRules rules,
           LinkRules::compile(events.input.strings, config, events.intents, events.counting));
  const int threads = std::clamp(options.threads, 1, kThreadsMax);
  const LinkContext context = light_context(events, rules, options, threads);
  const CustomerPartition partition = partition_events(events.customer_of_event, events.customers);
  const std::vector<std::size_t> bounds = partition.part_bounds(threads);
  std::vector<std::vector<ContactPresence>> parts(static_cast<std::size_t>(threads));
  run_parts(threads, [&](int part) {
    const auto i = static_cast<std::size_t>(part);
    CustomerScratch scratch;
    std::vector<PresenceLeg> legs;
    for (std::size_t c = bounds[i]; c < bounds[i + 1]; ++c) {
      if (partition.of(c).empty()) continue;
      const auto customer = static_cast<std::uint32_t>(c);
      cut_customer(context, customer, partition.of(c), scratch);
      add_presences(rules, customer, scratch, legs, parts[i]);
    }
  });
  std::vector<ContactPresence> out = std::move(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i)
    out.insert(out.end(), parts[i].begin(), parts[i].end());
  return out;
}

Result<std::vector<TrialCounts>> count_trials(const LinkedEvents& events,
                                              std::span<const GapTrial> trials,
                                              const HierarchyOptions& options) {
  CLEW_TRY_VOID(check_customers(events.input, events.customer_of_event, events.customers));
  CLEW_TRY(const LinkRules rules, LinkRules::compile(events.input.strings, events.config,
                                                     events.intents, events.counting));
  std::vector<LinkRules> trial_rules;
  for (const GapTrial& trial : trials) {
    CLEW_TRY(LinkRules changed,
             LinkRules::compile(events.input.strings, with_gap(events.config, trial),
                                events.intents, events.counting));
    trial_rules.push_back(std::move(changed));
  }
  const int threads = std::clamp(options.threads, 1, kThreadsMax);
  const LinkContext context = light_context(events, rules, options, threads);
  const CustomerPartition partition = partition_events(events.customer_of_event, events.customers);
  const std::vector<std::size_t> bounds = partition.part_bounds(threads);
  std::vector<TrialCounter> counters;
  for (int part = 0; part < threads; ++part)
    counters.emplace_back(context, rules, trial_rules, trials);
  run_parts(threads, [&](int part) {
    const auto i = static_cast<std::size_t>(part);
    for (std::size_t c = bounds[i]; c < bounds[i + 1]; ++c)
      counters[i].add(static_cast<std::uint32_t>(c), partition.of(c));
  });
  std::vector<TrialCounts> out(trials.size());
  for (const TrialCounter& counter : counters) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i].transactions += counter.counts()[i].transactions;
      out[i].contacts += counter.counts()[i].contacts;
    }
  }
  return out;
}

}  // namespace clewline::hierarchy
