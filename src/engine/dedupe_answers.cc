#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <tuple>

#include "engine/dedupe.h"

namespace clewline::engine {
namespace {

using matching::Link;
using matching::WeightPart;
using render::Cell;
using render::ColumnKind;

constexpr std::size_t kExamples = 3;

std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string counted(std::uint64_t number, const std::string& one) {
  return grouped(number) + " " + one + (number == 1 ? "" : "s");
}

double rounded(double value) { return std::round(value * 1e6) / 1e6; }

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string level_text(const matching::Comparison& comparison, std::size_t level) {
  if (level == matching::kAbsent) return "absent";
  return matching::level_name(comparison.levels[level]);
}

/// Returns how many matches all pairs compared are expected to hold.
double expected_matches(const matching::WeightHistogram& weights) {
  double out = 0;
  for (std::size_t bin = 0; bin < weights.counts().size(); ++bin)
    out += static_cast<double>(weights.counts()[bin]) *
           matching::probability_of(matching::WeightHistogram::middle(bin));
  return out;
}

}  // namespace

std::vector<std::string> DedupeRun::sentences() const {
  const matching::Records& records = records_->records;
  std::vector<std::string> out;
  double expected = 0;
  for (const Link& link : links_) expected += matching::probability_of(link.weight);
  const std::string of = records.is_link() ? counted(records.split, "record") + " and " +
                                                 counted(records.size - records.split, "record")
                                           : counted(records.size, "record");
  if (links_.empty()) {
    out.push_back(
        fmt::format("{}: no two look like one person at p ≥ {}.", of, model_.settings.threshold));
  } else if (one_to_one_) {
    out.push_back(fmt::format("{}: {} one to one at p ≥ {}.", of, counted(links_.size(), "link"),
                              model_.settings.threshold));
  } else {
    out.push_back(
        fmt::format("{}: {} at p ≥ {} make {} of two and more records, the largest of {}.", of,
                    counted(links_.size(), "link"), model_.settings.threshold,
                    counted(clusters_.several, "cluster"), clusters_.largest));
  }
  if (!links_.empty())
    out.push_back("By the model " + percent(expected / static_cast<double>(links_.size())) +
                  " of these links are right; how many were missed only labels can tell.");
  std::uint64_t left_out = 0;
  for (const matching::RuleCount& rule : rules_) left_out += rule.keys_left_out;
  out.push_back(fmt::format(
      "{} of {} pairs compared, brought together by {}.", grouped(found_.pairs),
      grouped(static_cast<std::uint64_t>(records.pairs())), counted(rules_.size(), "rule")));
  if (left_out > 0)
    out.push_back(counted(left_out, "key") +
                  " of more than 10,000 records left out: block on more columns to compare them.");
  if (clusters_.cut > 0)
    out.push_back(counted(clusters_.cut, "group") +
                  " of linked records broke a guard (too large or too thin) and were cut.");
  const auto unlinkable = std::count_if(self_weights_.begin(), self_weights_.end(),
                                        [&](double weight) { return weight < weight_min(); });
  if (unlinkable > 0)
    out.push_back(counted(static_cast<std::uint64_t>(unlinkable), "record") +
                  " could not reach the threshold even with a copy: too little is filled in "
                  "(--show unlinkable).");
  if (!training_) return out;
  for (const std::string& field : training_->untrained)
    out.push_back("Every rule blocks on " + field +
                  ": its m is as it began. Add a rule without it to train it.");
  for (const matching::TrainingSession& session : training_->sessions)
    if (session.pairs > 0 && !session.converged)
      out.push_back("Training on " + session.rule + " did not come to rest.");
  return out;
}

render::ResultTable DedupeRun::levels() const {
  render::ResultTable table;
  table.columns = {{"field"},
                   {"level"},
                   {"m", ColumnKind::number},
                   {"u", ColumnKind::number},
                   {"weight", ColumnKind::number, render::Audience::everybody, {}, 2}};
  for (const matching::Comparison& comparison : model_.model.comparisons)
    for (const matching::Level& level : comparison.levels)
      table.rows.push_back({comparison.field, matching::level_name(level), rounded(level.m),
                            std::stod(fmt::format("{:.4g}", level.u)),
                            rounded(matching::level_weight(level))});
  table.rows.push_back({std::string("(any two records)"), std::string("prior"),
                        std::stod(fmt::format("{:.6g}", model_.model.lambda)), Cell(),
                        rounded(matching::log2_odds(model_.model.lambda))});
  return table;
}

render::ResultTable DedupeRun::thresholds() const {
  constexpr std::array kThresholds = {.5, .6, .7, .8, .9, .95, .98, .99, .995, .999};
  render::ResultTable table;
  table.columns = {{"threshold", ColumnKind::number},
                   {"weight", ColumnKind::number, render::Audience::everybody, {}, 2},
                   {"links", ColumnKind::integer},
                   {"expected_precision", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"expected_found", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"unlinkable", ColumnKind::integer}};
  const double all = expected_matches(found_.weights);
  for (const double threshold : kThresholds) {
    const double weight = matching::log2_odds(threshold);
    std::int64_t links = 0;
    double matches = 0;
    for (const Link& link : found_.links) {
      if (link.weight < weight) continue;
      ++links;
      matches += matching::probability_of(link.weight);
    }
    const auto unlinkable = std::count_if(self_weights_.begin(), self_weights_.end(),
                                          [&](double self) { return self < weight; });
    table.rows.push_back({threshold, rounded(weight), links,
                          links > 0 ? Cell(rounded(matches / static_cast<double>(links))) : Cell(),
                          all > 0 ? Cell(rounded(std::min(matches / all, 1.0))) : Cell(),
                          static_cast<std::int64_t>(unlinkable)});
  }
  return table;
}

std::vector<std::string> DedupeRun::examples() const {
  std::vector<Link> nearest = links_;
  const auto kept =
      nearest.begin() + static_cast<std::ptrdiff_t>(std::min(kExamples, nearest.size()));
  std::partial_sort(nearest.begin(), kept, nearest.end(), [](const Link& x, const Link& y) {
    return std::tie(x.weight, x.a, x.b) < std::tie(y.weight, y.a, y.b);
  });
  nearest.erase(kept, nearest.end());
  std::vector<std::string> out;
  for (const Link& link : nearest) {
    out.push_back(fmt::format("{} and {}: p {:.3f}, {:+.1f} bits", records_->names[link.a],
                              records_->names[link.b], matching::probability_of(link.weight),
                              link.weight));
    std::string line = fmt::format("  prior {:+.1f}", matching::log2_odds(model_.model.lambda));
    const auto parts = matching::waterfall(model_.model, fields_, link);
    for (std::size_t c = 0; c < parts.size(); ++c) {
      const auto& comparison = model_.model.comparisons[c];
      line += fmt::format(", {} {} {:+.1f}", comparison.field,
                          level_text(comparison, parts[c].level), parts[c].weight);
      if (parts[c].term_weight != 0)
        line += fmt::format(" (frequency {:+.1f})", parts[c].term_weight);
    }
    out.push_back(line);
  }
  return out;
}

std::vector<render::Column> DedupeRun::link_columns() const {
  const auto number = [](std::string name) {
    return render::Column{std::move(name), ColumnKind::number, render::Audience::everybody, {}, 3};
  };
  std::vector<render::Column> out = {{"record_a"},
                                     {"record_b"},
                                     number("probability"),
                                     number("match_weight"),
                                     number("prior_weight")};
  for (const matching::Comparison& comparison : model_.model.comparisons) {
    out.push_back({comparison.field + "_level"});
    out.push_back(number(comparison.field + "_weight"));
    out.push_back(number(comparison.field + "_frequency_weight"));
  }
  return out;
}

void DedupeRun::write_links(render::RowWriter& writer) const {
  writer.begin(link_columns());
  const double prior = rounded(matching::log2_odds(model_.model.lambda));
  for (const Link& link : links_) {
    std::vector<Cell> row = {records_->names[link.a], records_->names[link.b],
                             rounded(matching::probability_of(link.weight)), rounded(link.weight),
                             prior};
    const auto parts = matching::waterfall(model_.model, fields_, link);
    for (std::size_t c = 0; c < parts.size(); ++c) {
      row.emplace_back(level_text(model_.model.comparisons[c], parts[c].level));
      row.emplace_back(rounded(parts[c].weight));
      row.emplace_back(rounded(parts[c].term_weight));
    }
    writer.row(row);
  }
  writer.end();
}

void DedupeRun::write_clusters(render::RowWriter& writer) const {
  const std::vector<render::Column> columns = {
      {"record"}, {"set", ColumnKind::integer}, {"cluster"}};
  writer.begin(columns);
  const matching::Records& records = records_->records;
  for (matching::RecordIndex r = 0; r < records.size; ++r) {
    const std::vector<Cell> row = {records_->names[r],
                                   std::int64_t{records.is_link() && r >= records.split ? 2 : 1},
                                   records_->names[clusters_.of[r]]};
    writer.row(row);
  }
  writer.end();
}

void DedupeRun::write_unlinkable(render::RowWriter& writer) const {
  const std::vector<render::Column> columns = {
      {"record"},
      {"probability_with_itself", ColumnKind::number, render::Audience::everybody, {}, 3},
      {"weight_with_itself", ColumnKind::number, render::Audience::everybody, {}, 2}};
  writer.begin(columns);
  for (std::size_t r = 0; r < self_weights_.size(); ++r) {
    if (self_weights_[r] >= weight_min()) continue;
    const std::vector<Cell> row = {records_->names[r],
                                   rounded(matching::probability_of(self_weights_[r])),
                                   rounded(self_weights_[r])};
    writer.row(row);
  }
  writer.end();
}

}  // namespace clewline::engine
