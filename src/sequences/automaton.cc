#include "sequences/automaton.h"

#include <algorithm>
#include <string>

namespace clewline::sequences {
namespace {

/// A piece of the automaton under construction.
struct Fragment {
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> last;
  bool may_be_empty = false;
};

std::uint64_t marks_of(std::span<const std::uint32_t> tests) {
  std::uint64_t marks = 0;
  for (const std::uint32_t test : tests) marks |= std::uint64_t{1} << test;
  return marks;
}

void add_all(std::vector<std::uint32_t>& to, std::span<const std::uint32_t> from) {
  to.insert(to.end(), from.begin(), from.end());
}

Error too_large() {
  return {ErrorCode::limit,
          "this pattern would explode: counted out it needs more than " +
              std::to_string(kPositionsMax) + " steps or " + std::to_string(kEdgesMax) +
              " ways between them",
          "lower the numbers in {m,n}, or write {m,} for `at least m`"};
}

/// Builds positions and edges from a pattern's tree.
class Builder {
 public:
  explicit Builder(Automaton& automaton) : automaton_(automaton) {}

  Result<Fragment> build(const PatternNode& node) {
    switch (node.kind) {
      case PatternNode::Kind::step: return step(node.test);
      case PatternNode::Kind::choice: return choice(node);
      case PatternNode::Kind::chain: return chain(node);
      case PatternNode::Kind::repeat: break;
    }
    return repeat(node);
  }

  const std::vector<Edge>& edges() const { return edges_; }

 private:
  Result<Fragment> step(std::uint32_t test) {
    if (automaton_.positions.size() == kPositionsMax) return too_large();
    const auto position = static_cast<std::uint32_t>(automaton_.positions.size());
    automaton_.positions.push_back({test});
    return Fragment{{position}, {position}, false};
  }

  Result<Fragment> choice(const PatternNode& node) {
    Fragment out;
    for (const PatternNode& part : node.parts) {
      CLEW_TRY(const Fragment one, build(part));
      add_all(out.first, one.first);
      add_all(out.last, one.last);
      out.may_be_empty |= one.may_be_empty;
    }
    return out;
  }

  // An absent optional part takes the link before it along: of `a -> b? <1h> c` without b, `a <1h>
  // c` is left.
  Result<Fragment> chain(const PatternNode& node) {
    CLEW_TRY(Fragment out, build(node.parts.front()));
    for (std::size_t i = 1; i < node.parts.size(); ++i) {
      CLEW_TRY(const Fragment part, build(node.parts[i]));
      CLEW_TRY_VOID(join(out.last, part.first, node.links[i - 1]));
      append(out, part);
    }
    return out;
  }

  static void append(Fragment& out, const Fragment& part) {
    if (out.may_be_empty) add_all(out.first, part.first);
    if (!part.may_be_empty) out.last.clear();
    add_all(out.last, part.last);
    out.may_be_empty = out.may_be_empty && part.may_be_empty;
  }

  // a{2,4} is a a (a (a)?)?, a{2,} is a a+.
  Result<Fragment> repeat(const PatternNode& node) {
    const Link& link = node.links.front();
    CLEW_TRY(Fragment out, build(node.parts.front()));
    std::vector<std::uint32_t> tail = out.last;
    std::vector<std::uint32_t> loop_to = out.first;
    const bool may_be_empty = out.may_be_empty;
    const std::uint32_t copies = node.most == 0 ? std::max(node.least, 1U) : node.most;
    for (std::uint32_t turn = 2; turn <= copies; ++turn) {
      CLEW_TRY(const Fragment copy, build(node.parts.front()));
      CLEW_TRY_VOID(join(tail, copy.first, link));
      if (out.may_be_empty) add_all(out.first, copy.first);
      if (turn <= node.least && !copy.may_be_empty) out.last.clear();
      add_all(out.last, copy.last);
      if (!may_be_empty) tail.clear();
      add_all(tail, copy.last);
      loop_to = copy.first;
    }
    if (node.most == 0) CLEW_TRY_VOID(join(tail, loop_to, link));
    out.may_be_empty = may_be_empty || node.least == 0;
    return out;
  }

  Status join(std::span<const std::uint32_t> from, std::span<const std::uint32_t> to,
              const Link& link) {
    if (edges_.size() + from.size() * to.size() > kEdgesMax) return too_large();
    const std::int32_t barrier = barrier_of(marks_of(link.without));
    for (const std::uint32_t a : from) {
      for (const std::uint32_t b : to) edges_.push_back({a, b, link.within_us, barrier, link.next});
    }
    automaton_.needs_every_element |= link.next;
    return {};
  }

  std::int32_t barrier_of(std::uint64_t marks) {
    if (marks == 0) return -1;
    const auto known = std::ranges::find(automaton_.barriers, marks);
    const auto number = static_cast<std::int32_t>(known - automaton_.barriers.begin());
    if (known == automaton_.barriers.end()) automaton_.barriers.push_back(marks);
    return number;
  }

  Automaton& automaton_;
  std::vector<Edge> edges_;
};

std::vector<std::uint32_t> begins(std::span<const Edge> sorted, std::size_t positions,
                                  std::uint32_t Edge::* end) {
  std::vector<std::uint32_t> out(positions + 1, 0);
  for (const Edge& edge : sorted) ++out[edge.*end + 1];
  for (std::size_t p = 0; p < positions; ++p) out[p + 1] += out[p];
  return out;
}

void index_positions(Automaton& automaton, std::size_t tests) {
  automaton.test_begin.push_back(0);
  for (std::uint32_t test = 0; test < tests; ++test) {
    for (std::uint32_t p = 0; p < automaton.positions.size(); ++p) {
      if (automaton.positions[p].test == test) automaton.by_test.push_back(p);
    }
    automaton.test_begin.push_back(static_cast<std::uint32_t>(automaton.by_test.size()));
  }
  for (const Position& position : automaton.positions)
    automaton.step_marks |= std::uint64_t{1} << position.test;
}

void add_absences(const Pattern& pattern, Automaton& automaton) {
  if (pattern.before) {
    automaton.before_marks = marks_of(pattern.before->tests);
    automaton.before_us = pattern.before->within_us;
  }
  if (pattern.after) {
    automaton.after_marks = marks_of(pattern.after->tests);
    automaton.after_us = pattern.after->within_us;
  }
}

}  // namespace

Result<Automaton> compile(const Pattern& pattern) {
  Automaton out;
  Builder builder(out);
  CLEW_TRY(const Fragment whole, builder.build(pattern.root));
  if (whole.may_be_empty)
    return Error{ErrorCode::usage, "this pattern fits where nothing happens",
                 "at least one step must be there: write a+ for a*, a for a?"};
  for (const std::uint32_t p : whole.first) out.positions[p].first = true;
  for (const std::uint32_t p : whole.last) out.positions[p].last = true;
  out.edges_in = builder.edges();
  std::ranges::stable_sort(out.edges_in, {}, &Edge::to);
  out.in_begin = begins(out.edges_in, out.positions.size(), &Edge::to);
  out.edges_out = builder.edges();
  std::ranges::stable_sort(out.edges_out, {}, &Edge::from);
  out.out_begin = begins(out.edges_out, out.positions.size(), &Edge::from);
  index_positions(out, pattern.tests.size());
  add_absences(pattern, out);
  out.relevant_marks = out.step_marks | out.before_marks | out.after_marks;
  for (const std::uint64_t barrier : out.barriers) out.relevant_marks |= barrier;
  return out;
}

}  // namespace clewline::sequences
