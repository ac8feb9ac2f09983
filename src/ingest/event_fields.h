#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace clewline::ingest {

/// What an expression of a field must give.
enum class FieldType : std::uint8_t {
  text,
  key,  // text; placeholders and mangled keys become null with an issue
  time,
  whole,    // BIGINT
  decimal,  // DECIMAL(18,4)
  boolean,
  enumeration,  // text of a closed list
  text_list,    // JSON array, or comma-separated text
  json,         // JSON text
};

/// A field that `common` and emit rules may set. Names are those of the table `events`, and the
/// three of `consent_`.
struct EventField {
  std::string_view name;
  FieldType type;
  std::span<const std::string_view> values;  // of an enumeration
};

/// Returns all fields an expression may fill, in the order of their numbers.
std::span<const EventField> event_fields();

/// Finds a field's number; -1 when there is none.
int find_event_field(std::string_view name);

/// Returns the names of all fields, for hints.
std::vector<std::string_view> event_field_names();

}  // namespace clewline::ingest
