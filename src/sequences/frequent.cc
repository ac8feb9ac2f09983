#include "sequences/frequent.h"

#include <algorithm>
#include <limits>
#include <string>

namespace clewline::sequences {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// One place where a prefix ends: the entry of its last item, and when its first set was (of all
/// ways to end here the latest: it has most of the window left).
struct Place {
  std::uint32_t sequence = 0;
  std::size_t entry = 0;
  std::int64_t begun_us = 0;
};
using Places = std::vector<Place>;  // by sequence, then entry

/// Places of one prefix grown by each item.
struct Growth {
  std::vector<std::uint32_t> items;  // in the order met
  std::vector<Places> places;        // beside them
};

/// Grows prefixes depth first.
class PrefixGrower {
 public:
  PrefixGrower(const ItemSequences& sequences, std::uint32_t items, const FrequentRules& rules,
               const TakeFrequent& take)
      : sequences_(sequences), rules_(rules), take_(take), slot_(items, kNone) {
    needs_all_places_ = rules.gap_us || rules.window_us || has_sets();
  }

  Status run() {
    Growth first;
    for (std::uint32_t s = 0; s < sequences_.size(); ++s) {
      for (std::size_t e = sequences_.begins[s]; e < sequences_.begins[s + 1]; ++e)
        add(first, {s, e, sequences_.times_us[e]});
    }
    return follow(first, false);
  }

 private:
  bool has_sets() const {
    for (std::uint32_t s = 0; s < sequences_.size(); ++s) {
      for (std::size_t e = sequences_.begins[s] + 1; e < sequences_.begins[s + 1]; ++e) {
        if (sequences_.sets[e] == sequences_.sets[e - 1]) return true;
      }
    }
    return false;
  }

  // Notes a place of an item; without sets and limits the first in each sequence is enough.
  void add(Growth& growth, const Place& place) {
    const std::uint32_t item = sequences_.items[place.entry];
    if (slot_[item] == kNone) {
      slot_[item] = static_cast<std::uint32_t>(growth.items.size());
      growth.items.push_back(item);
      growth.places.emplace_back();
    }
    Places& places = growth.places[slot_[item]];
    if (!needs_all_places_ && !places.empty() && places.back().sequence == place.sequence) return;
    places.push_back(place);
  }

  Status follow(Growth& growth, bool joined) {
    std::vector<std::uint32_t> order(growth.items.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return growth.items[i]; });
    for (const std::uint32_t item : growth.items) slot_[item] = kNone;
    for (const std::uint32_t i : order) {
      Places places = std::move(growth.places[i]);
      std::vector<std::uint32_t> having = sequences_of(places);
      if (having.size() < rules_.support_min) continue;
      if (++patterns_ > rules_.patterns_max)
        return Error{ErrorCode::limit,
                     "more than " + std::to_string(rules_.patterns_max) + " patterns are frequent",
                     "ask for a larger --min-support, a smaller --max-length, or a --window"};
      pattern_.items.push_back(growth.items[i]);
      pattern_.joined.push_back(joined ? 1 : 0);
      take_(pattern_, having);
      if (pattern_.items.size() < rules_.length_max) CLEW_TRY_VOID(grow(places));
      pattern_.items.pop_back();
      pattern_.joined.pop_back();
    }
    return {};
  }

  static std::vector<std::uint32_t> sequences_of(const Places& places) {
    std::vector<std::uint32_t> out;
    for (const Place& place : places) {
      if (out.empty() || out.back() != place.sequence) out.push_back(place.sequence);
    }
    return out;
  }

  Status grow(const Places& places) {
    Growth joined;
    for (const Place& place : places) {
      const std::size_t end = sequences_.begins[place.sequence + 1];
      for (std::size_t e = place.entry + 1;
           e < end && sequences_.sets[e] == sequences_.sets[place.entry]; ++e)
        add(joined, {place.sequence, e, place.begun_us});
    }
    CLEW_TRY_VOID(follow(joined, true));
    Growth later;
    for (std::size_t from = 0; from < places.size();) {
      std::size_t to = from;
      while (to < places.size() && places[to].sequence == places[from].sequence) ++to;
      grow_later({places.data() + from, to - from}, later);
      from = to;
    }
    return follow(later, false);
  }

  // Every entry that may come after one of the places. The last place before it has the smallest
  // gap and, since beginnings ascend with places, the latest beginning.
  void grow_later(std::span<const Place> places, Growth& later) {
    const std::uint32_t sequence = places.front().sequence;
    const std::size_t end = sequences_.begins[sequence + 1];
    std::size_t before = 0;
    for (std::size_t e = places.front().entry + 1; e < end; ++e) {
      while (before < places.size() && sequences_.sets[places[before].entry] < sequences_.sets[e])
        ++before;
      if (before == 0) continue;
      const Place& place = places[before - 1];
      const std::int64_t at = sequences_.times_us[e];
      if (rules_.gap_us && at - sequences_.times_us[place.entry] > *rules_.gap_us) continue;
      if (rules_.window_us && at - place.begun_us > *rules_.window_us) continue;
      add(later, {sequence, e, place.begun_us});
    }
  }

  const ItemSequences& sequences_;
  const FrequentRules& rules_;
  const TakeFrequent& take_;
  std::vector<std::uint32_t> slot_;  // by item: its place in the growth at hand
  bool needs_all_places_ = false;
  std::size_t patterns_ = 0;
  FrequentPattern pattern_;
};

}  // namespace

Status frequent_patterns(const ItemSequences& sequences, std::uint32_t items,
                         const FrequentRules& rules, const TakeFrequent& take) {
  return PrefixGrower(sequences, items, rules, take).run();
}

}  // namespace clewline::sequences
