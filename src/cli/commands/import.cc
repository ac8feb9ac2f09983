#include "engine/import.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "cli/progress.h"

namespace clewline::cli {
namespace {

constexpr auto kBetweenLooks = std::chrono::milliseconds(1000);

Result<engine::ImportAnswer> import_once(Invocation& invocation,
                                         const engine::ImportRequest& request) {
  CLEW_TRY(auto workspace, invocation.open_to_write());
  ProgressLine progress(invocation.terminal(), invocation.quiet());
  return engine::import_records(workspace, request, [&progress](const engine::ImportStep& step) {
    progress.show(step);
    return true;
  });
}

Status report(Invocation& invocation, const engine::ImportAnswer& answer) {
  CLEW_TRY_VOID(invocation.answer(answer.summary));
  for (const std::string& message : answer.messages) invocation.tell(message);
  return {};
}

// Imports what a look found. A workspace in use and files that went away or cannot be read do not
// end the watch: they come again with a later look.
Status take_in(Invocation& invocation, const engine::ImportRequest& request,
               engine::FolderWatch& folder) {
  const auto answer = import_once(invocation, request);
  if (answer.ok()) {
    CLEW_TRY_VOID(report(invocation, *answer));
    invocation.flush();
    return {};
  }
  const bool all_there =
      std::all_of(request.files.begin(), request.files.end(),
                  [](const std::string& path) { return ::access(path.c_str(), R_OK) == 0; });
  if (answer.error().code != ErrorCode::busy && all_there) return answer.error();
  invocation.tell(describe(answer.error()) + "\nTrying again.");
  folder.give_back(request.files);
  return {};
}

// Ends only by Ctrl-C; each delivery is one import, and the workspace is free in between.
Result<int> watch(Invocation& invocation, engine::ImportRequest request) {
  if (request.files.size() != 1)
    return Error{ErrorCode::usage, "--watch wants one folder",
                 "clewline import -w ws --mapping NAME --watch FOLDER"};
  engine::FolderWatch folder(request.files.front());
  invocation.tell("Watching " + request.files.front() + "; Ctrl-C ends.");
  while (true) {
    CLEW_TRY(request.files, folder.look());
    if (!request.files.empty()) CLEW_TRY_VOID(take_in(invocation, request, folder));
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

Result<int> run(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::ImportRequest request;
  request.files = arguments.list("FILE");
  request.mapping = arguments.text("mapping");
  request.source = arguments.text("source");
  request.table = arguments.text("table");
  request.dry_run = arguments.has("dry-run");
  request.keep_raw = !arguments.has("no-keep-raw");
  if (request.mapping.empty() == request.table.empty()) {
    return Error{ErrorCode::usage, "`import` needs either --mapping NAME or --table NAME",
                 "clewline mapping suggest FILE drafts a mapping; columns that carry the canonical "
                 "names need --mapping canonical"};
  }
  if (!request.keep_raw)
    invocation.tell(
        "Without the raw bytes, replay and rebuild will not be possible for these files.");
  if (arguments.has("watch")) return watch(invocation, std::move(request));
  CLEW_TRY(const auto answer, import_once(invocation, request));
  CLEW_TRY_VOID(report(invocation, answer));
  if (request.dry_run) {
    invocation.tell("Dry run: nothing was stored.");
  } else {
    invocation.tell("Next: clewline link -w " + invocation.workspace_folder());
  }
  return answer.rejected > 0 ? 1 : 0;
}

}  // namespace

Command import_command() {
  return {
      .name = "import",
      .summary = "Take in exports: files of any size, plain, gzip or zstd",
      .examples = {{"clewline import -w ws --mapping amazon_connect_ctr ctr/*.json.gz", "a preset"},
                   {"clewline import -w ws --mapping calls.yaml --source berlin calls.csv",
                    "your own mapping"},
                   {"clewline import -w ws --mapping canonical events.parquet",
                    "columns already carry our names"},
                   {"clewline import -w ws --mapping calls.yaml --dry-run calls.csv",
                    "try without storing"},
                   {"clewline import -w ws --mapping calls.yaml --watch inbox/",
                    "whatever arrives, until Ctrl-C"},
                   {"clewline import -w ws --table agents agents.csv", "a reference table"}},
      .details =
          "records = accepted + updated + duplicates + skipped + rejected. All or nothing: an "
          "import that is stopped leaves nothing behind, and the\n"
          "same file twice changes nothing. Rejected records are kept with their bytes and reason "
          "(`clewline rejected`); exit code 1 says there are some.",
      .options = {{"FILE", "", "files, patterns, - for standard input; with --watch a folder", true,
                   true},
                  {"--mapping", "NAME|FILE", "a preset or a mapping file"},
                  {"--source", "NAME",
                   "name of this instance of the source (default: the mapping's)"},
                  {"--table", "NAME",
                   "import a reference table: agents, teams, queues, wrapup_codes, block_list, …"},
                  {"--dry-run", "", "count and check, store nothing"},
                  {"--watch", "", "keep importing what arrives in a folder"},
                  {"--no-keep-raw", "", "do not keep the files' bytes"}},
      .run = run};
}

}  // namespace clewline::cli
