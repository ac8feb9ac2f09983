#include "matching/random_pairs.h"

#include <algorithm>
#include <memory>

#include "base/parallel.h"
#include "base/random.h"

namespace clewline::matching {
namespace {

constexpr std::uint64_t kBlockPairs = 1 << 14;

RecordIndex draw_below(SplitMix64& random, RecordIndex count) {
  return static_cast<RecordIndex>((static_cast<unsigned __int128>(random.next()) * count) >> 64);
}

struct Tally {
  explicit Tally(const ComparedFields& fields)
      : comparator(fields), levels(fields.comparisons().size() * 16, 0) {}
  void add(RecordIndex a, RecordIndex b) {
    const Pattern pattern = comparator.compare(a, b);
    for (std::size_t c = 0; c * 16 < levels.size(); ++c) ++levels[c * 16 + level_of(pattern, c)];
  }
  Comparator comparator;
  std::vector<std::uint64_t> levels;
};

/// Compares `a` with every record that may follow it in a pair.
void add_all_of(const Records& records, RecordIndex a, Tally& tally) {
  if (records.is_link() && a >= records.split) return;
  for (RecordIndex b = records.is_link() ? records.split : a + 1; b < records.size; ++b)
    tally.add(a, b);
}

void add_random(const Records& records, SplitMix64& random, Tally& tally) {
  if (records.is_link()) {
    const RecordIndex a = draw_below(random, records.split);
    tally.add(a, records.split + draw_below(random, records.size - records.split));
    return;
  }
  const RecordIndex a = draw_below(random, records.size);
  const RecordIndex b = draw_below(random, records.size - 1);
  tally.add(a, b < a ? b : b + 1);
}

/// Returns the share of all pairs with values that have the same value.
double share_of_equal(const Field& field, const Records& records) {
  std::vector<double> first(field.distinct(), 0);
  std::vector<double> second(field.distinct(), 0);
  for (RecordIndex r = 0; r < records.size; ++r)
    ++(r < records.split ? first : second)[field.code(r)];
  double equal = 0;
  double all_first = 0;
  double all_second = 0;
  for (std::size_t code = 1; code < first.size(); ++code) {
    equal += records.is_link() ? first[code] * second[code] : second[code] * (second[code] - 1);
    all_first += first[code];
    all_second += second[code];
  }
  const double all = records.is_link() ? all_first * all_second : all_second * (all_second - 1);
  return all > 0 ? equal / all : 0;
}

void set_u(const std::uint64_t* counts, Comparison& comparison, double equal, bool sampled) {
  auto& levels = comparison.levels;
  // With every pair compared, the count itself is exact.
  const bool exact_first = sampled && levels.front().kind == LevelKind::exact;
  double rest = 0;
  for (std::size_t l = exact_first ? 1 : 0; l < levels.size(); ++l)
    rest += static_cast<double>(counts[l]);
  const double left = exact_first ? 1 - equal : 1;
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const double count = std::max(static_cast<double>(counts[l]), 0.5);
    levels[l].u = rest > 0 ? left * count / rest : 1.0 / static_cast<double>(levels.size());
  }
  if (exact_first && equal > 0) levels.front().u = equal;
}

}  // namespace

std::uint64_t estimate_u(const ComparedFields& fields, const RandomPairOptions& options,
                         std::vector<Comparison>& comparisons) {
  const Records& records = fields.records();
  const double all = records.pairs();
  if (all < 1) return 0;
  const bool sampled = all > static_cast<double>(options.pairs_max);
  std::vector<std::unique_ptr<Tally>> tallies(
      static_cast<std::size_t>(std::max(1, options.threads)));
  const auto tally_of = [&](std::size_t thread) -> Tally& {
    if (tallies[thread] == nullptr) tallies[thread] = std::make_unique<Tally>(fields);
    return *tallies[thread];
  };
  if (sampled) {
    for_each_block(
        options.threads, options.pairs_max, kBlockPairs,
        [&](std::size_t thread, std::size_t begin, std::size_t end) {
          SplitMix64 random(SplitMix64(options.seed ^ (begin * 0xD1B54A32D192ED03ULL)).next());
          for (std::size_t i = begin; i < end; ++i) add_random(records, random, tally_of(thread));
        });
  } else {
    for_each_block(options.threads, records.size, 1,
                   [&](std::size_t thread, std::size_t begin, std::size_t) {
                     add_all_of(records, static_cast<RecordIndex>(begin), tally_of(thread));
                   });
  }
  std::vector<std::uint64_t> levels(comparisons.size() * 16, 0);
  for (const auto& tally : tallies) {
    if (tally == nullptr) continue;
    for (std::size_t i = 0; i < levels.size(); ++i) levels[i] += tally->levels[i];
  }
  for (std::size_t c = 0; c < comparisons.size(); ++c)
    set_u(&levels[c * 16], comparisons[c], share_of_equal(*fields.facts()[c].field, records),
          sampled);
  return sampled ? options.pairs_max : static_cast<std::uint64_t>(all);
}

}  // namespace clewline::matching
