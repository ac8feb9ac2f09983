#pragma once

#include <string>

#include "base/result.h"
#include "model/linking_config.h"

namespace clewline::engine {

/// Writes the weights of the engagement score into config/linking.yaml; all else of the file stays.
/// When it would not say them afterwards (times written another way), the file as it was comes
/// back.
Status write_engagement_weights(const std::string& workspace_folder,
                                const EngagementWeights& weights);

}  // namespace clewline::engine
