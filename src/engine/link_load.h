#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/id128.h"
#include "base/result.h"
#include "model/link_input.h"
#include "model/linking_config.h"
#include "store/database.h"

namespace clewline::engine {

/// What link reads from a workspace, and what it leaves out of the tree.
struct LoadedInput {
  LinkInput input;
  /// Events of sessions that the block list names as tests, staff or misdials: in no customer's
  /// tree.
  std::vector<Id128> not_a_customer;
  /// Events whose type is outside the tree (workforce, operations, identity facts).
  std::uint64_t outside_tree = 0;
};

struct LoadOptions {
  unsigned threads = 2;
  /// Extra SQL condition on store.events, empty for all.
  std::string filter;
  /// Keep the ids of all records, for questions that name one; else only of those that may name a
  /// customer.
  bool record_names = true;
  /// Parquet files of canonical events to read in place of store.events; each is read by one
  /// thread.
  std::vector<std::string> parquet_files;
  /// Profiles that look like one person, beside what people said.
  std::vector<LinkAssertion> matches;
};

/// Reads events, profiles and assertions as linking wants them: strings as numbers, enums as codes,
/// native intents through the dictionary, blocked identifier values left out. Cost: one parallel
/// scan.
Result<LoadedInput> load_link_input(store::Database& database, const IntentDictionary& intents,
                                    const LoadOptions& options);

}  // namespace clewline::engine
