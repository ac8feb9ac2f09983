#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matching/blocking.h"
#include "matching/clusters.h"
#include "matching/model.h"

namespace clewline::engine {

/// What a column holds: decides how its values are written before they are compared, and its levels
/// unless given.
enum class FieldKind : std::uint8_t {
  name,      // of a person
  date,      // of birth
  phone,     // to E.164 where a region tells how
  email,     // to lower case
  address,   // street, city
  number,    // customer, document or post code
  words,     // a longer text
  category,  // few values: sex, state
  raw        // as it stands
};

std::string_view field_kind_name(FieldKind kind);

struct DedupeField {
  FieldKind kind = FieldKind::raw;
  matching::Comparison comparison;  // its field is the column
};

/// What `dedupe` compares and how; with m and u filled in, and λ, it is a frozen model.
struct DedupeSettings {
  std::string unique_id;  // column; empty: the row's number
  std::string region;     // of phone numbers without a country
  double threshold = 0.95;
  double recall = 0.7;  // of `deterministic`
  std::vector<DedupeField> fields;
  std::vector<matching::BlockingRule> block;
  std::vector<matching::BlockingRule> train;          // empty: those of `block`
  std::vector<matching::BlockingRule> deterministic;  // empty: λ from the weights
  matching::ClusterGuards guards;
};

/// A column of a file or a workspace, trimmed.
using ColumnNames = std::span<const std::string>;

/// Proposes settings by the columns' names. `records` decides how loose the rules may be. Error:
/// `usage` when no column is known by its name.
Result<DedupeSettings> propose_settings(ColumnNames columns, std::uint64_t records);

/// Returns the levels of a kind, m spread as before any training.
std::vector<matching::Level> default_levels(FieldKind kind);

/// A model file: settings, m, u, λ and term counts.
struct DedupeModel {
  DedupeSettings settings;
  matching::Model model;
  bool is_trained = false;
};

/// Reads a settings or model file (YAML). Errors: `not_found`; `bad_input` naming line and column;
/// `bad_input` when a model's hash is not that of its text.
Result<DedupeModel> read_dedupe_file(const std::string& path);

/// Writes a model with its hash on the first line. The same model gives the same bytes.
std::string model_text(const DedupeModel& model);
/// Returns the hash that `model_text` writes.
std::string model_hash(const DedupeModel& model);

}  // namespace clewline::engine
