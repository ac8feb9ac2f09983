#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace clewline::statistics {

/// A score given to a unit, and what came of it.
struct ScoredOutcome {
  double score = 0;
  bool happened = false;
  std::uint32_t cluster = 0;  // customer, numbered from 0
};

/// The chance that a unit to which it happened has a higher score than one to which it did not;
/// ties count half.
struct ClusteredAuc {
  double value = .5;
  double error = 0;  // clusters independent (Obuchowski, Biometrics 53, 1997)
  std::size_t units = 0;
  std::size_t happened = 0;
  std::size_t clusters = 0;
};

/// Null when it happened to all or to none, or in one cluster only.
std::optional<ClusteredAuc> clustered_auc(std::span<const ScoredOutcome> units);

}  // namespace clewline::statistics
