#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace clewline::ingest {

/// Reads XES (IEEE 1849-2016) as a stream: each event becomes a line of JSON with its attributes
/// and those of its trace, these prefixed `case:`. Attributes inside attributes and lists are named
/// `outer/inner`; values are texts as they stand. Attributes of the log, its extensions, globals
/// and classifiers are no events. Memory: one trace's own attributes and one event.
class XesEvents {
 public:
  XesEvents();
  ~XesEvents();
  XesEvents(const XesEvents&) = delete;
  XesEvents& operator=(const XesEvents&) = delete;

  /// Takes the next bytes of the file; false when it cannot be read further (see `trouble`).
  bool read(std::string_view bytes, bool is_last);
  /// Hands over the lines made since the last call.
  std::string take_lines();
  std::size_t lines_bytes() const;
  /// What went wrong, in one sentence with the line; empty: nothing.
  const std::string& trouble() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether a text begins as XES does: an XML document whose first element is `log`.
bool looks_like_xes(std::string_view first_bytes);

}  // namespace clewline::ingest
