#include "engine/dedupe_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/sha256.h"
#include "engine/config_reader_internal.h"

namespace clewline::engine {
namespace {

using matching::BlockingRule;
using matching::Level;
using matching::LevelKind;

constexpr std::array<std::string_view, 9> kKindNames = {
    "name", "date", "phone", "email", "address", "number", "words", "category", "raw"};
constexpr std::string_view kHashKey = "hash: ";
constexpr std::uint32_t kModelVersion = 1;

bool read_number(std::string_view text, double& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

/// Reads "jaro_winkler 0.92", "exact", "swapped surname".
bool read_level(const std::string& text, matching::Comparison& comparison) {
  const std::size_t blank = text.find(' ');
  const auto kind = matching::level_kind_of(text.substr(0, blank));
  const std::string rest = blank == std::string::npos ? "" : text.substr(blank + 1);
  if (!kind) return false;
  Level level;
  level.kind = *kind;
  if (*kind == LevelKind::swapped) {
    comparison.other_field = rest;
    comparison.levels.push_back(level);
    return !rest.empty();
  }
  if (matching::has_threshold(*kind) != !rest.empty()) return false;
  if (!rest.empty() && (!read_number(rest, level.threshold) || level.threshold < 0)) return false;
  comparison.levels.push_back(level);
  return true;
}

void read_levels(MapReader& reader, DedupeField& field) {
  std::vector<std::string> texts;
  reader.texts("levels", texts);
  if (texts.empty()) {
    field.comparison.levels = default_levels(field.kind);
    return;
  }
  for (const std::string& text : texts)
    if (!read_level(text, field.comparison))
      reader.fault("levels", "`" + text + "` is not a level",
                   "e.g. [exact, jaro_winkler 0.92, otherwise]; docs/methods/dedupe.md lists them");
  // Before any training agreement is common among matches, the more the closer.
  double share = 0.8;
  for (Level& level : field.comparison.levels) {
    level.m = share;
    share = 0.2 / static_cast<double>(std::max<std::size_t>(field.comparison.levels.size(), 2) - 1);
  }
}

/// Reads a list of shares, one for each level; returns whether it was there.
bool read_shares(MapReader& reader, const char* key, DedupeField& field, double Level::* share) {
  std::vector<std::string> texts;
  reader.texts(key, texts);
  if (texts.empty()) return false;
  auto& levels = field.comparison.levels;
  bool good = texts.size() == levels.size();
  for (std::size_t l = 0; good && l < levels.size(); ++l)
    good =
        read_number(texts[l], levels[l].*share) && levels[l].*share >= 0 && levels[l].*share <= 1;
  if (!good)
    reader.fault(key, std::string("`") + key + "` must give each level a share from 0 to 1",
                 "write one number a level, in their order");
  return true;
}

void read_field(MapReader& reader, DedupeModel& out) {
  DedupeField field;
  reader.require("column");
  reader.text("column", field.comparison.field);
  auto kind = static_cast<std::size_t>(FieldKind::raw);
  reader.choice("as", kKindNames, kind);
  field.kind = static_cast<FieldKind>(kind);
  read_levels(reader, field);
  double weight = field.comparison.levels.empty() ? 0 : field.comparison.levels[0].term_weight;
  reader.number("term_frequency", weight, 0, 1);
  for (Level& level : field.comparison.levels)
    level.term_weight = level.kind == LevelKind::exact ? weight : 0;
  const bool has_m = read_shares(reader, "m", field, &Level::m);
  const bool has_u = read_shares(reader, "u", field, &Level::u);
  out.is_trained = has_m && has_u && (out.settings.fields.empty() || out.is_trained);
  out.settings.fields.push_back(std::move(field));
}

void read_rules(MapReader& reader, const char* key, std::vector<BlockingRule>& rules) {
  std::vector<std::string> texts;
  reader.texts(key, texts);
  for (const std::string& text : texts) {
    BlockingRule rule;
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t plus = std::min(text.find(" + ", at), text.size());
      auto read = matching::parse_block_key(text.substr(at, plus - at));
      if (read.ok())
        rule.keys.push_back(std::move(*read));
      else
        reader.fault(key, read.error().message, read.error().hint);
      at = plus + (plus == text.size() ? 1 : 3);
    }
    rules.push_back(std::move(rule));
  }
}

void read_terms(MapReader& reader, std::vector<matching::TermCounts>& terms) {
  reader.list("terms", [&](MapReader& item) {
    matching::TermCounts counts;
    std::uint32_t present = 0;
    item.text("column", counts.field);
    item.count("present", present, 0, UINT32_MAX);
    counts.present = present;
    std::vector<std::string> texts;
    item.texts("counts", texts);
    for (const std::string& text : texts) {
      const std::size_t blank = text.find(' ');
      std::uint64_t count = 0;
      const auto [end, error] =
          std::from_chars(text.data(), text.data() + std::min(blank, text.size()), count);
      if (blank == std::string::npos || error != std::errc() || end != text.data() + blank)
        item.fault("counts", "`" + text + "` is not a count and a value", "write `12 smith`");
      else
        counts.counts.emplace_back(text.substr(blank + 1), count);
    }
    std::sort(counts.counts.begin(), counts.counts.end());
    terms.push_back(std::move(counts));
  });
}

DedupeModel read_document(MapReader& reader) {
  DedupeModel out;
  DedupeSettings& settings = out.settings;
  std::uint32_t version = kModelVersion;
  std::string hash;
  reader.text("hash", hash);
  reader.count("clewline_dedupe", version, kModelVersion, kModelVersion);
  reader.text("unique_id", settings.unique_id);
  reader.text("region", settings.region);
  reader.number("threshold", settings.threshold, 0, 1);
  reader.number("recall", settings.recall, 0.01, 1);
  reader.number("lambda", out.model.lambda, 0, 1);
  reader.count("cluster_records_max", settings.guards.records_max, 2, 1'000'000);
  reader.number("cluster_density_min", settings.guards.density_min, 0, 1);
  reader.require("fields");
  reader.list("fields", [&](MapReader& item) { read_field(item, out); });
  reader.require("block");
  read_rules(reader, "block", settings.block);
  read_rules(reader, "train", settings.train);
  read_rules(reader, "deterministic", settings.deterministic);
  read_terms(reader, out.model.terms);
  out.is_trained = out.is_trained && reader.has("lambda");
  reader.finish();
  for (const DedupeField& field : settings.fields)
    out.model.comparisons.push_back(field.comparison);
  return out;
}

std::string yaml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20 || byte == 0x7F)
      out += fmt::format("\\x{:02x}", byte);
    else
      out += c;
  }
  return out + "\"";
}

std::string rules_text(const char* key, const std::vector<BlockingRule>& rules) {
  if (rules.empty()) return "";
  std::string out = std::string(key) + ":\n";
  for (const BlockingRule& rule : rules)
    out += "  - " + yaml_text(matching::blocking_rule_text(rule)) + "\n";
  return out;
}

std::string shares_text(const matching::Comparison& comparison, double Level::* share) {
  std::string out;
  for (const Level& level : comparison.levels)
    out += (out.empty() ? "" : ", ") + fmt::format("{}", level.*share);
  return "[" + out + "]";
}

std::string field_text(const DedupeField& field, const matching::Comparison& trained) {
  std::string levels;
  double weight = 0;
  for (const Level& level : trained.levels) {
    const std::string name = level.kind == LevelKind::swapped ? "swapped " + trained.other_field
                                                              : matching::level_name(level);
    levels += (levels.empty() ? "" : ", ") + yaml_text(name);
    weight = std::max(weight, level.term_weight);
  }
  return fmt::format(
      "  - column: {}\n    as: {}\n    levels: [{}]\n    term_frequency: {}\n    m: {}\n    u: "
      "{}\n",
      yaml_text(trained.field), field_kind_name(field.kind), levels, weight,
      shares_text(trained, &Level::m), shares_text(trained, &Level::u));
}

std::string body_text(const DedupeModel& model) {
  const DedupeSettings& settings = model.settings;
  std::string out = fmt::format(
      "clewline_dedupe: {}\nunique_id: {}\nregion: {}\nthreshold: {}\nrecall: {}\nlambda: {}\n"
      "cluster_records_max: {}\ncluster_density_min: {}\nfields:\n",
      kModelVersion, yaml_text(settings.unique_id), yaml_text(settings.region), settings.threshold,
      settings.recall, model.model.lambda, settings.guards.records_max,
      settings.guards.density_min);
  for (std::size_t i = 0; i < settings.fields.size(); ++i)
    out += field_text(settings.fields[i], model.model.comparisons[i]);
  out += rules_text("block", settings.block) + rules_text("train", settings.train) +
         rules_text("deterministic", settings.deterministic);
  if (!model.model.terms.empty()) out += "terms:\n";
  for (const matching::TermCounts& terms : model.model.terms) {
    out += fmt::format("  - column: {}\n    present: {}\n    counts:\n", yaml_text(terms.field),
                       terms.present);
    for (const auto& [value, count] : terms.counts)
      out += "      - " + yaml_text(std::to_string(count) + " " + value) + "\n";
  }
  return out;
}

}  // namespace

std::string_view field_kind_name(FieldKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

Result<DedupeModel> read_dedupe_file(const std::string& path) {
  DedupeModel out;
  CLEW_TRY(
      const std::string text,
      read_yaml_file(path, "Make a model with `clewline dedupe FILE --train --model " + path + "`.",
                     [&](MapReader& reader) { out = read_document(reader); }));
  const std::size_t end = text.find('\n');
  if (text.starts_with(kHashKey) && end != std::string::npos &&
      text.substr(kHashKey.size(), end - kHashKey.size()) != sha256(text.substr(end + 1)).to_hex())
    return Error{ErrorCode::bad_input, "the model was changed since it was trained: " + path,
                 "Train it again; or, if you mean the change, take its first line out."};
  return out;
}

std::string model_hash(const DedupeModel& model) { return sha256(body_text(model)).to_hex(); }

std::string model_text(const DedupeModel& model) {
  const std::string body = body_text(model);
  return std::string(kHashKey) + sha256(body).to_hex() + "\n" + body;
}

}  // namespace clewline::engine
