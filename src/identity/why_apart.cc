#include <algorithm>
#include <map>

#include "base/assert.h"
#include "identity/assertions_internal.h"
#include "identity/why_internal.h"

namespace clewline::identity {
namespace {

std::string words_of(const LinkAssertion& said) {
  const std::string who = said.actor.empty() ? "a person who gave no name" : said.actor;
  const std::string source = " (said by " + who + " on " + format_utc(said.asserted_at) +
                             ", assertion " + said.content_hash + ")";
  return said.a + " and " + said.b +
         (said.kind == AssertionKind::forbid
              ? " are never to be one customer" + source + "."
              : " were unlinked" + source + "; what joined them does not count.");
}

/// Collects what two customers share and why it does not join them.
class ApartFinder {
 public:
  ApartFinder(const WhyWorld& world, std::uint64_t a, std::uint64_t b)
      : world_(world),
        resolution_(world.resolution()),
        sightings_(resolution_.sightings),
        a_(a),
        b_(b) {}

  std::vector<WhyApart> find() {
    find_edges();
    find_words();
    find_sessions();
    find_values();
    if (apart_.empty())
      add("no_evidence",
          "No session, chain, identifier, customer record or assertion is common to the two "
          "customers.");
    for (const auto& [reason, times] : times_) {
      if (times > kToldMax)
        apart_.push_back({reason, std::to_string(times - kToldMax) + " more of the kind \"" +
                                      reason + "\" are not listed."});
    }
    return apart_;
  }

 private:
  static constexpr std::size_t kToldMax = 20;  // of one reason

  void add(const std::string& reason, const std::string& words) {
    if (++times_[reason] <= kToldMax) apart_.push_back({reason, words, names_});
    names_.clear();
  }

  std::string text(Node node) {
    names_.push_back(std::string(sightings_.kind_row(node).name) + ":" +
                     std::string(sightings_.value_of(node)));
    return names_.back();
  }
  std::uint64_t customer(Rank rank) const { return customer_of(world_, {false, rank, {}}); }

  bool between(Node x, Node y) const {
    const std::uint64_t root_x = resolution_.anchored.root[x];
    const std::uint64_t root_y = resolution_.anchored.root[y];
    return (root_x == a_ && root_y == b_) || (root_x == b_ && root_y == a_);
  }

  void find_edges() {
    for (const AnchorEdge& edge : resolution_.anchored.edges) {
      if (!between(edge.a, edge.b)) continue;
      names_.clear();
      const std::string pair = text(edge.a) + " with " + text(edge.b);
      if (edge.outcome == AnchorEdge::Outcome::exclusive) {
        add("refused_edge", "The evidence that joins " + pair +
                                " is refused: one customer cannot have both " +
                                text(edge.against_a) + " and " + text(edge.against_b) + ".");
      } else if (edge.outcome == AnchorEdge::Outcome::forbidden) {
        add("forbid", "The evidence that joins " + pair + " is refused: a person forbade " +
                          text(edge.against_a) + " with " + text(edge.against_b) + ".");
      }
    }
  }

  /// What people said: unlink and forbid with one side at each of the two customers. An unlinked
  /// edge is between them too, so it is told here, with who said so.
  void find_words() {
    const auto standing = standing_assertions(world_.input(), world_.config());
    CLEW_ASSERT(standing.ok());  // they were resolved before
    for (const StandingAssertion& said : *standing) {
      if (said.kind == AssertionKind::link || said.kind == AssertionKind::match) continue;
      const auto subject = customers(said.subject);
      const auto object = customers(said.object);
      const bool between =
          (is_in(subject, a_) && is_in(object, b_)) || (is_in(subject, b_) && is_in(object, a_));
      if (between) tell(world_.input().assertions[said.assertion]);
    }
  }

  void tell(const LinkAssertion& said) {
    for (const std::string* name : {&said.a, &said.b})
      if (!name->starts_with("event:")) names_.push_back(*name);
    add(said.kind == AssertionKind::forbid ? "forbid" : "unlink", words_of(said));
  }

  static bool is_in(const std::vector<std::uint64_t>& customers, std::uint64_t customer) {
    return std::find(customers.begin(), customers.end(), customer) != customers.end();
  }

  /// The customers of all that a name of an assertion names.
  std::vector<std::uint64_t> customers(const AssertedName& name) const {
    std::vector<std::uint64_t> found;
    if (name.is_place()) {
      WhyName place;
      place.what =
          name.what == AssertedName::What::event ? WhyName::What::event : WhyName::What::session;
      place.event = name.event;
      place.source = name.source;
      place.key = name.value;
      for (const WhyPlace& at : places_of(world_, place)) found.push_back(customer_of(world_, at));
      return found;
    }
    const std::uint32_t value = sightings_.input->strings.find(name.value);
    const Node node = value == 0 ? kNoIndex : sightings_.nodes.find(name.kind, value);
    if (node == kNoIndex) return found;
    if (sightings_.is_anchor(node)) return {resolution_.anchored.root[node]};
    for (const Rank rank : sightings_.value_holders.of(node)) found.push_back(customer(rank));
    return found;
  }

  void find_sessions() {
    for (const Lists* keys : {&sightings_.session_events, &sightings_.chain_events}) {
      const auto& is_hub =
          keys == &sightings_.session_events ? sightings_.session_is_hub : sightings_.chain_is_hub;
      for (std::uint32_t key = 0; key < keys->size(); ++key)
        explain_key(keys->of(key), is_hub[key]);
    }
  }

  void explain_key(std::span<const std::uint32_t> events, bool is_hub) {
    const bool has_a =
        std::any_of(events.begin(), events.end(), [&](Rank rank) { return customer(rank) == a_; });
    const bool has_b =
        std::any_of(events.begin(), events.end(), [&](Rank rank) { return customer(rank) == b_; });
    if (!has_a || !has_b) return;
    const bool logout = std::any_of(events.begin(), events.end(),
                                    [&](Rank rank) { return sightings_.logout[rank]; });
    if (is_hub) {
      add("hub_key",
          "They share a session or chain key, but it carries too many people to mean one.");
    } else if (logout) {
      add("logout",
          "They share a session or chain in which somebody logged out: what follows "
          "is another person's.");
    } else {
      add("nearer",
          "They share a session or chain in which both were named; each event goes "
          "to the anchor nearest in time.");
    }
  }

  void find_values() {
    for (Node value = 0; value < sightings_.nodes.size(); ++value) {
      if (sightings_.is_anchor(value)) continue;
      std::optional<Rank> of_a, of_b;
      for (const Rank rank : sightings_.value_holders.of(value)) {
        if (customer(rank) == a_) of_a = rank;
        if (customer(rank) == b_) of_b = rank;
      }
      if (of_a && of_b) explain_value(value, *of_a, *of_b);
    }
  }

  void explain_value(Node value, Rank a, Rank b) {
    static constexpr const char* kReasons[] = {"too many people held it within 90 days",
                                               "too many sessions with it began that day",
                                               "too many of its calls overlapped that day"};
    for (const Rank rank : {a, b}) {
      const HubSpan* span = resolution_.hubs.span(value, sightings_.day[rank]);
      if (span == nullptr) continue;
      add("hub_day", "Both carry " + text(value) + ", but on " +
                         format_utc(sightings_.time[rank]).substr(0, 10) + " it linked nothing: " +
                         kReasons[static_cast<std::size_t>(span->reason)] + ".");
      return;
    }
    const bool both_identified =
        resolution_.attribution.named(a) && resolution_.attribution.named(b);
    if (both_identified) {
      add("nearer", "Both carry " + text(value) +
                        ", in turn: each event goes to the sighting nearest in time.");
    } else {
      const std::int64_t days = sightings_.kind_row(value).ttl_us / kUsPerDay;
      add("ttl", "Both carry " + text(value) +
                     ", but no sighting with a customer is within its time to live of " +
                     std::to_string(days) + " days.");
    }
  }

  const WhyWorld& world_;
  const Resolution& resolution_;
  const Sightings& sightings_;
  std::uint64_t a_, b_;
  std::vector<WhyApart> apart_;
  std::vector<std::string> names_;  // that the text in the making holds
  std::map<std::string, std::size_t> times_;
};

}  // namespace

std::string words_that_took(const WhyWorld& world, const WhyName& name) {
  const auto standing = standing_assertions(world.input(), world.config());
  CLEW_ASSERT(standing.ok());  // they were resolved before
  std::string words;
  for (const StandingAssertion& said : *standing) {
    const LinkAssertion& assertion = world.input().assertions[said.assertion];
    if (said.kind != AssertionKind::link && said.kind != AssertionKind::match &&
        (assertion.a == name.text || assertion.b == name.text))
      words += (words.empty() ? "" : " ") + words_of(assertion);
  }
  return words;
}

std::vector<WhyApart> find_apart(const WhyWorld& world, const WhyPlace& a, const WhyPlace& b) {
  return ApartFinder(world, customer_of(world, a), customer_of(world, b)).find();
}

}  // namespace clewline::identity
