#pragma once

#include <cstdint>

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// Joins interactions into engagements (LINKING.md §6): hard edges first, then each component once,
/// at its first presence, by score. Fills `scratch.engagements` in order of time, sets each
/// interaction's `unit.engagement`, and collects `scratch.evidence`.
void build_engagements(const LinkContext& context, CustomerScratch& scratch);

/// Writes the rows of the customer's engagements and its journey.
void describe_engagements(const LinkContext& context, std::uint32_t customer,
                          CustomerScratch& scratch, HierarchyResult& out);

}  // namespace clewline::hierarchy
