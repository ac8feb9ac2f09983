#include <charconv>
#include <limits>
#include <optional>

#include "base/time.h"
#include "sequences/pattern.h"
#include "sequences/pattern_tokens_internal.h"

namespace clewline::sequences {
namespace {

constexpr std::size_t kPatternBytesMax = 4096;
constexpr std::uint32_t kRepeatsMax = 1000;

struct Unit {
  std::string_view name;
  double microseconds;
};
constexpr Unit kUnits[] = {{"ms", 1e3},   {"s", 1e6},     {"sec", 1e6},   {"min", 60e6},
                           {"h", 3600e6}, {"d", 86400e6}, {"w", 604800e6}};
constexpr double kLongestUs = 1e17;  // three thousand years

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & '\x80') != 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Reads one piece after another.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Result<PatternToken> next() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at_ == text_.size()) return begun(PatternTokenKind::end);
    switch (text_[at_]) {
      case '[': return condition();
      case '<': return within();
      case '{': return counted();
      case '\'': return quoted();
      case '!': return single(PatternTokenKind::absent);
      case '(': return single(PatternTokenKind::open);
      case ')': return single(PatternTokenKind::close);
      case '|': return single(PatternTokenKind::either);
      case '?': return turns(0, 1);
      case '+': return turns(1, 0);
      case '*':
        if (!begins_name()) return turns(0, 0);
        break;
      default: break;
    }
    if (text_.substr(at_, 2) == "->") {
      PatternToken token = begun(PatternTokenKind::later);
      at_ += 2;
      return token;
    }
    return name();
  }

 private:
  PatternToken begun(PatternTokenKind kind) const {
    PatternToken token;
    token.kind = kind;
    token.position = at_ + 1;
    return token;
  }
  PatternToken single(PatternTokenKind kind) {
    PatternToken token = begun(kind);
    ++at_;
    return token;
  }
  PatternToken turns(std::uint32_t least, std::uint32_t most) {
    PatternToken token = single(PatternTokenKind::repeat);
    token.least = least;
    token.most = most;
    return token;
  }
  // `*.entered` begins a name; `a*` repeats: what stands directly after a part repeats it.
  bool begins_name() const {
    const bool after_part = at_ > 0 && !is_space(text_[at_ - 1]) &&
                            std::string_view("(|!>").find(text_[at_ - 1]) == std::string_view::npos;
    return !after_part;
  }

  Result<PatternToken> condition() {
    PatternToken token = single(PatternTokenKind::condition);
    bool in_text = false;
    for (const std::size_t from = at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\'') in_text = !in_text;
      if (text_[at_] != ']' || in_text) continue;
      token.text = trimmed(text_.substr(from, at_ - from));
      ++at_;
      if (token.text.empty())
        return pattern_error(token.position, "there is no condition between the brackets",
                             "e.g. agent.connected[queue_id = 'billing']");
      return token;
    }
    return pattern_error(token.position, "the bracket `[` is not closed");
  }
  Result<PatternToken> within() {
    PatternToken token = single(PatternTokenKind::within);
    const std::size_t end = text_.find('>', at_);
    const auto limit =
        end == std::string_view::npos ? std::nullopt : parse_duration(text_.substr(at_, end - at_));
    if (!limit)
      return pattern_error(token.position, "a time limit is missing",
                           "write it as <30s>, <5min>, <24h> or <7d>");
    token.microseconds = *limit;
    at_ = end + 1;
    return token;
  }
  Result<PatternToken> quoted() {
    PatternToken token = single(PatternTokenKind::name);
    const std::size_t end = text_.find('\'', at_);
    if (end == std::string_view::npos || end == at_)
      return pattern_error(token.position, "this name has no closing quote",
                           "write it as 'Check ticket'");
    token.text = text_.substr(at_, end - at_);
    at_ = end + 1;
    return token;
  }
  Result<PatternToken> name() {
    PatternToken token = begun(PatternTokenKind::name);
    const std::size_t from = at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      const bool arrow = c == '-' && text_.substr(at_, 2) == "->";
      // A star at the end repeats, unless a point stands before it: `ivr.*`.
      const bool star =
          c == '*' &&
          (at_ == from || text_[at_ - 1] == '.' ||
           (at_ + 1 < text_.size() && (is_letter(text_[at_ + 1]) || text_[at_ + 1] == '.')));
      if (arrow || !(is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == ':' || star))
        break;
    }
    token.text = text_.substr(from, at_ - from);
    // `.*` is any element any number of times, not a name.
    if (token.text == ".*") {
      token.text = ".";
      --at_;
    }
    if (token.text.empty())
      return pattern_error(
          token.position, "this character has no meaning here: " + std::string(1, text_[at_]),
          "a pattern is e.g. ivr.no_match{2,} <24h> agent.connected -> !case.solved");
    return token;
  }

  Result<PatternToken> counted() {
    PatternToken token = single(PatternTokenKind::repeat);
    const std::size_t end = text_.find('}', at_);
    std::string_view inside =
        end == std::string_view::npos ? std::string_view() : text_.substr(at_, end - at_);
    at_ = end == std::string_view::npos ? at_ : end + 1;
    const std::size_t mark = inside.find(';');
    if (mark != std::string_view::npos) {
      const std::string_view how = trimmed(inside.substr(mark + 1));
      const auto limit = parse_duration(how);
      token.next = how == "next";
      if (!token.next && !limit) return wrong_count(token);
      token.microseconds = limit.value_or(0);
      inside = inside.substr(0, mark);
    }
    const std::size_t comma = inside.find(',');
    const auto least = count(inside.substr(0, comma));
    if (!least) return wrong_count(token);
    token.least = *least;
    token.most = *least;
    if (comma != std::string_view::npos) {
      const std::string_view rest = trimmed(inside.substr(comma + 1));
      const auto most = rest.empty() ? std::optional<std::uint32_t>(0) : count(rest);
      if (!most || (!rest.empty() && (*most < token.least || *most == 0)))
        return wrong_count(token);
      token.most = *most;
    } else if (token.most == 0) {
      return wrong_count(token);
    }
    return token;
  }
  static std::optional<std::uint32_t> count(std::string_view text) {
    text = trimmed(text);
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number > kRepeatsMax)
      return std::nullopt;
    return number;
  }
  static Error wrong_count(const PatternToken& token) {
    return pattern_error(token.position, "this is no number of repeats",
                         "write {2}, {2,}, {2,5} (at most 1000), {2,; next} or {2,; 5min}");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  text = trimmed(text);
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit = trimmed({end, text.data() + text.size()});
  for (const Unit& known : kUnits) {
    const double microseconds = number * known.microseconds;
    if (unit == known.name && microseconds >= 0 && microseconds < kLongestUs)
      return static_cast<std::int64_t>(microseconds);
  }
  return std::nullopt;
}

Error pattern_error(std::size_t position, std::string message, std::string hint) {
  if (hint.empty()) hint = "docs/methods/sequences.md has the grammar";
  return {ErrorCode::usage, "pattern, character " + std::to_string(position) + ": " + message,
          std::move(hint)};
}

Result<std::vector<PatternToken>> pattern_tokens(std::string_view text) {
  if (text.size() > kPatternBytesMax)
    return pattern_error(kPatternBytesMax, "the pattern is longer than 4096 bytes",
                         "give long conditions a name in counting.yaml (sequences.words)");
  std::vector<PatternToken> tokens;
  Scanner scanner(text);
  do {
    CLEW_TRY(PatternToken token, scanner.next());
    tokens.push_back(std::move(token));
  } while (tokens.back().kind != PatternTokenKind::end);
  return tokens;
}

}  // namespace clewline::sequences
