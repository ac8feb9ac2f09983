#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clewline::sequences {

enum class PatternTokenKind : std::uint8_t {
  name,       // ivr.step, ivr.*, 'Check ticket', .
  condition,  // [tier='gold']: what stands between the brackets
  later,      // ->
  within,     // <24h>
  absent,     // !
  repeat,     // ? * + {2,} {2,3; next}
  open,
  close,
  either,  // |
  end,
};

/// A piece of a pattern; `position` counts characters from 1.
struct PatternToken {
  PatternTokenKind kind = PatternTokenKind::end;
  std::string text;
  std::int64_t microseconds = 0;  // within; repeat: limit between turns, 0: none
  std::uint32_t least = 1;        // repeat
  std::uint32_t most = 1;         // repeat; 0: any number
  bool next = false;              // repeat: turns directly after one another
  std::size_t position = 0;
};

/// Cuts a pattern into pieces, `end` last. Error: `usage`, with the position.
Result<std::vector<PatternToken>> pattern_tokens(std::string_view text);

Error pattern_error(std::size_t position, std::string message, std::string hint = {});

}  // namespace clewline::sequences
