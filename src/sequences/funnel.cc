#include "sequences/funnel.h"

#include <algorithm>
#include <limits>

#include "base/assert.h"

namespace clewline::sequences {

Funnel::Funnel(FunnelRules rules)
    : rules_(std::move(rules)), chains_(rules_.stages.size()), settled_(rules_.stages.size()) {
  CLEW_ASSERT(!rules_.stages.empty() && rules_.stages.size() <= kStagesMax);
}

FunnelDepth Funnel::depth(const Elements& elements) {
  FunnelDepth out = rules_.any_order ? in_any_order(elements) : in_order(elements);
  if (out.level > 0) count_entries(elements, out);
  return out;
}

void Funnel::settle() { settled_ = chains_; }

void Funnel::forget() {
  std::ranges::fill(chains_, Chain());
  std::ranges::fill(settled_, Chain());
}

// Of two chains at one stage the one that began later has more of its window left, so that one is
// enough. What a step may continue: with strict_increase chains of earlier times, with strict_once
// those of earlier steps, else all, its own stages included.
FunnelDepth Funnel::in_order(const Elements& elements) {
  forget();
  FunnelDepth best;
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (std::size_t i = 0; i < elements.marks.size(); ++i) {
    const std::int64_t at = elements.times_us[i];
    if (rules_.strict_increase ? at != last : rules_.strict_once) settle();
    last = at;
    if (take(elements.marks[i], at, best) == Next::stop) break;
  }
  return best;
}

Funnel::Next Funnel::take(std::uint64_t marks, std::int64_t at, FunnelDepth& best) {
  if ((marks & rules_.excluded) != 0) {
    forget();
    return Next::go_on;
  }
  bool is_stage = false;
  for (std::size_t stage = 0; stage < rules_.stages.size(); ++stage) {
    if ((marks & rules_.stages[stage]) == 0) continue;
    is_stage = true;
    if (take_stage(stage, at, best) == Next::stop) return Next::stop;
  }
  return !is_stage && rules_.strict_order && chains_[0].is_there ? Next::stop : Next::go_on;
}

Funnel::Next Funnel::take_stage(std::size_t stage, std::int64_t at, FunnelDepth& best) {
  const auto reach = [&](std::int64_t begun) {
    chains_[stage] = {begun, true};
    if (stage + 1 <= best.level) return;
    best.level = static_cast<std::uint32_t>(stage + 1);
    best.begun_us = begun;
    best.reached_us = at;
  };
  if (stage == 0) {
    const bool under_way = chains_.size() > 1 && chains_[1].is_there;
    if (rules_.strict_order && under_way) return rules_.allow_reentry ? Next::go_on : Next::stop;
    reach(at);
  } else if (rules_.strict_deduplication && chains_[stage].is_there) {
    return Next::stop;
  } else {
    const bool separate = rules_.strict_increase || rules_.strict_once;
    const Chain& before = separate ? settled_[stage - 1] : chains_[stage - 1];
    if (!chains_[stage - 1].is_there && rules_.strict_order && chains_[0].is_there)
      return Next::stop;
    if (before.is_there && at - before.begun_us <= rules_.window_us) reach(before.begun_us);
  }
  return best.level == rules_.stages.size() ? Next::stop : Next::go_on;
}

// The window that ends at each step and holds most different stages.
FunnelDepth Funnel::in_any_order(const Elements& elements) {
  FunnelDepth best;
  std::vector<std::uint32_t> inside(rules_.stages.size(), 0);
  std::uint32_t different = 0;
  std::size_t from = 0;
  const auto count = [&](std::size_t element, bool comes) {
    for (std::size_t stage = 0; stage < rules_.stages.size(); ++stage) {
      if ((elements.marks[element] & rules_.stages[stage]) == 0) continue;
      if (comes && inside[stage]++ == 0) ++different;
      if (!comes && --inside[stage] == 0) --different;
    }
  };
  for (std::size_t i = 0; i < elements.marks.size(); ++i) {
    const std::int64_t at = elements.times_us[i];
    if ((elements.marks[i] & rules_.excluded) != 0) {
      for (; from < i; ++from) count(from, false);
      from = i + 1;
      continue;
    }
    count(i, true);
    for (; at - elements.times_us[from] > rules_.window_us; ++from) count(from, false);
    if (different <= best.level) continue;
    const auto is_stage = [&](std::size_t element) {
      return std::ranges::any_of(rules_.stages, [&](std::uint64_t stage) {
        return (elements.marks[element] & stage) != 0;
      });
    };
    std::size_t begun = from;
    while (!is_stage(begun)) ++begun;
    best.level = different;
    best.begun_us = elements.times_us[begun];
    best.reached_us = at;
  }
  return best;
}

// How often a unit began: at a first stage (in any order: at any) with no chain under way.
void Funnel::count_entries(const Elements& elements, FunnelDepth& depth) const {
  std::uint64_t beginnings = rules_.stages[0];
  if (rules_.any_order) {
    for (const std::uint64_t stage : rules_.stages) beginnings |= stage;
  }
  std::int64_t until = std::numeric_limits<std::int64_t>::min();
  std::size_t next = 0;
  std::int64_t begun = 0;
  for (std::size_t i = 0; i < elements.marks.size(); ++i) {
    const std::int64_t at = elements.times_us[i];
    const std::uint64_t marks = elements.marks[i];
    const bool under_way = next > 0 && at <= until;
    if (under_way && (marks & rules_.excluded) != 0) next = 0;
    if (under_way && next < rules_.stages.size() && (marks & rules_.stages[next]) != 0 &&
        !rules_.any_order && ++next == rules_.stages.size()) {
      next = 0;
      continue;
    }
    if ((next > 0 && at <= until) || (marks & beginnings) == 0) continue;
    ++depth.entries;
    begun = at;
    until = begun + rules_.window_us;
    next = 1;
  }
}

}  // namespace clewline::sequences
