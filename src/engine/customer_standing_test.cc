#include "engine/customer_standing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include "engine/tier_dates.h"
#include "store/migrations.h"

namespace clewline::engine {
namespace {

constexpr TimeUs kFrom = 1'767'225'600'000'000;  // 2026-01-01
constexpr TimeUs kAsOf = kFrom + 200 * kUsPerDay;

struct Amount {
  int customer = 0;
  TimeUs at = 0;
  std::int64_t cents = 0;  // what is taken off is negative
};

struct Standing {
  std::string tier;
  std::string reason;
  std::int64_t cents = 0;
  auto operator<=>(const Standing&) const = default;
};

LinkSettings settings_of(std::int64_t period_us) {
  LinkSettings settings;
  settings.tiers.value = {.from = ValueSetting::From::amounts,
                          .kinds = {"order_total"},
                          .minus = {"refund"},
                          .currency = "EUR",
                          .period_us = period_us,
                          .every = TierEvery::month};
  settings.tiers.tier.from = TierSetting::From::value;
  return settings;
}

Id128 id_of(int customer) { return *Id128::from_hex(fmt::format("{:032x}", customer + 1)); }

/// The definition of docs/methods/tiers.md, word by word, on one date.
std::map<int, Standing> by_definition(const std::vector<Amount>& amounts, int customers,
                                      TimeUs date, std::int64_t period_us) {
  std::map<int, std::int64_t> values;
  for (const Amount& amount : amounts) {
    if (date - period_us <= amount.at && amount.at < date) values[amount.customer] += amount.cents;
  }
  std::int64_t total = 0;
  for (const auto& [customer, value] : values) total += std::max<std::int64_t>(value, 0);
  std::map<int, Standing> out;
  for (int customer = 0; customer < customers; ++customer) {
    const auto own = values.find(customer);
    if (own == values.end()) {
      out[customer] = {"none", "no value in the period", 0};
      continue;
    }
    const std::int64_t value = own->second;
    std::int64_t above = 0;
    for (const auto& [other, theirs] : values) above += theirs > value && theirs > 0 ? theirs : 0;
    const char* tier = 100 * above < 80 * total   ? "top"
                       : 100 * above < 90 * total ? "next"
                                                  : "last";
    if (value > 0) {
      out[customer] = {tier, "", value};
    } else {
      out[customer] = {"none", value == 0 ? "the value is zero" : "the value is negative", value};
    }
  }
  return out;
}

std::vector<Amount> random_amounts(std::mt19937_64& random, int customers) {
  std::vector<Amount> amounts(random() % 120 + 1);
  for (Amount& amount : amounts) {
    amount.customer = static_cast<int>(random() % static_cast<std::uint64_t>(customers));
    amount.at = kFrom + static_cast<TimeUs>(random() % 200) * kUsPerDay;  // often on a date itself
    amount.cents = static_cast<std::int64_t>(random() % 6) * 500 - (random() % 4 == 0 ? 1000 : 0);
  }
  return amounts;
}

void insert(store::Connection& connection, const std::vector<Amount>& amounts, int customers) {
  std::string sql = "INSERT INTO store.customers BY NAME SELECT unnest([";
  for (int customer = 0; customer < customers; ++customer)
    sql += fmt::format("'{}', ", id_of(customer).to_hex());
  sql +=
      "])::UUID AS customer_id, true AS identified; CREATE TEMP TABLE given(event_id UUID, "
      "customer_id UUID, moment BIGINT, cents BIGINT); INSERT INTO given VALUES ";
  int number = 1000;
  for (const Amount& amount : amounts)
    sql += fmt::format("('{}', '{}', {}, {}), ", id_of(number++).to_hex(),
                       id_of(amount.customer).to_hex(), amount.at, amount.cents);
  sql +=
      "; INSERT INTO store.events BY NAME SELECT event_id, make_timestamptz(moment) AS "
      "occurred_at, (abs(cents) / 100.0)::DECIMAL(18, 4) AS amount, CASE WHEN cents < 0 THEN "
      "'refund' ELSE 'order_total' END AS amount_kind, 'EUR' AS currency FROM given; INSERT INTO "
      "store.event_places BY NAME SELECT event_id, customer_id FROM given";
  const auto inserted = connection.execute(sql);
  ASSERT_TRUE(inserted.ok()) << describe(inserted.error());
}

// Every customer stands in exactly one row at any moment.
constexpr std::string_view kNoPartition =
    "SELECT count(*) FROM (SELECT customer_id, valid_from, lag(valid_to) OVER w AS before, "
    "row_number() OVER w AS place, valid_to, count(*) OVER (PARTITION BY customer_id) AS rows FROM "
    "store.customer_tiers WINDOW w AS (PARTITION BY customer_id ORDER BY valid_from NULLS FIRST)) "
    "WHERE (place = 1) <> (valid_from IS NULL) OR (place = rows) <> (valid_to IS NULL) OR (place > "
    "1 AND before <> valid_from)";

TEST(CustomerStanding, TiersAreThoseOfTheDefinitionOnEveryDate) {
  const text::Zone& zone = *text::Zone::find("UTC").value();
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const int customers = 1 + static_cast<int>(random() % 12);
    const std::int64_t period_us = static_cast<std::int64_t>(random() % 90 + 1) * kUsPerDay;
    const auto amounts = random_amounts(random, customers);
    auto database = store::Database::open(":memory:").value();
    auto connection = database.connect().value();
    ASSERT_TRUE(store::migrate(connection).ok());
    insert(connection, amounts, customers);
    const Status stored =
        store_customer_standing(connection, settings_of(period_us), std::optional(kAsOf));
    ASSERT_TRUE(stored.ok()) << describe(stored.error());
    EXPECT_EQ(connection.query_int64(kNoPartition).value(), 0);
    EXPECT_EQ(connection.query_int64("SELECT count(DISTINCT customer_id) FROM store.customer_tiers")
                  .value(),
              customers);
    const TimeUs first = std::ranges::min_element(amounts, {}, &Amount::at)->at;
    for (const TimeUs date : tier_dates(zone, TierEvery::month, first, kAsOf)) {
      const auto expected = by_definition(amounts, customers, date, period_us);
      const auto rows = connection.query_rows(
          "SELECT tier, coalesce(reason, ''), coalesce(value * 100, 0)::BIGINT FROM "
          "store.customer_tiers WHERE (valid_from IS NULL OR valid_from <= $1) AND (valid_to IS "
          "NULL "
          "OR valid_to > $1) ORDER BY customer_id",
          {store::TimeValue{date}});
      ASSERT_TRUE(rows.ok()) << describe(rows.error());
      ASSERT_EQ(rows->size(), expected.size());
      for (const auto& [customer, standing] : expected) {
        const auto& row = (*rows)[static_cast<std::size_t>(customer)];
        const Standing found{std::get<std::string>(row[0]), std::get<std::string>(row[1]),
                             std::get<std::int64_t>(row[2])};
        EXPECT_EQ(found.tier, standing.tier) << format_utc(date) << " customer " << customer;
        EXPECT_EQ(found.reason, standing.reason) << format_utc(date) << " customer " << customer;
        EXPECT_EQ(found.cents, standing.cents) << format_utc(date) << " customer " << customer;
        ++seen[standing.tier + " " + standing.reason];
      }
    }
  }
  for (const char* met : {"top ", "next ", "last ", "none the value is zero",
                          "none the value is negative", "none no value in the period"})
    EXPECT_GT(seen[met], 0) << "never met: " << met;
}

}  // namespace
}  // namespace clewline::engine
