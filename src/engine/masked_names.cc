#include "engine/masked_names.h"

#include <algorithm>
#include <string_view>

#include "model/identifier_kinds.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kHidden = "***";

bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The kind that ends at a colon, as in "…carries phone:"; empty when there is none.
std::string_view kind_before(std::string_view text, std::size_t colon) {
  std::size_t begin = colon;
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  const std::string_view kind = text.substr(begin, colon - begin);
  return find_identifier_kind(kind) ? kind : std::string_view();
}

}  // namespace

std::string masked_name(const std::string& name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos || !find_identifier_kind(name.substr(0, colon))) return name;
  return name.substr(0, colon + 1) + std::string(kHidden);
}

std::string masked_names(std::string text, std::vector<std::string> names) {
  std::sort(names.begin(), names.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& name : names) {
    const std::string hidden = masked_name(name);
    if (hidden == name) continue;
    for (std::size_t at = text.find(name); at != std::string::npos;
         at = text.find(name, at + hidden.size()))
      text.replace(at, name.size(), hidden);
  }
  for (std::size_t colon = text.find(':'); colon != std::string::npos;
       colon = text.find(':', colon + 1)) {
    if (kind_before(text, colon).empty() || colon + 1 == text.size()) continue;
    std::size_t end = std::min(text.find(' ', colon), text.size());
    while (end > colon + 1 && std::string_view(".,;").find(text[end - 1]) != std::string_view::npos)
      --end;
    if (end > colon + 1) text.replace(colon + 1, end - colon - 1, kHidden);
  }
  return text;
}

}  // namespace clewline::engine
