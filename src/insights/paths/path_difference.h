#pragma once

#include <cstdint>
#include <vector>

#include "insights/paths/customer_sums.h"
#include "insights/paths/edge_table.h"
#include "insights/paths/path_case.h"

namespace clewline::insights {

/// Which of the two maps that are compared a path belongs to.
struct Sides {
  bool chosen = false;
  bool others = false;
};

/// A ratio on both sides, whose customers may be the same.
struct PairedRatio {
  double chosen = 0;
  double others = 0;
  double error = 0;         // of chosen − others, between customers
  bool comparable = false;  // two customers and a denominator on each side
};

/// One edge in both maps.
struct EdgeDifference {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::int64_t chosen_count = 0;
  std::int64_t others_count = 0;
  PairedRatio share;    // of paths that have it
  PairedRatio seconds;  // mean time of it
};

/// Compares the directly-follows maps of two sets of paths, edge by edge. Customers are the units
/// that are independent; who has paths on both sides counts in both.
class PathDifference {
 public:
  /// Adds a path. Paths of one customer must come one after another.
  void add(const PathCase& path, Sides sides);
  /// Ends the last customer and returns the edges in the order in which they came.
  std::vector<EdgeDifference> finish();

  const DenominatorSums& chosen_paths() const { return paths_[0]; }
  const DenominatorSums& others_paths() const { return paths_[1]; }

 private:
  /// Sums over customers of products of two ratios' parts: a numerator, b denominator; of each
  /// side.
  struct PairSums {
    NumeratorSums numerator[2];
    double numerators = 0;       // products of both sides' numerators
    double with_others[2] = {};  // a side's numerator with the other side's denominator
    DenominatorSums denominator[2];
    double denominators = 0;  // products of both sides' denominators
    double customers = 0;     // with a denominator on either side
  };
  struct EdgeSums {
    std::uint64_t seen = 0;
    std::int64_t count[2] = {};
    PairSums share;
    PairSums seconds;
    std::int64_t paths_now[2] = {};  // of the customer at hand
    std::int64_t count_now[2] = {};
    TimeUs time_now[2] = {};
  };

  static void add_customer(PairSums& sums, const double (&numerator)[2],
                           const double (&denominator)[2]);
  static PairedRatio ratio(const PairSums& sums);
  void end_customer();

  EdgeTable numbers_;
  std::vector<EdgeSums> edges_;
  std::vector<std::uint32_t> touched_;
  std::uint64_t path_number_ = 0;
  DenominatorSums paths_[2];
  double both_paths_ = 0;  // Σ products of a customer's paths on both sides
  double customers_ = 0;
  bool has_customer_ = false;
  std::uint32_t customer_ = 0;
  std::int64_t customer_paths_[2] = {};
};

}  // namespace clewline::insights
