#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/event_fields.h"
#include "ingest/mapping.h"
#include "ingest/readers/projector.h"
#include "store/database.h"
#include "text/timestamp.h"

namespace clewline::ingest {

/// What of the workspace a mapping depends on.
struct WorkspaceDefaults {
  std::string zone = "UTC";
  std::string region;
};

/// The shape of the records an expression sees: it decides how names become paths.
enum class RecordShape : std::uint8_t { csv, json };

/// A column of the answer of the generated SELECT.
struct OutputColumn {
  enum class Use : std::uint8_t {
    record,     // index of the record in its batch
    rule,       // index of the emit rule; -1: the row makes no event
    record_id,  // text; null: none
    version,    // BIGINT
    skip,       // BOOLEAN
    reject,     // text: reason
    source,
    stream,
    event_type,    // text, only where rules give it by expression
    issues,        // UBIGINT: bits of RowIssue
    field,         // `index`: number of event_fields()
    time_quality,  // UTINYINT + 1 of TimeQuality of occurred_at; 0: null
    time_precision,
    time_zone,  // text
    attribute,  // `index`: number of CompiledMapping::attributes
    link,       // `index`: number of CompiledMapping::links
    identifier_value,
    identifier_role,
    identifier_assurance,
    identifier_list,
    reference_key,
    valid_from,
    valid_to,
    profile_id,
  };
  Use use = Use::record;
  int index = 0;
};

/// An identifier of the answer: `value`, `role`, `assurance` are columns.
struct CompiledIdentifier {
  std::string kind;
  bool network_phone = false;  // null where the rule applies means: the caller withheld the number
  bool has_when = false;
  std::string constant_role;       // empty: in a column
  std::string constant_assurance;  // empty: in a column
  bool is_list = false;
};

struct CompiledAttribute {
  std::string name;  // without ".*"
  bool all_keys = false;
};

struct CompiledLink {
  std::string rel;
  std::string system;
};

/// A reference-table look-up declared by a field.
struct CompiledLookup {
  std::string field;
  std::string table;
  std::string column;
};

/// A mapping turned into one SELECT over projected rows.
struct CompiledMapping {
  std::shared_ptr<const Mapping> mapping;
  RecordShape shape = RecordShape::csv;
  ProjectionPlan plan;
  std::string sql;  // reads clew_source('NAME') for the NAME given to `compile_mapping`
  std::vector<OutputColumn> columns;
  std::vector<CompiledIdentifier> identifiers;
  std::vector<CompiledAttribute> attributes;
  std::vector<CompiledLink> links;
  std::vector<CompiledLookup> lookups;
  std::vector<std::string> rule_event_types;  // of each emit rule; empty: by expression
  std::vector<text::TimeFormat> time_formats;
  std::vector<std::string> time_zones;  // of each format: the zone text is read in, or empty
  std::string region;                   // of national telephone numbers
  bool uses_line_number = false;
  bool uses_file_name = false;
};

/// Names of the source columns beside the projected cells c0, c1, …
inline constexpr const char* kRecordColumn = "r";
inline constexpr const char* kBranchColumn = "b";
inline constexpr const char* kLineColumn = "line_number";
inline constexpr const char* kFileColumn = "file_name";

/// Compiles a mapping for records of one shape. `parser` is any connection that holds our SQL
/// functions (sql_functions.h); expressions are bound there one by one, so that errors name their
/// place.
Result<CompiledMapping> compile_mapping(std::shared_ptr<const Mapping> mapping, RecordShape shape,
                                        const WorkspaceDefaults& workspace,
                                        store::Connection& parser, const std::string& source_name);

}  // namespace clewline::ingest
