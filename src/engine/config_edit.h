#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace clewline::engine {

/// Puts another block in the place of `section: / key:` of a YAML text, which may lack the key or
/// the section; everything else, comments included, stays as it is. `block` holds the lines of the
/// key and what is below it, indented by two blanks, line ends included. Error: `bad_input` when
/// the section is written in braces on one line, which cannot be edited line by line.
Result<std::string> replace_config_block(std::string_view text, std::string_view section,
                                         std::string_view key, std::string_view block);

}  // namespace clewline::engine
