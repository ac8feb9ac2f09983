#include "ingest/import.h"

#include <filesystem>

#include "ingest/import_session.h"
#include "ingest/readers/byte_source.h"
#include "ingest/table_mapping.h"

namespace clewline::ingest {
namespace {

namespace fs = std::filesystem;

std::uint64_t size_of_all(const std::vector<std::string>& paths) {
  std::uint64_t total = 0;
  for (const std::string& path : paths) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) return 0;
    total += size;
  }
  return total;
}

std::string name_of(const std::string& path) {
  return path == "-" ? "stdin" : fs::path(path).filename().string();
}

}  // namespace

Result<ImportSummary> import_files(const ImportEnvironment& environment,
                                   const ImportOptions& options, const ImportObserver& observer) {
  const TimeUs started = environment.clock.now();
  CLEW_TRY(const std::vector<std::string> paths, expand_inputs(options.files));
  if (paths.empty())
    return Error{ErrorCode::usage, "no file to import",
                 "Name files, patterns, or - for standard input."};
  if (!options.table.empty() && (paths.size() != 1 || paths[0] == "-")) {
    return Error{ErrorCode::usage, "a reference table is imported from one file",
                 "Write import --table NAME FILE."};
  }
  std::string note;
  CLEW_TRY(Mapping loaded, options.table.empty()
                               ? load_mapping(options.mapping, environment.mappings)
                               : mapping_for_table(options.table, paths.at(0), note));
  auto mapping = std::make_shared<const Mapping>(std::move(loaded));
  CLEW_TRY(store::Connection connection, environment.database.connect());
  CLEW_TRY(store::Transaction transaction, store::Transaction::begin(connection));
  ImportSummary summary;
  CLEW_TRY(summary.import_id, next_number(connection, "imports", "import_id"));
  CLEW_TRY(std::int64_t file_id, next_number(connection, "import_files", "file_id"));
  ImportSession session(environment, connection, mapping, options.source);
  CLEW_TRY_VOID(session.begin(summary.import_id, started));
  const bool keep_raw = options.keep_raw && !options.dry_run;
  const std::uint64_t bytes_total = size_of_all(paths);
  for (const std::string& path : paths) {
    FileToImport file;
    file.path = path;
    file.name = name_of(path);
    file.file_id = file_id++;
    file.keep_raw = keep_raw;
    CLEW_TRY_VOID(session.add_file(file, summary, observer, bytes_total));
  }
  CLEW_TRY_VOID(session.finish(summary));
  CLEW_TRY_VOID(settle_block_list(connection, environment.defaults.region));
  if (!note.empty()) summary.notes.push_back(note);
  const TimeUs finished = environment.clock.now();
  summary.seconds = static_cast<double>(finished - started) / static_cast<double>(kUsPerSecond);
  summary.mapping = mapping->label();
  if (!options.keep_raw)
    summary.notes.push_back(
        "Raw bytes are not kept: these records cannot be replayed or made again.");
  if (options.dry_run) {
    CLEW_TRY_VOID(transaction.rollback());
    summary.import_id = 0;
    return summary;
  }
  CLEW_TRY_VOID(keep_mapping(environment.raw_folder, *mapping));
  if (options.table.empty()) CLEW_TRY_VOID(keep_origin(environment.raw_folder, *mapping));
  const std::string& source = options.source.empty() ? mapping->source.name : options.source;
  CLEW_TRY_VOID(
      write_import_row(connection, summary, "import", *mapping, source, started, finished));
  if (environment.reached) environment.reached("before_commit");
  CLEW_TRY_VOID(transaction.commit());
  if (environment.reached) environment.reached("committed");
  return summary;
}

}  // namespace clewline::ingest
