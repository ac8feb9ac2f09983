#include "base/string_table.h"

#include <algorithm>

#include "base/assert.h"

namespace clewline {

StringTable::StringTable() {
  strings_.push_back(std::string_view());
  numbers_.emplace(std::string_view(), 0);
}

std::uint32_t StringTable::intern(std::string_view text) {
  if (text.empty()) return 0;
  if (const auto found = numbers_.find(text); found != numbers_.end()) return found->second;
  const auto number = static_cast<std::uint32_t>(strings_.size());
  CLEW_ASSERT(strings_.size() < UINT32_MAX);
  const std::string_view kept = keep(text);
  strings_.push_back(kept);
  numbers_.emplace(kept, number);
  return number;
}

std::uint32_t StringTable::find(std::string_view text) const {
  const auto found = numbers_.find(text);
  return found == numbers_.end() ? 0 : found->second;
}

std::string_view StringTable::keep(std::string_view text) {
  if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < text.size()) {
    blocks_.emplace_back();
    blocks_.back().reserve(std::max(kBlockBytes, text.size()));
  }
  std::string& block = blocks_.back();
  const std::size_t start = block.size();
  block.append(text);
  return std::string_view(block).substr(start);
}

}  // namespace clewline
