#include "matching/pair_patterns.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <tuple>

#include "base/parallel.h"
#include "base/random.h"

namespace clewline::matching {
namespace {

constexpr std::size_t kUnitsAtOnce = 64;

/// Scatters the numbers of two records.
std::uint64_t scatter_pair(RecordIndex a, RecordIndex b) {
  return SplitMix64((std::uint64_t{a} << 32) | b).next();
}

using Counts = absl::flat_hash_map<std::pair<Pattern, std::uint64_t>, std::uint64_t>;

/// One thread's work and what it keeps.
struct Counter {
  explicit Counter(const ComparedFields& fields) : comparator(fields) {}
  Comparator comparator;
  Counts counts;
};

}  // namespace

std::vector<PatternCount> count_patterns(const Blocking& blocking, const ComparedFields& fields,
                                         const PatternOptions& options) {
  std::uint64_t pairs = 0;
  for (const RuleCount& count : blocking.counts()) pairs += count.pairs;
  const std::uint64_t step = pairs / std::max<std::uint64_t>(options.pairs_max, 1) + 1;
  std::vector<std::unique_ptr<Counter>> counters(
      static_cast<std::size_t>(std::max(1, options.threads)));
  for_each_block(options.threads, blocking.units().size(), kUnitsAtOnce,
                 [&](std::size_t thread, std::size_t begin, std::size_t end) {
                   if (counters[thread] == nullptr)
                     counters[thread] = std::make_unique<Counter>(fields);
                   Counter& counter = *counters[thread];
                   for (std::size_t u = begin; u < end; ++u) {
                     blocking.visit(blocking.units()[u], [&](RecordIndex a, RecordIndex b) {
                       if (step > 1 && scatter_pair(a, b) % step != 0) return;
                       const Pattern pattern = counter.comparator.compare(a, b);
                       const double terms = counter.comparator.terms(pattern, a, b);
                       ++counter.counts[{pattern, std::bit_cast<std::uint64_t>(terms)}];
                     });
                   }
                 });
  Counts all;
  for (const auto& counter : counters) {
    if (counter == nullptr) continue;
    for (const auto& [look, count] : counter->counts) all[look] += count;
  }
  std::vector<PatternCount> out;
  out.reserve(all.size());
  for (const auto& [look, count] : all)
    out.push_back({look.first, std::bit_cast<double>(look.second), count});
  std::sort(out.begin(), out.end(), [](const PatternCount& x, const PatternCount& y) {
    return std::tie(x.pattern, x.terms) < std::tie(y.pattern, y.terms);
  });
  return out;
}

}  // namespace clewline::matching
