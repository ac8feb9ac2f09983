#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/evaluate.h"
#include "engine/truth_events.h"
#include "evaluation/bootstrap.h"
#include "evaluation/partition_sums.h"

namespace clewline::engine {

/// Writes "1 event", "1,234 events".
std::string counted_events(std::uint64_t count);

/// Says in plain words how right a level is: of 100 pairs put together, how many belong together,
/// and the other way round.
std::string level_sentence(std::string_view level, const evaluation::Sums& sums,
                           std::span<const evaluation::Estimate> measures);

/// Adds what a person should know of rows, events and intervals to the notes of the answer.
void add_notes(const TruthCounts& counts, const EvaluateRequest& request, EvaluateAnswer& answer);

}  // namespace clewline::engine
