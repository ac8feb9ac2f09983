#include "cli/help.h"

#include <algorithm>

#include "engine/workspace.h"

namespace clewline::cli {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string written(const Option& option) {
  if (is_positional(option)) return option.required ? option.names : "[" + option.names + "]";
  std::string names = option.names;
  for (std::size_t at = names.find(','); at != std::string::npos; at = names.find(',', at + 2))
    names.replace(at, 1, ", ");
  return option.value.empty() ? names : names + " " + option.value;
}

std::string usage(const Command& command) {
  std::string out = "clewline " + command.name;
  if (command.needs_workspace) out += " [-w WORKSPACE]";
  bool any = false;
  for (const Option& option : command.options) {
    if (is_positional(option)) continue;
    if (option.required) {
      out += " --" + option_key(option) + " " + option.value;
    } else {
      any = true;
    }
  }
  if (any) out += " [OPTION…]";
  for (const Option& option : command.options) {
    if (is_positional(option)) out += " " + written(option) + (option.repeated ? "…" : "");
  }
  return out;
}

std::string choices_of(const Option& option) {
  std::string out;
  for (const std::string& choice : option.choices) out += (out.empty() ? "" : "|") + choice;
  return out;
}

std::string option_lines(std::span<const Option> options) {
  std::size_t width = 0;
  for (const Option& option : options) width = std::max(width, written(option).size());
  width = std::min<std::size_t>(width, 30);
  std::string out;
  for (const Option& option : options) {
    out += "  " + padded(written(option), width) + "  " + option.help;
    if (!option.choices.empty()) out += " (" + choices_of(option) + ")";
    out += "\n";
  }
  return out;
}

std::string example_lines(const Command& command) {
  std::size_t width = 0;
  for (const Example& example : command.examples) width = std::max(width, example.command.size());
  width = std::min<std::size_t>(width, 60);
  std::string out;
  for (const Example& example : command.examples) {
    out += "  " +
           (example.purpose.empty() ? example.command
                                    : padded(example.command, width) + "  # " + example.purpose) +
           "\n";
  }
  return out;
}

std::string command_lines(const std::string& group) {
  std::string out;
  for (const Command& command : commands()) {
    if (command.hidden ||
        (!group.empty() && command.name != group && !command.name.starts_with(group + " ")))
      continue;
    out += "  " + padded(command.name, 16) + "  " + command.summary + "\n";
  }
  return out;
}

constexpr std::string_view kFirstSteps =
    "Clewline follows each customer through your systems and gives back one thread:\n"
    "events, transactions, interactions, engagements, journeys.\n\n"
    "Try it:\n"
    "  clewline demo                                                # a sample contact centre, "
    "linked, in seconds\n\n"
    "Your own data:\n"
    "  clewline init ws --zone Europe/Berlin --region DE\n"
    "  clewline import -w ws --mapping amazon_connect_ctr FILE…     # or `clewline mapping suggest "
    "FILE`\n"
    "  clewline link -w ws\n"
    "  clewline bridge -w ws\n"
    "  clewline show -w ws customer phone:+4930901820\n\n";

constexpr std::string_view kExitCodes =
    "Answers go to standard output, messages to standard error. Exit codes: 0 ok, 1 some or all "
    "items failed, 2 usage,\n"
    "3 not found or not allowed (in use, already there), 4 our fault, 130 interrupted.\n";

std::string markdown_options(std::span<const Option> options) {
  std::string out = "| option | meaning |\n|---|---|\n";
  for (const Option& option : options) {
    std::string help = option.help;
    if (!option.choices.empty()) help += " (`" + choices_of(option) + "`)";
    for (std::size_t at = help.find('|'); at != std::string::npos; at = help.find('|', at + 2))
      help.insert(at, "\\");
    out += "| `" + written(option) + "` | " + help + " |\n";
  }
  return out + "\n";
}

}  // namespace

std::string option_key(const Option& option) {
  const std::size_t dashes = option.names.find("--");
  return dashes == std::string::npos ? option.names : option.names.substr(dashes + 2);
}

bool is_positional(const Option& option) { return !option.names.starts_with("-"); }

std::string program_help() {
  std::string out(kFirstSteps);
  out += "Commands (`clewline COMMAND --help` shows examples first):\n" + command_lines("") + "\n";
  out += "Options of every command:\n" + option_lines(shared_options()) + "\n";
  return out + std::string(kExitCodes);
}

std::string command_help(const Command& command) {
  std::string out = command.summary + "\n\n";
  if (!command.examples.empty()) out += "Examples:\n" + example_lines(command) + "\n";
  out += "Usage: " + usage(command) + "\n\n";
  if (!command.details.empty()) out += command.details + "\n\n";
  if (!command.options.empty()) out += "Options:\n" + option_lines(command.options) + "\n";
  out += "Options of every command:\n" + option_lines(shared_options());
  return out;
}

std::string group_help(const std::string& group) {
  return "Commands that begin with `" + group + "`:\n" + command_lines(group) +
         "\n`clewline COMMAND --help` shows examples first.\n";
}

std::string reference_page() {
  std::string out =
      "# Commands\n\nGenerated from the table of commands (`clewline reference`); do not "
      "edit.\n\n```\nclewline COMMAND [-w WORKSPACE] [OPTION…] …\n```\n\n";
  out +=
      "Answers go to standard output, messages and progress to standard error. Exit codes: 0 ok, 1 "
      "some or all items failed, 2 usage, 3 not\nfound or not allowed (in use, already there), 4 "
      "our "
      "fault, 130 interrupted.\n\n## Options of every command\n\n";
  out += markdown_options(shared_options());
  for (const Command& command : commands()) {
    if (command.hidden) continue;
    out += "## " + command.name + "\n\n" + command.summary + "\n\n```\n" + usage(command) +
           "\n```\n\n";
    if (!command.examples.empty()) out += "```sh\n";
    for (const Example& example : command.examples)
      out += example.command + (example.purpose.empty() ? "" : "  # " + example.purpose) + "\n";
    if (!command.examples.empty()) out += "```\n\n";
    if (!command.details.empty()) out += command.details + "\n\n";
    if (!command.options.empty()) out += markdown_options(command.options);
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace clewline::cli
