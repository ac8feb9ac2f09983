#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

struct GapsRequest {
  bool start_to_start = false;        // else from the end of one presence to the next start
  std::vector<std::string> channels;  // "voice", "web-voice"; empty: all that occur
  std::int64_t resamples = 200;
  std::int64_t seed = 1;
  std::int64_t restarts = 20;
};

/// What the gaps between the customers' presences say, a channel and pair of channels each.
struct GapsAnswer {
  std::vector<std::string> sentences;  // for a person; the first sums up
  render::ResultTable summary;         // for a person: a row a channel or pair
  /// For a person: name of a channel or pair with gaps enough, and what other gaps would make.
  std::vector<std::pair<std::string, render::ResultTable>> choice_tables;
  render::ResultTable gaps;      // the same for programs
  render::ResultTable choices;   // what each choice of the gap would make
  render::ResultTable mixtures;  // every component of every mixture that was fitted
};

/// Fits the gaps between presences (docs/methods/gaps.md) and counts what other gaps would make.
/// Changes nothing. Errors: `usage` for an unknown channel; those of link's reading.
Result<GapsAnswer> find_gaps(Workspace& workspace, const GapsRequest& request);

/// What `apply_gaps` wrote.
struct GapsApplied {
  std::vector<std::string> sentences;  // for a person
  render::ResultTable changes;         // setting, channels, before, after, and the contacts
};

/// Writes the natural gaps into config/linking.yaml, whole seconds, and leaves the rest of the
/// file as it is; where there is no natural gap the setting stays. Errors: `usage` when the
/// definition is start_to_start, which link does not use.
Result<GapsApplied> apply_gaps(Workspace& workspace, const GapsRequest& request);

}  // namespace clewline::engine
