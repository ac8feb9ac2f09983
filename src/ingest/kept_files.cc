#include "ingest/kept_files.h"

#include <absl/container/flat_hash_set.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ingest/readers/raw_keeper.h"

namespace clewline::ingest {
namespace {

namespace fs = std::filesystem;

TextEncoding encoding_of(const std::string& name) {
  if (name == "utf-16le") return TextEncoding::utf16_le;
  if (name == "utf-16be") return TextEncoding::utf16_be;
  if (name == "latin-1") return TextEncoding::latin1;
  if (name == "windows-1252") return TextEncoding::windows_1252;
  return TextEncoding::utf8;
}

Sha256Digest digest_of(const std::string& hex) {
  Sha256Digest digest;
  for (std::size_t i = 0; i < digest.bytes.size() && 2 * i + 1 < hex.size(); ++i) {
    digest.bytes[i] = static_cast<std::uint8_t>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
  }
  return digest;
}

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Moves the records at these offsets to the rejected ones.
void reject_cut_off(RecordBatch& batch, const absl::flat_hash_set<std::uint64_t>& offsets) {
  std::vector<Record> whole;
  for (const Record& record : batch.records) {
    if (!offsets.contains(record.offset)) {
      whole.push_back(record);
      continue;
    }
    RejectedRecord refused;
    refused.raw = record.raw;
    refused.offset = record.offset;
    refused.line = record.line;
    refused.ordinal = record.ordinal;
    refused.tail_bytes = record.tail_bytes;
    refused.reason = RejectReason::truncated_input;
    refused.detail =
        "the file stops in the middle of this record; get the whole file and import it";
    batch.rejected.push_back(std::move(refused));
  }
  batch.records = std::move(whole);
}

}  // namespace

Result<std::vector<KeptImport>> kept_imports(store::Connection& connection) {
  std::vector<KeptImport> imports;
  CLEW_TRY(const auto rows,
           connection.query_rows(
               "SELECT import_id, mapping, source, started_at FROM store.imports WHERE "
               "command = 'import' AND state = 'done' ORDER BY import_id"));
  for (const auto& row : rows) {
    KeptImport import;
    import.import_id = std::get<std::int64_t>(row[0]);
    import.mapping_label = std::get<std::string>(row[1]);
    import.source = std::get<std::string>(row[2]);
    import.started_at = std::get<store::TimeValue>(row[3]).us;
    CLEW_TRY(const auto files,
             connection.query_rows("SELECT file_id, file_name, sha256, compression, encoding, kept "
                                   "FROM store.import_files "
                                   "WHERE import_id = $1 ORDER BY file_id",
                                   {import.import_id}));
    for (const auto& file : files) {
      import.files.push_back({import.import_id, std::get<std::int64_t>(file[0]),
                              std::get<std::string>(file[1]), std::get<std::string>(file[2]),
                              std::get<std::string>(file[3]), std::get<std::string>(file[4]),
                              std::get<bool>(file[5])});
    }
    imports.push_back(std::move(import));
  }
  return imports;
}

std::string kept_path(const std::string& raw_folder, const KeptFile& file) {
  return (fs::path(raw_folder) / raw_file_name(digest_of(file.sha256), encoding_of(file.encoding)))
      .string();
}

Result<FileToImport> reread(store::Connection& connection, const std::string& raw_folder,
                            const KeptFile& file) {
  std::error_code error;
  const std::string path = kept_path(raw_folder, file);
  if (!file.kept || !fs::exists(path, error)) {
    return Error{ErrorCode::not_found,
                 "the bytes of " + file.name + " (import " + std::to_string(file.import_id) +
                     ") were not kept",
                 "Import the file again; without --no-keep-raw its bytes are kept."};
  }
  auto cut_off = std::make_shared<absl::flat_hash_set<std::uint64_t>>();
  CLEW_TRY(const auto rows,
           connection.query_rows("SELECT byte_offset FROM store.rejected WHERE file_id = $1 AND "
                                 "starts_with(reason, 'truncated_input')",
                                 {file.file_id}));
  for (const auto& row : rows)
    cut_off->insert(static_cast<std::uint64_t>(std::get<std::int64_t>(row[0])));
  FileToImport again;
  again.name = file.name;
  again.file_id = file.file_id;
  again.keep_raw = false;
  again.write_file_row = false;
  const bool from_rows =
      file.packing == "parquet" || file.packing == "xes" || file.packing == "ocel";
  again.open = [path, from_rows](const MappingReader& reader) {
    MappingReader kept = reader;
    kept.options.encoding = TextEncoding::utf8;
    if (from_rows) {
      kept.format = MappingReader::Format::text;
      kept.options.format = RecordFormat::ndjson;
    }
    return open_delivery(path, kept);
  };
  if (!cut_off->empty())
    again.select = [cut_off](RecordBatch& batch) { reject_cut_off(batch, *cut_off); };
  return again;
}

Result<Mapping> stored_mapping(const std::string& raw_folder, const KeptImport& import) {
  const std::string name = import.mapping_name() + "-" + import.mapping_hash() + ".yaml";
  const std::string path = (fs::path(raw_folder) / "mappings" / name).string();
  std::error_code error;
  if (!fs::exists(path, error)) {
    return Error{
        ErrorCode::not_found,
        "the mapping of import " + std::to_string(import.import_id) + " is missing: " + path,
        "Put the file back from a backup of the workspace."};
  }
  return parse_mapping(read_all(path), path, {});
}

Result<Mapping> mended_mapping(const ImportEnvironment& environment, const KeptImport& import,
                               const std::string& given) {
  const std::string name = import.mapping_name();
  if (!given.empty()) {
    CLEW_TRY(Mapping mapping, load_mapping(given, environment.mappings));
    if (mapping.name == name) return mapping;
    return Error{ErrorCode::usage,
                 "import " + std::to_string(import.import_id) + " used mapping " + name + ", not " +
                     mapping.name,
                 "Name the mended file of that mapping."};
  }
  const std::string origin =
      read_all((fs::path(environment.raw_folder) / "mappings" / (name + ".origin")).string());
  std::error_code error;
  if (!origin.empty() && fs::exists(origin, error)) {
    CLEW_TRY(Mapping mapping, load_mapping(origin, environment.mappings));
    if (mapping.name == name) return mapping;
  }
  auto preset = load_mapping(name, environment.mappings);
  if (preset.ok() || preset.error().code != ErrorCode::not_found) return preset;
  return Error{ErrorCode::not_found,
               "the mapping " + name + " of import " + std::to_string(import.import_id) +
                   " is not where it was: " + origin,
               "Name the mended file: replay --mapping PATH."};
}

}  // namespace clewline::ingest
