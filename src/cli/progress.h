#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/terminal.h"
#include "engine/import.h"

namespace clewline::cli {

/// One line on a terminal's standard error that shows how far an import is; nothing when messages
/// go elsewhere.
class ProgressLine {
 public:
  ProgressLine(const Terminal& terminal, bool quiet)
      : terminal_(terminal), enabled_(terminal.messages_are_terminal() && !quiet) {}
  ~ProgressLine() { clear(); }

  void show(const engine::ImportStep& step);
  /// Takes the line away again.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  const Terminal& terminal_;
  bool enabled_;
  bool shown_ = false;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point last_ = begun_;
};

/// Writes rate, rejected and the time left: "1,234,000 records, 310,000/s, 12 rejected, 8 s left".
std::string progress_words(const engine::ImportStep& step, double seconds);

}  // namespace clewline::cli
