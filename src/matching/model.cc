#include "matching/model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace clewline::matching {
namespace {

constexpr std::array<std::string_view, 15> kNames = {
    "exact",         "jaro",    "jaro_winkler",
    "levenshtein",   "damerau", "levenshtein_similarity",
    "token_jaccard", "days",    "day_month_swapped",
    "prefix",        "suffix",  "user_part",
    "number",        "swapped", "otherwise"};

/// Keeps a logarithm finite; far below any share that can be counted.
constexpr double kShareMin = 1e-15;

}  // namespace

std::string_view level_kind_name(LevelKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<LevelKind> level_kind_of(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<LevelKind>(found - kNames.begin());
}

bool has_threshold(LevelKind kind) {
  return kind != LevelKind::exact && kind != LevelKind::day_month_swapped &&
         kind != LevelKind::user_part && kind != LevelKind::swapped && kind != LevelKind::otherwise;
}

std::string level_name(const Level& level) {
  std::string out(level_kind_name(level.kind));
  if (!has_threshold(level.kind)) return out;
  char text[40];
  std::snprintf(text, sizeof text, " %.10g", level.threshold);
  return out + text;
}

double log2_odds(double probability) {
  const double p = std::clamp(probability, kShareMin, 1 - kShareMin);
  return std::log2(p / (1 - p));
}

double probability_of(double weight) { return 1 / (1 + std::exp(-weight * std::numbers::ln2)); }

double level_weight(const Level& level) {
  return std::log2(std::max(level.m, kShareMin) / std::max(level.u, kShareMin));
}

double exact_u(const Comparison& comparison) {
  for (const Level& level : comparison.levels)
    if (level.kind == LevelKind::exact) return std::max(level.u, kShareMin);
  return 0;
}

std::vector<TermCounts> count_terms(const Model& model, const Records& records) {
  std::vector<TermCounts> out;
  for (const Comparison& comparison : model.comparisons) {
    const bool weighed = std::any_of(comparison.levels.begin(), comparison.levels.end(),
                                     [](const Level& level) { return level.term_weight > 0; });
    if (!weighed) continue;
    for (const Field& field : records.fields) {
      if (field.name() != comparison.field) continue;
      TermCounts terms{field.name(), field.present(), {}};
      for (std::uint32_t code = 1; code < field.distinct(); ++code)
        if (field.records_of(code) > 1)
          terms.counts.emplace_back(field.value(code), field.records_of(code));
      std::sort(terms.counts.begin(), terms.counts.end());
      out.push_back(std::move(terms));
    }
  }
  return out;
}

}  // namespace clewline::matching
