#include "cli/invocation.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "engine/parquet_answer.h"

namespace clewline::cli {
namespace {

constexpr std::size_t kTableRowsOnTerminal = 40;
constexpr std::size_t kMessageBytesMax = 10'000;

render::Format format_of(const std::string& output) {
  if (output == "json") return render::Format::json;
  if (output == "jsonl") return render::Format::jsonl;
  if (output == "csv") return render::Format::csv;
  if (output == "tsv") return render::Format::tsv;
  if (output == "markdown") return render::Format::markdown;
  return render::Format::table;
}

}  // namespace

std::string Arguments::text(const std::string& name, std::string otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::move(otherwise) : found->second.back();
}

std::vector<std::string> Arguments::list(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

Result<std::optional<std::int64_t>> Arguments::number(const std::string& name) const {
  if (!has(name)) return std::optional<std::int64_t>();
  const std::string written = text(name);
  std::int64_t number = 0;
  const auto [end, error] =
      std::from_chars(written.data(), written.data() + written.size(), number);
  if (error != std::errc() || end != written.data() + written.size() || number < 0) {
    const bool is_word = name[0] >= 'A' && name[0] <= 'Z';  // a positional, as help names it
    const std::string shown = is_word ? name : "--" + name;
    return Error{ErrorCode::usage, shown + " wants a whole number, found " + written,
                 "e.g. " + (is_word ? "2" : shown + " 2")};
  }
  return std::optional(number);
}

Invocation::Invocation(const Command& command, Arguments arguments, Terminal& terminal)
    : command_(command), arguments_(std::move(arguments)), terminal_(terminal) {
  if (arguments_.has("no-color")) terminal_.without_colour();
}

std::string Invocation::workspace_folder() const {
  if (arguments_.has("workspace")) return arguments_.text("workspace");
  const char* named = std::getenv("CLEWLINE_WORKSPACE");
  return named != nullptr && *named != '\0' ? named : ".";
}

Result<engine::WorkspaceOpening> Invocation::opening() const {
  engine::WorkspaceOpening opening;
  CLEW_TRY(const auto threads, arguments_.number("threads"));
  opening.threads = static_cast<unsigned>(threads.value_or(0));
  opening.memory_limit = arguments_.text("memory");
  return opening;
}

Result<engine::Workspace> Invocation::open_to_read() const {
  CLEW_TRY(const auto settings, opening());
  return engine::Workspace::open_to_read(workspace_folder(), settings);
}

Result<engine::Workspace> Invocation::open_to_write() const {
  CLEW_TRY(const auto settings, opening());
  return engine::Workspace::open_to_write(workspace_folder(), settings);
}

std::string Invocation::output() const {
  return arguments_.has("json") ? "json" : arguments_.text("output", "table");
}

bool Invocation::is_binary_output() const {
  return output() == "parquet" || output() == "arrow" || output() == "xlsx";
}

render::RowStyle Invocation::row_style() const {
  render::RowStyle style;
  style.format = format_of(output());
  style.style = terminal_.out_style();
  style.for_terminal = terminal_.out_is_terminal();
  if (!arguments_.has("all") && terminal_.out_is_terminal()) {
    style.terminal_width = terminal_.width();
    style.rows_max = kTableRowsOnTerminal;
  }
  style.formula_safe = arguments_.has("formula-safe");
  return style;
}

Status Invocation::refuse_terminal() const {
  if (!terminal_.out_is_terminal()) return {};
  return Error{ErrorCode::usage, "this format is not for a terminal",
               "write it to a file: … --output " + output() + " > answer." + output()};
}

Status Invocation::answer_rows(const std::function<Status(render::RowWriter&)>& fill) {
  if (!is_binary_output()) {
    const auto writer = render::make_row_writer(row_style(), terminal_.out());
    return fill(*writer);
  }
  if (output() == "arrow") {
    return Error{ErrorCode::usage,
                 "this build does not write Arrow: DuckDB does so by an extension",
                 "use --output parquet, which every Arrow library reads"};
  }
  CLEW_TRY_VOID(refuse_terminal());
  if (output() == "xlsx") {
    engine::XlsxAnswer writer(command_.name);
    CLEW_TRY_VOID(fill(writer));
    return writer.write(terminal_.out());
  }
  engine::ParquetAnswer writer;
  CLEW_TRY_VOID(fill(writer));
  return writer.write(terminal_.out());
}

Status Invocation::answer(const render::ResultTable& table) {
  if (!is_binary_output()) {
    render::write_table(table, row_style(), terminal_.out());
    return {};
  }
  return answer_rows([&table](render::RowWriter& writer) -> Status {
    writer.begin(table.columns);
    for (const auto& row : table.rows) writer.row(row);
    writer.end();
    return {};
  });
}

Status Invocation::answer_sheets(const std::vector<engine::XlsxSheet>& sheets) {
  CLEW_TRY_VOID(refuse_terminal());
  return engine::write_xlsx(sheets, terminal_.out());
}

Status Invocation::answer(const render::TreeNode& tree) {
  const std::string format = output();
  if (format == "table") {
    render::write_tree(tree, terminal_.out_style(), terminal_.out());
    return {};
  }
  if (format == "json" || format == "jsonl") {
    write(render::tree_json(tree, format == "json"));
    return {};
  }
  return Error{ErrorCode::usage, "a tree cannot be written as " + format,
               "use --output json, or `clewline sql` for rows"};
}

void Invocation::write(std::string_view text) { terminal_.out()(text); }

void Invocation::write_heading(std::string_view text) {
  write("\n" + terminal_.out_style().paint(render::Ink::strong, text) + "\n\n");
}

void Invocation::flush() { static_cast<void>(terminal_.flush()); }

void Invocation::tell(std::string_view message) {
  if (!quiet()) terminal_.message(render::printable(message, kMessageBytesMax) + "\n");
}

}  // namespace clewline::cli
