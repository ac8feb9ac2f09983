#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "simulation/agent_rota.h"
#include "simulation/centre_plan.h"
#include "simulation/person.h"
#include "simulation/random.h"
#include "simulation/recorder.h"
#include "simulation/truth_tables.h"

namespace clewline::simulation {

/// What is shared by all customers' lives: the plan, who is on the line, and counters of units.
struct Centre {
  CentrePlan& plan;
  Recorder& recorder;
  AgentRota rota;
  std::uint64_t transactions = 0;
  std::uint64_t interactions = 0;
  std::uint64_t engagements = 0;
  std::uint64_t next_ticket = 1000;
  std::vector<ExitTruth> exits;  // of the large menu
};

/// One customer from the first day to the last: issues arrive by themselves, after a bill, a
/// campaign or an order; each is pursued over the channels until it is resolved or given up, and
/// every step leaves records in the systems it touches.
class CustomerLife {
 public:
  CustomerLife(Centre& centre, const Person& person, Random random);
  CustomerTruth live();

 private:
  /// What a customer pursues.
  struct Issue {
    std::size_t intent = 0;
    std::uint64_t engagement = 0;
    TimeUs starts_at = 0;
    std::string order_id;
    std::uint64_t ticket = 0;  // also of a case opened on the phone
    bool has_mail_thread = false;
    int tries = 0;
  };
  /// How a conversation went.
  struct Talk {
    TimeUs ended_at = 0;
    bool spoke = false;
    bool solved = false;
    bool needs_work = false;  // of the back office
    std::string contact_id;   // of the last record; empty: the hotline
    std::string chain_id;     // of the first
    std::string agent;
  };
  /// Something that may set an issue off.
  struct Occasion {
    enum class Kind : std::uint8_t { issue, bill, campaign } kind = Kind::issue;
    TimeUs at = 0;
    std::size_t which = 0;  // the intent, or the campaign
  };
  enum class MenuEnd : std::uint8_t { left, answered, wants_agent };

  // customer_life.cc: the course of a life and of an issue
  std::vector<Occasion> occasions();
  void meet(const Occasion& occasion);
  bool pursue(Issue& issue);
  bool sit_down(Issue& issue, TimeUs& at);
  bool after_talk(Issue& issue, const Talk& talk, TimeUs& at);
  void close(const Issue& issue, bool solved, TimeUs at);
  Place place(const Issue& issue) {
    return {person_.number, ++centre_.transactions, interaction_, issue.engagement};
  }
  void begin_interaction() { interaction_ = ++centre_.interactions; }
  TimeUs office_hours(TimeUs at);
  TimeUs time_to_sit(TimeUs at);
  TimeUs later(TimeUs at, double seconds) const {
    return at + static_cast<std::int64_t>(seconds) * kUsPerSecond;
  }

  // phone_steps.cc
  Talk call(Issue& issue, TimeUs at);
  Talk call_hotline(Issue& issue, TimeUs at);
  CallRecord dial_in(const Issue& issue, TimeUs at);
  MenuEnd pass_menu(const Issue& issue, CallRecord& call, TimeUs& at);
  Talk call_large_menu(Issue& issue, TimeUs at);
  MenuEnd pass_large_menu(const Issue& issue, CallRecord& call, TimeUs& at, ExitTruth& exit);
  bool meets_fault(std::string_view node, TimeUs at, ExitTruth& exit);
  void misroute(Issue& issue, CallRecord& first, const CallPlaces& places, Talk& talk);
  Talk ask_for_agent(Issue& issue, CallRecord& call, const CallPlaces& places, TimeUs at);
  bool wait_and_talk(const Issue& issue, CallRecord& call, TimeUs at, std::size_t* agent);
  void speak(const Issue& issue, CallRecord& call, std::size_t agent);
  bool try_to_solve(const Issue& issue, std::size_t agent);
  bool settle(Issue& issue, CallRecord& call, std::size_t agent, Talk& talk);
  /// Ends a call by a transfer; returns the record of what follows, without its queue.
  CallRecord transferred(CallRecord& first);
  void pass_on(Issue& issue, CallRecord& first, const CallPlaces& places, Talk& talk);
  Talk keep_place(Issue& issue, CallRecord& first, const CallPlaces& places);
  Talk booked_callback(Issue& issue, const Talk& talk, TimeUs at);
  Talk dial_out(Issue& issue, TimeUs at, double reached);
  void write_note(const Issue& issue, const CallRecord& call);
  void answer_survey(const Issue& issue, const Talk& talk);

  // written_steps.cc
  TimeUs browse(const Issue& issue, TimeUs at);
  TimeUs visit_site(const Issue& issue, TimeUs at);
  TimeUs visit_app(const Issue& issue, TimeUs at);
  TimeUs visit_kiosk(const Issue& issue, TimeUs at);
  bool write_mail(Issue& issue, TimeUs& at);
  bool order_online(Issue& issue, TimeUs at);

  // short_steps.cc
  bool chat(Issue& issue, TimeUs& at);
  bool message(Issue& issue, TimeUs& at);
  bool write_social(Issue& issue, TimeUs& at);
  void post(const Issue& issue, TimeUs at);
  bool call_by_other(Issue& issue, TimeUs& at);

  // company_steps.cc
  void receive_bill(TimeUs at);
  void receive_campaign(std::size_t campaign);
  void fulfil(const Issue& issue, TimeUs ordered_at);
  void work_behind(const Issue& issue, TimeUs at);
  void change_contract(const Issue& issue, TimeUs at, std::string_view change);
  void change_contract_apart(const Issue& issue, TimeUs at, std::string_view change);

  Centre& centre_;
  const Person& person_;
  Random random_;
  CustomerTruth truth_;
  Random course_;  // with the large menu every occasion and try draws from a stream of its own
  std::uint64_t interaction_ = 0;
  bool on_the_phone_ = false;  // the latest sitting ended with an agent on the line
  std::vector<std::pair<TimeUs, TimeUs>> sittings_;
};

}  // namespace clewline::simulation
