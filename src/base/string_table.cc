#include "base/string_table.h"

#include <absl/hash/hash.h>

#include <algorithm>

#include "base/assert.h"

namespace clewline {

StringTable::StringTable() : strings_(1), places_(kPlacesMin) {}

std::uint32_t StringTable::hash_of(std::string_view text) {
  const auto hash = static_cast<std::uint64_t>(absl::HashOf(text));
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

std::size_t StringTable::place_of(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = places_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Place& place = places_[at];
    if (place.number == 0 || (place.hash == hash && strings_[place.number] == text)) return at;
  }
}

void StringTable::grow() {
  std::vector<Place> places(places_.size() * 2);
  const std::size_t mask = places.size() - 1;
  for (const Place& place : places_) {
    if (place.number == 0) continue;
    std::size_t at = place.hash & mask;
    while (places[at].number != 0) at = (at + 1) & mask;
    places[at] = place;
  }
  places_ = std::move(places);
}

std::uint32_t StringTable::intern(std::string_view text) {
  if (text.empty()) return 0;
  const std::uint32_t hash = hash_of(text);
  std::size_t at = place_of(text, hash);
  if (places_[at].number != 0) return places_[at].number;
  CLEW_ASSERT(strings_.size() < UINT32_MAX);
  if (strings_.size() * 8 >= places_.size() * 5) {
    grow();
    at = place_of(text, hash);
  }
  places_[at] = {hash, static_cast<std::uint32_t>(strings_.size())};
  strings_.push_back(keep(text));
  return places_[at].number;
}

std::uint32_t StringTable::find(std::string_view text) const {
  return text.empty() ? 0 : places_[place_of(text, hash_of(text))].number;
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
