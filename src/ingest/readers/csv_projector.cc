#include <algorithm>
#include <cstring>

#include "ingest/readers/csv_row_internal.h"
#include "ingest/readers/json_text.h"
#include "ingest/readers/projection_tree_internal.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kNone = SIZE_MAX;
constexpr std::size_t kLengthBytes = 4;

class CsvProjector final : public RecordProjector {
 public:
  CsvProjector(const ProjectionPlan& plan, const CsvDialect& dialect)
      : plan_(plan), dialect_(dialect) {}

  void project(const RecordBatch& batch, ProjectedBatch& out) override {
    reset_projected(out, plan_.columns.size(), batch.records.size());
    if (batch.records.empty()) return;
    if (batch.columns != columns_) bind(batch.columns);
    for (std::uint32_t i = 0; i < batch.records.size(); ++i)
      project_record(batch.records[i], i, out);
  }

  KeyReport key_report() const override {
    std::vector<KeyReport> reports = finished_;
    reports.push_back(current_report());
    return merge_key_reports(reports);
  }

 private:
  /// Finds the places of the plan's columns in a file's columns.
  void bind(std::shared_ptr<const std::vector<std::string>> columns) {
    if (columns_) finished_.push_back(current_report());
    columns_ = std::move(columns);
    const std::size_t count = columns_->size();
    filled_.assign(count, 0);
    cells_.resize(count);
    read_.assign(count, false);
    source_.assign(plan_.columns.size(), kNone);
    rest_.clear();
    whole_.clear();
    for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
      const std::string& wanted = plan_.columns[i];
      const auto found =
          std::find_if(columns_->begin(), columns_->end(), [&](const std::string& name) {
            return plan_.ignore_case ? ascii_lower(name) == ascii_lower(wanted) : name == wanted;
          });
      if (found != columns_->end()) {
        source_[i] = static_cast<std::size_t>(found - columns_->begin());
        read_[source_[i]] = true;
      } else if (wanted == "*") {
        rest_.push_back(i);
      } else if (wanted == "$") {
        whole_.push_back(i);
      }
    }
  }

  KeyReport current_report() const {
    KeyReport report;
    if (!columns_ || !rest_.empty()) return report;
    for (std::size_t i = 0; i < columns_->size(); ++i) {
      if (!read_[i] && filled_[i] > 0) report.unread.push_back({(*columns_)[i], filled_[i]});
    }
    return report;
  }

  void project_record(const Record& record, std::uint32_t index, ProjectedBatch& out) {
    const std::size_t wanted = columns_->size();
    const std::size_t found = read_cells(record.raw, out);
    if (found != wanted && !acceptable(found)) {
      out.rejected.push_back(
          {index, RejectReason::ragged_row, record.offset, ragged_detail(found)});
      out.arena.give_back(canonical_room_);
      return;
    }
    for (std::size_t i = found; i < wanted; ++i) cells_[i] = {};
    out.canonical[index] = {canonical_start_,
                            static_cast<std::size_t>(canonical_end_ - canonical_start_)};
    out.arena.give_back(canonical_room_ - out.canonical[index].size());
    unescape(out);
    emit(record, index, out);
  }

  /// Splits a row into `cells_`, as far as there are columns, and writes its canonical form;
  /// returns how many cells it has, surplus empty ones not counted when rows may be ragged.
  std::size_t read_cells(std::string_view raw, ProjectedBatch& out) {
    canonical_room_ =
        raw.size() + kLengthBytes * (1 + static_cast<std::size_t>(std::count(raw.begin(), raw.end(),
                                                                             dialect_.delimiter)));
    canonical_start_ = canonical_end_ = out.arena.allocate(canonical_room_);
    escaped_.clear();
    std::size_t count = 0, needed = 0;
    CellReader reader(raw, dialect_);
    CellReader::Cell cell;
    while (reader.next(cell)) {
      if (count < cells_.size()) {
        cells_[count] = cell.content.empty() && !cell.quoted ? std::string_view{} : cell.content;
        if (cell.escaped) escaped_.push_back(count);
        write_canonical(cell);
      }
      ++count;
      if (!cell.content.empty()) needed = count;
    }
    return dialect_.ragged == RaggedRows::pad ? std::max(needed, std::min(count, cells_.size()))
                                              : count;
  }

  void write_canonical(const CellReader::Cell& cell) {
    char* const content = canonical_end_ + kLengthBytes;
    std::size_t size = cell.content.size();
    if (cell.escaped) {
      size = unescape_cell(cell.content, dialect_, content);
    } else {
      std::memcpy(content, cell.content.data(), size);
    }
    for (std::size_t i = 0; i < kLengthBytes; ++i)
      canonical_end_[i] = static_cast<char>(size >> (8 * i) & 0xFF);
    canonical_end_ = content + size;
  }

  std::string ragged_detail(std::size_t found) const {
    const std::string counts = "the row has " + std::to_string(found) + " cells, the file " +
                               std::to_string(columns_->size()) + " columns; ";
    return counts + (found < columns_->size()
                         ? "`ragged: pad` in the mapping's reader accepts rows that are too short"
                         : "check `delimiter` and `quote` of the mapping's reader");
  }

  bool acceptable(std::size_t found) const {
    return dialect_.ragged == RaggedRows::pad && found < columns_->size();
  }

  void unescape(ProjectedBatch& out) {
    for (std::size_t i : escaped_) {
      char* const place = out.arena.allocate(cells_[i].size());
      const std::size_t size = unescape_cell(cells_[i], dialect_, place);
      out.arena.give_back(cells_[i].size() - size);
      cells_[i] = {place, size};
    }
  }

  void emit(const Record& record, std::uint32_t index, ProjectedBatch& out) {
    for (std::size_t i = 0; i < cells_.size(); ++i) filled_[i] += !cells_[i].empty();
    for (std::size_t i = 0; i < source_.size(); ++i) {
      out.cells[i].push_back(source_[i] == kNone ? std::string_view{} : cells_[source_[i]]);
    }
    for (std::size_t i : rest_) out.cells[i].back() = rest_text(out);
    for (std::size_t i : whole_) out.cells[i].back() = record.raw;
    out.record.push_back(index);
    out.branch.push_back(0);
    out.items.emplace_back().fill(-1);
  }

  std::string_view rest_text(ProjectedBatch& out) {
    text_.clear();
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (read_[i] || cells_[i].data() == nullptr) continue;
      text_ += text_.empty() ? '{' : ',';
      append_json_string((*columns_)[i], text_);
      text_ += ':';
      append_json_string(cells_[i], text_);
    }
    if (text_.empty()) return {};
    text_ += '}';
    return out.arena.keep(text_);
  }

  const ProjectionPlan& plan_;
  const CsvDialect& dialect_;
  std::shared_ptr<const std::vector<std::string>> columns_;  // of the file in hand
  std::vector<std::size_t> source_;                          // plan column -> cell, or kNone
  std::vector<std::size_t> rest_;                            // plan columns that are `*`
  std::vector<std::size_t> whole_;                           // plan columns that are `$`
  std::vector<bool> read_;                                   // by cell
  std::vector<std::uint64_t> filled_;  // by cell: rows in which it was not empty
  std::vector<KeyReport> finished_;    // of files before
  std::vector<std::string_view> cells_;
  std::vector<std::size_t> escaped_;
  std::string text_;
  char* canonical_start_ = nullptr;
  char* canonical_end_ = nullptr;
  std::size_t canonical_room_ = 0;
};

}  // namespace

std::unique_ptr<RecordProjector> make_csv_projector(const ProjectionPlan& plan,
                                                    const CsvDialect& dialect) {
  return std::make_unique<CsvProjector>(plan, dialect);
}

}  // namespace clewline::ingest
