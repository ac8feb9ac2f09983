#pragma once

#include <string>
#include <vector>

#include "engine/unit_rows.h"

namespace clewline::engine {

/// Says in plain words what a unit was, from its stored facts alone: "called about billing, waited
/// 2 min, spoke 5 min with agent 12". Times are left to the caller.
std::string event_words(const UnitRow& event);
/// `queue` names the queue of a transaction of role routing; empty: by its id.
std::string transaction_words(const UnitRow& transaction, const std::string& queue = {});
/// `transactions` are those of the interaction, in order; `events` its events.
std::string interaction_words(const UnitRow& interaction, const std::vector<UnitRow>& transactions,
                              const std::vector<UnitRow>& events);
std::string engagement_words(const UnitRow& engagement);
std::string customer_words(const UnitRow& customer);

}  // namespace clewline::engine
