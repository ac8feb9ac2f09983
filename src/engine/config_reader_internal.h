#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/workspace_config.h"

namespace clewline::engine {

/// Collects what reading one file finds: faults with line and column, settings with their origin.
class ConfigFile {
 public:
  ConfigFile(std::string name, ConfigReading& reading)
      : name_(std::move(name)), reading_(reading) {}

  /// Parses text; null node (and a fault) when it is not YAML.
  YAML::Node parse(const std::string& text);
  void fault(const YAML::Mark& mark, std::string message, std::string hint);
  /// Notes a setting; `node` undefined means the default holds.
  void setting(std::string path, std::string value, const YAML::Node& node);

 private:
  std::string name_;
  ConfigReading& reading_;
};

/// Reads one mapping key by key. Each accessor takes the key off the list of unknown ones, keeps
/// the target's default when the key is absent, and reports a wrong type or range; `finish` reports
/// what nobody asked for.
class MapReader {
 public:
  MapReader(ConfigFile& file, const YAML::Node& node, std::string path);

  void duration(const std::string& key, std::int64_t& target, std::int64_t least = 0);
  void count(const std::string& key, std::uint32_t& target, std::uint32_t least,
             std::uint32_t greatest);
  void number(const std::string& key, double& target, double least, double greatest);
  void flag(const std::string& key, bool& target);
  void text(const std::string& key, std::string& target);
  void texts(const std::string& key, std::vector<std::string>& target);
  /// A name out of a closed list; `index` is the position of the default and of what was read.
  void choice(const std::string& key, std::span<const std::string_view> names, std::size_t& index);
  /// Returns a nested mapping (empty when absent).
  MapReader map(const std::string& key);
  /// Calls `item` with a reader for each mapping of a list; returns whether the key is there.
  bool list(const std::string& key, const std::function<void(MapReader&)>& item);
  /// Returns the keys in file order, for mappings whose keys are data; each still has to be read.
  std::vector<std::string> keys() const;
  bool has(const std::string& key) const;
  YAML::Mark mark_of(const std::string& key) const;
  /// Requires a key to be there.
  void require(const std::string& key);
  void fault(const std::string& key, std::string message, std::string hint);
  /// Reports keys that no accessor asked for.
  void finish();

  const std::string& path() const { return path_; }

 private:
  YAML::Node take(const std::string& key);
  std::string full(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
  /// A key's node, and its text where it is a scalar.
  struct Found {
    YAML::Node node;
    std::optional<std::string> text;
  };
  /// Looks a scalar up; a node of another type is a fault.
  Found scalar(const std::string& key, std::string_view wanted);

  ConfigFile& file_;
  YAML::Node node_;
  std::string path_;
  std::set<std::string> asked_;
};

/// Reads a YAML file that is no part of a workspace; returns its text. Errors: `not_found` with the
/// hint, `bad_input` with line and column of the first fault.
Result<std::string> read_yaml_file(const std::string& path, std::string hint_if_absent,
                                   const std::function<void(MapReader&)>& read);

/// Reads what counting.yaml says for insights.
void read_insight_settings(MapReader& reader, InsightConfig& insights);
/// Of these what sequences, funnels and frequent patterns go by.
void read_sequence_settings(MapReader& reader, InsightConfig& insights);

/// One reader a file; each starts from the defaults in the reading's config.
void read_workspace_yaml(MapReader& reader, ConfigReading& reading);
void read_kinds_yaml(MapReader& reader, ConfigReading& reading);
void read_linking_yaml(MapReader& reader, ConfigReading& reading);
void read_intents_yaml(MapReader& reader, ConfigReading& reading);
void read_counting_yaml(MapReader& reader, ConfigReading& reading);

/// Reads what `counting.yaml` says of value, tiers and groups.
void read_tier_settings(MapReader& counting, TiersConfig& config);

}  // namespace clewline::engine
