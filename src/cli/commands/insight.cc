#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/insights.h"
#include "render/chart.h"

namespace clewline::cli {
namespace {

Status write_for_people(Invocation& invocation, const engine::InsightAnswer& answer) {
  for (const std::string& sentence : answer.answer.sentences) invocation.write(sentence + "\n");
  for (const insights::NamedTable& table : answer.answer.tables_for_people) {
    invocation.write_heading(table.heading);
    CLEW_TRY_VOID(invocation.answer(table.table));
  }
  if (!answer.answer.notes.empty() || !answer.answer.excluded.empty()) invocation.write("\n");
  for (const std::string& note : answer.answer.notes) invocation.write(note + "\n");
  for (const insights::Excluded& row : answer.answer.excluded)
    invocation.write("Left out: " + std::to_string(row.units) + " " + row.reason + ".\n");
  return {};
}

Status write_answer(Invocation& invocation, const engine::InsightAnswer& answer) {
  const std::string wanted = invocation.arguments().text("table");
  if (wanted.empty() && invocation.is_for_people()) return write_for_people(invocation, answer);
  if (wanted.empty() && invocation.output() == "json") {
    invocation.write(engine::insight_json(answer));
    return {};
  }
  if (wanted.empty() && invocation.output() == "xlsx")
    return invocation.answer_sheets(engine::insight_sheets(answer));
  std::string names;
  for (const insights::NamedTable& table : answer.answer.tables) {
    if (wanted.empty() || table.name == wanted) return invocation.answer(table.table);
    names += (names.empty() ? "" : ", ") + table.name;
  }
  return Error{ErrorCode::usage, "there is no table " + wanted + " in this answer",
               "its tables are: " + names};
}

std::vector<insights::GivenOption> own_options(const Arguments& arguments) {
  std::vector<insights::GivenOption> given;
  for (const insights::InsightOption& option : engine::insight_options()) {
    const std::string name(option.name);
    if (option.repeated) {
      for (const std::string& value : arguments.list(name)) given.push_back({name, value});
    } else if (arguments.has(name)) {
      given.push_back({name, arguments.text(name)});
    }
  }
  return given;
}

Result<int> save(Invocation& invocation, const engine::InsightRequest& request) {
  const Arguments& arguments = invocation.arguments();
  const std::string name = arguments.text("save-as");
  if (!arguments.has("ids"))
    return Error{ErrorCode::usage, "--save-as saves the customers behind a cell",
                 "name the cell too, e.g. --ids abandoned@queue=Billing"};
  CLEW_TRY(auto workspace, invocation.open_to_write());
  CLEW_TRY(const std::int64_t customers,
           engine::save_cohort(workspace, request, arguments.text("ids"), name));
  render::ResultTable table;
  table.columns = {{"cohort"}, {"customers", render::ColumnKind::integer}};
  table.rows = {{name, customers}};
  table.single = true;
  CLEW_TRY_VOID(invocation.answer(table));
  if (invocation.is_for_people())
    invocation.write("\nUse it in any insight: --where \"cohort = '" + name + "'\"\n");
  return 0;
}

Result<int> run(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::InsightRequest request;
  request.name = arguments.text("NAME");
  if (request.name.empty()) {
    CLEW_TRY_VOID(invocation.answer(engine::list_insights()));
    return 0;
  }
  request.selection = {arguments.text("where"), arguments.text("from"), arguments.text("to"),
                       arguments.list("by")};
  request.compare = arguments.text("compare");
  request.options = own_options(arguments);
  if (arguments.has("save-as")) return save(invocation, request);
  CLEW_TRY(auto workspace, invocation.open_to_read());
  if (arguments.has("ids")) {
    CLEW_TRY_VOID(invocation.answer_rows([&](render::RowWriter& writer) -> Status {
      CLEW_TRY_VOID(engine::list_insight_units(workspace, request, arguments.text("ids"), writer));
      return {};
    }));
    return 0;
  }
  CLEW_TRY(const auto answer, engine::ask_insight(workspace, request));
  if (arguments.has("explain")) {
    invocation.write(engine::explain_insight(answer));
    return 0;
  }
  if (arguments.has("chart")) {
    invocation.write(render::chart_svg(answer.answer.chart));
    return 0;
  }
  CLEW_TRY_VOID(write_answer(invocation, answer));
  return 0;
}

std::vector<Option> options() {
  std::vector<Option> all = {
      {"NAME", "", "the insight; without it all are listed"},
      {"--where", "EXPR", "only units for which this holds"},
      {"--from", "TIME", "from this date or time on, in the workspace's zone"},
      {"--to", "TIME", "before this date or time"},
      {.names = "--by",
       .value = "FIELD",
       .help = "group by this field; several give all combinations",
       .repeated = true},
      {"--compare", "EXPR",
       "compare with the units for which this holds, or with a period, e.g. "
       "2024-01-01..2024-02-01"},
      {.names = "--chart",
       .value = "FORMAT",
       .help = "a picture instead of tables",
       .choices = {"svg"}},
      {"--table", "NAME", "this table of the answer alone (default: measures)"},
      {"--ids", "CELL", "the units behind a cell, e.g. abandoned@queue=Billing"},
      {"--save-as", "NAME",
       "save the customers behind the cell of --ids as a cohort: --where \"cohort = 'NAME'\""},
      {"--explain", "", "definition, fields, settings, what was left out, and SQL"}};
  for (const insights::InsightOption& option : engine::insight_options())
    all.push_back({.names = "--" + std::string(option.name),
                   .value = std::string(option.value),
                   .help = option.meaning,
                   .repeated = option.repeated,
                   .choices = option.choices});
  return all;
}

}  // namespace

Command insight_command() {
  return {
      .name = "insight",
      .summary = "Answer a question about customers and their contacts; without a name, list them",
      .examples =
          {{"clewline insight", "the questions there are"},
           {"clewline insight service -w ws", ""},
           {"clewline insight service -w ws --where \"queue = 'Billing' and wait > 20s\" --by hour",
            ""},
           {"clewline insight service -w ws --ids abandoned@queue=Billing --output csv",
            "the queue visits behind a cell"},
           {"clewline insight resolution -w ws --chart svg > resolution.svg", ""},
           {"clewline insight service -w ws --explain",
            "definition, fields, SQL, what was left out"}},
      .details =
          "An answer begins with a sentence. Every share and mean has a 95 % interval for which "
          "customers, not contacts, are drawn.\n"
          "--where compares fields: = != < <= > >=, in (…), like, is null, and, or, not; texts in "
          "single quotes, durations as 20s, 5min, 2h, 3d. --explain lists the fields.\n"
          "Thresholds and windows stand in config/counting.yaml.",
      .options = options(),
      .run = run};
}

}  // namespace clewline::cli
