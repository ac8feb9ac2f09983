#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clewline::cli {

class Invocation;

/// One option or positional argument. `names` is "--zone" or "-n,--number" for options, "WORKSPACE"
/// for positionals.
struct Option {
  std::string names;
  std::string value = {};  // what to write after an option, e.g. "ZONE"; empty: a switch
  std::string help = {};
  bool required = false;
  bool repeated = false;
  int values = 1;  // how many words follow an option
  std::vector<std::string> choices = {};
};

/// A command line that works as it stands, and what it is for.
struct Example {
  std::string command;
  std::string purpose;
};

/// One command: everything that help, completion, docs/reference/cli.md and parsing need, and what
/// it does.
struct Command {
  std::string name;     // "import", "mapping suggest"
  std::string summary;  // one line
  std::vector<Example> examples = {};
  std::string details = {};  // further paragraphs of help; may be empty
  std::vector<Option> options = {};
  bool needs_workspace = true;
  bool hidden = false;
  /// Returns the exit code of a run that did what was asked (0, or 1 when some items failed).
  Result<int> (*run)(Invocation& invocation) = nullptr;
};

/// Returns all commands, in the order of help.
std::span<const Command> commands();

/// Returns the options that every command takes.
std::span<const Option> shared_options();

}  // namespace clewline::cli
