#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/id128.h"
#include "base/time.h"

namespace clewline::store {

/// A time as a parameter or a cell; written out so that it is not taken for a number.
struct TimeValue {
  TimeUs us = 0;
  auto operator<=>(const TimeValue&) const = default;
};

/// A statement's parameter: null, bool, BIGINT, DOUBLE, VARCHAR, TIMESTAMPTZ, UUID or VARCHAR[].
/// Text and lists are read while the statement starts; they need not live longer.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string_view, TimeValue,
                           Id128, std::span<const std::string>>;

/// One cell of an answer: null, bool, whole number, number, text, time or id. Decimals, dates and
/// whole numbers beyond 64 bits come as text; lists, structures and maps as JSON text.
using Cell =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, TimeValue, Id128>;

}  // namespace clewline::store
