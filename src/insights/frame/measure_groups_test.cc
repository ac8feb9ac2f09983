#include "insights/frame/measure_groups.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

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
        "CREATE TABLE visits AS SELECT 't' || i AS unit_id, 'c' || hash(i, 1) % 200 AS "
        "customer_id, 'i' AS "
        "interaction_id, TIMESTAMPTZ '2024-03-01 10:00:00+00' + to_hours(CAST(hash(i, 2) % 500 AS "
        "INTEGER)) AS \"at\", CASE WHEN hash(i, 3) % 2 = 0 THEN 'A' ELSE 'B' END AS queue, "
        "CAST(hash(i, 4) % 10000 AS BIGINT) - 100 AS wait FROM range(3000) r(i)"));
  }
  Population choose(const Selection& selection) {
    auto chosen = Population::choose(connection_, kQuestion, "SELECT * FROM visits", selection,
                                     "Europe/Berlin");
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

// The error of a difference is that of the customers' parts in it, also where a customer is on both
// sides.
TEST_F(Measures, DifferencesCountWhoIsOnBothSides) {
  const Selection here{.where = "wait < 8s"};
  const Selection there{.where = "queue = 'A' and wait > 1s"};
  const Population first = choose(here);
  const Population second = choose(there);
  const auto a = groups(first, {{}});
  const auto b = groups(second, {{}});
  auto both = Population::choose(connection_, kQuestion, "SELECT * FROM visits", here,
                                 "Europe/Berlin", &there);
  ASSERT_TRUE(both);
  const auto found = compare(connection_, *both, kMeasures, a[0], b[0]);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_FALSE((*found)[2]);  // counts are not compared
  std::map<std::string, double> influence;
  const auto add = [&](const Population& population, const Estimate& of, double sign) {
    const auto rows = population.rows(connection_, "SELECT customer_id, wait FROM chosen");
    for (const auto& row : *rows)
      influence[std::get<std::string>(row[0])] +=
          sign * ((std::get<std::int64_t>(row[1]) > 5000 ? 1.0 : 0.0) - *of.value) / of.units;
  };
  add(first, a[0].estimates[0], 1);
  add(second, b[0].estimates[0], -1);
  double squares = 0;
  for (const auto& [customer, part] : influence) squares += part * part;
  EXPECT_DOUBLE_EQ((*found)[0]->value, *a[0].estimates[0].value - *b[0].estimates[0].value);
  EXPECT_NEAR((*found)[0]->error, std::sqrt(squares), .01 * std::sqrt(squares));
  EXPECT_GE((*found)[0]->adjusted, (*found)[0]->p_value);
}

TEST_F(Measures, NothingDiffersFromItself) {
  const Selection all;
  auto both = Population::choose(connection_, kQuestion, "SELECT * FROM visits", all, "UTC", &all);
  ASSERT_TRUE(both);
  const auto groups_of_all = groups(choose(all), {{}});
  const auto found = compare(connection_, *both, kMeasures, groups_of_all[0], groups_of_all[0]);
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)[0]->value, 0);
  EXPECT_NEAR((*found)[0]->error, 0, 1e-4);
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
