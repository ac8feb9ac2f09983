#include "engine/engagement_weights_file.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/config_edit.h"
#include "engine/duration_text.h"
#include "engine/workspace_config.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

std::string weights_block(const EngagementWeights& weights, const std::string& how) {
  const auto text = [](double value) { return render::number_text(std::round(value * 1e4) / 1e4); };
  std::string block = "  # Learned by `clewline learn engagement`: " + how + "\n  weights:\n";
  const std::pair<const char*, double> entries[] = {
      {"prior_log_odds", weights.prior_log_odds},   {"same_intent", weights.same_intent},
      {"other_intent", weights.other_intent},       {"unknown_intent", weights.unknown_intent},
      {"last_unresolved", weights.last_unresolved}, {"last_resolved", weights.last_resolved},
      {"same_object", weights.same_object},         {"other_object", weights.other_object},
      {"same_channel", weights.same_channel}};
  for (const auto& [name, value] : entries)
    block += "    " + std::string(name) + ": " + text(value) + "\n";
  block += "    gap_bins:\n";
  for (const auto& [edge, weight] : weights.gap_bins)
    block += "      " + duration_text(edge) + ": " + text(weight) + "\n";
  return block;
}

}  // namespace

Status write_engagement_weights(const std::string& workspace_folder,
                                const EngagementWeights& weights, const std::string& how) {
  const std::filesystem::path path =
      std::filesystem::path(workspace_folder) / "config" / "linking.yaml";
  std::ifstream in(path, std::ios::binary);
  std::stringstream former;
  former << in.rdbuf();
  CLEW_TRY(const std::string text, replace_config_block(former.str(), "engagement", "weights",
                                                        weights_block(weights, how)));
  const auto write = [&path](const std::string& content) {
    const std::filesystem::path unfinished = path.string() + ".unfinished";
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    out << content;
    out.close();
    std::error_code failed;
    if (out) std::filesystem::rename(unfinished, path, failed);
    return out && !failed;
  };
  if (!write(text))
    return Error{ErrorCode::io, "cannot write " + path.string(),
                 "Check that the folder is writable and the disk not full."};
  const auto read = load_workspace_config(workspace_folder);
  if (read.ok()) return {};
  write(former.str());
  return read.error();
}

}  // namespace clewline::engine
