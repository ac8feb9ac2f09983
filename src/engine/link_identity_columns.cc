#include <vector>

#include "engine/link_columns_internal.h"
#include "engine/link_gather_internal.h"
#include "identity/resolve.h"
#include "model/identifier_kinds.h"

namespace clewline::engine {
namespace {

std::string_view kind_name(IdentifierKind kind) { return identifier_kinds()[kind].name; }

std::vector<const IdentityEdge*> edges_of(const LinkTables& tables, bool accepted) {
  std::vector<const IdentityEdge*> edges;
  for (const IdentityEdge& edge : tables.identity.edges) {
    if (edge.accepted == accepted) edges.push_back(&edge);
  }
  return edges;
}

std::string_view naming_kind(const LinkedCustomer& customer) {
  switch (customer.named_by) {
    case AliasName::identifier: return kind_name(customer.naming_kind);
    case AliasName::session: return "session";
    case AliasName::chain: return "chain";
    case AliasName::record: return "record";
  }
  return "record";
}

void customer_columns(BlockColumns& block, const LinkTables& tables) {
  const auto& customers = tables.identity.customers;
  block.ids([&](std::size_t row) { return customers[row].customer_id; });
  block.flags([&](std::size_t row) { return customers[row].identified; });
  block.texts([&](std::size_t row) { return naming_kind(customers[row]); });
  block.strings(tables.input.strings, [&](std::size_t row) { return customers[row].naming_value; });
}

/// Aliases are written out block by block: there is one for every identifier, session and record.
void alias_columns(BlockColumns& block, const LinkTables& tables) {
  for (std::size_t row = block.first(); row < block.last(); ++row) {
    block.aliases.push_back(
        identity::describe_alias(tables.input, tables.config, tables.identity.alias_rows[row]));
  }
  const auto alias = [&block](std::size_t row) -> const CustomerAlias& {
    return block.aliases[row - block.first()];
  };
  block.texts([&](std::size_t row) { return std::string_view(alias(row).name_kind); });
  block.texts([&](std::size_t row) { return std::string_view(alias(row).name); });
  block.ids(
      [&](std::size_t row) { return tables.identity.customers[alias(row).customer].customer_id; });
  block.times([&](std::size_t row) { return alias(row).first_at; });
  block.times([&](std::size_t row) { return alias(row).last_at; });
  block.flags([&](std::size_t row) { return alias(row).current; });
}

void edge_columns(BlockColumns& block, const LinkTables& tables, bool accepted) {
  block.edges = edges_of(tables, accepted);
  const auto& edges = block.edges;
  const StringTable& strings = tables.input.strings;
  block.texts([&](std::size_t row) { return kind_name(edges[row]->kind_a); });
  block.strings(strings, [&](std::size_t row) { return edges[row]->value_a; });
  block.texts([&](std::size_t row) { return kind_name(edges[row]->kind_b); });
  block.strings(strings, [&](std::size_t row) { return edges[row]->value_b; });
  block.texts([&](std::size_t row) {
    return std::string_view(accepted ? edges[row]->rule : edges[row]->refused_because);
  });
  block.names<Assurance>([&](std::size_t row) { return edges[row]->assurance; });
  if (accepted) block.reals([&](std::size_t row) { return edges[row]->probability; });
  block.numbers([&](std::size_t row) { return edges[row]->records; });
  block.times([&](std::size_t row) { return edges[row]->first_at; });
  block.times([&](std::size_t row) { return edges[row]->last_at; });
}

void hub_columns(BlockColumns& block, const LinkTables& tables) {
  const auto& hubs = tables.identity.hubs;
  block.texts([&](std::size_t row) { return kind_name(hubs[row].kind); });
  block.strings(tables.input.strings, [&](std::size_t row) { return hubs[row].value; });
  block.numbers([&](std::size_t row) { return hubs[row].day; });
  block.texts([&](std::size_t row) { return std::string_view(hubs[row].reason); });
}

}  // namespace

void collect_identity_rows(BlockColumns& block, const LinkTables& tables, std::string_view table) {
  if (table == "customers") return customer_columns(block, tables);
  if (table == "customer_aliases") return alias_columns(block, tables);
  if (table == "identity_links") return edge_columns(block, tables, true);
  if (table == "identity_conflicts") return edge_columns(block, tables, false);
  hub_columns(block, tables);
}

std::size_t identity_rows(const LinkTables& tables, std::string_view table) {
  if (table == "customers") return tables.identity.customers.size();
  if (table == "customer_aliases") return tables.identity.alias_rows.size();
  if (table == "identity_links") return edges_of(tables, true).size();
  if (table == "identity_conflicts") return edges_of(tables, false).size();
  return tables.identity.hubs.size();
}

}  // namespace clewline::engine
