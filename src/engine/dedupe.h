#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/dedupe_records.h"
#include "engine/dedupe_settings.h"
#include "engine/unit_rows.h"
#include "engine/workspace.h"
#include "matching/links.h"
#include "matching/train.h"
#include "render/result_table.h"
#include "render/row_writer.h"

namespace clewline::engine {

struct DedupeRequest {
  std::string file;
  std::string match_file;  // a second set to link to; empty: duplicates inside one
  bool one_to_one = false;
  std::string separator;
  std::string unique_id;
  std::string settings_file;
  std::string model_file;  // read, unless `train`
  bool train = false;
  std::optional<double> threshold;
  std::int64_t seed = 1;
  unsigned threads = 0;
  std::string memory_limit;
  Masking masking = Masking::none;  // personal: records go by their number in the order of ids
};

/// One run: records compared by a model, their links and clusters. Every number is defined in
/// docs/methods/dedupe.md.
class DedupeRun {
 public:
  /// Reads, trains unless a model is given, and compares. Errors: those of reading files; `usage`
  /// for options that contradict each other; `bad_input` for columns and rules that do not fit.
  static Result<DedupeRun> of_file(const DedupeRequest& request);
  /// The same for the newest versions of a workspace's profiles. Without settings or model in the
  /// request the workspace's config/dedupe.yaml and config/dedupe_model.yaml hold, where they are.
  static Result<DedupeRun> of_workspace(Workspace& workspace, DedupeRequest request);

  const DedupeModel& model() const { return model_; }
  const DedupeRecords& records() const { return *records_; }
  const matching::FoundLinks& found() const { return found_; }
  /// Links at the threshold, one to one if asked for; ascending by records.
  const std::vector<matching::Link>& links() const { return links_; }
  /// What happened, for a person.
  std::vector<std::string> sentences() const;
  /// The model: field, level, m, u, weight.
  render::ResultTable levels() const;
  /// For thresholds from .5 to .999: links, expected precision and matches found, records that
  /// cannot be linked.
  render::ResultTable thresholds() const;
  /// The links nearest to the threshold with the parts of their weight, for a person.
  std::vector<std::string> examples() const;

  /// Rows of links: two records, probability, weight, prior, and for each field its level, weight
  /// and what the value's frequency adds.
  void write_links(render::RowWriter& writer) const;
  /// Rows of records and the cluster each belongs to, named by its first record.
  void write_clusters(render::RowWriter& writer) const;
  /// Rows of records that could not reach the threshold with a copy of themselves.
  void write_unlinkable(render::RowWriter& writer) const;

 private:
  DedupeRun() = default;
  static Result<DedupeRun> make(const DedupeRequest& request, store::Connection& connection,
                                const std::vector<DedupeSource>& sources);
  Status compare(const DedupeRequest& request);
  Status train(const DedupeRequest& request);
  std::vector<render::Column> link_columns() const;
  double weight_min() const { return matching::log2_odds(model_.settings.threshold); }

  DedupeModel model_;
  std::unique_ptr<DedupeRecords> records_;
  std::optional<matching::Training> training_;
  matching::ComparedFields fields_;
  std::vector<matching::RuleCount> rules_;
  matching::FoundLinks found_;
  std::vector<matching::Link> links_;  // at the threshold, one to one if asked
  matching::Clusters clusters_;
  std::vector<double> self_weights_;
  int threads_ = 1;
  bool one_to_one_ = false;
};

}  // namespace clewline::engine
