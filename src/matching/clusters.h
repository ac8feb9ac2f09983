#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "matching/links.h"

namespace clewline::matching {

/// What a cluster must keep; one that does not is cut.
struct ClusterGuards {
  std::uint32_t records_max = 50;
  /// Least share of its pairs that are links, for clusters of more than `dense_above` records.
  double density_min = 0.1;
  std::uint32_t dense_above = 10;
};

struct Clusters {
  std::vector<RecordIndex> of;  // by record: the least record of its cluster
  std::uint32_t several = 0;    // clusters of two and more records
  std::uint32_t largest = 0;    // records
  std::uint32_t cut = 0;        // components that broke a guard
};

/// Joins records by links whose weight reaches `weight_min` (connected components), then cuts every
/// component that breaks a guard by raising its threshold until its parts hold the guards; records
/// that only links of one weight hold together stay apart when they break one.
Clusters cluster(std::span<const Link> links, RecordIndex records, double weight_min,
                 const ClusterGuards& guards);

/// Keeps links so that every record has at most one: greedily by weight, ties by the lesser
/// records. For two sources each free of duplicates. Ascending by a, b.
std::vector<Link> one_to_one(std::span<const Link> links, RecordIndex records, double weight_min);

}  // namespace clewline::matching
