#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sequences/automaton.h"

namespace clewline::sequences {

/// The elements of one unit in their order: which tests each meets (a bit a test), and when it was.
struct Elements {
  std::span<const std::uint64_t> marks;
  std::span<const std::int64_t> times_us;
};

enum class Verdict : std::uint8_t {
  none,     // no match
  matched,  // at least one
  open,     // none yet, but a time limit after which something must not come is still running
};

/// A match: its first and last element.
struct Match {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  bool operator==(const Match&) const = default;
};

/// Runs an automaton over units, one after another. For every position the latest element that
/// reached it is enough to know: of two, the later one has the shorter gap to what follows and
/// fewer elements between. One matcher belongs to one thread; the automaton must outlive it.
class Matcher {
 public:
  /// `watched_until_us`: when the data end.
  Matcher(const Automaton& automaton, std::int64_t watched_until_us);

  /// Returns whether a unit has a match, in one pass.
  Verdict verdict(const Elements& elements);

  /// Appends the matches of a unit: from left to right, each begins at the first element at which
  /// one can begin and ends as soon as it can; none overlaps the one before.
  void find(const Elements& elements, std::vector<Match>& out);

 private:
  enum class Ending : std::uint8_t { no, yes, open };

  void reset();
  void judge_ends(const Elements& elements);
  bool reaches(const Elements& elements, std::uint32_t position, std::uint32_t element) const;
  bool leads_on(const Elements& elements, std::uint32_t position, std::uint32_t element) const;
  void mark_beginnings(const Elements& elements);
  std::uint32_t end_from(const Elements& elements, std::uint32_t first);
  void pass_barriers(std::uint64_t marks, std::uint32_t element);
  bool may_begin(std::uint32_t element) const {
    return automaton_.before_marks == 0 || beginning_[element] != 0;
  }
  Ending ending(std::uint32_t element) const {
    return automaton_.after_marks == 0 ? Ending::yes : ending_[element];
  }
  template <typename Reached, typename Accept>
  void step(std::uint64_t marks, std::uint32_t element, const Reached& reached,
            const Accept& accept);

  const Automaton& automaton_;
  std::int64_t watched_until_us_;
  std::vector<std::uint32_t> hit_;      // by position: the element that reached it; kNever
  std::vector<std::uint32_t> barrier_;  // by barrier: the last (backwards: the next) element
  std::vector<std::uint32_t> reached_;  // positions of the element at hand
  std::vector<std::uint8_t> beginning_;
  std::vector<Ending> ending_;
  std::vector<std::uint8_t> begins_;
};

}  // namespace clewline::sequences
