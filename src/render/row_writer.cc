#include "render/row_writer.h"

#include <string>

#include "render/cell_text.h"
#include "render/table_grid_internal.h"

namespace clewline::render {
namespace {

/// A list of objects, one object, or one object a line.
class JsonWriter final : public RowWriter {
 public:
  JsonWriter(const RowStyle& style, const Sink& sink)
      : lines_(style.format == Format::jsonl), single_(style.single), sink_(sink) {}

  void begin(std::span<const Column> columns) override {
    columns_.assign(columns.begin(), columns.end());
    if (!lines_ && !single_) sink_("[");
  }
  void row(std::span<const Cell> cells) override {
    std::string out;
    if (!lines_ && !single_) out = any_ ? ",\n " : "\n ";
    any_ = true;
    out += '{';
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) out += lines_ ? "," : ", ";
      add_json_string(out, columns_[i].name);
      out += lines_ ? ":" : ": ";
      add_json_cell(out, cells[i], columns_[i].kind);
    }
    out += '}';
    if (lines_ || single_) out += '\n';
    sink_(out);
  }
  void end() override {
    if (!lines_ && !single_) sink_(any_ ? "\n]\n" : "]\n");
  }

 private:
  bool lines_;
  bool single_;
  bool any_ = false;
  const Sink& sink_;
  std::vector<Column> columns_;
};

/// RFC 4180 with line feeds; TSV with backslash escapes. Null is nothing, the empty text is "".
class DelimitedWriter final : public RowWriter {
 public:
  DelimitedWriter(const RowStyle& style, const Sink& sink)
      : tabs_(style.format == Format::tsv),
        formula_safe_(style.formula_safe),
        for_terminal_(style.for_terminal),
        sink_(sink) {}

  void begin(std::span<const Column> columns) override {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) line += tabs_ ? '\t' : ',';
      add_text(line, columns[i].name);
    }
    line += '\n';
    sink_(line);
  }
  void row(std::span<const Cell> cells) override {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += tabs_ ? '\t' : ',';
      if (std::holds_alternative<std::monostate>(cells[i])) continue;
      if (const auto* text = std::get_if<std::string>(&cells[i])) {
        add_text(line, *text);
      } else {
        line += plain_text(cells[i]);
      }
    }
    line += '\n';
    sink_(line);
  }
  void end() override {}

 private:
  void add_text(std::string& line, std::string_view text) const {
    std::string safe;
    if (formula_safe_ && !text.empty() &&
        std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
      safe = "'";
      safe += text;
      text = safe;
    }
    const std::string visible = for_terminal_ ? one_line(text) : std::string();
    if (for_terminal_) text = visible;
    if (tabs_) {
      line += for_terminal_ ? visible : escaped(text);
    } else if (text.empty() || text.find_first_of(",\"\r\n") != std::string_view::npos) {
      add_quoted(line, text);
    } else {
      line += text;
    }
  }
  static void add_quoted(std::string& line, std::string_view text) {
    line += '"';
    for (const char c : text) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == '\t') {
        out += "\\t";
      } else if (c == '\n') {
        out += "\\n";
      } else if (c == '\r') {
        out += "\\r";
      } else if (c == '\\') {
        out += "\\\\";
      } else {
        out += c;
      }
    }
    return out;
  }

  bool tabs_;
  bool formula_safe_;
  bool for_terminal_;
  const Sink& sink_;
};

class MarkdownWriter final : public RowWriter {
 public:
  explicit MarkdownWriter(const Sink& sink) : sink_(sink) {}

  void begin(std::span<const Column> columns) override {
    columns_.assign(columns.begin(), columns.end());
    std::string head = "|";
    std::string rule = "|";
    for (const Column& column : columns) {
      const bool right = column.kind == ColumnKind::integer || column.kind == ColumnKind::number;
      head += " " + escaped(column.name) + " |";
      rule += right ? "---:|" : "---|";
    }
    sink_(head + "\n" + rule + "\n");
  }
  void row(std::span<const Cell> cells) override {
    std::string line = "|";
    for (std::size_t i = 0; i < cells.size(); ++i)
      line += " " + escaped(people_text(cells[i], columns_[i])) + " |";
    sink_(line + "\n");
  }
  void end() override {}

 private:
  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : one_line(text)) {
      if (c == '|' || c == '\\') out += '\\';
      out += c;
    }
    return out;
  }
  const Sink& sink_;
  std::vector<Column> columns_;
};

}  // namespace

std::unique_ptr<RowWriter> make_row_writer(const RowStyle& style, const Sink& sink) {
  switch (style.format) {
    case Format::json:
    case Format::jsonl: return std::make_unique<JsonWriter>(style, sink);
    case Format::csv:
    case Format::tsv: return std::make_unique<DelimitedWriter>(style, sink);
    case Format::markdown: return std::make_unique<MarkdownWriter>(sink);
    case Format::table: break;
  }
  return make_grid_writer(style, sink);
}

void write_table(const ResultTable& table, RowStyle style, const Sink& sink) {
  style.single = table.single;
  const auto writer = make_row_writer(style, sink);
  writer->begin(table.columns);
  for (const auto& row : table.rows) writer->row(row);
  writer->end();
  if (style.format != Format::table) return;
  for (const std::string& note : table.notes) sink(style.style.paint(Ink::faint, note) + "\n");
}

std::string table_text(const ResultTable& table, const RowStyle& style) {
  std::string out;
  const Sink sink = [&out](std::string_view bytes) { out += bytes; };
  write_table(table, style, sink);
  return out;
}

}  // namespace clewline::render
