#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"

namespace clewline {

/// The number of an identifier kind: its row in `identifier_kinds()`.
using IdentifierKind = std::uint8_t;

/// Whether a kind names a customer, may be shared or reassigned, or never links.
enum class KindClass : std::uint8_t { anchor, shareable, never };

/// The rules of one kind (LINKING.md §1); `kinds.yaml` of a workspace may change the numbers.
struct IdentifierKindRow {
  std::string_view name;
  KindClass kind_class;
  bool exclusive;           // two different values never belong to one customer
  std::uint8_t priority;    // smaller wins
  std::int64_t ttl_us;      // how far a sighting reaches; 0 for anchors
  std::uint32_t hub_guard;  // more distinct anchors than this make a value a hub; 0: no guard
};

inline constexpr int kIdentifierKindCount = 12;

/// Returns the default table; index = IdentifierKind.
std::span<const IdentifierKindRow, kIdentifierKindCount> identifier_kinds();

/// Finds a kind by name; null when it is not in the list.
std::optional<IdentifierKind> find_identifier_kind(std::string_view name);

}  // namespace clewline
