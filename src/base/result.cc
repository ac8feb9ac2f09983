#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace clewline {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
  std::abort();
}

std::string_view error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage: return "usage";
    case ErrorCode::bad_input: return "bad_input";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::not_allowed: return "not_allowed";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::busy: return "busy";
    case ErrorCode::limit: return "limit";
    case ErrorCode::io: return "io";
    case ErrorCode::interrupted: return "interrupted";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage: return 2;
    case ErrorCode::not_found:
    case ErrorCode::not_allowed:
    case ErrorCode::conflict:
    case ErrorCode::busy: return 3;
    case ErrorCode::interrupted: return 130;
    case ErrorCode::internal: return 4;
    default: return 1;
  }
}

std::string describe(const Error& error) {
  if (error.hint.empty()) return error.message;
  return error.message + "\n" + error.hint;
}

}  // namespace clewline
