#pragma once

#include <span>
#include <string_view>

namespace clewline::simulation {

/// A mapping that is this centre's own, written beside its exports.
struct SampleMapping {
  std::string_view file;
  std::string_view text;
};

/// Returns the mappings that no preset has: extensions of presets by what this centre's systems
/// attach to their records, and its own CSV files.
std::span<const SampleMapping> sample_mappings();

}  // namespace clewline::simulation
