#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "base/result.h"
#include "engine/workspace.h"

namespace clewline::engine {

/// The levels a truth file may name, from the customer down.
inline constexpr std::string_view kTruthLevels[] = {"customer", "engagement", "interaction",
                                                    "transaction"};
inline constexpr std::size_t kTruthLevelCount = 4;
inline constexpr std::uint32_t kNoTruth = std::numeric_limits<std::uint32_t>::max();

/// What became of the rows of a truth file, and which events it says nothing about.
struct TruthCounts {
  std::int64_t rows = 0;
  std::int64_t rows_without_event = 0;
  std::int64_t events_with_truth = 0;
  std::int64_t events_without_truth = 0;
  std::int64_t events_contradicted = 0;  // two rows say different things; not scored
  std::int64_t events_outside_tree = 0;  // each scored as a unit of its own
  std::int64_t events_too_coarse = 0;  // a row of a whole record says no transaction of its events
  std::int64_t units_across_customers = 0;  // true units that span two true customers
  std::string unmatched_example;            // key of one row without an event
  std::string other_names;  // a sentence, where sources or streams have other names in the file
};

/// The events whose truth is known, in the order of sequences and time; units are numbered, equal
/// numbers are one unit.
struct TruthEvents {
  std::vector<Id128> event_ids;
  std::vector<std::uint32_t> sequence;  // the true customer's events, else the found one's
  std::vector<std::uint32_t> customer;  // found
  std::array<std::vector<std::uint32_t>, kTruthLevelCount> truth;  // kNoTruth: not said
  std::array<std::vector<std::uint32_t>, kTruthLevelCount> found;
  std::array<bool, kTruthLevelCount> has_column{};
  std::vector<Id128> customer_ids;  // by number; that of the event where it has no customer
  TruthCounts counts;
};

/// Reads a truth file (Parquet by its ending, else CSV) and matches it with the workspace's events,
/// row by row by event_id, else by record_id with what stands of source, stream, event_type and
/// ordinal, else by session_key with what stands of source, stream and event_type. Errors:
/// `not_found` when there is no file, `bad_input` when its columns say no key or no level or when
/// no row names an event, `conflict` when nothing is linked.
Result<TruthEvents> read_truth(Workspace& workspace, const std::string& file);

}  // namespace clewline::engine
