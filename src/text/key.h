#pragma once

#include <string>
#include <string_view>

#include "text/issue.h"

namespace clewline::text {

struct KeyValue {
  std::string value;
  Issue issue = Issue::none;
};

/// Tells whether a key stands for "no value": empty, `#N/B`, `#N/A`, `null`, `none`, `N/A`, `-`,
/// `unknown`, `NaN`, `undefined`, spreadsheet errors, only zeros (a zero UUID included).
bool is_placeholder_key(std::string_view key);

/// Tells whether a spreadsheet turned a long key into scientific notation ("3.27E+11"): digits are
/// lost.
bool is_mangled_key(std::string_view key);

/// Normalises a key of a session, case, account or customer: trims white space and control
/// characters; placeholders and mangled keys become empty with their issue.
KeyValue normalise_key(std::string_view raw);

}  // namespace clewline::text
