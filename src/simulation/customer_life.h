#pragma once

#include <cstdint>
#include <string>

#include "simulation/export_files.h"
#include "simulation/random.h"
#include "simulation/simulate.h"

namespace clewline::simulation {

/// What is shared by all customers' lives: counters of units and the calendar.
struct Centre {
  const SimulationOptions& options;
  ExportFiles& files;
  std::uint64_t interactions = 0;
  std::uint64_t engagements = 0;
  std::uint64_t next_ticket = 1000;
};

/// One customer from the first day to the last: issues arrive, each is pursued over the channels
/// until it is resolved or given up, and every step leaves records in the systems it touches.
class CustomerLife {
 public:
  CustomerLife(Centre& centre, std::uint32_t number, Random random);
  void live();

 private:
  struct Issue;
  enum class MenuEnd : std::uint8_t { left, answered, wants_agent };

  void introduce();
  void pursue(Issue issue);
  TimeUs browse(const Issue& issue, TimeUs at);
  bool call(Issue& issue, TimeUs at);
  MenuEnd pass_menu(const Issue& issue, CallRecord& call, TimeUs& at);
  bool pass_on(const Issue& issue, const CallRecord& first, TimeUs& end);
  std::string some_agent();
  bool write_mail(Issue& issue, TimeUs at);
  bool order_online(Issue& issue, TimeUs at);
  void answer_survey(const Issue& issue, TimeUs at, std::string_view contact_id, bool solved);
  bool talk(const Issue& issue, CallRecord& call, TimeUs at, bool second_leg);
  Truth truth(const Issue& issue) const;
  std::string unique_id();
  TimeUs office_hours(TimeUs at);

  Centre& centre_;
  std::uint32_t number_;
  Random random_;
  std::string customer_number_;
  std::string phone_;
  std::string email_;
  std::string cookie_;
  std::uint64_t interaction_ = 0;
};

}  // namespace clewline::simulation
