#include "matching/records.h"

namespace clewline::matching {
namespace {

/// Cuts at a place that does not part a code point.
std::string_view bounded(std::string_view value) {
  if (value.size() <= kValueBytesMax) return value;
  std::size_t end = kValueBytesMax;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;
  return value.substr(0, end);
}

}  // namespace

void Field::add(std::string_view value) {
  const std::uint32_t code = values_.intern(bounded(value));
  if (code >= counts_.size()) counts_.resize(code + 1, 0);
  ++counts_[code];
  codes_.push_back(code);
}

double Records::pairs() const {
  const auto all = static_cast<double>(size);
  if (!is_link()) return all * (all - 1) / 2;
  return static_cast<double>(split) * (all - static_cast<double>(split));
}

}  // namespace clewline::matching
