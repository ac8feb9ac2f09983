#include <algorithm>

#include "cli/help.h"

namespace clewline::cli {
namespace {

std::vector<std::string> long_options(const Command& command) {
  std::vector<std::string> names;
  for (const Option& option : command.options) {
    if (!is_positional(option)) names.push_back("--" + option_key(option));
  }
  for (const Option& option : shared_options()) names.push_back("--" + option_key(option));
  names.push_back("--help");
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> first_words() {
  std::vector<std::string> words;
  for (const Command& command : commands()) {
    const std::string word = command.name.substr(0, command.name.find(' '));
    if (!command.hidden && std::find(words.begin(), words.end(), word) == words.end())
      words.push_back(word);
  }
  return words;
}

// Second words of a command group and choices of first positionals, e.g. "suggest test try".
std::string second_words(const std::string& word) {
  std::vector<std::string> words;
  for (const Command& command : commands()) {
    if (command.name.starts_with(word + " ")) words.push_back(command.name.substr(word.size() + 1));
    if (command.name != word) continue;
    for (const Option& option : command.options) {
      if (is_positional(option))
        words.insert(words.end(), option.choices.begin(), option.choices.end());
    }
  }
  return joined(words);
}

std::string options_after(const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.name != word && !command.name.starts_with(word + " ")) continue;
    for (std::string& name : long_options(command)) {
      if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
    }
  }
  return joined(names);
}

std::string bash_script() {
  std::string out =
      "# bash completion for clewline: source <(clewline completion bash)\n_clewline() {\n  local "
      "word=\"${COMP_WORDS[COMP_CWORD]}\"\n  local words=\"\"\n";
  out += "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W \"" +
         joined(first_words()) + " --help --version\" -- \"$word\"))\n    return\n  fi\n";
  out += "  case \"${COMP_WORDS[1]}\" in\n";
  for (const std::string& word : first_words()) {
    out += "    " + word + ") words=\"" + options_after(word) +
           "\"; [ \"$COMP_CWORD\" -eq 2 ] && words=\"" + second_words(word) + " $words\" ;;\n";
  }
  out += "  esac\n  case \"$word\" in -*) ;; *) COMPREPLY=($(compgen -f -- \"$word\")) ;; esac\n";
  out +=
      "  COMPREPLY+=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -o filenames -F _clewline "
      "clewline\n";
  return out;
}

std::string zsh_script() {
  std::string out =
      "#compdef clewline\n# zsh completion for clewline: clewline completion zsh > "
      "\"${fpath[1]}/_clewline\"\n_clewline() {\n  if (( CURRENT == 2 )); then\n    local -a "
      "names=(\n";
  for (const Command& command : commands()) {
    if (command.hidden || command.name.find(' ') != std::string::npos) continue;
    std::string summary = command.summary;
    summary.erase(std::remove(summary.begin(), summary.end(), '\''), summary.end());
    std::replace(summary.begin(), summary.end(), ':', ',');
    out += "      '" + command.name + ":" + summary + "'\n";
  }
  for (const std::string& word : first_words()) {
    if (std::none_of(commands().begin(), commands().end(),
                     [&](const Command& command) { return command.name == word; }))
      out += "      '" + word + "'\n";
  }
  out += "    )\n    _describe command names\n    return\n  fi\n";
  out += "  local -a more\n  case \"$words[2]\" in\n";
  for (const std::string& word : first_words())
    out += "    " + word + ") more=(" + second_words(word) + " " + options_after(word) + ") ;;\n";
  out += "  esac\n  compadd -a more\n  _files\n}\n_clewline \"$@\"\n";
  return out;
}

std::string fish_script() {
  std::string out =
      "# fish completion for clewline: clewline completion fish > "
      "~/.config/fish/completions/clewline.fish\n";
  for (const Command& command : commands()) {
    if (command.hidden || command.name.find(' ') != std::string::npos) continue;
    std::string summary = command.summary;
    summary.erase(std::remove(summary.begin(), summary.end(), '\''), summary.end());
    out += "complete -c clewline -n __fish_use_subcommand -f -a " + command.name + " -d '" +
           summary + "'\n";
  }
  for (const std::string& word : first_words()) {
    const std::string more = second_words(word);
    if (!more.empty())
      out += "complete -c clewline -n '__fish_seen_subcommand_from " + word + "' -f -a '" + more +
             "'\n";
  }
  for (const Command& command : commands()) {
    if (command.hidden) continue;
    for (const Option& option : command.options) {
      if (is_positional(option)) continue;
      const std::string last = command.name.substr(command.name.rfind(' ') + 1);
      out += "complete -c clewline -n '__fish_seen_subcommand_from " + last + "' -l " +
             option_key(option) + (option.value.empty() ? "" : " -r") + "\n";
    }
  }
  for (const Option& option : shared_options())
    out += "complete -c clewline -l " + option_key(option) + (option.value.empty() ? "" : " -r") +
           "\n";
  return out;
}

}  // namespace

std::string completion_script(const std::string& shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  if (shell == "fish") return fish_script();
  return {};
}

}  // namespace clewline::cli
