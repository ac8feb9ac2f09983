#include "engine/simulate.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::SimulateRequest request;
  request.folder = arguments.text("OUT");
  CLEW_TRY(const auto customers, arguments.number("customers"));
  CLEW_TRY(const auto days, arguments.number("days"));
  CLEW_TRY(const auto seed, arguments.number("seed"));
  request.customers = customers.value_or(request.customers);
  request.days = days.value_or(request.days);
  request.seed = seed.value_or(request.seed);
  request.noise = arguments.text("noise", "low");
  request.menu = arguments.text("menu", "small");
  request.mended = arguments.text("mended");
  CLEW_TRY(const auto table, engine::simulate(request));
  CLEW_TRY_VOID(invocation.answer(table));
  return 0;
}

}  // namespace

Command simulate_command() {
  return {.name = "simulate",
          .summary = "Write a sample contact centre as vendors' exports, with the truth",
          .examples = {{"clewline simulate sample --customers 1000 --days 60 --seed 1", ""},
                       {"clewline simulate sample --customers 1000 --days 60 --seed 1 --noise high",
                        "late, repeated, revised records, clocks off, mistyped profiles"}},
          .details =
              "The same options write the same bytes. Each file's row names the mapping to import "
              "it with; config/*.yaml is what this centre would\n"
              "say of its systems; truth.parquet says where each event belongs, truth_customers, "
              "truth_agents and truth_menus what was planted.",
          .options = {{"OUT", "", "folder to write into", true},
                      {"--customers", "N", "customers (default 1000)"},
                      {"--days", "D", "days of history (default 60)"},
                      {"--seed", "S", "seed of the random numbers (default 1)"},
                      {"--noise",
                       "LEVEL",
                       "how real deliveries are: late, repeated, revised, mistyped",
                       false,
                       false,
                       1,
                       {"none", "low", "high"}},
                      {"--menu",
                       "SIZE",
                       "large: self-service for every intent, eight faults, truth_exits.parquet",
                       false,
                       false,
                       1,
                       {"small", "large"}},
                      {"--mended", "NODE", "leave out the fault of this node of the large menu"}},
          .needs_workspace = false,
          .run = run};
}

}  // namespace clewline::cli
