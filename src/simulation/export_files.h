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
  chats,
  messages,
  social,
};
inline constexpr std::size_t kExports = 14;

/// Collects the rows of every export, and writes them in the order in which they arrive. What is
/// held is bounded: beyond that sorted runs wait beside the exports.
class ExportFiles {
 public:
  /// `random` decides what the deliveries do to the rows, by `noise`.
  ExportFiles(const std::filesystem::path& folder, const NoisePlan& noise, Random random);
  ~ExportFiles();
  ExportFiles(const ExportFiles&) = delete;
  ExportFiles& operator=(const ExportFiles&) = delete;

  /// Adds one row, line end included, that arrives at that time. Does what real deliveries do to
  /// records with a key: some are sent again, some arrive late.
  void add(Export file, TimeUs arrives_at, std::string row);

  /// Writes the exports, and the mappings that are this centre's own. Errors: `io`, also when a run
  /// could not be written before.
  Result<SimulationSummary> write();

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
    std::vector<Row> rows;  // held
    std::uint64_t count = 0;
    std::size_t runs = 0;
  };

  std::filesystem::path run_path(const File& file, std::size_t run) const;
  void push(File& file, TimeUs at, std::string text);
  void put_away();
  Status write_merged(File& file);

  std::filesystem::path folder_;
  const NoisePlan& noise_;
  std::vector<Random> random_;  // of each file
  std::vector<File> files_;
  std::size_t held_bytes_ = 0;
  bool failed_ = false;
};

}  // namespace clewline::simulation
