#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "simulation/centre_plan.h"
#include "simulation/person.h"

namespace clewline::simulation {

/// Where an event truly stands. Numbers are unique in the whole simulation.
struct Place {
  std::uint32_t customer = 0;
  std::uint64_t transaction = 0;
  std::uint64_t interaction = 0;
  std::uint64_t engagement = 0;
};

/// The true place of every event, as columns.
class TruthLog {
 public:
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
  std::uint64_t rows() const { return customers_.size(); }

  Status write(const std::filesystem::path& file) const;

 private:
  struct Text {
    std::uint32_t size = 0;
    std::uint64_t begin = 0;
  };
  void add(std::string_view source, std::string_view stream, std::string_view record_id,
           std::string_view session, std::string_view event_type, const Place& place);
  Text keep(std::string_view text);
  std::vector<std::string_view> views(const std::vector<Text>& texts) const;

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
};

Status write_customer_truth(const std::filesystem::path& file,
                            const std::vector<CustomerTruth>& customers);
/// One row an agent and intent.
Status write_agent_truth(const std::filesystem::path& file, const std::vector<AgentPlan>& agents);
/// One row a fault of the menu.
Status write_menu_truth(const std::filesystem::path& file, const std::vector<MenuFault>& faults);

}  // namespace clewline::simulation
