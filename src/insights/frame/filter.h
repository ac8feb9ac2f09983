#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "insights/frame/question.h"

namespace clewline::insights {

/// A value that a person wrote, handed to the database beside the statement.
using Parameter = std::variant<bool, std::int64_t, double, std::string>;

/// A condition in SQL with its values apart.
struct Condition {
  std::string sql = "true";    // with $n
  std::string shown = "true";  // the same with the values written out, to read and to run by hand
};

/// Values of one statement; `add` returns the place of a value, "$3".
class Parameters {
 public:
  std::string add(Parameter value);
  const std::vector<Parameter>& values() const { return values_; }

 private:
  std::vector<Parameter> values_;
};

/// Writes a value as a literal of SQL.
std::string literal(const Parameter& value);

/// Compiles an expression over fields, e.g. `queue = 'Billing' and (wait > 20s or abandoned)`:
/// = != < <= > >=, in (…), like, is null, and, or, not, parentheses; texts in single quotes,
/// durations as 20s, 5min, 2h, 3d, times as '2024-03-31' or '2024-03-31 14:00' of `zone`. A missing
/// value differs from every value. Nothing that was written becomes part of the statement but names
/// of fields. Error: `usage`, with the position.
Result<Condition> compile_filter(std::string_view text, std::span<const Field> fields,
                                 std::string_view zone, Parameters& parameters);

/// Returns the field of a name. Error: `usage`, with the names there are.
Result<const Field*> find_field(std::string_view name, std::span<const Field> fields);

/// Returns `field op $n` for a moment of `zone`, written as a date or a date and time.
Result<Condition> compare_time(std::string_view column, std::string_view comparison,
                               std::string_view moment, std::string_view zone,
                               Parameters& parameters);

}  // namespace clewline::insights
