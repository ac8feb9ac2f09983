#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace clewline::cli {
namespace {

constexpr std::size_t kUsualWidth = 80;
constexpr int kInterruptedExit = 130;

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool wants_colour(bool is_terminal) {
  if (is_set("NO_COLOR")) return false;
  if (is_set("CLICOLOR_FORCE")) return true;
  const char* kind = std::getenv("TERM");
  return is_terminal && kind != nullptr && std::string_view(kind) != "dumb";
}

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kUsualWidth;
}

extern "C" void interrupted(int) {
  constexpr std::string_view kNewLine = "\n";
  // The only thing left to do is to leave the shell's prompt on a line of its own.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kNewLine.data(), kNewLine.size());
  _exit(kInterruptedExit);
}

}  // namespace

Terminal Terminal::of_process() {
  Terminal terminal;
  terminal.out_is_terminal_ = isatty(STDOUT_FILENO) != 0;
  terminal.messages_are_terminal_ = isatty(STDERR_FILENO) != 0;
  terminal.out_colour_ = wants_colour(terminal.out_is_terminal_);
  terminal.message_colour_ = wants_colour(terminal.messages_are_terminal_);
  if (terminal.out_is_terminal_) terminal.width_ = terminal_width();
  terminal.out_ = [](std::string_view bytes) {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  };
  return terminal;
}

void Terminal::without_colour() {
  out_colour_ = false;
  message_colour_ = false;
}

// The stream remembers a failed write, also of an earlier flush.
bool Terminal::flush() const { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

void Terminal::message(std::string_view text) const {
  static_cast<void>(flush());
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void end_on_interrupt() { std::signal(SIGINT, interrupted); }

}  // namespace clewline::cli
