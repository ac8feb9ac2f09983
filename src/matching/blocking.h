#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matching/records.h"

namespace clewline::matching {

/// A part of a value that has to be equal: all of it, its first or its last bytes.
struct BlockKey {
  enum class Part : std::uint8_t { whole, first, last };
  std::string field;
  Part part = Part::whole;
  std::size_t bytes = 0;
};

/// Pairs that agree on every key are compared; an absent value agrees with nothing.
struct BlockingRule {
  std::vector<BlockKey> keys;
};

/// Reads a key as settings write it: "surname", "surname[:4]" (first four), "phone[-7:]" (last
/// seven).
Result<BlockKey> parse_block_key(std::string_view text);
std::string block_key_text(const BlockKey& key);
std::string blocking_rule_text(const BlockingRule& rule);

struct BlockingOptions {
  /// A key that more records hold says too little: its pairs are left out.
  std::uint64_t records_max = 10'000;
};

/// What one rule brings, for the report.
struct RuleCount {
  std::uint64_t groups = 0;
  std::uint64_t pairs = 0;  // also those that earlier rules have
  std::uint64_t keys_left_out = 0;
  std::uint64_t pairs_left_out = 0;
};

/// The pairs of several rules, each pair once: under the first rule that has it.
class Blocking {
 public:
  /// Errors: `bad_input` when a rule names no field of the records, or has no key.
  static Result<Blocking> make(const std::vector<BlockingRule>& rules, const Records& records,
                               const BlockingOptions& options = {});

  /// A piece of work: some records of one group of one rule with all that follow them in it.
  struct Unit {
    std::uint32_t rule = 0;
    std::uint32_t begin = 0;  // places in the rule's members
    std::uint32_t last = 0;   // begin … last - 1 come first in a pair
    std::uint32_t end = 0;    // where the group ends
  };
  const std::vector<Unit>& units() const { return units_; }
  const std::vector<RuleCount>& counts() const { return counts_; }

  /// Calls `visit(a, b)`, a < b, for every pair of a unit that no earlier rule has.
  template <typename Visit>
  void visit(const Unit& unit, const Visit& visit) const {
    const Rule& rule = rules_[unit.rule];
    for (std::uint32_t i = unit.begin; i < unit.last; ++i) {
      const RecordIndex a = rule.members[i];
      if (split_ > 0 && a >= split_) break;
      for (std::uint32_t j = i + 1; j < unit.end; ++j) {
        const RecordIndex b = rule.members[j];
        if (split_ > 0 && b < split_) continue;
        if (!has_earlier(unit.rule, a, b)) visit(a, b);
      }
    }
  }

 private:
  struct Rule {
    std::vector<std::uint32_t> group_of;  // by record; 0: none
    std::vector<RecordIndex> members;     // by group, ascending within
  };
  bool has_earlier(std::uint32_t rule, RecordIndex a, RecordIndex b) const {
    for (std::uint32_t r = 0; r < rule; ++r) {
      const std::uint32_t group = rules_[r].group_of[a];
      if (group != 0 && group == rules_[r].group_of[b]) return true;
    }
    return false;
  }
  void add_rule(std::vector<std::uint32_t> key_of, std::uint32_t keys,
                const BlockingOptions& options);
  void add_units(std::uint32_t begin, std::uint32_t end);

  std::vector<Rule> rules_;
  std::vector<Unit> units_;
  std::vector<RuleCount> counts_;
  RecordIndex split_ = 0;
};

}  // namespace clewline::matching
