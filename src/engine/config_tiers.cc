#include <algorithm>

#include "engine/closest_name.h"
#include "engine/config_reader_internal.h"
#include "model/identifier_kinds.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kValueFrom[] = {"nothing", "amounts", "profile"};
constexpr std::string_view kTierFrom[] = {"nothing", "value", "profile", "table"};
constexpr std::string_view kGroupFrom[] = {"profile", "identifier", "table"};

template <typename Enum>
void read_choice(MapReader& reader, const char* key, std::span<const std::string_view> names,
                 Enum& target) {
  auto index = static_cast<std::size_t>(target);
  reader.choice(key, names, index);
  target = static_cast<Enum>(index);
}

void read_kind(MapReader& reader, const char* key, std::string& target) {
  reader.text(key, target);
  if (target.empty() || find_identifier_kind(target)) return;
  std::vector<std::string> known;
  for (const IdentifierKindRow& row : LinkingConfig::default_kinds()) known.emplace_back(row.name);
  reader.fault(key, "`" + target + "` is no kind of identifier",
               did_you_mean(target, known, "config/kinds.yaml lists them"));
}

void require(MapReader& reader, std::initializer_list<const char*> keys) {
  for (const char* key : keys) reader.require(key);
}

// Only the settings that go with `from` are known; those it cannot do without are required.
void read_value(MapReader value, ValueSetting& target) {
  value.require("from");
  read_choice(value, "from", kValueFrom, target.from);
  if (target.from == ValueSetting::From::amounts) {
    require(value, {"kinds", "currency", "period"});
    value.texts("kinds", target.kinds);
    value.texts("minus", target.minus);
    value.text("currency", target.currency);
    value.duration("period", target.period_us, kUsPerDay);
  }
  if (target.from == ValueSetting::From::profile) {
    require(value, {"field"});
    value.text("field", target.field);
    value.text("source", target.source);
  }
  if (target.from != ValueSetting::From::nothing) {
    require(value, {"every"});
    read_choice(value, "every", kTierEveryNames, target.every);
  }
  value.finish();
}

void read_computed(MapReader& tiers, TierSetting& target, bool value_is_set) {
  std::vector<std::string> names(target.names.begin(), target.names.end());
  tiers.texts("names", names);
  if (names.size() == target.names.size()) {
    std::copy(names.begin(), names.end(), target.names.begin());
  } else {
    tiers.fault("names", "`names` wants three names", "e.g. names: [top, next, last]");
  }
  tiers.count("top_percent", target.shares_percent[0], 1, 100);
  tiers.count("next_percent", target.shares_percent[1], 0, 99);
  if (target.shares_percent[0] + target.shares_percent[1] > 100)
    tiers.fault("next_percent", "top_percent and next_percent are more than 100 together",
                "e.g. 80 and 10: the last tier has the rest");
  if (!value_is_set)
    tiers.fault("from", "tiers are to be computed and no value is set",
                "add `value: {from: amounts, …}`; `clewline tiers` shows what there is");
}

void read_table(MapReader& reader, std::string& table, std::string& key, std::string& column) {
  require(reader, {"table", "key", "column"});
  reader.text("table", table);
  read_kind(reader, "key", key);
  reader.text("column", column);
}

void read_tier(MapReader tiers, TiersConfig& config) {
  TierSetting& target = config.tier;
  tiers.require("from");
  read_choice(tiers, "from", kTierFrom, target.from);
  if (target.from == TierSetting::From::value)
    read_computed(tiers, target, config.value.from != ValueSetting::From::nothing);
  if (target.from == TierSetting::From::profile) {
    require(tiers, {"field"});
    tiers.text("field", target.field);
    tiers.text("source", target.source);
  }
  if (target.from == TierSetting::From::table)
    read_table(tiers, target.table, target.key, target.column);
  tiers.finish();
}

void read_group(MapReader& item, TiersConfig& config) {
  GroupSetting group;
  require(item, {"name", "from"});
  item.text("name", group.name);
  read_choice(item, "from", kGroupFrom, group.from);
  if (group.from == GroupSetting::From::profile) {
    require(item, {"fields"});
    item.texts("fields", group.fields);
    item.text("source", group.source);
  }
  if (group.from == GroupSetting::From::identifier) {
    require(item, {"kind"});
    read_kind(item, "kind", group.kind);
  }
  if (group.from == GroupSetting::From::table)
    read_table(item, group.table, group.key, group.column);
  const bool twice = std::ranges::any_of(
      config.groups, [&](const GroupSetting& other) { return other.name == group.name; });
  if (twice)
    item.fault("name", "two groups are named `" + group.name + "`", "give each its own name");
  config.groups.push_back(std::move(group));
}

}  // namespace

void read_tier_settings(MapReader& counting, TiersConfig& config) {
  if (counting.has("value")) read_value(counting.map("value"), config.value);
  if (counting.has("tiers")) read_tier(counting.map("tiers"), config);
  counting.list("groups", [&](MapReader& item) { read_group(item, config); });
}

}  // namespace clewline::engine
