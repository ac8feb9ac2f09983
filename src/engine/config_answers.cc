#include "engine/config_answers.h"

#include "engine/workspace.h"

namespace clewline::engine {
namespace {

Status require_workspace(const std::string& folder) {
  const auto file = database_file(folder);
  return file.ok() ? Status() : Status(file.error());
}

}  // namespace

Result<render::ResultTable> validate_config(const std::string& workspace_folder) {
  CLEW_TRY_VOID(require_workspace(workspace_folder));
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"file"},
                   {"line", ColumnKind::integer},
                   {"column", ColumnKind::integer},
                   {"message"},
                   {"hint"}};
  for (const ConfigFault& fault : read_workspace_config(workspace_folder).faults) {
    table.rows.push_back({fault.file, std::int64_t{fault.line}, std::int64_t{fault.column},
                          fault.message, fault.hint});
  }
  return table;
}

Result<render::ResultTable> show_config(const std::string& workspace_folder, bool with_origin) {
  CLEW_TRY_VOID(require_workspace(workspace_folder));
  const ConfigReading reading = read_workspace_config(workspace_folder);
  render::ResultTable table;
  table.columns = {{"setting"}, {"value"}};
  if (with_origin) table.columns.push_back({"origin"});
  for (const SettingRow& row : reading.settings) {
    table.rows.push_back({row.name, row.value});
    if (with_origin) table.rows.back().emplace_back(row.origin);
  }
  table.notes.push_back("configuration " + reading.config.hash.substr(0, 12));
  if (!reading.faults.empty())
    table.notes.push_back(std::to_string(reading.faults.size()) +
                          " faults: see `clewline config validate -w " + workspace_folder + "`");
  return table;
}

}  // namespace clewline::engine
