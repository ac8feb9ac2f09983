#include "identity/anchored_customers_internal.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/parallel.h"

namespace clewline::identity {
namespace {

constexpr std::size_t kBuckets = 64;
constexpr TimeUs kNever = std::numeric_limits<TimeUs>::max();

/// Two anchors of different kinds in one sighting.
struct Evidence {
  Node a = 0;
  Node b = 0;
  std::uint32_t record = 0;
  Assurance assurance = Assurance::asserted;
  TimeUs at = 0;
};

using Buckets = std::vector<std::vector<Evidence>>;

std::size_t bucket_of(Node a, Node b) {
  return ((std::uint64_t{a} * 0x9E3779B97F4A7C15ULL) ^
          (std::uint64_t{b} * 0xC2B2AE3D27D4EB4FULL)) >>
         58;
}

class EvidenceCollector {
 public:
  explicit EvidenceCollector(const Sightings& sightings)
      : sightings_(sightings), buckets_(kBuckets) {}

  /// Adds every pair of a sighting; a pair is as sure as the weaker of its two identifiers.
  void add(std::span<const std::uint32_t> anchors, std::span<const Assurance> assurance,
           std::uint32_t record, TimeUs at, Rank rank) {
    for (std::size_t i = 0; i < anchors.size(); ++i) {
      for (std::size_t j = i + 1; j < anchors.size(); ++j) {
        Node a = anchors[i];
        Node b = anchors[j];
        if (sightings_.nodes.at(a).space == sightings_.nodes.at(b).space) continue;
        if (rank != kNoIndex &&
            (sightings_.added.contains({rank, a}) || sightings_.added.contains({rank, b})))
          continue;
        if (sightings_.key_less(b, a)) std::swap(a, b);
        buckets_[bucket_of(a, b)].push_back(
            {a, b, record, std::min(assurance[i], assurance[j]), at});
      }
    }
  }

  Buckets take() { return std::move(buckets_); }

 private:
  const Sightings& sightings_;
  Buckets buckets_;
};

/// What people write about themselves in public (posts, reviews) is no evidence of who they are.
bool is_public_word(EventType type) {
  const EventTypeRow& row = event_type_row(type);
  return row.role == Role::feedback && row.system == System::social;
}

Buckets collect_evidence(const Sightings& sightings) {
  EvidenceCollector collector(sightings);
  for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
    const auto anchors = sightings.anchors.of(rank);
    if (anchors.size() < 2 || is_public_word(sightings.event_of(rank).type)) continue;
    collector.add(anchors, sightings.assurance_of(rank), sightings.record[rank],
                  sightings.time[rank], rank);
  }
  for (std::uint32_t i = 0; i < sightings.standing.size(); ++i) {
    const auto anchors = sightings.standing_anchors.of(i);
    if (anchors.size() < 2 || sightings.standing[i].profile == kNoIndex) continue;
    const auto assurance = std::span(sightings.standing_assurance)
                               .subspan(sightings.standing_anchors.begin_of(i), anchors.size());
    const LinkProfile& profile = sightings.input->profiles[sightings.standing[i].profile];
    collector.add(anchors, assurance, profile.record, profile.valid_from, kNoIndex);
  }
  return collector.take();
}

AnchorEdge edge_of(Node a, Node b, Assurance assurance, TimeUs at) {
  AnchorEdge edge;
  edge.a = a;
  edge.b = b;
  edge.assurance = assurance;
  edge.first_at = at;
  edge.last_at = at;
  return edge;
}

/// Turns the evidence of one bucket into one edge a pair.
std::vector<AnchorEdge> merge_evidence(std::vector<Evidence>& evidence) {
  std::sort(evidence.begin(), evidence.end(), [](const Evidence& x, const Evidence& y) {
    return std::tuple(x.a, x.b, x.record) < std::tuple(y.a, y.b, y.record);
  });
  std::vector<AnchorEdge> edges;
  std::uint32_t last_record = 0;
  for (const Evidence& item : evidence) {
    const bool same = !edges.empty() && edges.back().a == item.a && edges.back().b == item.b;
    if (!same) edges.push_back(edge_of(item.a, item.b, item.assurance, item.at));
    AnchorEdge& edge = edges.back();
    if (!same || item.record != last_record) ++edge.records;
    last_record = item.record;
    edge.assurance = std::max(edge.assurance, item.assurance);
    edge.first_at = std::min(edge.first_at, item.at);
    edge.last_at = std::max(edge.last_at, item.at);
  }
  return edges;
}

std::vector<AnchorEdge> edges_of_sightings(const Sightings& sightings, int threads) {
  Buckets buckets = collect_evidence(sightings);
  std::vector<std::vector<AnchorEdge>> parts(kBuckets);
  for_each_block(threads, kBuckets, 1, [&](std::size_t begin, std::size_t) {
    parts[begin] = merge_evidence(buckets[begin]);
  });
  std::vector<AnchorEdge> edges;
  for (const auto& part : parts) edges.insert(edges.end(), part.begin(), part.end());
  return edges;
}

/// Lets assertions about two anchors make, strengthen or cut an edge. Nothing else has an
/// assertion's edge.
void apply_assertions(const Sightings& sightings, std::vector<AnchorEdge>& edges) {
  if (sightings.overrides.anchor_pairs.empty()) return;
  absl::flat_hash_map<std::pair<Node, Node>, std::size_t> place_of;
  for (std::size_t i = 0; i < edges.size(); ++i)
    place_of.emplace(std::pair(edges[i].a, edges[i].b), i);
  for (const auto& pair : sightings.overrides.anchor_pairs) {
    Node a = pair.a;
    Node b = pair.b;
    if (sightings.key_less(b, a)) std::swap(a, b);
    const TimeUs at = sightings.input->assertions[pair.assertion].asserted_at;
    const auto found = place_of.find(std::pair(a, b));
    if (pair.kind == AssertionKind::unlink) {
      if (found != place_of.end()) edges[found->second].outcome = AnchorEdge::Outcome::unlinked;
    } else if (pair.kind == AssertionKind::link && found != place_of.end()) {
      AnchorEdge& edge = edges[found->second];
      edge.asserted = true;
      ++edge.records;
      edge.first_at = std::min(edge.first_at, at);
      edge.last_at = std::max(edge.last_at, at);
    } else if (pair.kind == AssertionKind::link) {
      AnchorEdge& edge = edges.emplace_back(edge_of(a, b, Assurance::verified, at));
      edge.asserted = true;
      edge.records = 1;
    } else if (pair.kind == AssertionKind::match && found == place_of.end()) {
      AnchorEdge& edge = edges.emplace_back(edge_of(a, b, Assurance::asserted, at));
      edge.matched = true;
      edge.probability = sightings.input->assertions[pair.assertion].probability;
      edge.records = 2;
    }
  }
}

void sort_edges(const Sightings& sightings, std::vector<AnchorEdge>& edges) {
  std::sort(edges.begin(), edges.end(), [&](const AnchorEdge& x, const AnchorEdge& y) {
    const auto strength = [](const AnchorEdge& edge) {
      return std::tuple(edge.asserted, !edge.matched,
                        edge.asserted ? Assurance::verified : edge.assurance, edge.probability,
                        edge.records, edge.last_at);
    };
    if (strength(x) != strength(y)) return strength(x) > strength(y);
    if (x.a != y.a) return sightings.key_less(x.a, y.a);
    return sightings.key_less(x.b, y.b);
  });
}

/// Sets of anchors with what must not meet.
class ConstrainedUnion {
 public:
  explicit ConstrainedUnion(const Sightings& sightings)
      : sightings_(sightings), sets_(sightings.nodes.size()) {
    const auto& kinds = sightings.config->kinds;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      if (kinds[kind].kind_class != KindClass::anchor || !kinds[kind].exclusive) continue;
      std::vector<Node>& held = exclusive_.emplace_back(sightings.nodes.size(), kNoIndex);
      for (Node node = 0; node < sightings.nodes.size(); ++node) {
        if (sightings.nodes.at(node).space == kind) held[node] = node;
      }
    }
    for (const auto& pair : sightings.overrides.anchor_pairs) {
      if (pair.kind != AssertionKind::forbid) continue;
      forbidden_[pair.a].push_back({pair.a, pair.b});
      forbidden_[pair.b].push_back({pair.b, pair.a});
    }
  }

  Node find(Node node) { return sets_.find(node); }

  void process(AnchorEdge& edge) {
    const Node a = sets_.find(edge.a);
    const Node b = sets_.find(edge.b);
    edge.outcome = a == b ? AnchorEdge::Outcome::redundant : AnchorEdge::Outcome::joined;
    if (a == b) return;
    for (const auto& held : exclusive_) {
      if (held[a] == kNoIndex || held[b] == kNoIndex || held[a] == held[b]) continue;
      return refuse(edge, AnchorEdge::Outcome::exclusive, held[a], held[b]);
    }
    if (const auto forbids = forbidden_.find(a); forbids != forbidden_.end()) {
      const auto* least = least_forbid(forbids->second, b);
      if (least != nullptr)
        return refuse(edge, AnchorEdge::Outcome::forbidden, least->first, least->second);
    }
    merge(a, b);
  }

 private:
  using NodePair = std::pair<Node, Node>;

  /// Of the forbids between a set and the set of root `b`, the one with the least names.
  const NodePair* least_forbid(const std::vector<NodePair>& forbids, Node b) {
    const NodePair* least = nullptr;
    for (const NodePair& pair : forbids) {
      if (sets_.find(pair.second) != b) continue;
      const bool less =
          least == nullptr || sightings_.key_less(pair.first, least->first) ||
          (pair.first == least->first && sightings_.key_less(pair.second, least->second));
      if (less) least = &pair;
    }
    return least;
  }

  static void refuse(AnchorEdge& edge, AnchorEdge::Outcome outcome, Node a, Node b) {
    edge.outcome = outcome;
    edge.against_a = a;
    edge.against_b = b;
  }

  void merge(Node a, Node b) {
    const Node root = sets_.join(a, b);
    const Node other = root == a ? b : a;
    for (auto& held : exclusive_) {
      if (held[root] == kNoIndex) held[root] = held[other];
    }
    const auto moved = forbidden_.find(other);
    if (moved == forbidden_.end()) return;
    auto pairs = std::move(moved->second);
    forbidden_.erase(moved);
    auto& mine = forbidden_[root];
    mine.insert(mine.end(), pairs.begin(), pairs.end());
  }

  const Sightings& sightings_;
  DisjointSets sets_;
  std::vector<std::vector<Node>> exclusive_;  // per exclusive kind: root → the value its set holds
  absl::flat_hash_map<Node, std::vector<NodePair>> forbidden_;  // root → (own node, forbidden node)
};

std::vector<TimeUs> first_times(const Sightings& sightings) {
  std::vector<TimeUs> first(sightings.nodes.size(), kNever);
  for (Node node = 0; node < sightings.nodes.size(); ++node) {
    if (!sightings.is_anchor(node)) continue;
    const auto holders = sightings.anchor_holders.of(node);
    if (!holders.empty()) first[node] = sightings.time[holders.front()];
  }
  for (std::uint32_t i = 0; i < sightings.standing.size(); ++i) {
    for (const Node node : sightings.standing_anchors.of(i)) {
      first[node] = std::min(first[node], sightings.standing[i].preferred_from);
    }
  }
  for (const auto& pair : sightings.overrides.anchor_pairs) {
    if (pair.kind != AssertionKind::link) continue;
    const TimeUs at = sightings.input->assertions[pair.assertion].asserted_at;
    first[pair.a] = std::min(first[pair.a], at);
    first[pair.b] = std::min(first[pair.b], at);
  }
  return first;
}

}  // namespace

AnchoredCustomers build_anchored_customers(const Sightings& sightings, int threads) {
  AnchoredCustomers customers;
  customers.edges = edges_of_sightings(sightings, threads);
  apply_assertions(sightings, customers.edges);
  sort_edges(sightings, customers.edges);
  ConstrainedUnion sets(sightings);
  for (AnchorEdge& edge : customers.edges) {
    if (edge.outcome != AnchorEdge::Outcome::unlinked) sets.process(edge);
  }
  customers.root.resize(sightings.nodes.size());
  for (Node node = 0; node < sightings.nodes.size(); ++node) customers.root[node] = sets.find(node);
  customers.first_at = first_times(sightings);
  return customers;
}

}  // namespace clewline::identity
