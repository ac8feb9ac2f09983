#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matching/records.h"

namespace clewline::matching {

/// What has to hold of two values for a level of agreement. Definitions: docs/methods/dedupe.md.
enum class LevelKind : std::uint8_t {
  exact,                   // the same text
  jaro,                    // Jaro similarity ≥ threshold
  jaro_winkler,            // Jaro-Winkler similarity ≥ threshold
  levenshtein,             // distance ≤ threshold
  damerau,                 // Damerau-Levenshtein distance ≤ threshold
  levenshtein_similarity,  // 1 - distance / longer ≥ threshold
  token_jaccard,           // shared words / all words ≥ threshold
  days,                    // both dates, at most that many days apart
  day_month_swapped,       // both dates, one with day and month exchanged
  prefix,                  // the same first `threshold` bytes
  suffix,                  // the same last `threshold` bytes
  user_part,               // the same text before an @
  number,                  // both numbers, at most `threshold` apart
  swapped,                 // this value and that of `other_field` changed places
  otherwise                // whatever is left
};

/// Returns the name of a kind as settings and models write it, e.g. "jaro_winkler".
std::string_view level_kind_name(LevelKind kind);
std::optional<LevelKind> level_kind_of(std::string_view name);
/// Tells whether a kind has a threshold.
bool has_threshold(LevelKind kind);

/// One level of agreement with the share of matches (m) and of non-matches (u) that show it.
/// `term_weight` > 0: agreement on a rare value counts for more, by that power.
struct Level {
  LevelKind kind = LevelKind::otherwise;
  double threshold = 0;
  double term_weight = 0;
  double m = 0;
  double u = 0;
};

/// Writes a level for people: "exact", "jaro_winkler 0.92", "otherwise".
std::string level_name(const Level& level);

/// How one field is compared: the first level that holds counts, the last is `otherwise`.
struct Comparison {
  std::string field;
  std::vector<Level> levels;
  /// For the level `swapped`; the comparison of that field then counts as absent.
  std::string other_field = {};
};

/// Most comparisons of a model, and most levels of a comparison: a pair's levels fit 64 bits.
inline constexpr std::size_t kComparisonsMax = 16;
inline constexpr std::size_t kLevelsMax = 15;

/// How often each value of a field occurs: `count / present`. Values that are not listed count 1.
struct TermCounts {
  std::string field;
  std::uint64_t present = 0;
  std::vector<std::pair<std::string, std::uint64_t>> counts;  // of 2 and more, ascending by value
};

/// A frozen model: all that a match probability depends on beside the two records. `terms` empty:
/// frequencies are those of the records at hand.
struct Model {
  double lambda = 0.0001;  // share of matches among all pairs
  std::vector<Comparison> comparisons;
  std::vector<TermCounts> terms;
};

/// Returns log2 of the odds of a probability.
double log2_odds(double probability);
/// Returns the probability of a match weight (log2 of odds).
double probability_of(double weight);
/// Returns log2(m / u) of a level, both kept off 0.
double level_weight(const Level& level);
/// Returns the u of a comparison's exact level; 0 when it has none.
double exact_u(const Comparison& comparison);

/// Counts the values of the fields that the model weighs by frequency.
std::vector<TermCounts> count_terms(const Model& model, const Records& records);

}  // namespace clewline::matching
