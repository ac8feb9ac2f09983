#pragma once

#include <string_view>
#include <vector>

#include "ingest/event_batch.h"
#include "ingest/gathered_rows.h"
#include "ingest/identifier_builder.h"
#include "ingest/mapped_batch.h"
#include "ingest/mapping_compiler.h"

namespace clewline::ingest {

/// Everything a table's columns are made from.
struct RowInputs {
  const CompiledMapping& compiled;
  const DeliveryFacts& delivery;
  const GatheredRows& gathered;
  const std::vector<std::uint32_t>& kept;  // rows of `gathered` that become rows of the table
  const RecordBatch& records;
  std::shared_ptr<const BlockList> block;
  std::vector<std::uint64_t>& issues;  // of each kept row
};

/// Fills the columns of `events` for the kept rows of `out` (whose `row_record` and `rows.rows` are
/// set).
void fill_event_columns(const RowInputs& inputs, MappedBatch& out);

/// Fills the columns of `profiles` or `reference_rows`.
void fill_profile_columns(const RowInputs& inputs, MappedBatch& out);
void fill_reference_columns(const RowInputs& inputs, MappedBatch& out);

/// Fills identifiers of all kept rows into the column, adding their issues.
void fill_identifiers(const RowInputs& inputs, MappedBatch& out, RowColumn& column);

/// Writes the JSON object of a kept row's attributes; without memory when it has none.
std::string_view attributes_json(const RowInputs& inputs, std::uint32_t row, TextArena& arena,
                                 std::string& scratch);

/// Writes issue names of all kept rows and counts them per record.
void fill_issues(const RowInputs& inputs, MappedBatch& out, RowColumn& column);

/// Makes the raw_ref texts "file_id:offset:length".
void fill_raw_refs(const RowInputs& inputs, MappedBatch& out, RowColumn& column);

/// Adds the links of a JSON array of {rel, system, id}; returns issue bits.
std::uint64_t append_links(std::string_view json, TextArena& arena, RowColumn& column);

/// Finds a column of a table contract by name; the name must exist.
std::size_t table_column(std::string_view table, std::string_view name);

}  // namespace clewline::ingest
