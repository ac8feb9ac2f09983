#pragma once

#include <cstdint>
#include <span>

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// Fills `scratch.events` with a customer's events in the order of LINKING.md §7: times mended and
/// clipped, keys of hubs taken away, role and presence by type, actor, direction and channel. Adds
/// to `issues` (if not null) one row for each interval that was clipped or ended before it began.
void gather_events(const LinkContext& context, std::span<const std::uint32_t> event_indexes,
                   CustomerScratch& scratch,
                   std::vector<std::pair<std::uint32_t, std::string>>* issues);

}  // namespace clewline::hierarchy
