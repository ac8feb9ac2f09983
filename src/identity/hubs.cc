#include "identity/hubs_internal.h"

#include <algorithm>
#include <limits>
#include <map>

#include "base/parallel.h"

namespace clewline::identity {
namespace {

constexpr std::size_t kBlock = 2048;
constexpr std::int32_t kWindowDays = 90;
constexpr std::int32_t kForever = std::numeric_limits<std::int32_t>::max() - 2 * kWindowDays;

/// A unit holds values: a session, or the record of events without one (LINKING.md §3.1).
struct Units {
  std::vector<std::uint32_t> of_event;       // rank → unit
  Lists events;                              // unit → ranks
  std::vector<TimeUs> voice_from, voice_to;  // live voice presence; kNoTime: none
  std::vector<std::uint32_t> chain;          // of the first event that has one; kNoIndex: none
};

Units find_units(const Sightings& sightings, int threads) {
  Units units;
  units.of_event.resize(sightings.event_count());
  std::vector<std::uint32_t> unit_of_record(sightings.input->records.size(), kNoIndex);
  auto count = static_cast<std::uint32_t>(sightings.sessions.size());
  for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
    if (sightings.session[rank] != kNoIndex) {
      units.of_event[rank] = sightings.session[rank];
      continue;
    }
    std::uint32_t& unit = unit_of_record[sightings.record[rank]];
    if (unit == kNoIndex) unit = count++;
    units.of_event[rank] = unit;
  }
  units.events = Lists::group(units.of_event, count);
  units.voice_from.assign(count, kNoTime);
  units.voice_to.assign(count, kNoTime);
  units.chain.assign(count, kNoIndex);
  const std::int64_t longest =
      sightings.config->channels[static_cast<std::size_t>(Channel::voice)].max_presence_us;
  for_each_block(threads, count, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t unit = begin; unit < end; ++unit) {
      for (const Rank rank : units.events.of(unit)) {
        if (units.chain[unit] == kNoIndex) units.chain[unit] = sightings.chain[rank];
        if (sightings.voice_end[rank] == kNoTime) continue;
        if (units.voice_from[unit] == kNoTime) units.voice_from[unit] = sightings.time[rank];
        const TimeUs limit = units.voice_from[unit] + longest;
        units.voice_to[unit] =
            std::max(units.voice_to[unit], std::min(sightings.voice_end[rank], limit));
      }
    }
  });
  return units;
}

/// Finds the span that holds a day among spans in ascending order.
const HubSpan* span_of(const std::vector<HubSpan>& spans, std::int32_t day) {
  const auto next =
      std::upper_bound(spans.begin(), spans.end(), day,
                       [](std::int32_t wanted, const HubSpan& span) { return wanted < span.from; });
  if (next == spans.begin() || std::prev(next)->to < day) return nullptr;
  return &*std::prev(next);
}

/// An anchor that counts against a value on the days `from`..`to`.
struct CountedAnchor {
  Node anchor = 0;
  std::int32_t from = 0;
  std::int32_t to = 0;
};

/// Finds the hub days of one value after another; owned by one thread.
class HubFinder {
 public:
  HubFinder(const Sightings& sightings, const Units& units)
      : sightings_(sightings), units_(units) {}

  std::vector<HubSpan> find(Node value) {
    spans_.clear();
    const auto holders = sightings_.value_holders.of(value);
    find_guard(value, holders);
    if (holders.size() > sightings_.config->sessions_per_day_max) find_busy(holders);
    if (holders.size() > 2) find_overlap(holders);
    return std::move(spans_);
  }

 private:
  bool covered(std::int32_t day) const { return span_of(spans_, day) != nullptr; }

  /// Adds days that no span covers and keeps the spans in order.
  void add_days(const std::vector<std::int32_t>& days, HubReason reason) {
    for (const std::int32_t day : days) spans_.push_back({day, day, reason});
    std::sort(spans_.begin(), spans_.end(),
              [](const HubSpan& a, const HubSpan& b) { return a.from < b.from; });
  }

  /// Collects the distinct units that hold the value.
  void collect_units(std::span<const std::uint32_t> holders) {
    units_seen_.clear();
    for (const Rank rank : holders) units_seen_.push_back(units_.of_event[rank]);
    std::sort(units_seen_.begin(), units_seen_.end());
    units_seen_.erase(std::unique(units_seen_.begin(), units_seen_.end()), units_seen_.end());
  }

  void count_anchors(Node value, std::span<const std::uint32_t> holders) {
    counted_.clear();
    unit_days_.clear();
    for (const Rank rank : holders)
      unit_days_.emplace_back(units_.of_event[rank], sightings_.day[rank]);
    std::sort(unit_days_.begin(), unit_days_.end());
    unit_days_.erase(std::unique(unit_days_.begin(), unit_days_.end()), unit_days_.end());
    for (const auto& [unit, day] : unit_days_) {
      for (const Rank other : units_.events.of(unit)) {
        for (const Node anchor : sightings_.anchors.of(other))
          counted_.push_back({anchor, day, day + kWindowDays});
      }
    }
    for (const std::uint32_t standing : sightings_.standing_of_value.of(value)) {
      const Standing& valid = sightings_.standing[standing];
      // Assertions are a person's word about one pair; they do not make a value busy.
      if (valid.profile == kNoIndex || valid.to <= valid.from) continue;
      const std::int32_t from = sightings_.day_of(valid.from);
      const bool ends = valid.to != std::numeric_limits<TimeUs>::max();
      const std::int32_t to = ends ? sightings_.day_of(valid.to - 1) : kForever;
      for (const Node anchor : sightings_.standing_anchors.of(standing))
        counted_.push_back({anchor, from, to + kWindowDays});
    }
  }

  /// Whether so many distinct anchors at once make a hub: of an exclusive kind, or where there is
  /// none, of any.
  bool too_many(std::uint32_t guard,
                const std::array<std::uint32_t, kIdentifierKindCount>& distinct) const {
    bool has_exclusive = false;
    bool exclusive_exceeds = false;
    bool other_exceeds = false;
    for (std::size_t kind = 0; kind < distinct.size(); ++kind) {
      const bool exclusive = sightings_.config->kinds[kind].exclusive;
      has_exclusive |= exclusive && distinct[kind] > 0;
      (exclusive ? exclusive_exceeds : other_exceeds) |= distinct[kind] > guard;
    }
    return has_exclusive ? exclusive_exceeds : other_exceeds;
  }

  /// Rule (i): sweeps the days on which anchors begin or cease to count.
  void find_guard(Node value, std::span<const std::uint32_t> holders) {
    const std::uint32_t guard = sightings_.kind_row(value).hub_guard;
    if (guard == 0) return;
    count_anchors(value, holders);
    if (counted_.size() <= guard) return;
    std::sort(counted_.begin(), counted_.end(), [](const CountedAnchor& a, const CountedAnchor& b) {
      return std::pair(a.anchor, a.from) < std::pair(b.anchor, b.from);
    });
    std::map<std::int32_t, std::array<std::int32_t, kIdentifierKindCount>> changes;
    for (std::size_t i = 0; i < counted_.size();) {
      CountedAnchor merged = counted_[i];
      for (++i; i < counted_.size() && counted_[i].anchor == merged.anchor &&
                counted_[i].from <= merged.to + 1;
           ++i) {
        merged.to = std::max(merged.to, counted_[i].to);
      }
      const std::size_t kind = sightings_.nodes.at(merged.anchor).space;
      ++changes[merged.from][kind];
      --changes[merged.to + 1][kind];
    }
    sweep(guard, changes);
  }

  void sweep(
      std::uint32_t guard,
      const std::map<std::int32_t, std::array<std::int32_t, kIdentifierKindCount>>& changes) {
    std::array<std::uint32_t, kIdentifierKindCount> distinct{};
    for (auto change = changes.begin(); change != changes.end(); ++change) {
      for (std::size_t kind = 0; kind < distinct.size(); ++kind) {
        distinct[kind] += static_cast<std::uint32_t>(change->second[kind]);
      }
      if (!too_many(guard, distinct)) continue;
      const std::int32_t to =
          std::next(change)->first - 1;  // what began also ceases: the last change frees all
      if (!spans_.empty() && spans_.back().to + 1 == change->first) {
        spans_.back().to = to;
      } else {
        spans_.push_back({change->first, to, HubReason::guard});
      }
    }
  }

  /// Rule (ii): too many sessions that hold the value begin on one day.
  void find_busy(std::span<const std::uint32_t> holders) {
    collect_units(holders);
    begins_.clear();
    for (const std::uint32_t unit : units_seen_)
      begins_.push_back(sightings_.day[units_.events.of(unit).front()]);
    std::sort(begins_.begin(), begins_.end());
    std::vector<std::int32_t> busy;
    for (std::size_t i = 0; i < begins_.size();) {
      std::size_t next = i;
      while (next < begins_.size() && begins_[next] == begins_[i]) ++next;
      if (next - i > sightings_.config->sessions_per_day_max && !covered(begins_[i]))
        busy.push_back(begins_[i]);
      i = next;
    }
    add_days(busy, HubReason::busy);
  }

  struct Call {
    TimeUs from = 0;
    TimeUs to = 0;
    std::uint32_t chain = kNoIndex;
  };

  /// Rule (iii): too many pairs of live calls of different chains at once. Days that are hubs
  /// already are not counted again, which bounds the work on the busiest values.
  void find_overlap(std::span<const std::uint32_t> holders) {
    collect_units(holders);
    std::erase_if(units_seen_,
                  [this](std::uint32_t unit) { return units_.voice_from[unit] == kNoTime; });
    if (units_seen_.size() < 3) return;
    std::vector<Call> calls;
    for (const std::uint32_t unit : units_seen_) {
      const Call call{units_.voice_from[unit], units_.voice_to[unit], units_.chain[unit]};
      if (call.to > call.from &&
          !(covered(sightings_.day_of(call.from)) && covered(sightings_.day_of(call.to - 1))))
        calls.push_back(call);
    }
    std::sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
      return std::pair(a.from, a.to) < std::pair(b.from, b.to);
    });
    count_pairs(calls);
  }

  void count_pairs(const std::vector<Call>& calls) {
    std::map<std::int32_t, std::uint32_t> pairs;
    std::vector<std::int32_t> overlapping;
    std::vector<Call> live;
    for (const Call& call : calls) {
      std::erase_if(live, [&call](const Call& other) { return other.to <= call.from; });
      for (const Call& other : live) {
        if (call.chain != kNoIndex && call.chain == other.chain) continue;
        const std::int32_t last = sightings_.day_of(std::min(call.to, other.to) - 1);
        for (std::int32_t day = sightings_.day_of(call.from); day <= last; ++day) {
          if (!covered(day) && ++pairs[day] == sightings_.config->overlapping_calls_max + 1)
            overlapping.push_back(day);
        }
      }
      live.push_back(call);
    }
    add_days(overlapping, HubReason::overlap);
  }

  const Sightings& sightings_;
  const Units& units_;
  std::vector<HubSpan> spans_;
  std::vector<CountedAnchor> counted_;
  std::vector<std::int32_t> begins_;
  std::vector<std::uint32_t> units_seen_;
  std::vector<std::pair<std::uint32_t, std::int32_t>> unit_days_;
};

}  // namespace

Hubs Hubs::find(const Sightings& sightings, int threads) {
  Hubs hubs;
  hubs.spans_.resize(sightings.nodes.size());
  const Units units = find_units(sightings, threads);
  for_each_block(threads, sightings.nodes.size(), kBlock, [&](std::size_t begin, std::size_t end) {
    HubFinder finder(sightings, units);
    for (std::size_t node = begin; node < end; ++node) {
      if (!sightings.is_anchor(static_cast<Node>(node)))
        hubs.spans_[node] = finder.find(static_cast<Node>(node));
    }
  });
  return hubs;
}

const HubSpan* Hubs::span(Node value, std::int32_t day) const {
  return span_of(spans_[value], day);
}

}  // namespace clewline::identity
