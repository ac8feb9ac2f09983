#include "engine/dedupe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>

#include "store/database.h"

namespace clewline::engine {
namespace {

/// Links from here on are kept, so that the thresholds can be shown.
constexpr double kLeastShown = 0.5;

Status check(const DedupeRequest& request) {
  const auto usage = [](const char* message, const char* hint) {
    return Error{ErrorCode::usage, message, hint};
  };
  if (request.one_to_one && request.match_file.empty())
    return usage("--one-to-one links two sets", "Name the second with --match FILE.");
  if (request.threshold && (*request.threshold < 0 || *request.threshold > 1))
    return usage("--threshold is a probability from 0 to 1", "e.g. --threshold 0.95");
  if (!request.train && !request.settings_file.empty() && !request.model_file.empty())
    return usage("--settings and --model both say what to compare",
                 "Give --train to train by the settings and write the model.");
  return {};
}

Status write_model(const DedupeModel& model, const std::string& path) {
  const std::string part = path + ".part";
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  out << model_text(model);
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(part, path, error);
  if (!out || error)
    return Error{ErrorCode::io, "the model cannot be written to " + path,
                 "Name a file in a folder that you may write to with --model."};
  return {};
}

Result<DedupeModel> settings_of(const DedupeRequest& request,
                                const std::vector<DedupeSource>& sources) {
  DedupeModel out;
  const std::string& path = request.train                ? request.settings_file
                            : request.model_file.empty() ? request.settings_file
                                                         : request.model_file;
  if (!path.empty()) {
    CLEW_TRY(out, read_dedupe_file(path));
    if (!request.train && !request.model_file.empty() && !out.is_trained)
      return Error{ErrorCode::bad_input, "not a trained model: " + path,
                   "Give it as --settings, or train with --train --model FILE."};
  } else {
    std::vector<std::string> columns = sources.front().columns;
    std::erase(columns, request.unique_id);
    if (sources.size() > 1)
      std::erase_if(columns, [&](const std::string& column) {
        const auto& others = sources[1].columns;
        return std::find(others.begin(), others.end(), column) == others.end();
      });
    std::uint64_t rows = 0;
    for (const DedupeSource& source : sources) rows += source.rows;
    CLEW_TRY(out.settings, propose_settings(columns, rows));
    for (const DedupeField& field : out.settings.fields)
      out.model.comparisons.push_back(field.comparison);
  }
  if (!request.unique_id.empty()) out.settings.unique_id = request.unique_id;
  if (request.threshold) out.settings.threshold = *request.threshold;
  if (request.train) out.is_trained = false;
  return out;
}

}  // namespace

Result<DedupeRun> DedupeRun::make(const DedupeRequest& request, store::Connection& connection,
                                  const std::vector<DedupeSource>& sources) {
  DedupeRun out;
  out.threads_ = static_cast<int>(
      request.threads > 0 ? request.threads : std::max(1U, std::thread::hardware_concurrency()));
  out.one_to_one_ = request.one_to_one;
  CLEW_TRY(out.model_, settings_of(request, sources));
  CLEW_TRY(auto records, read_dedupe_records(connection, sources, out.model_.settings));
  if (request.masking == Masking::personal)
    for (std::size_t i = 0; i < records.names.size(); ++i)
      records.names[i] = "#" + std::to_string(i + 1);
  out.records_ = std::make_unique<DedupeRecords>(std::move(records));
  if (!out.model_.is_trained) {
    CLEW_TRY_VOID(out.train(request));
  }
  CLEW_TRY_VOID(out.compare(request));
  return out;
}

Result<DedupeRun> DedupeRun::of_file(const DedupeRequest& request) {
  CLEW_TRY_VOID(check(request));
  store::OpenOptions options;
  options.threads = request.threads;
  options.memory_limit = request.memory_limit;
  options.row_order = store::RowOrder::preserved;
  CLEW_TRY(auto database, store::Database::open(":memory:", options));
  CLEW_TRY(auto connection, database.connect());
  std::vector<DedupeSource> sources;
  for (const std::string* file : {&request.file, &request.match_file}) {
    if (file->empty()) continue;
    CLEW_TRY(auto source, file_source(connection, *file, request.separator));
    sources.push_back(std::move(source));
  }
  return make(request, connection, sources);
}

Result<DedupeRun> DedupeRun::of_workspace(Workspace& workspace, DedupeRequest request) {
  if (!request.match_file.empty() || !request.unique_id.empty() || !request.separator.empty())
    return Error{ErrorCode::usage, "--match, --unique-id and --separator are for files",
                 "Name a FILE, or leave them out to compare the workspace's profiles."};
  const std::string model = workspace.path(kDedupeModelFile);
  const std::string settings = workspace.path("config/dedupe.yaml");
  if (request.train && request.model_file.empty()) request.model_file = model;
  if (request.settings_file.empty() && request.model_file.empty() && std::filesystem::exists(model))
    request.model_file = model;
  const bool trains = request.train || request.model_file.empty();
  if (trains && request.settings_file.empty() && std::filesystem::exists(settings))
    request.settings_file = settings;
  CLEW_TRY_VOID(check(request));
  request.unique_id = "profile";
  if (request.threads == 0) request.threads = workspace.threads();
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(auto source, profile_source(connection));
  return make(request, connection, {std::move(source)});
}

Status DedupeRun::train(const DedupeRequest& request) {
  const DedupeSettings& settings = model_.settings;
  matching::TrainOptions options;
  options.threads = threads_;
  options.blocking = settings.block;
  options.training = settings.train;
  options.deterministic = settings.deterministic;
  options.recall = settings.recall;
  options.random.seed = static_cast<std::uint64_t>(request.seed);
  CLEW_TRY(training_, matching::train(model_.model, records_->records, options));
  model_.model = training_->model;
  model_.is_trained = true;
  if (!request.train) return {};
  return write_model(model_, request.model_file);
}

Status DedupeRun::compare(const DedupeRequest& request) {
  const matching::Records& records = records_->records;
  CLEW_TRY(fields_, matching::ComparedFields::make(model_.model, records));
  CLEW_TRY(const auto blocking, matching::Blocking::make(model_.settings.block, records));
  rules_ = blocking.counts();
  matching::LinkOptions options;
  options.threads = threads_;
  options.weight_min = std::min(matching::log2_odds(kLeastShown), weight_min());
  CLEW_TRY(found_, matching::find_links(blocking, fields_, model_.model, options));
  if (request.one_to_one) {
    links_ = matching::one_to_one(found_.links, records.size, weight_min());
  } else {
    for (const matching::Link& link : found_.links)
      if (link.weight >= weight_min()) links_.push_back(link);
  }
  clusters_ = matching::cluster(links_, records.size, weight_min(), model_.settings.guards);
  self_weights_ = matching::self_weights(model_.model, fields_);
  return {};
}

}  // namespace clewline::engine
