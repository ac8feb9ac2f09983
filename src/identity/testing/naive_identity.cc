#include "identity/testing/naive_identity.h"

#include <functional>
#include <limits>

#include "identity/testing/naive_world_internal.h"

namespace clewline::identity::testing {
namespace {

struct NaiveEdge {
  Key a, b;
  bool asserted = false, cut = false;
  Assurance assurance = Assurance::asserted;
  std::set<std::string> records;
  TimeUs last = std::numeric_limits<TimeUs>::min();
};

/// Identified customers: point 2 of the rules.
class NaiveCustomers {
 public:
  explicit NaiveCustomers(const NaiveWorld& world) : world_(world) {
    collect();
    std::vector<NaiveEdge> order;
    for (auto& [pair, edge] : edges_) order.push_back(edge);
    std::sort(order.begin(), order.end(), [](const NaiveEdge& x, const NaiveEdge& y) {
      if (x.asserted != y.asserted) return x.asserted;
      if (!x.asserted && x.assurance != y.assurance) return x.assurance > y.assurance;
      if (x.records.size() != y.records.size()) return x.records.size() > y.records.size();
      if (x.last != y.last) return x.last > y.last;
      return std::tie(x.a, x.b) < std::tie(y.a, y.b);
    });
    for (const NaiveEdge& edge : order) join(edge);
  }

  /// The set of anchors of one customer.
  std::set<Key> members(const Key& anchor) const {
    for (const auto& set : sets_) {
      if (set.contains(anchor)) return set;
    }
    return {anchor};
  }

  std::string name(const Key& anchor) const {
    const std::set<Key> set = members(anchor);
    const auto least = std::min_element(set.begin(), set.end(), [&](const Key& x, const Key& y) {
      return std::tuple(x.priority, first_at_.at(x), x.value, x.kind) <
             std::tuple(y.priority, first_at_.at(y), y.value, y.kind);
    });
    return world_.text(*least);
  }

  const std::map<Key, TimeUs>& seen() const { return first_at_; }
  const std::map<std::string, bool>& outcomes() const { return outcomes_; }

 private:
  void see(const Key& anchor, TimeUs at) {
    const auto [place, is_new] = first_at_.emplace(anchor, at);
    place->second = std::min(place->second, at);
  }

  void add(const std::map<Key, Assurance>& anchors, const std::set<Key>& added,
           const std::string& record, TimeUs at) {
    for (const auto& [a, assurance_a] : anchors) {
      for (const auto& [b, assurance_b] : anchors) {
        if (!(a < b) || a.kind == b.kind || added.contains(a) || added.contains(b)) continue;
        NaiveEdge& edge = edges_[{a, b}];
        edge.a = a;
        edge.b = b;
        edge.assurance = std::max(edge.assurance, std::min(assurance_a, assurance_b));
        edge.records.insert(record);
        edge.last = std::max(edge.last, at);
      }
    }
  }

  void collect() {
    for (const NaiveEvent& event : world_.events()) {
      for (const auto& [anchor, assurance] : event.anchors) see(anchor, event.sample->at);
      if (event.sample->type == "social.posted" || event.sample->type == "review.posted") continue;
      add(event.anchors, event.added, event.sample->source + "/default/" + record_of(*event.sample),
          event.sample->at);
    }
    for (const NaiveStanding& standing : world_.standing()) {
      for (const auto& [anchor, assurance] : standing.anchors) see(anchor, standing.preferred);
      if (!standing.assertion) add(standing.anchors, {}, standing.record, standing.from);
    }
    for (const LinkAssertion* item : world_.assertions()) {
      const NaiveName a = world_.name(item->a);
      const NaiveName b = world_.name(item->b);
      if (a.is_place || b.is_place || !world_.is_anchor(*a.key) || !world_.is_anchor(*b.key))
        continue;
      const std::pair<Key, Key> pair = std::minmax(*a.key, *b.key);
      if (item->kind == AssertionKind::forbid) forbidden_.push_back(pair);
      if (item->kind == AssertionKind::unlink && edges_.contains(pair)) edges_[pair].cut = true;
      if (item->kind != AssertionKind::link) continue;
      NaiveEdge& edge = edges_[pair];
      edge.a = pair.first;
      edge.b = pair.second;
      edge.asserted = true;
      edge.records.insert("assertion");
      edge.last = std::max(edge.last, item->asserted_at);
      see(pair.first, item->asserted_at);
      see(pair.second, item->asserted_at);
    }
  }

  void join(const NaiveEdge& edge) {
    bool& accepted = outcomes_[world_.text(edge.a) + "|" + world_.text(edge.b)];
    if (edge.cut) return;
    const std::set<Key> x = members(edge.a);
    const std::set<Key> y = members(edge.b);
    if (x != y) {
      for (const Key& a : x) {
        for (const Key& b : y) {
          const bool exclusive = world_.config().kinds[static_cast<std::size_t>(a.kind)].exclusive;
          if (a.kind == b.kind && a != b && exclusive) return;
          if (std::find(forbidden_.begin(), forbidden_.end(),
                        std::pair<Key, Key>(std::minmax(a, b))) != forbidden_.end())
            return;
        }
      }
    }
    accepted = true;
    std::erase(sets_, x);
    std::erase(sets_, y);
    std::set<Key> both = x;
    both.insert(y.begin(), y.end());
    sets_.push_back(both);
  }

  const NaiveWorld& world_;
  std::map<std::pair<Key, Key>, NaiveEdge> edges_;
  std::vector<std::pair<Key, Key>> forbidden_;
  std::vector<std::set<Key>> sets_;
  std::map<Key, TimeUs> first_at_;
  std::map<std::string, bool> outcomes_;
};

/// A sighting that may name an event.
struct Candidate {
  std::int64_t distance = 0;
  TimeUs at = 0;
  Key anchor;
  auto order() const { return std::tie(distance, at, anchor); }
};

/// Who did each event: point 3 of the rules.
class NaiveAttribution {
 public:
  NaiveAttribution(const NaiveWorld& world, const NaiveCustomers& customers, NaiveResult& result)
      : world_(world),
        customers_(customers),
        result_(result),
        anchor_(world.events().size()),
        step_(world.events().size()) {
    const auto count = world.events().size();
    for (std::size_t e = 0; e < count; ++e) set(e, AttributionStep::own_anchor, own(e));
    for (std::size_t e = 0; e < count; ++e)
      set(e, AttributionStep::session_anchor, within(e, &NaiveEvent::session));
    for (std::size_t e = 0; e < count; ++e)
      set(e, AttributionStep::chain_anchor, within(e, &NaiveEvent::chain));
    for (std::size_t e = 0; e < count; ++e)
      set(e, AttributionStep::shared_value, by_values(e, nullptr));
    const auto first_pass = anchor_;
    for (std::size_t e = 0; e < count; ++e)
      set(e, AttributionStep::two_hops, by_values(e, &first_pass));
    for (std::size_t e = 0; e < count; ++e) {
      if (anchor_[e]) place(e, customers.name(*anchor_[e]), step_[e]);
    }
    components();
  }

 private:
  const NaiveEvent& event(std::size_t e) const { return world_.events()[e]; }
  TimeUs time(std::size_t e) const { return event(e).sample->at; }

  void set(std::size_t e, AttributionStep step, const std::optional<Key>& anchor) {
    if (anchor_[e] || !anchor) return;
    anchor_[e] = anchor;
    step_[e] = step;
  }

  void place(std::size_t e, const std::string& customer, AttributionStep step) {
    result_.places[event(e).sample->number] = {customer, step};
  }

  bool same_customer(const Key& a, const Key& b) const { return customers_.members(a).contains(b); }

  bool allowed(std::size_t e, const Key& anchor, const Key* value) const {
    for (const Key& barred : event(e).barred_anchors) {
      if (same_customer(anchor, barred)) return false;
    }
    if (value == nullptr) return true;
    if (event(e).barred_values.contains(*value)) return false;
    for (const LinkAssertion* item : world_.assertions()) {
      NaiveName a = world_.name(item->a);
      NaiveName b = world_.name(item->b);
      if (item->kind == AssertionKind::link || a.is_place || b.is_place) continue;
      if (b.key == *value) std::swap(a, b);
      if (a.key == *value && same_customer(anchor, *b.key)) return false;
    }
    return true;
  }

  std::optional<Key> own(std::size_t e) const {
    if (event(e).asserted) return event(e).asserted;
    for (const auto& [anchor, assurance] : event(e).anchors) {
      if (allowed(e, anchor, nullptr)) return anchor;
    }
    return {};
  }

  std::optional<Key> best(const std::vector<Candidate>& candidates) const {
    const auto least = std::min_element(
        candidates.begin(), candidates.end(),
        [](const Candidate& a, const Candidate& b) { return a.order() < b.order(); });
    if (least == candidates.end()) return {};
    result_.ties +=
        std::count_if(candidates.begin(), candidates.end(), [&](const Candidate& other) {
          return other.distance == least->distance && !(other.anchor == least->anchor);
        });
    return least->anchor;
  }

  std::optional<Key> within(std::size_t e, std::string NaiveEvent::* key) const {
    if (anchor_[e] || (event(e).*key).empty()) return {};
    std::vector<Candidate> candidates;
    for (std::size_t other = 0; other < world_.events().size(); ++other) {
      if (event(other).*key != event(e).*key) continue;
      bool across = false;
      for (std::size_t between = std::min(e, other); between < std::max(e, other); ++between) {
        across = across || (event(between).*key == event(e).*key &&
                            event(between).sample->type == "session.logged_out");
      }
      if (across) continue;
      for (const auto& [anchor, assurance] : event(other).anchors) {
        if (allowed(e, anchor, nullptr))
          candidates.push_back({std::abs(time(other) - time(e)), time(other), anchor});
      }
    }
    return best(candidates);
  }

  /// The live values of the event's session (or chain), by priority.
  std::map<int, std::set<Key>> values(std::size_t e, std::string NaiveEvent::* key) const {
    std::map<int, std::set<Key>> found;
    for (std::size_t other = 0; other < world_.events().size(); ++other) {
      const bool together =
          other == e || (!(event(e).*key).empty() && event(other).*key == event(e).*key);
      if (!together) continue;
      for (const Key& value : event(other).values) {
        if (world_.live(event(other), value) && world_.live(event(e), value))
          found[value.priority].insert(value);
      }
    }
    return found;
  }

  std::optional<Key> by_values(std::size_t e,
                               const std::vector<std::optional<Key>>* first_pass) const {
    if (anchor_[e]) return {};
    for (const auto key : {&NaiveEvent::session, &NaiveEvent::chain}) {
      for (const auto& [priority, group] : values(e, key)) {
        if (const auto found = best(sightings(e, group, first_pass))) return found;
        if (first_pass != nullptr) continue;
        if (const auto found = standing(e, group)) return found;
      }
    }
    return {};
  }

  std::vector<Candidate> sightings(std::size_t e, const std::set<Key>& group,
                                   const std::vector<std::optional<Key>>* first_pass) const {
    std::vector<Candidate> candidates;
    for (const Key& value : group) {
      const std::int64_t ttl = world_.config().kinds[static_cast<std::size_t>(value.kind)].ttl_us;
      for (std::size_t other = 0; other < world_.events().size(); ++other) {
        const std::int64_t distance = std::abs(time(other) - time(e));
        if (!event(other).values.contains(value) || distance > ttl ||
            !world_.live(event(other), value))
          continue;
        std::vector<Key> named;
        if (first_pass == nullptr) {
          for (const auto& [anchor, assurance] : event(other).anchors) named.push_back(anchor);
        } else if ((*first_pass)[other]) {
          named.push_back(*(*first_pass)[other]);
        }
        for (const Key& anchor : named) {
          if (allowed(e, anchor, &value)) candidates.push_back({distance, time(other), anchor});
        }
      }
    }
    return candidates;
  }

  std::optional<Key> standing(std::size_t e, const std::set<Key>& group) const {
    std::optional<Key> found;
    std::tuple<TimeUs, bool, std::string, Key> best_order;
    for (const NaiveStanding& item : world_.standing()) {
      if (time(e) < item.from || time(e) >= item.to) continue;
      for (const Key& value : group) {
        if (!item.values.contains(value)) continue;
        for (const auto& [anchor, assurance] : item.anchors) {
          if (!allowed(e, anchor, &value)) continue;
          const std::tuple order(-item.preferred, !item.assertion, item.record, anchor);
          if (!found || order < best_order) {
            found = anchor;
            best_order = order;
          }
          break;  // the least anchor of a sighting speaks for it
        }
      }
    }
    return found;
  }

  void components() {
    const auto count = world_.events().size();
    std::vector<std::size_t> component(count);
    for (std::size_t e = 0; e < count; ++e) component[e] = e;
    const auto live_values = [&](std::size_t e) {
      std::set<Key> live;
      for (const Key& value : event(e).values) {
        if (world_.live(event(e), value)) live.insert(value);
      }
      return live;
    };
    const auto bare = [&](std::size_t e) {
      return event(e).session.empty() && event(e).chain.empty() && live_values(e).empty();
    };
    const auto joined = [&](std::size_t a, std::size_t b) {
      if (bare(a) && bare(b))
        return event(a).sample->source == event(b).sample->source &&
               record_of(*event(a).sample) == record_of(*event(b).sample);
      if (!event(a).session.empty() && event(a).session == event(b).session) return true;
      if (!event(a).chain.empty() && event(a).chain == event(b).chain) return true;
      const std::set<Key> values_b = live_values(b);
      for (const Key& value : live_values(a)) {
        if (values_b.contains(value)) return true;
      }
      return false;
    };
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t a = 0; a < count; ++a) {
        for (std::size_t b = 0; b < count; ++b) {
          if (anchor_[a] || anchor_[b] || component[a] <= component[b] || !joined(a, b)) continue;
          component[a] = component[b];
          changed = true;
        }
      }
    }
    for (std::size_t e = 0; e < count; ++e) {
      if (anchor_[e]) continue;
      std::vector<std::size_t> members;
      for (std::size_t other = 0; other < count; ++other) {
        if (!anchor_[other] && component[other] == component[e]) members.push_back(other);
      }
      place(e, name(members, live_values),
            bare(e) ? AttributionStep::record : AttributionStep::component);
    }
  }

  std::string name(const std::vector<std::size_t>& members,
                   const std::function<std::set<Key>(std::size_t)>& live_values) const {
    std::map<Key, TimeUs> first;
    std::set<std::tuple<TimeUs, std::string>> sessions, chains;
    for (const std::size_t e : members) {
      for (const Key& value : live_values(e)) first.emplace(value, time(e));
      if (!event(e).session.empty()) sessions.insert({time(e), event(e).session});
      if (!event(e).chain.empty()) chains.insert({time(e), event(e).chain});
    }
    if (!first.empty()) {
      const auto least =
          std::min_element(first.begin(), first.end(), [](const auto& x, const auto& y) {
            return std::tuple(x.first.priority, x.second, x.first) <
                   std::tuple(y.first.priority, y.second, y.first);
          });
      return world_.text(least->first);
    }
    if (!sessions.empty()) return "session:" + std::get<1>(*sessions.begin());
    if (!chains.empty()) return "chain:" + std::get<1>(*chains.begin());
    const SampleEvent& item = *event(members.front()).sample;
    return "record:" + item.source + "/default/" + record_of(item);
  }

  const NaiveWorld& world_;
  const NaiveCustomers& customers_;
  NaiveResult& result_;
  std::vector<std::optional<Key>> anchor_;
  std::vector<AttributionStep> step_;
};

}  // namespace

NaiveResult resolve_naively(const Sample& sample, const LinkingConfig& config,
                            std::int64_t day_offset_us) {
  NaiveResult result;
  const NaiveWorld world(sample, config, day_offset_us);
  const NaiveCustomers customers(world);
  result.edges = customers.outcomes();
  result.hub_keys = world.hub_keys();
  result.given_by_agent_and_time = world.given();
  const NaiveAttribution attribution(world, customers, result);
  for (const NaiveEvent& event : world.events()) {
    const std::int32_t day = world.day(event.sample->at);
    for (const Key& value : event.values) {
      const std::string reason = world.hub_reason(value, day);
      if (!reason.empty()) result.hubs.insert({world.text(value), day, reason});
    }
  }
  for (const auto& [anchor, at] : customers.seen()) result.customers.insert(customers.name(anchor));
  for (const auto& [number, place] : result.places) result.customers.insert(place.customer);
  return result;
}

}  // namespace clewline::identity::testing
