#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace clewline {

/// Names whose fault an error is and what kind of answer it deserves. Each code maps once to an
/// exit code (`exit_code`) and, in the server, to an HTTP status.
enum class ErrorCode : std::uint8_t {
  usage,        // the caller's command, option or parameter is wrong
  bad_input,    // a file, record or mapping the user gave is wrong
  not_found,    // a named thing does not exist
  not_allowed,  // exists, but this caller may not do it
  conflict,     // contradicts what is stored
  busy,         // another process or transaction holds what is needed
  limit,        // a stated limit (memory, time, size) was reached
  io,           // the operating system or a disk said no
  interrupted,  // the user stopped it
  internal,     // our own fault
};

/// A failure: the code, one sentence that says what happened (runtime values last), and one that
/// says what to do next (may be empty only for `internal`).
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string hint;
};

/// Returns the lower-case name of a code, e.g. "bad_input".
std::string_view error_code_name(ErrorCode code);

/// Returns the process exit code of the command contract: 2 usage, 3 not found or not allowed (as
/// matters stand: conflict, busy), 130 interrupted, 1 for bad input and what the machine refused, 4
/// for ours.
int exit_code(ErrorCode code);

/// Formats an error for a person: message, then the hint on its own line.
std::string describe(const Error& error);

/// Holds a value or an Error. `[[nodiscard]]`: outcomes are looked at.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    CLEW_ASSERT(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    CLEW_ASSERT(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    CLEW_ASSERT(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    CLEW_ASSERT(!ok());
    return std::get<1>(state_);
  }
  Error&& error() && {
    CLEW_ASSERT(!ok());
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  void value() const { CLEW_ASSERT(ok()); }

  const Error& error() const& {
    CLEW_ASSERT(!ok());
    return *error_;
  }
  Error&& error() && {
    CLEW_ASSERT(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace clewline

#define CLEW_CONCAT_INNER(a, b) a##b
#define CLEW_CONCAT(a, b) CLEW_CONCAT_INNER(a, b)

/// Evaluates an expression of type Result<T>; returns its error from the enclosing function,
/// otherwise binds the value: `CLEW_TRY(auto file, open(path));`
#define CLEW_TRY(declaration, ...) \
  CLEW_TRY_NAMED(CLEW_CONCAT(clew_try_, __LINE__), declaration, __VA_ARGS__)
#define CLEW_TRY_NAMED(name, declaration, ...)    \
  auto name = (__VA_ARGS__);                      \
  if (!name.ok()) return std::move(name).error(); \
  declaration = std::move(name).value()

/// Evaluates an expression of type Status; returns its error from the enclosing function.
#define CLEW_TRY_VOID(...)                                        \
  do {                                                            \
    auto clew_status = (__VA_ARGS__);                             \
    if (!clew_status.ok()) return std::move(clew_status).error(); \
  } while (false)
