#include "store/export.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace clewline::store {
namespace {

struct FormatRow {
  std::string_view name;
  FileFormat format;
  std::string_view copy_options;
};

constexpr std::array<FormatRow, 5> kFormats = {{
    {"parquet", FileFormat::parquet, "FORMAT parquet, COMPRESSION zstd"},
    {"csv", FileFormat::csv, "FORMAT csv, HEADER true"},
    {"tsv", FileFormat::tsv, "FORMAT csv, HEADER true, DELIMITER '\t'"},
    {"json", FileFormat::json, "FORMAT json, ARRAY true"},
    {"jsonl", FileFormat::jsonl, "FORMAT json"},
}};

std::string_view copy_options(FileFormat format) {
  const auto* const row =
      std::find_if(kFormats.begin(), kFormats.end(),
                   [&](const FormatRow& each) { return each.format == format; });
  return row->copy_options;
}

Error file_error(const std::string& what, const std::string& path) {
  return Error{ErrorCode::io, what + " " + path + ": " + std::strerror(errno),
               "Check the folder, its permissions and the free space on the disk."};
}

/// Writes a time as RFC 3339 in UTC with as many digits as it has.
std::string time_sql(const std::string& column) {
  return "CASE WHEN epoch_us(" + column + ") % 1000000 = 0 THEN strftime(" + column +
         ", '%Y-%m-%dT%H:%M:%SZ') WHEN epoch_us(" + column + ") % 1000 = 0 THEN strftime(" +
         column + ", '%Y-%m-%dT%H:%M:%S.%gZ') ELSE strftime(" + column +
         ", '%Y-%m-%dT%H:%M:%S.%fZ') END";
}

std::string guarded_sql(const std::string& column) {
  return "CASE WHEN regexp_matches(" + column + ", '^[=+\\-@\\t\\r\\x00]') THEN '''' || " + column +
         " ELSE " + column + " END";
}

/// Writes the select list that turns the answer's columns into what the format carries.
std::string cells_sql(const std::vector<ResultColumn>& columns, const ExportTarget& target) {
  if (target.format == FileFormat::parquet) return "*";
  const bool separated = target.format == FileFormat::csv || target.format == FileFormat::tsv;
  std::string sql;
  for (const ResultColumn& column : columns) {
    const std::string name = quote_identifier(column.name);
    std::string cell = name;
    if (column.type.type == Type::timestamp_tz) cell = time_sql(name);
    const bool text = column.type.type == Type::varchar;
    if (separated && text && target.text_cells == TextCells::guarded) cell = guarded_sql(name);
    sql += (sql.empty() ? "" : ", ") + cell + " AS " + name;
  }
  return sql;
}

/// Makes the bytes of a file, then its name, survive a power cut.
Status sync_and_rename(const std::string& from, const std::string& to) {
  const int file = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return file_error("Cannot read", from);
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  if (!synced) return file_error("Cannot sync", from);
  if (::rename(from.c_str(), to.c_str()) != 0) return file_error("Cannot rename to", to);
  return {};
}

Status check_target(const ExportTarget& target) {
  std::error_code ignored;
  if (target.existing == ExistingFile::replace || !std::filesystem::exists(target.path, ignored))
    return {};
  return Error{ErrorCode::conflict, "The file exists already: " + target.path,
               "Choose another name, or say that it may be replaced."};
}

/// A temporary view that ends with its scope: COPY reads it, so that the statement's text is never
/// spliced into another one.
class TemporaryView {
 public:
  static Result<TemporaryView> create(Connection& connection, std::string_view select) {
    CLEW_TRY_VOID(
        connection.execute("CREATE OR REPLACE TEMP VIEW clew_export AS " + std::string(select)));
    return TemporaryView(connection);
  }
  TemporaryView(TemporaryView&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  TemporaryView& operator=(TemporaryView&&) = delete;
  ~TemporaryView() {
    if (connection_ != nullptr)
      static_cast<void>(connection_->execute("DROP VIEW temp.clew_export"));
  }

 private:
  explicit TemporaryView(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace

Result<FileFormat> file_format(std::string_view name) {
  std::string offered;
  for (const FormatRow& row : kFormats) {
    if (row.name == name) return row.format;
    offered += (offered.empty() ? "" : ", ") + std::string(row.name);
  }
  const std::string why = name == "arrow" ? "; Arrow readers open Parquet too" : "";
  return Error{ErrorCode::usage, "There is no such file format: " + std::string(name),
               "Choose one of " + offered + why + "."};
}

Result<std::int64_t> export_query(Connection& connection, std::string_view select,
                                  const ExportTarget& target) {
  CLEW_TRY_VOID(check_target(target));
  CLEW_TRY(const TemporaryView view, TemporaryView::create(connection, select));
  std::vector<ResultColumn> columns;
  {
    CLEW_TRY(const QueryResult empty, connection.query("FROM temp.clew_export LIMIT 0"));
    columns = empty.columns();
  }
  const std::string partial = target.path + ".partial-" + std::to_string(::getpid());
  const auto written = connection.execute("COPY (SELECT " + cells_sql(columns, target) +
                                          " FROM temp.clew_export) TO " + quote_literal(partial) +
                                          " (" + std::string(copy_options(target.format)) + ")");
  if (written.ok()) {
    CLEW_TRY_VOID(sync_and_rename(partial, target.path));
  } else {
    ::unlink(partial.c_str());
  }
  return written;
}

AnswerTable::AnswerTable(Database database, Connection connection)
    : database_(std::move(database)), connection_(std::move(connection)) {}

Result<std::unique_ptr<AnswerTable>> AnswerTable::create(const std::string& temp_directory) {
  OpenOptions options;
  options.row_order = RowOrder::preserved;
  options.temp_directory = temp_directory;
  CLEW_TRY(Database database, Database::open(":memory:", options));
  CLEW_TRY(Connection connection, database.connect());
  return std::unique_ptr<AnswerTable>(new AnswerTable(std::move(database), std::move(connection)));
}

namespace {

/// Returns the type in which a column's cells (`value.h`) are kept until the file is written.
std::string_view kept_type(std::string_view type) {
  for (const std::string_view whole :
       {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
    if (type == whole) return "BIGINT";
  if (type == "FLOAT" || type == "DOUBLE") return "DOUBLE";
  if (type == "TIMESTAMP" || type == "TIMESTAMPTZ") return "TIMESTAMPTZ";
  if (type == "BOOLEAN" || type == "UUID") return type;
  return "VARCHAR";
}

bool is_cast_back(std::string_view type) {
  return type == "TIMESTAMP" || type == "DATE" || type == "HUGEINT" || type == "UBIGINT" ||
         (type.starts_with("DECIMAL") && !type.ends_with("]")) ||
         (kept_type(type) == "BIGINT" && type != "BIGINT") || type == "FLOAT";
}

struct CellWriter {
  ColumnWriter& out;
  std::size_t row;
  void operator()(std::monostate) const { out.set_null(row); }
  void operator()(bool value) const { out.bools()[row] = value; }
  void operator()(std::int64_t value) const {
    if (out.type().type == Type::varchar) return out.copy_text(row, std::to_string(value));
    out.ints<std::int64_t>()[row] = value;
  }
  void operator()(double value) const { out.doubles()[row] = value; }
  void operator()(const std::string& value) const { out.copy_text(row, value); }
  void operator()(TimeValue value) const { out.times()[row] = value.us; }
  void operator()(const Id128& value) const { out.ids()[row] = IdCell::of(value); }
};

}  // namespace

Status AnswerTable::columns(std::span<const SqlColumn> columns) {
  columns_.assign(columns.begin(), columns.end());
  std::string sql = "CREATE TABLE answer (";
  for (std::size_t i = 0; i < columns_.size(); ++i)
    sql +=
        (i == 0 ? "c" : ", c") + std::to_string(i) + " " + std::string(kept_type(columns_[i].type));
  CLEW_TRY_VOID(connection_.execute(sql + ")"));
  CLEW_TRY(ChunkAppender appender, ChunkAppender::open(connection_, "main", "answer"));
  appender_ = std::make_unique<ChunkAppender>(std::move(appender));
  return {};
}

Status AnswerTable::rows(std::span<const std::vector<Cell>> rows) {
  for (std::size_t first = 0; first < rows.size(); first += kChunkRows) {
    const std::size_t count = std::min(kChunkRows, rows.size() - first);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      ColumnWriter writer = appender_->column(i);
      for (std::size_t row = 0; row < count; ++row)
        std::visit(CellWriter{writer, row}, rows[first + row][i]);
    }
    CLEW_TRY_VOID(appender_->append_chunk(count));
  }
  return {};
}

Result<std::int64_t> AnswerTable::write(const ExportTarget& target) {
  CLEW_ASSERT(appender_ != nullptr);
  CLEW_TRY_VOID(appender_->finish());
  std::string cells;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string name = "c" + std::to_string(i);
    const std::string cell =
        is_cast_back(columns_[i].type) ? "CAST(" + name + " AS " + columns_[i].type + ")" : name;
    cells += (i == 0 ? "" : ", ") + cell + " AS " + quote_identifier(columns_[i].name);
  }
  return export_query(connection_, "SELECT " + cells + " FROM answer", target);
}

}  // namespace clewline::store
