#pragma once

#include <string>

#include "base/result.h"
#include "model/linking_config.h"

namespace clewline::engine {

/// Writes the weights of the engagement score into config/linking.yaml, with a comment that says
/// how they were learned; all else of the file stays. When the configuration could not be read
/// afterwards, the file as it was comes back.
Status write_engagement_weights(const std::string& workspace_folder,
                                const EngagementWeights& weights, const std::string& how);

}  // namespace clewline::engine
