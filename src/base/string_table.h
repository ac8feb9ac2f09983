#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace clewline {

/// Gives each distinct string a small number, in order of first appearance. Number 0 is the empty
/// string and means "absent" in columns. Not thread-safe.
class StringTable {
 public:
  StringTable();
  StringTable(const StringTable&) = delete;
  StringTable& operator=(const StringTable&) = delete;
  StringTable(StringTable&&) = default;
  StringTable& operator=(StringTable&&) = default;

  /// Returns the number of a string, giving it one if it has none.
  std::uint32_t intern(std::string_view text);
  /// Returns the number of a string, or 0 if it was never interned.
  std::uint32_t find(std::string_view text) const;
  /// Returns the string of a number given out before; valid as long as the table.
  std::string_view at(std::uint32_t number) const { return strings_[number]; }
  /// Returns how many numbers exist, 0 included.
  std::size_t size() const { return strings_.size(); }

 private:
  /// An occupied place of the hash table: half of the string's hash, and its number. Growing moves
  /// places without touching the strings.
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t number = 0;  // 0: free
  };

  static std::uint32_t hash_of(std::string_view text);
  /// Returns the place of a string, or the free place where it belongs.
  std::size_t place_of(std::string_view text, std::uint32_t hash) const;
  void grow();
  std::string_view keep(std::string_view text);

  static constexpr std::size_t kBlockBytes = 1 << 20;
  static constexpr std::size_t kPlacesMin = 64;
  std::deque<std::string> blocks_;
  std::vector<std::string_view> strings_;
  std::vector<Place> places_;  // a power of two, at most 5/8 full
};

}  // namespace clewline
