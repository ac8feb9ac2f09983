#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "matching/clusters.h"

namespace clewline::matching {

/// Found pairs against true ones.
struct PairQuality {
  std::uint64_t right = 0;
  std::uint64_t found = 0;
  std::uint64_t all_true = 0;
  double precision() const { return static_cast<double>(right) / static_cast<double>(found); }
  double recall() const { return static_cast<double>(right) / static_cast<double>(all_true); }
  double f1() const {
    return 2 * static_cast<double>(right) / static_cast<double>(found + all_true);
  }
};

template <typename IsTrue>
PairQuality quality(std::span<const Link> links, double weight_min, std::uint64_t all_true,
                    const IsTrue& is_true) {
  PairQuality out;
  out.all_true = all_true;
  for (const Link& link : links) {
    if (link.weight < weight_min) continue;
    ++out.found;
    out.right += is_true(link) ? 1 : 0;
  }
  return out;
}

/// Judges every pair that stands in one cluster.
template <typename IsTrue>
PairQuality cluster_quality(const Clusters& clusters, std::uint64_t all_true,
                            const IsTrue& is_true) {
  std::map<RecordIndex, std::vector<RecordIndex>> members;
  for (RecordIndex r = 0; r < clusters.of.size(); ++r) members[clusters.of[r]].push_back(r);
  PairQuality out;
  out.all_true = all_true;
  for (const auto& [cluster, records] : members) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      for (std::size_t j = i + 1; j < records.size(); ++j) {
        ++out.found;
        out.right += is_true(records[i], records[j]) ? 1 : 0;
      }
    }
  }
  return out;
}

}  // namespace clewline::matching
