#pragma once

#include <cstdint>

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// Fills the rows of the numbered interactions: id, times, counts, contact attempts, who began it,
/// outcome, pattern, and what engagements ask of them.
void describe_interactions(const LinkContext& context, std::uint32_t customer,
                           CustomerScratch& scratch);

/// Appends the rows beside the tree: `case_links` and `interaction_issues`; sets each interaction's
/// primary case and intent. `interactions_begin` is the number of the customer's first interaction
/// in `out`.
void link_cases_and_issues(CustomerScratch& scratch, std::uint32_t interactions_begin,
                           HierarchyResult& out);

}  // namespace clewline::hierarchy
