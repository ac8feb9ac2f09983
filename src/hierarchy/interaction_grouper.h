#pragma once

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// Joins transactions with presence into contacts (LINKING.md §5): any two presences that overlap,
/// lie within the gap of their channels, or within chain_gap with one chain key; and groups whose
/// hulls overlap, to a fixed point. Sets `unit.interaction` of those transactions and makes
/// `scratch.interactions`, in order of time, with kind, presence and start.
void group_contacts(const LinkContext& context, CustomerScratch& scratch);

}  // namespace clewline::hierarchy
