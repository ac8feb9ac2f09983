#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "matching/model.h"
#include "matching/records.h"

namespace clewline::matching {

/// The levels of one pair, four bits a comparison from the lowest; `kAbsent` where a value lacks.
using Pattern = std::uint64_t;
inline constexpr std::uint64_t kAbsent = 15;

inline std::size_t level_of(Pattern pattern, std::size_t comparison) {
  return (pattern >> (4 * comparison)) & 15;
}

/// What comparing needs of records and model, made once: fields by comparison, dates, numbers and
/// words of every distinct value, frequencies. Immutable afterwards; any thread may read it.
class ComparedFields {
 public:
  /// Errors: `bad_input` when a comparison names a field that the records lack, or is malformed.
  static Result<ComparedFields> make(const Model& model, const Records& records);

  /// A value close at hand: most are short, and memory far away is what a comparison waits for.
  struct NearText {
    static constexpr std::uint8_t kFar = 255;
    std::uint8_t length = kFar;
    char bytes[31] = {};
  };

  struct FieldFacts {
    const Field* field = nullptr;
    std::vector<NearText> near;         // by code
    std::vector<std::int32_t> days;     // since 1970 by code; empty unless asked for
    std::vector<double> numbers;        // by code; NaN is none
    std::vector<std::uint32_t> places;  // words of a code: words[places[code] … places[code + 1]]
    std::vector<std::uint32_t> words;   // ascending numbers
    std::vector<double> log2_share;     // log2 of the share of records with a value, by code

    std::string_view text(std::uint32_t code) const {
      const NearText& here = near[code];
      return here.length == NearText::kFar ? field->value(code)
                                           : std::string_view(here.bytes, here.length);
    }
  };

  /// A comparison with a level `swapped`, and what it needs.
  struct Swap {
    std::size_t comparison = 0;
    std::size_t level = 0;
    std::size_t partner = kNoPartner;  // comparison of the other field, where there is one
    const Field* other = nullptr;
    std::vector<std::uint32_t> in_other;  // by code: the code of the same value in `other`
    static constexpr std::size_t kNoPartner = 99;
  };

  const std::vector<Swap>& swaps() const { return swaps_; }
  const std::vector<FieldFacts>& facts() const { return facts_; }
  const std::vector<Comparison>& comparisons() const { return comparisons_; }
  const Records& records() const { return *records_; }
  /// Returns a record's values, one code for each comparison.
  const std::uint32_t* codes_of(RecordIndex record) const {
    return &codes_[std::size_t{record} * facts_.size()];
  }

 private:
  const Records* records_ = nullptr;
  std::vector<Comparison> comparisons_;
  std::vector<FieldFacts> facts_;
  std::vector<Swap> swaps_;
  std::vector<std::uint32_t> codes_;  // of a record side by side
};

/// Compares pairs of records. Keeps what it met: one for each thread; the answers depend on the two
/// records alone.
class Comparator {
 public:
  explicit Comparator(const ComparedFields& fields);

  Pattern compare(RecordIndex a, RecordIndex b);
  /// Returns Σ w·log2(share) over the levels of the pattern that weigh by frequency: what a match
  /// weight loses to common values, before the exact level's u comes in.
  double terms(Pattern pattern, RecordIndex a, RecordIndex b) const;
  double term(std::size_t comparison, std::size_t level, RecordIndex a, RecordIndex b) const;

 private:
  struct Met {
    std::uint64_t values = 0;
    std::uint8_t level = 0;
  };
  std::size_t level(std::size_t comparison, std::uint32_t a, std::uint32_t b);
  Pattern with_swaps(Pattern pattern, RecordIndex a, RecordIndex b) const;

  const ComparedFields& fields_;
  std::vector<std::vector<Met>> met_;    // by comparison, direct-mapped
  std::vector<std::uint8_t> has_terms_;  // by comparison
  bool any_terms_ = false;
};

}  // namespace clewline::matching
