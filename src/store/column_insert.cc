#include "store/column_insert.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "store/functions.h"

namespace clewline::store {
namespace {

/// Offers the rows of all parts, a chunk at a time to whichever thread asks.
class PartSource final : public Source {
 public:
  PartSource(std::span<const ColumnPart> parts, std::vector<SourceColumn> columns)
      : parts_(parts), columns_(std::move(columns)) {
    std::size_t chunks = 0;
    for (const ColumnPart& part : parts_) {
      chunks_end_.push_back(chunks += (part.rows + kChunkRows - 1) / kChunkRows);
      rows_ += part.rows;
    }
  }

  std::vector<SourceColumn> columns() const override { return columns_; }
  unsigned threads_max() const override {
    return std::max(1U, std::thread::hardware_concurrency());
  }
  std::optional<std::uint64_t> rows_estimate() const override { return rows_; }
  Result<std::unique_ptr<SourceCursor>> open(std::span<const std::size_t> wanted) override {
    return std::unique_ptr<SourceCursor>(new Cursor(*this, {wanted.begin(), wanted.end()}));
  }

 private:
  class Cursor final : public SourceCursor {
   public:
    Cursor(PartSource& source, std::vector<std::size_t> wanted)
        : source_(source), wanted_(std::move(wanted)) {}

    Result<std::size_t> next(SourceBatch& batch) override {
      const std::size_t chunk = source_.next_chunk_.fetch_add(1);
      const auto& ends = source_.chunks_end_;
      const auto part = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), chunk) -
                                                 ends.begin());
      if (part == ends.size()) return std::size_t{0};
      const std::size_t first = (chunk - (part == 0 ? 0 : ends[part - 1])) * kChunkRows;
      const std::size_t rows = std::min(kChunkRows, source_.parts_[part].rows - first);
      for (std::size_t i = 0; i < wanted_.size(); ++i)
        source_.parts_[part].columns[wanted_[i]].write(batch.column(i), 0, first, rows);
      return rows;
    }

   private:
    PartSource& source_;
    std::vector<std::size_t> wanted_;
  };

  std::span<const ColumnPart> parts_;
  std::vector<SourceColumn> columns_;
  std::vector<std::size_t> chunks_end_;
  std::size_t rows_ = 0;
  std::atomic<std::size_t> next_chunk_ = 0;
};

}  // namespace

Result<std::int64_t> insert_columns(Connection& connection, std::string_view schema,
                                    std::string_view table, std::span<const ColumnPart> parts) {
  const std::string name = quote_identifier(schema) + "." + quote_identifier(table);
  std::vector<SourceColumn> columns;
  {
    CLEW_TRY(const QueryResult empty, connection.query("SELECT * FROM " + name + " LIMIT 0"));
    for (const ResultColumn& column : empty.columns())
      columns.push_back({column.name, column.type});
  }
  for (const ColumnPart& part : parts) CLEW_ASSERT(part.columns.size() == columns.size());
  PartSource source(parts, std::move(columns));
  const std::string source_name =
      "insert " + std::to_string(reinterpret_cast<std::uintptr_t>(&source));
  CLEW_TRY(const SourceRegistration registration, register_source(connection, source_name, source));
  return connection.execute("INSERT INTO " + name + " SELECT * FROM clew_source(" +
                            quote_literal(source_name) + ")");
}

}  // namespace clewline::store
