#include "insights/effort/effort_model.h"

#include <algorithm>

#include "statistics/proportional_odds.h"

namespace clewline::insights {
namespace {

using statistics::FeatureRows;
using statistics::ScoredOutcome;

constexpr std::uint32_t kLots = 5;
constexpr double kTimeShare = .7;
constexpr std::uint8_t kMiddle = 5;  // of a survey's answers, 0 … 10

/// Units that something is fitted to.
struct Sample {
  std::vector<double> features;
  std::vector<std::uint8_t> outcome;  // 1 is the worse; of surveys the level, 0 is worst
};

/// Log-odds of the worse: Σ coefficient · part, up to a constant in ordered levels.
struct Fit {
  double intercept = 0;
  std::vector<double> coefficients;
  std::vector<double> errors;

  double score(std::span<const double> row) const {
    double sum = intercept;
    for (std::size_t i = 0; i < row.size(); ++i) sum += coefficients[i] * row[i];
    return sum;
  }
};

class Fitting {
 public:
  Fitting(std::span<const EffortUnit> units, std::span<const double> parts, std::size_t width,
          const FitOptions& options)
      : units_(units), rows_{parts, width}, options_(options) {}

  bool survey() const { return options_.basis == EffortBasis::survey; }

  bool known(const EffortUnit& unit) const {
    return survey() ? unit.survey.has_value() : unit.repeated != Fate::unknown;
  }
  /// Whether it came to the worse.
  bool worse(const EffortUnit& unit) const {
    return survey() ? *unit.survey < kMiddle : unit.abandoned || unit.repeated == Fate::yes;
  }

  std::optional<Fit> fit(const auto& wanted) const {
    Sample sample;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (!known(units_[i]) || !wanted(units_[i])) continue;
      const auto row = rows_.row(i);
      sample.features.insert(sample.features.end(), row.begin(), row.end());
      sample.outcome.push_back(survey() ? *units_[i].survey : worse(units_[i]) ? 1 : 0);
    }
    return survey() ? fit_levels(sample) : fit_odds(sample);
  }

  /// Scores all units by fits that have not seen their customer; null when one cannot be fitted.
  std::optional<std::vector<double>> held_out() const {
    std::vector<double> scores(units_.size(), 0.0);
    for (std::uint32_t lot = 0; lot < kLots; ++lot) {
      const auto others = fit([&](const EffortUnit& unit) { return unit.customer % kLots != lot; });
      if (!others) return std::nullopt;
      for (std::size_t i = 0; i < units_.size(); ++i) {
        if (units_[i].customer % kLots == lot) scores[i] = others->score(rows_.row(i));
      }
    }
    return scores;
  }

  std::optional<statistics::ClusteredAuc> auc(std::span<const double> scores) const {
    std::vector<ScoredOutcome> judged;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (known(units_[i])) judged.push_back({scores[i], worse(units_[i]), units_[i].customer});
    }
    return statistics::clustered_auc(judged);
  }

  std::optional<statistics::ClusteredAuc> out_of_time() const {
    std::vector<double> times;
    for (const EffortUnit& unit : units_) {
      if (known(unit)) times.push_back(unit.at_days);
    }
    if (times.empty()) return std::nullopt;
    const auto split =
        times.begin() + static_cast<std::ptrdiff_t>(kTimeShare * static_cast<double>(times.size()));
    std::nth_element(times.begin(), split, times.end());
    const double moment = *split;
    const double outcome_days = survey() ? 0 : options_.window_days;
    const auto early =
        fit([&](const EffortUnit& unit) { return unit.at_days + outcome_days <= moment; });
    if (!early) return std::nullopt;
    std::vector<ScoredOutcome> judged;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (known(units_[i]) && units_[i].at_days > moment)
        judged.push_back({early->score(rows_.row(i)), worse(units_[i]), units_[i].customer});
    }
    return statistics::clustered_auc(judged);
  }

  double slope(std::span<const double> scores) const {
    Sample sample;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (!known(units_[i])) continue;
      sample.features.push_back(scores[i]);
      sample.outcome.push_back(survey() ? *units_[i].survey : worse(units_[i]) ? 1 : 0);
    }
    const auto fitted = survey() ? fit_levels(sample, 1, 0) : fit_odds(sample, 1, 0);
    return fitted ? fitted->coefficients[0] : 0;
  }

 private:
  std::optional<Fit> fit_odds(const Sample& sample) const {
    return fit_odds(sample, rows_.width, options_.ridge);
  }
  std::optional<Fit> fit_levels(const Sample& sample) const {
    return fit_levels(sample, rows_.width, options_.ridge);
  }

  static std::optional<Fit> fit_odds(const Sample& sample, std::size_t width, double ridge) {
    const auto yes = std::ranges::count(sample.outcome, 1);
    if (yes == 0 || yes == std::ssize(sample.outcome)) return std::nullopt;
    auto fitted =
        statistics::fit_logistic_regression({sample.features, width}, sample.outcome, ridge);
    return Fit{fitted.intercept, std::move(fitted.coefficients), std::move(fitted.errors)};
  }

  // Answers that occur are the levels; the worse is the lower one, so that signs turn.
  static std::optional<Fit> fit_levels(const Sample& sample, std::size_t width, double ridge) {
    std::vector<std::uint8_t> answers = sample.outcome;
    std::ranges::sort(answers);
    answers.erase(std::ranges::unique(answers).begin(), answers.end());
    if (answers.size() < 2) return std::nullopt;
    std::vector<std::uint8_t> levels;
    for (const std::uint8_t answer : sample.outcome)
      levels.push_back(
          static_cast<std::uint8_t>(std::ranges::lower_bound(answers, answer) - answers.begin()));
    auto fitted =
        statistics::fit_proportional_odds({sample.features, width}, levels, answers.size(), ridge);
    for (double& coefficient : fitted.coefficients) coefficient = -coefficient;
    return Fit{0, std::move(fitted.coefficients), std::move(fitted.errors)};
  }

  std::span<const EffortUnit> units_;
  FeatureRows rows_;
  const FitOptions& options_;
};

}  // namespace

std::optional<FittedEffort> fit_effort(std::span<const EffortUnit> units,
                                       std::span<const double> parts, std::size_t width,
                                       const FitOptions& options) {
  const Fitting fitting(units, parts, width, options);
  const auto all = fitting.fit([](const EffortUnit&) { return true; });
  if (!all) return std::nullopt;
  auto held_out = fitting.held_out();
  if (!held_out) return std::nullopt;
  FittedEffort out;
  out.basis = options.basis;
  for (const EffortUnit& unit : units) {
    if (!fitting.known(unit)) continue;
    ++out.units;
    out.happened += fitting.worse(unit) ? 1 : 0;
  }
  for (std::size_t i = 0; i < width; ++i)
    out.parts.push_back({all->coefficients[i], all->errors[i], all->coefficients[i] >= 0});
  out.held_out = std::move(*held_out);
  out.across_customers = fitting.auc(out.held_out);
  out.out_of_time = fitting.out_of_time();
  out.calibration_slope = fitting.slope(out.held_out);
  return out;
}

std::optional<statistics::ClusteredAuc> foretells(std::span<const EffortUnit> units,
                                                  std::span<const double> scores,
                                                  Fate EffortUnit::* fate) {
  std::vector<ScoredOutcome> judged;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i].*fate != Fate::unknown)
      judged.push_back({scores[i], units[i].*fate == Fate::yes, units[i].customer});
  }
  return statistics::clustered_auc(judged);
}

}  // namespace clewline::insights
