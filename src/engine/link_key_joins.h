#pragma once

#include <absl/container/flat_hash_set.h>

#include <string_view>
#include <vector>

#include "engine/key_groups.h"
#include "engine/link_keys.h"
#include "engine/link_read_internal.h"
#include "model/linking_config.h"
#include "store/database.h"

namespace clewline::engine {

/// Joins the keys of calls and of cases that may be linked by agent and time. `events` is SQL that
/// may follow FROM.
Status join_meetings(store::Connection& connection, const LinkingConfig& linking,
                     std::string_view events, LinkKeys& keys, KeyGroups& groups);

/// The events that assertions name.
absl::flat_hash_set<Id128> asserted_events(const std::vector<LinkAssertion>& assertions);

/// Joins the identifiers of every stored profile.
Status join_profiles(store::Connection& connection, const BlockedValues& blocked, LinkKeys& keys,
                     KeyGroups& groups);

}  // namespace clewline::engine
