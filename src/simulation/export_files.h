#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "simulation/random.h"
#include "simulation/simulate.h"

namespace clewline::simulation {

/// The truth about one record.
struct Truth {
  std::uint32_t customer = 0;
  std::uint64_t interaction = 0;
  std::uint64_t engagement = 0;
};

/// A call as the contact-record export describes it. Times kNoTime when the step did not happen.
struct CallRecord {
  std::string contact_id;
  std::string initial_contact_id;  // empty: the first of its chain
  std::string previous_contact_id;
  std::string initiation_method;
  std::string phone;            // empty: withheld
  std::string customer_number;  // identified in the IVR; empty: not
  std::string intent;
  std::string queue;
  std::string agent;
  std::string disconnect_reason;
  TimeUs started_at = kNoTime;
  TimeUs enqueued_at = kNoTime;
  TimeUs dequeued_at = kNoTime;
  TimeUs connected_at = kNoTime;
  TimeUs disconnected_at = kNoTime;
  std::int64_t hold_s = 0;
  std::int64_t wrap_s = 0;
};

/// Collects the rows of every export, and writes them in time order.
class ExportFiles {
 public:
  void call(const CallRecord& call, const Truth& truth);
  void flow_block(std::string_view contact_id, TimeUs at, std::string_view block_type,
                  std::string_view block, std::string_view result);
  void web(std::string_view message_id, TimeUs at, std::string_view type, std::string_view event,
           std::string_view anonymous_id, std::string_view user_id, std::string_view properties,
           const Truth& truth);
  void ticket(std::string_view audit_id, std::string_view ticket_id, TimeUs at,
              std::string_view author_id, std::string_view channel, std::string_view email,
              std::string_view events, const Truth& truth);
  void survey(std::string_view response_id, TimeUs at, std::string_view contact_id,
              std::string_view customer_number, int score, const Truth& truth);
  void customer(std::string_view customer_number, TimeUs valid_from, std::string_view phone,
                std::string_view email, std::string_view tier);

  /// Adds what real deliveries do: records sent again, and records that arrive late.
  void disturb(Noise noise, Random random);

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
    std::vector<Row> rows;
  };
  enum FileNumber : std::size_t {
    kCalls,
    kFlows,
    kWeb,
    kTickets,
    kSurveys,
    kCustomers,
    kTruth,
    kFileCount
  };

  void add(FileNumber file, TimeUs at, std::string text);
  void truth_row(std::string_view source, std::string_view stream, std::string_view record_id,
                 const Truth& truth);

  std::vector<File> files_ = make_files();
  static std::vector<File> make_files();
};

}  // namespace clewline::simulation
