#pragma once

#include <absl/container/flat_hash_map.h>

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
  std::string_view keep(std::string_view text);

  static constexpr std::size_t kBlockBytes = 1 << 20;
  std::deque<std::string> blocks_;
  std::vector<std::string_view> strings_;
  absl::flat_hash_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace clewline
