#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluation/interval.h"

namespace clewline::insights {

/// Sums over visits: how many, agents' time after them (ms), and how many were followed by a
/// further visit on the same issue.
struct VisitSums {
  double visits = 0;
  double agent_ms = 0;
  double returns = 0;
  void add(const VisitSums& more) {
    visits += more.visits;
    agent_ms += more.agent_ms;
    returns += more.returns;
  }
  double agent_mean() const { return visits > 0 ? agent_ms / visits : 0; }
  double return_share() const { return visits > 0 ? returns / visits : 0; }
};

/// The visits of one intent at a node.
struct MendingStratum {
  std::string intent;         // empty: not known
  double met_in_all = 0;      // visits that met the fault, followed for the whole window or not
  VisitSums met;              // of them, those that were
  VisitSums sound;            // followed visits at the node that did not meet it
  VisitSums any_sound;        // followed visits of the intent that met no fault anywhere
  bool only_in_time = false;  // `sound` holds those of the time of the fault alone
};

/// What a visit of a stratum costs, from which the errors follow.
struct StratumCost {
  bool usable = false;
  double later = 0;   // V: agents' time from a sound visit on, further visits included
  double excess = 0;  // of a visit that met the fault over a sound one, in ms
};

/// The worth of mending one fault.
struct Mending {
  double saved_ms = 0;
  std::vector<StratumCost> strata;  // one a stratum
};

/// Values a fault: over the intents, as many visits as met it times what one costs more than a
/// sound one at the same node. A visit costs the agents' time until the next visit on the issue,
/// plus, if there is one, V: what a sound visit and all that follow cost, C / (1 − R) with the mean
/// time C and the share R that return. Visits whose intent is not known are compared with the mix
/// of intents of those that met the fault. Null when nothing can be compared.
std::optional<Mending> value_of_mending(const std::vector<MendingStratum>& strata);

}  // namespace clewline::insights
