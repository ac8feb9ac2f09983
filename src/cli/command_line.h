#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/invocation.h"

namespace clewline::cli {

/// What a command line asks for: a command with arguments, or words of ours (help, version).
struct ParsedLine {
  const Command* command = nullptr;
  Arguments arguments;
  std::string answer;  // printed to standard output when there is no command
};

/// Reads a command line against the table of commands. Errors are `usage`, with the nearest name as
/// hint.
Result<ParsedLine> parse_command_line(int argc, const char* const* argv);

/// Runs a whole program: parses, runs, prints errors; returns the exit code.
int run_program(int argc, const char* const* argv, Terminal& terminal);

}  // namespace clewline::cli
