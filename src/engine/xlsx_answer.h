#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "render/result_table.h"
#include "render/row_writer.h"

namespace clewline::engine {

/// A table of a workbook, on a sheet of its own.
struct XlsxSheet {
  std::string name;
  render::ResultTable table;
};

/// Writes tables as one XLSX workbook: a header row that stays in view, numbers as numbers, texts
/// never as formulas, notes below the rows. The same bytes for the same tables. Errors: `limit` for
/// more rows than a sheet holds.
Status write_xlsx(std::span<const XlsxSheet> sheets, const render::Sink& sink);

/// Collects rows for a workbook of one sheet.
class XlsxAnswer final : public render::RowWriter {
 public:
  explicit XlsxAnswer(std::string name) : sheet_{std::move(name), {}} {}

  void begin(std::span<const render::Column> columns) override;
  void row(std::span<const render::Cell> cells) override;
  void end() override {}

  /// Hands the bytes of the workbook to the sink.
  Status write(const render::Sink& sink) const { return write_xlsx({&sheet_, 1}, sink); }

 private:
  XlsxSheet sheet_;
};

}  // namespace clewline::engine
