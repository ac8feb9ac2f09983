#include <algorithm>
#include <cstring>

#include "ingest/readers/splitter_internal.h"

namespace clewline::ingest {
namespace {

/// One record a line (NDJSON).
class LineSplitter final : public Splitter {
 public:
  Result<std::size_t> split(std::string_view window, WindowEnd end, SpanSink& sink) override {
    std::size_t place = 0;
    while (place < window.size()) {
      const std::size_t found = window.find('\n', place);
      if (found == std::string_view::npos) {
        if (end == WindowEnd::more) return place;
        add_last(window, place, end, sink);
        return window.size();
      }
      const bool carriage_return = found > place && window[found - 1] == '\r';
      add(window, place, found - (carriage_return ? 1 : 0), found + 1, sink);
      place = found + 1;
    }
    return place;
  }

  std::size_t find_record_start(std::string_view window) const override {
    const std::size_t found = window.find('\n');
    return found == std::string_view::npos ? found : found + 1;
  }

 private:
  static void add(std::string_view window, std::size_t begin, std::size_t end, std::size_t next,
                  SpanSink& sink) {
    if (std::all_of(window.begin() + static_cast<std::ptrdiff_t>(begin),
                    window.begin() + static_cast<std::ptrdiff_t>(end), is_json_space)) {
      sink.skip(begin, next - begin, SkippedKind::blank);
    } else {
      sink.record(begin, end - begin, next - end, 1);
    }
  }

  static void add_last(std::string_view window, std::size_t begin, WindowEnd end, SpanSink& sink) {
    if (end == WindowEnd::complete) {
      const bool carriage_return = window.back() == '\r';
      const std::size_t stop = window.size() - (carriage_return ? 1 : 0);
      if (std::all_of(window.begin() + static_cast<std::ptrdiff_t>(begin), window.end(),
                      is_json_space)) {
        return sink.skip(begin, window.size() - begin, SkippedKind::blank);
      }
      return sink.record(begin, stop - begin, window.size() - stop, 0);
    }
    sink.reject(begin, window.size() - begin, 0, RejectReason::truncated_input, window.size(),
                "the input stops in the middle of this line");
  }
};

}  // namespace

std::unique_ptr<Splitter> make_line_splitter() { return std::make_unique<LineSplitter>(); }

}  // namespace clewline::ingest
