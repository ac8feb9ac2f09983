#include <memory>

#include "ingest/text_pieces.h"
#include "store/database.h"

namespace clewline::ingest {
namespace {

/// Turns rows of a Parquet file into JSON objects.
struct ParquetRows {
  store::Database database;
  store::Connection connection;
  store::QueryResult rows;

  Result<std::string> next_piece() {
    std::string text;
    while (text.size() < kPieceBytes) {
      CLEW_TRY(const bool more, rows.next());
      if (!more) break;
      const store::ColumnView json = rows.column(0);
      for (std::size_t row = 0; row < rows.rows(); ++row) {
        text += json.text(row);
        text += '\n';
      }
    }
    return text;
  }
};

}  // namespace

Result<std::unique_ptr<Delivery>> open_parquet(const std::string& path) {
  CLEW_TRY(const FileOutcome outcome, hash_file(path));
  store::OpenOptions options;
  options.threads = 1;
  options.row_order = store::RowOrder::preserved;
  CLEW_TRY(store::Database database, store::Database::open(":memory:", options));
  CLEW_TRY(store::Connection connection, database.connect());
  // A column of the row's own name would be taken for the row.
  auto rows = connection.stream(
      "SELECT to_json(\"whole row of the file\")::VARCHAR FROM "
      "read_parquet(" +
      store::quote_literal(path) + ") \"whole row of the file\"");
  if (!rows.ok()) {
    return Error{ErrorCode::bad_input,
                 path + " is no readable Parquet file: " + rows.error().message,
                 "Check the file, or name its format in the mapping."};
  }
  auto source =
      std::make_shared<ParquetRows>(std::move(database), std::move(connection), std::move(*rows));
  return deliver_pieces([source] { return source->next_piece(); }, [] { return std::string(); },
                        outcome, "parquet");
}

}  // namespace clewline::ingest
