#pragma once

#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/event_batch.h"
#include "ingest/mapping.h"
#include "ingest/mapping_compiler.h"
#include "ingest/readers/text_arena.h"

namespace clewline::ingest {

/// Values that never name a customer: those of a mapping's `block`. (The workspace's own list is
/// applied when linking, so that it works whenever it is imported.)
class BlockList {
 public:
  void add(std::string_view kind, std::string_view value);
  void add_pattern(std::string_view kind, std::string_view pattern);
  /// Adds a mapping's rules, values normalised by kind.
  void add_rules(const std::vector<BlockRule>& rules, std::string_view region);
  bool holds(std::string_view kind, std::string_view value) const;
  bool empty() const { return values_.empty() && patterns_.empty(); }

 private:
  absl::flat_hash_set<std::string> values_;  // kind, unit separator, value
  std::vector<std::pair<std::string, std::string>> patterns_;
};

/// An identifier as a mapping gave it. A text without memory is null.
struct RawIdentifier {
  std::string_view kind;
  std::string_view raw;
  std::string_view role;
  std::string_view assurance;
};

/// Writes the identifiers of events, normalised by kind.
class IdentifierBuilder {
 public:
  IdentifierBuilder(std::string region, std::shared_ptr<const BlockList> block, TextArena& arena,
                    RowColumn& column);

  /// Adds one identifier to the event at hand; returns issue bits.
  std::uint64_t add(const RawIdentifier& identifier);
  /// Adds the identifiers of a JSON array of {kind, value, role, assurance}; returns issue bits.
  std::uint64_t add_list(std::string_view json);
  /// Ends the event at hand and begins the next.
  void end_event();

 private:
  std::string region_;
  std::shared_ptr<const BlockList> block_;
  TextArena& arena_;
  RowColumn& column_;
};

}  // namespace clewline::ingest
