#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ingest/readers/reader_options.h"
#include "ingest/readers/typed_digits.h"
#include "ingest/yaml_tree.h"

namespace clewline::ingest {

/// An SQL expression as the mapping file has it.
struct ExpressionText {
  std::string text;
  Place place;
  bool present() const { return !text.empty(); }
};

/// A name with its expression.
struct NamedExpression {
  std::string name;
  ExpressionText expression;
};

struct MappingSource {
  std::string vendor;
  std::string name;
  std::string stream = "default";
  std::string channel = "other";
  std::string zone;    // empty: none; "workspace"
  std::string region;  // empty: none; "workspace"
  Place place;
};

/// What a mapping says about files; `format` auto is settled for each file.
struct MappingReader {
  enum class Format : std::uint8_t { automatic, text, parquet, ocel };
  Format format = Format::automatic;
  ReaderOptions options;
  bool ragged_given = false;
  bool delimiter_given = false;
  bool ignore_case = false;
};

enum class RecordKind : std::uint8_t { event, profile, reference };

struct MappingRecord {
  bool keyless = false;
  std::vector<ExpressionText> key;
  bool content_when_no_key = false;
  ExpressionText version;
  RecordKind kind = RecordKind::event;
  ExpressionText source;
  ExpressionText stream;
  Place place;
};

struct RejectRule {
  ExpressionText when;
  std::string reason;
  std::string field;
};

struct Loop {
  std::string alias;
  std::string path;  // as written, may begin with an earlier alias
  Place place;
};

struct IdentifierRule {
  std::string kind;
  ExpressionText value;
  ExpressionText when;
  ExpressionText role;  // a literal is kept as an SQL text constant
  ExpressionText assurance;
  std::string each;
  ExpressionText list;  // instead of everything above
  Place place;
};

struct LinkRule {
  std::string rel;
  std::string system;
  ExpressionText id;
};

/// Fields of `common` or of one emit rule.
struct FieldSet {
  std::vector<NamedExpression> fields;
  std::vector<NamedExpression> attributes;  // name ending in ".*" or "*": a path
  std::vector<LinkRule> links;
  std::vector<IdentifierRule> identifiers;
};

struct EmitRule {
  ExpressionText when;
  bool otherwise = false;
  std::string each;
  std::string event_type;  // literal, when it is one
  ExpressionText event_type_expression;
  FieldSet set;
  Place place;
};

struct EnumMap {
  std::string name;
  std::vector<std::pair<std::string, std::optional<std::string>>> entries;
  std::optional<std::string> fallback;
  Place place;
};

struct ReferenceRule {
  std::string table;
  ExpressionText key;
  ExpressionText valid_from;
  ExpressionText valid_to;
  std::vector<NamedExpression> values;
};

struct ProfileRule {
  ExpressionText profile_id;
  ExpressionText valid_from;
  std::vector<NamedExpression> attributes;
};

struct BlockRule {
  std::string kind;
  std::string value;    // normalised on use
  std::string pattern;  // with `*`
  std::string reason;
};

struct MappingTest {
  std::string sample;  // path, resolved against the mapping's folder
  std::string expect;
  std::string source;
  std::string zone;
  std::string region;
  Place place;
};

/// A mapping file, read and checked but for its expressions.
struct Mapping {
  std::string name;
  std::string version;
  std::string description;
  std::string status;
  MappingSource source;
  MappingReader reader;
  MappingRecord record;
  ExpressionText skip;
  std::vector<RejectRule> reject;
  std::vector<Loop> loops;
  std::vector<NamedExpression> let;
  std::vector<TypedDigitsField> typed_digits;
  FieldSet common;
  std::vector<EmitRule> emit;
  std::optional<ProfileRule> profile;
  std::optional<ReferenceRule> reference;
  std::vector<EnumMap> maps;
  std::vector<BlockRule> block;
  bool report_unmapped = false;
  std::vector<MappingTest> tests;

  std::string path;           // the file, or empty
  std::string resolved_text;  // one document with everything `extends` brought in; loads to the
                              // same mapping
  std::string hash;           // first 12 hex digits of the SHA-256 of resolved_text

  /// Returns "name@version#hash" as stored with every event.
  std::string label() const { return name + "@" + version + "#" + hash; }
};

/// Where mappings named without a folder are looked for, in order.
struct MappingFolders {
  std::vector<std::string> folders;
};

/// Loads a mapping: a path to a file, or the name of a preset. Fails with file, line, column and a
/// hint.
Result<Mapping> load_mapping(const std::string& name_or_path, const MappingFolders& folders);

/// Reads a mapping from its text; `file` names it in messages and is the base of relative paths.
Result<Mapping> parse_mapping(std::string_view text, const std::string& file,
                              const MappingFolders& folders);

}  // namespace clewline::ingest
