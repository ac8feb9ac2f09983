#include "insights/effort/effort_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/random.h"

namespace clewline::insights {
namespace {

constexpr std::size_t kWidth = 3;

struct Drawn {
  std::vector<EffortUnit> units;
  std::vector<double> parts;
};

double logistic(double z) { return 1 / (1 + std::exp(-z)); }

// Contacts whose first two parts make customers come back; the third is noise.
Drawn draw(int customers, int each) {
  std::mt19937_64 random(17);
  Drawn out;
  for (int i = 0; i < customers * each; ++i) {
    EffortUnit unit;
    unit.at_days = 60.0 * i / (customers * each);
    unit.customer = static_cast<std::uint32_t>(random() % static_cast<unsigned>(customers));
    double z = -1.5;
    for (std::size_t p = 0; p < kWidth; ++p) {
      const double part = std::floor(3 * unit_interval(random()));
      out.parts.push_back(part);
      if (p < 2) z += (p == 0 ? 1.0 : .5) * part;
      unit.index += part;
    }
    unit.length = unit_interval(random());
    unit.repeated = unit_interval(random()) < logistic(z) ? Fate::yes : Fate::no;
    if (unit.at_days > 53) unit.repeated = Fate::unknown;
    if (i % 10 == 0) {
      const double worse = logistic(z + 1.5 * (unit_interval(random()) - .5));
      unit.survey = static_cast<std::uint8_t>(10 - std::lround(10 * worse));
    }
    out.units.push_back(unit);
  }
  return out;
}

TEST(EffortModel, FindsWhatBringsCustomersBack) {
  const Drawn drawn = draw(1500, 5);
  const auto fit = fit_effort(drawn.units, drawn.parts, kWidth, {});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->parts[0].coefficient, 1, .15);
  EXPECT_NEAR(fit->parts[1].coefficient, .5, .15);
  EXPECT_NEAR(fit->parts[2].coefficient, 0, .15);
  EXPECT_TRUE(fit->parts[0].as_expected);
  EXPECT_NEAR(fit->calibration_slope, 1, .1);
  ASSERT_TRUE(fit->out_of_time);
  EXPECT_GT(fit->out_of_time->value, .7);
  EXPECT_NEAR(fit->out_of_time->value, fit->across_customers->value, .06);
  // Units that were not followed are scored, not counted.
  EXPECT_LT(fit->units, drawn.units.size());
  EXPECT_EQ(fit->held_out.size(), drawn.units.size());
}

TEST(EffortModel, OfNoiseForetellsNothing) {
  Drawn drawn = draw(1500, 5);
  std::mt19937_64 random(23);
  for (double& part : drawn.parts) part = unit_interval(random());
  const auto fit = fit_effort(drawn.units, drawn.parts, kWidth, {});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->across_customers->value, .5, 3 * fit->across_customers->error);
  EXPECT_LT(fit->across_customers->value, .53);
}

TEST(EffortModel, OfSurveysIsFittedToTheAnswers) {
  const Drawn drawn = draw(3000, 5);
  FitOptions options;
  options.basis = EffortBasis::survey;
  const auto fit = fit_effort(drawn.units, drawn.parts, kWidth, options);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->units, 1500U);
  EXPECT_GT(fit->parts[0].coefficient, fit->parts[1].coefficient);
  EXPECT_GT(fit->parts[1].coefficient, 3 * fit->parts[1].error);
  EXPECT_LT(std::abs(fit->parts[2].coefficient), 4 * fit->parts[2].error);
  EXPECT_NEAR(fit->calibration_slope, 1, .1);
}

TEST(EffortModel, ForetellsByTheScoreAlone) {
  const Drawn drawn = draw(500, 5);
  std::vector<double> index;
  std::vector<double> length;
  for (const EffortUnit& unit : drawn.units) {
    index.push_back(unit.index);
    length.push_back(unit.length);
  }
  EXPECT_GT(foretells(drawn.units, index, &EffortUnit::repeated)->value, .65);
  EXPECT_NEAR(foretells(drawn.units, length, &EffortUnit::repeated)->value, .5, .06);
  EXPECT_FALSE(foretells(drawn.units, length, &EffortUnit::cancelled));
}

TEST(EffortModel, SaysNothingWhenAllCameToTheSame) {
  Drawn drawn = draw(50, 3);
  for (EffortUnit& unit : drawn.units) unit.repeated = Fate::no;
  EXPECT_FALSE(fit_effort(drawn.units, drawn.parts, kWidth, {}));
  EXPECT_FALSE(fit_effort({}, {}, kWidth, {}));
}

}  // namespace
}  // namespace clewline::insights
