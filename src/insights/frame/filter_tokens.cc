#include <charconv>
#include <cmath>
#include <optional>

#include "insights/frame/filter_tokens_internal.h"

namespace clewline::insights {
namespace {

constexpr std::size_t kExpressionBytesMax = 4096;

constexpr std::pair<std::string_view, double> kUnits[] = {
    {"ms", 1},     {"s", 1e3},        {"sec", 1e3},      {"min", 60e3},
    {"h", 3600e3}, {"d", 86'400'000}, {"w", 604'800'000}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// Reads one token after another.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Result<Token> next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
    if (at_ == text_.size()) return begun();
    const char c = text_[at_];
    if (c == '\'') return text();
    if (is_digit(c) || (c == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
      return number();
    if (is_letter(c)) return word();
    return symbol();
  }

 private:
  Token begun() const {
    Token token;
    token.position = at_ + 1;
    return token;
  }
  Result<Token> text() {
    Token token = begun();
    token.kind = TokenKind::text;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '\'') {
        token.text += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
        token.text += text_[++at_];
      } else {
        ++at_;
        return token;
      }
    }
    return filter_error(token.position, "this text has no closing quote", "write it as 'Billing'");
  }
  Token word() {
    Token token = begun();
    token.kind = TokenKind::word;
    token.text = letters();
    for (char& c : token.text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return token;
  }
  std::string letters() {
    const std::size_t from = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    return std::string(text_.substr(from, at_ - from));
  }
  Result<Token> number() {
    Token token = begun();
    const char* begin = text_.data() + at_;
    const auto [end, error] =
        std::from_chars(begin, text_.data() + text_.size(), token.number, std::chars_format::fixed);
    if (error != std::errc()) return filter_error(token.position, "this number cannot be read");
    token.text.assign(begin, end);
    at_ += static_cast<std::size_t>(end - begin);
    token.kind = TokenKind::number;
    token.whole = token.text.find('.') == std::string::npos && std::abs(token.number) < 9e15;
    const std::size_t after = at_;
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    const std::string unit = letters();
    for (const auto& [name, milliseconds] : kUnits) {
      if (unit != name) continue;
      token.kind = TokenKind::duration;
      token.number *= milliseconds;
      return token;
    }
    at_ = after;
    return token;
  }
  Result<Token> symbol() {
    Token token = begun();
    token.kind = TokenKind::symbol;
    for (const std::string_view two : {"!=", "<>", "<=", ">="}) {
      if (text_.substr(at_, 2) != two) continue;
      token.text = two;
      at_ += 2;
      return token;
    }
    if (std::string_view("=<>(),").find(text_[at_]) == std::string_view::npos)
      return filter_error(token.position,
                          "this character has no meaning here: " + std::string(1, text_[at_]),
                          "texts stand in single quotes, e.g. queue = 'Billing'");
    token.text = text_[at_++];
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Error filter_error(std::size_t position, std::string message, std::string hint) {
  if (hint.empty()) hint = "e.g. --where \"queue = 'Billing' and wait > 20s\"";
  return {ErrorCode::usage, "--where, character " + std::to_string(position) + ": " + message,
          std::move(hint)};
}

Result<std::vector<Token>> filter_tokens(std::string_view text) {
  if (text.size() > kExpressionBytesMax)
    return filter_error(kExpressionBytesMax, "the expression is longer than 4096 bytes",
                        "save the units as a cohort and name that");
  std::vector<Token> tokens;
  Scanner scanner(text);
  do {
    CLEW_TRY(Token token, scanner.next());
    tokens.push_back(std::move(token));
  } while (tokens.back().kind != TokenKind::end);
  return tokens;
}

}  // namespace clewline::insights
