#include "hierarchy/placement.h"

#include <algorithm>
#include <utility>

namespace clewline::hierarchy {
namespace {

using KeyOf = KeyId LocalEvent::*;

class TransactionPlacer {
 public:
  TransactionPlacer(const LinkContext& context, CustomerScratch& scratch)
      : context_(context), rules_(*context.rules), scratch_(scratch) {}

  /// Fills `unplaced` with the transactions that serve no contact.
  void place(std::vector<std::uint32_t>* unplaced) {
    unplaced->clear();
    for (std::uint32_t t = 0; t < scratch_.transactions.size(); ++t) {
      if (!scratch_.transactions[t].has_presence()) unplaced->push_back(t);
    }
    if (unplaced->empty() || scratch_.interactions.empty()) return;
    place_by_key(&LocalEvent::session, Placement::session, unplaced);
    place_by_key(&LocalEvent::chain, Placement::chain, unplaced);
    place_by_key(&LocalEvent::case_id, Placement::case_, unplaced);
    if (!rules_.customer_time_rules().empty()) {
      place_each(Placement::customer_time, unplaced,
                 [this](std::uint32_t t) { return by_customer_time(t); });
    }
    place_each(Placement::wrap_window, unplaced, [this](std::uint32_t t) {
      const TimeUs start = scratch_.transactions[t].unit.first_at;
      return in_window(latest_contact(start), start);
    });
  }

 private:
  template <typename Find>
  void place_each(Placement placement, std::vector<std::uint32_t>* unplaced, const Find& find) {
    std::erase_if(*unplaced, [&](std::uint32_t t) {
      const std::uint32_t contact = find(t);
      if (contact == kNoIndex) return false;
      scratch_.transactions[t].unit.interaction = contact;
      scratch_.transactions[t].unit.placement = placement;
      return true;
    });
  }

  void place_by_key(KeyOf key, Placement placement, std::vector<std::uint32_t>* unplaced) {
    if (!any_has(key, *unplaced)) return;
    collect_holders(key);
    if (scratch_.key_items.empty()) return;
    place_each(placement, unplaced, [&](std::uint32_t t) {
      const TimeUs start = scratch_.transactions[t].unit.first_at;
      std::uint32_t before = kNoIndex;
      std::uint32_t after = kNoIndex;
      for (const std::uint32_t position : scratch_.events_of(scratch_.transactions[t])) {
        const KeyId id = scratch_.events[position].*key;
        if (id != 0) find_nearest(id, start, &before, &after);
      }
      if (placement == Placement::case_) return in_window(before, start);
      return before != kNoIndex ? before : after;
    });
  }

  bool any_has(KeyOf key, const std::vector<std::uint32_t>& transactions) const {
    return std::ranges::any_of(transactions, [&](std::uint32_t t) {
      return std::ranges::any_of(
          scratch_.events_of(scratch_.transactions[t]),
          [&](std::uint32_t position) { return scratch_.events[position].*key != 0; });
    });
  }

  /// Lists which contacts hold which keys, by the transactions placed so far.
  void collect_holders(KeyOf key) {
    auto& holders = scratch_.key_items;
    holders.clear();
    for (const LocalEvent& event : scratch_.events) {
      const std::uint32_t contact = scratch_.transactions[event.transaction].unit.interaction;
      if (event.*key != 0 && contact != kNoIndex) holders.push_back({event.*key, contact});
    }
    std::ranges::sort(holders);
    const auto repeated = std::ranges::unique(holders);
    holders.erase(repeated.begin(), repeated.end());
  }

  /// Of the holders of a key: the latest contact that began not after `start`, and the earliest
  /// after.
  void find_nearest(KeyId id, TimeUs start, std::uint32_t* before, std::uint32_t* after) const {
    const std::uint32_t latest = latest_contact(start);
    const auto& holders = scratch_.key_items;
    const auto next = latest == kNoIndex ? std::ranges::lower_bound(holders, KeyHolder{id, 0})
                                         : std::ranges::upper_bound(holders, KeyHolder{id, latest});
    if (next != holders.begin() && std::prev(next)->key == id) {
      const std::uint32_t found = std::prev(next)->holder;
      if (*before == kNoIndex || found > *before) *before = found;
    }
    if (next != holders.end() && next->key == id) *after = std::min(*after, next->holder);
  }

  /// The latest contact that began not after `time`; kNoIndex when there is none.
  std::uint32_t latest_contact(TimeUs time) const {
    const auto after =
        std::ranges::upper_bound(scratch_.interactions, time, {}, &LocalInteraction::start);
    const auto count = after - scratch_.interactions.begin();
    return count == 0 ? kNoIndex : static_cast<std::uint32_t>(count - 1);
  }

  std::uint32_t in_window(std::uint32_t contact, TimeUs start) const {
    if (contact == kNoIndex) return kNoIndex;
    const LocalInteraction& interaction = scratch_.interactions[contact];
    return start - interaction.end <= rules_.config().wrap_window_us ? contact : kNoIndex;
  }

  /// A declared rule: an event of `from` and one of a contact's of `to` carry one identifier value,
  /// and lie within the window.
  std::uint32_t by_customer_time(std::uint32_t t) const {
    const LocalTransaction& transaction = scratch_.transactions[t];
    const TimeUs start = transaction.unit.first_at;
    std::uint32_t before = kNoIndex;
    std::uint32_t after = kNoIndex;
    for (const auto& rule : rules_.customer_time_rules()) {
      if (transaction.unit.source != rule.from) continue;
      for (const LocalEvent& other : scratch_.events) {
        if (other.event->source != rule.to || other.presence == Presence::none) continue;
        if (other.start - start > rule.window_us) break;  // events are in order of time
        if (start - other.end > rule.window_us || !shares_identifier(transaction, other)) continue;
        const std::uint32_t contact = scratch_.transactions[other.transaction].unit.interaction;
        if (scratch_.interactions[contact].start > start) {
          after = std::min(after, contact);
        } else if (before == kNoIndex || contact > before) {
          before = contact;
        }
      }
    }
    return before != kNoIndex ? before : after;
  }

  bool shares_identifier(const LocalTransaction& transaction, const LocalEvent& other) const {
    for (const std::uint32_t position : scratch_.events_of(transaction)) {
      for (const LinkIdentifier& mine :
           context_.input->identifiers_of(*scratch_.events[position].event)) {
        if (mine.value == 0 || mine.role != IdentifierRole::customer) continue;
        for (const LinkIdentifier& theirs : context_.input->identifiers_of(*other.event)) {
          if (theirs.role == mine.role && theirs.kind == mine.kind && theirs.value == mine.value)
            return true;
        }
      }
    }
    return false;
  }

  const LinkContext& context_;
  const LinkRules& rules_;
  CustomerScratch& scratch_;
};

/// By what a transaction that serves no contact is grouped: case, else session, else record.
struct OwnKey {
  Kind kind = Kind::company;
  std::uint8_t sort = 0;  // 0 case, 1 session, 2 record
  KeyId key = 0;
  auto operator<=>(const OwnKey&) const = default;
};

OwnKey own_key(const CustomerScratch& scratch, std::uint32_t t) {
  const LocalTransaction& transaction = scratch.transactions[t];
  OwnKey own;
  own.kind = transaction.unit.role == Role::feedback ? Kind::feedback : Kind::company;
  if (transaction.case_id != 0) {
    own.key = transaction.case_id;
  } else if (transaction.session != 0) {
    own.sort = 1;
    own.key = transaction.session;
  } else {
    own.sort = 2;
    own.key = scratch.events[transaction.first_event].event->record;
  }
  return own;
}

void begin_interaction(CustomerScratch& scratch, Kind kind) {
  scratch.interactions.emplace_back().unit.kind = kind;
}

/// Makes interactions of kind company and feedback, cut by the channel's transaction gap.
void group_unplaced(const LinkRules& rules, CustomerScratch& scratch,
                    std::vector<std::uint32_t>& unplaced) {
  std::ranges::sort(unplaced, {},
                    [&scratch](std::uint32_t t) { return std::pair(own_key(scratch, t), t); });
  OwnKey current;
  TimeUs reach = 0;
  for (std::size_t i = 0; i < unplaced.size(); ++i) {
    TransactionUnit& unit = scratch.transactions[unplaced[i]].unit;
    const OwnKey own = own_key(scratch, unplaced[i]);
    const bool beyond = unit.first_at - reach > rules.channel(unit.channel).transaction_gap_us;
    if (i == 0 || own != current || beyond) {
      begin_interaction(scratch, own.kind);
      reach = unit.last_at;
    }
    current = own;
    reach = std::max(reach, unit.last_at);
    unit.interaction = static_cast<std::uint32_t>(scratch.interactions.size() - 1);
    unit.placement = Placement::own;
  }
}

/// Notes each interaction's naming events, puts interactions in order of them, and lists
/// transactions.
void number_interactions(CustomerScratch& scratch) {
  for (LocalTransaction& transaction : scratch.transactions) {
    LocalInteraction& interaction = scratch.interactions[transaction.unit.interaction];
    ++interaction.unit.transactions;
    interaction.first_event = std::min(interaction.first_event, transaction.first_event);
    interaction.presence_event = std::min(interaction.presence_event, transaction.presence_event);
  }
  const auto in_order = [](const LocalInteraction& a, const LocalInteraction& b) {
    return a.name_event() < b.name_event();
  };
  if (!std::ranges::is_sorted(scratch.interactions, in_order)) {
    auto& order = scratch.order;
    order.resize(scratch.interactions.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {},
                      [&](std::uint32_t i) { return scratch.interactions[i].name_event(); });
    scratch.renumbered.resize(order.size());
    scratch.sorted_interactions.clear();
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      scratch.renumbered[order[i]] = i;
      scratch.sorted_interactions.push_back(std::move(scratch.interactions[order[i]]));
    }
    std::swap(scratch.interactions, scratch.sorted_interactions);
    for (LocalTransaction& transaction : scratch.transactions) {
      transaction.unit.interaction = scratch.renumbered[transaction.unit.interaction];
    }
  }
  group_by(
      scratch.transactions.size(), scratch.interactions.size(), &scratch.counts,
      &scratch.transactions_by_interaction,
      [&scratch](std::size_t t) { return scratch.transactions[t].unit.interaction; },
      [&scratch](std::size_t i, std::uint32_t begin) {
        scratch.interactions[i].transactions_begin = begin;
      });
}

}  // namespace

void place_transactions(const LinkContext& context, CustomerScratch& scratch) {
  TransactionPlacer(context, scratch).place(&scratch.unplaced);
  if (!scratch.unplaced.empty()) group_unplaced(*context.rules, scratch, scratch.unplaced);
  number_interactions(scratch);
}

}  // namespace clewline::hierarchy
