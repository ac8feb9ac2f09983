#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clewline::insights {

enum class TokenKind : std::uint8_t { word, text, number, duration, symbol, end };

/// A piece of an expression; `position` counts characters from 1.
struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;   // words in lower case, texts without quotes, symbols as they stand
  double number = 0;  // of a duration in milliseconds
  bool whole = false;
  std::size_t position = 0;
};

/// Cuts an expression into pieces, `end` last. Error: `usage`, with the position.
Result<std::vector<Token>> filter_tokens(std::string_view text);

Error filter_error(std::size_t position, std::string message, std::string hint = {});

}  // namespace clewline::insights
