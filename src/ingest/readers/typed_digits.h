#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/readers/reader_options.h"
#include "ingest/readers/record.h"

namespace clewline::ingest {

/// A field into which people type digits freely (`typed_digits` of a mapping).
struct TypedDigitsField {
  std::string path;            // JSON path (arrays on the way apply to every element) or CSV column
  std::string condition_path;  // empty: always; otherwise a path in the same record
  std::string condition_value;  // mask only where the field at condition_path equals this
};

/// Overwrites the digits of typed fields with '*' in the bytes of a batch, length kept, before
/// anything else sees them. A field with one or two digits in all is a menu choice and stays. A
/// bare JSON number becomes a bare run of stars, which JsonTape reads as a masked value. Rejected
/// records, whose fields cannot be told apart with certainty, lose the digits of every place that
/// may be such a field. Immutable; threads share it.
class TypedDigitsMask {
 public:
  static Result<TypedDigitsMask> compile(const std::vector<TypedDigitsField>& fields,
                                         const ReaderOptions& options);
  TypedDigitsMask(TypedDigitsMask&&) noexcept;
  TypedDigitsMask& operator=(TypedDigitsMask&&) noexcept;
  ~TypedDigitsMask();

  bool empty() const;
  /// Masks the batch in place; returns how many fields were changed.
  std::size_t apply(RecordBatch& batch) const;

 private:
  struct State;
  explicit TypedDigitsMask(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace clewline::ingest
