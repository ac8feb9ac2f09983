#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

/// Our figures beside a vendor's, each difference with its name.
struct ReconcileAnswer {
  std::vector<std::string> sentences;  // for a person
  /// A row a figure: report, ours, difference, the reasons, unexplained. Handle time in seconds.
  render::ResultTable totals;
  /// The same a row an interval, queue and figure, where either side has any.
  render::ResultTable cells;
  /// How the report counts otherwise than we do, and what difference that explains.
  render::ResultTable conventions;
};

/// Sets the queue visits of the workspace beside a vendor's interval report (see
/// `read_report_file`) and names each difference (docs/methods/reconcile.md). Errors: those of
/// reading the report; `bad_input` when nothing was linked or the report is too large.
Result<ReconcileAnswer> reconcile_report(Workspace& workspace, const std::string& report,
                                         const std::string& mapping);

}  // namespace clewline::engine
