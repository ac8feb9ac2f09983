#include <algorithm>
#include <string>
#include <vector>

#include "render/cell_text.h"
#include "render/table_grid_internal.h"

namespace clewline::render {
namespace {

bool is_right_aligned(ColumnKind kind) {
  return kind == ColumnKind::integer || kind == ColumnKind::number;
}

std::string shown(const Cell& cell, const Column& column) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return grouped(*whole);
  if (std::holds_alternative<std::monostate>(cell)) return {};
  return one_line(people_text(cell, column));
}

class GridWriter final : public RowWriter {
 public:
  GridWriter(const RowStyle& style, const Sink& sink) : style_(style), sink_(sink) {}

  void begin(std::span<const Column> columns) override {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].audience == Audience::machines) continue;
      positions_.push_back(i);
      columns_.push_back(columns[i]);
      columns_.back().name = one_line(columns[i].name);
      widths_.push_back(display_width(columns_.back().name));
    }
  }
  void row(std::span<const Cell> cells) override {
    ++rows_seen_;
    if (style_.rows_max > 0 && rows_.size() >= style_.rows_max) return;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      texts.push_back(shown(cells[positions_[i]], columns_[i]));
      widths_[i] = std::max(widths_[i], display_width(texts.back()));
    }
    rows_.push_back(std::move(texts));
  }
  void end() override {
    if (style_.single || is_too_wide()) {
      write_blocks();
    } else {
      write_grid();
    }
    if (rows_seen_ > rows_.size()) {
      const auto more = static_cast<std::int64_t>(rows_seen_ - rows_.size());
      sink_(style_.style.paint(Ink::warn, "… " + grouped(more) + " more rows (use --all)") + "\n");
    }
  }

 private:
  bool is_too_wide() const {
    if (style_.terminal_width == 0) return false;
    std::size_t total = 1;
    for (const std::size_t width : widths_) total += width + 3;
    return total > style_.terminal_width;
  }

  std::string line(std::string_view left, std::string_view middle, std::string_view right) const {
    std::string out(left);
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      if (i > 0) out += middle;
      for (std::size_t n = 0; n < widths_[i] + 2; ++n) out += "─";
    }
    out += right;
    return style_.style.paint(Ink::faint, out) + "\n";
  }

  void write_grid() {
    const std::string bar = style_.style.paint(Ink::faint, "│");
    sink_(line("┌", "┬", "┐"));
    std::string head;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string name = style_.style.paint(Ink::strong, columns_[i].name);
      const std::string space(widths_[i] - display_width(columns_[i].name), ' ');
      head += bar + " " + (is_right_aligned(columns_[i].kind) ? space + name : name + space) + " ";
    }
    sink_(head + bar + "\n" + line("├", "┼", "┤"));
    for (const auto& row : rows_) {
      std::string out;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const bool right = is_right_aligned(columns_[i].kind);
        out += bar + " " + (right ? pad_left(row[i], widths_[i]) : pad_right(row[i], widths_[i])) +
               " ";
      }
      sink_(out + bar + "\n");
    }
    sink_(line("└", "┴", "┘"));
    if (rows_.empty()) sink_(style_.style.paint(Ink::faint, "no rows") + "\n");
  }

  void write_blocks() {
    std::size_t widest = 0;
    for (const Column& column : columns_) widest = std::max(widest, display_width(column.name));
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      if (!style_.single) {
        sink_(style_.style.paint(Ink::faint, "── row " + std::to_string(r + 1) + " ──") + "\n");
      }
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        sink_(style_.style.paint(Ink::strong, pad_right(columns_[i].name, widest)) + "  " +
              rows_[r][i] + "\n");
      }
    }
  }

  RowStyle style_;
  const Sink& sink_;
  std::vector<std::size_t> positions_;  // of the columns shown
  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
  std::size_t rows_seen_ = 0;
};

}  // namespace

std::unique_ptr<RowWriter> make_grid_writer(const RowStyle& style, const Sink& sink) {
  return std::make_unique<GridWriter>(style, sink);
}

}  // namespace clewline::render
