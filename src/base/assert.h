#pragma once

namespace clewline {

/// Prints the failed condition with its place and aborts. Only for our own bugs.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace clewline

/// Checks an invariant of ours; stays on in release builds.
#define CLEW_ASSERT(condition)                         \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::clewline::assertion_failed(#condition, __FILE__, __LINE__))
