#include "identity/resolve.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "base/parallel.h"
#include "identity/customers_internal.h"

namespace clewline::identity {
namespace {

constexpr std::size_t kBlock = 16384;

std::string name_of(const Sightings& sightings, Node node) {
  return std::string(sightings.kind_row(node).name) + ":" + std::string(sightings.value_of(node));
}

std::string refusal(const Sightings& sightings, const AnchorEdge& edge) {
  switch (edge.outcome) {
    case AnchorEdge::Outcome::joined:
    case AnchorEdge::Outcome::redundant: return {};
    case AnchorEdge::Outcome::unlinked: return "unlink";
    case AnchorEdge::Outcome::exclusive:
      return "exclusive kind: " + name_of(sightings, edge.against_a) + " and " +
             name_of(sightings, edge.against_b);
    case AnchorEdge::Outcome::forbidden:
      return "forbid: " + name_of(sightings, edge.against_a) + " and " +
             name_of(sightings, edge.against_b);
  }
  return {};
}

std::vector<IdentityEdge> write_edges(const Resolution& resolution) {
  const Sightings& sightings = resolution.sightings;
  std::vector<IdentityEdge> edges;
  edges.reserve(resolution.anchored.edges.size());
  for (const AnchorEdge& edge : resolution.anchored.edges) {
    IdentityEdge& row = edges.emplace_back();
    row.kind_a = static_cast<IdentifierKind>(sightings.nodes.at(edge.a).space);
    row.value_a = sightings.nodes.at(edge.a).value;
    row.kind_b = static_cast<IdentifierKind>(sightings.nodes.at(edge.b).space);
    row.value_b = sightings.nodes.at(edge.b).value;
    row.rule = edge.asserted ? "assertion" : edge.matched ? "profile_match" : "sighting";
    row.probability = edge.probability;
    row.assurance = edge.assurance;
    row.records = edge.records;
    row.first_at = edge.first_at;
    row.last_at = edge.last_at;
    row.refused_because = refusal(sightings, edge);
    row.accepted = row.refused_because.empty();
  }
  return edges;
}

/// One row for each day on which an event holds the value and the value is a hub.
std::vector<HubDay> write_hubs(const Resolution& resolution) {
  static constexpr const char* kReasons[] = {"guard", "busy", "overlap"};
  const Sightings& sightings = resolution.sightings;
  std::vector<HubDay> hubs;
  std::vector<Node> values;
  for (Node node = 0; node < sightings.nodes.size(); ++node) {
    if (resolution.hubs.is_ever_hub(node)) values.push_back(node);
  }
  std::sort(values.begin(), values.end(), [&](Node a, Node b) { return sightings.key_less(a, b); });
  for (const Node value : values) {
    const auto kind = static_cast<IdentifierKind>(sightings.nodes.at(value).space);
    const std::size_t begin = hubs.size();
    for (const Rank rank : sightings.value_holders.of(value)) {
      const std::int32_t day = sightings.day[rank];
      if (hubs.size() > begin && hubs.back().day == day) continue;
      const HubSpan* span = resolution.hubs.span(value, day);
      if (span != nullptr)
        hubs.push_back({kind, sightings.nodes.at(value).value, day,
                        kReasons[static_cast<std::size_t>(span->reason)]});
    }
  }
  return hubs;
}

void write_events(const Resolution& resolution, const Customers& customers, int threads,
                  IdentityResult& result) {
  const Sightings& sightings = resolution.sightings;
  const Attribution& attribution = resolution.attribution;
  const std::size_t count = sightings.event_count();
  result.customer_of_event.resize(count);
  result.step_of_event.resize(count);
  result.evidence_of_event.resize(count);
  for_each_block(threads, count, kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t rank = begin; rank < end; ++rank) {
      const std::uint32_t event = sightings.event[rank];
      result.customer_of_event[event] = customers.of_event[rank];
      result.step_of_event[event] = attribution.step[rank];
      const bool by_event =
          attribution.evidence[rank] != kNoIndex && !attribution.by_standing[rank];
      result.evidence_of_event[event] =
          by_event ? sightings.event[attribution.evidence[rank]] : kNoIndex;
    }
  });
}

}  // namespace

Result<Resolution> resolve_sightings(const LinkInput& input, const LinkingConfig& config,
                                     const ResolveOptions& options) {
  CLEW_TRY(Sightings sightings, build_sightings(input, config, options));
  Resolution resolution;
  resolution.sightings = std::move(sightings);
  resolution.hubs = Hubs::find(resolution.sightings, options.threads);
  resolution.anchored = build_anchored_customers(resolution.sightings, options.threads);
  resolution.attribution =
      attribute_events(resolution.sightings, resolution.anchored, resolution.hubs, options.threads);
  return resolution;
}

Result<IdentityResult> resolve(const LinkInput& input, const LinkingConfig& config,
                               std::string_view workspace_key, const ResolveOptions& options) {
  if (workspace_key.empty()) {
    return Error{
        ErrorCode::usage, "identity: the workspace has no key for customer ids",
        "Make the workspace with `clewline init`, or take over a key with `init --key-from`."};
  }
  CLEW_TRY(const Resolution resolution, resolve_sightings(input, config, options));
  Customers customers = name_customers(resolution, workspace_key, options.threads);
  IdentityResult result;
  write_events(resolution, customers, options.threads, result);
  result.edges = write_edges(resolution);
  result.hubs = write_hubs(resolution);
  result.hub_keys = resolution.sightings.hub_keys;
  result.alias_rows = list_aliases(resolution, customers, options);
  result.customers = std::move(customers.customers);
  result.record_names_missing =
      std::any_of(result.customers.begin(), result.customers.end(), [](const LinkedCustomer& item) {
        return item.named_by == AliasName::record && item.naming_value == 0;
      });
  if (options.alias_names) {
    result.aliases.reserve(result.alias_rows.size());
    for (const CustomerAliasRow& row : result.alias_rows)
      result.aliases.push_back(describe_alias(input, config, row));
  }
  return result;
}

}  // namespace clewline::identity
