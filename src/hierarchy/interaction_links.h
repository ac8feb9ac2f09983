#pragma once

#include <cstdint>
#include <span>

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// Appends a customer's links beside the tree: `about`, from feedback to the contact it names;
/// `caused_by`, from a contact to the campaign, bill, notice or outbound call before it. Causes of
/// the same intent are noted in `scratch.agreeing_causes`. `interactions_begin` is the number of
/// the customer's first interaction.
void link_interactions(const LinkContext& context, std::uint32_t interactions_begin,
                       CustomerScratch& scratch, std::vector<InteractionLink>& links);

/// Appends a `same_chain` link for each two neighbours in time of one chain that belong to
/// different customers. Needs the finished tree.
void link_chains_across_customers(const LinkContext& context, HierarchyResult& result);

}  // namespace clewline::hierarchy
