#pragma once

#include <cstddef>
#include <string_view>

#include "render/row_writer.h"
#include "render/style.h"

namespace clewline::cli {

/// Where a program's words go: standard output for answers, standard error for messages.
class Terminal {
 public:
  /// Looks at the process's streams, NO_COLOR, TERM and CLICOLOR_FORCE.
  static Terminal of_process();

  /// Switches colours off for both streams.
  void without_colour();
  render::Style out_style() const { return {out_colour_}; }
  render::Style message_style() const { return {message_colour_}; }
  bool out_is_terminal() const { return out_is_terminal_; }
  bool messages_are_terminal() const { return messages_are_terminal_; }
  /// Returns the columns of the terminal; 0 when answers do not go to one.
  std::size_t width() const { return width_; }

  const render::Sink& out() const { return out_; }
  /// Hands over what was written; false when any of it did not arrive.
  bool flush() const;
  void message(std::string_view text) const;

 private:
  render::Sink out_;
  bool out_is_terminal_ = false;
  bool messages_are_terminal_ = false;
  bool out_colour_ = false;
  bool message_colour_ = false;
  std::size_t width_ = 0;
};

/// Makes Ctrl-C end the process at once with exit code 130. Everything the store does is a
/// transaction, so that nothing half-done is left behind.
void end_on_interrupt();

}  // namespace clewline::cli
