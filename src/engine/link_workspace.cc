#include "engine/link_workspace.h"

#include <fmt/format.h>
#include <malloc.h>

#include <chrono>
#include <utility>

#include "base/assert.h"
#include "engine/link_load.h"
#include "engine/link_memory.h"
#include "engine/link_portions.h"
#include "engine/link_scan.h"
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

/// Adds one portion's numbers.
void add_numbers(const LoadedInput& loaded, const IdentityResult& identity,
                 const HierarchyResult& hierarchy, LinkSummary& summary) {
  ++summary.portions;
  summary.events += loaded.input.events.size();
  summary.events_outside_tree += loaded.outside_tree;
  summary.events_not_a_customer += loaded.not_a_customer.size();
  summary.transactions += hierarchy.transactions.size();
  summary.interactions += hierarchy.interactions.size();
  summary.engagements += hierarchy.engagements.size();
  for (const LinkedCustomer& customer : identity.customers) {
    ++(customer.identified ? summary.customers_identified : summary.customers_anonymous);
  }
  summary.relinked_customers += identity.customers.size();
  summary.issues += hierarchy.issues.size();
}

enum class PortionOutcome : std::uint8_t { stored, record_names_missing };

Result<PortionOutcome> link_portion(const LoadedInput& loaded, const LinkSettings& settings,
                                    LinkTablesWriter& writer, LinkSummary& summary) {
  StopWatch stage;
  CLEW_TRY(const IdentityResult identity, find_customers(loaded.input, settings));
  if (identity.record_names_missing) return PortionOutcome::record_names_missing;
  summary.identity_seconds += stage.lap();
  hierarchy::HierarchyOptions options;
  options.threads = static_cast<int>(settings.threads);
  options.hub_keys = identity.hub_keys;
  CLEW_TRY(const HierarchyResult hierarchy,
           hierarchy::build_hierarchy(loaded.input, identity.customer_of_event,
                                      identity.customers.size(), settings.linking, settings.intents,
                                      settings.counting, options));
  CLEW_TRY_VOID(
      check_partition(loaded.input, identity.customer_of_event, hierarchy, options.threads));
  summary.hierarchy_seconds += stage.lap();
  CLEW_TRY_VOID(writer.append({loaded.input, identity, hierarchy, settings.linking,
                               loaded.not_a_customer, settings.threads}));
  summary.store_seconds += stage.lap();
  add_numbers(loaded, identity, hierarchy, summary);
  return PortionOutcome::stored;
}

/// Links all events; null when records turn out to name customers and the input lacks their names.
Result<std::optional<LinkSummary>> link_events(store::Database& database, LinkSettings settings,
                                               const LinkMemoryPlan& plan, bool record_names) {
  settings.threads = plan.threads;
  LinkSummary summary;
  StopWatch stage;
  const LoadOptions load{settings.threads, "", record_names, settings.parquet_files,
                         settings.matches};
  CLEW_TRY(LinkPortions portions, LinkPortions::open(database, settings.intents, settings.linking,
                                                     load, plan.portion_events));
  CLEW_TRY(LinkTablesWriter writer, LinkTablesWriter::begin(database));
  for (std::uint32_t portion = 0; portion < portions.size(); ++portion) {
    CLEW_TRY(const LoadedInput loaded, portions.take(portion));
    summary.load_seconds += stage.lap();
    CLEW_TRY(const PortionOutcome outcome, link_portion(loaded, settings, writer, summary));
    if (outcome == PortionOutcome::record_names_missing) return std::optional<LinkSummary>();
    stage.lap();
  }
  CLEW_TRY_VOID(writer.finish(
      [&settings](store::Connection& connection) { return store_as_of(connection, settings); }));
  summary.store_seconds += stage.lap();
  return std::optional(summary);
}

/// Lowers what the store may use for as long as it lives.
class StoreBounds {
 public:
  static Result<StoreBounds> lower(store::Database& database, const LinkMemoryPlan& plan) {
    CLEW_TRY(auto connection, database.connect());
    StoreBounds bounds(std::move(connection));
    if (plan.store_bytes == 0) return bounds;
    store::Connection& settings = bounds.connection_;
    CLEW_TRY(const std::string memory,
             settings.query_text("SELECT current_setting('memory_limit')"));
    CLEW_TRY(const std::string threads,
             settings.query_text("SELECT current_setting('threads')::VARCHAR"));
    bounds.former_ = setting_sql(memory, threads);
    CLEW_TRY_VOID(settings.execute(
        setting_sql(fmt::format("{}B", plan.store_bytes), std::to_string(plan.threads))));
    return bounds;
  }
  StoreBounds(StoreBounds&& other) noexcept
      : connection_(std::move(other.connection_)), former_(std::exchange(other.former_, {})) {}
  StoreBounds& operator=(StoreBounds&&) = delete;
  ~StoreBounds() {
    if (!former_.empty()) static_cast<void>(connection_.execute(former_).ok());
  }

 private:
  explicit StoreBounds(store::Connection connection) : connection_(std::move(connection)) {}
  static std::string setting_sql(const std::string& memory, const std::string& threads) {
    return fmt::format("SET memory_limit = {}; SET threads = {}", store::quote_literal(memory),
                       threads);
  }

  store::Connection connection_;
  std::string former_;  // the SQL that undoes it
};

/// Has the store write its log into the database file, within the bounds of linking.
Status write_down(store::Database& database) {
  malloc_trim(0);
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY_VOID(connection.execute("CHECKPOINT"));
  return {};
}

Result<LinkMemoryPlan> plan_memory(store::Database& database, const LinkSettings& settings) {
  if (settings.portion_events > 0)
    return LinkMemoryPlan{settings.portion_events, 0, settings.threads};
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY(const std::uint64_t events,
           count_events(connection, {"", "", settings.parquet_files, settings.threads}));
  return plan_link_memory(events, parse_memory(settings.memory_limit), memory_available(),
                          settings.threads);
}

}  // namespace

Result<LinkSummary> link_workspace(store::Database& database, const LinkSettings& settings) {
  StopWatch total;
  CLEW_TRY(const LinkMemoryPlan plan, plan_memory(database, settings));
  CLEW_TRY(const StoreBounds bounds, StoreBounds::lower(database, plan));
  CLEW_TRY(auto linked, link_events(database, settings, plan, false));
  if (!linked) {  // keys of crowds are no keys: records name what had seemed to have a session
    CLEW_TRY(linked, link_events(database, settings, plan, true));
  }
  CLEW_ASSERT(linked.has_value());
  if (plan.store_bytes > 0) CLEW_TRY_VOID(write_down(database));
  linked->seconds = total.lap();
  return *linked;
}

}  // namespace clewline::engine
