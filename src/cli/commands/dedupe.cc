#include "engine/dedupe.h"

#include <charconv>

#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Result<std::optional<double>> threshold_of(const Arguments& arguments) {
  if (!arguments.has("threshold")) return std::optional<double>();
  const std::string text = arguments.text("threshold");
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return Error{ErrorCode::usage, "--threshold is a probability, not " + text,
                 "e.g. --threshold 0.95"};
  return std::optional<double>(value);
}

Result<engine::DedupeRequest> request_of(const Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::DedupeRequest request;
  request.file = arguments.text("FILE");
  request.match_file = arguments.text("match");
  request.one_to_one = arguments.has("one-to-one");
  request.separator = arguments.text("separator");
  request.unique_id = arguments.text("unique-id");
  request.settings_file = arguments.text("settings");
  request.model_file = arguments.text("model");
  request.train = arguments.has("train");
  request.memory_limit = arguments.text("memory");
  request.masking = invocation.masking();
  CLEW_TRY(request.threshold, threshold_of(arguments));
  CLEW_TRY(const auto seed, arguments.number("seed"));
  CLEW_TRY(const auto threads, arguments.number("threads"));
  request.seed = seed.value_or(1);
  request.threads = static_cast<unsigned>(threads.value_or(0));
  if (request.train && request.model_file.empty() && !request.file.empty())
    request.model_file = request.file + ".model.yaml";
  return request;
}

Status write_for_people(Invocation& invocation, const engine::DedupeRun& run) {
  for (const std::string& sentence : run.sentences()) invocation.write(sentence + "\n");
  invocation.write_heading("What agreement is worth (bits)");
  CLEW_TRY_VOID(invocation.answer(run.levels()));
  invocation.write_heading("What each threshold would give");
  CLEW_TRY_VOID(invocation.answer(run.thresholds()));
  const auto examples = run.examples();
  if (examples.empty()) return {};
  invocation.write_heading("The links nearest to the threshold");
  for (const std::string& line : examples) invocation.write(line + "\n");
  return {};
}

Status write_rows(Invocation& invocation, const engine::DedupeRun& run, const std::string& show) {
  if (show == "model") return invocation.answer(run.levels());
  if (show == "thresholds") return invocation.answer(run.thresholds());
  return invocation.answer_rows([&](render::RowWriter& writer) -> Status {
    if (show == "clusters")
      run.write_clusters(writer);
    else if (show == "unlinkable")
      run.write_unlinkable(writer);
    else
      run.write_links(writer);
    return {};
  });
}

Result<engine::DedupeRun> compare(Invocation& invocation, const engine::DedupeRequest& request) {
  if (!request.file.empty()) return engine::DedupeRun::of_file(request);
  CLEW_TRY(auto workspace, invocation.open_to_read());
  return engine::DedupeRun::of_workspace(workspace, request);
}

Result<int> run(Invocation& invocation) {
  CLEW_TRY(const auto request, request_of(invocation));
  CLEW_TRY(const auto run, compare(invocation, request));
  if (request.train)
    invocation.tell("The model " + engine::model_hash(run.model()).substr(0, 12) +
                    " is written to " +
                    (request.model_file.empty() ? "the workspace; `clewline link` uses it"
                                                : request.model_file));
  const std::string show = invocation.arguments().text("show");
  if (show.empty() && invocation.is_for_people()) {
    CLEW_TRY_VOID(write_for_people(invocation, run));
  } else {
    CLEW_TRY_VOID(write_rows(invocation, run, show));
  }
  return 0;
}

}  // namespace

Command dedupe_command() {
  return {
      .name = "dedupe",
      .summary = "Find records that look like one person, and say why",
      .examples =
          {{"clewline dedupe people.csv --unique-id id", "what would be linked, and at what price"},
           {"clewline dedupe people.csv --unique-id id --show clusters --output csv", ""},
           {"clewline dedupe people.csv --unique-id id --train --model people.model.yaml",
            "freeze what was learned"},
           {"clewline dedupe june.csv --unique-id id --model people.model.yaml --output csv",
            "links by a frozen model"},
           {"clewline dedupe crm.csv --unique-id id --match loyalty.csv --one-to-one",
            "two sets without duplicates"}},
      .details =
          "Columns are known by names such as first_name, surname, dob, email, phone, address, "
          "postcode; --settings says it for others. docs/methods/dedupe.md\n"
          "defines every number and the settings. Rows of --output are the links, unless --show "
          "says otherwise.",
      .options =
          {{"FILE", "",
            "CSV with a header, or Parquet; a row a record (default: the workspace's profiles)"},
           {"--unique-id", "COLUMN", "column that names a record (default: the row's number)"},
           {"--match", "FILE", "a second set: only links between the two"},
           {"--one-to-one", "", "each record has one link at most, the best first"},
           {"--settings", "FILE", "what to compare and how, YAML"},
           {"--train", "", "write what was learned to the file of --model"},
           {"--model", "FILE", "a frozen model (with --train: where to write it)"},
           {"--threshold", "P", "least probability of a link (default 0.95)"},
           {"--separator", "CHARACTER", "between cells (default: found out)"},
           {"--seed", "N", "seed of the random pairs (default 1)"},
           {"--show",
            "ROWS",
            "which rows to write",
            false,
            false,
            1,
            {"links", "clusters", "unlinkable", "thresholds", "model"}}},
      .run = run};
}

}  // namespace clewline::cli
