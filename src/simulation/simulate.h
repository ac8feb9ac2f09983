#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace clewline::simulation {

enum class Noise : std::uint8_t { none, low, high };
/// How much the menu does by itself: `large` has a self-service node for every intent, eight
/// faults, and a truth of every visit (truth_exits.parquet).
enum class Menu : std::uint8_t { small, large };

struct SimulationOptions {
  std::uint32_t customers = 1000;
  std::uint32_t days = 60;
  std::uint64_t seed = 1;
  Noise noise = Noise::low;
  Menu menu = Menu::small;
  std::string mended = {};  // node of the large menu whose fault is left out; empty: none
  TimeUs start_at = 1'767'225'600LL * kUsPerSecond;  // 2026-01-01T00:00:00Z
};

/// One file that `simulate` wrote, and how to import it.
struct SimulatedFile {
  std::string name;     // inside the output folder
  std::string mapping;  // preset name, or a mapping file written beside it
  std::string source;   // value for --source
  std::uint64_t records = 0;
};

struct SimulationSummary {
  std::vector<SimulatedFile> files;
  std::uint64_t records = 0;
  std::uint64_t customers = 0;
  std::uint64_t interactions = 0;
  std::uint64_t engagements = 0;
  std::uint64_t truth_rows = 0;  // one an event, or a session of a stream without record keys
};

/// Writes a sample contact centre as vendors' exports with its planted truth: truth.parquet (one
/// row an event), truth_customers.parquet, truth_agents.parquet, truth_menus.parquet, and with the
/// large menu truth_exits.parquet. Same options, same bytes. The distributions are those of
/// docs/methods/simulation.md; nothing of the linker's configuration is read. Errors: `usage` for
/// zero customers or days, `io` when the folder cannot be written.
Result<SimulationSummary> simulate(const std::filesystem::path& folder,
                                   const SimulationOptions& options);

}  // namespace clewline::simulation
