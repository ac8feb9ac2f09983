#include "matching/train.h"

#include <algorithm>
#include <cmath>

#include "matching/links.h"

namespace clewline::matching {
namespace {

constexpr int kLambdaRounds = 200;
constexpr double kLambdaStill = 1e-9;
/// A session's λ stays off the ends, from which EM does not come back.
constexpr double kLambdaEdge = 1e-6;

bool blocks(const BlockingRule& rule, const std::string& field) {
  return std::any_of(rule.keys.begin(), rule.keys.end(),
                     [&](const BlockKey& key) { return key.field == field; });
}

/// Drops the fields that a rule blocks on; what agreement on them says moves into λ.
Model session_model(const Model& model, const BlockingRule& rule) {
  Model out;
  double weight = log2_odds(model.lambda);
  for (const Comparison& comparison : model.comparisons) {
    if (!blocks(rule, comparison.field)) {
      out.comparisons.push_back(comparison);
      continue;
    }
    const auto& levels = comparison.levels;
    const auto exact = std::find_if(levels.begin(), levels.end(), [](const Level& level) {
      return level.kind == LevelKind::exact;
    });
    weight += level_weight(exact == levels.end() ? levels.front() : *exact);
  }
  out.lambda = std::clamp(probability_of(weight), kLambdaEdge, 1 - kLambdaEdge);
  return out;
}

/// Sums of what sessions found for m, by comparison and level.
struct Found {
  std::vector<std::vector<double>> sums;
  std::vector<int> sessions;
  std::vector<double> matches;  // most that one session expected
};

void add_session(const EmResult& result, double pairs, const Model& model, Found& found) {
  for (const Comparison& trained : result.comparisons) {
    for (std::size_t c = 0; c < model.comparisons.size(); ++c) {
      if (model.comparisons[c].field != trained.field) continue;
      ++found.sessions[c];
      found.matches[c] = std::max(found.matches[c], result.lambda.back() * pairs);
      for (std::size_t l = 0; l < trained.levels.size(); ++l)
        found.sums[c][l] += trained.levels[l].m;
    }
  }
}

/// A level that no match showed gets the share of half a match.
void set_m(Comparison& comparison, const std::vector<double>& sums, int sessions, double matches) {
  const double least = 0.5 / std::max(matches, 1.0);
  double total = 0;
  for (const double sum : sums) total += std::max(sum / sessions, least);
  for (std::size_t l = 0; l < sums.size(); ++l)
    comparison.levels[l].m = std::max(sums[l] / sessions, least) / total;
}

Result<TrainingSession> run_session(const BlockingRule& rule, const Records& records,
                                    const TrainOptions& options, const Model& model, Found& found) {
  TrainingSession session;
  session.rule = blocking_rule_text(rule);
  const Model start = session_model(model, rule);
  if (start.comparisons.empty()) return session;
  CLEW_TRY(const auto fields, ComparedFields::make(start, records));
  CLEW_TRY(const auto blocking, Blocking::make({rule}, records, options.block));
  const auto looks = count_patterns(blocking, fields, {options.threads, options.pairs_max});
  session.keys_left_out = blocking.counts().front().keys_left_out;
  session.pairs = blocking.counts().front().pairs;
  if (session.pairs == 0) return session;
  const EmResult result = maximise_expectation(looks, start, options.em);
  session.lambda = result.lambda.back();
  session.iterations = result.iterations();
  session.converged = result.converged;
  for (const Comparison& comparison : result.comparisons)
    session.fields.push_back(comparison.field);
  add_session(result, static_cast<double>(session.pairs), model, found);
  return session;
}

/// Takes the matches out of the shares that random pairs showed, so that u speaks of non-matches.
/// How many matches a level holds is itself an estimate: a u falls to a twentieth at most.
void take_matches_out_of_u(Model& model) {
  constexpr double kLeastPart = 0.05;
  for (Comparison& comparison : model.comparisons) {
    double total = 0;
    for (Level& level : comparison.levels) {
      const double others = (level.u - model.lambda * level.m) / (1 - model.lambda);
      level.u = std::max(others, kLeastPart * level.u);
      total += level.u;
    }
    for (Level& level : comparison.levels) level.u /= total;
  }
}

/// Returns the λ at which the expected matches among the pairs compared are λ of all pairs.
Result<double> lambda_of_weights(const Model& model, const Records& records,
                                 const TrainOptions& options) {
  Model even = model;
  even.lambda = 0.5;  // weights without a prior
  CLEW_TRY(const auto fields, ComparedFields::make(model, records));
  CLEW_TRY(const auto blocking, Blocking::make(options.blocking, records, options.block));
  LinkOptions link;
  link.threads = options.threads;
  link.weight_min = WeightHistogram::kStep * static_cast<double>(WeightHistogram::kBins);  // none
  CLEW_TRY(const auto found, find_links(blocking, fields, even, link));
  const double all = records.pairs();
  double lambda = std::clamp(model.lambda, 1 / all, 0.5);
  for (int round = 0; round < kLambdaRounds; ++round) {
    const double prior = log2_odds(lambda);
    double matches = 0;
    for (std::size_t bin = 0; bin < WeightHistogram::kBins; ++bin) {
      const auto count = static_cast<double>(found.weights.counts()[bin]);
      if (count > 0) matches += count * probability_of(prior + WeightHistogram::middle(bin));
    }
    const double next = std::clamp(matches / all, 0.01 / all, 0.5);
    const bool still = std::abs(next - lambda) < kLambdaStill * lambda;
    lambda = next;
    if (still) break;
  }
  return lambda;
}

Result<double> lambda_of_rules(const Records& records, const TrainOptions& options) {
  CLEW_TRY(const auto blocking, Blocking::make(options.deterministic, records, options.block));
  std::uint64_t matches = 0;
  for (const Blocking::Unit& unit : blocking.units())
    blocking.visit(unit, [&](RecordIndex, RecordIndex) { ++matches; });
  const double expected = static_cast<double>(std::max<std::uint64_t>(matches, 1)) / options.recall;
  return std::min(expected / records.pairs(), 0.5);
}

}  // namespace

Result<Training> train(const Model& start, const Records& records, const TrainOptions& options) {
  if (records.pairs() < 1)
    return Error{ErrorCode::bad_input, "there is no pair of records to compare",
                 "Give at least two records."};
  Training out;
  out.model = start;
  Model& model = out.model;
  model.terms.clear();
  CLEW_TRY(const auto fields, ComparedFields::make(model, records));
  RandomPairOptions random = options.random;
  random.threads = options.threads;
  out.random_pairs = estimate_u(fields, random, model.comparisons);
  out.lambda_by_rules = !options.deterministic.empty();
  model.lambda = 1.0 / std::max<double>(records.size, 2);
  if (out.lambda_by_rules) {
    CLEW_TRY(model.lambda, lambda_of_rules(records, options));
  }
  Found found;
  for (const Comparison& comparison : model.comparisons) {
    found.sums.emplace_back(comparison.levels.size(), 0);
    found.sessions.push_back(0);
    found.matches.push_back(0);
  }
  for (const auto& rule : options.training.empty() ? options.blocking : options.training) {
    CLEW_TRY(auto session, run_session(rule, records, options, model, found));
    out.sessions.push_back(std::move(session));
  }
  for (std::size_t c = 0; c < model.comparisons.size(); ++c) {
    if (found.sessions[c] > 0)
      set_m(model.comparisons[c], found.sums[c], found.sessions[c], found.matches[c]);
    else
      out.untrained.push_back(model.comparisons[c].field);
  }
  if (!out.lambda_by_rules) {
    CLEW_TRY(model.lambda, lambda_of_weights(model, records, options));
  }
  take_matches_out_of_u(model);
  if (!out.lambda_by_rules) {
    CLEW_TRY(model.lambda, lambda_of_weights(model, records, options));
  }
  model.terms = count_terms(model, records);
  return out;
}

}  // namespace clewline::matching
