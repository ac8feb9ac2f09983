#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/tiers_config.h"
#include "model/insight_config.h"
#include "model/linking_config.h"

namespace clewline::engine {

/// The frozen model of look-alike profiles in a workspace's folder; absent: `link` matches none.
inline constexpr const char* kDedupeModelFile = "config/dedupe_model.yaml";

/// Everything that a workspace's files decide: `workspace.yaml` and
/// `config/{kinds,linking,intents,counting}.yaml`. A setting that a file leaves out has the default
/// of its struct.
struct WorkspaceConfig {
  std::string zone = "UTC";  // IANA name; also in linking.zone
  std::string region;        // ISO 3166 alpha-2, default region of phone numbers; empty: none
  LinkingConfig linking;
  IntentDictionary intents;
  CountingConfig counting;
  InsightConfig insights;  // also of counting.yaml
  TiersConfig tiers;       // in counting.yaml
  /// SHA-256 over names and bytes of all files; the same as linking.hash.
  std::string hash;
};

/// One setting as it holds, for `config show --origin`.
struct SettingRow {
  std::string name;    // dotted path, e.g. "linking.chain_gap"
  std::string value;   // as it would be written in the file
  std::string origin;  // "default", or "config/linking.yaml:12"
};

/// A fault in a configuration file.
struct ConfigFault {
  std::string file;  // relative to the workspace
  int line = 0;      // from 1; 0: the file as a whole
  int column = 0;
  std::string message;
  std::string hint;
};

/// What reading the files gave: faults (then `config` must not be used), and every setting with its
/// origin.
struct ConfigReading {
  WorkspaceConfig config;
  std::vector<ConfigFault> faults;
  std::vector<SettingRow> settings;
};

/// Reads all configuration files below a workspace folder. Unknown keys, wrong types, unknown names
/// and values out of range are faults; a missing file under config/ means defaults, a missing
/// workspace.yaml is a fault.
ConfigReading read_workspace_config(const std::string& workspace_folder);

/// As above, for callers that cannot go on with a fault: the first one becomes the error, the
/// number of others told.
Result<WorkspaceConfig> load_workspace_config(const std::string& workspace_folder);

/// Writes the commented starter files of a new workspace: each setting explained, at its default.
Status write_starter_config(const std::string& workspace_folder, std::string_view zone,
                            std::string_view region);

}  // namespace clewline::engine
