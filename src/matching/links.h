#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "matching/blocking.h"
#include "matching/comparator.h"

namespace clewline::matching {

/// Two records that may be one: `weight` is log2 of the odds.
struct Link {
  RecordIndex a = 0;
  RecordIndex b = 0;
  double weight = 0;
  Pattern pattern = 0;
};

/// How many pairs have a match weight, in steps of 1/64 from -128 to 128 (further out: the ends).
class WeightHistogram {
 public:
  static constexpr double kStep = 1.0 / 64;
  static constexpr double kLeast = -128;
  static constexpr std::size_t kBins = 256 * 64;

  WeightHistogram() : counts_(kBins, 0) {}
  void add(double weight);
  void add(const WeightHistogram& other);
  const std::vector<std::uint64_t>& counts() const { return counts_; }
  /// Returns the weight in the middle of a bin.
  static double middle(std::size_t bin) {
    return kLeast + (static_cast<double>(bin) + 0.5) * kStep;
  }

 private:
  std::vector<std::uint64_t> counts_;
};

struct LinkOptions {
  int threads = 1;
  /// Pairs below are counted, not kept.
  double weight_min = 0;
  /// More links than this are an error: the threshold or the rules say too little.
  std::uint64_t links_max = 200'000'000;
};

struct FoundLinks {
  std::vector<Link> links;  // ascending by a, b
  WeightHistogram weights;  // of all pairs compared
  std::uint64_t pairs = 0;  // compared
};

/// Compares every pair of `blocking` and keeps those whose match weight reaches the least. The same
/// for every number of threads. Errors: `limit` beyond `links_max`.
Result<FoundLinks> find_links(const Blocking& blocking, const ComparedFields& fields,
                              const Model& model, const LinkOptions& options);

/// One field's part in a match weight, in bits.
struct WeightPart {
  std::size_t level = kAbsent;  // of the comparison; kAbsent: no value
  double weight = 0;            // log2(m / u)
  double term_weight = 0;       // what the value's frequency adds
};

/// Takes a link's weight apart, a part for each comparison; prior and parts add up to the weight.
std::vector<WeightPart> waterfall(const Model& model, const ComparedFields& fields,
                                  const Link& link);

/// Returns the match weight of every record with itself: the most that it can show. A record below
/// the threshold can be linked to nothing.
std::vector<double> self_weights(const Model& model, const ComparedFields& fields);

}  // namespace clewline::matching
