#include "ingest/spelling.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace clewline::ingest {
namespace {

constexpr std::size_t kWordMax = 64;
constexpr std::size_t kListedMax = 30;

/// Edit distance with neighbouring letters exchanged as one step (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::string spelling_hint(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view cut = word.substr(0, kWordMax);
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(2, cut.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t steps = distance(cut, candidate.substr(0, kWordMax));
    if (steps < best_distance) {
      best_distance = steps;
      best = candidate;
    }
  }
  if (!best.empty()) return "Did you mean \"" + std::string(best) + "\"?";
  std::string text = "Known are: ";
  for (std::size_t i = 0; i < known.size() && i < kListedMax; ++i) {
    if (i > 0) text += ", ";
    text += known[i];
  }
  return text + (known.size() > kListedMax ? " …" : ".");
}

}  // namespace clewline::ingest
