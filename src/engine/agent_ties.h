#pragma once

#include "base/result.h"
#include "model/linking_config.h"
#include "store/database.h"

namespace clewline::engine {

/// Makes the temporary table `agent_ties` (a, b): each pair of transactions of one interaction,
/// both ways round, for which an agent_time rule of the configuration holds: the call's agent saved
/// the record's case between the connection and the rule's `wrap` after the end. All transactions
/// of that leg's session are its call.
Status make_agent_ties(store::Connection& connection, const LinkingConfig& linking);

}  // namespace clewline::engine
