#pragma once

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// Places transactions without presence (LINKING.md §5): in the contact they serve, by session key,
/// chain key, case key inside the wrap window, customer-and-time rule, or the wrap window alone;
/// else in interactions of kind feedback or company. Then numbers all interactions in order of time
/// and lists their transactions. Call after `group_contacts`.
void place_transactions(const LinkContext& context, CustomerScratch& scratch);

}  // namespace clewline::hierarchy
