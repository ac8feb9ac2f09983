#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "learning/categorical_model.h"
#include "learning/logistic_fit.h"
#include "learning/mixture_fit.h"

namespace clewline::learning {
namespace {

const std::vector<Comparison> kOne = {{"x", {"no", "yes"}, 0}};
const std::vector<Comparison> kThree = {
    {"a", {"no", "yes"}, 0}, {"b", {"no", "yes"}, 0}, {"c", {"no", "yes"}, 0}};

LearnedLevels all_of(const std::vector<Comparison>& comparisons) {
  LearnedLevels out;
  for (const Comparison& comparison : comparisons) out.emplace_back(comparison.levels.size(), true);
  return out;
}

// Two by two: the weight is the logarithm of the odds ratio, the prior that of the odds.
TEST(FitLogistic, OfATwoByTwoTableIsItsLogOddsRatio) {
  const std::vector<Pattern> patterns = {{{0}, 10, 90, 0}, {{1}, 60, 40, 5}};
  const CategoricalModel model =
      fit_logistic(kOne, patterns, all_of(kOne), empty_model(kOne), {0, 100});
  EXPECT_NEAR(model.prior, std::log(10.0 / 90), 1e-8);
  EXPECT_NEAR(model.weights[0][1], std::log(60.0 / 40) - std::log(10.0 / 90), 1e-8);
  EXPECT_EQ(model.weights[0][0], 0);
  EXPECT_NEAR(model.probability(std::vector<std::uint8_t>{1}), .6, 1e-9);
}

TEST(FitLogistic, ALevelThatIsNotLearnedKeepsItsWeight) {
  const std::vector<Pattern> patterns = {{{0}, 10, 90, 0}, {{1}, 60, 40, 0}};
  CategoricalModel start = empty_model(kOne);
  start.weights[0][1] = 4.6;
  const CategoricalModel model = fit_logistic(kOne, patterns, {{true, false}}, start);
  EXPECT_DOUBLE_EQ(model.weights[0][1], 4.6);
}

TEST(FitLogistic, ASeparatedTableStaysFinite) {
  const std::vector<Pattern> patterns = {{{0}, 0, 50, 0}, {{1}, 50, 0, 0}};
  const CategoricalModel model = fit_logistic(kOne, patterns, all_of(kOne), empty_model(kOne));
  EXPECT_GT(model.weights[0][1], 5);
  EXPECT_LT(model.weights[0][1], 30);
  EXPECT_LT(log_loss(model, patterns), .05);
}

// Every pattern of three comparisons, as often as known parameters say.
std::vector<Pattern> known(double share, const std::vector<double>& m,
                           const std::vector<double>& u) {
  std::vector<Pattern> patterns;
  for (std::uint8_t bits = 0; bits < 8; ++bits) {
    Pattern pattern;
    double together = share;
    double apart = 1 - share;
    for (std::size_t c = 0; c < 3; ++c) {
      const std::uint8_t level = (bits >> c) & 1;
      pattern.levels.push_back(level);
      together *= level ? m[c] : 1 - m[c];
      apart *= level ? u[c] : 1 - u[c];
    }
    pattern.unknown = 4000 * (together + apart);
    patterns.push_back(pattern);
  }
  return patterns;
}

// The parameters of Splink's known_params_comparison_vectors: λ .5, m .7 .9 .95, u .1 .025 .2.
TEST(FitMixture, RecoversKnownParameters) {
  const std::vector<double> m = {.7, .9, .95};
  const std::vector<double> u = {.1, .025, .2};
  const auto patterns = known(.5, m, u);
  std::vector<std::vector<double>> fixed;
  for (const double of : u) fixed.push_back({1 - of, of});
  const std::vector<std::vector<bool>> agrees(3, {false, true});
  MixtureOptions options;
  options.share_start = .1;
  options.converged = 1e-14;
  options.least_count = 0;
  const MixtureFit fit = fit_mixture(kThree, patterns, fixed, agrees, options);
  EXPECT_NEAR(fit.share, .5, 1e-9);
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(fit.m[c][1], m[c], 1e-9);
  const CategoricalModel model = fit.model(kThree);
  EXPECT_NEAR(model.weights[0][1], std::log(.7 / .1) - std::log(.3 / .9), 1e-8);
}

// A few labels where the mixture alone cannot tell: two comparisons with the same shares in both
// kinds of pairs but one; and u of one found with the rest.
TEST(FitMixture, LabelsCountAsLabelled) {
  const std::vector<double> m = {.7, .9, .95};
  const std::vector<double> u = {.1, .025, .2};
  auto patterns = known(.3, m, u);
  for (Pattern& pattern : patterns) {  // every tenth pair is labelled, as it truly is
    double together = .3;
    double apart = .7;
    for (std::size_t c = 0; c < 3; ++c) {
      together *= pattern.levels[c] ? m[c] : 1 - m[c];
      apart *= pattern.levels[c] ? u[c] : 1 - u[c];
    }
    pattern.same = 400 * together;
    pattern.other = 400 * apart;
    pattern.unknown -= 400 * (together + apart);
  }
  std::vector<std::vector<double>> begun;
  for (const double of : u) begun.push_back({1 - of, of});
  begun[2] = {.5, .5};
  MixtureOptions options;
  options.converged = 1e-14;
  options.least_count = 0;
  options.u_is_free = {false, false, true};
  const MixtureFit fit = fit_mixture(kThree, patterns, begun,
                                     std::vector<std::vector<bool>>(3, {false, true}), options);
  EXPECT_NEAR(fit.share, .3, 1e-6);
  EXPECT_NEAR(fit.u[2][1], .2, 1e-6);
  EXPECT_NEAR(fit.m[2][1], .95, 1e-6);
  EXPECT_NEAR(fit.model(kThree, 1).weights[1][1], std::log(.9 / .025) - std::log(.1 / .975), 1e-6);
}

TEST(ShiftPrior, FindsTheShareOfAnotherPopulation) {
  const std::vector<double> m = {.7, .9, .95};
  const std::vector<double> u = {.1, .025, .2};
  MixtureFit fit;
  fit.share = .5;
  for (std::size_t c = 0; c < 3; ++c) {
    fit.m.push_back({1 - m[c], m[c]});
    fit.u.push_back({1 - u[c], u[c]});
  }
  const auto other = known(.08, m, u);
  const CategoricalModel shifted = shift_prior(fit.model(kThree), other, .5);
  double sum = 0;
  double all = 0;
  for (const Pattern& pattern : other) {
    sum += pattern.unknown * shifted.probability(pattern.levels);
    all += pattern.unknown;
  }
  EXPECT_NEAR(sum / all, .08, 1e-6);
}

}  // namespace
}  // namespace clewline::learning
