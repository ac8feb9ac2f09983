#include "engine/link_portions.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>
#include <unistd.h>

#include "engine/key_components.h"
#include "engine/link_keys.h"
#include "engine/link_load_internal.h"
#include "engine/link_scan.h"
#include "engine/portion_files.h"

namespace clewline::engine {
namespace {

/// Legs and saved cases that may be one call by agent and time (LINKING.md §5): a superset of what
/// identity will find, bucket by bucket of an hour so that the join stays an equality.
constexpr std::string_view kMeetings =
    "WITH legs AS (SELECT session_key, CASE WHEN session_key IS NULL THEN stream END AS stream, "
    "CASE WHEN session_key IS NULL THEN record_id END AS record_id, agent_id, "
    "min(occurred_at) AS begins, max(greatest(occurred_at, coalesce(ended_at, occurred_at))) + "
    "to_microseconds($3) AS ends FROM store.events WHERE source = $1 AND agent_id IS NOT NULL "
    "GROUP BY ALL), "
    "hours AS (SELECT *, unnest(range(epoch_us(begins) // 3600000000, epoch_us(ends) // 3600000000 "
    "+ 1)) AS hour FROM legs), "
    "saves AS (SELECT DISTINCT case_key, agent_id, occurred_at + to_microseconds($4) AS saved_at, "
    "epoch_us(occurred_at + to_microseconds($4)) // 3600000000 AS hour FROM store.events WHERE "
    "source = $2 AND agent_id IS NOT NULL AND case_key IS NOT NULL) "
    "SELECT DISTINCT session_key, stream, record_id, case_key FROM hours JOIN saves USING "
    "(agent_id, hour) WHERE saved_at BETWEEN begins AND ends";

Status join_meetings(store::Connection& connection, const LinkingConfig& linking, LinkKeys& keys,
                     KeyComponents& components) {
  for (const AgentTimeRule& rule : linking.agent_time_rules) {
    CLEW_TRY(auto result, connection.query(kMeetings, {std::string_view(rule.call_source),
                                                       std::string_view(rule.case_source),
                                                       rule.wrap_us, rule.clock_offset_us}));
    while (true) {
      CLEW_TRY(const bool more, result.next());
      if (!more) break;
      for (std::size_t row = 0; row < result.rows(); ++row) {
        const auto text = [&](std::size_t column) {
          const store::ColumnView view = result.column(column);
          return view.is_null(row) ? std::string_view() : view.text(row);
        };
        const std::uint64_t leg = text(0).empty() ? keys.record(rule.call_source, text(1), text(2))
                                                  : keys.session(rule.call_source, text(0));
        const std::uint64_t both[] = {leg, keys.case_key(rule.case_source, text(3))};
        components.join(both, 0);
      }
    }
  }
  return {};
}

Status join_profiles(store::Connection& connection, const BlockedValues& blocked, LinkKeys& keys,
                     KeyComponents& components) {
  std::vector<std::uint64_t> held;
  return load_profiles(connection, blocked, [&](const InputPart& part) -> Status {
    for (const LinkProfile& profile : part.profiles) {
      held.clear();
      for (const LinkIdentifier& identifier :
           std::span(part.identifiers)
               .subspan(profile.identifiers_begin, profile.identifiers_count)) {
        if (keys.links(identifier.kind, identifier.role))
          held.push_back(keys.identifier(identifier.kind, part.strings.at(identifier.value)));
      }
      components.join(held, 0);
    }
    return {};
  });
}

absl::flat_hash_set<Id128> asserted_events(const std::vector<LinkAssertion>& assertions) {
  constexpr std::string_view kPrefix = "event:";
  absl::flat_hash_set<Id128> events;
  for (const LinkAssertion& assertion : assertions) {
    for (const std::string_view name :
         {std::string_view(assertion.a), std::string_view(assertion.b)}) {
      if (!name.starts_with(kPrefix)) continue;
      if (const auto id = Id128::from_hex(name.substr(kPrefix.size()))) events.insert(*id);
    }
  }
  return events;
}

Status join_events(store::Database& database, const LoadOptions& options, const KeyReading& reading,
                   KeyComponents& components) {
  std::vector<EventKeyReader> readers;
  for (unsigned i = 0; i < options.threads; ++i) readers.emplace_back(reading);
  std::vector<KeyBatch> batches(options.threads);
  std::mutex joining;
  const EventScan scan{std::string(link_key_columns()), options.filter, options.parquet_files,
                       options.threads};
  return scan_events(database, scan, [&](unsigned reader, const store::QueryResult& chunk) {
    readers[reader].read(chunk, batches[reader]);
    const std::lock_guard guard(joining);
    batches[reader].join(components);
    return Status();
  });
}

/// Writes blocks of input to the files of their portions.
class PortionWriter {
 public:
  PortionWriter(const LinkingConfig& linking, const KeyComponents& components, PortionFiles& files)
      : finder_(linking, components), files_(files) {}

  Status write(const InputPart& part) {
    std::vector<std::uint32_t> of_event;
    std::vector<std::uint32_t> of_profile;
    of_event.reserve(part.events.size());
    for (const LinkEvent& event : part.events) of_event.push_back(finder_.of(part, event));
    for (const auto* profiles : {&part.profiles, &part.withdrawn}) {
      for (const LinkProfile& profile : *profiles) of_profile.push_back(finder_.of(part, profile));
    }
    outside_tree_ += part.outside_tree;
    for (const PortionSlice& slice : slice_part(part, of_event, of_profile))
      CLEW_TRY_VOID(files_.append(slice));
    return {};
  }
  std::uint64_t outside_tree() const { return outside_tree_; }

 private:
  PortionFinder finder_;
  PortionFiles& files_;
  std::uint64_t outside_tree_ = 0;
};

std::filesystem::path portion_folder(const store::Database& database) {
  const std::filesystem::path path = database.path();
  if (path == ":memory:")
    return std::filesystem::temp_directory_path() / fmt::format("clewline-link-{}", getpid());
  return path.string() + ".link";
}

}  // namespace

struct LinkPortions::State {
  State(store::Database& of, const IntentDictionary& dictionary, const LinkingConfig& config,
        LoadOptions how)
      : database(of), intents(dictionary), linking(config), options(std::move(how)) {}

  store::Database& database;
  const IntentDictionary& intents;
  const LinkingConfig& linking;
  LoadOptions options;
  std::uint32_t portions = 1;
  std::optional<PortionFiles> files;  // null: the input is whole
  std::vector<LinkAssertion> assertions;
  std::vector<std::uint32_t> portion_of_assertion;
  std::uint64_t outside_tree = 0;

  Status divide(std::uint64_t portion_events);
  Status read_events(const BlockedValues& blocked, const KeyComponents& components,
                     std::uint64_t portion_events);
};

Status LinkPortions::State::divide(std::uint64_t portion_events) {
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY(const BlockedValues blocked, load_blocked(connection));
  CLEW_TRY(assertions, load_assertions(connection));
  assertions.insert(assertions.end(), options.matches.begin(), options.matches.end());
  KeyComponents components;
  const KeyReading reading{linking, blocked, asserted_events(assertions), options.record_names};
  CLEW_TRY_VOID(join_events(database, options, reading, components));
  LinkKeys keys(linking);
  CLEW_TRY_VOID(join_profiles(connection, blocked, keys, components));
  CLEW_TRY_VOID(join_meetings(connection, linking, keys, components));
  for (const LinkAssertion& assertion : assertions) {
    const std::uint64_t both[] = {keys.asserted_name(assertion.a), keys.asserted_name(assertion.b)};
    components.join(both, 0);
  }
  components.divide(portion_events);
  portions = static_cast<std::uint32_t>(components.portion_events().size());
  for (const LinkAssertion& assertion : assertions)
    portion_of_assertion.push_back(components.portion_of(keys.asserted_name(assertion.a)));
  CLEW_TRY(PortionFiles made, PortionFiles::create(portion_folder(database)));
  files.emplace(std::move(made));
  CLEW_TRY_VOID(read_events(blocked, components, portion_events));
  PortionWriter writer(linking, components, *files);
  return load_profiles(connection, blocked,
                       [&writer](const InputPart& part) { return writer.write(part); });
}

Status LinkPortions::State::read_events(const BlockedValues& blocked,
                                        const KeyComponents& components,
                                        std::uint64_t portion_events) {
  constexpr std::uint64_t kBlockEventsMax = 1 << 18;
  const std::uint64_t block = std::min(kBlockEventsMax, portion_events / 2 / options.threads + 1);
  struct Reader {
    EventRowReader rows;
    PortionWriter writer;
  };
  std::vector<Reader> readers;
  for (unsigned i = 0; i < options.threads; ++i) {
    readers.push_back({EventRowReader(intents, blocked, options.record_names),
                       PortionWriter(linking, components, *files)});
  }
  const EventScan scan{std::string(link_event_columns()), options.filter, options.parquet_files,
                       options.threads};
  const auto write = [&](Reader& reader) -> Status {
    const InputPart part = reader.rows.take();
    reader.rows.start_anew();
    return reader.writer.write(part);
  };
  CLEW_TRY_VOID(
      scan_events(database, scan, [&](unsigned at, const store::QueryResult& chunk) -> Status {
        CLEW_TRY_VOID(readers[at].rows.read(chunk));
        return readers[at].rows.events() < block ? Status() : write(readers[at]);
      }));
  for (Reader& reader : readers) {
    CLEW_TRY_VOID(write(reader));
    outside_tree += reader.writer.outside_tree();
  }
  return {};
}

LinkPortions::LinkPortions(std::unique_ptr<State> state) : state_(std::move(state)) {}
LinkPortions::LinkPortions(LinkPortions&&) noexcept = default;
LinkPortions& LinkPortions::operator=(LinkPortions&&) noexcept = default;
LinkPortions::~LinkPortions() = default;

Result<LinkPortions> LinkPortions::open(store::Database& database, const IntentDictionary& intents,
                                        const LinkingConfig& linking, const LoadOptions& options,
                                        std::uint64_t portion_events) {
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY(const std::uint64_t events,
           count_events(connection, {"", "", options.parquet_files, options.threads}));
  LinkPortions portions(std::make_unique<State>(database, intents, linking, options));
  if (events > portion_events) CLEW_TRY_VOID(portions.state_->divide(portion_events));
  return portions;
}

std::uint32_t LinkPortions::size() const { return state_->portions; }

Result<LoadedInput> LinkPortions::take(std::uint32_t portion) {
  State& state = *state_;
  if (!state.files) return load_link_input(state.database, state.intents, state.options);
  CLEW_TRY(std::vector<InputPart> parts, state.files->take(portion));
  std::vector<LinkAssertion> assertions;
  for (std::size_t i = 0; i < state.assertions.size(); ++i) {
    if (state.portion_of_assertion[i] == portion) assertions.push_back(state.assertions[i]);
  }
  LoadedInput loaded =
      assemble_input(std::move(parts), std::move(assertions), state.options.threads);
  loaded.outside_tree = portion == 0 ? state.outside_tree : 0;
  return loaded;
}

}  // namespace clewline::engine
