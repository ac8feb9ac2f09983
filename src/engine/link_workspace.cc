#include "engine/link_workspace.h"

#include <fmt/format.h>

#include <chrono>

#include "engine/link_load.h"
#include "engine/store_link_tables.h"
#include "hierarchy/build_hierarchy.h"
#include "hierarchy/conservation.h"
#include "identity/resolve.h"
#include "text/zone.h"

namespace clewline::engine {
namespace {

class StopWatch {
 public:
  /// Returns the seconds since the last call, or since construction.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

Result<IdentityResult> find_customers(const LinkInput& input, const LinkSettings& settings) {
  CLEW_TRY(const text::Zone* zone, text::Zone::find(settings.linking.zone));
  identity::ResolveOptions options;
  options.threads = static_cast<int>(settings.threads);
  options.alias_keys = false;
  for (std::size_t i = 0; i < zone->starts().size(); ++i) {
    options.zone_offsets.push_back({zone->starts()[i], zone->offsets_us()[i]});
  }
  return identity::resolve(input, settings.linking, settings.workspace_key, options);
}

Status check_partition(const LinkInput& input, std::span<const std::uint32_t> customers,
                       const HierarchyResult& hierarchy, int threads) {
  const Status partition = hierarchy::check_conservation(input, customers, hierarchy, threads);
  if (partition.ok()) return {};
  return Error{ErrorCode::internal, "the levels are no partition: " + partition.error().message,
               "Nothing was stored. Please report this with the output of `clewline status`."};
}

/// The default as-of: the greatest time of an event not after the first receipt of its record.
constexpr std::string_view kDefaultAsOf =
    "SELECT max(e.occurred_at) FROM store.events e JOIN store.records r USING (source, stream, "
    "record_id) "
    "WHERE e.occurred_at <= r.received_at";

Status store_as_of(store::Connection& connection, const LinkSettings& settings) {
  std::optional<TimeUs> as_of = settings.as_of;
  if (!as_of) {
    CLEW_TRY(const auto rows, connection.query_rows(kDefaultAsOf));
    if (const auto* found = std::get_if<store::TimeValue>(&rows[0][0])) as_of = found->us;
  }
  CLEW_TRY_VOID(
      connection.execute("DELETE FROM store.settings WHERE key IN ('as_of', 'config_hash')"));
  const std::string text = as_of ? format_utc(*as_of) : std::string();
  if (as_of) {
    CLEW_TRY_VOID(connection.execute("INSERT INTO store.settings VALUES ('as_of', $1)",
                                     {std::string_view(text)}));
  }
  CLEW_TRY_VOID(connection.execute("INSERT INTO store.settings VALUES ('config_hash', $1)",
                                   {std::string_view(settings.linking.hash)}));
  return {};
}

LinkSummary summarise(const LoadedInput& loaded, const IdentityResult& identity,
                      const HierarchyResult& hierarchy) {
  LinkSummary summary;
  summary.events = loaded.input.events.size();
  summary.events_outside_tree = loaded.outside_tree;
  summary.events_not_a_customer = loaded.not_a_customer.size();
  summary.transactions = hierarchy.transactions.size();
  summary.interactions = hierarchy.interactions.size();
  summary.engagements = hierarchy.engagements.size();
  for (const LinkedCustomer& customer : identity.customers) {
    ++(customer.identified ? summary.customers_identified : summary.customers_anonymous);
  }
  summary.relinked_customers = identity.customers.size();
  summary.issues = hierarchy.issues.size();
  return summary;
}

}  // namespace

Result<LinkSummary> link_workspace(store::Database& database, const LinkSettings& settings) {
  StopWatch total;
  StopWatch stage;
  LoadOptions load{settings.threads, "", false, settings.parquet_files};
  CLEW_TRY(LoadedInput loaded, load_link_input(database, settings.intents, load));
  const double load_seconds = stage.lap();
  CLEW_TRY(IdentityResult identity, find_customers(loaded.input, settings));
  if (identity.record_names_missing) {  // keys of crowds are no keys: records name what had seemed
                                        // to have a session
    load.record_names = true;
    identity = {};
    loaded = {};  // two inputs at once would take twice the memory
    CLEW_TRY(loaded, load_link_input(database, settings.intents, load));
    CLEW_TRY(identity, find_customers(loaded.input, settings));
  }
  const double identity_seconds = stage.lap();
  hierarchy::HierarchyOptions options;
  options.threads = static_cast<int>(settings.threads);
  options.hub_keys = identity.hub_keys;
  CLEW_TRY(const HierarchyResult hierarchy,
           hierarchy::build_hierarchy(loaded.input, identity.customer_of_event,
                                      identity.customers.size(), settings.linking, settings.intents,
                                      settings.counting, options));
  CLEW_TRY_VOID(
      check_partition(loaded.input, identity.customer_of_event, hierarchy, options.threads));
  const double hierarchy_seconds = stage.lap();
  CLEW_TRY_VOID(store_link_tables(
      database,
      {loaded.input, identity, hierarchy, settings.linking, loaded.not_a_customer,
       settings.threads},
      [&settings](store::Connection& connection) { return store_as_of(connection, settings); }));
  LinkSummary summary = summarise(loaded, identity, hierarchy);
  summary.load_seconds = load_seconds;
  summary.identity_seconds = identity_seconds;
  summary.hierarchy_seconds = hierarchy_seconds;
  summary.store_seconds = stage.lap();
  summary.seconds = total.lap();
  return summary;
}

}  // namespace clewline::engine
