#include <cstring>

#include "ingest/readers/csv_row_internal.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

/// Returns the place of the quote that closes the cell whose content begins at `place`, or npos.
std::size_t find_closing_quote(std::string_view text, std::size_t place, const CsvDialect& dialect,
                               bool* escaped) {
  const bool doubling = dialect.escape == dialect.quote;
  while (true) {
    std::size_t found = text.find(dialect.quote, place);
    if (!doubling && dialect.escape != '\0') {
      const std::size_t escape = text.substr(0, found).find(dialect.escape, place);
      if (escape != kNowhere) {
        *escaped = true;
        if (escape + 2 > text.size()) return kNowhere;
        place = escape + 2;
        continue;
      }
    }
    if (found == kNowhere) return kNowhere;
    if (!doubling || found + 1 >= text.size() || text[found + 1] != dialect.quote) return found;
    *escaped = true;
    place = found + 2;
  }
}

std::size_t content_end(std::string_view text, std::size_t begin, std::size_t line_feed) {
  return line_feed > begin && text[line_feed - 1] == '\r' ? line_feed - 1 : line_feed;
}

/// Finishes a scan at a line feed, or at the end of the text when there is none.
void close_row(std::string_view text, std::size_t begin, std::size_t line_feed, RowScan& scan) {
  scan.line_ended = line_feed != kNowhere;
  const std::size_t stop = scan.line_ended ? line_feed : text.size();
  scan.end = content_end(text, begin, stop);
  scan.next = scan.line_ended ? line_feed + 1 : text.size();
}

std::size_t count_delimiters(std::string_view text, char delimiter) {
  std::size_t count = 0;
  for (char c : text) count += c == delimiter;
  return count;
}

RowScan scan_quoted_row(std::string_view text, std::size_t begin, const CsvDialect& dialect) {
  RowScan scan;
  std::size_t place = begin;
  while (true) {
    ++scan.cells;
    if (place < text.size() && text[place] == dialect.quote) {
      bool escaped = false;
      const std::size_t closing = find_closing_quote(text, place + 1, dialect, &escaped);
      if (closing == kNowhere) {
        scan.state = RowState::unclosed;
        scan.error_place = place;
        scan.end = scan.next = text.size();
        return scan;
      }
      place = closing + 1;
      const bool line_end =
          place >= text.size() || text[place] == '\n' ||
          (text[place] == '\r' && (place + 1 >= text.size() || text[place + 1] == '\n'));
      if (!line_end && text[place] != dialect.delimiter) {
        scan.state = RowState::malformed;
        scan.error_place = place;
        return scan;
      }
    } else {
      while (place < text.size() && text[place] != dialect.delimiter && text[place] != '\n')
        ++place;
    }
    if (place < text.size() && text[place] == '\r') ++place;
    if (place >= text.size() || text[place] == '\n') {
      close_row(text, begin, place < text.size() ? place : kNowhere, scan);
      return scan;
    }
    ++place;
  }
}

}  // namespace

RowScan scan_row(std::string_view text, std::size_t begin, const CsvDialect& dialect,
                 CellCount count) {
  const std::size_t line_feed = text.find('\n', begin);
  const std::string_view line =
      text.substr(begin, line_feed == kNowhere ? kNowhere : line_feed - begin);
  if (dialect.quote != '\0' && line.find(dialect.quote) != kNowhere)
    return scan_quoted_row(text, begin, dialect);
  RowScan scan;
  close_row(text, begin, line_feed, scan);
  if (count == CellCount::count)
    scan.cells = 1 + count_delimiters(text.substr(begin, scan.end - begin), dialect.delimiter);
  return scan;
}

void CellReader::read_quoted(Cell& cell) {
  cell.quoted = true;
  const std::size_t closing = find_closing_quote(row_, place_ + 1, dialect_, &cell.escaped);
  const std::size_t content_stop = closing == kNowhere ? row_.size() : closing;
  cell.content = row_.substr(place_ + 1, content_stop - place_ - 1);
  const std::size_t delimiter =
      closing == kNowhere ? kNowhere : row_.find(dialect_.delimiter, closing + 1);
  cell.raw = row_.substr(place_, delimiter == kNowhere ? kNowhere : delimiter - place_);
}

bool CellReader::next(Cell& cell) {
  if (ended_) return false;
  cell = {};
  if (dialect_.quote != '\0' && place_ < row_.size() && row_[place_] == dialect_.quote) {
    read_quoted(cell);
  } else {
    const char* begin = row_.data() + place_;
    const auto* found = static_cast<const char*>(
        place_ < row_.size() ? std::memchr(begin, dialect_.delimiter, row_.size() - place_)
                             : nullptr);
    cell.raw = {begin, found ? static_cast<std::size_t>(found - begin) : row_.size() - place_};
    cell.content = cell.raw;
  }
  place_ += cell.raw.size() + 1;
  ended_ = place_ > row_.size();
  return true;
}

std::size_t unescape_cell(std::string_view content, const CsvDialect& dialect, char* out) {
  char* const start = out;
  for (std::size_t i = 0; i < content.size(); ++i) {
    const bool escape = content[i] == dialect.escape && i + 1 < content.size();
    if (escape && (dialect.escape != dialect.quote || content[i + 1] == dialect.quote)) ++i;
    *out++ = content[i];
  }
  return static_cast<std::size_t>(out - start);
}

}  // namespace clewline::ingest
