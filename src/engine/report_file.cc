#include "engine/report_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <span>

#include "engine/config_reader_internal.h"
#include "engine/table_file.h"
#include "text/ascii.h"

namespace clewline::engine {
namespace {

using insights::kReportFigures;
using insights::ReportFigure;

constexpr std::size_t kHandle = static_cast<std::size_t>(ReportFigure::handle_time);
constexpr std::size_t kAnswered = static_cast<std::size_t>(ReportFigure::answered);
constexpr std::string_view kColumns[] = {"interval", "queue",     "offered",
                                         "answered", "abandoned", "handle_time"};
constexpr std::size_t kFirstFigure = 2;
constexpr std::string_view kHandleForms[] = {"total", "average"};

/// Names that reports give a column, in lower case with _ for blanks.
constexpr std::string_view kIntervalNames[] = {"interval",   "interval_start", "start",
                                               "start_time", "time",           "from"};
constexpr std::string_view kQueueNames[] = {"queue", "queue_name", "skill", "split", "vdn"};
constexpr std::string_view kOfferedNames[] = {"offered", "calls_offered", "noffered",
                                              "contacts_queued"};
constexpr std::string_view kAnsweredNames[] = {"answered", "calls_answered", "handled", "nanswered",
                                               "acd_calls"};
constexpr std::string_view kAbandonedNames[] = {"abandoned", "calls_abandoned", "nabandoned",
                                                "aban_calls"};
constexpr std::string_view kHandleNames[] = {"handle_time", "total_handle_time", "handle_seconds",
                                             "aht", "average_handle_time"};
constexpr std::span<const std::string_view> kKnownNames[] = {
    kIntervalNames, kQueueNames, kOfferedNames, kAnsweredNames, kAbandonedNames, kHandleNames};

struct ReportMapping {
  std::array<std::string, std::size(kColumns)> columns;
  std::string zone;
  std::string time_format;
  std::int64_t interval_us = 0;
  std::size_t handle_form = 0;
  std::map<std::string, std::string> queues;
};

void read_document(MapReader& reader, ReportMapping& out) {
  MapReader columns = reader.map("columns");
  for (std::size_t c = 0; c < std::size(kColumns); ++c)
    columns.text(std::string(kColumns[c]), out.columns[c]);
  columns.finish();
  reader.text("zone", out.zone);
  reader.text("time_format", out.time_format);
  reader.duration("interval", out.interval_us, kUsPerMinute);
  reader.choice("handle_time", kHandleForms, out.handle_form);
  MapReader queues = reader.map("queues");
  for (const std::string& name : queues.keys()) queues.text(name, out.queues[name]);
  queues.finish();
  reader.finish();
}

Result<ReportMapping> read_mapping(const std::string& path, const std::string& zone) {
  ReportMapping out;
  out.zone = zone;
  if (path.empty()) return out;
  CLEW_TRY_VOID(read_yaml_file(path, "without --mapping the columns are recognised by their names",
                               [&](MapReader& reader) { read_document(reader, out); }));
  return out;
}

std::string plain_name(const std::string& column) {
  std::string name = text::lower_ascii(text::trim(column));
  std::ranges::replace(name, ' ', '_');
  return name;
}

/// Fills the columns that the mapping does not name, and checks those it does.
Status find_columns(const std::string& path, const std::vector<std::string>& columns,
                    ReportMapping& mapping) {
  std::string there;
  for (const std::string& column : columns) there += (there.empty() ? "" : ", ") + column;
  for (std::size_t c = 0; c < std::size(kColumns); ++c) {
    std::string& wanted = mapping.columns[c];
    if (!wanted.empty() && std::ranges::find(columns, wanted) == columns.end())
      return Error{ErrorCode::bad_input,
                   fmt::format("{} has no column `{}` for {}", path, wanted, kColumns[c]),
                   "its columns are: " + there};
    for (const std::string& column : columns) {
      const std::string plain = plain_name(column);
      if (!wanted.empty() || std::ranges::find(kKnownNames[c], plain) == kKnownNames[c].end())
        continue;
      wanted = column;
      if (c == std::size(kColumns) - 1 && plain.starts_with("a")) mapping.handle_form = 1;
    }
  }
  const bool any = std::any_of(mapping.columns.begin() + kFirstFigure, mapping.columns.end(),
                               [](const std::string& column) { return !column.empty(); });
  if (!mapping.columns[0].empty() && any) return {};
  return Error{ErrorCode::bad_input,
               fmt::format("{}: which column holds {}?", path,
                           mapping.columns[0].empty() ? "the interval's start"
                                                      : "offered, answered or abandoned"),
               "its columns are: " + there +
                   "; name them in a file for --mapping, e.g. `columns: {interval: \"Start\", "
                   "offered: \"Calls in\"}`"};
}

/// SQL of the interval's start as milliseconds: with an offset as it says, else of the zone.
std::string start_sql(const ReportMapping& mapping) {
  const std::string column = "CAST(" + store::quote_identifier(mapping.columns[0]) + " AS VARCHAR)";
  const std::string local =
      mapping.time_format.empty()
          ? "TRY_CAST(" + column + " AS TIMESTAMP)"
          : "try_strptime(" + column + ", " + store::quote_literal(mapping.time_format) + ")";
  const std::string zoned =
      "(" + local + " AT TIME ZONE " + store::quote_literal(mapping.zone) + ")";
  if (!mapping.time_format.empty()) return "epoch_ms(" + zoned + ")";
  return "epoch_ms(CASE WHEN regexp_matches(" + column +
         ", '(Z|[+-][0-9][0-9]:?([0-9][0-9])?)$') AND length(" + column + ") > 10 THEN TRY_CAST(" +
         column + " AS TIMESTAMPTZ) ELSE " + zoned + " END)";
}

/// Reads 1204, 12.5, or h:mm:ss as seconds.
std::optional<double> read_figure(std::string_view text) {
  double total = 0;
  bool first = true;
  text = text::trim(text);
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t colon = std::min(text.find(':', at), text.size());
    double value = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + colon, value);
    if (error != std::errc() || end != text.data() + colon || !(value >= 0)) return std::nullopt;
    total = first ? value : total * 60 + value;
    first = false;
    at = colon + 1;
  }
  return total;
}

Error bad_row(const std::string& path, std::size_t row, std::string_view column,
              const std::string& text, std::string hint) {
  return Error{ErrorCode::bad_input,
               fmt::format("{}, row {} after the header: `{}` is not {}", path, row, text, column),
               std::move(hint)};
}

std::string text_of(const store::Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text != nullptr ? *text : std::string();
}

/// Makes the sum out of an average, with what rounding may have taken.
void sum_handle_time(const ReportMapping& mapping, ReportRow& row) {
  if (mapping.handle_form == 0 || !row.figures[kHandle]) return;
  const double answered = row.figures[kAnswered].value_or(0);
  row.figures[kHandle] = *row.figures[kHandle] * answered;
  row.handle_rounding = std::max(0.5, answered / 2);
}

Result<ReportRow> read_row(const std::string& path, const ReportMapping& mapping,
                           const std::vector<store::Cell>& cells, std::size_t number) {
  ReportRow row;
  const auto* start = std::get_if<std::int64_t>(&cells[0]);
  if (start == nullptr)
    return bad_row(path, number, "a time", text_of(cells[1]),
                   "name the form of times in a file for --mapping: `time_format: \"%d.%m.%Y "
                   "%H:%M\"`, `zone: Europe/Berlin`");
  row.start_ms = *start;
  const std::string named = text_of(cells[2]);
  const auto known = mapping.queues.find(named);
  row.queue = known != mapping.queues.end() ? known->second : named;
  for (std::size_t f = 0; f < kReportFigures; ++f) {
    const std::string text = text_of(cells[3 + f]);
    if (text::trim(text).empty()) continue;
    row.figures[f] = read_figure(text);
    if (!row.figures[f])
      return bad_row(path, number, insights::report_figure_name(static_cast<ReportFigure>(f)), text,
                     "write whole numbers; times as seconds or h:mm:ss");
  }
  sum_handle_time(mapping, row);
  return row;
}

/// The smallest step between two starts; half an hour when there is but one.
std::int64_t smallest_step(const std::vector<ReportRow>& rows) {
  std::vector<std::int64_t> starts;
  for (const ReportRow& row : rows) starts.push_back(row.start_ms);
  std::ranges::sort(starts);
  std::int64_t least = 0;
  for (std::size_t i = 1; i < starts.size(); ++i) {
    const std::int64_t step = starts[i] - starts[i - 1];
    if (step > 0 && (least == 0 || step < least)) least = step;
  }
  constexpr std::int64_t kHalfHourMs = 30 * kUsPerMinute / kUsPerMs;
  return least > 0 ? least : kHalfHourMs;
}

}  // namespace

Result<ReportFile> read_report_file(store::Connection& connection, const std::string& path,
                                    const std::string& mapping_path, const std::string& zone) {
  CLEW_TRY(auto mapping, read_mapping(mapping_path, zone));
  if (!std::filesystem::exists(path))
    return Error{ErrorCode::not_found, "there is no file " + path,
                 "give the vendor's interval report as CSV or Parquet"};
  const std::string table = table_file_sql(path);
  const std::string hint = "a report is a CSV file with a header, a row an interval and queue";
  CLEW_TRY(const auto columns, table_file_columns(connection, path, table, hint));
  CLEW_TRY_VOID(find_columns(path, columns, mapping));
  std::string sql = "SELECT " + start_sql(mapping) + ", CAST(" +
                    store::quote_identifier(mapping.columns[0]) + " AS VARCHAR)";
  for (std::size_t c = 1; c < std::size(kColumns); ++c)
    sql += mapping.columns[c].empty()
               ? ", ''"
               : ", CAST(" + store::quote_identifier(mapping.columns[c]) + " AS VARCHAR)";
  const auto cells = connection.query_rows(sql + " FROM " + table);
  if (!cells.ok()) return table_file_error(path, cells.error(), hint);
  ReportFile out;
  for (std::size_t r = 0; r < cells->size(); ++r) {
    CLEW_TRY(auto row, read_row(path, mapping, (*cells)[r], r + 1));
    out.rows.push_back(std::move(row));
  }
  if (out.rows.empty())
    return Error{ErrorCode::bad_input, path + " has no rows", "give a report with intervals"};
  out.interval_ms =
      mapping.interval_us > 0 ? mapping.interval_us / kUsPerMs : smallest_step(out.rows);
  out.has_queues = !mapping.columns[1].empty();
  for (std::size_t f = 0; f < kReportFigures; ++f)
    out.has[f] = !mapping.columns[kFirstFigure + f].empty();
  return out;
}

}  // namespace clewline::engine
