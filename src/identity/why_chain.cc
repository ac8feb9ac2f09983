#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <set>

#include "identity/why_internal.h"

namespace clewline::identity {
namespace {

std::string share_text(double share) { return std::to_string(share).substr(0, 5); }

/// Builds the steps of one chain. Ranks and nodes are those of the world's resolution.
class ChainBuilder {
 public:
  explicit ChainBuilder(const WhyWorld& world)
      : world_(world),
        resolution_(world.resolution()),
        sightings_(resolution_.sightings),
        attribution_(resolution_.attribution) {}

  /// From an event that an anchor names to that anchor, appended to `links`; returns the anchor.
  Node add_attribution(Rank rank, std::vector<WhyLink>& links) const {
    switch (attribution_.step[rank]) {
      case AttributionStep::own_anchor: links.push_back(own_anchor(rank)); break;
      case AttributionStep::session_anchor:
      case AttributionStep::chain_anchor: links.push_back(nearby_anchor(rank)); break;
      case AttributionStep::shared_value:
      case AttributionStep::two_hops: add_by_value(rank, links); break;
      case AttributionStep::component:
      case AttributionStep::record: break;
    }
    return attribution_.anchor[rank];
  }

  /// From one anchor to another of the same customer by the edges that joined them.
  void add_edges(Node from, Node to, std::vector<WhyLink>& links) {
    if (from == to) return;
    std::map<Node, std::vector<const AnchorEdge*>> edges_of;
    for (const AnchorEdge& edge : resolution_.anchored.edges) {
      if (edge.outcome != AnchorEdge::Outcome::joined) continue;
      edges_of[edge.a].push_back(&edge);
      edges_of[edge.b].push_back(&edge);
    }
    std::map<Node, const AnchorEdge*> reached{{to, nullptr}};
    std::deque<Node> todo{to};
    while (!reached.contains(from) && !todo.empty()) {
      const Node node = todo.front();
      todo.pop_front();
      for (const AnchorEdge* edge : edges_of[node]) {
        const Node other = edge->a == node ? edge->b : edge->a;
        if (reached.emplace(other, edge).second) todo.push_back(other);
      }
    }
    standing_of_anchor_ = Lists::invert(sightings_.standing_anchors, sightings_.nodes.size());
    for (const Overrides::AnchorPair& pair : sightings_.overrides.anchor_pairs)
      said_of_pair_.emplace(std::minmax({pair.a, pair.b}), pair.assertion);
    for (Node node = from; node != to;) {
      const AnchorEdge& edge = *reached.at(node);
      const Node next = edge.a == node ? edge.b : edge.a;
      links.push_back(edge_link(edge, node, next));
      node = next;
    }
  }

  /// From one left-over event to another of the same component.
  void add_component(Rank from, Rank to, std::vector<WhyLink>& links) const {
    std::map<Rank, Rank> reached{{to, to}};
    std::set<const std::uint32_t*> read;  // lists of holders, by where they begin
    std::deque<Rank> todo{to};
    while (!reached.contains(from) && !todo.empty()) {
      const Rank rank = todo.front();
      todo.pop_front();
      std::set<Rank> next;
      const auto consider = [&](std::span<const std::uint32_t> holders) {
        if (!read.insert(holders.data()).second) return;
        for (const Rank other : holders) {
          const bool inside = attribution_.component[other] == attribution_.component[to];
          if (inside && !reached.contains(other)) next.insert(other);
        }
      };
      for_each_group(rank, consider);
      for (const Rank other : next) {
        if (!shared(rank, other)) continue;
        reached.emplace(other, rank);
        todo.push_back(other);
      }
    }
    for (Rank rank = from; rank != to; rank = reached.at(rank))
      links.push_back(*shared(rank, reached.at(rank)));
  }

  std::string text(Node node) const {
    return std::string(sightings_.kind_row(node).name) + ":" +
           std::string(sightings_.value_of(node));
  }
  std::string text_of_event(Rank rank) const {
    return "event:" + sightings_.event_of(rank).event_id.to_hex();
  }

  WhyFact event_fact(Rank rank, WhyFact::Part part, std::string name) const {
    return {part, WhyFact::About::event, world_.whole_event(rank), std::move(name),
            sightings_.time[rank]};
  }
  WhyFact holds(Rank rank, Node node) const {
    return event_fact(rank, WhyFact::Part::holds, text(node));
  }

 private:
  /// The events that share a session, a chain, a live value or, having none, the record with one.
  template <typename Each>
  void for_each_group(Rank rank, const Each& each) const {
    if (attribution_.step[rank] == AttributionStep::record) {
      std::vector<Rank> all(sightings_.event_count());
      std::iota(all.begin(), all.end(), 0U);
      return each(all);
    }
    if (sightings_.session[rank] != kNoIndex)
      each(sightings_.session_events.of(sightings_.session[rank]));
    if (sightings_.chain[rank] != kNoIndex)
      each(sightings_.chain_events.of(sightings_.chain[rank]));
    for (const Node value : sightings_.values.of(rank)) {
      if (is_live(sightings_, resolution_.hubs, value, rank))
        each(sightings_.value_holders.of(value));
    }
  }

  bool same_customer(Node a, Node b) const {
    return resolution_.anchored.root[a] == resolution_.anchored.root[b];
  }
  std::string when(Rank rank) const { return format_utc(sightings_.time[rank]); }

  WhyFact assertion_fact(std::uint32_t assertion) const {
    const LinkAssertion& said = world_.input().assertions[assertion];
    return {WhyFact::Part::assertion, WhyFact::About::assertion, world_.whole_assertion(assertion),
            said.a + " " + said.b, said.asserted_at};
  }

  WhyLink own_anchor(Rank rank) const {
    const Node anchor = attribution_.anchor[rank];
    WhyLink link;
    link.step = {"own_anchor",
                 text_of_event(rank),
                 text(anchor),
                 "The event itself carries " + text(anchor) + ".",
                 {anchor_fact(rank, anchor)},
                 {}};
    if (link.step.used[0].part == WhyFact::Part::assertion) {
      link.step.rule = "assertion";
      link.step.text = "A person said that the event is of " + text(anchor) + ".";
    } else if (link.step.used[0].part == WhyFact::Part::saved_by) {
      link.step.rule = "agent_and_time";
      link.step.text =
          "The agent saved a case of " + text(anchor) + " during this call and no other call fits.";
    }
    return link;
  }

  /// What makes an event hold an anchor: its record, a person's word, or the agent who saved a
  /// case.
  WhyFact anchor_fact(Rank rank, Node anchor) const {
    if (!sightings_.added.contains({rank, anchor})) return holds(rank, anchor);
    const auto said = sightings_.overrides.asserted_by.find(rank);
    if (said != sightings_.overrides.asserted_by.end()) return assertion_fact(said->second);
    for (const GivenAnchor& gift : sightings_.given) {
      if (gift.rank != rank) continue;
      const std::uint32_t agent = sightings_.event_of(gift.evidence).agent_id;
      return event_fact(gift.evidence, WhyFact::Part::saved_by,
                        std::string(sightings_.input->strings.at(agent)));
    }
    return holds(rank, anchor);
  }

  WhyLink nearby_anchor(Rank rank) const {
    const bool session = attribution_.step[rank] == AttributionStep::session_anchor;
    const Node anchor = attribution_.anchor[rank];
    const Rank evidence = attribution_.evidence[rank];
    WhyLink link;
    link.step = {session ? "session_anchor" : "chain_anchor",
                 text_of_event(rank),
                 text(anchor),
                 std::string("The same ") + (session ? "session" : "chain") + " carried " +
                     text(anchor) + " at " + when(evidence) +
                     ", nearer in time than any other customer.",
                 {anchor_fact(evidence, anchor)},
                 {}};
    const auto events = session ? sightings_.session_events.of(sightings_.session[rank])
                                : sightings_.chain_events.of(sightings_.chain[rank]);
    for (const Rank other : events) {
      for (const Node held : sightings_.anchors.of(other)) {
        const WhyFact fact = anchor_fact(other, held);
        if (same_customer(held, anchor) && fact != link.step.used[0])
          link.same_kind.push_back(fact);
      }
    }
    return link;
  }

  void add_by_value(Rank rank, std::vector<WhyLink>& links) const {
    const Node value = attribution_.via[rank];
    links.push_back(carries(rank, value));
    if (attribution_.by_standing[rank]) {
      links.push_back(standing_link(rank, value));
      return;
    }
    const Rank evidence = attribution_.evidence[rank];
    links.push_back(sighting_link(rank, value, evidence));
    if (attribution_.step[rank] == AttributionStep::two_hops) add_attribution(evidence, links);
  }

  /// How the event comes by the value: itself, its session or its chain.
  WhyLink carries(Rank rank, Node value) const {
    WhyLink link;
    std::vector<Rank> holders;
    const auto collect = [&](std::span<const std::uint32_t> events) {
      for (const Rank other : events) {
        const auto held = sightings_.values.of(other);
        if (std::find(held.begin(), held.end(), value) != held.end()) holders.push_back(other);
      }
    };
    collect(std::span(&rank, 1));
    std::string whose = "The event";
    if (sightings_.session[rank] != kNoIndex) {
      if (holders.empty()) whose = "Its session";
      collect(sightings_.session_events.of(sightings_.session[rank]));
    }
    if (sightings_.chain[rank] != kNoIndex) {
      if (holders.empty()) whose = "Its chain";
      collect(sightings_.chain_events.of(sightings_.chain[rank]));
    }
    link.step = {"holds",
                 text_of_event(rank),
                 text(value),
                 whose + " carries " + text(value) + ".",
                 {holds(holders.front(), value)},
                 {}};
    absl::flat_hash_set<Rank> told{holders.front()};
    for (const Rank holder : holders) {
      if (told.insert(holder).second) link.same_kind.push_back(holds(holder, value));
    }
    return link;
  }

  WhyLink standing_link(Rank rank, Node value) const {
    const std::uint32_t number = attribution_.evidence[rank];
    const Standing& standing = sightings_.standing[number];
    const Node anchor = attribution_.anchor[rank];
    WhyLink link;
    if (standing.profile == kNoIndex) {
      link.step = {"assertion",
                   text(value),
                   text(anchor),
                   "A person said that " + text(value) + " belongs to " + text(anchor) + ".",
                   {assertion_fact(standing.assertion)},
                   {}};
      return link;
    }
    link.step = {"standing",
                 text(value),
                 text(anchor),
                 "A customer record valid at that time holds " + text(value) + " with " +
                     text(anchor) + ", and no event did within the time to live.",
                 {{WhyFact::Part::holds, WhyFact::About::profile,
                   world_.whole_profile(standing.profile), text(value), standing.from}},
                 {}};
    return link;
  }

  WhyLink sighting_link(Rank rank, Node value, Rank evidence) const {
    const bool two_hops = attribution_.step[rank] == AttributionStep::two_hops;
    const Node anchor = attribution_.anchor[rank];
    WhyLink link;
    link.step = {two_hops ? "two_hops" : "shared_value",
                 text(value),
                 two_hops ? text_of_event(evidence) : text(anchor),
                 text(value) + " was nearest in time at " + when(evidence) +
                     (two_hops ? ", on an event of this customer."
                               : ", together with " + text(anchor) + "."),
                 {holds(evidence, value)},
                 {}};
    for (const Rank other : sightings_.value_holders.of(value)) {
      if (other == evidence || other == rank || !attribution_.named(other)) continue;
      const auto anchors = sightings_.anchors.of(other);
      const bool with_anchor = std::any_of(anchors.begin(), anchors.end(),
                                           [&](Node held) { return same_customer(held, anchor); });
      if (two_hops ? same_customer(attribution_.anchor[other], anchor) : with_anchor)
        link.same_kind.push_back(holds(other, value));
    }
    return link;
  }

  WhyLink edge_link(const AnchorEdge& edge, Node from, Node to) const {
    WhyLink link;
    const char* rule = edge.asserted ? "assertion" : edge.matched ? "profile_match" : "edge";
    link.step = {rule, text(from), text(to), "", {}, {}};
    for (const Rank rank : sightings_.anchor_holders.of(edge.b)) {
      const auto held = sightings_.anchors.of(rank);
      const bool both = std::find(held.begin(), held.end(), edge.a) != held.end() &&
                        !sightings_.added.contains({rank, edge.a}) &&
                        !sightings_.added.contains({rank, edge.b});
      if (both) link.step.used.push_back(holds(rank, edge.b));
    }
    for (const std::uint32_t i : standing_of_anchor_.of(edge.b)) {
      const Standing& standing = sightings_.standing[i];
      const auto held = sightings_.standing_anchors.of(i);
      const bool both = std::find(held.begin(), held.end(), edge.a) != held.end();
      if (both && standing.profile != kNoIndex) {
        link.step.used.push_back({WhyFact::Part::holds, WhyFact::About::profile,
                                  world_.whole_profile(standing.profile), text(edge.b),
                                  standing.from});
      }
    }
    if (edge.asserted || edge.matched) {
      const auto [from_said, to_said] = said_of_pair_.equal_range(std::minmax({edge.a, edge.b}));
      for (auto said = from_said; said != to_said; ++said)
        link.step.used.push_back(assertion_fact(said->second));
    }
    if (edge.matched) {
      link.step.text = "The profiles of " + text(from) + " and " + text(to) +
                       " look like one person, by the model with a probability of " +
                       share_text(edge.probability) + ".";
    } else if (edge.asserted) {
      link.step.text =
          "A person said that " + text(from) + " and " + text(to) + " are one customer.";
    } else {
      link.step.text = std::to_string(edge.records) +
                       (edge.records == 1 ? " record says that " : " records say that ") +
                       text(from) + " and " + text(to) + " are one customer (" +
                       std::string(enum_name(edge.assurance)) + ").";
    }
    return link;
  }

  /// What joins two left-over events, or null.
  std::optional<WhyLink> shared(Rank a, Rank b) const {
    const auto link = [&](const char* rule, const std::string& what, WhyFact used) {
      WhyLink found;
      found.step = {rule,
                    text_of_event(a),
                    text_of_event(b),
                    "Both events carry " + what + ".",
                    {std::move(used)},
                    {}};
      return found;
    };
    const StringTable& strings = sightings_.input->strings;
    const auto name = [&](const PairNumbers::Pair& pair) {
      return std::string(strings.at(pair.space)) + "/" + std::string(strings.at(pair.value));
    };
    for (const Node value : sightings_.values.of(a)) {
      const auto held = sightings_.values.of(b);
      if (std::find(held.begin(), held.end(), value) == held.end()) continue;
      if (is_live(sightings_, resolution_.hubs, value, a) &&
          is_live(sightings_, resolution_.hubs, value, b)) {
        return link("same_value", text(value), holds(b, value));
      }
    }
    if (sightings_.session[a] != kNoIndex && sightings_.session[a] == sightings_.session[b]) {
      const std::string session = name(sightings_.sessions.at(sightings_.session[a]));
      return link("same_session", "session " + session,
                  event_fact(b, WhyFact::Part::session, session));
    }
    if (sightings_.chain[a] != kNoIndex && sightings_.chain[a] == sightings_.chain[b]) {
      const std::string chain = name(sightings_.chains.at(sightings_.chain[a]));
      return link("same_chain", "chain " + chain, event_fact(b, WhyFact::Part::chain, chain));
    }
    const bool bare = attribution_.step[a] == AttributionStep::record &&
                      attribution_.step[b] == AttributionStep::record;
    if (!bare || sightings_.event_of(a).record != sightings_.event_of(b).record)
      return std::nullopt;
    const std::string record(
        strings.at(sightings_.input->records[sightings_.event_of(a).record].record_id));
    return link("same_record", "record " + record, event_fact(b, WhyFact::Part::record, record));
  }

  const WhyWorld& world_;
  const Resolution& resolution_;
  const Sightings& sightings_;
  const Attribution& attribution_;
  // Filled where there are edges to explain:
  Lists standing_of_anchor_;
  std::multimap<std::pair<Node, Node>, std::uint32_t> said_of_pair_;  // assertions
};

/// Turns a chain around: the last step first, each from its end to its beginning.
void turn_around(std::vector<WhyLink>& links) {
  std::reverse(links.begin(), links.end());
  for (WhyLink& link : links) std::swap(link.step.from, link.step.to);
}

bool is_left_over(const WhyWorld& world, const WhyPlace& place) {
  return !place.is_anchor && !world.resolution().attribution.named(place.number);
}

}  // namespace

std::vector<WhyLink> find_chain(const WhyWorld& world, const WhyPlace& from, const WhyPlace& to) {
  ChainBuilder builder(world);
  std::vector<WhyLink> first, middle, last;
  for (const WhyStep& step : from.before) first.push_back({step, {}});
  for (const WhyStep& step : to.before) last.push_back({step, {}});
  if (is_left_over(world, from)) {
    builder.add_component(from.number, to.number, middle);
  } else if (from.is_anchor || to.is_anchor || from.number != to.number) {
    const Node a = from.is_anchor ? from.number : builder.add_attribution(from.number, first);
    const Node b = to.is_anchor ? to.number : builder.add_attribution(to.number, last);
    builder.add_edges(a, b, middle);
  }
  turn_around(last);
  first.insert(first.end(), middle.begin(), middle.end());
  first.insert(first.end(), last.begin(), last.end());
  return first;
}

std::uint64_t customer_of(const WhyWorld& world, const WhyPlace& place) {
  const Resolution& resolution = world.resolution();
  if (place.is_anchor) return resolution.anchored.root[place.number];
  if (resolution.attribution.named(place.number))
    return resolution.anchored.root[resolution.attribution.anchor[place.number]];
  return (std::uint64_t{1} << 32) + resolution.attribution.component[place.number];
}

}  // namespace clewline::identity
