#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clewline::insights {

/// What a field holds; decides which values it is compared with. `texts` are a list: equal to each
/// of its entries.
enum class FieldKind : std::uint8_t { text, number, seconds, boolean, time, texts };

/// A column of the units, for --where and --by. Columns of kind `seconds` hold milliseconds.
struct Field {
  std::string_view name;
  FieldKind kind = FieldKind::text;
  std::string_view meaning;
};

/// How a measure is computed from its two columns.
enum class MeasureKind : std::uint8_t {
  count,    // the sum of the numerator
  share,    // numerator over denominator, 0..1
  seconds,  // the same, from milliseconds
  mean,     // the same, of anything else
  points,   // the same, from thousandths
};

/// One number about units: a sum over another. Both are SQL expressions over the units' columns,
/// whole numbers; a unit whose denominator is null does not count.
struct Measure {
  std::string name;
  MeasureKind kind = MeasureKind::share;
  std::string numerator;
  std::string denominator = "1";
  std::string meaning;
};

/// An option that one insight understands, `--name VALUE`; insights that share a name mean the
/// same.
struct InsightOption {
  std::string_view name;   // "level"
  std::string_view value;  // what to write after it, "LEVEL"
  std::string meaning;     // with what holds when it is not given
  std::vector<std::string> choices = {};
  bool repeated = false;
};

/// An option as it was given.
struct GivenOption {
  std::string name;
  std::string value;
};

/// Everything about one insight that does not depend on the data.
struct Question {
  std::string_view name;
  std::string_view question;    // as a supervisor asks it
  std::string_view definition;  // what a unit is, and what is counted
  std::string_view limits;      // what the answer does not say
  std::string_view unit;        // "queue visit"
  std::string_view units;       // its plural
  std::span<const Field> fields;
  /// Groupings of an answer without --by, besides all units together.
  std::vector<std::string> usual_groupings = {};
  std::vector<InsightOption> options = {};
  /// Settings it goes by besides those of its own section, e.g. "counting.resolution.window".
  std::vector<std::string_view> also_reads = {};
};

}  // namespace clewline::insights
