#include <algorithm>
#include <set>

#include "ingest/readers/csv_row_internal.h"
#include "ingest/readers/encoding.h"
#include "ingest/readers/splitter_internal.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
/// Returned where more bytes are needed to tell.
constexpr std::size_t kUndecided = kNowhere - 1;
/// How far a row is followed when the reader looks for the next good one after a bad one.
constexpr std::size_t kRecoveryRowBytes = std::size_t{1} << 20;
/// A header longer than this is no header.
constexpr std::size_t kHeaderBytesMax = std::size_t{1} << 20;

std::string trimmed(std::string_view text) {
  while (!text.empty() && (is_json_space(text.front()))) text.remove_prefix(1);
  while (!text.empty() && (is_json_space(text.back()))) text.remove_suffix(1);
  return std::string(text);
}

class CsvSplitter final : public Splitter {
 public:
  explicit CsvSplitter(const CsvDialect& dialect)
      : dialect_(dialect), lines_to_skip_(dialect.skip_lines) {
    if (!dialect.columns.empty()) set_columns(dialect.columns);
  }

  Result<std::size_t> split(std::string_view window, WindowEnd end, SpanSink& sink) override {
    std::size_t place = 0;
    while (place < window.size()) {
      CLEW_TRY(const std::size_t next, step(window, place, end, sink));
      if (next == place) break;
      place = next;
    }
    seen_bytes_ = seen_bytes_ || place > 0;
    if (end != WindowEnd::more && seen_bytes_ && dialect_.header && !header_read_)
      return no_header();
    return place;
  }

  std::size_t find_record_start(std::string_view window) const override {
    if (!columns_) return kNowhere;
    const std::size_t found = find_good_row(window, 0, window.size(), WindowEnd::more);
    return found == kUndecided ? kNowhere : found;
  }

  std::shared_ptr<const std::vector<std::string>> columns() const override { return columns_; }

 private:
  /// Reports one span at `place`; returns the place after it, or `place` when more bytes are
  /// needed.
  Result<std::size_t> step(std::string_view window, std::size_t place, WindowEnd end,
                           SpanSink& sink) {
    if (lines_to_skip_ > 0) return skip_line(window, place, end, SkippedKind::skipped_line, sink);
    if (dialect_.comment != '\0' && window[place] == dialect_.comment) {
      return skip_line(window, place, end, SkippedKind::comment, sink);
    }
    if (window[place] == '\n' || window.substr(place, 2) == "\r\n") {
      const std::size_t length = window[place] == '\n' ? 1 : 2;
      sink.skip(place, length, SkippedKind::blank);
      return place + length;
    }
    const RowScan scan =
        scan_row(window, place, dialect_, columns_ ? CellCount::skip : CellCount::count);
    if (scan.state != RowState::malformed && !scan.line_ended && end == WindowEnd::more)
      return place;
    if (!header_read_ && dialect_.header) return read_header(window, place, scan, sink);
    if (!columns_) number_columns(scan.cells);
    return add_row(window, place, end, scan, sink);
  }

  Result<std::size_t> skip_line(std::string_view window, std::size_t place, WindowEnd end,
                                SkippedKind kind, SpanSink& sink) {
    const std::size_t found = window.find('\n', place);
    if (found == kNowhere && end == WindowEnd::more) return place;
    const std::size_t next = found == kNowhere ? window.size() : found + 1;
    sink.skip(place, next - place, kind);
    if (kind == SkippedKind::skipped_line) --lines_to_skip_;
    return next;
  }

  Result<std::size_t> read_header(std::string_view window, std::size_t place, const RowScan& scan,
                                  SpanSink& sink) {
    if (scan.state != RowState::complete) {
      return Error{ErrorCode::bad_input,
                   "the header row has a quoted name that does not end properly",
                   "Check `quote` and `delimiter` of the mapping's reader, and `skip_lines` when "
                   "text precedes the header."};
    }
    const std::string_view row = window.substr(place, scan.end - place);
    if (row.find('\r') != kNowhere && row.find('\n') == kNowhere) {
      return Error{ErrorCode::bad_input, "lines end with a carriage return alone",
                   "Convert the file first, for instance with: tr '\\r' '\\n' < FILE"};
    }
    if (find_invalid_utf8(row)) {
      return Error{ErrorCode::bad_input, "the header row is not UTF-8",
                   "The file is in another encoding: " + suggest_encoding(row) + "."};
    }
    if (row.size() > kHeaderBytesMax) {
      return Error{ErrorCode::bad_input, "the header row is longer than 1 MB",
                   "Is this a CSV file? Check `format` of the mapping's reader."};
    }
    std::vector<std::string> names = cell_texts(row);
    if (columns_ && columns_->size() != names.size()) {
      return Error{ErrorCode::bad_input,
                   "the mapping names " + std::to_string(columns_->size()) +
                       " columns, the file's header has " + std::to_string(names.size()),
                   "Correct `columns` of the mapping's reader, or leave it out to take the names "
                   "of the header."};
    }
    if (!columns_) set_columns(std::move(names));
    header_read_ = true;
    sink.skip(place, scan.next - place, SkippedKind::header);
    return scan.next;
  }

  std::vector<std::string> cell_texts(std::string_view row) const {
    std::vector<std::string> texts;
    CellReader cells(row, dialect_);
    CellReader::Cell cell;
    while (cells.next(cell)) {
      std::string text(cell.content);
      if (cell.escaped) text.resize(unescape_cell(cell.content, dialect_, text.data()));
      texts.push_back(trimmed(text));
    }
    return texts;
  }

  /// Gives unnamed columns a name and makes repeated names different.
  void set_columns(std::vector<std::string> names) {
    std::set<std::string> used;
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::string name = names[i].empty() ? "column_" + std::to_string(i + 1) : names[i];
      const std::string base = name;
      for (int n = 2; !used.insert(name).second; ++n) name = base + "_" + std::to_string(n);
      names[i] = name;
    }
    columns_ = std::make_shared<const std::vector<std::string>>(std::move(names));
  }

  void number_columns(std::size_t count) { set_columns(std::vector<std::string>(count)); }

  static Error no_header() {
    return {ErrorCode::bad_input, "the file has no header row",
            "Check `skip_lines`, or declare `header: false` with `columns`."};
  }

  Result<std::size_t> add_row(std::string_view window, std::size_t place, WindowEnd end,
                              const RowScan& scan, SpanSink& sink) {
    if (scan.state == RowState::complete) {
      if (!scan.line_ended && end == WindowEnd::cut) {
        sink.reject(place, window.size() - place, 0, RejectReason::truncated_input, window.size(),
                    "the input stops in the middle of this row");
        return window.size();
      }
      if (!swallowed_rows(window, place, scan)) {
        sink.record(place, scan.end - place, scan.next - scan.end,
                    scan.cells == 0 ? scan.line_ended : -1);
        return scan.next;
      }
    }
    return recover(window, place, end, scan, sink);
  }

  /// True when a row over several lines has the wrong number of cells: a stray quote may have eaten
  /// rows.
  bool swallowed_rows(std::string_view window, std::size_t place, const RowScan& scan) const {
    if (scan.cells == 0 || scan.cells == columns_->size() || dialect_.ragged == RaggedRows::pad)
      return false;
    return window.substr(place, scan.end - place).find('\n') != kNowhere;
  }

  /// Rejects the lines from a bad row to the next line at which a good row begins.
  Result<std::size_t> recover(std::string_view window, std::size_t place, WindowEnd end,
                              const RowScan& scan, SpanSink& sink) {
    const bool complete = scan.state == RowState::complete;
    const std::size_t limit = complete ? scan.next : window.size();
    std::size_t next = find_good_row(window, place, limit, end);
    if (next == kUndecided) return place;
    if (next == kNowhere) {
      if (!complete && end == WindowEnd::more) return place;
      next = limit;
    }
    std::size_t stop = next;
    if (stop > place && window[stop - 1] == '\n') --stop;
    if (stop > place && window[stop - 1] == '\r') --stop;
    const auto line = ", in the cell that begins at byte " +
                      std::to_string(scan.error_place - place) + " of the record";
    if (complete) {
      sink.reject(place, stop - place, next - stop, RejectReason::ragged_row, place,
                  "the row has " + std::to_string(scan.cells) +
                      " cells over several lines, the file " + std::to_string(columns_->size()) +
                      " columns; a quote may be missing");
    } else if (scan.state == RowState::malformed) {
      sink.reject(place, stop - place, next - stop, RejectReason::malformed_quote, scan.error_place,
                  "a closing quote is followed by something other than the delimiter, at byte " +
                      std::to_string(scan.error_place - place) + " of the record");
    } else if (end == WindowEnd::cut && next == window.size()) {
      sink.reject(place, stop - place, next - stop, RejectReason::truncated_input, window.size(),
                  "the input stops in the middle of this row");
    } else {
      sink.reject(place, stop - place, next - stop, RejectReason::unclosed_quote, scan.error_place,
                  "a quote is never closed" + line);
    }
    return next;
  }

  std::size_t find_good_row(std::string_view window, std::size_t place, std::size_t limit,
                            WindowEnd end) const {
    std::size_t line = place;
    while (true) {
      const std::size_t found = window.substr(0, limit).find('\n', line);
      if (found == kNowhere || found + 1 >= limit) return kNowhere;
      line = found + 1;
      const std::string_view reach =
          window.substr(0, std::min(window.size(), line + kRecoveryRowBytes));
      const RowScan scan = scan_row(reach, line, dialect_, CellCount::count);
      const bool whole = reach.size() == window.size();
      const bool at_edge = scan.state == RowState::unclosed ||
                           (scan.state == RowState::complete && !scan.line_ended);
      if (at_edge && whole && end == WindowEnd::more) return kUndecided;
      const bool ended = scan.line_ended || (end == WindowEnd::complete && whole);
      if (scan.state == RowState::complete && ended && scan.cells == columns_->size()) return line;
    }
  }

  const CsvDialect dialect_;
  std::uint32_t lines_to_skip_;
  bool header_read_ = false;
  bool seen_bytes_ = false;
  std::shared_ptr<const std::vector<std::string>> columns_;
};

}  // namespace

std::unique_ptr<Splitter> make_csv_splitter(const CsvDialect& dialect) {
  return std::make_unique<CsvSplitter>(dialect);
}

}  // namespace clewline::ingest
