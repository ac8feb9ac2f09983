#include "sequences/pattern.h"

#include <algorithm>

#include "sequences/pattern_tokens_internal.h"

namespace clewline::sequences {
namespace {

constexpr int kDepthMax = 50;

using Kind = PatternTokenKind;

/// Reads tokens by recursive descent.
class PatternParser {
 public:
  explicit PatternParser(std::vector<PatternToken> tokens) : tokens_(std::move(tokens)) {}

  Result<Pattern> parse() {
    if (here().kind == Kind::absent) CLEW_TRY_VOID(absence_before());
    CLEW_TRY(pattern_.root, choice(0));
    if (here().kind == Kind::close)
      return pattern_error(here().position, "this parenthesis closes nothing");
    if (here().kind != Kind::end) return pattern_error(here().position, "a step is missing here");
    if ((pattern_.before || pattern_.after) && has_bare_choice_)
      return pattern_error(absence_at_, "`!` at an end and `|` do not go together",
                           "put the alternatives in parentheses: (a | b) -> !c");
    return std::move(pattern_);
  }

 private:
  const PatternToken& here() const { return tokens_[at_]; }
  bool take(Kind kind) {
    if (here().kind != kind) return false;
    ++at_;
    return true;
  }
  bool at_part() const {
    return here().kind == Kind::name || here().kind == Kind::condition || here().kind == Kind::open;
  }
  bool at_link() const { return here().kind == Kind::later || here().kind == Kind::within; }

  std::int64_t take_limit() {
    const std::int64_t limit = here().kind == Kind::within ? here().microseconds : kNoLimit;
    ++at_;
    return limit;
  }

  Status absence_before() {
    absence_at_ = here().position;
    CLEW_TRY(Absence absence, absent());
    if (!at_link())
      return pattern_error(here().position, "`->` or a time limit is missing after `!`",
                           "e.g. !web.page_viewed <7d> agent.connected");
    absence.within_us = take_limit();
    pattern_.before = std::move(absence);
    return {};
  }

  // `!` and what must be absent: a step, or steps in parentheses with `|`.
  Result<Absence> absent() {
    ++at_;
    Absence absence;
    const bool several = take(Kind::open);
    do {
      if (here().kind != Kind::name && here().kind != Kind::condition)
        return pattern_error(here().position, "after `!` stands one step, or several as (a | b)");
      CLEW_TRY(const std::uint32_t test, step());
      absence.tests.push_back(test);
    } while (several && take(Kind::either));
    if (several && !take(Kind::close))
      return pattern_error(here().position, "after `!` stands one step, or several as (a | b)");
    if (here().kind == Kind::repeat)
      return pattern_error(here().position, "what is absent is not repeated");
    return absence;
  }

  Result<PatternNode> choice(int depth) {
    if (depth > kDepthMax)
      return pattern_error(here().position, "more than 50 parentheses inside each other");
    CLEW_TRY(PatternNode first, chain(depth));
    if (here().kind != Kind::either) return first;
    has_bare_choice_ |= depth == 0;
    PatternNode out;
    out.kind = PatternNode::Kind::choice;
    out.parts.push_back(std::move(first));
    while (take(Kind::either)) {
      CLEW_TRY(PatternNode other, chain(depth));
      out.parts.push_back(std::move(other));
    }
    return out;
  }

  Result<PatternNode> chain(int depth) {
    PatternNode out;
    out.kind = PatternNode::Kind::chain;
    CLEW_TRY(PatternNode first, part(depth));
    out.parts.push_back(std::move(first));
    while (at_part() || at_link()) {
      Link link;
      link.next = !at_link();
      if (at_link()) link.within_us = take_limit();
      if (here().kind == Kind::absent) {
        absence_at_ = here().position;
        CLEW_TRY(Absence absence, absent());
        if (!at_link()) {
          if (depth > 0)
            return pattern_error(absence_at_, "inside parentheses `!` stands between two steps");
          absence.within_us = link.within_us;
          pattern_.after = std::move(absence);
          break;
        }
        link.within_us = std::min(link.within_us, take_limit());
        link.without = std::move(absence.tests);
      }
      CLEW_TRY(PatternNode following, part(depth));
      out.parts.push_back(std::move(following));
      out.links.push_back(std::move(link));
    }
    if (here().kind == Kind::absent)
      return pattern_error(here().position, "`->` or a time limit is missing before `!`",
                           "e.g. agent.connected -> !case.solved");
    if (out.parts.size() > 1) return out;
    PatternNode only = std::move(out.parts.front());
    return only;
  }

  Result<PatternNode> part(int depth) {
    PatternNode out;
    if (take(Kind::open)) {
      CLEW_TRY(out, choice(depth + 1));
      if (!take(Kind::close))
        return pattern_error(here().position, "a closing parenthesis is missing");
    } else {
      CLEW_TRY(out.test, step());
    }
    if (here().kind != Kind::repeat) return out;
    const PatternToken& turns = tokens_[at_++];
    PatternNode repeat;
    repeat.kind = PatternNode::Kind::repeat;
    repeat.least = turns.least;
    repeat.most = turns.most;
    repeat.links.push_back({turns.next, turns.microseconds > 0 ? turns.microseconds : kNoLimit});
    repeat.parts.push_back(std::move(out));
    if (here().kind == Kind::repeat)
      return pattern_error(here().position, "a repeat of a repeat needs parentheses");
    return repeat;
  }

  Result<std::uint32_t> step() {
    ElementTest test;
    if (here().kind != Kind::name && here().kind != Kind::condition)
      return pattern_error(here().position, here().kind == Kind::end
                                                ? "a step is missing at the end"
                                                : "a step is missing here");
    const std::size_t position = here().position;
    if (here().kind == Kind::name) test.name = tokens_[at_++].text;
    if (here().kind == Kind::condition) test.condition = tokens_[at_++].text;
    const auto known = std::ranges::find(pattern_.tests, test);
    const auto number = static_cast<std::uint32_t>(known - pattern_.tests.begin());
    if (known != pattern_.tests.end()) return number;
    if (pattern_.tests.size() == kTestsMax)
      return pattern_error(position, "more than 64 different steps",
                           "join alternatives in one condition: [event_type in ('a', 'b')]");
    pattern_.tests.push_back(std::move(test));
    return number;
  }

  std::vector<PatternToken> tokens_;
  std::size_t at_ = 0;
  std::size_t absence_at_ = 0;
  bool has_bare_choice_ = false;  // a `|` outside of parentheses
  Pattern pattern_;
};

}  // namespace

Result<Pattern> parse_pattern(std::string_view text) {
  CLEW_TRY(auto tokens, pattern_tokens(text));
  return PatternParser(std::move(tokens)).parse();
}

Result<std::vector<ElementTest>> parse_step(std::string_view text) {
  CLEW_TRY(Pattern pattern, parse_pattern(text));
  const PatternNode& root = pattern.root;
  const bool one = root.kind == PatternNode::Kind::step;
  const bool several = root.kind == PatternNode::Kind::choice &&
                       std::ranges::all_of(root.parts, [](const PatternNode& part) {
                         return part.kind == PatternNode::Kind::step;
                       });
  if (pattern.before || pattern.after || !(one || several))
    return Error{ErrorCode::usage, "`" + std::string(text) + "` is not one step",
                 "write a step as in patterns, or several: (a | b[queue_id = 'x'])"};
  return std::move(pattern.tests);
}

}  // namespace clewline::sequences
