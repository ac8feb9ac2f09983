#include "engine/audit_sheet.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "render/row_writer.h"
#include "store/database.h"

namespace clewline::engine {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, 9> kColumns = {"link",   "stratum",  "links_in_stratum",
                                                      "answer", "question", "first",
                                                      "second", "why",      "customer"};
constexpr std::string_view kVerdicts[] = {"", "yes", "no", "unsure"};

std::string trimmed_lower(std::string text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\''; };
  while (!text.empty() && is_blank(text.back())) text.pop_back();
  while (!text.empty() && is_blank(text.front())) text.erase(0, 1);
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

Error not_a_sheet(const std::string& file, const std::string& what) {
  return Error{ErrorCode::bad_input, file + " is no sheet of links: " + what,
               "Draw one with `clewline audit sample -w WS --size 100 --out sheet.csv`, and change "
               "only its column answer."};
}

Result<AuditLink> link_of(const std::vector<store::Cell>& cells, std::size_t row,
                          const std::string& file) {
  const auto text = [&](std::size_t column) {
    const auto* found = std::get_if<std::string>(&cells[column]);
    return found == nullptr ? std::string() : *found;
  };
  AuditLink link{text(0), text(1), 0,      AuditVerdict::none, text(4), text(5),
                 text(6), text(7), text(8)};
  const std::string size = text(2);
  const auto read = std::from_chars(size.data(), size.data() + size.size(), link.links_in_stratum);
  if (read.ec != std::errc() || read.ptr != size.data() + size.size() || link.links_in_stratum < 1)
    return not_a_sheet(file, fmt::format("row {} says links_in_stratum '{}'", row, size));
  if (link.link.empty() || link.stratum.empty())
    return not_a_sheet(file, fmt::format("row {} names no link or no stratum", row));
  const auto verdict = read_verdict(text(3));
  if (!verdict.ok())
    return Error{ErrorCode::bad_input,
                 fmt::format("{}, row {}: {}", file, row, verdict.error().message),
                 verdict.error().hint};
  link.verdict = *verdict;
  return link;
}

render::ResultTable table_of(const std::vector<AuditLink>& links) {
  render::ResultTable table;
  for (const std::string_view name : kColumns) table.columns.push_back({std::string(name)});
  table.columns[2].kind = render::ColumnKind::integer;
  for (const AuditLink& link : links) {
    table.rows.push_back({link.link, link.stratum, link.links_in_stratum,
                          std::string(kVerdicts[static_cast<std::size_t>(link.verdict)]),
                          link.question, link.first, link.second, link.why, link.customer});
  }
  return table;
}

}  // namespace

Result<AuditVerdict> read_verdict(std::string answer) {
  const std::string word = trimmed_lower(answer);
  if (word.empty()) return AuditVerdict::none;
  if (word == "yes" || word == "y") return AuditVerdict::right;
  if (word == "no" || word == "n") return AuditVerdict::wrong;
  if (word == "unsure" || word == "?") return AuditVerdict::unsure;
  return Error{ErrorCode::usage, "the answer '" + answer + "' is none of yes, no, unsure",
               "Write yes, no or unsure; leave it empty to come back later."};
}

Result<std::vector<AuditLink>> read_audit_sheet(const std::string& file) {
  std::error_code failed;
  if (!fs::is_regular_file(file, failed))
    return Error{ErrorCode::not_found, "there is no sheet " + file,
                 "Draw one with `clewline audit sample -w WS --size 100 --out " + file + "`."};
  CLEW_TRY(auto database, store::Database::open(":memory:"));
  CLEW_TRY(auto connection, database.connect());
  std::string sql = "SELECT ";
  for (std::size_t i = 0; i < kColumns.size(); ++i)
    sql += (i == 0 ? "" : ", ") + store::quote_identifier(kColumns[i]);
  sql += " FROM read_csv(" + store::quote_literal(file) +
         ", header = true, all_varchar = true, auto_detect = true, sample_size = -1)";
  const auto rows = connection.query_rows(sql);
  if (!rows.ok()) {
    const std::string& message = rows.error().message;
    return not_a_sheet(file, message.substr(0, message.find('\n')));
  }
  std::vector<AuditLink> links;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    CLEW_TRY(auto link, link_of((*rows)[i], i + 2, file));
    links.push_back(std::move(link));
  }
  if (links.empty()) return not_a_sheet(file, "it has no row");
  return links;
}

Status write_audit_sheet(const std::string& file, const std::vector<AuditLink>& links) {
  const std::string unfinished = file + ".unfinished";
  std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
  render::RowStyle style;
  style.format = render::Format::csv;
  style.formula_safe = true;
  render::write_table(table_of(links), style, [&out](std::string_view bytes) {
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  });
  out.close();
  std::error_code failed;
  if (out) fs::rename(unfinished, file, failed);
  if (out && !failed) return {};
  fs::remove(unfinished, failed);
  return Error{ErrorCode::io, "cannot write " + file,
               "Check that the folder is there and writable and the disk not full."};
}

}  // namespace clewline::engine
