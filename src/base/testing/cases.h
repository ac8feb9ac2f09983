#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace clewline::testing {

/// Whether only a part of the long tests is wanted: `./dev check` sets CLEWLINE_QUICK, `./dev test`
/// does not.
inline bool is_quick() { return std::getenv("CLEWLINE_QUICK") != nullptr; }

/// How many of `all` random cases a long property tries: all, or one in four when in haste.
inline std::int64_t cases(std::int64_t all) {
  return is_quick() ? std::max<std::int64_t>(1, all / 4) : all;
}

}  // namespace clewline::testing
