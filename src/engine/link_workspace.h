#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/tiers_config.h"
#include "model/link_input.h"
#include "model/linking_config.h"
#include "store/database.h"

namespace clewline::engine {

/// What link needs to know beside the store; all of it is configuration or an explicit choice.
struct LinkSettings {
  LinkingConfig linking;
  IntentDictionary intents;
  CountingConfig counting;
  TiersConfig tiers;
  std::string workspace_key;    // secret key of customer ids
  std::optional<TimeUs> as_of;  // instant at which open and lapsed are judged
  unsigned threads = 2;
  bool full = true;  // else only whom the changes since the last link touch, where that is known
  std::string memory_limit;            // "4GB": what linking may use; empty: what the machine has
  std::uint64_t portion_events = 0;    // most events to link at once; 0: as memory allows
  std::vector<LinkAssertion> matches;  // profiles that look like one person
  std::vector<std::string> parquet_files;  // canonical events to link in place of the stored ones
};

/// The JSON result of `link` (DESIGN.md §16). Seconds of wall-clock time.
struct LinkSummary {
  std::uint64_t events = 0;  // in the tree
  std::uint64_t events_outside_tree = 0;
  std::uint64_t events_not_a_customer = 0;
  std::uint64_t transactions = 0;
  std::uint64_t interactions = 0;
  std::uint64_t engagements = 0;
  std::uint64_t customers_identified = 0;
  std::uint64_t customers_anonymous = 0;
  std::uint64_t relinked_customers = 0;
  std::uint64_t issues = 0;
  std::uint64_t portions = 0;  // linked one after another, because memory did not hold all
  double seconds = 0;
  double load_seconds = 0;
  double identity_seconds = 0;
  double hierarchy_seconds = 0;
  double store_seconds = 0;
};

/// Builds customers and the four upper levels from all accepted records and stores them in place of
/// the former ones, all or nothing. A pure function of records, assertions and settings, whether
/// everything is linked or only what changed.
Result<LinkSummary> link_workspace(store::Database& database, const LinkSettings& settings);

}  // namespace clewline::engine
