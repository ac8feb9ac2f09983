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
#include "engine/link_key_joins.h"
#include "engine/link_keys.h"
#include "engine/link_load_internal.h"
#include "engine/link_scan.h"
#include "engine/portion_files.h"

namespace clewline::engine {
namespace {

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
  CLEW_TRY_VOID(join_meetings(connection, linking, "store.events", keys, components));
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
