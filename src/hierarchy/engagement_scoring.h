#pragma once

#include <cstdint>
#include <string>

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// What a scored join compares: the moment, the issue and its object.
struct JoinScore {
  bool open = false;  // inside the idle or reopen window, and no blocker
  double probability = 0;
};

/// Compares a contact with an engagement as it stood at that moment.
JoinComparison compare_join(const LocalEngagement& engagement, const LocalInteraction& contact,
                            const LocalInteraction& last_contact);

/// Scores a component that begins with `contact` against an engagement as it stood at that moment
/// (LINKING.md §6.2). `detail`, when not null, receives the contributions.
JoinScore score_join(const LinkRules& rules, const LocalEngagement& engagement,
                     const LocalInteraction& contact, const LocalInteraction& last_contact,
                     std::string* detail);

/// Tells whether no score under these weights reaches the threshold where two intents are known and
/// differ.
bool never_joins_other_intents(const EngagementWeights& weights);

/// Tells whether an outcome leaves the customer's issue open.
bool leaves_unresolved(Outcome outcome);
/// Tells whether a result ends an engagement.
bool closes(EngagementResult result);

}  // namespace clewline::hierarchy
