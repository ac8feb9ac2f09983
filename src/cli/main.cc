#include "cli/command_line.h"
#include "engine/run_sql.h"

int main(int argc, char** argv) {
  if (clewline::engine::is_sql_child(argc, argv)) return clewline::engine::sql_child();
  clewline::cli::end_on_interrupt();
  auto terminal = clewline::cli::Terminal::of_process();
  return clewline::cli::run_program(argc, argv, terminal);
}
