#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clewline::engine {

/// A setting to freeze: the keys that lead to it, and its value as it stands in the file.
struct ConfigChange {
  std::vector<std::string> path;
  std::string value;
};

/// Returns YAML text in which one setting has another value and everything else, comments
/// included, stays as it is; a setting that is not there is put in. Error: `bad_input` when the
/// text cannot be changed safely (an alias, a value over several lines): the hint says what to
/// write by hand.
Result<std::string> change_setting(const std::string& text, const ConfigChange& change);

/// Changes settings of one file below a workspace folder, all or none; the file is replaced in one
/// rename. Makes it when it is absent.
Status change_config_file(const std::string& workspace_folder, std::string_view name,
                          std::span<const ConfigChange> changes);

}  // namespace clewline::engine
