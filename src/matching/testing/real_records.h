#pragma once

#include <optional>
#include <string>
#include <vector>

#include "matching/records.h"

namespace clewline::matching {

/// How a test's file is written, and whether blanks around a value belong to it.
struct TableForm {
  char separator = ',';
  bool trim = false;
  bool fold = false;  // capital ASCII letters as small ones
};

/// Returns the folder of the real data sets, or of the golden files beside it; empty when
/// CLEWLINE_REAL_DATA is not set.
std::string real_data_folder();
std::string golden_folder();

/// Reads a simple CSV file with a header, all columns as fields. Stops the test program when the
/// file is not there.
Records read_table(const std::string& path, const TableForm& form = {});

/// Puts one set before the other, by the columns of the first.
Records put_together(const Records& first, const Records& second);

const Field& field_of(const Records& records, const std::string& name);
std::string text_of(const Records& records, const std::string& field, RecordIndex record);

}  // namespace clewline::matching
