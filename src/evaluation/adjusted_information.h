#pragma once

#include <cstdint>
#include <span>

#include "evaluation/bootstrap.h"
#include "evaluation/partition_sums.h"

namespace clewline::evaluation {

/// Adjusted mutual information (Vinh, Epps & Bailey, JMLR 11, 2010, with the mean of both
/// entropies): information that found and true units share beyond what units of these sizes share
/// by chance, 0 by chance, 1 when they agree. The expected information is exact for the value.
/// Resamples take it from a table over five numbers of events; they draw at most 1,000 groups
/// (larger ones put together at random), and there is no interval when the sizes of true and found
/// units make more than 250,000 pairs. `table` as of `add_partition_sums`. O(distinct true sizes ·
/// distinct found sizes · √size).
Estimate adjusted_information(std::span<const SharedEvents> table,
                              std::span<const std::uint32_t> group_of,
                              const BootstrapOptions& options);

}  // namespace clewline::evaluation
