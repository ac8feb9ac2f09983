#pragma once

#include <string>

#include "cli/command.h"

namespace clewline::cli {

/// The short help of the bare program: what it is, first steps, commands by group.
std::string program_help();
/// The help of one command: examples first, then options.
std::string command_help(const Command& command);
/// The help of a word that begins several commands, e.g. "mapping".
std::string group_help(const std::string& group);
/// docs/reference/cli.md.
std::string reference_page();
/// A completion script for bash, zsh or fish; empty for another shell.
std::string completion_script(const std::string& shell);

/// Returns an option's name without dashes: "workspace" of "-w,--workspace".
std::string option_key(const Option& option);
/// Tells whether it is a positional argument.
bool is_positional(const Option& option);

}  // namespace clewline::cli
