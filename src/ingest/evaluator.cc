#include "ingest/evaluator.h"

#include <algorithm>

namespace clewline::ingest {
namespace {

constexpr const char* kSourceName = "rows";

}  // namespace

/// Columns: r, b, line_number, file_name, i0 … i3, c0 ….
class RowSource final : public store::Source {
 public:
  explicit RowSource(std::size_t cells, bool empty_is_null)
      : cells_(cells), empty_is_null_(empty_is_null) {}

  void set(const RecordBatch* records, const ProjectedBatch* rows, std::string_view file_name) {
    records_ = records;
    rows_ = rows;
    file_name_ = file_name;
  }

  std::vector<store::SourceColumn> columns() const override {
    std::vector<store::SourceColumn> all = {{kRecordColumn, store::Type::uint32},
                                            {kBranchColumn, store::Type::uint16},
                                            {kLineColumn, store::Type::int64},
                                            {kFileColumn, store::Type::varchar}};
    for (std::size_t i = 0; i < kForEachDepthMax; ++i)
      all.push_back({"i" + std::to_string(i), store::Type::int32});
    for (std::size_t i = 0; i < cells_; ++i)
      all.push_back({"c" + std::to_string(i), store::Type::varchar});
    return all;
  }
  std::optional<std::uint64_t> rows_estimate() const override {
    return rows_ == nullptr ? 0 : rows_->row_count();
  }
  Result<std::unique_ptr<store::SourceCursor>> open(std::span<const std::size_t> wanted) override;

 private:
  friend class RowCursor;
  std::size_t cells_;
  bool empty_is_null_;
  const RecordBatch* records_ = nullptr;
  const ProjectedBatch* rows_ = nullptr;
  std::string_view file_name_;
};

class RowCursor final : public store::SourceCursor {
 public:
  RowCursor(const RowSource& source, std::span<const std::size_t> wanted)
      : source_(source), wanted_(wanted.begin(), wanted.end()) {}

  Result<std::size_t> next(store::SourceBatch& batch) override {
    if (source_.rows_ == nullptr) return std::size_t{0};
    const std::size_t count = std::min(store::kChunkRows, source_.rows_->row_count() - at_);
    for (std::size_t i = 0; i < wanted_.size() && count > 0; ++i)
      fill(batch.column(i), wanted_[i], count);
    at_ += count;
    return count;
  }

 private:
  static constexpr std::size_t kFirstItem = 4;
  static constexpr std::size_t kFirstCell = kFirstItem + kForEachDepthMax;

  void fill(store::ColumnWriter& out, std::size_t column, std::size_t count) const {
    const ProjectedBatch& rows = *source_.rows_;
    if (column >= kFirstCell) {
      fill_cells(out, rows.cells[column - kFirstCell], count);
    } else if (column >= kFirstItem) {
      const auto numbers = out.ints<std::int32_t>();
      for (std::size_t i = 0; i < count; ++i) numbers[i] = rows.items[at_ + i][column - kFirstItem];
    } else if (column == 0) {
      std::copy_n(rows.record.begin() + static_cast<std::ptrdiff_t>(at_), count,
                  out.ints<std::uint32_t>().begin());
    } else if (column == 1) {
      std::copy_n(rows.branch.begin() + static_cast<std::ptrdiff_t>(at_), count,
                  out.ints<std::uint16_t>().begin());
    } else if (column == 2) {
      const auto lines = out.ints<std::int64_t>();
      for (std::size_t i = 0; i < count; ++i) {
        lines[i] = static_cast<std::int64_t>(source_.records_->records[rows.record[at_ + i]].line);
      }
    } else {
      const store::TextCell name = store::TextCell::reference(source_.file_name_);
      std::fill_n(out.texts().begin(), count, name);
    }
  }

  void fill_cells(store::ColumnWriter& out, const std::vector<std::string_view>& cells,
                  std::size_t count) const {
    const auto texts = out.texts();
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view cell = cells[at_ + i];
      if (cell.data() == nullptr || (cell.empty() && source_.empty_is_null_)) {
        out.set_null(i);
      } else {
        texts[i] = store::TextCell::reference(cell);
      }
    }
  }

  const RowSource& source_;
  std::vector<std::size_t> wanted_;
  std::size_t at_ = 0;
};

Result<std::unique_ptr<store::SourceCursor>> RowSource::open(std::span<const std::size_t> wanted) {
  return std::unique_ptr<store::SourceCursor>(std::make_unique<RowCursor>(*this, wanted));
}

Result<std::unique_ptr<MappingSandbox>> MappingSandbox::create(
    std::shared_ptr<const Mapping> mapping, RecordShape shape, const WorkspaceDefaults& workspace) {
  auto sandbox = std::make_unique<MappingSandbox>();
  store::OpenOptions options;
  // One thread: each worker's statement runs on the worker itself; further threads would only wait
  // for each other.
  options.threads = 1;
  options.row_order = store::RowOrder::preserved;
  CLEW_TRY(store::Database database, store::Database::open(":memory:", options));
  sandbox->database_ = std::make_unique<store::Database>(std::move(database));
  sandbox->formats_ = std::make_shared<TimeFormats>();
  CLEW_TRY_VOID(register_sql_functions(*sandbox->database_, sandbox->formats_));
  CLEW_TRY(store::Connection connection, sandbox->database_->connect());
  CLEW_TRY(sandbox->compiled_,
           compile_mapping(std::move(mapping), shape, workspace, connection, kSourceName));
  *sandbox->formats_ = sandbox->compiled_.time_formats;
  const auto locked = connection.execute("SET enable_external_access = false");
  if (!locked.ok()) return locked.error();
  return sandbox;
}

MappingEvaluator::MappingEvaluator() = default;
MappingEvaluator::~MappingEvaluator() = default;

Result<std::unique_ptr<MappingEvaluator>> MappingEvaluator::create(MappingSandbox& sandbox,
                                                                   const std::string& name) {
  std::unique_ptr<MappingEvaluator> evaluator(new MappingEvaluator);
  CLEW_TRY(store::Connection connection, sandbox.database().connect());
  evaluator->connection_ = std::make_unique<store::Connection>(std::move(connection));
  const CompiledMapping& compiled = sandbox.compiled();
  evaluator->source_ =
      std::make_unique<RowSource>(compiled.plan.columns.size(), compiled.shape == RecordShape::csv);
  CLEW_TRY(store::SourceRegistration registration,
           store::register_source(*evaluator->connection_, name, *evaluator->source_));
  evaluator->registration_ = std::make_unique<store::SourceRegistration>(std::move(registration));
  evaluator->sql_ = compiled.sql;
  // Constants of the mapping have their quotes doubled, so this text occurs only where the compiler
  // wrote it.
  const std::string placed = "clew_source('" + std::string(kSourceName) + "')";
  const std::size_t at = evaluator->sql_.find(placed);
  CLEW_ASSERT(at != std::string::npos);
  evaluator->sql_.replace(at, placed.size(), "clew_source(" + store::quote_literal(name) + ")");
  return evaluator;
}

Result<store::QueryResult> MappingEvaluator::evaluate(const RecordBatch& records,
                                                      const ProjectedBatch& rows,
                                                      std::string_view file_name) {
  source_->set(&records, &rows, file_name);
  return connection_->query(sql_);
}

}  // namespace clewline::ingest
