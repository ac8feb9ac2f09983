#include "sequences/matcher.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace clewline::sequences {
namespace {

constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();

bool within(std::int64_t from_us, std::int64_t to_us, std::int64_t limit_us) {
  return limit_us == kNoLimit || to_us - from_us <= limit_us;
}

}  // namespace

Matcher::Matcher(const Automaton& automaton, std::int64_t watched_until_us)
    : automaton_(automaton),
      watched_until_us_(watched_until_us),
      hit_(automaton.positions.size(), kNever),
      barrier_(automaton.barriers.size(), kNever) {
  reached_.reserve(automaton.positions.size());
}

void Matcher::reset() {
  std::ranges::fill(hit_, kNever);
  std::ranges::fill(barrier_, kNever);
}

void Matcher::pass_barriers(std::uint64_t marks, std::uint32_t element) {
  for (std::size_t b = 0; b < barrier_.size(); ++b) {
    if ((automaton_.barriers[b] & marks) != 0) barrier_[b] = element;
  }
}

// Before which elements, and after which, nothing stands that must be absent.
void Matcher::judge_ends(const Elements& elements) {
  const std::size_t size = elements.marks.size();
  if (automaton_.before_marks != 0) {
    beginning_.assign(size, 1);
    std::uint32_t last = kNever;
    for (std::uint32_t i = 0; i < size; ++i) {
      beginning_[i] = last == kNever ||
                      !within(elements.times_us[last], elements.times_us[i], automaton_.before_us);
      if ((elements.marks[i] & automaton_.before_marks) != 0) last = i;
    }
  }
  if (automaton_.after_marks == 0) return;
  ending_.assign(size, Ending::yes);
  std::uint32_t next = kNever;
  for (auto i = static_cast<std::uint32_t>(size); i-- > 0;) {
    const std::int64_t at = elements.times_us[i];
    if (next != kNever && within(at, elements.times_us[next], automaton_.after_us))
      ending_[i] = Ending::no;
    else if (automaton_.after_us != kNoLimit && at > watched_until_us_ - automaton_.after_us)
      ending_[i] = Ending::open;
    if ((elements.marks[i] & automaton_.after_marks) != 0) next = i;
  }
}

bool Matcher::reaches(const Elements& elements, std::uint32_t position,
                      std::uint32_t element) const {
  for (std::uint32_t e = automaton_.in_begin[position]; e < automaton_.in_begin[position + 1];
       ++e) {
    const Edge& edge = automaton_.edges_in[e];
    const std::uint32_t from = hit_[edge.from];
    if (from == kNever || (edge.next && from + 1 != element)) continue;
    if (!within(elements.times_us[from], elements.times_us[element], edge.within_us)) continue;
    if (edge.barrier < 0) return true;
    const std::uint32_t barrier = barrier_[static_cast<std::size_t>(edge.barrier)];
    if (barrier == kNever || barrier <= from) return true;
  }
  return false;
}

bool Matcher::leads_on(const Elements& elements, std::uint32_t position,
                       std::uint32_t element) const {
  for (std::uint32_t e = automaton_.out_begin[position]; e < automaton_.out_begin[position + 1];
       ++e) {
    const Edge& edge = automaton_.edges_out[e];
    const std::uint32_t to = hit_[edge.to];
    if (to == kNever || (edge.next && element + 1 != to)) continue;
    if (!within(elements.times_us[element], elements.times_us[to], edge.within_us)) continue;
    if (edge.barrier < 0) return true;
    const std::uint32_t barrier = barrier_[static_cast<std::size_t>(edge.barrier)];
    if (barrier == kNever || barrier >= to) return true;
  }
  return false;
}

// Positions are judged by what held before the element, so all are judged first, then noted.
template <typename Reached, typename Accept>
void Matcher::step(std::uint64_t marks, std::uint32_t element, const Reached& reached,
                   const Accept& accept) {
  reached_.clear();
  for (std::uint64_t left = marks & automaton_.step_marks; left != 0; left &= left - 1) {
    const auto test = static_cast<std::size_t>(std::countr_zero(left));
    for (std::uint32_t k = automaton_.test_begin[test]; k < automaton_.test_begin[test + 1]; ++k) {
      const std::uint32_t position = automaton_.by_test[k];
      if (reached(position)) reached_.push_back(position);
    }
  }
  if (!barrier_.empty()) pass_barriers(marks, element);
  for (const std::uint32_t position : reached_) {
    hit_[position] = element;
    accept(position);
  }
}

Verdict Matcher::verdict(const Elements& elements) {
  reset();
  judge_ends(elements);
  Verdict verdict = Verdict::none;
  for (std::uint32_t i = 0; i < elements.marks.size(); ++i) {
    const std::uint64_t marks = elements.marks[i];
    if ((marks & automaton_.relevant_marks) == 0) continue;
    step(
        marks, i,
        [&](std::uint32_t position) {
          return (automaton_.positions[position].first && may_begin(i)) ||
                 reaches(elements, position, i);
        },
        [&](std::uint32_t position) {
          if (!automaton_.positions[position].last) return;
          const Ending ending = this->ending(i);
          if (ending == Ending::yes) verdict = Verdict::matched;
          if (ending == Ending::open && verdict == Verdict::none) verdict = Verdict::open;
        });
    if (verdict == Verdict::matched) return verdict;
  }
  return verdict;
}

// Backwards: at which elements a match can begin.
void Matcher::mark_beginnings(const Elements& elements) {
  reset();
  begins_.assign(elements.marks.size(), 0);
  for (auto i = static_cast<std::uint32_t>(elements.marks.size()); i-- > 0;) {
    const std::uint64_t marks = elements.marks[i];
    if ((marks & automaton_.relevant_marks) == 0) continue;
    step(
        marks, i,
        [&](std::uint32_t position) {
          return (automaton_.positions[position].last && ending(i) == Ending::yes) ||
                 leads_on(elements, position, i);
        },
        [&](std::uint32_t position) {
          if (automaton_.positions[position].first && may_begin(i)) begins_[i] = 1;
        });
  }
}

// The first element at which a match from `first` can end; there is one.
std::uint32_t Matcher::end_from(const Elements& elements, std::uint32_t first) {
  reset();
  std::uint32_t end = kNever;
  for (std::uint32_t i = first; i < elements.marks.size() && end == kNever; ++i) {
    const std::uint64_t marks = elements.marks[i];
    if ((marks & automaton_.relevant_marks) == 0) continue;
    step(
        marks, i,
        [&](std::uint32_t position) {
          return i == first ? automaton_.positions[position].first : reaches(elements, position, i);
        },
        [&](std::uint32_t position) {
          if (automaton_.positions[position].last && ending(i) == Ending::yes) end = i;
        });
  }
  CLEW_ASSERT(end != kNever);
  return end;
}

void Matcher::find(const Elements& elements, std::vector<Match>& out) {
  judge_ends(elements);
  mark_beginnings(elements);
  for (std::uint32_t i = 0; i < elements.marks.size(); ++i) {
    if (begins_[i] == 0) continue;
    const std::uint32_t last = end_from(elements, i);
    out.push_back({i, last});
    i = last;
  }
}

}  // namespace clewline::sequences
