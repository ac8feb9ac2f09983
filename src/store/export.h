#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/chunk_appender.h"
#include "store/database.h"
#include "store/sql_child.h"

namespace clewline::store {

/// Files that DuckDB writes for us. It writes no Arrow IPC files.
enum class FileFormat : std::uint8_t { parquet, csv, tsv, json, jsonl };

/// Reads a format's name; `usage` with what may be chosen for any other.
Result<FileFormat> file_format(std::string_view name);

enum class ExistingFile : std::uint8_t { refuse, replace };
enum class TextCells : std::uint8_t {
  guarded,   // csv, tsv: a text that a spreadsheet would run as a formula (= + - @ TAB) gets a
             // leading '
  verbatim,  // for programs
};

/// Where an answer goes.
struct ExportTarget {
  std::string path;
  FileFormat format = FileFormat::parquet;
  ExistingFile existing = ExistingFile::refuse;
  TextCells text_cells = TextCells::guarded;
};

/// Writes the answer of a SELECT to a file: under another name first, synced and renamed, so that
/// the file is whole or absent. Text formats carry times as RFC 3339 in UTC. Returns the number of
/// rows.
Result<std::int64_t> export_query(Connection& connection, std::string_view select,
                                  const ExportTarget& target);

/// Keeps the answer of `run_sql_in_child` to write it as a file: its rows go to a table in memory
/// that spills to `temp_directory`. Lists, structures and maps are written as JSON text.
class AnswerTable final : public SqlAnswerSink {
 public:
  static Result<std::unique_ptr<AnswerTable>> create(const std::string& temp_directory);

  Status columns(std::span<const SqlColumn> columns) override;
  Status rows(std::span<const std::vector<Cell>> rows) override;
  /// Ends the answer and writes it.
  Result<std::int64_t> write(const ExportTarget& target);

 private:
  AnswerTable(Database database, Connection connection);

  Database database_;
  Connection connection_;
  std::vector<SqlColumn> columns_;
  std::unique_ptr<ChunkAppender> appender_;
};

}  // namespace clewline::store
