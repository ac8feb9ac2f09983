#pragma once

#include <cstdint>
#include <span>

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"
#include "model/link_result.h"

namespace clewline::hierarchy {

/// Links the events of one customer to transactions, interactions, engagements and the journey, and
/// appends the rows to `out` (whose `transaction_of_event` it leaves alone). Writes each event's
/// transaction, a number in `out`, to `transaction_of_event[event index]`. Pure: the same events
/// give the same rows in any order, whatever the scratch was used for before. An empty span adds
/// nothing.
void link_customer(const LinkContext& context, std::uint32_t customer,
                   std::span<const std::uint32_t> event_indexes, CustomerScratch& scratch,
                   HierarchyResult& out, std::span<std::uint32_t> transaction_of_event);

}  // namespace clewline::hierarchy
