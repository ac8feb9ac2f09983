#include "engine/reconcile.h"
#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Status write_for_people(Invocation& invocation, const engine::ReconcileAnswer& answer) {
  for (const std::string& sentence : answer.sentences) invocation.write(sentence + "\n");
  invocation.write_heading("Totals");
  CLEW_TRY_VOID(invocation.answer(answer.totals));
  if (!answer.conventions.rows.empty()) {
    invocation.write_heading("The report counts otherwise than we do");
    CLEW_TRY_VOID(invocation.answer(answer.conventions));
  }
  invocation.write("\nEach interval: --output csv, or --table cells.\n");
  return {};
}

Result<int> run(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto answer, engine::reconcile_report(workspace, arguments.text("REPORT"),
                                                       arguments.text("mapping")));
  const std::string wanted = arguments.text("table");
  if (wanted.empty() && invocation.is_for_people()) {
    CLEW_TRY_VOID(write_for_people(invocation, answer));
    return 0;
  }
  const bool totals = wanted == "totals";
  const bool conventions = wanted == "conventions";
  CLEW_TRY_VOID(invocation.answer(totals        ? answer.totals
                                  : conventions ? answer.conventions
                                                : answer.cells));
  return 0;
}

}  // namespace

Command reconcile_command() {
  return {
      .name = "reconcile",
      .summary = "Set our figures beside a vendor's interval report and name each difference",
      .examples = {{"clewline reconcile -w ws half_hours.csv", ""},
                   {"clewline reconcile -w ws half_hours.csv --mapping report.yaml --output csv",
                    "every interval, queue and figure"}},
      .details =
          "A report is a CSV or Parquet file, a row an interval and queue, with any of offered, "
          "answered, abandoned, handle time. Columns are recognised by their names or named in a "
          "file:\n"
          "  columns: {interval: Start, queue: Skill, offered: Calls in, handle_time: AHT}\n"
          "  handle_time: average        # or total, in seconds or h:mm:ss\n"
          "  time_format: \"%d.%m.%Y %H:%M\"\n"
          "  zone: Europe/Berlin         # default: the workspace's\n"
          "  interval: 30 min            # default: the smallest step\n"
          "  queues: {Sales EN: sales}   # the report's name: ours\n"
          "Reasons: interval_edge, short_abandon, flow_out, transfer (how the report counts), "
          "missing_records, missing_in_report, unlinked (visits of no known queue), rounding; they "
          "and `unexplained` sum to the difference.",
      .options = {{"REPORT", "", "the vendor's interval report", true},
                  {"--mapping", "FILE", "a YAML file that says what its columns mean"},
                  {.names = "--table",
                   .value = "NAME",
                   .help = "this table alone",
                   .choices = {"totals", "cells", "conventions"}}},
      .run = run};
}

}  // namespace clewline::cli
