#include "text/card_mask.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace clewline::text {
namespace {

std::string masked(std::string text) {
  mask_cards(text);
  return text;
}

char check_digit(const std::string& digits) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    unsigned digit = static_cast<unsigned>(digits[digits.size() - 1 - i] - '0');
    if (i % 2 == 0) digit = digit < 5 ? digit * 2 : digit * 2 - 9;
    sum += digit;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string make_card(std::string prefix, std::size_t length, std::mt19937& random) {
  while (prefix.size() + 1 < length) prefix += static_cast<char>('0' + random() % 10);
  return prefix + check_digit(prefix);
}

std::string group(const std::string& digits, const std::vector<std::size_t>& sizes,
                  char separator) {
  std::string text;
  std::size_t place = 0;
  for (std::size_t size : sizes) {
    if (place > 0) text += separator;
    text += digits.substr(place, size);
    place += size;
  }
  return text;
}

struct Issue {
  const char* prefix;
  std::size_t length;
};
const std::vector<Issue> kIssued = {
    {"4", 13},    {"4", 16},    {"4", 19},      {"51", 16},    {"55", 16},   {"2221", 16},
    {"2720", 16}, {"34", 15},   {"37", 15},     {"6011", 16},  {"65", 16},   {"644", 16},
    {"300", 14},  {"3095", 14}, {"36", 14},     {"38", 14},    {"39", 16},   {"3528", 16},
    {"3589", 16}, {"62", 16},   {"62", 19},     {"5018", 13},  {"5038", 16}, {"6304", 19},
    {"6759", 18}, {"6763", 16}, {"676770", 17}, {"622126", 16}};

TEST(CardMask, MasksEveryIssuerAndKeepsLength) {
  std::mt19937 random(1);
  for (const Issue& issue : kIssued) {
    for (int i = 0; i < 50; ++i) {
      const std::string card = make_card(issue.prefix, issue.length, random);
      EXPECT_EQ(masked("pay " + card + ", thanks"),
                "pay " + std::string(card.size(), '*') + ", thanks")
          << card;
    }
  }
}

TEST(CardMask, MasksTheWaysCardsAreWritten) {
  std::mt19937 random(2);
  const std::vector<std::pair<Issue, std::vector<std::size_t>>> forms = {
      {{"4", 16}, {4, 4, 4, 4}},
      {{"37", 15}, {4, 6, 5}},
      {{"36", 14}, {4, 6, 4}},
      {{"4", 19}, {4, 4, 4, 4, 3}},
      {{"4", 13}, {4, 3, 3, 3}},
      {{"62", 19}, {6, 13}},
      {{"51", 16}, {8, 8}},
      {{"4", 16}, std::vector<std::size_t>(16, 1)},
      {{"4", 16}, std::vector<std::size_t>(8, 2)},
  };
  for (const auto& [issue, sizes] : forms) {
    for (char separator : {' ', '-'}) {
      const std::string text =
          group(make_card(issue.prefix, issue.length, random), sizes, separator);
      std::string wanted = text;
      for (char& c : wanted) c = c == separator ? c : '*';
      EXPECT_EQ(masked("card: " + text + "."), "card: " + wanted + ".") << text;
      EXPECT_EQ(masked(text), wanted);
    }
  }
}

TEST(CardMask, FindsCardsInTheirSurroundings) {
  EXPECT_EQ(masked("4111 1111 1111 1111 12/27"), "**** **** **** **** 12/27");
  EXPECT_EQ(masked("no. 7 4111111111111111 123"), "no. 7 **************** 123");
  EXPECT_EQ(masked(R"({"n":4111111111111111,"t":"4111-1111-1111-1111"})"),
            R"({"n":****************,"t":"****-****-****-****"})");
  EXPECT_EQ(masked(R"("\u00204111111111111111")"), R"("\u0020****************")");
  EXPECT_EQ(masked("a;4111111111111111;b|378282246310005|c\t30569309025904"),
            "a;****************;b|***************|c\t**************");
  EXPECT_EQ(masked("4111111111111111.0"), "****************.0");
  EXPECT_EQ(masked("4111111111111111 5555555555554444"), "**************** ****************");
}

TEST(CardMask, LeavesOtherNumbersAlone) {
  for (std::string_view text : {
           "4111111111111112",      // Luhn fails
           "41111111111111111",     // 17 digits, no issuer
           "94111111111111111",     // inside a longer run
           "00004111111111111111",  //
           "1714564800000",
           "1714564800000000",  // epoch ms and us
           "+62 812 3456 7890 12",
           "+4111111111111",  // telephone
           "0.4111111111111111",
           "4.4111111111111111",              // fractions
           "4111  1111  1111  1111",          // two spaces between: columns
           "4111 1111-1111 1111",             // mixed separators
           "2024-05-01 10:11:12 2024-05-01",  // times
           "DE89370400440532013000",          // IBAN
           "1bc96a39-6725-40c4-9345-db72aa67b8c6",
           "",
       }) {
    EXPECT_EQ(masked(std::string(text)), text);
  }
}

TEST(CardMask, IsTheSameForEveryCutIntoPieces) {
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    while (text.size() < 300) {
      switch (random() % 8) {
        case 0: text += make_card("4", 16, random); break;
        case 1:
          text += group(make_card("4", 19, random), {4, 4, 4, 4, 3}, random() % 2 ? ' ' : '-');
          break;
        case 2:
          text += group(make_card("5018", 13, random), std::vector<std::size_t>(13, 1), ' ');
          break;
        case 3: text += std::string(random() % 60, static_cast<char>('0' + random() % 10)); break;
        case 4: text += " -+.\\u00"[random() % 7]; break;
        case 5: text += "\\u0020"; break;
        case 6: text += "+"; break;
        default: text += static_cast<char>("0123456789 -"[random() % 12]);
      }
    }
    const std::string wanted = masked(text);
    std::string window, result;
    std::size_t begin = 0, fed = 0;
    while (fed < text.size()) {
      const std::size_t piece = std::min<std::size_t>(1 + random() % 90, text.size() - fed);
      window += text.substr(fed, piece);
      fed += piece;
      begin = mask_cards_from(window, begin, fed == text.size()).decided;
      const std::size_t drop = begin > kCardMaskContextBytes ? begin - kCardMaskContextBytes : 0;
      result += window.substr(0, drop);
      window.erase(0, drop);
      begin -= drop;
    }
    result += window;
    ASSERT_EQ(result, wanted) << text;
    ASSERT_EQ(masked(wanted), wanted);
  }
}

// A plain search, number by number, for cards in one run or in fours.
std::string masked_plainly(std::string text) {
  const auto digit = [&](std::size_t i) {
    return i < text.size() && text[i] >= '0' && text[i] <= '9';
  };
  const std::string before = text;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before.compare(i, 4, "4000") != 0 || (i > 0 && (digit(i - 1)))) continue;
    std::size_t end = i;
    std::string digits;
    const char separator = before.size() > i + 4 && (before[i + 4] == ' ' || before[i + 4] == '-')
                               ? before[i + 4]
                               : '\0';
    while (digits.size() < 16 && end < before.size()) {
      if (separator && digits.size() % 4 == 0 && !digits.empty() && before[end] == separator) ++end;
      if (!digit(end)) break;
      digits += before[end++];
    }
    if (digits.size() != 16 || digit(end) || check_digit(digits.substr(0, 15)) != digits[15])
      continue;
    for (std::size_t j = i; j < end; ++j) text[j] = digit(j) ? '*' : text[j];
  }
  return text;
}

TEST(CardMask, MissesNoneAtAnyPlaceOfAText) {
  std::mt19937 random(8);
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    for (int cards = 0; cards < 3; ++cards) {
      const std::size_t gap = random() % 150;
      for (std::size_t i = 0; i < gap; ++i) text += "abc,;:1 -"[random() % (i + 2 < gap ? 9 : 6)];
      const std::string card = make_card("4000", 16, random);
      text += round % 2 ? card : group(card, {4, 4, 4, 4}, random() % 2 ? ' ' : '-');
      text += "xyz,"[random() % 4];
    }
    const std::string once = masked(text);
    ASSERT_EQ(once, masked_plainly(text)) << text;
  }
}

// What random numbers of the shapes of order and ticket numbers lose: published, and bounded.
TEST(CardMask, ReportsHowManyOrderNumbersLookLikeCards) {
  std::mt19937 random(4);
  for (std::size_t length : {8u, 10u, 12u, 13u, 14u, 15u, 16u, 18u, 19u}) {
    constexpr int kTries = 100000;
    int hits = 0;
    for (int i = 0; i < kTries; ++i) {
      std::string number(1, static_cast<char>('1' + random() % 9));
      while (number.size() < length) number += static_cast<char>('0' + random() % 10);
      hits += masked(number) != number;
    }
    std::printf("random numbers of %zu digits taken for cards: %.2f %%\n", length,
                100.0 * hits / kTries);
    RecordProperty("percent_" + std::to_string(length), std::to_string(100.0 * hits / kTries));
    if (length < 13) {
      EXPECT_EQ(hits, 0);
    }
    EXPECT_LT(hits, kTries * 5 / 100);
  }
}

}  // namespace
}  // namespace clewline::text
