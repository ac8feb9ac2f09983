#pragma once

#include <cstdint>
#include <vector>

#include "identity/sightings_internal.h"

namespace clewline::identity {

enum class HubReason : std::uint8_t { guard, busy, overlap };

/// Days (inclusive) on which a shareable value links nothing. Spans of one value are disjoint and
/// ascending.
struct HubSpan {
  std::int32_t from = 0;
  std::int32_t to = 0;
  HubReason reason = HubReason::guard;
};

/// The hub days of every shareable value.
class Hubs {
 public:
  /// Finds the hubs of LINKING.md §3.1.
  static Hubs find(const Sightings& sightings, int threads);

  /// Returns the span that makes the value a hub on a day, or null. A day has the first reason of
  /// guard, busy, overlap.
  const HubSpan* span(Node value, std::int32_t day) const;
  bool is_hub(Node value, std::int32_t day) const { return span(value, day) != nullptr; }
  bool is_ever_hub(Node value) const { return !spans_[value].empty(); }

 private:
  std::vector<std::vector<HubSpan>> spans_;  // by node
};

}  // namespace clewline::identity
