#include <algorithm>

#include "ingest/readers/json_scan_internal.h"
#include "ingest/readers/splitter_internal.h"

namespace clewline::ingest {
namespace {

/// Returned where more bytes are needed.
constexpr std::size_t kMore = std::string_view::npos;
constexpr std::size_t kNowhere = std::string_view::npos;
/// How much of a record's beginning is remembered to recognise the next one.
constexpr std::size_t kOpeningBytesMax = 512;

/// How long the first record may be and still be believed in spite of strange characters.
constexpr std::size_t kFirstRecordBytes = 4096;

/// Returns the bytes of an object from `{` through its first key, or nothing.
std::string_view object_opening(std::string_view text, std::size_t begin) {
  const std::string_view start = text.substr(begin, kOpeningBytesMax);
  if (!start.starts_with('{')) return {};
  const std::size_t quote = skip_json_space(start, 1);
  if (quote >= start.size() || start[quote] != '"') return {};
  const std::size_t end = scan_json_string(start, quote);
  return end == kNowhere ? std::string_view{} : start.substr(0, end);
}

/// Returns the last byte before `place`, not before `floor`, that is no white space; 0 when there
/// is none.
char byte_before(std::string_view text, std::size_t place, std::size_t floor) {
  while (place > floor && is_json_space(text[place - 1])) --place;
  return place > floor ? text[place - 1] : '\0';
}

bool opens_with_key(std::string_view text, std::size_t place) {
  const std::size_t next = skip_json_space(text, place + 1);
  return next < text.size() && text[next] == '"';
}

/// Where the records of a document are.
struct Located {
  enum class Kind : std::uint8_t {
    array,
    object,
    nothing,
    absent,
    incomplete,
    broken
  } kind = Kind::broken;
  std::size_t place = 0;
};

/// Returns the end of any JSON value at `place`, or nothing when it is incomplete or broken.
Located skip_value(std::string_view text, std::size_t place) {
  if (place >= text.size()) return {Located::Kind::incomplete, place};
  if (text[place] == '{' || text[place] == '[') {
    const JsonScan scan = scan_json_value(text, place);
    if (scan.extent == JsonExtent::complete) return {Located::Kind::nothing, scan.end};
    return {scan.extent == JsonExtent::broken ? Located::Kind::broken : Located::Kind::incomplete,
            scan.end};
  }
  if (text[place] == '"') {
    const std::size_t end = scan_json_string(text, place);
    return end == kNowhere ? Located{Located::Kind::incomplete, place}
                           : Located{Located::Kind::nothing, end};
  }
  const std::size_t end = text.find_first_of(",}] \t\r\n", place);
  return end == kNowhere ? Located{Located::Kind::incomplete, place}
                         : Located{Located::Kind::nothing, end};
}

/// Finds the value of a key in the object at `place`: kind `nothing` with its place, or why not.
Located find_key(std::string_view text, std::size_t place, std::string_view wanted) {
  if (place >= text.size()) return {Located::Kind::incomplete, place};
  if (text[place] != '{') return {Located::Kind::absent, place};
  place = skip_json_space(text, place + 1);
  while (place < text.size()) {
    if (text[place] == '}') return {Located::Kind::absent, place};
    if (text[place] != '"') return {Located::Kind::broken, place};
    const std::size_t end = scan_json_string(text, place);
    if (end == kNowhere) return {Located::Kind::incomplete, place};
    const std::string_view key = text.substr(place + 1, end - place - 2);
    place = skip_json_space(text, end);
    if (place >= text.size()) break;
    if (text[place] != ':') return {Located::Kind::broken, place};
    place = skip_json_space(text, place + 1);
    if (key == wanted && place < text.size()) return {Located::Kind::nothing, place};
    const Located value = skip_value(text, place);
    if (value.kind != Located::Kind::nothing) return value;
    place = skip_json_space(text, value.place);
    if (place < text.size() && text[place] == ',') place = skip_json_space(text, place + 1);
  }
  return {Located::Kind::incomplete, place};
}

Located locate(std::string_view text, std::size_t place, const std::vector<std::string>& path) {
  for (const std::string& key : path) {
    const Located value = find_key(text, place, key);
    if (value.kind != Located::Kind::nothing) return value;
    place = value.place;
  }
  if (text[place] == '[') return {Located::Kind::array, place};
  if (text[place] == '{') return {Located::Kind::object, place};
  return {text[place] == 'n' ? Located::Kind::nothing : Located::Kind::absent, place};
}

/// Splits JSON arrays, concatenated values and documents with records inside.
///
/// A damaged record does not take the others with it: where brackets do not match, the splitter
/// goes on at the next place that looks like the beginning of a record. In an array that is an
/// object after a comma that opens with the same bytes, up to its first key, as the last good
/// record; elsewhere it is an object with a key after `}` or at the beginning of a line.
class JsonSplitter final : public Splitter {
 public:
  JsonSplitter(RecordFormat format, std::vector<std::string> path)
      : format_(format), path_(std::move(path)) {}

  Result<std::size_t> split(std::string_view window, WindowEnd end, SpanSink& sink) override {
    window_ = window;
    end_ = end;
    sink_ = &sink;
    std::size_t place = 0;
    while (true) {
      place = skip_blank(place);
      if (place == window.size()) return place;
      const std::size_t next = step(place);
      if (next == kMore) return place;
      place = next;
    }
  }

  std::size_t find_record_start(std::string_view window) const override {
    return phase_ == Phase::outside ? find_concatenated(window, 1)
                                    : find_element(window, 1, opening_);
  }

  bool envelope_open() const override { return phase_ != Phase::outside; }

 private:
  enum class Phase : std::uint8_t {
    outside,    // between top-level values
    elements,   // inside the array of records, before an element
    separator,  // after an element
    suffix,     // after the array, inside the document around it
  };

  std::size_t skip_blank(std::size_t place) {
    std::size_t begin = place;
    // Record separators of RFC 7464 (JSON text sequences) count as white space.
    while (begin < window_.size() && (is_json_space(window_[begin]) || window_[begin] == '\x1E'))
      ++begin;
    sink_->skip(place, begin - place, SkippedKind::blank);
    return begin;
  }

  std::size_t step(std::size_t place) {
    switch (phase_) {
      case Phase::outside: return read_outside(place);
      case Phase::elements: return read_element(place);
      case Phase::separator: return read_separator(place);
      case Phase::suffix: return read_suffix(place);
    }
    return kMore;
  }

  std::size_t read_outside(std::size_t place) {
    if (!path_.empty()) return read_prefix(place);
    if (window_[place] == '[' && format_ != RecordFormat::json_concatenated) {
      sink_->skip(place, 1, SkippedKind::envelope);
      phase_ = Phase::elements;
      return place + 1;
    }
    if (window_[place] != '{' && window_[place] != '[') return reject_stray(place);
    const JsonScan scan = scan_record(place);
    if (scan.extent == JsonExtent::complete) return deliver(place, scan.end);
    if (scan.extent == JsonExtent::incomplete && end_ == WindowEnd::more) return kMore;
    return reject_until(place, find_concatenated(window_, place + 1), scan);
  }

  JsonScan scan_record(std::size_t place) const {
    return scan_json_value(window_, place, 0, record_bytes_usual());
  }

  std::size_t record_bytes_usual() const {
    return longest_ == 0 ? kFirstRecordBytes : longest_ + longest_ / 2;
  }

  std::size_t deliver(std::size_t begin, std::size_t end) {
    if (opening_.empty() || !window_.substr(begin).starts_with(opening_)) {
      const std::string_view opening = object_opening(window_, begin);
      if (!opening.empty() && begin + opening.size() <= end) opening_ = opening;
    }
    longest_ = std::max(longest_, end - begin);
    sink_->record(begin, end - begin, 0);
    return end;
  }

  /// Bytes between top-level values that begin none.
  std::size_t reject_stray(std::size_t place) {
    std::size_t found = find_concatenated(window_, place + 1);
    if (!opening_.empty()) found = std::min(found, window_.find(opening_, place + 1));
    return reject_until(place, found, {JsonExtent::broken, place});
  }

  std::size_t read_element(std::size_t place) {
    if (window_[place] == ']') return close_array(place);
    if (window_[place] == ',') {
      sink_->skip(place, 1, SkippedKind::blank);
      return place + 1;
    }
    const bool bracket = window_[place] == '{' || window_[place] == '[';
    const JsonScan scan = bracket ? scan_record(place) : scan_scalar(place);
    if (scan.extent == JsonExtent::complete) {
      phase_ = Phase::separator;
      return deliver(place, scan.end);
    }
    if (scan.extent == JsonExtent::incomplete && end_ == WindowEnd::more) return kMore;
    return reject_element(place, scan);
  }

  JsonScan scan_scalar(std::size_t place) const {
    const std::size_t end = window_[place] == '"' ? scan_json_string(window_, place)
                                                  : window_.find_first_of(",]{ \t\r\n", place);
    if (end != kNowhere) return {JsonExtent::complete, end};
    return {JsonExtent::incomplete, window_.size()};
  }

  std::size_t reject_element(std::size_t place, const JsonScan& scan) {
    const std::string opening =
        opening_.empty() ? std::string(object_opening(window_, place)) : opening_;
    const bool opening_cut = opening.empty() && window_.size() - place < kOpeningBytesMax;
    if (opening_cut && end_ == WindowEnd::more) return kMore;
    std::size_t found = find_element(window_, place + 1, opening);
    if (found == kNowhere && end_ == WindowEnd::more) return kMore;
    if (found == kNowhere && opening_.empty()) found = find_element(window_, place + 1, "");
    if (found == kNowhere) found = find_last_bracket(place + 1);
    return reject_until(place, found, scan);
  }

  /// Finds the `]` that ends the records of a file: only closing brackets and white space follow
  /// it.
  std::size_t find_last_bracket(std::size_t from) const {
    const std::size_t found = window_.rfind(']');
    if (found == kNowhere || found < from) return kNowhere;
    return window_.find_first_not_of("} \t\r\n", found + 1) == kNowhere ? found : kNowhere;
  }

  std::size_t read_separator(std::size_t place) {
    if (window_[place] == ']') return close_array(place);
    phase_ = Phase::elements;
    if (window_[place] == ',') {
      sink_->skip(place, 1, SkippedKind::blank);
      return place + 1;
    }
    if (window_[place] == '{') return place;
    std::size_t found =
        opening_.empty() ? find_element(window_, place + 1, "") : window_.find(opening_, place + 1);
    if (found == kNowhere && end_ == WindowEnd::more) {
      phase_ = Phase::separator;
      return kMore;
    }
    if (found == kNowhere) found = find_last_bracket(place + 1);
    return reject_until(place, found, {JsonExtent::broken, place});
  }

  std::size_t close_array(std::size_t place) {
    sink_->skip(place, 1, SkippedKind::envelope);
    phase_ = path_.empty() ? Phase::outside : Phase::suffix;
    return place + 1;
  }

  /// Reads a document up to its first record.
  std::size_t read_prefix(std::size_t place) {
    const Located located = locate(window_, place, path_);
    switch (located.kind) {
      case Located::Kind::array:
        sink_->skip(place, located.place + 1 - place, SkippedKind::envelope);
        phase_ = Phase::elements;
        return located.place + 1;
      case Located::Kind::object: return read_single(place, located.place);
      case Located::Kind::nothing:
        sink_->skip(place, located.place - place, SkippedKind::envelope);
        phase_ = Phase::suffix;
        return located.place;
      case Located::Kind::absent: return reject_document(place);
      case Located::Kind::incomplete:
        if (end_ == WindowEnd::more) return kMore;
        return reject_prefix(place, {JsonExtent::incomplete, window_.size()});
      case Located::Kind::broken: return reject_prefix(place, {JsonExtent::broken, located.place});
    }
    return kMore;
  }

  /// The path leads to one object instead of an array of them.
  std::size_t read_single(std::size_t place, std::size_t begin) {
    const JsonScan scan = scan_json_value(window_, begin);
    if (scan.extent == JsonExtent::incomplete && end_ == WindowEnd::more) return kMore;
    if (scan.extent != JsonExtent::complete)
      return reject_until(place, find_concatenated(window_, place + 1), scan);
    sink_->skip(place, begin - place, SkippedKind::envelope);
    phase_ = Phase::suffix;
    return deliver(begin, scan.end);
  }

  std::size_t reject_document(std::size_t place) {
    const Located value = skip_value(window_, place);
    if (value.kind == Located::Kind::incomplete && end_ == WindowEnd::more) return kMore;
    if (value.kind != Located::Kind::nothing || value.place == place) {
      return reject_until(place, find_concatenated(window_, place + 1),
                          {JsonExtent::broken, place});
    }
    sink_->reject(place, value.place - place, 0, RejectReason::no_records_path, place,
                  "the document has no records at " + path_text() +
                      "; check `records_path` of the mapping's reader");
    return value.place;
  }

  /// A damaged beginning does not cost the records: they follow the last key of the path.
  std::size_t reject_prefix(std::size_t place, const JsonScan& scan) {
    const std::string key = '"' + path_.back() + '"';
    for (std::size_t found = window_.find(key, place); found != kNowhere;
         found = window_.find(key, found + 1)) {
      std::size_t next = skip_json_space(window_, found + key.size());
      if (next >= window_.size() || window_[next] != ':') continue;
      next = skip_json_space(window_, next + 1);
      if (next >= window_.size() || window_[next] != '[') continue;
      sink_->reject(place, next - place, 1, RejectReason::json_syntax, scan.end,
                    "the JSON in front of the records is damaged");
      phase_ = Phase::elements;
      return next + 1;
    }
    if (end_ == WindowEnd::more) return kMore;
    return reject_until(place, kNowhere, scan);
  }

  std::size_t read_suffix(std::size_t place) {
    const JsonScan scan = scan_json_value(window_, place, path_.size());
    if (scan.extent == JsonExtent::incomplete && end_ == WindowEnd::more) return kMore;
    if (scan.extent == JsonExtent::broken) {
      const std::size_t next = reject_until(place, find_concatenated(window_, place + 1), scan);
      if (next != kMore) phase_ = Phase::outside;
      return next;
    }
    sink_->skip(place, scan.end - place, SkippedKind::envelope);
    if (scan.extent == JsonExtent::complete) phase_ = Phase::outside;
    return scan.end;
  }

  /// Rejects the bytes up to the next record, or to the end when there is none.
  std::size_t reject_until(std::size_t place, std::size_t found, const JsonScan& scan) {
    if (found == kNowhere && end_ == WindowEnd::more) return kMore;
    const std::size_t next = found == kNowhere ? window_.size() : found;
    std::size_t stop = next;
    while (stop > place + 1 && is_json_space(window_[stop - 1])) --stop;
    if (stop > place + 1 && phase_ == Phase::elements && window_[stop - 1] == ',') --stop;
    while (stop > place + 1 && is_json_space(window_[stop - 1])) --stop;
    const bool cut = found == kNowhere && scan.extent == JsonExtent::incomplete;
    const std::size_t error = std::min(scan.end, stop);
    sink_->reject(place, stop - place, next - stop,
                  cut ? RejectReason::truncated_input : RejectReason::json_syntax, error,
                  cut ? std::string("the input ends in the middle of this record")
                      : "brackets or quotes do not match, at byte " +
                            std::to_string(error - place) + " of the record");
    return next;
  }

  static std::size_t find_element(std::string_view window, std::size_t from,
                                  std::string_view opening) {
    const std::string_view wanted = opening.empty() ? std::string_view("{") : opening;
    for (std::size_t found = window.find(wanted, from); found != kNowhere;
         found = window.find(wanted, found + 1)) {
      if (byte_before(window, found, from - 1) == ',' && opens_with_key(window, found))
        return found;
    }
    return kNowhere;
  }

  static std::size_t find_concatenated(std::string_view window, std::size_t from) {
    for (std::size_t found = window.find('{', from); found != kNowhere;
         found = window.find('{', found + 1)) {
      const bool new_line = window[found - 1] == '\n' || window[found - 1] == '\x1E';
      if ((new_line || byte_before(window, found, from - 1) == '}') &&
          opens_with_key(window, found))
        return found;
    }
    return kNowhere;
  }

  std::string path_text() const {
    std::string text = "$";
    for (const std::string& key : path_) text += "." + key;
    return text;
  }

  const RecordFormat format_;
  const std::vector<std::string> path_;
  Phase phase_ = Phase::outside;
  std::string opening_;  // of the last good record, from `{` through its first key

  std::size_t longest_ = 0;  // bytes of the longest record

  // Of the running call of split.
  std::string_view window_;
  WindowEnd end_ = WindowEnd::more;
  SpanSink* sink_ = nullptr;
};

}  // namespace

std::unique_ptr<Splitter> make_json_splitter(RecordFormat format,
                                             std::vector<std::string> records_path) {
  return std::make_unique<JsonSplitter>(format, std::move(records_path));
}

Result<std::vector<std::string>> parse_records_path(std::string_view path) {
  const Error error{ErrorCode::bad_input, "`records_path` cannot be read: " + std::string(path),
                    "Write the keys that lead to the array of records, for instance "
                    "$.conversations or $.data.items."};
  if (!path.starts_with('$')) return error;
  path.remove_prefix(1);
  std::vector<std::string> keys;
  while (!path.empty()) {
    if (path.front() != '.') return error;
    path.remove_prefix(1);
    const std::string_view key = path.substr(0, path.find('.'));
    if (key.empty() || key.find_first_of("[]*\"") != kNowhere) return error;
    keys.emplace_back(key);
    path.remove_prefix(key.size());
  }
  return keys;
}

}  // namespace clewline::ingest
