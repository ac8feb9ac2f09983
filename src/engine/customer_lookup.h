#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "base/result.h"
#include "engine/workspace.h"

namespace clewline::engine {

/// What a name was found to mean, and who else carried it.
struct FoundCustomer {
  Id128 customer_id;
  std::string name_kind;  // identifier kind, or session, chain, record, event; empty: named by id
  std::string name;       // normalised
  /// Further customers of a shareable value, each as "c_… from 2024-01-02 to 2024-03-04".
  std::vector<std::string> others;
  std::string former_id;  // the id asked for, where it has become another's
};

/// Finds a customer by id (`c_…`, or any id of a unit or event of theirs), by identifier
/// (`phone:+4930901820`, in any spelling that normalises to it), by `session:SOURCE/KEY`,
/// `chain:…`, `record:SOURCE/STREAM/ID`, or by a bare identifier value. Errors: `not_found`;
/// `usage` when a bare value means several customers.
Result<FoundCustomer> find_customer(Workspace& workspace, store::Connection& connection,
                                    std::string_view name);

/// Reads the 32 digits of an id with its prefix ("i_…"), or of a bare event id; null when it is
/// none of these.
std::optional<Id128> parse_unit_id(std::string_view text, std::string_view prefixes);

/// Finds the unit of a level ("transaction", "interaction", "engagement") that an id names: its
/// own, that of a unit inside, or any event id. Returns the unit's id. Error: `not_found`.
Result<Id128> find_unit(store::Connection& connection, std::string_view level,
                        std::string_view name);

}  // namespace clewline::engine
