#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/run_sql.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  engine::SqlQuestion question;
  question.sql = invocation.arguments().text("SELECT");
  question.masking = invocation.masking();
  question.memory = invocation.arguments().text("memory");
  CLEW_TRY(const auto threads, invocation.arguments().number("threads"));
  question.threads = static_cast<unsigned>(threads.value_or(0));
  CLEW_TRY_VOID(invocation.answer_rows([&](render::RowWriter& writer) -> Status {
    CLEW_TRY_VOID(engine::run_sql(invocation.workspace_folder(), question, writer));
    return {};
  }));
  return 0;
}

}  // namespace

Command sql_command() {
  return {.name = "sql",
          .summary = "Ask a question in SQL (one SELECT over the documented views)",
          .examples = {{"clewline sql -w ws \"SELECT intent, count(*) FROM engagements GROUP BY "
                        "ALL ORDER BY 2 DESC\"",
                        ""},
                       {"clewline sql -w ws --output csv \"FROM interactions\" > interactions.csv",
                        ""}},
          .details =
              "The statement runs in a child process that cannot write, read other files, or take "
              "more memory and time than it is given.\n"
              "docs/reference/tables.md describes the views.",
          .options = {{"SELECT", "", "the statement", true}},
          .run = run};
}

}  // namespace clewline::cli
