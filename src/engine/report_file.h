#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "insights/reconcile/interval_report.h"
#include "store/database.h"

namespace clewline::engine {

/// A line of a vendor's interval report.
struct ReportRow {
  std::int64_t start_ms = 0;  // of its interval, since 1970
  std::string queue;          // by our name; empty: the report has no queues
  std::array<std::optional<double>, insights::kReportFigures> figures;  // handle time: seconds, sum
  double handle_rounding = 0.5;  // by how much the sum may be rounded, seconds
};

/// A vendor's interval report as it was read.
struct ReportFile {
  std::vector<ReportRow> rows;
  std::int64_t interval_ms = 0;
  bool has_queues = false;
  std::array<bool, insights::kReportFigures> has = {};
};

/// Reads a report: CSV with a header, or Parquet. `mapping` is a YAML file (docs/methods/
/// reconcile.md) that names columns, zone, form of times, length of an interval, queues; empty: the
/// columns are recognised by their names. Times without an offset are of `zone`. Errors:
/// `not_found`; `bad_input` with line and column, and what to write.
Result<ReportFile> read_report_file(store::Connection& connection, const std::string& path,
                                    const std::string& mapping, const std::string& zone);

}  // namespace clewline::engine
