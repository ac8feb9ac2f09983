#pragma once

#include <string>
#include <vector>

namespace clewline::engine {

/// Says why two interactions are one engagement, from a row of `engagement_links`.
std::string engagement_link_words(const std::string& rule, double probability,
                                  const std::string& detail);

/// One weight of a scored join.
struct Contribution {
  std::string weight;  // its name in config/linking.yaml, e.g. "same_intent", "gap_1d"
  double log_odds = 0;
};

/// Reads the contributions that `engagement_links.detail` lists.
std::vector<Contribution> contributions_of(const std::string& detail);

/// Writes the weights one below the other, in plain words, with what they come to so far: the
/// waterfall from the prior to the probability.
std::vector<std::string> waterfall_lines(const std::vector<Contribution>& contributions);

}  // namespace clewline::engine
