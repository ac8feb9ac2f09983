#include "engine/linked_portions.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/assert.h"
#include "engine/link_portions.h"
#include "engine/link_scan.h"
#include "identity/resolve.h"
#include "text/zone.h"

namespace clewline::engine {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
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

/// Visits all portions; false when records turn out to name customers and the input lacks their
/// names.
Result<bool> visit_all(store::Database& database, LinkSettings settings, const LinkMemoryPlan& plan,
                       bool record_names, const PortionVisitor& visitor) {
  settings.threads = plan.threads;
  Clock::time_point start = Clock::now();
  const LoadOptions load{settings.threads, "", record_names, settings.parquet_files,
                         settings.matches};
  CLEW_TRY(LinkPortions portions, LinkPortions::open(database, settings.intents, settings.linking,
                                                     load, plan.portion_events));
  if (visitor.begin) CLEW_TRY_VOID(visitor.begin(plan));
  for (std::uint32_t number = 0; number < portions.size(); ++number) {
    LinkedPortion portion;
    CLEW_TRY(portion.loaded, portions.take(number));
    portion.threads = plan.threads;
    portion.only = portions.size() == 1;
    portion.load_seconds = seconds_since(start);
    start = Clock::now();
    CLEW_TRY(portion.identity, find_customers(portion.loaded.input, settings));
    if (portion.identity.record_names_missing) return false;
    portion.identity_seconds = seconds_since(start);
    CLEW_TRY_VOID(visitor.portion(portion));
    start = Clock::now();
  }
  if (visitor.end) CLEW_TRY_VOID(visitor.end(plan));
  return true;
}

}  // namespace

Result<identity::ResolveOptions> resolve_options(const LinkingConfig& linking, unsigned threads) {
  CLEW_TRY(const text::Zone* zone, text::Zone::find(linking.zone));
  identity::ResolveOptions options;
  options.threads = static_cast<int>(threads);
  for (std::size_t i = 0; i < zone->starts().size(); ++i)
    options.zone_offsets.push_back({zone->starts()[i], zone->offsets_us()[i]});
  return options;
}

Result<IdentityResult> find_customers(const LinkInput& input, const LinkSettings& settings) {
  CLEW_TRY(identity::ResolveOptions options, resolve_options(settings.linking, settings.threads));
  options.alias_keys = false;
  return identity::resolve(input, settings.linking, settings.workspace_key, options);
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

Status visit_portions(store::Database& database, const LinkSettings& settings,
                      const PortionVisitor& visitor) {
  CLEW_TRY(const LinkMemoryPlan plan, plan_memory(database, settings));
  CLEW_TRY(const StoreBounds bounds, StoreBounds::lower(database, plan));
  CLEW_TRY(bool visited, visit_all(database, settings, plan, false, visitor));
  if (!visited) {  // keys of crowds are no keys: records name what had seemed to have a session
    CLEW_TRY(visited, visit_all(database, settings, plan, true, visitor));
  }
  CLEW_ASSERT(visited);
  return {};
}

}  // namespace clewline::engine
