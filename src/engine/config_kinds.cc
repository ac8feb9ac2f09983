#include <limits>

#include "engine/config_reader_internal.h"
#include "text/zone.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kClassNames[] = {"anchor", "shareable", "never"};

bool is_region(std::string_view region) {
  return region.empty() || (region.size() == 2 && region[0] >= 'A' && region[0] <= 'Z' &&
                            region[1] >= 'A' && region[1] <= 'Z');
}

void read_kind(MapReader& kind, IdentifierKindRow& row) {
  auto kind_class = static_cast<std::size_t>(row.kind_class);
  kind.choice("class", kClassNames, kind_class);
  row.kind_class = static_cast<KindClass>(kind_class);
  kind.flag("exclusive", row.exclusive);
  std::uint32_t priority = row.priority;
  kind.count("priority", priority, 1, std::numeric_limits<std::uint8_t>::max());
  row.priority = static_cast<std::uint8_t>(priority);
  kind.duration("ttl", row.ttl_us);
  kind.count("hub_guard", row.hub_guard, 0, 1'000'000);
  if (row.kind_class == KindClass::shareable && row.ttl_us == 0) {
    kind.fault("class", "`" + kind.path() + "` is shareable but has no ttl",
               "say how long a sighting speaks for the person, e.g. `ttl: 365 d`");
  }
  kind.finish();
}

}  // namespace

void read_workspace_yaml(MapReader& reader, ConfigReading& reading) {
  WorkspaceConfig& config = reading.config;
  reader.require("zone");
  reader.text("zone", config.zone);
  if (const auto zone = text::Zone::find(config.zone); !zone.ok()) {
    reader.fault("zone", zone.error().message, zone.error().hint);
  }
  reader.text("region", config.region);
  if (!is_region(config.region)) {
    reader.fault("region", "`region` must be two capital letters, found `" + config.region + "`",
                 "write the country of national phone numbers, e.g. DE");
  }
  reader.finish();
  config.linking.zone = config.zone;
}

void read_kinds_yaml(MapReader& reader, ConfigReading& reading) {
  MapReader kinds = reader.map("kinds");
  for (IdentifierKindRow& row : reading.config.linking.kinds) {
    MapReader kind = kinds.map(std::string(row.name));
    read_kind(kind, row);
  }
  kinds.finish();
  reader.finish();
}

}  // namespace clewline::engine
