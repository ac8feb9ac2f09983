#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulation/centre_plan.h"
#include "simulation/export_files.h"
#include "simulation/person.h"
#include "simulation/random.h"
#include "simulation/truth_tables.h"

namespace clewline::simulation {

/// A call as the contact-record export describes it. Times kNoTime when the step did not happen.
struct CallRecord {
  std::string contact_id;
  std::string initial_contact_id;  // empty: the first of its chain
  std::string previous_contact_id;
  std::string next_contact_id;
  std::string_view method = "INBOUND";  // INBOUND, TRANSFER, CALLBACK, OUTBOUND
  std::string phone;                    // empty: withheld
  std::string customer_no;              // identified in the menu or by the agent; empty: not
  std::string_view intent;
  std::string order_id;
  std::uint64_t case_number = 0;  // the help desk's, where the agent opened or found one
  std::string on_behalf_of;       // the holder's customer number; empty: called for themselves
  std::string_view relation;      // to the holder: spouse, joint_account, broker, attorney
  std::string_view wrap_up;       // solved, open; empty: none was given
  std::string queue;
  std::string agent;
  std::string_view disconnect_reason = "CUSTOMER_DISCONNECT";
  TimeUs started_at = kNoTime;
  TimeUs reached_at = kNoTime;  // callbacks and outbound calls: the customer answered
  TimeUs enqueued_at = kNoTime;
  TimeUs dequeued_at = kNoTime;
  TimeUs connected_at = kNoTime;
  TimeUs transferred_at = kNoTime;
  TimeUs disconnected_at = kNoTime;
  std::int64_t hold_s = 0;
  std::int64_t wrap_s = -1;  // -1: nobody was spoken with
};

/// Where the parts of a call truly stand: the menu, the stay in the queue (also a callback's
/// request and the dialling of outbound calls), the agent's leg.
struct CallPlaces {
  Place menu;
  Place queue;
  Place agent;
};

struct HotlineCall {
  std::string call_id;
  std::string phone;  // empty: withheld
  std::string_view queue;
  std::string agent;
  TimeUs entered_at = kNoTime;
  TimeUs connected_at = kNoTime;  // kNoTime: gave up
  TimeUs ended_at = kNoTime;
};

struct WebMessage {
  TimeUs at = 0;
  std::string_view type;   // page, screen, track, identify
  std::string_view event;  // name of the page or the event
  std::string cookie;      // empty: none
  std::string device;      // the app's; empty: the web
  std::string user;        // logged in; empty: not
  std::string session;     // empty: the site gives none
  std::string path;
  std::string order_id;
  double revenue = 0;
};

struct TicketMessage {
  std::uint64_t ticket = 0;
  std::uint64_t audit = 0;
  TimeUs at = 0;
  std::string author;
  std::string from;         // e-mail address of the customer; empty: staff's
  std::string_view intent;  // the category, on the first only
  bool creates = false;
  std::string_view status_before;
  std::string_view status;  // staff: what it becomes
};

/// A step of a chat on the site: with the bot, or with an agent.
struct ChatStep {
  TimeUs at = 0;
  std::string chat;
  std::string_view event;  // bot_started, bot_asked, bot_left, bot_handed_over, agent_joined, ended
  std::string customer_no;  // logged in; empty: not
  std::string cookie;
  std::string agent;  // empty: the bot's
  std::string_view intent;
};

/// A message in a messenger, or one on social media.
struct ShortMessage {
  TimeUs at = 0;
  std::string thread;     // the conversation
  std::string_view kind;  // in, out; of social media: direct, mention, answer, post, review
  std::string agent;      // who answers; empty: the customer writes
};

struct OutreachMessage {
  TimeUs at = 0;
  std::string_view kind;  // bill, campaign, notice
  std::string_view name;
  std::string_view intent;
  std::string order_id;
};

/// Writes what happens as the systems' records, with the noise of their fields, and the truth about
/// each event beside it.
class Recorder {
 public:
  Recorder(ExportFiles& files, TruthLog& truth, const NoisePlan& noise)
      : files_(files), truth_(truth), noise_(noise) {}

  /// Begins the records of one customer: their noise comes from a stream of its own, so that it
  /// changes nothing of what happens.
  void begin(const Person& person, Random noise) {
    person_ = &person;
    random_ = noise;
    ids_ = noise.fork(1);
  }

  void call(CallRecord call, const CallPlaces& places);
  void flow_block(std::string_view contact_id, TimeUs at, std::string_view block_type,
                  std::string_view block, std::string_view result);
  /// All blocks of a contact's flow belong to the menu.
  void flow_truth(std::string_view contact_id, const Place& menu);
  void hotline_call(const HotlineCall& call, const Place& queue, const Place& agent);

  void web(WebMessage message, const Place& place);
  /// A customer's message, and the ticket that it opens.
  void ticket_message(const TicketMessage& message, const Place& mail, const Place& opened);
  /// The staff's answer, and the change of the ticket's state.
  void ticket_answer(const TicketMessage& message, const Place& answer, const Place& record);
  void chat(ChatStep step, const Place& place);
  void messenger(const ShortMessage& message, const Place& place);
  void social(const ShortMessage& message, const Place& place);
  void survey(TimeUs at, std::string_view contact_id, int score, const Place& place);
  void note(TimeUs at, std::string_view agent, const Place& place);
  void outreach(const OutreachMessage& message, const Place& place);
  void back_office(TimeUs from, TimeUs to, std::uint64_t ticket, std::string_view task,
                   const Place& place);
  void contract(TimeUs at, std::string_view change, std::string_view plan, const Place& place);
  /// A browser logs in once, before anything is asked.
  void first_login(TimeUs at, const std::string& cookie);
  /// The CRM's record of the person, and its later versions; returns the number of a second record
  /// of the same person, empty where there is none.
  std::string customer(TimeUs since);

 private:
  bool loses_id() { return random_.chance(noise_.missing_id); }
  std::string mistyped(const std::string& text);
  void customer_row(const std::string& customer_no, TimeUs at, const std::string& mobile);
  void call_truth(const CallRecord& call, const CallPlaces& places);

  ExportFiles& files_;
  TruthLog& truth_;
  const NoisePlan& noise_;
  const Person* person_ = nullptr;
  Random random_{0};
  Random ids_{0};  // a stream of their own: noise changes no id
};

/// Writes a time without fraction, "2026-01-31T09:05:00Z".
std::string seconds_utc(TimeUs time);
/// Writes milliseconds always, as the vendors with millisecond clocks do.
std::string milliseconds_utc(TimeUs time);

}  // namespace clewline::simulation
