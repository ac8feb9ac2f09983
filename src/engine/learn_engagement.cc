#include "engine/learn_engagement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "engine/engagement_weights_file.h"
#include "engine/join_decisions.h"
#include "evaluation/calibration.h"
#include "learning/logistic_fit.h"
#include "learning/mixture_fit.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

using Agreement = JoinComparison::Agreement;
using learning::CategoricalModel;
using learning::Pattern;
using render::Cell;

constexpr std::size_t kGap = 2;
constexpr double kLeastOfLevel = 20;   // decisions of a level before its weight is learned
constexpr double kLeastLabelled = 50;  // of either kind, before cases teach
constexpr std::size_t kLeastDecisions = 200;

using Labelled = std::function<Agreement(const JoinDecision&)>;
Agreement by_case(const JoinDecision& decision) { return decision.by_case; }
Agreement in_truth(const JoinDecision& decision) { return decision.in_truth; }

/// Counts the patterns of the decisions that a filter lets through.
std::vector<Pattern> patterns_of(const JoinDecisions& decisions,
                                 const std::function<bool(const JoinDecision&)>& wanted) {
  std::map<std::array<std::uint8_t, kJoinComparisons>, Pattern> counted;
  for (const JoinDecision& decision : decisions.rows) {
    if (!wanted(decision)) continue;
    Pattern& pattern = counted[decision.levels];
    if (pattern.levels.empty())
      pattern.levels.assign(decision.levels.begin(), decision.levels.end());
    ++(decision.by_case == Agreement::same    ? pattern.same
       : decision.by_case == Agreement::other ? pattern.other
                                              : pattern.unknown);
  }
  std::vector<Pattern> out;
  for (auto& [levels, pattern] : counted) out.push_back(std::move(pattern));
  return out;
}

struct Counts {
  double same = 0;
  double other = 0;
};

Counts labelled(const std::vector<Pattern>& patterns) {
  Counts counts;
  for (const Pattern& pattern : patterns) {
    counts.same += pattern.same;
    counts.other += pattern.other;
  }
  return counts;
}

/// How weights are learned from some decisions.
class Learner {
 public:
  enum class Method : std::uint8_t { cases, em };
  Learner(const JoinDecisions& decisions, Method method) : decisions_(decisions), method_(method) {}

  /// With `only_gap` nothing but the time since the last presence.
  CategoricalModel fit(const std::function<bool(const JoinDecision&)>& wanted,
                       bool only_gap) const {
    const auto patterns = patterns_of(decisions_, [&](const JoinDecision& decision) {
      return wanted(decision) && (method_ == Method::cases || !is_beyond_idle(decision));
    });
    CategoricalModel start =
        only_gap ? learning::empty_model(decisions_.comparisons) : decisions_.in_force;
    const auto learned = learned_levels(patterns, only_gap);
    CategoricalModel model =
        method_ == Method::cases
            ? learning::fit_logistic(decisions_.comparisons, patterns, learned, start)
            : fit_em(patterns, learned, start, only_gap);
    if (learned[kGap].size() > 1) carry_gaps(learned[kGap], model);
    return model;
  }

  /// For the decisions that the score takes, which no case tells: joins may be rarer among them, or
  /// more frequent. Where cases tell nearly all, the prior stays.
  CategoricalModel for_the_score(const CategoricalModel& model) const {
    if (method_ == Method::em) return model;
    const Counts counts = labelled(patterns_of(decisions_, [](const auto&) { return true; }));
    const auto asked = patterns_of(decisions_, [](const JoinDecision& decision) {
      return decision.by_score && decision.by_case == Agreement::unknown;
    });
    double number = 0;
    for (const Pattern& pattern : asked) number += pattern.unknown;
    if (number < kLeastDecisions) return model;
    return learning::shift_prior(model, asked, counts.same / (counts.same + counts.other));
  }

  // Beyond the idle window nothing but the same intent is asked about: there EM's comparisons are
  // not independent.
  bool is_beyond_idle(const JoinDecision& decision) const {
    return decision.levels[kGap] >= decisions_.first_gap_beyond_idle;
  }

  std::vector<std::vector<bool>> learned_levels(const std::vector<Pattern>& patterns,
                                                bool only_gap) const {
    std::vector<std::vector<double>> counts;
    for (const auto& comparison : decisions_.comparisons)
      counts.emplace_back(comparison.levels.size(), 0.0);
    for (const Pattern& pattern : patterns) {
      const double count = method_ == Method::cases
                               ? pattern.same + pattern.other
                               : pattern.same + pattern.other + pattern.unknown;
      for (std::size_t c = 0; c < counts.size(); ++c) counts[c][pattern.levels[c]] += count;
    }
    std::vector<std::vector<bool>> learned;
    for (std::size_t c = 0; c < counts.size(); ++c) {
      learned.emplace_back();
      for (const double count : counts[c])
        learned.back().push_back(count >= kLeastOfLevel && (!only_gap || c == kGap));
    }
    return learned;
  }

 private:
  CategoricalModel fit_em(const std::vector<Pattern>& patterns,
                          const std::vector<std::vector<bool>>& learned,
                          const CategoricalModel& start, bool only_gap) const {
    std::vector<std::vector<bool>> agrees;
    for (const auto& weights : decisions_.in_force.weights) {
      agrees.emplace_back();
      for (const double weight : weights) agrees.back().push_back(weight > 0);
    }
    learning::MixtureOptions options;
    options.u_is_free = {false, true, true, false, false};
    const auto fit = learning::fit_mixture(decisions_.comparisons, patterns, decisions_.unrelated,
                                           agrees, options);
    CategoricalModel model = fit.model(decisions_.comparisons);
    if (only_gap) {  // one comparison alone has no mixture: what the time says of the same two
                     // kinds
      model = fit.model(decisions_.comparisons, kGap);
    }
    for (std::size_t c = 0; c < learned.size(); ++c) {
      for (std::size_t l = 0; l < learned[c].size(); ++l)
        if (!learned[c][l]) model.weights[c][l] = start.weights[c][l];
    }
    return model;
  }

  // A bin that too few decisions lie in differs from the one before as it did before.
  void carry_gaps(const std::vector<bool>& learned, CategoricalModel& model) const {
    const auto& before = decisions_.in_force.weights[kGap];
    auto& weights = model.weights[kGap];
    for (std::size_t bin = 1; bin < weights.size(); ++bin) {
      if (!learned[bin]) weights[bin] = weights[bin - 1] + before[bin] - before[bin - 1];
    }
  }

  const JoinDecisions& decisions_;
  Method method_;
};

/// Which weights, and what each says of a decision.
struct Judged {
  std::string name;
  std::function<double(const JoinDecision&)> probability;
};

/// Weights learned without a fifth of the customers, for judging that fifth.
class Folds {
 public:
  Folds(const Learner& learner, bool only_gap, bool for_score) {
    for (std::uint32_t fold = 0; fold < kJoinFolds; ++fold) {
      CategoricalModel model = learner.fit(
          [fold](const JoinDecision& decision) { return decision.fold != fold; }, only_gap);
      models_.push_back(for_score ? learner.for_the_score(model) : std::move(model));
    }
  }
  double operator()(const JoinDecision& decision) const {
    return models_[decision.fold].probability(decision.levels);
  }

 private:
  std::vector<CategoricalModel> models_;
};

struct Label {
  std::string name;
  Labelled of;
  bool only_by_score = false;
};

class QualityTables {
 public:
  QualityTables(const JoinDecisions& decisions, const LearnRequest& request, double threshold)
      : decisions_(decisions), request_(request), threshold_(threshold) {
    using render::ColumnKind;
    const auto number = [](const char* name) {
      render::Column column{name, ColumnKind::number};
      column.decimals = 3;
      return column;
    };
    quality.columns = {{"judged_by"},
                       {"weights"},
                       {"measure"},
                       number("value"),
                       number("low"),
                       number("high"),
                       {"n", ColumnKind::integer},
                       {"customers", ColumnKind::integer}};
    calibration.columns = {{"judged_by"},
                           {"weights"},
                           number("from"),
                           number("to"),
                           {"n", ColumnKind::integer},
                           number("stated"),
                           number("happened"),
                           number("low"),
                           number("high")};
  }

  evaluation::Calibration add(const Label& label, const Judged& judged) {
    std::vector<evaluation::Forecast> forecasts;
    std::map<std::uint32_t, std::uint32_t> groups;
    for (const JoinDecision& decision : decisions_.rows) {
      const Agreement known = label.of(decision);
      if (known == Agreement::unknown || (label.only_by_score && !decision.by_score)) continue;
      const auto group =
          groups.try_emplace(decision.customer, static_cast<std::uint32_t>(groups.size()));
      forecasts.push_back(
          {judged.probability(decision), known == Agreement::same, group.first->second});
    }
    evaluation::BootstrapOptions options;
    options.resamples = static_cast<std::uint32_t>(request_.resamples);
    options.seed = static_cast<std::uint64_t>(request_.seed);
    const auto found = evaluation::calibrate(forecasts, threshold_, options);
    if (forecasts.empty()) return found;
    const std::pair<const char*, const evaluation::Estimate*> measures[] = {
        {"brier", &found.brier},        {"calibration_error", &found.error},
        {"log_loss", &found.log_loss},  {"join_precision", &found.precision},
        {"join_recall", &found.recall}, {"join_f1", &found.f1}};
    for (const auto& [name, estimate] : measures)
      quality.rows.push_back({label.name, judged.name, std::string(name), rounded(estimate->value),
                              estimate->interval ? rounded(estimate->interval->low) : Cell(),
                              estimate->interval ? rounded(estimate->interval->high) : Cell(),
                              static_cast<std::int64_t>(forecasts.size()),
                              static_cast<std::int64_t>(groups.size())});
    add_curve(label, judged, found);
    return found;
  }

  render::ResultTable quality;
  render::ResultTable calibration;

 private:
  static Cell rounded(double value) { return std::round(value * 1e6) / 1e6; }
  void add_curve(const Label& label, const Judged& judged, const evaluation::Calibration& found) {
    for (std::size_t bin = 0; bin < evaluation::kCalibrationBins; ++bin) {
      const auto& of = found.bins[bin];
      if (of.forecasts == 0) continue;
      const double width = 1.0 / static_cast<double>(evaluation::kCalibrationBins);
      calibration.rows.push_back(
          {label.name, judged.name, rounded(width * static_cast<double>(bin)),
           rounded(width * static_cast<double>(bin + 1)), of.forecasts, rounded(of.stated),
           rounded(of.happened), rounded(of.interval.low), rounded(of.interval.high)});
    }
  }

  const JoinDecisions& decisions_;
  const LearnRequest& request_;
  double threshold_;
};

render::ResultTable weights_table(const JoinDecisions& decisions, const CategoricalModel& learned,
                                  const std::vector<std::vector<bool>>& is_learned) {
  using render::ColumnKind;
  render::ResultTable table;
  const auto number = [](const char* name) {
    render::Column column{name, ColumnKind::number};
    column.decimals = 2;
    return column;
  };
  table.columns = {{"weight"},
                   number("in_force"),
                   number("learned"),
                   {"same", ColumnKind::integer},
                   {"other", ColumnKind::integer},
                   {"decisions", ColumnKind::integer},
                   {"from_data", ColumnKind::boolean}};
  const auto row = [&](const std::string& name, double before, double after, auto matches,
                       bool from_data) {
    std::int64_t same = 0;
    std::int64_t other = 0;
    std::int64_t all = 0;
    for (const JoinDecision& decision : decisions.rows) {
      if (!matches(decision)) continue;
      ++all;
      same += decision.by_case == Agreement::same ? 1 : 0;
      other += decision.by_case == Agreement::other ? 1 : 0;
    }
    table.rows.push_back({name, std::round(before * 1e4) / 1e4, std::round(after * 1e4) / 1e4, same,
                          other, all, from_data});
  };
  row(
      "prior", decisions.in_force.prior, learned.prior, [](const JoinDecision&) { return true; },
      true);
  for (std::size_t c = 0; c < kJoinComparisons; ++c) {
    const auto& comparison = decisions.comparisons[c];
    for (std::size_t l = 0; l < comparison.levels.size(); ++l) {
      row(
          comparison.levels[l], decisions.in_force.weights[c][l], learned.weights[c][l],
          [c, l](const JoinDecision& decision) { return decision.levels[c] == l; },
          l == comparison.reference || is_learned[c][l]);
    }
  }
  return table;
}

Result<Learner::Method> method_of(const LearnRequest& request, const JoinDecisions& decisions) {
  const Counts counts = labelled(patterns_of(decisions, [](const auto&) { return true; }));
  const bool enough = counts.same >= kLeastLabelled && counts.other >= kLeastLabelled;
  const bool most = counts.same + counts.other >= static_cast<double>(decisions.rows.size()) / 2;
  if (request.method.empty() && decisions.rows.size() >= kLeastDecisions)
    return enough && most ? Learner::Method::cases : Learner::Method::em;
  if (request.method == "em" && decisions.rows.size() >= kLeastDecisions)
    return Learner::Method::em;
  if (request.method == "cases" && enough) return Learner::Method::cases;
  if (request.method == "cases")
    return Error{ErrorCode::conflict,
                 fmt::format("cases say of {:.0f} decisions that they are one issue and of {:.0f} "
                             "that they are not: too few to learn from",
                             counts.same, counts.other),
                 "Both must be 50 or more; `--method em` learns without cases."};
  return Error{
      ErrorCode::conflict,
      fmt::format("there are {} decisions to learn from, fewer than 200", decisions.rows.size()),
      "Import more records, or keep the default weights."};
}

std::string counted(std::size_t count, const char* what) {
  return render::counted(static_cast<std::int64_t>(count), what);
}

// What a threshold is expected to give, taking the probabilities at their word.
double expected_f1(const JoinDecisions& decisions, const CategoricalModel& model,
                   double threshold) {
  double all = 0;
  double stated = 0;
  double right = 0;
  for (const JoinDecision& decision : decisions.rows) {
    if (!decision.by_score) continue;
    const double p = model.probability(decision.levels);
    all += p;
    stated += p >= threshold ? 1 : 0;
    right += p >= threshold ? p : 0;
  }
  return all + stated > 0 ? 2 * right / (all + stated) : 1;
}

std::string threshold_words(const JoinDecisions& decisions, const CategoricalModel& model,
                            double in_force) {
  double best = in_force;
  for (int percent = 30; percent <= 95; percent += 5) {
    const double threshold = percent / 100.0;
    if (expected_f1(decisions, model, threshold) > expected_f1(decisions, model, best) + 1e-9)
      best = threshold;
  }
  const auto f1 = [&](double threshold) {
    return fmt::format("{:.2f}", expected_f1(decisions, model, threshold));
  };
  if (best == in_force)
    return fmt::format(
        "The threshold in force, {}, is also the one that promises most (F1 of joins {}).",
        render::number_text(in_force), f1(in_force));
  return fmt::format(
      "The threshold in force, {}, promises an F1 of joins of {}; {} would promise {} "
      "(config/linking.yaml: engagement.threshold, left as it is).",
      render::number_text(in_force), f1(in_force), render::number_text(best), f1(best));
}

// Judged by enough decisions that cases tell.
bool is_no_better(const render::ResultTable& quality) {
  double in_force = 1;
  double learned = 0;
  std::int64_t decisions = 0;
  for (const auto& row : quality.rows) {
    if (std::get<std::string>(row[0]) != "cases" || std::get<std::string>(row[2]) != "brier")
      continue;
    decisions = std::get<std::int64_t>(row[6]);
    if (std::get<std::string>(row[1]) == "in_force") in_force = std::get<double>(row[3]);
    if (std::get<std::string>(row[1]) == "learned") learned = std::get<double>(row[3]);
  }
  return decisions >= 2 * static_cast<std::int64_t>(kLeastLabelled) && learned >= in_force;
}

std::string error_words(const std::string& what, const evaluation::Calibration& found) {
  return fmt::format("{}: calibration error {:.3f}, Brier score {:.3f}", what, found.error.value,
                     found.brier.value);
}

}  // namespace

Result<LearnAnswer> learn_engagement(Workspace& workspace, const LearnRequest& request) {
  CLEW_TRY(const JoinDecisions decisions, collect_join_decisions(workspace, request.truth_file));
  CLEW_TRY(const auto method, method_of(request, decisions));
  const EngagementWeights& before = workspace.config().linking.weights;
  const Learner learner(decisions, method);
  const auto everything = [](const JoinDecision&) { return true; };
  const CategoricalModel model = learner.for_the_score(learner.fit(everything, false));
  const auto is_learned = learner.learned_levels(patterns_of(decisions, everything), false);
  const bool cases = method == Learner::Method::cases;
  const Counts counts = labelled(patterns_of(decisions, everything));
  LearnAnswer answer;
  answer.weights = weights_table(decisions, model, is_learned);
  const std::string how =
      cases ? fmt::format("logistic regression on {:.0f} decisions whose cases are known",
                          counts.same + counts.other)
            : "EM on " + counted(decisions.rows.size(), "decision") +
                  fmt::format(", of which cases tell {:.0f}", counts.same + counts.other);
  answer.sentences.push_back("Learned by " + how + ".");
  QualityTables tables(decisions, request, before.threshold);
  const auto judge = [&](const Label& label) {
    const Judged in_force{"in_force", [&](const JoinDecision& decision) {
                            return decisions.in_force.probability(decision.levels);
                          }};
    const Judged learned{"learned", Folds(learner, false, label.only_by_score)};
    answer.sentences.push_back("Judged by " + label.name + ", " +
                               error_words("the weights in force", tables.add(label, in_force)) +
                               "; " + error_words("the learned ones", tables.add(label, learned)) +
                               ".");
    const Judged gap{"time_gap_only", Folds(learner, true, label.only_by_score)};
    answer.sentences.back().pop_back();
    answer.sentences.back() += "; " + error_words("time alone", tables.add(label, gap)) + ".";
  };
  if (counts.same + counts.other > 0) judge({"cases", by_case, false});
  const bool no_better = is_no_better(tables.quality);
  if (!request.truth_file.empty()) judge({"truth", in_truth, true});
  answer.sentences.push_back(threshold_words(decisions, model, before.threshold));
  answer.quality = std::move(tables.quality);
  answer.calibration = std::move(tables.calibration);
  if (request.dry_run) {
    answer.sentences.push_back("Nothing was written (--dry-run).");
    return answer;
  }
  const bool judged = counts.same + counts.other >= 2 * kLeastLabelled;
  if (!judged && request.method != "em") {
    answer.sentences.push_back(
        "Nothing was written: too few cases judge these weights. `--method em` writes them all the "
        "same; then look at links with `clewline audit sample`.");
    return answer;
  }
  if (no_better) {
    answer.sentences.push_back(
        "Nothing was written: judged by cases, the learned weights are no better than those in "
        "force.");
    return answer;
  }
  CLEW_TRY_VOID(write_engagement_weights(workspace.folder(), weights_of_model(model, before)));
  answer.sentences.push_back("Written into " + workspace.path("config/linking.yaml") +
                             "; in force from the next `clewline link` on.");
  return answer;
}

}  // namespace clewline::engine
