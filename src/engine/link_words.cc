#include "engine/link_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "render/cell_text.h"

namespace clewline::engine {
namespace {

constexpr std::pair<std::string_view, std::string_view> kWeightWords[] = {
    {"prior", "before anything is compared"},
    {"same_intent", "the same intent"},
    {"other_intent", "another intent"},
    {"unknown_intent", "an intent is not known"},
    {"last_unresolved", "the last contact left it unresolved"},
    {"last_resolved", "it was resolved"},
    {"same_object", "the same order, product or bill"},
    {"other_object", "another order, product or bill"},
    {"same_channel", "the same channel"}};

std::string words_of(const std::string& weight) {
  for (const auto& [name, words] : kWeightWords) {
    if (weight == name) return std::string(words);
  }
  if (weight.starts_with("gap_")) return "at most " + weight.substr(4) + " after the last contact";
  return weight;
}

double probability_of(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

}  // namespace

std::string engagement_link_words(const std::string& rule, double probability,
                                  const std::string& detail) {
  if (rule == "case") return "the same case";
  if (rule == "thread") return "the same thread";
  if (rule == "chain") return "the same chain of calls";
  if (rule == "callback") return "a callback that was booked";
  if (rule == "order") return "the same order";
  if (rule == "score")
    return "probably the same issue (" +
           render::share_words(static_cast<std::int64_t>(probability * 1000), 1000) +
           "): " + detail;
  return rule + (detail.empty() ? "" : ": " + detail);
}

std::vector<Contribution> contributions_of(const std::string& detail) {
  std::vector<Contribution> out;
  for (std::size_t at = 0; at < detail.size();) {
    const std::size_t end = std::min(detail.find(", ", at), detail.size());
    const std::string part = detail.substr(at, end - at);
    if (const std::size_t blank = part.rfind(' '); blank != std::string::npos)
      out.push_back({part.substr(0, blank), std::strtod(part.c_str() + blank, nullptr)});
    at = end + 2;
  }
  return out;
}

std::vector<std::string> waterfall_lines(const std::vector<Contribution>& contributions) {
  std::size_t width = 0;
  for (const Contribution& one : contributions)
    width = std::max(width, words_of(one.weight).size());
  std::vector<std::string> lines;
  double sum = 0;
  for (const Contribution& one : contributions) {
    sum += one.log_odds;
    lines.push_back(fmt::format("{:<{}}  {:+6.2f}  so far {:5.1f} %", words_of(one.weight), width,
                                one.log_odds, 100 * probability_of(sum)));
  }
  return lines;
}

}  // namespace clewline::engine
