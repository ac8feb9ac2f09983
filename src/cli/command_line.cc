#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <new>

#include "base/utf8.h"
#include "cli/help.h"
#include "engine/closest_name.h"
#include "render/cell_text.h"

namespace clewline::cli {
namespace {

constexpr std::size_t kMessageBytesMax = 1000;

/// CLI11's tree of commands, and where each option's values go.
struct Tree {
  CLI::App root{"", "clewline"};
  struct Bound {
    CLI::App* app = nullptr;
    const Command* command = nullptr;
    std::vector<std::pair<std::string, CLI::Option*>> options;
  };
  std::vector<Bound> bound;
  std::vector<std::pair<std::string, CLI::Option*>> shared;
  std::map<std::string, CLI::App*> groups;
};

CLI::Option* add_option(CLI::App& app, const Option& option) {
  const std::string name = is_positional(option) ? option_key(option) : option.names;
  if (option.value.empty() && !is_positional(option)) return app.add_flag(option.names);
  CLI::Option* added = app.add_option(name);
  added->required(option.required);
  if (option.repeated) {
    added->expected(option.required ? 1 : 0, 1'000'000);
    if (is_positional(option)) added->allow_extra_args(true);
  } else {
    added->expected(option.values);
    added->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  }
  return added;
}

// A word may be a command and begin others: "intents", "intents suggest".
CLI::App* existing_or_new(Tree& tree, const std::string& word) {
  for (const Tree::Bound& bound : tree.bound) {
    if (bound.command->name == word) return bound.app;
  }
  CLI::App* app = tree.root.add_subcommand(word);
  app->set_help_flag();
  app->fallthrough();
  return app;
}

void build(Tree& tree) {
  tree.root.set_help_flag();
  tree.root.fallthrough();
  for (const Option& option : shared_options())
    tree.shared.emplace_back(option_key(option), add_option(tree.root, option));
  for (const Command& command : commands()) {
    CLI::App* parent = &tree.root;
    std::string word = command.name;
    if (const std::size_t space = word.find(' '); space != std::string::npos) {
      const std::string group = word.substr(0, space);
      word = word.substr(space + 1);
      CLI::App*& app = tree.groups[group];
      if (app == nullptr) app = existing_or_new(tree, group);
      parent = app;
    }
    CLI::App* app = parent->add_subcommand(word);
    app->set_help_flag();
    app->fallthrough();
    Tree::Bound bound{app, &command, {}};
    for (const Option& option : command.options)
      bound.options.emplace_back(option_key(option), add_option(*app, option));
    tree.bound.push_back(std::move(bound));
  }
}

// The last command word on the line that CLI11 has entered.
const Tree::Bound* chosen(const Tree& tree) {
  const Tree::Bound* found = nullptr;
  for (const Tree::Bound& bound : tree.bound) {
    if (bound.app->parsed() &&
        (found == nullptr || bound.command->name.size() > found->command->name.size()))
      found = &bound;
  }
  return found;
}

std::vector<std::string> option_names(const Tree::Bound* bound) {
  std::vector<std::string> names = {"--help", "--version"};
  const auto add = [&names](std::span<const Option> options) {
    for (const Option& option : options) {
      if (!is_positional(option)) names.push_back("--" + option_key(option));
    }
  };
  add(shared_options());
  if (bound != nullptr) add(bound->command->options);
  return names;
}

std::vector<std::string> command_words(const std::string& group) {
  std::vector<std::string> words;
  for (const Command& command : commands()) {
    const std::size_t space = command.name.find(' ');
    if (group.empty()) {
      words.push_back(command.name.substr(0, space));
    } else if (space != std::string::npos && command.name.substr(0, space) == group) {
      words.push_back(command.name.substr(space + 1));
    }
  }
  return words;
}

Error unknown_word(const std::string& word, const Tree::Bound* bound, const std::string& group) {
  if (word.starts_with("-")) {
    const std::string bare = word.substr(0, word.find('='));
    return {
        ErrorCode::usage, "there is no option " + bare,
        engine::did_you_mean(bare, option_names(bound),
                             bound != nullptr ? "see `clewline " + bound->command->name + " --help`"
                                              : "see `clewline --help`")};
  }
  if (bound != nullptr)
    return {ErrorCode::usage, "`" + bound->command->name + "` does not take `" + word + "`",
            "see `clewline " + bound->command->name + " --help`; quote texts with spaces"};
  const std::string name = group.empty() ? word : group + " " + word;
  return {ErrorCode::usage, "there is no command `" + name + "`",
          engine::did_you_mean(
              word, command_words(group),
              group.empty() ? "see `clewline --help`" : "see `clewline " + group + " --help`")};
}

std::string group_of(const Tree& tree) {
  for (const auto& [name, app] : tree.groups) {
    if (app->parsed()) return name;
  }
  return {};
}

bool is_under(const std::string& name, const std::string& word) {
  return name == word || name.starts_with(word + " ");
}

// CLI11 lets a command follow another one; a line of ours has one.
Status check_one_command(const Tree& tree, const Tree::Bound* chosen) {
  if (chosen == nullptr) return {};
  const std::string& name = chosen->command->name;
  if (const std::string group = group_of(tree); !group.empty() && !is_under(name, group))
    return unknown_word(name, nullptr, group);
  for (const Tree::Bound& other : tree.bound) {
    const std::string& also = other.command->name;
    if (!other.app->parsed() || is_under(name, also)) continue;
    return Error{ErrorCode::usage, "`" + also + "` and `" + name + "` are two commands",
                 "run one after the other: clewline " + also + " … && clewline " + name + " …"};
  }
  return {};
}

std::string lower_first(std::string text) {
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a')
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

Error parse_error(const Tree& tree, const CLI::ParseError& error) {
  const Tree::Bound* bound = chosen(tree);
  const std::string where = bound != nullptr ? bound->command->name + " " : std::string();
  const std::string hint = "see `clewline " + where + "--help`";
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && bound != nullptr) {
    for (const Option& option : bound->command->options) {
      const auto at =
          std::find_if(bound->options.begin(), bound->options.end(),
                       [&](const auto& entry) { return entry.first == option_key(option); });
      if (option.required && at->second->count() == 0) {
        const std::string name =
            is_positional(option) ? option.names : "--" + option_key(option) + " " + option.value;
        return {ErrorCode::usage,
                "`" + bound->command->name + "` needs " + name + " (" + option.help + ")", hint};
      }
    }
  }
  if (const auto* mismatch = dynamic_cast<const CLI::ArgumentMismatch*>(&error)) {
    const std::string text = mismatch->what();
    return {ErrorCode::usage, text.substr(0, text.find(':')) + " needs a value", hint};
  }
  return {ErrorCode::usage, lower_first(error.what()), hint};
}

void collect(const std::vector<std::pair<std::string, CLI::Option*>>& options,
             Arguments& arguments) {
  for (const auto& [key, option] : options) {
    for (const std::string& value : option->results()) arguments.add(key, value);
  }
}

Status check_choices(std::span<const Option> options, const Arguments& arguments) {
  for (const Option& option : options) {
    if (option.choices.empty()) continue;
    for (const std::string& value : arguments.list(option_key(option))) {
      if (std::find(option.choices.begin(), option.choices.end(), value) != option.choices.end())
        continue;
      std::string all;
      for (const std::string& choice : option.choices) all += (all.empty() ? "" : ", ") + choice;
      const std::string name = is_positional(option) ? option.names : "--" + option_key(option);
      return Error{ErrorCode::usage, name + " cannot be `" + value + "`",
                   engine::did_you_mean(value, option.choices, "it is one of: " + all)};
    }
  }
  return {};
}

// Paths are bytes; every other word is a text.
Status check_texts(std::span<const Option> options, const Arguments& arguments) {
  for (const Option& option : options) {
    const std::string& what = is_positional(option) ? option.names : option.value;
    const bool is_path = what.find("FILE") != std::string::npos || what == "FOLDER" ||
                         what.starts_with("W") || what == "OUT" || what == "[FOLDER]";
    if (is_path) continue;
    for (const std::string& value : arguments.list(option_key(option))) {
      for (std::size_t at = 0, length = 0; at < value.size(); at += length) {
        length = utf8_length(value, at);
        if (length > 0) continue;
        return Error{
            ErrorCode::usage,
            (is_positional(option) ? what : "--" + option_key(option)) + " is not UTF-8: " + value,
            "write it in UTF-8; a terminal in another encoding sends other bytes"};
      }
    }
  }
  return {};
}

// Help and version need no valid rest of the line.
bool asks_for(const std::vector<std::string>& words, std::string_view a, std::string_view b) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word == a || word == b) return true;
  }
  return false;
}

// Whether the next word belongs to this one: `-w ws`.
bool takes_value(const std::string& word) {
  for (const Option& option : shared_options()) {
    if (option.value.empty()) continue;
    if (word == "--" + option_key(option) || option.names.starts_with(word + ",")) return true;
  }
  return false;
}

Result<std::string> help_for(const std::vector<std::string>& words) {
  std::string name;
  const Command* best = nullptr;
  std::string group;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with("-")) {
      if (takes_value(word)) ++i;
      continue;
    }
    const std::string longer = name.empty() ? word : name + " " + word;
    bool known = false;
    for (const Command& command : commands()) {
      if (command.name == longer) best = &command;
      known = known || command.name == longer || command.name.starts_with(longer + " ");
    }
    if (!known && best == nullptr) return unknown_word(word, nullptr, group);
    if (!known) break;
    name = longer;
    if (group.empty()) group = word;
  }
  if (best != nullptr && best->name == name) return command_help(*best);
  if (!group.empty()) return group_help(group);
  return program_help();
}

// The last wall: whatever the standard library throws ends the program with an error, not a crash.
Result<int> run_command(const Command& command, Invocation& invocation) {
  try {
    return command.run(invocation);
  } catch (const std::filesystem::filesystem_error& error) {
    return Error{
        ErrorCode::io,
        "the operating system refused " + error.path1().string() + ": " + error.code().message(),
        "check the path and its rights"};
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::limit, "there is not enough memory",
                 "close other programs, or take a larger machine"};
  }
}

}  // namespace

Result<ParsedLine> parse_command_line(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  ParsedLine line;
  if (words.empty()) {
    line.answer = program_help();
    return line;
  }
  if (words[0] == "help") {
    words.erase(words.begin());
    CLEW_TRY(line.answer, help_for(words));
    return line;
  }
  if (asks_for(words, "-h", "--help")) {
    CLEW_TRY(line.answer, help_for(words));
    return line;
  }
  if (words[0] == "--version" || words[0] == "-V") {
    line.answer = "clewline " + std::string(engine::kProgramVersion) + "\n";
    return line;
  }
  auto tree = std::make_unique<Tree>();
  build(*tree);
  tree->root.allow_extras();
  for (Tree::Bound& bound : tree->bound) bound.app->allow_extras(false);
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    tree->root.parse(reversed);
  } catch (const CLI::ExtrasError&) {
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> extras = tree->root.remaining(true);
    if (!extras.empty()) return unknown_word(extras.front(), chosen(*tree), group_of(*tree));
    return parse_error(*tree, error);
  }
  const Tree::Bound* bound = chosen(*tree);
  CLEW_TRY_VOID(check_one_command(*tree, bound));
  const std::vector<std::string> extras = tree->root.remaining(true);
  if (!extras.empty()) return unknown_word(extras.front(), bound, group_of(*tree));
  if (bound == nullptr) {
    const std::string group = group_of(*tree);
    line.answer = group.empty() ? program_help() : group_help(group);
    return line;
  }
  line.command = bound->command;
  collect(tree->shared, line.arguments);
  collect(bound->options, line.arguments);
  CLEW_TRY_VOID(check_texts(shared_options(), line.arguments));
  CLEW_TRY_VOID(check_texts(line.command->options, line.arguments));
  CLEW_TRY_VOID(check_choices(shared_options(), line.arguments));
  CLEW_TRY_VOID(check_choices(line.command->options, line.arguments));
  return line;
}

int run_program(int argc, const char* const* argv, Terminal& terminal) {
  const Error not_written{ErrorCode::io, "standard output could not be written",
                          "check the disk or the program that reads it"};
  const auto complain = [&terminal](const Error& error) {
    const render::Style style = terminal.message_style();
    terminal.message(style.paint(render::Ink::bad, "error: ") +
                     render::printable(error.message, kMessageBytesMax) + "\n");
    if (!error.hint.empty())
      terminal.message(style.paint(render::Ink::faint, "  ") +
                       render::printable(error.hint, kMessageBytesMax) + "\n");
    return exit_code(error.code);
  };
  const auto line = parse_command_line(argc, argv);
  if (!line.ok()) return complain(line.error());
  if (line->command == nullptr) {
    terminal.out()(line->answer);
    return terminal.flush() ? 0 : complain(not_written);
  }
  Invocation invocation(*line->command, line->arguments, terminal);
  const Result<int> outcome = run_command(*line->command, invocation);
  if (!terminal.flush()) return complain(not_written);
  if (!outcome.ok()) return complain(outcome.error());
  return *outcome;
}

}  // namespace clewline::cli
