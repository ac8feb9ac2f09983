#include "engine/link_workspace.h"

#include <malloc.h>

#include <chrono>
#include <optional>
#include <utility>

#include "engine/customer_standing.h"
#include "engine/link_changes.h"
#include "engine/linked_portions.h"
#include "engine/store_link_tables.h"
#include "hierarchy/build_hierarchy.h"
#include "hierarchy/conservation.h"
#include "store/settings.h"

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
    "record_id) WHERE e.occurred_at <= r.received_at";

/// The same of the last day alone: nearly always it holds the answer, and few rows are joined.
constexpr std::string_view kOfTheLastDay =
    " AND e.occurred_at >= (SELECT least((SELECT max(occurred_at) FROM store.events), (SELECT "
    "max(received_at) FROM store.records)) - INTERVAL 1 DAY)";

Result<std::optional<TimeUs>> default_as_of(store::Connection& connection) {
  for (const std::string_view of : {kOfTheLastDay, std::string_view()}) {
    CLEW_TRY(const auto rows, connection.query_rows(std::string(kDefaultAsOf) + std::string(of)));
    if (const auto* found = std::get_if<store::TimeValue>(&rows[0][0]))
      return std::optional(found->us);
  }
  return std::optional<TimeUs>();
}

/// Stores the as-of and returns it.
Result<std::optional<TimeUs>> store_as_of(store::Connection& connection,
                                          const LinkSettings& settings) {
  std::optional<TimeUs> as_of = settings.as_of;
  if (!as_of) {
    CLEW_TRY(as_of, default_as_of(connection));
  }
  if (as_of) {
    CLEW_TRY_VOID(store::set_setting(connection, "as_of", format_utc(*as_of)));
  } else {
    CLEW_TRY_VOID(connection.execute("DELETE FROM store.settings WHERE key = 'as_of'"));
  }
  CLEW_TRY_VOID(store::set_setting(connection, "config_hash", settings.linking.hash));
  return as_of;
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

Status link_portion(const LinkedPortion& portion, const LinkSettings& settings,
                    LinkTablesWriter& writer, LinkSummary& summary) {
  StopWatch stage;
  const LoadedInput& loaded = portion.loaded;
  const IdentityResult& identity = portion.identity;
  summary.load_seconds += portion.load_seconds;
  summary.identity_seconds += portion.identity_seconds;
  hierarchy::HierarchyOptions options;
  options.threads = static_cast<int>(portion.threads);
  options.hub_keys = identity.hub_keys;
  CLEW_TRY(const HierarchyResult hierarchy,
           hierarchy::build_hierarchy(loaded.input, identity.customer_of_event,
                                      identity.customers.size(), settings.linking, settings.intents,
                                      settings.counting, options));
  CLEW_TRY_VOID(
      check_partition(loaded.input, identity.customer_of_event, hierarchy, options.threads));
  summary.hierarchy_seconds += stage.lap();
  const std::vector<LinkKeyRow> keys =
      list_link_keys(loaded.input, settings.linking, identity, portion.threads);
  CLEW_TRY_VOID(writer.append({loaded.input, identity, hierarchy, settings.linking,
                               loaded.not_a_customer, keys, portion.threads}));
  summary.store_seconds += stage.lap();
  add_numbers(loaded, identity, hierarchy, summary);
  return {};
}

Status finish(LinkTablesWriter& writer, const LinkSettings& settings) {
  return writer.finish([&settings](store::Connection& connection) -> Status {
    CLEW_TRY(const auto as_of, store_as_of(connection, settings));
    CLEW_TRY_VOID(store_customer_standing(connection, settings, as_of));
    return note_linked(connection, settings);
  });
}

/// The numbers of all tables as they stand.
constexpr std::string_view kTotals =
    "SELECT (SELECT count(customer_id) FROM store.event_places), "
    "(SELECT count(*) FROM store.event_places WHERE customer_id IS NULL), "
    "(SELECT count(*) FROM store.events JOIN store.event_types USING (event_type) WHERE NOT "
    "in_tree), (SELECT count(*) FROM store.transactions), (SELECT count(*) FROM "
    "store.interactions), (SELECT count(*) FROM store.engagements), (SELECT count(*) FROM "
    "store.customers WHERE identified), (SELECT count(*) FROM store.customers WHERE NOT "
    "identified)";

Status count_totals(store::Connection& connection, LinkSummary& summary) {
  CLEW_TRY(const auto rows, connection.query_rows(kTotals));
  std::size_t at = 0;
  for (std::uint64_t* number :
       {&summary.events, &summary.events_not_a_customer, &summary.events_outside_tree,
        &summary.transactions, &summary.interactions, &summary.engagements,
        &summary.customers_identified, &summary.customers_anonymous})
    *number = static_cast<std::uint64_t>(std::get<std::int64_t>(rows[0][at++]));
  return {};
}

/// Links whom the changes since the last link touch; null when everything has to be linked.
Result<std::optional<LinkSummary>> link_changes(store::Database& database,
                                                const LinkSettings& settings,
                                                const LinkMemoryPlan& plan) {
  LinkSummary summary;
  StopWatch stage;
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY(auto changes, LinkChanges::find(database, connection, settings, plan.portion_events));
  if (!changes) return std::optional<LinkSummary>();
  LinkedPortion portion;
  portion.threads = plan.threads;
  portion.only = true;
  CLEW_TRY(portion.loaded, changes->load());
  portion.load_seconds = stage.lap();
  CLEW_TRY(portion.identity, find_customers(portion.loaded.input, settings));
  if (portion.identity.record_names_missing) return std::optional<LinkSummary>();
  portion.identity_seconds = stage.lap();
  CLEW_TRY(LinkTablesWriter writer, LinkTablesWriter::begin(connection, [&changes] {
             return changes->remove_former_rows();
           }));
  CLEW_TRY_VOID(link_portion(portion, settings, writer, summary));
  stage.lap();
  CLEW_TRY_VOID(finish(writer, settings));
  CLEW_TRY_VOID(count_totals(connection, summary));
  summary.store_seconds += stage.lap();
  return std::optional(summary);
}

/// Has the store write its log into the database file, within the bounds of linking.
Status write_down(store::Database& database) {
  malloc_trim(0);
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY_VOID(connection.execute("CHECKPOINT"));
  return {};
}

Result<LinkSummary> link_events(store::Database& database, const LinkSettings& settings) {
  LinkSummary summary;
  CLEW_TRY(auto connection, database.connect());
  std::optional<LinkTablesWriter> writer;
  PortionVisitor visitor;
  visitor.begin = [&](const LinkMemoryPlan&) -> Status {
    summary = {};
    writer.reset();
    CLEW_TRY(LinkTablesWriter fresh, LinkTablesWriter::begin(connection));
    writer.emplace(std::move(fresh));
    return {};
  };
  visitor.portion = [&](LinkedPortion& portion) {
    return link_portion(portion, settings, *writer, summary);
  };
  visitor.end = [&](const LinkMemoryPlan& plan) -> Status {
    StopWatch stage;
    CLEW_TRY_VOID(finish(*writer, settings));
    writer.reset();
    summary.store_seconds += stage.lap();
    if (plan.store_bytes > 0) CLEW_TRY_VOID(write_down(database));
    return {};
  };
  CLEW_TRY_VOID(visit_portions(database, settings, visitor));
  return summary;
}

}  // namespace

Result<LinkSummary> link_workspace(store::Database& database, const LinkSettings& settings) {
  StopWatch total;
  CLEW_TRY(const LinkMemoryPlan plan, plan_memory(database, settings));
  std::optional<LinkSummary> touched;
  if (!settings.full) {
    CLEW_TRY(touched, link_changes(database, settings, plan));
  }
  CLEW_TRY(LinkSummary summary,
           touched ? Result<LinkSummary>(*touched) : link_events(database, settings));
  summary.seconds = total.lap();
  return summary;
}

}  // namespace clewline::engine
