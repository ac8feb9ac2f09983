#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "sequences/pattern.h"

namespace clewline::sequences {

/// What a pattern may need at most; above it is refused, so that a scan's cost is known.
inline constexpr std::size_t kPositionsMax = 256;
inline constexpr std::size_t kEdgesMax = 8192;

/// A way from one position to another.
struct Edge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::int64_t within_us = kNoLimit;
  std::int32_t barrier = -1;  // of Automaton::barriers; −1: none
  bool next = false;
};

/// A step of the pattern, counted out: `a{2}` has two.
struct Position {
  std::uint32_t test = 0;
  bool first = false;  // a match may begin here
  bool last = false;   // and end
};

/// The position automaton of a pattern (Glushkov 1961), with clocks and barriers on its edges.
struct Automaton {
  std::vector<Position> positions;
  std::vector<Edge> edges_in;            // by `to`
  std::vector<std::uint32_t> in_begin;   // positions + 1 places in edges_in
  std::vector<Edge> edges_out;           // by `from`
  std::vector<std::uint32_t> out_begin;  // positions + 1 places in edges_out
  /// The positions that ask a test: `by_test[test_begin[t]]` …
  std::vector<std::uint32_t> by_test;
  std::vector<std::uint32_t> test_begin;
  std::vector<std::uint64_t> barriers;  // marks of which none may stand between two steps
  std::uint64_t step_marks = 0;         // of all positions
  std::uint64_t relevant_marks = 0;     // of these, barriers and absences
  std::uint64_t before_marks = 0;       // none of these before the match …
  std::int64_t before_us = kNoLimit;    // … by this much or less
  std::uint64_t after_marks = 0;
  std::int64_t after_us = kNoLimit;
  /// Whether elements that meet no test matter: the very next element is asked for.
  bool needs_every_element = false;
};

/// Compiles a pattern. Errors: `limit` for one that would need more than `kPositionsMax` steps or
/// `kEdgesMax` ways between them; `usage` for one that fits nothing at all.
Result<Automaton> compile(const Pattern& pattern);

}  // namespace clewline::sequences
