#pragma once

#include <cstdint>
#include <string_view>

#include "text/issue.h"

namespace clewline::ingest {

/// Issues that expressions find, beside those of text/issue.h, as bits of one number.
enum class RowIssue : std::uint8_t {
  unknown_enum = 40,        // a native value that a map or closed list does not have
  boolean_malformed = 41,   // neither true nor false
  duration_malformed = 42,  // not a length of time
  unknown_event_type = 43,  // an expression gave a name that is not in the list
  time_missing = 44,        // occurred_at was absent; taken from the record's other times
  end_before_start = 45,    // ended_at is earlier than occurred_at
  json_malformed = 46,      // a list of identifiers, links or attributes that is not JSON
  blocked = 47,             // an identifier on a block list
};

inline constexpr std::uint64_t issue_bit(RowIssue issue) {
  return 1ULL << static_cast<unsigned>(issue);
}
inline constexpr std::uint64_t issue_bit(text::Issue issue) {
  return issue == text::Issue::none ? 0 : 1ULL << static_cast<unsigned>(issue);
}

/// Returns the name of a bit's issue as stored in `issues`; empty for a bit that is none.
std::string_view row_issue_name(unsigned bit);

}  // namespace clewline::ingest
