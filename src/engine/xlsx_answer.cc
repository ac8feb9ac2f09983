#include "engine/xlsx_answer.h"

#include <xlsxwriter.h>

#include <cmath>
#include <ctime>
#include <memory>

#include "engine/scratch_file.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

constexpr std::size_t kRowsMax = 1'048'570;    // a sheet has 1,048,576; some are left for notes
constexpr std::size_t kTextBytesMax = 32'000;  // a cell holds 32,767 characters
constexpr std::size_t kSheetNameBytesMax = 31;
constexpr double kWholeMax = 9'007'199'254'740'992;  // numbers of XLSX are doubles
constexpr time_t kWritten = 946'684'800;  // not the time of writing: the same bytes again

struct WorkbookCloser {
  void operator()(lxw_workbook* book) const { lxw_workbook_free(book); }
};

Error cannot_write(lxw_error error) {
  return {ErrorCode::io, std::string("cannot write the workbook: ") + lxw_strerror(error),
          "check the temporary folder and the space there"};
}

std::string cut(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  text.resize(bytes);
  return text;
}

lxw_error put(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const render::Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell);
      whole != nullptr && std::abs(static_cast<double>(*whole)) <= kWholeMax)
    return worksheet_write_number(sheet, row, column, static_cast<double>(*whole), nullptr);
  if (const auto* number = std::get_if<double>(&cell); number != nullptr && std::isfinite(*number))
    return worksheet_write_number(sheet, row, column, *number, nullptr);
  if (const auto* flag = std::get_if<bool>(&cell))
    return worksheet_write_boolean(sheet, row, column, *flag ? 1 : 0, nullptr);
  const std::string text = cut(render::plain_text(cell), kTextBytesMax);
  if (text.empty()) return LXW_NO_ERROR;
  return worksheet_write_string(sheet, row, column, text.c_str(), nullptr);
}

Status fill_sheet(lxw_workbook* book, const XlsxSheet& sheet, lxw_format* strong) {
  if (sheet.table.rows.size() > kRowsMax)
    return Error{ErrorCode::limit, "a sheet of XLSX holds 1,048,576 rows, these are more",
                 "use --output csv or parquet"};
  lxw_worksheet* page = workbook_add_worksheet(book, cut(sheet.name, kSheetNameBytesMax).c_str());
  if (page == nullptr) return cannot_write(LXW_ERROR_SHEETNAME_ALREADY_USED);
  lxw_error error = LXW_NO_ERROR;
  const auto note = [&](lxw_error outcome) {
    if (error == LXW_NO_ERROR) error = outcome;
  };
  for (lxw_col_t c = 0; c < sheet.table.columns.size(); ++c)
    note(worksheet_write_string(page, 0, c, sheet.table.columns[c].name.c_str(), strong));
  worksheet_freeze_panes(page, 1, 0);
  lxw_row_t row = 1;
  for (const auto& cells : sheet.table.rows) {
    for (lxw_col_t c = 0; c < cells.size(); ++c) note(put(page, row, c, cells[c]));
    ++row;
  }
  for (const std::string& words : sheet.table.notes)
    note(worksheet_write_string(page, ++row, 0, cut(words, kTextBytesMax).c_str(), nullptr));
  if (error != LXW_NO_ERROR) return cannot_write(error);
  return {};
}

}  // namespace

Status write_xlsx(std::span<const XlsxSheet> sheets, const render::Sink& sink) {
  const ScratchFile file("xlsx");
  std::unique_ptr<lxw_workbook, WorkbookCloser> book(workbook_new(file.path().c_str()));
  if (!book) return cannot_write(LXW_ERROR_MEMORY_MALLOC_FAILED);
  lxw_doc_properties properties{};
  properties.created = kWritten;
  workbook_set_properties(book.get(), &properties);
  lxw_format* strong = workbook_add_format(book.get());
  format_set_bold(strong);
  for (const XlsxSheet& sheet : sheets) CLEW_TRY_VOID(fill_sheet(book.get(), sheet, strong));
  const lxw_error error = workbook_close(book.release());
  if (error != LXW_NO_ERROR) return cannot_write(error);
  return file.copy_to(sink);
}

void XlsxAnswer::begin(std::span<const render::Column> columns) {
  sheet_.table.columns.assign(columns.begin(), columns.end());
}

void XlsxAnswer::row(std::span<const render::Cell> cells) {
  sheet_.table.rows.emplace_back(cells.begin(), cells.end());
}

}  // namespace clewline::engine
