#pragma once

#include <absl/container/flat_hash_set.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/delivery.h"
#include "ingest/evaluator.h"
#include "ingest/identifier_builder.h"
#include "ingest/import.h"
#include "ingest/import_writer.h"
#include "ingest/key_ledger.h"
#include "store/database.h"

namespace clewline::ingest {

/// One file to take in: where its bytes are and what it is called in the ledger.
struct FileToImport {
  std::string path;  // a file, "-", or empty with `bytes`
  std::string name;  // without folders
  std::int64_t file_id = 0;
  bool keep_raw = true;
  std::function<Result<std::unique_ptr<Delivery>>(const MappingReader&)> open;  // instead of `path`
  std::function<void(RecordBatch&)> select;  // narrows to some records; may be empty
  bool write_file_row = true;
};

/// The steps that import, replay and forget share: files under one mapping into the tables, inside
/// the transaction of the caller. Used by one thread.
class ImportSession {
 public:
  ImportSession(const ImportEnvironment& environment, store::Connection& connection,
                std::shared_ptr<const Mapping> mapping, std::string source_name);

  /// Prepares ledger and writer. With `wanted`, only those keys are written, and no receipts.
  /// `received_at`: the start of the import, which its records and events carry.
  Status begin(std::int64_t import_id, TimeUs received_at,
               const absl::flat_hash_set<Id128>* wanted = nullptr);
  /// Takes in one file.
  Status add_file(const FileToImport& file, ImportSummary& summary, const ImportObserver& observer,
                  std::uint64_t bytes_total);
  /// Finishes the rows; afterwards only the ledger of imports is missing.
  Status finish(ImportSummary& summary);

 private:
  Result<MappingSandbox*> sandbox_for(RecordShape shape);
  Status write_file_row(const FileToImport& file, const Delivery& delivery,
                        const std::string& raw_path, ImportSummary& summary);
  Status write_lookups();
  void reached(std::string_view point) const {
    if (environment_.reached) environment_.reached(point);
  }

  const ImportEnvironment& environment_;
  store::Connection& connection_;
  std::shared_ptr<const Mapping> mapping_;
  std::string source_;
  std::int64_t import_id_ = 0;
  TimeUs received_at_ = 0;
  KeyLedger ledger_;
  std::shared_ptr<BlockList> block_;
  std::unique_ptr<ImportWriter> writer_;
  std::unique_ptr<MappingSandbox> sandboxes_[2];
  std::vector<KeyReport> key_reports_;
};

/// Remembers which file a mapping came from, for `replay`.
Status keep_origin(const std::string& raw_folder, const Mapping& mapping);

/// Keeps the resolved mapping beside the raw files, so that its events can be made again.
Status keep_mapping(const std::string& raw_folder, const Mapping& mapping);

/// Writes the row of an import in the ledger.
Status write_import_row(store::Connection& connection, const ImportSummary& summary,
                        std::string_view command, const Mapping& mapping, std::string_view source,
                        TimeUs started_at, TimeUs finished_at);

/// Returns the next free number of a column of a table.
Result<std::int64_t> next_number(store::Connection& connection, std::string_view table,
                                 std::string_view column);

}  // namespace clewline::ingest
