#include "engine/customer_lookup.h"

#include "engine/closest_name.h"
#include "engine/former_ids.h"
#include "model/identifier_kinds.h"
#include "text/identifier.h"

namespace clewline::engine {
namespace {

using Rows = std::vector<std::vector<store::Cell>>;

Id128 id_of(const store::Cell& cell) {
  const auto* id = std::get_if<Id128>(&cell);
  return id == nullptr ? Id128() : *id;
}

std::string text_of(const store::Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string() : *text;
}

std::string day_of(const store::Cell& cell) {
  const auto* time = std::get_if<store::TimeValue>(&cell);
  return time == nullptr ? "?" : format_utc(time->us).substr(0, 10);
}

Error no_customer(std::string_view name, const Workspace& workspace) {
  return {ErrorCode::not_found, "no customer is called " + std::string(name),
          "name an identifier as kind:value (phone:+4930901820, crm_id:17, email:a@b.example), an "
          "id, or look in `clewline sql -w " +
              workspace.folder() + " \"SELECT * FROM customer_aliases\"`"};
}

// Without a link there are no customers to look for.
Status require_link(const Workspace& workspace, store::Connection& connection) {
  CLEW_TRY(const auto links,
           connection.query_int64("SELECT count(*) FROM store.settings WHERE key = 'config_hash'"));
  if (links > 0) return {};
  return Error{ErrorCode::not_found, workspace.folder() + " is not linked: there are no customers",
               "run `clewline link -w " + workspace.folder() + "`"};
}

FoundCustomer from_aliases(const Rows& rows, std::string kind, std::string name) {
  FoundCustomer found;
  found.customer_id = id_of(rows.front()[0]);
  found.name_kind = std::move(kind);
  found.name = std::move(name);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (id_of(rows[i][0]) == found.customer_id) continue;
    found.others.push_back("c_" + id_of(rows[i][0]).to_hex() + " from " + day_of(rows[i][1]) +
                           " to " + day_of(rows[i][2]));
  }
  return found;
}

Result<FoundCustomer> by_alias(Workspace& workspace, store::Connection& connection,
                               const std::string& kind, const std::string& value) {
  // Names of identifiers are stored; those of sessions, chains and records the view reads off the
  // tree.
  const std::string select =
      find_identifier_kind(kind)
          ? "SELECT customer_id, first_at, last_at FROM store.customer_aliases"
          : "SELECT substr(customer_id, 3)::UUID AS customer_id, first_at, last_at FROM "
            "main.customer_aliases";
  CLEW_TRY(const Rows rows,
           connection.query_rows(select + " WHERE name_kind = $1 AND name = $2 "
                                          "ORDER BY current DESC, last_at DESC, 1",
                                 {std::string_view(kind), std::string_view(value)}));
  if (rows.empty()) return no_customer(kind + ":" + value, workspace);
  return from_aliases(rows, kind, value);
}

Result<FoundCustomer> by_bare_value(Workspace& workspace, store::Connection& connection,
                                    const std::string& value) {
  CLEW_TRY(const Rows rows,
           connection.query_rows("SELECT customer_id, first_at, last_at, name_kind FROM "
                                 "store.customer_aliases WHERE name = $1 AND current "
                                 "ORDER BY name_kind, customer_id",
                                 {std::string_view(value)}));
  if (rows.empty()) return no_customer(value, workspace);
  for (const auto& row : rows) {
    if (id_of(row[0]) == id_of(rows.front()[0])) continue;
    return Error{ErrorCode::usage, value + " means several customers",
                 "say which kind: " + text_of(rows.front()[3]) + ":" + value + " or " +
                     text_of(row[3]) + ":" + value};
  }
  return from_aliases(rows, text_of(rows.front()[3]), value);
}

Result<FoundCustomer> by_place(Workspace& workspace, store::Connection& connection, const Id128& id,
                               std::string_view name) {
  CLEW_TRY(const Rows rows, connection.query_rows("SELECT customer_id FROM store.event_places "
                                                  "WHERE event_id = $1 AND customer_id IS NOT NULL",
                                                  {id}));
  if (rows.empty()) return no_customer(name, workspace);
  return FoundCustomer{id_of(rows.front()[0]), {}, {}, {}, {}};
}

Result<FoundCustomer> by_id(Workspace& workspace, store::Connection& connection,
                            std::string_view name, const Id128& id) {
  CLEW_TRY(const Rows rows,
           connection.query_rows("SELECT customer_id FROM store.customers WHERE customer_id = $1",
                                 {id}));
  if (!rows.empty()) return FoundCustomer{id, {}, {}, {}, {}};
  CLEW_TRY(const auto present, customer_of_former_id(workspace, connection, id));
  if (!present) return no_customer(name, workspace);
  return FoundCustomer{*present, {}, {}, {}, std::string(name)};
}

}  // namespace

std::optional<Id128> parse_unit_id(std::string_view text, std::string_view prefixes) {
  constexpr std::size_t kDigits = 32;
  if (text.size() == kDigits + 2 && text[1] == '_' &&
      prefixes.find(text[0]) != std::string_view::npos)
    text.remove_prefix(2);
  if (text.size() != kDigits) return std::nullopt;
  return Id128::from_hex(text);
}

Result<FoundCustomer> find_customer(Workspace& workspace, store::Connection& connection,
                                    std::string_view name) {
  CLEW_TRY_VOID(require_link(workspace, connection));
  if (const auto id = parse_unit_id(name, "c"); id && name.starts_with("c_"))
    return by_id(workspace, connection, name, *id);
  if (const auto id = parse_unit_id(name, "tig")) return by_place(workspace, connection, *id, name);
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos)
    return by_bare_value(workspace, connection, std::string(name));
  const std::string kind(name.substr(0, colon));
  const std::string_view value = name.substr(colon + 1);
  if (kind == "session" || kind == "chain" || kind == "record")
    return by_alias(workspace, connection, kind, std::string(value));
  if (kind == "event") {
    const auto id = parse_unit_id(value, "");
    if (!id) return no_customer(name, workspace);
    return by_place(workspace, connection, *id, name);
  }
  if (!find_identifier_kind(kind)) {
    std::vector<std::string> kinds = {"session", "chain", "record", "event"};
    for (const IdentifierKindRow& row : identifier_kinds()) kinds.emplace_back(row.name);
    return Error{
        ErrorCode::usage, "there is no identifier kind " + kind,
        did_you_mean(kind, kinds,
                     "kinds: crm_id, account, user_id, loyalty_card, payment_customer, email, "
                     "phone, device, cookie, social, address; also session, chain, record")};
  }
  const text::IdentifierValue normal =
      text::normalise_identifier(kind, value, workspace.config().region);
  return by_alias(workspace, connection, kind,
                  normal.value.empty() ? std::string(value) : normal.value);
}

Result<Id128> find_unit(store::Connection& connection, std::string_view level,
                        std::string_view name) {
  const std::string column = std::string(level) + "_id";
  const auto id = parse_unit_id(name, "tig");
  const Error missing{ErrorCode::not_found,
                      "no " + std::string(level) + " is called " + std::string(name),
                      "use an id as the tables print it (" +
                          std::string(level.substr(0, 1) == "e" ? "g" : level.substr(0, 1)) +
                          "_…), or any event id inside"};
  if (!id) return missing;
  CLEW_TRY(const Rows rows,
           connection.query_rows("SELECT " + column +
                                     " FROM store.event_places WHERE event_id = $1 AND " + column +
                                     " IS NOT NULL",
                                 {*id}));
  if (rows.empty()) return missing;
  return id_of(rows.front()[0]);
}

}  // namespace clewline::engine
