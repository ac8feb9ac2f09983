#pragma once

#include <cstdint>

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// Fills the rows of the cut transactions: id, times, presence (hull of the presence events, open
/// ends closed, too long ones clipped), keys, role, outcome and the measures wait, talk, hold and
/// wrap. Adds to `issues` (if not null) a row for each transaction whose end lay too far off.
void describe_transactions(const LinkContext& context, std::uint32_t customer,
                           CustomerScratch& scratch,
                           std::vector<std::pair<std::uint32_t, std::string>>* issues);

}  // namespace clewline::hierarchy
