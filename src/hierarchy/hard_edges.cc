#include "hierarchy/hard_edges.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <tuple>

namespace clewline::hierarchy {
namespace {

constexpr std::size_t kPairsBack = 64;

class EdgeFinder {
 public:
  EdgeFinder(const LinkContext& context, CustomerScratch& scratch)
      : rules_(*context.rules), scratch_(scratch), items_(scratch.key_items) {}

  void find() {
    scratch_.hard_edges.clear();
    find_cases();
    find_threads();
    find_callbacks();
    find_orders();
    find_chains();
    for (const auto& [effect, cause] : scratch_.agreeing_causes)
      add(EdgeRule::caused_by, cause, effect);
    std::ranges::sort(scratch_.hard_edges, [this](const HardEdge& x, const HardEdge& y) {
      if (x.rule != y.rule) return x.rule < y.rule;
      if (x.distance_us != y.distance_us) return x.distance_us < y.distance_us;
      return std::tuple(id(x.a), id(x.b)) < std::tuple(id(y.a), id(y.b));
    });
  }

 private:
  const Id128& id(std::uint32_t interaction) const {
    return scratch_.interactions[interaction].unit.id;
  }

  void add(EdgeRule rule, std::uint32_t a, std::uint32_t b) {
    const std::int64_t distance = scratch_.interactions[b].start - scratch_.interactions[a].start;
    scratch_.hard_edges.push_back(
        {rule, false, std::min(a, b), std::max(a, b), std::abs(distance)});
  }

  /// Pairs the holders of each key in `items_`.
  void pair_holders(EdgeRule rule, std::size_t pairs_back) {
    if (items_.size() < 2) return;
    std::ranges::sort(items_);
    const auto repeated = std::ranges::unique(items_);
    items_.erase(repeated.begin(), repeated.end());
    std::size_t begin = 0;
    for (std::size_t i = 1; i < items_.size(); ++i) {
      if (items_[i].key != items_[begin].key) begin = i;
      const std::size_t from = i - begin > pairs_back ? i - pairs_back : begin;
      for (std::size_t k = from; k < i; ++k) add(rule, items_[k].holder, items_[i].holder);
    }
  }

  void add_item(KeyId key, std::uint32_t interaction) {
    if (key == 0) return;
    const KeyHolder item{key, interaction};
    if (items_.empty() || items_.back() != item) items_.push_back(item);
  }

  void find_cases() {
    items_.clear();
    for (std::uint32_t i = 0; i < scratch_.interactions.size(); ++i) {
      add_item(scratch_.interactions[i].primary_case, i);
    }
    pair_holders(EdgeRule::same_case, 1);
  }

  /// The key of a conversation: of e-mail and messaging threads, chats, and of work that is no
  /// presence. A call or a visit is a sitting, so the same key later is only a chain.
  void find_threads() {
    items_.clear();
    for (const LocalEvent& event : scratch_.events) {
      if (event.session == 0) continue;
      const LocalTransaction& transaction = scratch_.transactions[event.transaction];
      const Channel channel = event.event->channel;
      const bool conversation =
          rules_.life(channel) != ChannelLife::live || channel == Channel::chat;
      if (conversation || !transaction.has_presence())
        add_item(event.session, transaction.unit.interaction);
    }
    pair_holders(EdgeRule::thread, kPairsBack);
  }

  void find_chains() {
    items_.clear();
    for (const LocalEvent& event : scratch_.events) {
      add_item(event.chain, scratch_.transactions[event.transaction].unit.interaction);
    }
    pair_holders(EdgeRule::chain, kPairsBack);
  }

  /// What names the same order, product or bill, where order events are among it.
  void find_orders() {
    items_.clear();
    for (const LocalEvent& event : scratch_.events) {
      if (event.event->object == 0) continue;
      add_item(event.event->object, scratch_.transactions[event.transaction].unit.interaction);
    }
    if (items_.size() < 2) return;
    auto& ordered = scratch_.more_key_items;  // objects that order events name
    ordered.clear();
    for (const LocalEvent& event : scratch_.events) {
      if ((event.marks & kOrderDomain) != 0 && event.event->object != 0) {
        ordered.push_back({event.event->object, 0});
      }
    }
    std::ranges::sort(ordered);
    std::erase_if(items_, [&ordered](const KeyHolder& item) {
      return !std::ranges::binary_search(ordered, KeyHolder{item.key, 0});
    });
    pair_holders(EdgeRule::order, kPairsBack);
  }

  /// A callback, tried or reached, answers the latest request that none before it has answered.
  void find_callbacks() {
    constexpr std::uint32_t kAnswers = kCallbackReached | kCallbackTried;
    std::uint32_t request = kNoIndex;
    for (std::uint32_t i = 0; i < scratch_.interactions.size(); ++i) {
      const LocalInteraction& interaction = scratch_.interactions[i];
      if ((interaction.marks & kAnswers) != 0 && request != kNoIndex) {
        const std::int64_t waited = interaction.start - scratch_.interactions[request].end;
        if (waited <= rules_.config().engagement_idle_us) add(EdgeRule::callback, request, i);
        if ((interaction.marks & kCallbackReached) != 0) request = kNoIndex;
      }
      const bool asks = (interaction.marks & kCallbackRequested) != 0;
      if (asks && (interaction.marks & kCallbackReached) == 0) request = i;
    }
  }

  const LinkRules& rules_;
  CustomerScratch& scratch_;
  std::vector<KeyHolder>& items_;
};

std::uint32_t root_of(std::vector<std::uint32_t>& parents, std::uint32_t i) {
  while (parents[i] != i) {
    parents[i] = parents[parents[i]];
    i = parents[i];
  }
  return i;
}

/// A ticket is one issue; an order is not: about two orders one may call once.
bool is_exclusive(const LinkRules& rules, const CustomerScratch& scratch, KeyId id) {
  return rules.exclusive_case_space(id) && !std::ranges::binary_search(scratch.order_cases, id);
}

/// A case key that order events carry names an order.
void collect_order_cases(CustomerScratch& scratch) {
  scratch.order_cases.clear();
  for (const LocalEvent& event : scratch.events) {
    if ((event.marks & kOrderDomain) != 0 && event.case_id != 0)
      scratch.order_cases.push_back(event.case_id);
  }
  std::ranges::sort(scratch.order_cases);
}

IssueBounds bounds_of(CustomerScratch& scratch, const LocalInteraction& interaction) {
  IssueBounds bounds{interaction.start, interaction.end, kNoIndex};
  if (interaction.primary_case != 0) {
    bounds.first_case = static_cast<std::uint32_t>(scratch.case_nodes.size());
    scratch.case_nodes.push_back({interaction.primary_case, kNoIndex});
  }
  return bounds;
}

/// Makes every interaction name the root of its component, which is its first member, and the next
/// one.
void list_members(CustomerScratch& scratch) {
  auto& roots = scratch.component_of;
  scratch.next_member.assign(roots.size(), kNoIndex);
  for (std::uint32_t i = 0; i < roots.size(); ++i) {
    roots[i] = root_of(roots, i);
    Component& component = scratch.components[roots[i]];
    if (i != roots[i]) scratch.next_member[component.last_member] = i;
    component.last_member = i;
  }
}

}  // namespace

std::string_view edge_rule_name(EdgeRule rule) {
  switch (rule) {
    case EdgeRule::same_case: return "case";
    case EdgeRule::thread: return "thread";
    case EdgeRule::callback: return "callback";
    case EdgeRule::order: return "order";
    case EdgeRule::chain: return "chain";
    case EdgeRule::caused_by: return "caused_by";
  }
  return "";
}

bool may_join(const LinkRules& rules, const CustomerScratch& scratch, const IssueBounds& a,
              const IssueBounds& b) {
  const std::int64_t span = std::max(a.end, b.end) - std::min(a.start, b.start);
  return span <= rules.config().engagement_span_us_max && !cases_conflict(rules, scratch, a, b);
}

bool cases_conflict(const LinkRules& rules, const CustomerScratch& scratch, const IssueBounds& a,
                    const IssueBounds& b) {
  for (std::uint32_t i = a.first_case; i != kNoIndex; i = scratch.case_nodes[i].next) {
    const KeyId mine = scratch.case_nodes[i].id;
    if (!is_exclusive(rules, scratch, mine)) continue;
    for (std::uint32_t k = b.first_case; k != kNoIndex; k = scratch.case_nodes[k].next) {
      const KeyId theirs = scratch.case_nodes[k].id;
      if (key_space(mine) != key_space(theirs) || mine == theirs) continue;
      if (is_exclusive(rules, scratch, theirs)) return true;
    }
  }
  return false;
}

bool has_exclusive_case(const LinkRules& rules, const CustomerScratch& scratch,
                        const IssueBounds& bounds) {
  for (std::uint32_t i = bounds.first_case; i != kNoIndex; i = scratch.case_nodes[i].next) {
    if (is_exclusive(rules, scratch, scratch.case_nodes[i].id)) return true;
  }
  return false;
}

void merge_bounds(CustomerScratch& scratch, const IssueBounds& from, IssueBounds* into) {
  into->start = std::min(into->start, from.start);
  into->end = std::max(into->end, from.end);
  for (std::uint32_t i = from.first_case; i != kNoIndex; i = scratch.case_nodes[i].next) {
    bool known = false;
    for (std::uint32_t k = into->first_case; k != kNoIndex; k = scratch.case_nodes[k].next) {
      known = known || scratch.case_nodes[k].id == scratch.case_nodes[i].id;
    }
    if (known) continue;
    scratch.case_nodes.push_back({scratch.case_nodes[i].id, into->first_case});
    into->first_case = static_cast<std::uint32_t>(scratch.case_nodes.size() - 1);
  }
}

void find_hard_edges(const LinkContext& context, CustomerScratch& scratch) {
  scratch.hard_edges.clear();
  if (scratch.interactions.size() > 1) EdgeFinder(context, scratch).find();
}

void join_hard_edges(const LinkContext& context, CustomerScratch& scratch) {
  const std::size_t size = scratch.interactions.size();
  auto& parents = scratch.component_of;
  auto& components = scratch.components;
  parents.resize(size);
  std::iota(parents.begin(), parents.end(), 0U);
  components.resize(size);
  scratch.case_nodes.clear();
  collect_order_cases(scratch);
  for (std::size_t i = 0; i < size; ++i) {
    const LocalInteraction& interaction = scratch.interactions[i];
    components[i].bounds = bounds_of(scratch, interaction);
    const bool contact = interaction.unit.kind == Kind::contact;
    components[i].first_contact = contact ? static_cast<std::uint32_t>(i) : kNoIndex;
    components[i].engagement = kNoIndex;
  }
  for (HardEdge& edge : scratch.hard_edges) {
    std::uint32_t a = root_of(parents, edge.a);
    std::uint32_t b = root_of(parents, edge.b);
    if (a == b) continue;
    if (edge.rule != EdgeRule::same_case &&
        !may_join(*context.rules, scratch, components[a].bounds, components[b].bounds)) {
      continue;
    }
    if (b < a) std::swap(a, b);
    parents[b] = a;
    edge.accepted = true;
    merge_bounds(scratch, components[b].bounds, &components[a].bounds);
    components[a].first_contact =
        std::min(components[a].first_contact, components[b].first_contact);
  }
  list_members(scratch);
}

}  // namespace clewline::hierarchy
