#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "model/link_input.h"
#include "model/link_result.h"

namespace clewline::hierarchy {

/// Counts every level again from the rows alone, never from the linker's counters, and compares:
/// each event in one transaction of its customer, each transaction in one interaction, and so on up
/// to one journey a customer; counts and first and last times of every row; each id the event_id of
/// an event that the unit holds. The error names the first difference.
Status check_conservation(const LinkInput& input, std::span<const std::uint32_t> customer_of_event,
                          const HierarchyResult& result, int threads = 1);

}  // namespace clewline::hierarchy
