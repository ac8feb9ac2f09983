#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ingest/readers/reader_options.h"
#include "ingest/readers/record.h"

namespace clewline::ingest {

/// What follows the bytes that a splitter sees.
enum class WindowEnd : std::uint8_t {
  more,      // further bytes of the same file
  complete,  // nothing: the file ends here
  cut,       // nothing is known: the input broke off here
};

/// Takes the spans a splitter finds, in order and without gaps, and writes them into a batch.
/// Places are offsets in the splitter's window.
class SpanSink {
 public:
  SpanSink(RecordBatch& batch, std::uint64_t& line, std::uint64_t& ordinal,
           std::size_t record_bytes_max)
      : batch_(batch), line_(line), ordinal_(ordinal), record_bytes_max_(record_bytes_max) {}

  /// Says which bytes the next places count in.
  void set_window(std::string_view window, std::uint64_t offset) {
    window_ = window;
    offset_ = offset;
  }
  /// Adds a record of `length` bytes and the `tail` bytes after it; the lines in them, where the
  /// splitter knows their number, save counting.
  void record(std::size_t begin, std::size_t length, std::size_t tail, std::int64_t lines = -1);
  void reject(std::size_t begin, std::size_t length, std::size_t tail, RejectReason reason,
              std::size_t error_place, std::string detail, bool continues = false);
  void skip(std::size_t begin, std::size_t length, SkippedKind kind);

 private:
  void pass_lines(std::size_t begin, std::size_t length, std::int64_t lines);

  RecordBatch& batch_;
  std::uint64_t& line_;
  std::uint64_t& ordinal_;
  std::size_t record_bytes_max_;
  std::string_view window_;
  std::uint64_t offset_ = 0;
};

/// Finds the records in the text of one file.
class Splitter {
 public:
  virtual ~Splitter() = default;

  /// Reports the spans of `window` that are certain and returns how many bytes from its start they
  /// cover: all of them unless more bytes follow. The rest comes again, with more behind it.
  virtual Result<std::size_t> split(std::string_view window, WindowEnd end, SpanSink& sink) = 0;
  /// Returns where the next record may begin in a window whose first bytes belong to a record that
  /// is too large, or npos.
  virtual std::size_t find_record_start(std::string_view window) const = 0;
  /// The columns of a CSV file, once known.
  virtual std::shared_ptr<const std::vector<std::string>> columns() const { return nullptr; }
  /// True at the end when brackets around the records were not closed.
  virtual bool envelope_open() const { return false; }
};

std::unique_ptr<Splitter> make_csv_splitter(const CsvDialect& dialect);
std::unique_ptr<Splitter> make_line_splitter();
/// For the JSON formats other than ndjson. The path was checked by `parse_records_path`.
std::unique_ptr<Splitter> make_json_splitter(RecordFormat format,
                                             std::vector<std::string> records_path);
/// Reads "$.a.b" as {"a", "b"} and "$" as {}.
Result<std::vector<std::string>> parse_records_path(std::string_view path);

/// True for a space, tab, carriage return or line feed.
inline bool is_json_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace clewline::ingest
