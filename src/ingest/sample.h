#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/mapping.h"
#include "ingest/mapping_compiler.h"
#include "ingest/readers/reader_options.h"

namespace clewline::ingest {

/// A field of a sample with its filled values, in order of the records.
struct SampleField {
  std::string path;        // column name, or path of a JSON value
  std::string expression;  // how a mapping names it
  std::vector<std::string> values;
  std::vector<std::uint32_t> records;  // of each value
  bool is_list = false;                // JSON array; values are its text
};

/// The first records of a file, by field.
struct Sample {
  RecordShape shape = RecordShape::csv;
  ReaderOptions options;
  std::vector<SampleField> fields;
  std::uint64_t records = 0;
  std::uint64_t rejected = 0;
};

/// Reads up to `limit` records. CSV fields are columns; JSON fields are the paths of all scalars
/// outside arrays, and arrays as a whole.
Result<Sample> read_sample(const std::string& file, const MappingReader& reader,
                           std::uint64_t limit);

/// Writes the name of a source field as an expression: plain, or with double quotes where it needs
/// them.
std::string field_expression(RecordShape shape, const std::string& path);

/// Writes an expression as a YAML scalar in double quotes.
std::string yaml_quoted(std::string_view text);

}  // namespace clewline::ingest
