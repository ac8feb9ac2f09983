#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "engine/unit_rows.h"
#include "engine/workspace.h"
#include "engine/xlsx_answer.h"
#include "render/result_table.h"
#include "render/row_writer.h"
#include "render/tree.h"

namespace clewline::cli {

/// What the command line said, by option name without dashes or positional name.
class Arguments {
 public:
  void add(const std::string& name, std::string value) {
    values_[name].push_back(std::move(value));
  }
  bool has(const std::string& name) const { return values_.contains(name); }
  /// Returns the last value, or the text given here.
  std::string text(const std::string& name, std::string otherwise = {}) const;
  std::vector<std::string> list(const std::string& name) const;
  /// Returns a whole number, or null when absent; a value that is none is a `usage` error.
  Result<std::optional<std::int64_t>> number(const std::string& name) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

/// One run of one command: its arguments, where answers and messages go, and the workspace.
class Invocation {
 public:
  Invocation(const Command& command, Arguments arguments, Terminal& terminal);

  const Command& command() const { return command_; }
  const Arguments& arguments() const { return arguments_; }
  Terminal& terminal() { return terminal_; }
  bool quiet() const { return arguments_.has("quiet"); }
  engine::Masking masking() const {
    return arguments_.has("masked") ? engine::Masking::personal : engine::Masking::none;
  }
  /// Returns the folder named by -w, CLEWLINE_WORKSPACE, or the current one.
  std::string workspace_folder() const;
  /// Opens the workspace; several processes may read at once, one may write.
  Result<engine::Workspace> open_to_read() const;
  Result<engine::Workspace> open_to_write() const;

  /// Returns the format of --output; "table" when absent.
  std::string output() const;
  bool is_binary_output() const;
  render::RowStyle row_style() const;
  bool is_for_people() const { return output() == "table"; }

  /// Writes an answer to standard output; rows that come one by one need not fit into memory.
  Status answer_rows(const std::function<Status(render::RowWriter&)>& fill);
  Status answer(const render::ResultTable& table);
  Status answer(const render::TreeNode& tree);
  /// Writes tables as one workbook; --output is xlsx.
  Status answer_sheets(const std::vector<engine::XlsxSheet>& sheets);
  /// Writes text as it is to standard output.
  void write(std::string_view text);
  /// Writes a heading between answers for people.
  void write_heading(std::string_view text);
  /// Hands over at once what was written.
  void flush();
  /// Tells a person something on standard error, unless --quiet.
  void tell(std::string_view message);

 private:
  Result<engine::WorkspaceOpening> opening() const;
  Status refuse_terminal() const;

  const Command& command_;
  Arguments arguments_;
  Terminal& terminal_;
};

}  // namespace clewline::cli
