#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "render/result_table.h"

namespace clewline::engine {

struct SimulateRequest {
  std::string folder;
  std::int64_t customers = 1000;
  std::int64_t days = 60;
  std::int64_t seed = 1;
  std::string noise = "low";   // none, low, high
  std::string menu = "small";  // small, large
  std::string mended = {};     // node of the large menu whose fault is left out
};

/// Writes a simulated contact centre; one row a file: file, mapping, source, records.
Result<render::ResultTable> simulate(const SimulateRequest& request);

}  // namespace clewline::engine
