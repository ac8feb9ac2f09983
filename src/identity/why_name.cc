#include <algorithm>
#include <limits>

#include "identity/why_internal.h"

namespace clewline::identity {
namespace {

Error not_found(std::string_view text) {
  return Error{ErrorCode::not_found, "why: nothing here is called " + std::string(text),
               "Name an identifier as kind:value (phone:+4930901820), an event, a record as "
               "source/stream/id, or a customer id c_…"};
}

WhyName session_name(std::string_view rest) {
  WhyName name;
  const std::size_t slash = rest.find('/');
  name.what = WhyName::What::session;
  name.source = rest.substr(0, slash);
  if (slash != std::string_view::npos) name.key = rest.substr(slash + 1);
  name.text = "session:" + std::string(rest);
  return name;
}

WhyName event_name(const Id128& event) {
  WhyName name;
  name.event = event;
  name.text = "event:" + event.to_hex();
  return name;
}

std::optional<WhyName> record_name(std::string_view rest) {
  const std::size_t first = rest.find('/');
  const std::size_t second = first == std::string_view::npos ? first : rest.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  WhyName name;
  name.what = WhyName::What::record;
  name.source = rest.substr(0, first);
  name.stream = rest.substr(first + 1, second - first - 1);
  name.key = rest.substr(second + 1);
  name.text = "record:" + std::string(rest);
  return name;
}

std::optional<WhyName> identifier_name(const LinkingConfig& config, std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  for (std::size_t kind = 0; kind < config.kinds.size(); ++kind) {
    if (config.kinds[kind].name != text.substr(0, colon)) continue;
    WhyName name;
    name.what = WhyName::What::identifier;
    name.kind = static_cast<IdentifierKind>(kind);
    name.value = text.substr(colon + 1);
    name.text = text;
    return name;
  }
  return std::nullopt;
}

/// A customer id stands for an event of the customer, or for what names it when it has no event.
std::optional<WhyName> customer_name(const LinkInput& input, const LinkingConfig& config,
                                     const IdentityResult& result, const Id128& id) {
  const auto found =
      std::find_if(result.customers.begin(), result.customers.end(),
                   [&](const LinkedCustomer& customer) { return customer.customer_id == id; });
  if (found == result.customers.end()) return std::nullopt;
  if (found->named_by == AliasName::identifier && found->identified) {
    return identifier_name(config, std::string(config.kinds[found->naming_kind].name) + ":" +
                                       std::string(input.strings.at(found->naming_value)));
  }
  const auto number = static_cast<std::uint32_t>(found - result.customers.begin());
  const auto event =
      std::find(result.customer_of_event.begin(), result.customer_of_event.end(), number);
  if (event == result.customer_of_event.end()) return std::nullopt;
  return event_name(
      input.events[static_cast<std::size_t>(event - result.customer_of_event.begin())].event_id);
}

WhyPlace event_place(Rank rank) { return {false, rank, {}}; }

std::vector<WhyPlace> places_of_events(std::span<const std::uint32_t> ranks) {
  std::vector<WhyPlace> places;
  for (const Rank rank : ranks) places.push_back(event_place(rank));
  return places;
}

std::vector<WhyPlace> places_of_record(const WhyWorld& world, const WhyName& name) {
  const Sightings& sightings = world.resolution().sightings;
  const StringTable& strings = sightings.input->strings;
  const auto is_named = [&](const LinkRecord& record) {
    return strings.at(record.source) == name.source && strings.at(record.stream) == name.stream &&
           strings.at(record.record_id) == name.key;
  };
  std::vector<WhyPlace> places;
  for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
    if (is_named(sightings.input->records[sightings.event_of(rank).record]))
      places.push_back(event_place(rank));
  }
  for (std::uint32_t i = 0; i < sightings.standing.size() && places.empty(); ++i) {
    if (sightings.standing[i].profile == kNoIndex) continue;
    const LinkProfile& profile = sightings.input->profiles[sightings.standing[i].profile];
    if (!is_named(sightings.input->records[profile.record])) continue;
    for (const Node anchor : sightings.standing_anchors.of(i)) {
      const std::string text = std::string(sightings.kind_row(anchor).name) + ":" +
                               std::string(sightings.value_of(anchor));
      WhyStep step{"holds",
                   name.text,
                   text,
                   "The customer record holds " + text + ".",
                   {{WhyFact::Part::holds, WhyFact::About::profile,
                     world.whole_profile(sightings.standing[i].profile), text, profile.valid_from}},
                   {}};
      places.push_back({true, anchor, {step}});
    }
  }
  return places;
}

/// A shareable value stands where look-ups by it lead: the anonymous customer that holds it, else
/// its latest event.
std::vector<WhyPlace> places_of_value(const WhyWorld& world, const WhyName& name, Node value) {
  const Resolution& resolution = world.resolution();
  const Sightings& sightings = resolution.sightings;
  Rank best = kNoIndex;
  bool best_anonymous = false;
  for (const Rank rank : sightings.value_holders.of(value)) {
    const bool anonymous =
        !resolution.attribution.named(rank) && is_live(sightings, resolution.hubs, value, rank);
    if (best_anonymous && !anonymous) continue;
    best = rank;
    best_anonymous = anonymous;
  }
  if (best != kNoIndex) {
    const std::string event = "event:" + sightings.event_of(best).event_id.to_hex();
    const WhyFact fact{WhyFact::Part::holds, WhyFact::About::event, world.whole_event(best),
                       name.text, sightings.time[best]};
    WhyPlace place = event_place(best);
    place.before = {
        {"holds", name.text, event, name.text + " was last seen on this event.", {fact}, {}}};
    return {place};
  }
  const Standing* latest = nullptr;
  WhyPlace place;
  for (const std::uint32_t number : sightings.standing_of_value.of(value)) {
    const Standing& standing = sightings.standing[number];
    const auto anchors = sightings.standing_anchors.of(number);
    if (anchors.empty() || standing.profile == kNoIndex ||
        (latest != nullptr && latest->preferred_from >= standing.preferred_from))
      continue;
    latest = &standing;
    const Node anchor = *std::min_element(anchors.begin(), anchors.end(),
                                          [&](Node a, Node b) { return sightings.key_less(a, b); });
    const std::string text = std::string(sightings.kind_row(anchor).name) + ":" +
                             std::string(sightings.value_of(anchor));
    place = {true,
             anchor,
             {{"standing",
               name.text,
               text,
               "A customer record holds " + name.text + " with " + text + ".",
               {{WhyFact::Part::holds, WhyFact::About::profile,
                 world.whole_profile(standing.profile), name.text, standing.from}},
               {}}}};
  }
  return latest == nullptr ? std::vector<WhyPlace>() : std::vector<WhyPlace>{place};
}

}  // namespace

Result<WhyName> parse_why_name(const LinkInput& input, const LinkingConfig& config,
                               const IdentityResult& result, std::string_view text) {
  if (text.starts_with("c_")) {
    const auto id = Id128::from_hex(text.substr(2));
    const auto name = id ? customer_name(input, config, result, *id) : std::nullopt;
    if (!name) return not_found(text);
    return *name;
  }
  if (text.starts_with("session:")) return session_name(text.substr(8));
  if (text.starts_with("record:")) {
    const auto name = record_name(text.substr(7));
    if (!name) return not_found(text);
    return *name;
  }
  std::string_view digits = text;
  for (const std::string_view prefix : {"event:", "t_", "i_", "g_"}) {
    if (text.starts_with(prefix)) digits = text.substr(prefix.size());
  }
  if (const auto event = Id128::from_hex(digits)) return event_name(*event);
  if (const auto name = identifier_name(config, text)) return *name;
  if (const auto name = record_name(text)) return *name;
  return not_found(text);
}

std::vector<WhyPlace> places_of(const WhyWorld& world, const WhyName& name) {
  const Resolution& resolution = world.resolution();
  const Sightings& sightings = resolution.sightings;
  const StringTable& strings = sightings.input->strings;
  switch (name.what) {
    case WhyName::What::event:
      for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
        if (sightings.event_of(rank).event_id == name.event) return {event_place(rank)};
      }
      return {};
    case WhyName::What::session: {
      const std::uint32_t session =
          sightings.sessions.find(strings.find(name.source), strings.find(name.key));
      return session == kNoIndex ? std::vector<WhyPlace>()
                                 : places_of_events(sightings.session_events.of(session));
    }
    case WhyName::What::record: return places_of_record(world, name);
    case WhyName::What::identifier: break;
  }
  const std::uint32_t value = strings.find(name.value);
  const Node node = value == 0 ? kNoIndex : sightings.nodes.find(name.kind, value);
  if (node == kNoIndex) return {};
  if (!sightings.is_anchor(node)) return places_of_value(world, name, node);
  if (resolution.anchored.first_at[node] == std::numeric_limits<TimeUs>::max()) return {};
  return {{true, node, {}}};
}

}  // namespace clewline::identity
