#include "engine/link_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/sha256.h"
#include "engine/link_key_joins.h"
#include "engine/link_keys.h"
#include "engine/link_load_internal.h"
#include "engine/link_scan.h"
#include "engine/portion_files.h"
#include "engine/touched_keys.h"
#include "store/chunk_appender.h"
#include "store/settings.h"

namespace clewline::engine {
namespace {

/// Raised when the same input and configuration give other tables than before.
constexpr std::string_view kLinkerVersion = "1";

/// Everything that decides links beside records and assertions, as one hash.
Result<std::string> link_state(store::Connection& connection, const LinkSettings& settings) {
  Sha256 hash;
  for (const std::string_view part :
       {kLinkerVersion, std::string_view(settings.linking.hash),
        std::string_view(settings.linking.zone), std::string_view(settings.workspace_key)})
    hash.update_length_prefixed(part);
  CLEW_TRY(const auto rows,
           connection.query_rows(
               "SELECT kind, value, reason FROM store.block_list ORDER BY kind, value, reason"));
  for (const auto& row : rows) {
    for (const auto& cell : row) hash.update_length_prefixed(std::get<std::string>(cell));
  }
  return hash.finish().to_hex();
}

/// The last import that the last link knew; null when its tables cannot be built on.
Result<std::optional<std::string>> linked_import(store::Connection& connection,
                                                 const LinkSettings& settings) {
  CLEW_TRY(const std::string state, link_state(connection, settings));
  CLEW_TRY(const auto known, store::setting(connection, "link_state"));
  if (known != state) return std::optional<std::string>();
  CLEW_TRY(auto import, store::setting(connection, "linked_import"));
  if (!import) return import;
  CLEW_TRY(const std::int64_t others,
           connection.query_int64("SELECT count(*) FROM store.imports WHERE import_id > " +
                                  *import + " AND command <> 'import'"));
  if (others > 0) import.reset();  // a replay or forget brings older contents back
  return import;
}

/// What is true of every event that an import after `import` wrote, as SQL: such events carry its
/// start, and the store passes over parts of the table whose times are all earlier.
Result<std::string> received_since(store::Connection& connection, const std::string& import) {
  CLEW_TRY(const auto rows,
           connection.query_rows("SELECT min(started_at), count(*) - count(started_at) FROM "
                                 "store.imports WHERE import_id > " +
                                 import));
  const auto* first = std::get_if<store::TimeValue>(&rows[0][0]);
  if (first == nullptr || std::get<std::int64_t>(rows[0][1]) > 0) return std::string();
  return fmt::format("ingested_at >= TIMESTAMPTZ '{}'", format_utc(first->us));
}

/// Statements about identity, which hold no place in the tree: their rows of `store.events`.
constexpr std::string_view kListStatements =
    "CREATE OR REPLACE TEMP TABLE clew_statements AS SELECT rowid AS number FROM store.events "
    "WHERE event_type IN ('identity.linked', 'identity.unlinked')";
constexpr std::string_view kStatements = "rowid IN (SELECT number FROM clew_statements)";

std::uint64_t customer_node(Id128 customer) { return std::hash<Id128>()(customer); }

/// An assertion or match, as the next link compares it: id, one side, the other.
using AssertionKey = std::tuple<std::string, std::string, std::string>;

AssertionKey assertion_key(const LinkAssertion& assertion) {
  if (assertion.kind != AssertionKind::match)
    return {assertion.content_hash, assertion.a, assertion.b};
  return {fmt::format("match {}", assertion.probability), assertion.a, assertion.b};
}

/// What people said and what a model finds alike.
Result<std::vector<LinkAssertion>> all_assertions(store::Connection& connection,
                                                  const LinkSettings& settings) {
  CLEW_TRY(auto assertions, load_assertions(connection));
  assertions.insert(assertions.end(), settings.matches.begin(), settings.matches.end());
  return assertions;
}

/// Collects what shares a key with what.
class Closure {
 public:
  /// `received_since`: what is true of every event received since the last link, in SQL; may be
  /// empty.
  Closure(store::Connection& connection, const LinkSettings& settings, const BlockedValues& blocked,
          std::string received_since)
      : connection_(connection),
        received_since_(std::move(received_since)),
        settings_(settings),
        reading_{settings.linking, blocked, {}, false},
        keys_(settings.linking) {}

  Status find(const std::vector<LinkAssertion>& assertions) {
    reading_.asserted_events = asserted_events(assertions);
    CLEW_TRY_VOID(join_customers());
    CLEW_TRY_VOID(join_events("store.superseded_events", "", true));
    CLEW_TRY_VOID(
        join_events("store.events SEMI JOIN clew_changed USING (source, stream, record_id)",
                    received_since_, true));
    CLEW_TRY_VOID(join_events("store.events", std::string(kStatements), false));
    CLEW_TRY_VOID(
        join_events("store.events SEMI JOIN (SELECT event_id FROM store.event_places "
                    "WHERE customer_id IS NULL) USING (event_id)",
                    "", false));
    CLEW_TRY_VOID(join_profiles(connection_, reading_.blocked, keys_, touched_));
    CLEW_TRY_VOID(touch_profiles());
    CLEW_TRY_VOID(join_meetings(connection_, settings_.linking,
                                "(SELECT * FROM store.superseded_events UNION ALL BY NAME SELECT "
                                "event_id, source, stream, record_id, occurred_at, ended_at, "
                                "session_key, case_key, agent_id FROM store.events)",
                                keys_, touched_));
    CLEW_TRY_VOID(join_assertions(assertions));
    touched_.close();
    return {};
  }

  const TouchedKeys& touched() const { return touched_; }
  LinkKeys& keys() { return keys_; }

 private:
  /// The customers of the last link, by the keys their events hold.
  Status join_customers() {
    CLEW_TRY(const std::int64_t rows,
             connection_.query_int64("SELECT count(*) FROM store.link_keys"));
    touched_.reserve(static_cast<std::size_t>(rows));
    CLEW_TRY(auto result, connection_.stream("SELECT key, customer_id FROM store.link_keys"));
    while (true) {
      CLEW_TRY(const bool more, result.next());
      if (!more) return {};
      const auto keys = result.column(0).ints<std::int64_t>();
      const auto customers = result.column(1).ids();
      for (std::size_t row = 0; row < result.rows(); ++row) {
        const std::uint64_t both[] = {static_cast<std::uint64_t>(keys[row]),
                                      customer_node(customers[row].id())};
        touched_.join(both, 0);
      }
    }
  }

  Status join_events(const std::string& table, const std::string& filter, bool touch) {
    std::vector<EventKeyReader> readers(settings_.threads, EventKeyReader(reading_));
    std::vector<KeyBatch> batches(settings_.threads);
    std::mutex joining;
    const store::ParallelRead read{std::string(link_key_columns()), table, filter,
                                   settings_.threads};
    return store::read_in_parallel(connection_, read,
                                   [&](unsigned reader, const store::QueryResult& chunk) {
                                     readers[reader].read(chunk, batches[reader]);
                                     const std::lock_guard guard(joining);
                                     if (touch) {
                                       for (const KeyBatch::Entry& entry : batches[reader].entries)
                                         touched_.touch(batches[reader].keys[entry.end - 1]);
                                     }
                                     batches[reader].join(touched_);
                                     return Status();
                                   });
  }

  /// A profile's next version also ends the one before it.
  Status touch_profiles() {
    CLEW_TRY(auto result, connection_.query(
                              "SELECT kind, value FROM (SELECT unnest(identifiers, recursive := "
                              "true) FROM store.profiles SEMI JOIN (SELECT DISTINCT source, "
                              "stream, profile_id FROM store.profiles SEMI JOIN clew_changed USING "
                              "(source, stream, record_id)) USING (source, stream, profile_id)) "
                              "WHERE kind IS NOT NULL AND value IS NOT NULL"));
    while (true) {
      CLEW_TRY(const bool more, result.next());
      if (!more) return {};
      const store::ColumnView kinds = result.column(0);
      const store::ColumnView values = result.column(1);
      for (std::size_t row = 0; row < result.rows(); ++row) {
        if (const auto kind = find_identifier_kind(kinds.text(row)))
          touched_.touch(keys_.identifier(*kind, values.text(row)));
      }
    }
  }

  Status join_assertions(const std::vector<LinkAssertion>& assertions) {
    for (const LinkAssertion& assertion : assertions) {
      CLEW_TRY_VOID(join_sides(assertion.a, assertion.b));
    }
    // Said since the last link, or taken back.
    std::set<AssertionKey> now_said;
    for (const LinkAssertion& assertion : assertions) now_said.insert(assertion_key(assertion));
    std::set<AssertionKey> said_then;
    CLEW_TRY(const auto rows,
             connection_.query_rows("SELECT assertion_id, a, b FROM store.linked_assertions"));
    for (const auto& row : rows)
      said_then.insert({std::get<std::string>(row[0]), std::get<std::string>(row[1]),
                        std::get<std::string>(row[2])});
    std::vector<AssertionKey> changed;
    std::ranges::set_symmetric_difference(now_said, said_then, std::back_inserter(changed));
    for (const auto& [id, a, b] : changed) {
      CLEW_TRY_VOID(join_sides(a, b));
      touched_.touch(keys_.asserted_name(a));
    }
    return {};
  }

  Status join_sides(const std::string& a, const std::string& b) {
    const std::uint64_t both[] = {keys_.asserted_name(a), keys_.asserted_name(b)};
    touched_.join(both, 0);
    for (const std::string& name : {a, b}) {
      if (!name.starts_with("event:")) continue;
      const auto id = Id128::from_hex(std::string_view(name).substr(name.find(':') + 1));
      if (!id) continue;
      CLEW_TRY(const auto rows, connection_.query_rows("SELECT customer_id FROM store.event_places "
                                                       "WHERE event_id = $1",
                                                       {*id}));
      const auto* customer = rows.empty() ? nullptr : std::get_if<Id128>(&rows[0][0]);
      if (customer == nullptr) continue;
      const std::uint64_t holder[] = {keys_.asserted_name(name), customer_node(*customer)};
      touched_.join(holder, 0);
    }
    return {};
  }

  store::Connection& connection_;
  std::string received_since_;
  const LinkSettings& settings_;
  KeyReading reading_;
  LinkKeys keys_;
  TouchedKeys touched_;
};

Status append_assertions(store::Connection& connection, const LinkSettings& settings) {
  CLEW_TRY(const auto assertions, all_assertions(connection, settings));
  std::vector<std::string> ids;
  std::vector<std::string> sides_a;
  std::vector<std::string> sides_b;
  for (const LinkAssertion& assertion : assertions) {
    auto [id, a, b] = assertion_key(assertion);
    ids.push_back(std::move(id));
    sides_a.push_back(std::move(a));
    sides_b.push_back(std::move(b));
  }
  CLEW_TRY(auto appender, store::ChunkAppender::open(connection, "store", "linked_assertions"));
  const auto texts = [](const std::vector<std::string>& values) {
    return store::ColumnInput::texts(std::span<const std::string>(values));
  };
  CLEW_TRY_VOID(
      appender.append(std::vector{texts(ids), texts(sides_a), texts(sides_b)}, ids.size()));
  return appender.finish();
}

Status run(store::Connection& connection, std::string_view sql) {
  CLEW_TRY_VOID(connection.execute(sql));
  return {};
}

}  // namespace

struct LinkChanges::State {
  State(store::Database& of, store::Connection& with, const LinkSettings& how,
        BlockedValues blocked_values, std::string since)
      : database(of),
        connection(with),
        settings(how),
        blocked(std::move(blocked_values)),
        received_since(std::move(since)),
        closure(with, how, blocked, received_since) {}

  store::Database& database;
  store::Connection& connection;
  const LinkSettings& settings;
  BlockedValues blocked;
  std::string received_since;
  Closure closure;
  std::vector<LinkAssertion> assertions;

  Status list_customers();
  Status list_rows(const char* columns, const char* table);
  Result<std::vector<InputPart>> read_events(const std::string& filter, bool statements);
  InputPart touched_profiles(const InputPart& part);
};

Status LinkChanges::State::list_customers() {
  std::vector<Id128> touched;
  CLEW_TRY(auto result, connection.stream("SELECT customer_id FROM store.customers"));
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) break;
    for (const auto& cell : result.column(0).ids()) {
      if (closure.touched().portion_of(customer_node(cell.id())) == 1) touched.push_back(cell.id());
    }
  }
  CLEW_TRY_VOID(run(connection, "CREATE OR REPLACE TEMP TABLE clew_touched(customer_id UUID)"));
  CLEW_TRY_VOID(store::append_column(connection, "main", "clew_touched",
                                     store::ColumnInput::ids(touched), touched.size()));
  return run(connection,
             fmt::format("CREATE OR REPLACE TEMP TABLE clew_touched_events AS SELECT rowid AS "
                         "number FROM store.events SEMI JOIN (SELECT event_id FROM "
                         "store.event_places SEMI JOIN clew_touched USING (customer_id) UNION ALL "
                         "SELECT event_id FROM store.event_places WHERE customer_id IS NULL UNION "
                         "ALL SELECT event_id FROM store.events SEMI JOIN clew_changed USING "
                         "(source, stream, record_id){}) USING (event_id)",
                         received_since.empty() ? "" : " WHERE " + received_since));
}

Result<std::optional<LinkChanges>> LinkChanges::find(store::Database& database,
                                                     store::Connection& connection,
                                                     const LinkSettings& settings,
                                                     std::uint64_t events_max) {
  constexpr std::int64_t kTouchedShareMax = 2;  // above half, everything is quicker
  CLEW_TRY(const auto import, linked_import(connection, settings));
  if (!import) return std::optional<LinkChanges>();
  CLEW_TRY_VOID(run(connection,
                    "CREATE OR REPLACE TEMP TABLE clew_changed AS SELECT source, stream, record_id "
                    "FROM store.records WHERE import_id > " +
                        *import));
  CLEW_TRY_VOID(run(connection, kListStatements));
  CLEW_TRY(BlockedValues blocked, load_blocked(connection));
  CLEW_TRY(std::string since, received_since(connection, *import));
  LinkChanges changes(std::make_unique<State>(database, connection, settings, std::move(blocked),
                                              std::move(since)));
  State& state = *changes.state_;
  CLEW_TRY(state.assertions, all_assertions(connection, settings));
  CLEW_TRY_VOID(state.closure.find(state.assertions));
  CLEW_TRY_VOID(state.list_customers());
  CLEW_TRY(const std::int64_t touched,
           connection.query_int64("SELECT count(*) FROM clew_touched_events"));
  CLEW_TRY(const std::int64_t events, connection.query_int64("SELECT count(*) FROM store.events"));
  if (static_cast<std::uint64_t>(touched) > events_max || touched * kTouchedShareMax > events)
    return std::optional<LinkChanges>();
  return std::optional(std::move(changes));
}

Result<std::vector<InputPart>> LinkChanges::State::read_events(const std::string& filter,
                                                               bool statements) {
  std::vector<EventRowReader> readers;
  for (unsigned i = 0; i < settings.threads; ++i)
    readers.emplace_back(settings.intents, blocked, false);
  const EventScan scan{
      std::string(link_event_columns()), filter, {}, settings.threads, &connection};
  CLEW_TRY_VOID(
      scan_events(database, scan, [&readers](unsigned reader, const store::QueryResult& chunk) {
        return readers[reader].read(chunk);
      }));
  std::vector<InputPart> parts;
  for (EventRowReader& reader : readers) {
    InputPart part = reader.take();
    parts.push_back(statements ? touched_profiles(part) : std::move(part));
  }
  return parts;
}

/// The profiles and statements of a part that concern customers touched.
InputPart LinkChanges::State::touched_profiles(const InputPart& part) {
  PortionFinder finder(settings.linking, closure.touched());
  std::vector<std::uint32_t> portions;
  for (const auto* profiles : {&part.profiles, &part.withdrawn}) {
    for (const LinkProfile& profile : *profiles) portions.push_back(finder.of(part, profile));
  }
  for (PortionSlice& slice : slice_part(part, {}, portions)) {
    if (slice.portion == 1) return std::move(slice.part);
  }
  return {};
}

Result<LoadedInput> LinkChanges::load() {
  State& state = *state_;
  CLEW_TRY(std::vector<InputPart> parts,
           state.read_events("rowid IN (SELECT number FROM clew_touched_events) AND "
                             "event_type NOT IN ('identity.linked', 'identity.unlinked')",
                             false));
  CLEW_TRY(auto statements, state.read_events(std::string(kStatements), true));
  for (InputPart& part : statements) parts.push_back(std::move(part));
  CLEW_TRY_VOID(load_profiles(state.connection, state.blocked, [&](const InputPart& part) {
    parts.push_back(state.touched_profiles(part));
    return Status();
  }));
  std::vector<LinkAssertion> assertions;
  for (const LinkAssertion& assertion : state.assertions) {
    if (state.closure.touched().portion_of(state.closure.keys().asserted_name(assertion.a)) == 1)
      assertions.push_back(assertion);
  }
  return assemble_input(std::move(parts), std::move(assertions), state.settings.threads);
}

/// Puts the rows of an identity table whose first identifier is touched into `clew_rows`.
Status LinkChanges::State::list_rows(const char* columns, const char* table) {
  std::vector<std::int64_t> rows;
  CLEW_TRY(auto result,
           connection.stream(fmt::format("SELECT rowid, {} FROM store.{}", columns, table)));
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) break;
    const auto numbers = result.column(0).ints<std::int64_t>();
    const store::ColumnView kinds = result.column(1);
    const store::ColumnView values = result.column(2);
    for (std::size_t row = 0; row < result.rows(); ++row) {
      const auto kind = find_identifier_kind(kinds.text(row));
      const bool touched = !kind || closure.touched().portion_of(
                                        closure.keys().identifier(*kind, values.text(row))) == 1;
      if (touched) rows.push_back(numbers[row]);
    }
  }
  CLEW_TRY_VOID(run(connection, "CREATE OR REPLACE TEMP TABLE clew_rows(number BIGINT)"));
  return store::append_column(connection, "main", "clew_rows",
                              store::ColumnInput::ints(std::span<const std::int64_t>(rows)),
                              rows.size());
}

Status LinkChanges::remove_former_rows() {
  State& state = *state_;
  const auto remove = [&](const char* table, std::string_view where) {
    return run(state.connection, fmt::format("DELETE FROM store.{} WHERE {}", table, where));
  };
  constexpr std::string_view kOfInteractions =
      "{} IN (SELECT interaction_id FROM store.interactions SEMI JOIN clew_touched USING "
      "(customer_id))";
  for (const char* table : {"case_links", "interaction_issues", "engagement_links"})
    CLEW_TRY_VOID(remove(table, fmt::format(kOfInteractions, "interaction_id")));
  CLEW_TRY_VOID(remove("interaction_links", fmt::format(kOfInteractions, "from_interaction_id")));
  CLEW_TRY_VOID(remove("event_places",
                       "customer_id IS NULL OR customer_id IN (SELECT customer_id FROM "
                       "clew_touched)"));
  for (const char* table : {"transactions", "interactions", "engagements", "journeys", "customers",
                            "customer_aliases", "link_keys"})
    CLEW_TRY_VOID(remove(table, "customer_id IN (SELECT customer_id FROM clew_touched)"));
  for (const auto& [table, columns] : {std::pair("identity_links", "kind_a, value_a"),
                                       std::pair("identity_conflicts", "kind_a, value_a"),
                                       std::pair("identity_hubs", "kind, value")}) {
    CLEW_TRY_VOID(state.list_rows(columns, table));
    CLEW_TRY_VOID(remove(table, "rowid IN (SELECT number FROM clew_rows)"));
  }
  return {};
}

Status note_linked(store::Connection& connection, const LinkSettings& settings) {
  CLEW_TRY(const std::string state, link_state(connection, settings));
  CLEW_TRY(const std::int64_t import,
           connection.query_int64("SELECT coalesce(max(import_id), 0)::BIGINT FROM store.imports"));
  CLEW_TRY_VOID(
      run(connection, "DELETE FROM store.superseded_events; DELETE FROM store.linked_assertions"));
  CLEW_TRY_VOID(append_assertions(connection, settings));
  CLEW_TRY_VOID(store::set_setting(connection, "link_state", state));
  return store::set_setting(connection, "linked_import", std::to_string(import));
}

LinkChanges::LinkChanges(std::unique_ptr<State> state) : state_(std::move(state)) {}
LinkChanges::LinkChanges(LinkChanges&&) noexcept = default;
LinkChanges& LinkChanges::operator=(LinkChanges&&) noexcept = default;
LinkChanges::~LinkChanges() = default;

}  // namespace clewline::engine
