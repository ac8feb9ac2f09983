#include <algorithm>
#include <map>
#include <tuple>

#include "base/parallel.h"
#include "identity/sightings_internal.h"

namespace clewline::identity {
namespace {

/// One agent's part of a call, from connection to `wrap` after its end: what is written about a
/// call is often saved after the wrap-up that the phone system reports.
struct AgentLeg {
  std::uint32_t agent = 0;
  TimeUs connected = 0;
  TimeUs window_end = 0;
  Rank opened_by = 0;
  std::uint32_t session = kNoIndex;
};

/// A case saved by an agent at a moment on the calls' clock.
struct CaseSave {
  Rank rank = 0;
  std::uint32_t case_number = 0;
  std::uint32_t agent = 0;
  TimeUs at = 0;
};

bool opens_leg(const LinkEvent& event) {
  return event.agent_id != 0 && event_type_row(event.type).leg == Leg::opens &&
         effective_role(event.type, event.actor, event.direction) == Role::assisted;
}

/// Follows the leg that `rank` opens through its session: the agent's events up to that agent's
/// next opening.
AgentLeg follow_leg(const Sightings& sightings, Rank rank, std::int64_t wrap_us,
                    EventType wrap_up) {
  const LinkEvent& opening = sightings.event_of(rank);
  AgentLeg leg{opening.agent_id, opening.occurred_at, 0, rank, sightings.session[rank]};
  TimeUs disconnected = std::max(opening.occurred_at, opening.ended_at);
  if (leg.session != kNoIndex) {
    for (const Rank other : sightings.session_events.of(leg.session)) {
      if (other <= rank) continue;
      const LinkEvent& event = sightings.event_of(other);
      if (event.agent_id != leg.agent || event.type == wrap_up) continue;
      if (opens_leg(event)) break;
      disconnected = std::max({disconnected, event.occurred_at, event.ended_at});
    }
  }
  leg.window_end = disconnected + wrap_us;
  return leg;
}

std::vector<AgentLeg> legs_of_source(const Sightings& sightings, const AgentTimeRule& rule) {
  const std::uint32_t source = sightings.input->strings.find(rule.call_source);
  const EventType wrap_up = find_event_type("wrapup.interval").value();
  std::vector<AgentLeg> legs;
  for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
    const LinkEvent& event = sightings.event_of(rank);
    if (event.source != source || source == 0 || !opens_leg(event)) continue;
    legs.push_back(follow_leg(sightings, rank, rule.wrap_us, wrap_up));
  }
  std::sort(legs.begin(), legs.end(), [](const AgentLeg& a, const AgentLeg& b) {
    return std::tuple(a.agent, a.connected, a.opened_by) <
           std::tuple(b.agent, b.connected, b.opened_by);
  });
  return legs;
}

/// The cases of the rule's source: who saved them when, and the one anchor that names each.
struct Cases {
  std::vector<CaseSave> saves;
  std::vector<Node> anchor;  // by case number; kNoIndex: none or several
};

Node only_anchor(const Sightings& sightings, std::vector<Node> nodes) {
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  std::sort(nodes.begin(), nodes.end(), [&](Node a, Node b) { return sightings.key_less(a, b); });
  if (nodes.empty()) return kNoIndex;
  const auto priority = [&](Node node) { return sightings.kind_row(node).priority; };
  return nodes.size() > 1 && priority(nodes[0]) == priority(nodes[1]) ? kNoIndex : nodes[0];
}

Cases cases_of_source(const Sightings& sightings, const AgentTimeRule& rule) {
  const std::uint32_t source = sightings.input->strings.find(rule.case_source);
  Cases cases;
  PairNumbers numbers(sightings.input->strings.size());
  std::vector<std::vector<Node>> anchors;
  for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
    const LinkEvent& event = sightings.event_of(rank);
    if (event.source != source || source == 0 || event.case_key == 0) continue;
    const std::uint32_t number = numbers.number(0, event.case_key);
    if (number == anchors.size()) anchors.emplace_back();
    const auto held = sightings.anchors.of(rank);
    anchors[number].insert(anchors[number].end(), held.begin(), held.end());
    const bool saved = event.actor == Actor::agent && event.agent_id != 0 &&
                       effective_role(event.type, event.actor, event.direction) == Role::record;
    if (saved)
      cases.saves.push_back(
          {rank, number, event.agent_id, event.occurred_at + rule.clock_offset_us});
  }
  for (auto& nodes : anchors) cases.anchor.push_back(only_anchor(sightings, std::move(nodes)));
  return cases;
}

/// What one leg met: how many different cases, and the first save that has no other leg.
struct LegMeeting {
  std::uint32_t case_number = kNoIndex;
  bool several_cases = false;
  Rank evidence = kNoIndex;
};

std::vector<LegMeeting> meet(const std::vector<AgentLeg>& legs,
                             const std::vector<CaseSave>& saves) {
  std::vector<LegMeeting> meetings(legs.size());
  std::int64_t longest = 0;
  for (const AgentLeg& leg : legs) longest = std::max(longest, leg.window_end - leg.connected);
  for (const CaseSave& save : saves) {
    auto leg = std::partition_point(legs.begin(), legs.end(), [&](const AgentLeg& other) {
      return std::tuple(other.agent, other.connected) < std::tuple(save.agent, save.at - longest);
    });
    std::vector<std::size_t> candidates;
    for (; leg != legs.end() && leg->agent == save.agent && leg->connected <= save.at; ++leg) {
      if (leg->window_end >= save.at)
        candidates.push_back(static_cast<std::size_t>(leg - legs.begin()));
    }
    for (const std::size_t candidate : candidates) {
      LegMeeting& meeting = meetings[candidate];
      meeting.several_cases |=
          meeting.case_number != kNoIndex && meeting.case_number != save.case_number;
      meeting.case_number = save.case_number;
      if (candidates.size() == 1 && meeting.evidence == kNoIndex) meeting.evidence = save.rank;
    }
  }
  return meetings;
}

bool session_has_anchor(const Sightings& sightings, std::uint32_t session) {
  for (const Rank rank : sightings.session_events.of(session)) {
    if (!sightings.anchors.of(rank).empty()) return true;
  }
  return false;
}

void apply_rule(const Sightings& sightings, const AgentTimeRule& rule,
                std::vector<GivenAnchor>& given) {
  const std::vector<AgentLeg> legs = legs_of_source(sightings, rule);
  const Cases cases = cases_of_source(sightings, rule);
  const std::vector<LegMeeting> meetings = meet(legs, cases.saves);
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const LegMeeting& meeting = meetings[i];
    if (meeting.evidence == kNoIndex || meeting.several_cases || legs[i].session == kNoIndex)
      continue;
    const Node anchor = cases.anchor[meeting.case_number];
    if (anchor == kNoIndex || session_has_anchor(sightings, legs[i].session)) continue;
    if (sightings.overrides.removed.contains({legs[i].opened_by, anchor})) continue;
    given.push_back({legs[i].opened_by, anchor, meeting.evidence});
  }
}

/// Keeps one gift a leg, and none where two rules disagree.
std::vector<GivenAnchor> undisputed(const std::vector<GivenAnchor>& given) {
  std::map<Rank, std::vector<GivenAnchor>> by_rank;
  for (const GivenAnchor& gift : given) by_rank[gift.rank].push_back(gift);
  std::vector<GivenAnchor> kept;
  for (const auto& [rank, gifts] : by_rank) {
    const bool agree = std::all_of(gifts.begin(), gifts.end(), [&](const GivenAnchor& gift) {
      return gift.anchor == gifts.front().anchor;
    });
    if (agree) kept.push_back(gifts.front());
  }
  return kept;
}

}  // namespace

void give_anchors_by_agent_and_time(Sightings& sightings, int threads) {
  std::vector<GivenAnchor> given;
  for (const AgentTimeRule& rule : sightings.config->agent_time_rules)
    apply_rule(sightings, rule, given);
  sightings.given = undisputed(given);
  if (sightings.given.empty()) return;
  std::vector<std::uint32_t> begin{0};
  std::vector<std::uint32_t> items;
  std::vector<Assurance> assurance;
  auto gift = sightings.given.begin();
  for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
    const auto held = sightings.anchors.of(rank);
    const auto held_assurance = sightings.assurance_of(rank);
    items.insert(items.end(), held.begin(), held.end());
    assurance.insert(assurance.end(), held_assurance.begin(), held_assurance.end());
    if (gift != sightings.given.end() && gift->rank == rank) {
      items.push_back(gift->anchor);  // a session with a gift had no anchor before
      assurance.push_back(Assurance::system);
      sightings.added.insert({rank, gift->anchor});
      ++gift;
    }
    begin.push_back(static_cast<std::uint32_t>(items.size()));
  }
  sightings.anchors = Lists(std::move(begin), std::move(items));
  sightings.assurance = std::move(assurance);
  run_together(threads, [&] {
    sightings.anchor_holders = Lists::invert(sightings.anchors, sightings.nodes.size());
  });
}

}  // namespace clewline::identity
