#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "simulation/centre_plan.h"
#include "simulation/person.h"
#include "store/chunk_appender.h"
#include "store/database.h"

namespace clewline::simulation {

/// Where an event truly stands. Numbers are unique in the whole simulation.
struct Place {
  std::uint32_t customer = 0;
  std::uint64_t transaction = 0;
  std::uint64_t interaction = 0;
  std::uint64_t engagement = 0;
};

/// The true place of every event. Rows are held until some customers are through, then they wait in
/// a database beside the file for the end.
class TruthLog {
 public:
  explicit TruthLog(const std::filesystem::path& folder) : store_file_(folder / ".truth.duckdb") {}
  ~TruthLog();
  TruthLog(const TruthLog&) = delete;
  TruthLog& operator=(const TruthLog&) = delete;

  /// One event of a record that its key names.
  void record_event(std::string_view source, std::string_view stream, std::string_view record_id,
                    std::string_view event_type, const Place& place) {
    add(source, stream, record_id, {}, event_type, place);
  }
  /// The events of a session in a stream without record keys; of one type, or all of them.
  void session_events(std::string_view source, std::string_view stream, std::string_view session,
                      std::string_view event_type, const Place& place) {
    add(source, stream, {}, session, event_type, place);
  }
  std::uint64_t rows() const { return written_ + customers_.size(); }

  /// To be called when all events of a customer are told.
  Status end_customer();
  /// Writes all rows as Parquet.
  Status write(const std::filesystem::path& file);

 private:
  struct Text {
    std::uint32_t size = 0;
    std::uint64_t begin = 0;
  };
  void add(std::string_view source, std::string_view stream, std::string_view record_id,
           std::string_view session, std::string_view event_type, const Place& place);
  Text keep(std::string_view text);
  Status put_away();
  void close_store();
  /// The true kind of each row's interaction: contact, feedback, company.
  std::vector<std::string_view> kinds() const;
  std::vector<std::string_view> views(const std::vector<Text>& texts) const;

  std::filesystem::path store_file_;
  std::optional<store::Database> database_;
  std::optional<store::Connection> connection_;
  std::optional<store::ChunkAppender> appender_;
  std::uint64_t written_ = 0;
  // What is held:
  std::string arena_;
  std::vector<std::string_view> sources_;  // literals
  std::vector<std::string_view> streams_;
  std::vector<std::string_view> event_types_;
  std::vector<Text> record_ids_;
  std::vector<Text> sessions_;
  std::vector<std::int64_t> customers_;
  std::vector<std::int64_t> transactions_;
  std::vector<std::int64_t> interactions_;
  std::vector<std::int64_t> engagements_;
};

/// What happened to one customer, and why.
struct CustomerTruth {
  std::uint32_t number = 0;
  std::string customer_no;
  std::string also_known_as;  // a second customer record; empty: none
  std::uint32_t household = 0;
  std::string tier;
  TimeUs mobile_changed_at = kNoTime;
  double patience_mean_s = 0;
  double offer_response = 0;
  TimeUs offer_sent_at = kNoTime;
  TimeUs offer_accepted_at = kNoTime;
  TimeUs churned_at = kNoTime;
  std::string churn_cause;
  TimeUs upgraded_at = kNoTime;
  std::string upgrade_cause;
  std::int64_t issues = 0;
  std::int64_t unresolved_issues = 0;
  std::int64_t agent_seconds = 0;  // talk, hold and wrap-up, in calls and chats
};

Status write_customer_truth(const std::filesystem::path& file,
                            const std::vector<CustomerTruth>& customers);
/// One row an agent and intent.
Status write_agent_truth(const std::filesystem::path& file, const std::vector<AgentPlan>& agents);
/// One visit to the large menu, and why it ended. `fault` is the node of the planted fault it met;
/// empty: none.
struct ExitTruth {
  std::string contact_id;
  std::uint32_t customer = 0;
  TimeUs at = 0;
  std::string_view intent;
  std::string_view label;  // done, routed, no_match, error, misroute, wait, hang_up
  std::string_view fault;
};
Status write_exit_truth(const std::filesystem::path& file, const std::vector<ExitTruth>& exits);
/// One row a fault of the menu.
Status write_menu_truth(const std::filesystem::path& file, const std::vector<MenuFault>& faults);

}  // namespace clewline::simulation
