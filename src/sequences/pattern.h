#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clewline::sequences {

/// No limit of time.
inline constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

/// Tests of one pattern that can be told apart: one bit of an element's marks each.
inline constexpr std::size_t kTestsMax = 64;

/// What one step asks of an element, as written: a name ("*" in it stands for any letters, "." for
/// any name) and a condition on fields; either may be empty.
struct ElementTest {
  std::string name;
  std::string condition;
  bool operator==(const ElementTest&) const = default;
};

/// How one part of a pattern follows another.
struct Link {
  bool next = false;                  // the very next element; else any later one
  std::int64_t within_us = kNoLimit;  // from the last element of the one to the first of the other
  std::vector<std::uint32_t> without = {};  // tests that no element between the two may meet
};

/// A part of a pattern: one step, parts linked one after another, alternatives, or repeats.
struct PatternNode {
  enum class Kind : std::uint8_t { step, chain, choice, repeat };
  Kind kind = Kind::step;
  std::uint32_t test = 0;               // step
  std::vector<PatternNode> parts = {};  // chain, choice; repeat: the one repeated
  std::vector<Link> links = {};         // chain: between its parts; repeat: between turns
  std::uint32_t least = 1;              // repeat
  std::uint32_t most = 1;               // repeat; 0: any number
};

/// Elements that must not come before, or after, a match.
struct Absence {
  std::vector<std::uint32_t> tests;
  std::int64_t within_us = kNoLimit;
};

/// A pattern as docs/methods/sequences.md defines it.
struct Pattern {
  PatternNode root;
  std::vector<ElementTest> tests;
  std::optional<Absence> before;
  std::optional<Absence> after;
};

/// Reads `ivr.fault{2,} <24h> agent.connected[tier='gold'] -> !resolved`. Error: `usage`, with the
/// character.
Result<Pattern> parse_pattern(std::string_view text);

/// Reads one step, or several with `|`: the tests of which it meets one.
Result<std::vector<ElementTest>> parse_step(std::string_view text);

/// Reads "30s", "5min", "24h", "7d" as µs.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace clewline::sequences
