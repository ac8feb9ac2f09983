#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/export_views.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  engine::ExportRequest request;
  request.folder = invocation.arguments().text("FOLDER");
  request.format = invocation.arguments().text("format", "parquet");
  request.level = invocation.arguments().text("level", "engagement");
  request.views = invocation.arguments().list("view");
  request.masking = invocation.masking();
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto table, engine::export_views(workspace, request));
  CLEW_TRY_VOID(invocation.answer(table));
  return 0;
}

}  // namespace

Command export_command() {
  return {
      .name = "export",
      .summary =
          "Write the views as Parquet, CSV or JSON Lines files, or the events as an event log",
      .examples =
          {{"clewline export -w ws out/", "Parquet, one file a view"},
           {"clewline export -w ws out/ --format csv --view interactions --view engagements", ""},
           {"clewline export -w ws out/ --format xes --level customer",
            "an event log for process mining, a trace a customer"}},
      .options = {{"FOLDER", "", "folder to write into", true},
                  {"--format",
                   "FORMAT",
                   "file format, default parquet",
                   false,
                   false,
                   1,
                   {"parquet", "csv", "jsonl", "xes", "ocel"}},
                  {.names = "--level",
                   .value = "LEVEL",
                   .help = "what a trace of an XES log is, default engagement",
                   .choices = {"transaction", "interaction", "engagement", "customer"}},
                  {.names = "--view",
                   .value = "NAME",
                   .help = "a view to write (default: the five levels, customers and identifiers)",
                   .repeated = true}},
      .run = run};
}

}  // namespace clewline::cli
