#include "engine/event_type_table.h"

#include <string>

#include "model/event_types.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kLegNames[] = {"inside", "opens", "closes"};

std::string row_sql(const EventTypeRow& row) {
  const auto text = [](std::string_view value) { return store::quote_literal(value); };
  const std::string system = row.system_by_channel ? "NULL" : text(enum_name(row.system));
  return "(" + text(row.name) + ", " + text(enum_name(row.actor)) + ", " + system + ", " +
         text(enum_name(row.role)) + ", " + text(enum_name(row.presence)) + ", " +
         text(kLegNames[static_cast<std::size_t>(row.leg)]) + ", " + std::to_string(row.rank) +
         ", " + (row.in_tree ? "true" : "false") + ", " + text(row.meaning) + ")";
}

}  // namespace

Status store_event_types(store::Connection& connection) {
  std::string values;
  for (const EventTypeRow& row : event_types())
    values += (values.empty() ? "" : ", ") + row_sql(row);
  const std::string listed = "(VALUES " + values + ")";
  CLEW_TRY(
      const std::int64_t differing,
      connection.query_int64("SELECT count(*) FROM ((FROM store.event_types EXCEPT FROM " + listed +
                             ") UNION ALL (FROM " + listed + " EXCEPT FROM store.event_types))"));
  if (differing == 0) return {};
  CLEW_TRY(auto transaction, store::Transaction::begin(connection));
  CLEW_TRY_VOID(connection.execute("DELETE FROM store.event_types"));
  CLEW_TRY_VOID(connection.execute("INSERT INTO store.event_types FROM " + listed));
  return transaction.commit();
}

}  // namespace clewline::engine
