#pragma once

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// Counts a contact's attempts (LINKING.md §5): distinct chains, else sessions, with presence;
/// keyless presence counts once a source and channel. What the company dialled counts only where
/// there is nothing else. Sets the pattern `cut_off_restart` when an attempt follows one that was
/// cut off in the same channel.
void count_attempts(CustomerScratch& scratch, LocalInteraction& interaction);

/// Sets the pattern also on a contact that follows a cut-off one in the same channel within
/// chain_gap.
void mark_restarts(const LinkRules& rules, CustomerScratch& scratch);

}  // namespace clewline::hierarchy
