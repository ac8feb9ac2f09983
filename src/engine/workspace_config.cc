#include "engine/workspace_config.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/sha256.h"
#include "engine/config_reader_internal.h"

namespace clewline::engine {
namespace {

struct FileReader {
  const char* name;
  void (*read)(MapReader&, ConfigReading&);
  const char* prefix;  // of setting names
  bool required;
};

constexpr FileReader kFiles[] = {
    {"workspace.yaml", read_workspace_yaml, "", true},
    {"config/kinds.yaml", read_kinds_yaml, "", false},
    {"config/linking.yaml", read_linking_yaml, "linking", false},
    {"config/intents.yaml", read_intents_yaml, "", false},
    {"config/counting.yaml", read_counting_yaml, "counting", false},
};

std::optional<std::string> file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void read_file(const FileReader& reader, const std::string& folder, ConfigReading& reading,
               Sha256& hash) {
  ConfigFile file(reader.name, reading);
  const auto text = file_text(std::filesystem::path(folder) / reader.name);
  if (!text && reader.required) {
    file.fault(YAML::Mark::null_mark(), std::string(reader.name) + " is missing",
               "`" + folder + "` is not a workspace; make one with `clewline init " + folder + "`");
    return;
  }
  hash.update_length_prefixed(reader.name);
  hash.update_length_prefixed(text.value_or(""));
  const std::size_t faults = reading.faults.size();
  const YAML::Node root = file.parse(text.value_or(""));
  if (reading.faults.size() > faults) return;
  MapReader map(file, root, reader.prefix);
  reader.read(map, reading);
}

}  // namespace

ConfigReading read_workspace_config(const std::string& workspace_folder) {
  ConfigReading reading;
  Sha256 hash;
  for (const FileReader& reader : kFiles) {
    try {
      read_file(reader, workspace_folder, reading, hash);
    } catch (const YAML::Exception& error) {
      ConfigFile(reader.name, reading).fault(error.mark, error.msg, "check this line");
    }
  }
  // A model of look-alike profiles decides links too; it is read where it is used.
  if (const auto model = file_text(std::filesystem::path(workspace_folder) / kDedupeModelFile)) {
    hash.update_length_prefixed(kDedupeModelFile);
    hash.update_length_prefixed(*model);
  }
  reading.config.hash = hash.finish().to_hex();
  reading.config.linking.hash = reading.config.hash;
  return reading;
}

Result<WorkspaceConfig> load_workspace_config(const std::string& workspace_folder) {
  ConfigReading reading = read_workspace_config(workspace_folder);
  if (reading.faults.empty()) return std::move(reading.config);
  const ConfigFault& first = reading.faults.front();
  std::string message;
  if (first.line > 0)
    message =
        first.file + ":" + std::to_string(first.line) + ":" + std::to_string(first.column) + ": ";
  message += first.message;
  std::string hint = first.hint;
  if (reading.faults.size() > 1) {
    hint += "; " + std::to_string(reading.faults.size() - 1) +
            " more: see `clewline config validate -w " + workspace_folder + "`";
  }
  return Error{ErrorCode::bad_input, std::move(message), std::move(hint)};
}

}  // namespace clewline::engine
