#pragma once

#include <string>

namespace clewline::engine {

/// Says why two interactions are one engagement, from a row of `engagement_links`.
std::string engagement_link_words(const std::string& rule, double probability,
                                  const std::string& detail);

}  // namespace clewline::engine
