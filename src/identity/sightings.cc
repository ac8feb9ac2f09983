#include <algorithm>
#include <array>
#include <tuple>

#include "base/parallel.h"
#include "identity/sightings_internal.h"

namespace clewline::identity {
namespace {

constexpr std::size_t kBlock = 16384;

/// Answers whether an event of this type, actor and direction means that the customer gives time.
class PresenceTable {
 public:
  PresenceTable() {
    for (std::size_t type = 0; type < event_types().size(); ++type) {
      for (std::size_t actor = 0; actor < 4; ++actor) {
        for (std::size_t direction = 0; direction < 4; ++direction) {
          present_[(type * 4 + actor) * 4 + direction] =
              effective_presence(static_cast<EventType>(type), static_cast<Actor>(actor),
                                 static_cast<Direction>(direction)) != Presence::none;
        }
      }
    }
  }
  bool present(const LinkEvent& event) const {
    return present_[(event.type * 4U + static_cast<unsigned>(event.actor)) * 4U +
                    static_cast<unsigned>(event.direction)];
  }

 private:
  std::array<bool, 256 * 16> present_{};
};

/// Keys of events as string numbers, by rank.
struct KeyColumns {
  std::vector<std::uint32_t> source, session, chain;
};

void fill_event_columns(Sightings& sightings, KeyColumns& keys, int threads) {
  const LinkInput& input = *sightings.input;
  const std::size_t count = input.events.size();
  const EventType logout = find_event_type("session.logged_out").value();
  const PresenceTable presence;
  sightings.time.resize(count);
  sightings.day.resize(count);
  sightings.voice_end.resize(count);
  sightings.logout.resize(count);
  sightings.session.resize(count);
  sightings.chain.resize(count);
  sightings.record.resize(count);
  sightings.case_key.resize(count);
  keys.source.resize(count);
  keys.session.resize(count);
  keys.chain.resize(count);
  for_each_block(threads, count, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t rank = begin; rank < end; ++rank) {
      const LinkEvent& event = input.events[sightings.event[rank]];
      sightings.time[rank] = event.occurred_at;
      sightings.day[rank] = sightings.day_of(event.occurred_at);
      sightings.logout[rank] = event.type == logout;
      sightings.record[rank] = event.record;
      sightings.case_key[rank] = event.case_key;
      keys.source[rank] = event.source;
      keys.session[rank] = event.session_key;
      keys.chain[rank] = event.chain_key;
      const bool voice = event.channel == Channel::voice && presence.present(event);
      sightings.voice_end[rank] = voice ? std::max(event.occurred_at, event.ended_at) : kNoTime;
    }
  });
}

/// Marks, by string number, the sources whose chain keys mean the same everywhere.
std::vector<std::uint8_t> shared_sources(const LinkInput& input,
                                         const std::vector<std::string>& names) {
  std::vector<std::uint8_t> shared(input.strings.size(), 0);
  for (const std::string& name : names) {
    const std::uint32_t number = input.strings.find(name);
    if (number != 0) shared[number] = 1;
  }
  return shared;
}

void number_sessions(Sightings& sightings, const KeyColumns& keys) {
  sightings.sessions = PairNumbers(sightings.input->strings.size());
  sightings.sessions.number_all(keys.source, keys.session, sightings.session);
  sightings.session_events = Lists::group(sightings.session, sightings.sessions.size());
}

void number_chains(Sightings& sightings, const KeyColumns& keys) {
  const auto shared = shared_sources(*sightings.input, sightings.config->shared_chain_sources);
  std::vector<std::uint32_t> space = keys.source;
  for (std::uint32_t& source : space) source = shared[source] ? 0 : source;
  sightings.chains = PairNumbers(sightings.input->strings.size());
  sightings.chains.number_all(space, keys.chain, sightings.chain);
  sightings.chain_events = Lists::group(sightings.chain, sightings.chains.size());
}

}  // namespace

bool Overrides::bars_value(Rank rank, Node value) const {
  const auto found = barred_values.find(rank);
  return found != barred_values.end() &&
         std::find(found->second.begin(), found->second.end(), value) != found->second.end();
}

bool Sightings::key_less(Node a, Node b) const {
  if (a == b) return false;
  const auto key = [this](Node node) {
    return std::tuple(kind_row(node).priority, value_of(node), nodes.at(node).space);
  };
  return key(a) < key(b);
}

std::int32_t Sightings::day_of(TimeUs at) const {
  std::int64_t offset = 0;
  if (!zone_offsets.empty()) {
    auto next =
        std::upper_bound(zone_offsets.begin(), zone_offsets.end(), at,
                         [](TimeUs time, const ZoneOffset& zone) { return time < zone.from; });
    offset = next == zone_offsets.begin() ? next->offset_us : std::prev(next)->offset_us;
  }
  const TimeUs local = at + offset;
  return static_cast<std::int32_t>((local >= 0 ? local : local - kUsPerDay + 1) / kUsPerDay);
}

std::array<std::string_view, 3> Sightings::profile_key(const Standing& standing) const {
  if (standing.profile == kNoIndex) return {};
  const LinkRecord& record = input->records[input->profiles[standing.profile].record];
  return {input->strings.at(record.source), input->strings.at(record.stream),
          input->strings.at(record.record_id)};
}

Result<Sightings> build_sightings(const LinkInput& input, const LinkingConfig& config,
                                  const ResolveOptions& options) {
  CLEW_TRY(const std::vector<StandingAssertion> assertions, standing_assertions(input, config));
  Sightings sightings;
  sightings.input = &input;
  sightings.config = &config;
  sightings.zone_offsets = options.zone_offsets;
  sightings.event = total_order(input);
  KeyColumns keys;
  fill_event_columns(sightings, keys, options.threads);
  sightings.nodes = PairNumbers(input.strings.size());
  const auto number_keys = [&] {
    number_sessions(sightings, keys);
    number_chains(sightings, keys);
  };
  if (assertions.empty()) {
    run_together(options.threads, number_keys,
                 [&] { fill_holders(assertions, sightings, options.threads); });
  } else {  // what assertions say of sessions decides what their events hold
    number_keys();
    sightings.overrides = resolve_overrides(assertions, sightings);
    fill_holders(assertions, sightings, options.threads);
  }
  invert_holders(sightings, options.threads);
  take_out_hub_keys(sightings, options.threads);
  give_anchors_by_agent_and_time(sightings, options.threads);
  return sightings;
}

}  // namespace clewline::identity
