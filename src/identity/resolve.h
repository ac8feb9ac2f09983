#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "base/result.h"
#include "base/time.h"
#include "model/link_input.h"
#include "model/link_result.h"
#include "model/linking_config.h"

namespace clewline::identity {

/// From `from` on, local time of the workspace's zone is UTC plus `offset_us`.
struct ZoneOffset {
  TimeUs from = 0;
  std::int64_t offset_us = 0;
};

struct ResolveOptions {
  /// Threads to use, at least 1; the result is the same for every number.
  int threads = 1;
  /// Offsets of `LinkingConfig::zone`, ascending by `from`; the first also holds before its `from`.
  /// Empty: UTC.
  std::vector<ZoneOffset> zone_offsets;
  /// Whether to fill `IdentityResult::aliases`; `alias_rows` is filled always.
  bool alias_names = false;
  /// Whether `alias_rows` also lists sessions, chains and records, which can be read off the tree.
  bool alias_keys = true;
};

/// Finds the customer of every event (LINKING.md §3): a pure function of the set of events,
/// profiles and assertions, the configuration and the key; the order of the input's vectors and the
/// number of threads change nothing but the order in which events are numbered. Customers come in
/// ascending order of id. Errors: `bad_input` for an assertion that `check_assertion` refuses;
/// `usage` for an empty key.
Result<IdentityResult> resolve(const LinkInput& input, const LinkingConfig& config,
                               std::string_view workspace_key, const ResolveOptions& options = {});

/// Checks that the two names of an assertion can be read and together mean something: two anchors;
/// an anchor and a shareable identifier; an event or session and an anchor; for unlink and forbid
/// also an event or session and a shareable identifier. Call it before an assertion is stored.
Status check_assertion(const LinkAssertion& assertion, const LinkingConfig& config);

/// Writes out one row of `IdentityResult::alias_rows`.
CustomerAlias describe_alias(const LinkInput& input, const LinkingConfig& config,
                             const CustomerAliasRow& row);

/// Returns the customer id that a name gives: what an alias was called before it became somebody
/// else's.
Id128 customer_id_of_name(const LinkInput& input, const LinkingConfig& config,
                          std::string_view workspace_key, const CustomerAliasRow& row);

}  // namespace clewline::identity
