#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "simulation/centre_plan.h"
#include "simulation/random.h"
#include "simulation/simulate.h"

namespace clewline::simulation {

/// The exports of the centre's systems.
enum class Export : std::uint8_t {
  calls,
  flows,
  hotline,
  web,
  tickets,
  surveys,
  notes,
  outreach,
  back_office,
  contracts,
  customers,
};
inline constexpr std::size_t kExports = 11;

/// Collects the rows of every export, and writes them in the order in which they arrive.
class ExportFiles {
 public:
  ExportFiles();

  /// Adds one row, line end included, that arrives at that time.
  void add(Export file, TimeUs arrives_at, std::string row) {
    files_[static_cast<std::size_t>(file)].rows.push_back({arrives_at, std::move(row)});
  }

  /// Does what real deliveries do to records with a key: some are sent again, some arrive late.
  void disturb(const NoisePlan& noise, Random random);

  /// Writes the exports, and the mappings that are this centre's own.
  Result<SimulationSummary> write(const std::filesystem::path& folder);

 private:
  struct Row {
    TimeUs at;
    std::string text;
  };
  struct File {
    std::string_view name;
    std::string_view mapping;
    std::string_view source;
    std::string_view header;
    bool has_keys = true;
    std::vector<Row> rows;
  };

  std::vector<File> files_;
};

}  // namespace clewline::simulation
