#include "cli/command_table_internal.h"
#include "cli/help.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Result<int> run_completion(Invocation& invocation) {
  invocation.write(completion_script(invocation.arguments().text("SHELL")));
  return 0;
}

Result<int> run_reference(Invocation& invocation) {
  invocation.write(reference_page());
  return 0;
}

}  // namespace

Command completion_command() {
  return {.name = "completion",
          .summary = "Print a completion script for your shell",
          .examples = {{"source <(clewline completion bash)", "for this shell"},
                       {"clewline completion fish > ~/.config/fish/completions/clewline.fish",
                        "for every fish"}},
          .options = {{"SHELL", "", "your shell", true, false, 1, {"bash", "zsh", "fish"}}},
          .needs_workspace = false,
          .run = run_completion};
}

Command reference_command() {
  return {.name = "reference",
          .summary = "Print docs/reference/cli.md",
          .needs_workspace = false,
          .hidden = true,
          .run = run_reference};
}

}  // namespace clewline::cli
