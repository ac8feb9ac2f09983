#include "engine/dedupe_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "engine/closest_name.h"
#include "engine/table_file.h"
#include "text/ascii.h"
#include "text/email.h"
#include "text/phone.h"

namespace clewline::engine {
namespace {

/// Small letters (ASCII and Latin-1), one blank between words.
std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto before = static_cast<unsigned char>(i > 0 ? text[i - 1] : 0);
    const bool blank = byte == ' ' || byte == '\t';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    const bool capital = (byte >= 'A' && byte <= 'Z') ||
                         (before == 0xC3 && byte >= 0x80 && byte <= 0x9E && byte != 0x97);
    out += blank ? ' ' : static_cast<char>(capital ? byte + 0x20 : byte);
  }
  return out;
}

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (text::is_letter(c) || text::is_digit(c) || static_cast<unsigned char>(c) >= 0x80)
      out += text::to_lower(c);
  }
  return out;
}

std::string phone(std::string_view text, std::string_view region) {
  const text::PhoneValue read = text::normalise_phone(text, region);
  return read.value.empty() ? letters_and_digits(text) : read.value;
}

/// Writes 19710624 and 1971/06/24 as 1971-06-24; leaves what it cannot read.
std::string date(std::string_view text) {
  const auto digits = [](std::string_view part) {
    return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (text.size() == 8 && digits(text))
    return fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6));
  if (text.size() == 10 && digits(text.substr(0, 4)) && digits(text.substr(5, 2)) &&
      digits(text.substr(8)))
    return fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(5, 2), text.substr(8));
  return std::string(text);
}

Result<std::string> sql_column(const DedupeSource& source, const std::string& name) {
  const auto found = std::find(source.columns.begin(), source.columns.end(), name);
  if (found != source.columns.end())
    return store::quote_identifier(
        source.sql_columns[static_cast<std::size_t>(found - source.columns.begin())]);
  std::string columns;
  for (const std::string& column : source.columns)
    columns += (columns.empty() ? "" : ", ") + column;
  return Error{ErrorCode::bad_input, source.label + " has no column " + name,
               did_you_mean(name, source.columns, "its columns are " + columns)};
}

Status check_ids(store::Connection& connection, const DedupeSource& source,
                 const std::string& column, const std::string& id) {
  CLEW_TRY(const auto rows,
           connection.query_rows(fmt::format(
               "SELECT {0}, count(*) FROM {1} GROUP BY 1 HAVING {0} IS NULL OR count(*) > 1 "
               "ORDER BY {0} NULLS FIRST LIMIT 1",
               id, source.relation)));
  if (rows.empty()) return {};
  const auto* text = std::get_if<std::string>(&rows[0][0]);
  return Error{ErrorCode::bad_input,
               text == nullptr ? source.label + " has rows without " + column
                               : fmt::format("{} {} stands in more than one row of {}", column,
                                             *text, source.label),
               "Name a column whose values are unique, or leave --unique-id out to count rows."};
}

/// The order of records: numbers by size, then texts. Without ids the file's own.
Result<std::string> select_sql(store::Connection& connection, const DedupeSource& source,
                               const DedupeSettings& settings) {
  std::string columns;
  for (const DedupeField& field : settings.fields) {
    CLEW_TRY(const std::string name, sql_column(source, field.comparison.field));
    columns += ", " + name + "::VARCHAR";
  }
  if (settings.unique_id.empty())
    return fmt::format("SELECT (row_number() OVER ())::VARCHAR{} FROM {}", columns,
                       source.relation);
  CLEW_TRY(const std::string column, sql_column(source, settings.unique_id));
  const std::string id = "nullif(trim(" + column + "::VARCHAR), '')";
  CLEW_TRY_VOID(check_ids(connection, source, settings.unique_id, id));
  return fmt::format("SELECT {0}{1} FROM {2} ORDER BY try_cast({0} AS HUGEINT) NULLS LAST, {0}", id,
                     columns, source.relation);
}

Status append(store::Connection& connection, const std::string& sql, const DedupeSettings& settings,
              DedupeRecords& out) {
  CLEW_TRY(auto result, connection.stream(sql));
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return {};
    const auto names = result.column(0);
    for (std::size_t row = 0; row < result.rows(); ++row) out.names.emplace_back(names.text(row));
    for (std::size_t f = 0; f < settings.fields.size(); ++f) {
      const auto values = result.column(f + 1);
      for (std::size_t row = 0; row < result.rows(); ++row)
        out.records.fields[f].add(
            values.is_null(row)
                ? std::string()
                : prepared_value(settings.fields[f].kind, values.text(row), settings.region));
    }
    out.records.size += static_cast<matching::RecordIndex>(result.rows());
  }
}

}  // namespace

std::string prepared_value(FieldKind kind, std::string_view value, std::string_view region) {
  const std::string_view text = text::trim(value);
  if (text.empty()) return {};
  switch (kind) {
    case FieldKind::raw: return std::string(value);
    case FieldKind::phone: return phone(text, region);
    case FieldKind::date: return date(text);
    case FieldKind::number: return letters_and_digits(text);
    case FieldKind::email: {
      const text::EmailValue read = text::normalise_email(text);
      return read.value.empty() ? folded(text) : read.value;
    }
    case FieldKind::name:
    case FieldKind::address:
    case FieldKind::words:
    case FieldKind::category: return folded(text);
  }
  return {};
}

Result<DedupeSource> file_source(store::Connection& connection, const std::string& path,
                                 const std::string& separator) {
  if (!std::filesystem::exists(path))
    return Error{ErrorCode::not_found, "there is no file " + path,
                 "Give a CSV, TSV or Parquet file whose rows are people."};
  DedupeSource out;
  out.label = path;
  out.relation = table_file_sql(path, separator);
  CLEW_TRY(
      out.sql_columns,
      table_file_columns(connection, path, out.relation,
                         "Give CSV with a header or Parquet; say --separator when it is unusual."));
  for (const std::string& column : out.sql_columns) out.columns.emplace_back(text::trim(column));
  const auto rows = connection.query_int64("SELECT count(*) FROM " + out.relation);
  if (!rows.ok())
    return table_file_error(path, rows.error(),
                            "Mend the row that the message names, or say --separator.");
  out.rows = static_cast<std::uint64_t>(*rows);
  return out;
}

Result<DedupeSource> profile_source(store::Connection& connection) {
  constexpr std::string_view kNewest =
      "(SELECT * FROM store.profiles QUALIFY row_number() OVER (PARTITION BY source, stream, "
      "profile_id ORDER BY valid_from DESC NULLS LAST, record_version DESC NULLS LAST, record_id "
      "DESC) = 1)";
  DedupeSource out;
  out.label = "the workspace's profiles";
  out.columns = {"profile"};
  std::string select =
      "source || '/' || CASE WHEN stream = 'default' THEN '' ELSE stream || '/' END || profile_id "
      "AS profile";
  CLEW_TRY(const auto keys,
           connection.query_rows("SELECT DISTINCT unnest(json_keys(attributes)) FROM "
                                 "store.profiles ORDER BY 1"));
  for (const auto& row : keys) {
    const std::string key = std::get<std::string>(row[0]);
    if (key == "profile") continue;
    out.columns.push_back(key);
    std::string escaped;
    for (const char c : key)
      escaped += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    select += ", json_extract_string(attributes, " + store::quote_literal("$.\"" + escaped + "\"") +
              ") AS " + store::quote_identifier(key);
  }
  for (const char* kind : {"email", "phone", "address"}) {
    if (std::find(out.columns.begin(), out.columns.end(), kind) != out.columns.end()) continue;
    out.columns.emplace_back(kind);
    select += fmt::format(
        ", list_min(list_transform(list_filter(identifiers, lambda x: x.kind = '{0}'), lambda x: "
        "x.value)) AS {0}",
        kind);
  }
  out.sql_columns = out.columns;
  out.relation = "(SELECT " + select + " FROM " + std::string(kNewest) + ")";
  CLEW_TRY(const std::int64_t rows, connection.query_int64("SELECT count(*) FROM " + out.relation));
  if (rows == 0)
    return Error{ErrorCode::bad_input, "the workspace has no profiles",
                 "Import customer records with a mapping of `kind: profile`, or name a FILE."};
  out.rows = static_cast<std::uint64_t>(rows);
  return out;
}

Result<DedupeRecords> read_dedupe_records(store::Connection& connection,
                                          const std::vector<DedupeSource>& sources,
                                          const DedupeSettings& settings) {
  DedupeRecords out;
  for (const DedupeField& field : settings.fields)
    out.records.fields.emplace_back(field.comparison.field);
  for (const DedupeSource& source : sources) {
    if (&source != &sources.front()) out.records.split = out.records.size;
    CLEW_TRY(const std::string sql, select_sql(connection, source, settings));
    CLEW_TRY_VOID(append(connection, sql, settings, out));
  }
  return out;
}

}  // namespace clewline::engine
