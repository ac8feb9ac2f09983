#pragma once

#include <cstdint>

namespace clewline::statistics {

/// A count out of a whole.
struct Share {
  std::int64_t part = 0;
  std::int64_t whole = 0;
  double value() const {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  }
};

/// Returns the z of the difference of two shares with the pooled variance, after − before; 0 when
/// one has no cases or both are the same for all.
double share_change_z(const Share& before, const Share& after);

}  // namespace clewline::statistics
