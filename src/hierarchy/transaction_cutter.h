#pragma once

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// Cuts a customer's events into transactions (LINKING.md §4): fills `scratch.transactions`, in
/// order of their first events, and `events_by_transaction`; sets each event's transaction.
/// Measures come later
/// (`describe_transactions`).
void cut_transactions(const LinkContext& context, CustomerScratch& scratch);

}  // namespace clewline::hierarchy
