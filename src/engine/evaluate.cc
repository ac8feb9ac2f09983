#include "engine/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "engine/evaluate_words_internal.h"
#include "engine/truth_events.h"
#include "evaluation/adjusted_information.h"
#include "evaluation/customer_groups.h"
#include "evaluation/measures.h"
#include "evaluation/mistakes.h"
#include "evaluation/segmentation.h"

namespace clewline::engine {
namespace {

using evaluation::Estimate;
using evaluation::Sums;
using render::Cell;

constexpr std::size_t kWorstMax = 10;
constexpr std::int64_t kResamplesMax = 100'000;

std::vector<std::uint32_t> groups_of(const TruthEvents& events) {
  evaluation::CustomerGroups groups(events.customer_ids.size());
  for (const auto& truth : events.truth) groups.join(events.customer, truth, kNoTruth);
  return groups.numbers();
}

std::vector<evaluation::SharedEvents> table_of(const TruthEvents& events, std::size_t level) {
  std::vector<evaluation::SharedEvents> table;
  for (std::uint32_t i = 0; i < events.event_ids.size(); ++i) {
    const std::uint32_t truth = events.truth[level][i];
    if (truth != kNoTruth)
      table.push_back({truth, events.found[level][i], events.customer[i], i, 1});
  }
  return table;
}

// The rows of the same two units as one; the first event is their example.
void merge(std::vector<evaluation::SharedEvents>& table) {
  std::sort(table.begin(), table.end(), [](const auto& a, const auto& b) {
    return std::tie(a.truth, a.found, a.example) < std::tie(b.truth, b.found, b.example);
  });
  std::size_t kept = 0;
  for (const evaluation::SharedEvents& row : table) {
    if (kept > 0 && table[kept - 1].truth == row.truth && table[kept - 1].found == row.found)
      ++table[kept - 1].events;
    else
      table[kept++] = row;
  }
  table.resize(kept);
}

/// The events of one customer that have truth at a level, and the group they count for.
struct Sequence {
  std::uint32_t group = 0;
  std::vector<evaluation::PlacedEvent> events;
};

std::vector<Sequence> sequences_of(const TruthEvents& events, std::size_t level,
                                   const std::vector<std::uint32_t>& group_of) {
  std::vector<Sequence> out;
  for (std::size_t i = 0; i < events.event_ids.size(); ++i) {
    if (i == 0 || events.sequence[i] != events.sequence[i - 1])
      out.push_back({group_of[events.customer[i]], {}});
    if (events.truth[level][i] != kNoTruth)
      out.back().events.push_back({events.truth[level][i], events.found[level][i]});
  }
  return out;
}

// A window is as wide for all sequences of a level: half the mean true segment.
std::size_t width_of(const std::vector<Sequence>& sequences) {
  std::size_t events = 0;
  std::size_t segments = 0;
  for (const Sequence& sequence : sequences) {
    events += sequence.events.size();
    segments += sequence.events.empty() ? 0 : 1;
    for (std::size_t i = 1; i < sequence.events.size(); ++i)
      segments += sequence.events[i].truth != sequence.events[i - 1].truth ? 1 : 0;
  }
  return evaluation::window_width(events, segments);
}

/// What is known of one level.
struct LevelScore {
  std::size_t level = 0;
  std::int64_t events = 0;
  std::int64_t groups = 0;
  Sums sums{};
  std::vector<Estimate> measures;
  Estimate adjusted_information;  // the one that is no function of the sums
  std::vector<evaluation::CustomerMistakes> mistakes;
};

void fill_measures(std::span<const double> sums, std::span<double> values) {
  Sums copy{};
  std::copy(sums.begin(), sums.end(), copy.begin());
  const evaluation::Measures measures = evaluation::measures_of(copy);
  std::copy(measures.begin(), measures.end(), values.begin());
}

LevelScore score(const TruthEvents& events, std::size_t level,
                 const std::vector<std::uint32_t>& group_of, const EvaluateRequest& request) {
  LevelScore out;
  out.level = level;
  auto table = table_of(events, level);
  out.events = static_cast<std::int64_t>(table.size());
  merge(table);
  std::vector<Sums> groups(
      group_of.empty() ? 0 : *std::max_element(group_of.begin(), group_of.end()) + 1, Sums{});
  evaluation::add_partition_sums(table, group_of, groups);
  if (kTruthLevels[level] != "customer") {
    const auto sequences = sequences_of(events, level, group_of);
    const std::size_t width = width_of(sequences);
    for (const Sequence& sequence : sequences)
      evaluation::add_sequence(sequence.events, width, groups[sequence.group]);
  }
  std::erase_if(groups, [](const Sums& sums) { return at(sums, evaluation::Sum::events) == 0; });
  out.groups = static_cast<std::int64_t>(groups.size());
  out.sums = evaluation::total_of(groups);
  std::vector<double> rows;
  for (const Sums& sums : groups) rows.insert(rows.end(), sums.begin(), sums.end());
  evaluation::BootstrapOptions options;
  options.resamples = static_cast<std::uint32_t>(request.resamples);
  options.seed = static_cast<std::uint64_t>(request.seed);
  if (!groups.empty()) {
    out.measures = evaluation::bootstrap(rows, evaluation::kSums, fill_measures,
                                         evaluation::kMeasures, options);
    out.adjusted_information = evaluation::adjusted_information(table, group_of, options);
  }
  out.mistakes = evaluation::count_mistakes(table);
  return out;
}

Cell rounded(double value) { return std::round(value * 1e6) / 1e6; }

void add_measures(const LevelScore& score, render::ResultTable& table) {
  if (score.measures.empty()) return;
  const std::string level(kTruthLevels[score.level]);
  const std::size_t count =
      level == "customer" ? evaluation::kUnorderedMeasures : evaluation::kMeasures;
  const auto add = [&](std::string_view name, const Estimate& estimate) {
    std::vector<Cell> row = {level, std::string(name), rounded(estimate.value)};
    row.push_back(estimate.interval ? rounded(estimate.interval->low) : Cell());
    row.push_back(estimate.interval ? rounded(estimate.interval->high) : Cell());
    row.emplace_back(score.events);
    row.emplace_back(score.groups);
    table.rows.push_back(std::move(row));
  };
  for (std::size_t i = 0; i < count; ++i) {
    add(measure_name(static_cast<evaluation::Measure>(i)), score.measures[i]);
    if (static_cast<evaluation::Measure>(i) == evaluation::Measure::v_measure)
      add("adjusted_mutual_information", score.adjusted_information);
  }
}

std::vector<render::Column> measure_columns() {
  using render::ColumnKind;
  return {{"level"},
          {"measure"},
          {"value", ColumnKind::number},
          {"low", ColumnKind::number},
          {"high", ColumnKind::number},
          {"n", ColumnKind::integer},
          {"groups", ColumnKind::integer}};
}

render::ResultTable counts_table(const TruthCounts& counts) {
  render::ResultTable table;
  table.columns = measure_columns();
  const std::pair<const char*, std::int64_t> rows[] = {
      {"truth_rows", counts.rows},
      {"truth_rows_without_event", counts.rows_without_event},
      {"events_with_truth", counts.events_with_truth},
      {"events_without_truth", counts.events_without_truth},
      {"events_contradicted", counts.events_contradicted},
      {"events_outside_tree", counts.events_outside_tree},
      {"events_too_coarse_for_transactions", counts.events_too_coarse},
      {"true_units_across_customers", counts.units_across_customers}};
  for (const auto& [name, count] : rows)
    table.rows.push_back({std::string("all"), std::string(name), static_cast<double>(count), Cell(),
                          Cell(), Cell(), Cell()});
  return table;
}

/// A customer's mistakes at the level at which there are most.
struct Worst {
  std::size_t level = 0;
  evaluation::CustomerMistakes mistakes;
  std::uint64_t total() const { return mistakes.wrongly_joined + mistakes.wrongly_parted; }
};

// Levels come from the customer down: of equal numbers the higher level is named, since its
// mistakes cause those below.
std::vector<Worst> worst_of(const std::vector<LevelScore>& scores, const TruthEvents& events) {
  std::vector<Worst> by_customer(events.customer_ids.size());
  for (const LevelScore& score : scores) {
    for (const evaluation::CustomerMistakes& mistakes : score.mistakes) {
      Worst& worst = by_customer[mistakes.customer];
      const Worst other{score.level, mistakes};
      if (other.total() > worst.total()) worst = other;
    }
  }
  std::erase_if(by_customer, [](const Worst& worst) { return worst.total() == 0; });
  std::sort(by_customer.begin(), by_customer.end(), [&](const Worst& a, const Worst& b) {
    if (a.total() != b.total()) return a.total() > b.total();
    return events.customer_ids[a.mistakes.customer] < events.customer_ids[b.mistakes.customer];
  });
  if (by_customer.size() > kWorstMax) by_customer.resize(kWorstMax);
  return by_customer;
}

void add_worst(const std::vector<Worst>& all, const TruthEvents& events, const std::string& folder,
               EvaluateAnswer& answer) {
  using render::ColumnKind;
  answer.worst.columns = {{"customer_id"},
                          {"level"},
                          {"wrongly_joined", ColumnKind::integer},
                          {"wrongly_parted", ColumnKind::integer},
                          {"show"},
                          {"why_joined"},
                          {"why_parted"}};
  const auto why = [&](const std::optional<evaluation::EventPair>& pair) {
    return pair ? fmt::format("clewline why -w {} {} {}", folder,
                              events.event_ids[pair->first].to_hex(),
                              events.event_ids[pair->second].to_hex())
                : std::string();
  };
  const auto cell = [](const std::string& text) { return text.empty() ? Cell() : Cell(text); };
  for (const Worst& worst : all) {
    const evaluation::CustomerMistakes& mistakes = worst.mistakes;
    const std::string id = "c_" + events.customer_ids[mistakes.customer].to_hex();
    const std::string show = fmt::format("clewline show -w {} customer {}", folder, id);
    const std::string level(kTruthLevels[worst.level]);
    const std::string joined = why(mistakes.joined);
    const std::string parted = why(mistakes.parted);
    answer.worst.rows.push_back({id, level, static_cast<std::int64_t>(mistakes.wrongly_joined),
                                 static_cast<std::int64_t>(mistakes.wrongly_parted), show,
                                 cell(joined), cell(parted)});
    answer.worst_lines.push_back(fmt::format("{} of {}s wrongly joined, {} wrongly parted",
                                             counted_events(mistakes.wrongly_joined), level,
                                             counted_events(mistakes.wrongly_parted)));
    answer.worst_lines.push_back("  " + show);
    if (!joined.empty()) answer.worst_lines.push_back("  " + joined + "   # why together");
    if (!parted.empty()) answer.worst_lines.push_back("  " + parted + "   # why apart");
  }
}

Result<std::vector<std::size_t>> levels_of(const EvaluateRequest& request,
                                           const TruthEvents& events) {
  std::vector<std::size_t> out;
  for (std::size_t level = 0; level < kTruthLevelCount; ++level) {
    const bool asked = std::find(request.levels.begin(), request.levels.end(),
                                 kTruthLevels[level]) != request.levels.end();
    if (asked && !events.has_column[level])
      return Error{ErrorCode::usage,
                   fmt::format("the truth file has no column {}", kTruthLevels[level]),
                   "Leave --level out to score every level that the file names."};
    if (events.has_column[level] && (asked || request.levels.empty())) out.push_back(level);
  }
  return out;
}

}  // namespace

Result<EvaluateAnswer> evaluate(Workspace& workspace, const EvaluateRequest& request) {
  if (request.resamples > kResamplesMax)
    return Error{ErrorCode::usage, "--resamples cannot be that many", "stay below 100,000"};
  CLEW_TRY(const TruthEvents events, read_truth(workspace, request.truth_file));
  CLEW_TRY(const auto levels, levels_of(request, events));
  const std::vector<std::uint32_t> group_of = groups_of(events);
  EvaluateAnswer answer;
  answer.measures.columns = measure_columns();
  std::vector<LevelScore> scores;
  for (const std::size_t level : levels) {
    scores.push_back(score(events, level, group_of, request));
    const LevelScore& last = scores.back();
    add_measures(last, answer.measures);
    answer.sentences.push_back(level_sentence(kTruthLevels[level], last.sums, last.measures));
  }
  answer.counts = counts_table(events.counts);
  add_notes(events.counts, request, answer);
  add_worst(worst_of(scores, events), events, workspace.folder(), answer);
  return answer;
}

}  // namespace clewline::engine
