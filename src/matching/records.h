#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/string_table.h"

namespace clewline::matching {

/// A record's position in `Records`.
using RecordIndex = std::uint32_t;

/// Longer values are compared by their first bytes: it bounds the time of one comparison.
inline constexpr std::size_t kValueBytesMax = 512;

/// One column of records: every record holds the number of one distinct value, 0 where absent.
class Field {
 public:
  explicit Field(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  /// Appends the next record's value; the empty text is absent.
  void add(std::string_view value);
  std::size_t size() const { return codes_.size(); }
  std::uint32_t code(RecordIndex record) const { return codes_[record]; }
  std::string_view value(std::uint32_t code) const { return values_.at(code); }
  /// Returns how many numbers were given out, 0 included.
  std::size_t distinct() const { return values_.size(); }
  /// Returns how many records hold a value.
  std::uint64_t records_of(std::uint32_t code) const { return counts_[code]; }
  /// Returns how many records hold any value.
  std::uint64_t present() const { return size() - counts_[0]; }
  /// Returns the number of a value, 0 when no record holds it.
  std::uint32_t find(std::string_view value) const { return values_.find(value); }

 private:
  std::string name_;
  StringTable values_;
  std::vector<std::uint32_t> codes_;
  std::vector<std::uint64_t> counts_ = {0};
};

/// Records by columns. Two sets to be linked stand one after the other: records before `split` are
/// of the first. `split` 0: one set, to be searched for duplicates.
struct Records {
  std::vector<Field> fields;
  RecordIndex size = 0;
  RecordIndex split = 0;

  bool is_link() const { return split > 0; }
  /// Returns how many pairs there are: all, or those across the two sets.
  double pairs() const;
};

}  // namespace clewline::matching
