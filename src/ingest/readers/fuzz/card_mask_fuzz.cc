#include <cstddef>
#include <cstdint>

#include "ingest/readers/fuzz/reading_check.h"

// Masks a text whole and in pieces of sizes the first bytes choose.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace clewline;
  if (size < 4) return 0;
  const std::string text(reinterpret_cast<const char*>(bytes) + 4, size - 4);
  std::string whole = text;
  text::mask_cards(whole);
  for (std::size_t i = 0; i < text.size(); ++i) {
    ingest::fuzz::require(whole[i] == text[i] ||
                          (whole[i] == '*' && text[i] >= '0' && text[i] <= '9'));
  }
  std::string window, result;
  std::size_t begin = 0, fed = 0;
  for (int turn = 0; fed < text.size(); ++turn) {
    const std::size_t piece = std::min<std::size_t>(1 + bytes[turn % 4], text.size() - fed);
    window += text.substr(fed, piece);
    fed += piece;
    begin = text::mask_cards_from(window, begin, fed == text.size()).decided;
    const std::size_t drop =
        begin > text::kCardMaskContextBytes ? begin - text::kCardMaskContextBytes : 0;
    result += window.substr(0, drop);
    window.erase(0, drop);
    begin -= drop;
  }
  ingest::fuzz::require(result + window == whole);
  text::mask_cards(result = whole);
  ingest::fuzz::require(result == whole);
  return 0;
}
