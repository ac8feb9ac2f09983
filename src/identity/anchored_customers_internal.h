#pragma once

#include <cstdint>
#include <vector>

#include "identity/sightings_internal.h"

namespace clewline::identity {

/// All evidence that two anchors are one customer. `a` comes before `b` in the order of keys.
struct AnchorEdge {
  Node a = 0;
  Node b = 0;
  bool asserted = false;
  bool matched = false;    // by profiles that look alike, and by no sighting
  double probability = 1;  // of the match
  Assurance assurance = Assurance::asserted;
  std::uint32_t records = 0;  // distinct
  TimeUs first_at = 0;
  TimeUs last_at = 0;
  enum class Outcome : std::uint8_t { joined, redundant, exclusive, forbidden, unlinked };
  Outcome outcome = Outcome::joined;
  /// For exclusive and forbidden: the two nodes, one on each side, that stand against it.
  Node against_a = kNoIndex;
  Node against_b = kNoIndex;
};

/// Customers that have an anchor: sets of anchors, and the evidence that was weighed.
struct AnchoredCustomers {
  std::vector<Node> root;  // node → representative anchor of its customer; itself for other nodes
  std::vector<AnchorEdge> edges;  // in the order in which they were processed
  std::vector<TimeUs> first_at;   // node → first time it was seen (anchors)
};

/// Builds customers from anchors alone (LINKING.md §3.2): Kruskal with constraints.
AnchoredCustomers build_anchored_customers(const Sightings& sightings, int threads);

}  // namespace clewline::identity
