#include "insights/frame/measure_groups.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "base/random.h"

namespace clewline::insights {
namespace {

constexpr Field kFields[] = {{"queue", FieldKind::text, ""}, {"wait", FieldKind::seconds, ""}};

const Question kQuestion = {.name = "test",
                            .question = "?",
                            .definition = "",
                            .limits = "",
                            .unit = "visit",
                            .units = "visits",
                            .fields = kFields};

const Measure kMeasures[] = {
    {"long", MeasureKind::share, "CAST(wait > 5000 AS INTEGER)", "1", ""},
    {"wait", MeasureKind::seconds, "wait", "CASE WHEN wait >= 0 THEN 1 END", ""},
    {"units", MeasureKind::count, "1", "1", ""}};

class Measures : public testing::Test {
 protected:
  Measures() {
    EXPECT_TRUE(connection_.execute(
        "CREATE TABLE visits(unit_id VARCHAR, customer_id VARCHAR, interaction_id VARCHAR, \"at\" "
        "TIMESTAMPTZ, queue VARCHAR, wait BIGINT)"));
    std::mt19937_64 random(3);
    for (int i = 0; i < 3000; ++i) {
      const auto customer = std::to_string(draw_below(random, 200));
      EXPECT_TRUE(
          connection_.execute("INSERT INTO visits VALUES ('t' || $1, 'c' || $2, 'i', TIMESTAMPTZ "
                              "'2024-03-01 10:00:00+00' + to_hours($3), $4, $5)",
                              {static_cast<std::int64_t>(i), std::string_view(customer),
                               static_cast<std::int64_t>(draw_below(random, 500)),
                               std::string_view(draw_below(random, 2) == 0 ? "A" : "B"),
                               static_cast<std::int64_t>(draw_below(random, 10'000)) - 100}));
    }
  }
  Population choose(const Selection& selection) {
    auto chosen = Population::choose(kQuestion, "SELECT * FROM visits", selection, "Europe/Berlin");
    EXPECT_TRUE(chosen) << chosen.error().message;
    return std::move(chosen).value();
  }
  std::vector<MeasureGroup> groups(const Population& population,
                                   const std::vector<std::vector<std::string>>& groupings) {
    auto found = measure(connection_, population, kMeasures, groupings);
    EXPECT_TRUE(found) << found.error().message;
    return std::move(found).value();
  }

  store::Database database_ = std::move(store::Database::open(":memory:")).value();
  store::Connection connection_ = std::move(database_.connect()).value();
};

// The kernel's values are those of the SQL that --explain shows, and its sums over customers those
// of plain C++ over the rows.
TEST_F(Measures, AgreeWithSqlAndWithTheRows) {
  const Population population = choose({.where = "wait < 9s", .from = "2024-03-05"});
  const auto found = groups(population, {{}, {"queue"}});
  ASSERT_EQ(found.size(), 3U);
  for (const MeasureGroup& group : found) {
    auto rows = connection_.query_rows(population.shown(measure_sql(kMeasures, group.fields)));
    ASSERT_TRUE(rows) << rows.error().message;
    const std::size_t row = group.fields.empty() || group.labels[0] == "A" ? 0 : 1;
    for (std::size_t i = 0; i < 2; ++i)
      EXPECT_DOUBLE_EQ(std::get<double>((*rows)[row][group.fields.size() + i]),
                       *group.estimates[i].value);
  }
  auto rows = population.rows(connection_, "SELECT customer_id, wait FROM chosen");
  ASSERT_TRUE(rows);
  std::map<std::string, statistics::ClusterSums> customers;
  for (const auto& row : *rows) {
    statistics::ClusterSums& sums = customers[std::get<std::string>(row[0])];
    const double over = std::get<std::int64_t>(row[1]) > 5000 ? 1 : 0;
    sums.units += 1;
    sums.denominator += 1;
    sums.numerator += over;
    sums.squares += over;
  }
  statistics::RatioSums sums;
  for (const auto& [customer, own] : customers) sums.add(own);
  EXPECT_EQ(*found[0].estimates[2].value, sums.units);
  EXPECT_DOUBLE_EQ(*found[0].estimates[0].value, sums.numerator / sums.units);
  EXPECT_DOUBLE_EQ(found[0].estimates[0].error, statistics::clustered_ratio(sums).error);
  EXPECT_EQ(found[0].estimates[0].customers, static_cast<double>(customers.size()));
}

TEST_F(Measures, SaySoWhenNothingIsThere) {
  const auto counts = choose({.where = "queue = 'C'"}).count(connection_);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->chosen, 0);
  EXPECT_EQ(counts->filtered, 3000);
  EXPECT_TRUE(groups(choose({.where = "queue = 'C'"}), {{"queue"}}).empty());
}

TEST_F(Measures, DaysAreThoseOfTheZone) {
  const auto before = choose({.to = "2024-03-01T11:30"}).count(connection_);
  const auto same = connection_.query_int64(
      "SELECT count(*) FROM visits WHERE \"at\" < TIMESTAMPTZ '2024-03-01 10:30:00+00'");
  ASSERT_TRUE(before && same);
  EXPECT_EQ(before->chosen, *same);
}

TEST(Estimate, SharesStayBetweenNoneAndAll) {
  statistics::RatioSums sums;
  for (int i = 0; i < 20; ++i) sums.add({2, 2, 2, 2});
  const Estimate all = estimate(MeasureKind::share, sums);
  EXPECT_EQ(*all.value, 1);
  ASSERT_TRUE(all.interval);
  EXPECT_EQ(all.interval->high, 1);
  EXPECT_NEAR(all.interval->low, 20 / (20 + 3.841459), 1e-6);
  EXPECT_FALSE(estimate(MeasureKind::share, {}).value.has_value());
}

}  // namespace
}  // namespace clewline::insights
