#pragma once

#include <string>
#include <vector>

namespace clewline::engine {

/// Returns the name with its value hidden, `phone:***`, where it is an identifier; other names
/// (sessions, records, ids) as they are.
std::string masked_name(const std::string& name);

/// Returns the text with the values of identifiers (`kind:value`) hidden: those named, which may
/// hold spaces, and any other up to the next space.
std::string masked_names(std::string text, std::vector<std::string> names);

}  // namespace clewline::engine
