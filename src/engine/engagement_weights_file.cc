#include "engine/engagement_weights_file.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "engine/config_edit.h"
#include "engine/duration_text.h"
#include "engine/workspace_config.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

constexpr double kDigits = 1e4;

double rounded(double weight) { return std::round(weight * kDigits) / kDigits; }

std::vector<ConfigChange> changes_of(const EngagementWeights& weights) {
  std::vector<ConfigChange> changes;
  for (const auto& [name, weight] : kNamedWeights)
    changes.push_back({{"engagement", "weights", std::string(name)},
                       render::number_text(rounded(weights.*weight))});
  for (const auto& [edge, weight] : weights.gap_bins)
    changes.push_back({{"engagement", "weights", "gap_bins", duration_text(edge)},
                       render::number_text(rounded(weight))});
  return changes;
}

bool says(const EngagementWeights& read, const EngagementWeights& wanted) {
  if (read.gap_bins.size() != wanted.gap_bins.size()) return false;
  for (std::size_t bin = 0; bin < read.gap_bins.size(); ++bin) {
    if (read.gap_bins[bin].first != wanted.gap_bins[bin].first ||
        read.gap_bins[bin].second != rounded(wanted.gap_bins[bin].second))
      return false;
  }
  return std::ranges::all_of(kNamedWeights, [&](const NamedWeight& named) {
    return read.*named.weight == rounded(wanted.*named.weight);
  });
}

}  // namespace

Status write_engagement_weights(const std::string& workspace_folder,
                                const EngagementWeights& weights) {
  const std::filesystem::path path =
      std::filesystem::path(workspace_folder) / "config" / "linking.yaml";
  std::stringstream former;
  former << std::ifstream(path, std::ios::binary).rdbuf();
  CLEW_TRY_VOID(change_config_file(workspace_folder, "config/linking.yaml", changes_of(weights)));
  const auto read = load_workspace_config(workspace_folder);
  if (read.ok() && says(read->linking.weights, weights)) return {};
  std::ofstream(path, std::ios::binary | std::ios::trunc) << former.str();
  return Error{ErrorCode::bad_input,
               "the weights in " + path.string() + " stand in a form that cannot be changed safely",
               "Write the times of gap_bins as `clewline init` does, e.g. `2 h`, `14 d`."};
}

}  // namespace clewline::engine
