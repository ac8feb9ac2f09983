#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace clewline::engine {

/// How often computed tiers are set anew; dates of the workspace's zone.
enum class TierEvery : std::uint8_t { day, week, month, quarter, year };
inline constexpr std::string_view kTierEveryNames[] = {"day", "week", "month", "quarter", "year"};

/// What a customer is worth. Nothing is computed while `from` is nothing.
struct ValueSetting {
  enum class From : std::uint8_t { nothing, amounts, profile };
  From from = From::nothing;
  std::vector<std::string> kinds = {};  // amounts: kinds of amounts that are added
  std::vector<std::string> minus = {};  // amounts: kinds that are taken off
  std::string currency = {};            // amounts: others do not count; empty: amounts without one
  std::int64_t period_us = 0;           // amounts: how far back from the date
  std::string field = {};               // profile: field of the customer record
  std::string source = {};              // profile: source of the record; empty: any
  TierEvery every = TierEvery::month;
};

/// Where a customer's tier is from.
struct TierSetting {
  enum class From : std::uint8_t { nothing, value, profile, table };
  From from = From::nothing;
  std::array<std::string, 3> names = {"top", "next", "last"};  // value
  std::array<std::uint32_t, 2> shares_percent = {80, 10};      // value: the rest is the last tier
  std::string field = {};   // profile: field of the customer record
  std::string source = {};  // profile: source of the record; empty: any
  std::string table = {};   // table: reference table
  std::string key = {};     // table: identifier kind of its keys
  std::string column = {};  // table: column with the tier
};

/// Customers that belong together: an account, a household.
struct GroupSetting {
  enum class From : std::uint8_t { profile, identifier, table };
  std::string name = {};
  From from = From::profile;
  std::vector<std::string> fields = {};  // profile: equal in all of them
  std::string source = {};               // profile: source of the record; empty: any
  std::string kind = {};                 // identifier: shared value of this kind
  std::string table = {};                // table: reference table
  std::string key = {};                  // table: identifier kind of its keys
  std::string column = {};               // table: column with the group
};

/// Everything that `counting.yaml` says of value, tiers and groups.
struct TiersConfig {
  ValueSetting value;
  TierSetting tier;
  std::vector<GroupSetting> groups;
};

}  // namespace clewline::engine
