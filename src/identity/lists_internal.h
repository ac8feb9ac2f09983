#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/link_input.h"

namespace clewline::identity {

/// A list of numbers for each of 0..size: all lists in one array (compressed sparse rows).
class Lists {
 public:
  Lists() : begin_(1, 0) {}
  /// Takes `begin` (size + 1 offsets, ascending) and the items they cut.
  Lists(std::vector<std::uint32_t> begin, std::vector<std::uint32_t> items)
      : begin_(std::move(begin)), items_(std::move(items)) {}

  std::size_t size() const { return begin_.size() - 1; }
  std::size_t item_count() const { return items_.size(); }
  std::span<const std::uint32_t> of(std::size_t list) const {
    return std::span(items_).subspan(begin_[list], begin_[list + 1] - begin_[list]);
  }
  std::uint32_t begin_of(std::size_t list) const { return begin_[list]; }
  std::span<const std::uint32_t> items() const { return items_; }

  /// Groups the positions of `keys` by key, ascending in each group; positions whose key is
  /// kNoIndex are in none.
  static Lists group(std::span<const std::uint32_t> keys, std::size_t key_count);
  /// Turns lists of items into, for each item below `item_bound`, the ascending lists that hold it.
  static Lists invert(const Lists& lists, std::size_t item_bound);

 private:
  std::vector<std::uint32_t> begin_;
  std::vector<std::uint32_t> items_;
};

/// Numbers distinct pairs (space, value) in order of first appearance. `value` is a number of a
/// StringTable, so a look-up is one array access and, where one string has several meanings, a
/// short chain.
class PairNumbers {
 public:
  struct Pair {
    std::uint32_t space = 0;
    std::uint32_t value = 0;
    std::uint32_t next = kNoIndex;
  };

  /// `value_bound` is greater than every value that will be numbered.
  explicit PairNumbers(std::size_t value_bound = 0) : first_(value_bound, kNoIndex) {}

  /// Returns the number of a pair, giving it one if it has none.
  std::uint32_t number(std::uint32_t space, std::uint32_t value);
  /// Numbers pairs (spaces[i], values[i]) into `numbers[i]`; kNoIndex where the value is 0 (null).
  void number_all(std::span<const std::uint32_t> spaces, std::span<const std::uint32_t> values,
                  std::span<std::uint32_t> numbers);
  /// Hints that a value will be looked up soon.
  void prefetch(std::uint32_t value) const { __builtin_prefetch(&first_[value]); }
  /// Returns the number of a pair, or kNoIndex.
  std::uint32_t find(std::uint32_t space, std::uint32_t value) const;
  const Pair& at(std::uint32_t number) const { return pairs_[number]; }
  std::size_t size() const { return pairs_.size(); }

 private:
  std::vector<std::uint32_t> first_;  // by value: first pair that has it
  std::vector<Pair> pairs_;
};

/// Disjoint sets of 0..size.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t size);
  std::uint32_t find(std::uint32_t item);
  /// Joins two sets and returns the root of the union.
  std::uint32_t join(std::uint32_t a, std::uint32_t b);

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace clewline::identity
