#include <limits>

#include "identity/testing/naive_world_internal.h"

namespace clewline::identity::testing {

std::string NaiveWorld::hub_reason(const Key& value, std::int32_t day) const {
  const auto [place, is_new] = hub_cache_.emplace(std::pair(value, day), "");
  if (is_new) place->second = compute_hub_reason(value, day);
  return place->second;
}

std::string NaiveWorld::compute_hub_reason(const Key& value, std::int32_t day) const {
  if (exceeds_guard(value, day)) return "guard";
  if (is_busy(value, day)) return "busy";
  return overlaps(value, day) ? "overlap" : "";
}

/// (i) The sessions (else records) holding it in [d−90, d], and standing sightings valid then, hold
/// more than the guard's distinct values of one exclusive kind or, where they hold none, of one
/// anchor kind.
bool NaiveWorld::exceeds_guard(const Key& value, std::int32_t day_wanted) const {
  const auto guard = config_.kinds[static_cast<std::size_t>(value.kind)].hub_guard;
  if (guard == 0) return false;
  std::map<int, std::set<Key>> held;
  for (const NaiveEvent& event : events_) {
    const std::int32_t seen = day(event.sample->at);
    if (!event.values.contains(value) || seen > day_wanted || seen < day_wanted - 90) continue;
    for (const NaiveEvent& other : events_) {
      if (unit(other) != unit(event)) continue;
      for (const auto& [anchor, assurance] : other.anchors) held[anchor.kind].insert(anchor);
    }
  }
  for (const NaiveStanding& standing : standing_) {
    if (standing.assertion || !standing.values.contains(value) || standing.to <= standing.from)
      continue;
    const bool begun = day(standing.from) <= day_wanted;
    const bool over =
        standing.to != std::numeric_limits<TimeUs>::max() && day(standing.to - 1) < day_wanted - 90;
    if (!begun || over) continue;
    for (const auto& [anchor, assurance] : standing.anchors) held[anchor.kind].insert(anchor);
  }
  const auto exclusive = [&](int kind) {
    return config_.kinds[static_cast<std::size_t>(kind)].exclusive;
  };
  const bool any_exclusive = std::any_of(held.begin(), held.end(),
                                         [&](const auto& item) { return exclusive(item.first); });
  return std::any_of(held.begin(), held.end(), [&](const auto& item) {
    return exclusive(item.first) == any_exclusive && item.second.size() > guard;
  });
}

/// (ii) More than max_sessions_day sessions holding it begin on d.
bool NaiveWorld::is_busy(const Key& value, std::int32_t day_wanted) const {
  std::set<std::string> holding, beginning;
  for (const NaiveEvent& event : events_) {
    if (event.values.contains(value)) holding.insert(unit(event));
  }
  for (const std::string& holder : holding) {
    const auto first = std::find_if(events_.begin(), events_.end(),
                                    [&](const NaiveEvent& event) { return unit(event) == holder; });
    if (day(first->sample->at) == day_wanted) beginning.insert(holder);
  }
  return beginning.size() > config_.sessions_per_day_max;
}

/// (iii) More than two pairs of live voice sessions holding it, of different chains, overlap on d.
bool NaiveWorld::overlaps(const Key& value, std::int32_t day_wanted) const {
  struct Call {
    TimeUs from = kNoTime, to = kNoTime;
    std::string chain;
  };
  const std::int64_t longest =
      config_.channels[static_cast<std::size_t>(Channel::voice)].max_presence_us;
  std::set<std::string> holding;
  for (const NaiveEvent& event : events_) {
    if (event.values.contains(value)) holding.insert(unit(event));
  }
  std::vector<Call> calls;
  for (const std::string& holder : holding) {
    Call call;
    for (const NaiveEvent& event : events_) {
      const SampleEvent& item = *event.sample;
      if (unit(event) != holder) continue;
      if (call.chain.empty()) call.chain = event.chain;
      if (item.channel != Channel::voice) continue;
      if (effective_presence(*find_event_type(item.type), item.actor, Direction::unknown) ==
          Presence::none)
        continue;
      if (call.from == kNoTime) call.from = item.at;
      call.to = std::max(call.to, std::min(std::max(item.at, item.ended_at), call.from + longest));
    }
    if (call.from != kNoTime) calls.push_back(call);
  }
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    for (std::size_t j = i + 1; j < calls.size(); ++j) {
      if (!calls[i].chain.empty() && calls[i].chain == calls[j].chain) continue;
      const TimeUs from = std::max(calls[i].from, calls[j].from);
      const TimeUs to = std::min(calls[i].to, calls[j].to);
      if (from < to && day(from) <= day_wanted && day_wanted <= day(to - 1)) ++pairs;
    }
  }
  return pairs > config_.overlapping_calls_max;
}

}  // namespace clewline::identity::testing
