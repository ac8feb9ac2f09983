#include "hierarchy/interaction_grouper.h"

#include <algorithm>

namespace clewline::hierarchy {
namespace {

class ContactGrouper {
 public:
  ContactGrouper(const LinkRules& rules, CustomerScratch& scratch)
      : rules_(rules), scratch_(scratch) {}

  void group() {
    sort_presences();
    find_chain_joins();
    groups_.clear();
    for (std::uint32_t i = 0; i < order_.size(); ++i) sweep(i);
    make_interactions();
  }

 private:
  const TransactionUnit& unit(std::uint32_t i) const {
    return scratch_.transactions[order_[i]].unit;
  }

  void sort_presences() {
    order_.clear();
    for (std::uint32_t t = 0; t < scratch_.transactions.size(); ++t) {
      if (scratch_.transactions[t].has_presence()) order_.push_back(t);
    }
    std::ranges::sort(order_, {}, [this](std::uint32_t t) {
      return std::pair(scratch_.transactions[t].unit.presence_from,
                       scratch_.transactions[t].presence_event);
    });
  }

  /// For each presence, the earliest one that it joins by chain key. It is enough to look at the
  /// furthest reach of the chain so far: an earlier member within the gap is within the gap of that
  /// one too.
  void find_chain_joins() {
    auto& items = scratch_.key_items;
    items.clear();
    for (std::uint32_t i = 0; i < order_.size(); ++i) {
      for (const std::uint32_t position : scratch_.events_of(scratch_.transactions[order_[i]])) {
        const KeyId chain = scratch_.events[position].chain;
        if (chain != 0 && (items.empty() || items.back() != KeyHolder{chain, i}))
          items.push_back({chain, i});
      }
    }
    chain_joins_.clear();
    if (items.size() < 2) return;
    std::ranges::sort(items);
    const auto repeated = std::ranges::unique(items);
    items.erase(repeated.begin(), repeated.end());
    for (std::size_t k = 1; k < items.size(); ++k) {
      if (items[k].key == items[k - 1].key && items[k].holder != items[k - 1].holder) {
        join_chains(items);
        return;
      }
    }
  }

  void join_chains(const std::vector<KeyHolder>& items) {
    chain_joins_.assign(order_.size(), kNoIndex);
    std::uint32_t furthest = items.front().holder;
    for (std::size_t k = 1; k < items.size(); ++k) {
      const std::uint32_t i = items[k].holder;
      if (items[k].key != items[k - 1].key) {
        furthest = i;
        continue;
      }
      const std::int64_t gap = unit(i).presence_from - unit(furthest).presence_to;
      if (gap <= rules_.config().chain_gap_us)
        chain_joins_[i] = std::min(chain_joins_[i], furthest);
      if (unit(i).presence_to > unit(furthest).presence_to) furthest = i;
    }
  }

  void sweep(std::uint32_t i) {
    const TransactionUnit& presence = unit(i);
    std::size_t joined = groups_.size();
    const std::int64_t widest = rules_.widest_gap_us(presence.channel);
    for (std::size_t g = groups_.size(); g-- > 0;) {
      if (presence.presence_from - groups_[g].reach > widest) break;
      if (joins(groups_[g], presence)) joined = g;
    }
    if (!chain_joins_.empty() && chain_joins_[i] != kNoIndex) {
      while (joined > 0 && (joined == groups_.size() || groups_[joined].first > chain_joins_[i]))
        --joined;
    }
    if (joined == groups_.size()) {
      groups_.emplace_back();
      groups_.back().first = i;
      groups_.back().reach = presence.presence_to;
      groups_.back().channel_reach.fill(PresenceGroup::kNever);
    }
    while (groups_.size() > joined + 1) {
      groups_[groups_.size() - 2].absorb(groups_.back());
      groups_.pop_back();
    }
    groups_.back().add(presence.channel, presence.presence_to);
  }

  bool joins(const PresenceGroup& group, const TransactionUnit& presence) const {
    if (presence.presence_from <= group.reach) return true;
    for (int c = 0; c < kChannelCount; ++c) {
      const TimeUs reach = group.channel_reach[static_cast<std::size_t>(c)];
      if (reach == PresenceGroup::kNever) continue;
      const auto channel = static_cast<Channel>(c);
      if (presence.presence_from - reach <= rules_.interaction_gap_us(presence.channel, channel))
        return true;
    }
    return false;
  }

  void make_interactions() {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const std::size_t end = g + 1 < groups_.size() ? groups_[g + 1].first : order_.size();
      LocalInteraction& interaction = scratch_.interactions.emplace_back();
      interaction.unit.kind = Kind::contact;
      interaction.unit.presence_from = interaction.start = unit(groups_[g].first).presence_from;
      interaction.unit.presence_to = interaction.end = groups_[g].reach;
      for (std::size_t i = groups_[g].first; i < end; ++i) {
        TransactionUnit& member = scratch_.transactions[order_[i]].unit;
        member.interaction = static_cast<std::uint32_t>(g);
        member.placement = Placement::presence;
      }
    }
  }

  const LinkRules& rules_;
  CustomerScratch& scratch_;
  std::vector<std::uint32_t>& order_ = scratch_.order;  // transactions with presence, by begin
  std::vector<std::uint32_t>& chain_joins_ = scratch_.counts;
  std::vector<PresenceGroup>& groups_ = scratch_.presence_groups;
};

}  // namespace

void group_contacts(const LinkContext& context, CustomerScratch& scratch) {
  scratch.interactions.clear();
  ContactGrouper(*context.rules, scratch).group();
}

}  // namespace clewline::hierarchy
