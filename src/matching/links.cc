#include "matching/links.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <tuple>

#include "base/parallel.h"
#include "matching/expectation_maximization.h"

namespace clewline::matching {
namespace {

constexpr std::size_t kUnitsAtOnce = 64;

struct Finder {
  explicit Finder(const ComparedFields& fields) : comparator(fields) {}
  Comparator comparator;
  std::vector<Link> links;
  WeightHistogram weights;
  std::uint64_t pairs = 0;
};

bool comes_before(const Link& x, const Link& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); }

}  // namespace

void WeightHistogram::add(double weight) {
  const double place = (weight - kLeast) / kStep;
  ++counts_[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(kBins - 1)))];
}

void WeightHistogram::add(const WeightHistogram& other) {
  for (std::size_t bin = 0; bin < kBins; ++bin) counts_[bin] += other.counts_[bin];
}

Result<FoundLinks> find_links(const Blocking& blocking, const ComparedFields& fields,
                              const Model& model, const LinkOptions& options) {
  const PatternWeights weights(model);
  std::vector<std::unique_ptr<Finder>> finders(
      static_cast<std::size_t>(std::max(1, options.threads)));
  std::atomic<std::uint64_t> kept{0};
  for_each_block(options.threads, blocking.units().size(), kUnitsAtOnce,
                 [&](std::size_t thread, std::size_t begin, std::size_t end) {
                   if (finders[thread] == nullptr)
                     finders[thread] = std::make_unique<Finder>(fields);
                   Finder& finder = *finders[thread];
                   const std::size_t before = finder.links.size();
                   if (kept > options.links_max) return;
                   for (std::size_t u = begin; u < end; ++u) {
                     blocking.visit(blocking.units()[u], [&](RecordIndex a, RecordIndex b) {
                       const Pattern pattern = finder.comparator.compare(a, b);
                       const double weight =
                           weights.weight(pattern, finder.comparator.terms(pattern, a, b));
                       ++finder.pairs;
                       finder.weights.add(weight);
                       if (weight >= options.weight_min)
                         finder.links.push_back({a, b, weight, pattern});
                     });
                   }
                   kept += finder.links.size() - before;
                 });
  if (kept > options.links_max)
    return Error{ErrorCode::limit, "too many pairs reach the threshold",
                 "Raise --threshold, or block on more columns."};
  FoundLinks out;
  for (const auto& finder : finders) {
    if (finder == nullptr) continue;
    out.links.insert(out.links.end(), finder->links.begin(), finder->links.end());
    out.weights.add(finder->weights);
    out.pairs += finder->pairs;
  }
  std::sort(out.links.begin(), out.links.end(), comes_before);
  return out;
}

std::vector<WeightPart> waterfall(const Model& model, const ComparedFields& fields,
                                  const Link& link) {
  const Comparator comparator(fields);
  std::vector<WeightPart> out;
  for (std::size_t c = 0; c < model.comparisons.size(); ++c) {
    const std::size_t level = level_of(link.pattern, c);
    if (level == kAbsent) {
      out.push_back({});
      continue;
    }
    const Comparison& comparison = model.comparisons[c];
    const Level& found = comparison.levels[level];
    WeightPart part{level, level_weight(found), 0};
    if (found.term_weight > 0)
      part.term_weight = found.term_weight * std::log2(exact_u(comparison)) -
                         comparator.term(c, level, link.a, link.b);
    out.push_back(part);
  }
  return out;
}

std::vector<double> self_weights(const Model& model, const ComparedFields& fields) {
  const PatternWeights weights(model);
  Comparator comparator(fields);
  std::vector<double> out;
  out.reserve(fields.records().size);
  for (RecordIndex r = 0; r < fields.records().size; ++r) {
    const Pattern pattern = comparator.compare(r, r);
    out.push_back(weights.weight(pattern, comparator.terms(pattern, r, r)));
  }
  return out;
}

}  // namespace clewline::matching
