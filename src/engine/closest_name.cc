#include "engine/closest_name.h"

#include <algorithm>

#include "text/ascii.h"

namespace clewline::engine {
namespace {

constexpr std::size_t kEditsMax = 2;

// Optimal string alignment distance over bytes.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string closest_name(std::string_view typed, std::span<const std::string> names) {
  constexpr std::size_t kLengthMax = 64;
  if (typed.empty() || typed.size() > kLengthMax) return {};
  std::string best;
  std::size_t least = kEditsMax + 1;
  for (const std::string& name : names) {
    if (name.size() > kLengthMax) continue;
    const std::size_t distance = edit_distance(text::lower_ascii(typed), text::lower_ascii(name));
    if (distance < least && distance * 2 < std::max(typed.size(), name.size())) {
      least = distance;
      best = name;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string> names,
                         std::string_view otherwise) {
  const std::string near = closest_name(typed, names);
  return near.empty() ? std::string(otherwise) : "did you mean `" + near + "`?";
}

}  // namespace clewline::engine
