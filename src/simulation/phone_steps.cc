#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "simulation/customer_life.h"

namespace clewline::simulation {
namespace {

constexpr double kLongestCallbackS = 100 * 60;

}  // namespace

CallRecord CustomerLife::dial_in(const Issue& issue, TimeUs at) {
  CallRecord call;
  call.contact_id = random_id(random_);
  call.started_at = at;
  const bool for_holder = random_.chance(0.03);  // somebody else acts for the customer
  const bool from_home = !person_.landline.empty() && random_.chance(0.45);
  if (for_holder)
    call.phone = fmt::format("+491531{:07}", random_.below(10'000'000));
  else if (!random_.chance(0.06))
    call.phone = from_home ? person_.landline : person_.mobile_at(at);
  if (random_.chance(for_holder ? 0.85 : 0.6)) call.customer_no = person_.customer_no;
  if (for_holder) {
    call.on_behalf_of = person_.customer_no;
    call.relation = random_.chance(0.6) ? "broker" : "attorney";
  }
  if (!issue.order_id.empty() && random_.chance(0.7)) call.order_id = issue.order_id;
  return call;
}

CustomerLife::MenuEnd CustomerLife::pass_menu(const Issue& issue, CallRecord& call, TimeUs& at) {
  const IntentPlan& plan = kIntents[issue.intent];
  Recorder& recorder = centre_.recorder;
  const MenuFault* fault = centre_.plan.fault_at(issue.intent, at);
  const bool meets_fault = fault != nullptr && random_.chance(fault->share);
  recorder.flow_block(call.contact_id, at + kUsPerSecond, "PlayPrompt", "welcome", "");
  at = later(at, 8 + random_.exponential(6));
  if (random_.chance(0.12)) {
    recorder.flow_block(call.contact_id, at, "GetUserInput", "menu", "Timeout");
    at = later(at, 7);
    if (random_.chance(0.25)) return MenuEnd::left;
  }
  if (meets_fault && fault->kind == "not_understood") {
    for (std::size_t turn = 0; turn < 1 + random_.below(3); ++turn) {
      recorder.flow_block(call.contact_id, at, "GetUserInput", "menu", "NoMatch");
      at = later(at, 9);
    }
    if (random_.chance(0.4)) return MenuEnd::left;
  }
  recorder.flow_block(call.contact_id, at, "GetUserInput", "menu", plan.menu_key);
  call.intent = plan.name;
  if (issue.intent == kDelivery && random_.chance(0.35)) {
    const bool fails = meets_fault && fault->kind == "lookup_fails";
    recorder.flow_block(call.contact_id, later(at, 4), "InvokeExternalResource", "order_status",
                        fails ? "Error" : "Success");
    at = later(at, fails ? 12 : 30 + random_.exponential(20));
    if (!fails) return MenuEnd::answered;
  }
  at = later(at, 3);
  return MenuEnd::wants_agent;
}

bool CustomerLife::try_to_solve(const Issue& issue, std::size_t agent) {
  AgentPlan& plan = centre_.plan.agents[agent];
  ++plan.handled[issue.intent];
  const bool solved = random_.chance(plan.solve_probability(issue.intent));
  plan.solved[issue.intent] += solved ? 1 : 0;
  return solved;
}

// Whether it is solved, what the agent says of it, and whether it needs work behind: then the agent
// opens a case, or finds the one there is.
bool CustomerLife::settle(Issue& issue, CallRecord& call, std::size_t agent, Talk& talk) {
  talk.solved = try_to_solve(issue, agent);
  const bool says_solved = random_.chance(0.9) ? talk.solved : !talk.solved;
  if (random_.chance(0.8)) call.wrap_up = says_solved ? "solved" : "open";
  talk.needs_work = random_.chance(0.2);
  if (talk.needs_work && issue.ticket == 0) issue.ticket = ++centre_.next_ticket;
  if (issue.ticket != 0 && (talk.needs_work || random_.chance(0.5)))
    call.case_number = issue.ticket;
  return talk.solved;
}

void CustomerLife::speak(const Issue& issue, CallRecord& call, std::size_t agent) {
  const AgentPlan& plan = centre_.plan.agents[agent];
  call.agent = plan.id;
  const double talk_s =
      20 + plan.pace * random_.log_normal(kIntents[issue.intent].talk_median_s, 0.5);
  call.hold_s = random_.chance(0.2) ? static_cast<std::int64_t>(random_.exponential(60)) : 0;
  call.wrap_s = static_cast<std::int64_t>(random_.exponential(45));
  const TimeUs met = std::max(call.connected_at, call.reached_at);
  call.disconnected_at = later(met, talk_s + static_cast<double>(call.hold_s));
  call.disconnect_reason = random_.chance(0.7) ? "CUSTOMER_DISCONNECT" : "AGENT_DISCONNECT";
  centre_.rota.occupy(agent, met, later(call.disconnected_at, static_cast<double>(call.wrap_s)));
  truth_.agent_seconds += (call.disconnected_at - met) / kUsPerSecond + call.wrap_s;
}

bool CustomerLife::wait_and_talk(const Issue& issue, CallRecord& call, TimeUs at,
                                 std::size_t* agent) {
  const bool second_leg = call.method == "TRANSFER";
  const double wait_s = random_.exponential(second_leg ? 40 : 75);
  const double patience_s = random_.exponential(person_.patience_mean_s);
  call.queue = second_leg && call.queue.empty() ? "Experts"
               : call.queue.empty()             ? std::string(kIntents[issue.intent].queue)
                                                : call.queue;
  call.enqueued_at = at;
  if (patience_s < wait_s) {
    call.disconnected_at = later(at, patience_s + 1);
    return false;
  }
  call.dequeued_at = later(at, wait_s);
  call.connected_at = call.dequeued_at;
  *agent = centre_.rota.pick(false, call.connected_at, random_);
  speak(issue, call, *agent);
  return true;
}

CustomerLife::Talk CustomerLife::call(Issue& issue, TimeUs at) {
  CallRecord call = dial_in(issue, at);
  const CallPlaces places{place(issue), place(issue), place(issue)};
  Talk talk;
  talk.contact_id = call.contact_id;
  talk.chain_id = call.contact_id;
  centre_.recorder.flow_truth(call.contact_id, places.menu);
  const MenuEnd menu = pass_menu(issue, call, at);
  if (menu != MenuEnd::wants_agent) {
    call.disconnected_at = later(at, 2);
    talk.ended_at = call.disconnected_at;
    talk.solved = menu == MenuEnd::answered && random_.chance(0.85);
    centre_.recorder.call(call, places);
    return talk;
  }
  return ask_for_agent(issue, call, places, at);
}

CustomerLife::Talk CustomerLife::ask_for_agent(Issue& issue, CallRecord& call,
                                               const CallPlaces& places, TimeUs at) {
  if (random_.chance(0.06)) {
    call.enqueued_at = at;
    return keep_place(issue, call, places);
  }
  Talk talk;
  talk.contact_id = call.contact_id;
  talk.chain_id = call.contact_id;
  std::size_t agent = 0;
  talk.spoke = wait_and_talk(issue, call, at, &agent);
  talk.ended_at = call.disconnected_at;
  if (!talk.spoke) {
    centre_.recorder.call(call, places);
    return talk;
  }
  talk.agent = call.agent;
  if (random_.chance(0.14)) {
    pass_on(issue, call, places, talk);
  } else {
    settle(issue, call, agent, talk);
    centre_.recorder.call(call, places);
    write_note(issue, call);
  }
  return talk;
}

CallRecord CustomerLife::transferred(CallRecord& first) {
  CallRecord second;
  second.contact_id = random_id(random_);
  second.initial_contact_id = first.contact_id;
  second.previous_contact_id = first.contact_id;
  second.method = "TRANSFER";
  second.phone = first.phone;
  second.customer_no = first.customer_no;
  second.intent = first.intent;
  second.order_id = first.order_id;
  second.started_at = first.disconnected_at;
  first.next_contact_id = second.contact_id;
  first.transferred_at = first.disconnected_at;
  return second;
}

// To a colleague, who solves it; or with a second issue to another queue.
void CustomerLife::pass_on(Issue& issue, CallRecord& first, const CallPlaces& places, Talk& talk) {
  const bool second_issue = random_.chance(0.3);
  CallRecord second = transferred(first);
  Issue other{
      (issue.intent + 1 + random_.below(3)) % kUpgrade, 0, first.disconnected_at, {}, 0, false, 1};
  if (second_issue) {
    second.intent = kIntents[other.intent].name;
    second.queue = kIntents[other.intent].queue;
  }
  centre_.recorder.call(first, places);
  write_note(issue, first);
  const CallPlaces then{place(issue), place(issue), place(issue)};
  std::size_t agent = 0;
  const Issue& spoken_of = second_issue ? other : issue;
  const bool spoke = wait_and_talk(spoken_of, second, second.started_at, &agent);
  if (spoke && !second_issue) settle(issue, second, agent, talk);
  centre_.recorder.call(second, then);
  talk.ended_at = second.disconnected_at;
  talk.contact_id = second.contact_id;
  if (!second_issue) return;
  talk.solved = random_.chance(kIntents[issue.intent].solved_by_agent);
  if (spoke && try_to_solve(other, agent)) return;
  // What was not solved of the second issue is pursued on its own, another day.
  const std::uint64_t here = interaction_;
  other.engagement = ++centre_.engagements;
  other.starts_at = later(second.disconnected_at, 86400 + random_.exponential(86400));
  pursue(other);
  interaction_ = here;
}

// The customer leaves the line and is called back in turn.
CustomerLife::Talk CustomerLife::keep_place(Issue& issue, CallRecord& first,
                                            const CallPlaces& places) {
  CallRecord back;
  back.contact_id = random_id(random_);
  back.initial_contact_id = first.contact_id;
  back.previous_contact_id = first.contact_id;
  back.method = "CALLBACK";
  back.phone = first.phone.empty() ? person_.mobile_at(first.started_at) : first.phone;
  back.customer_no = first.customer_no;
  back.intent = first.intent;
  back.order_id = first.order_id;
  back.queue = kIntents[issue.intent].queue;
  first.queue = back.queue;
  first.dequeued_at = later(first.enqueued_at, 30 + random_.exponential(60));
  first.disconnected_at = later(first.dequeued_at, 8);
  first.next_contact_id = back.contact_id;
  back.started_at = first.dequeued_at;
  back.enqueued_at = back.started_at;
  back.connected_at =
      later(back.started_at, std::min(kLongestCallbackS, 240 + random_.exponential(20 * 60)));
  back.dequeued_at = back.connected_at;
  Talk talk;
  talk.contact_id = back.contact_id;
  talk.chain_id = first.contact_id;
  talk.spoke = random_.chance(0.85);
  const std::size_t agent = centre_.rota.pick(false, back.connected_at, random_);
  if (talk.spoke) {
    back.reached_at = later(back.connected_at, 12);
    speak(issue, back, agent);
    settle(issue, back, agent, talk);
  } else {
    back.agent = centre_.plan.agents[agent].id;
    back.disconnected_at = later(back.connected_at, 30);
  }
  talk.agent = back.agent;
  talk.ended_at = back.disconnected_at;
  centre_.recorder.call(first, places);
  const Place asked = place(issue);
  centre_.recorder.call(back, {asked, asked, place(issue)});
  if (talk.spoke) write_note(issue, back);
  return talk;
}

// The customer asked at the end of a call to be called another day.
CustomerLife::Talk CustomerLife::booked_callback(Issue& issue, const Talk& before, TimeUs at) {
  CallRecord back;
  back.contact_id = random_id(random_);
  back.initial_contact_id = before.chain_id;
  back.previous_contact_id = before.contact_id;
  back.method = "CALLBACK";
  back.phone = person_.mobile_at(at);
  back.customer_no = person_.customer_no;
  back.intent = kIntents[issue.intent].name;
  back.queue = kIntents[issue.intent].queue;
  back.started_at = before.ended_at;
  back.enqueued_at = before.ended_at;
  back.connected_at = at;
  back.dequeued_at = at;
  const Place asked = place(issue);  // still in the sitting of the call
  begin_interaction();
  Talk talk;
  talk.contact_id = back.contact_id;
  talk.chain_id = before.chain_id;
  talk.spoke = random_.chance(0.75);
  const std::size_t agent = centre_.rota.pick(false, at, random_);
  if (talk.spoke) {
    back.reached_at = later(at, 12);
    speak(issue, back, agent);
    settle(issue, back, agent, talk);
  } else {
    back.agent = centre_.plan.agents[agent].id;
    back.disconnected_at = later(at, 30);
  }
  talk.ended_at = back.disconnected_at;
  centre_.recorder.call(back, {asked, place(issue), place(issue)});
  if (talk.spoke) write_note(issue, back);
  return talk;
}

// An agent dials the customer. Who has the number by then answers.
CustomerLife::Talk CustomerLife::dial_out(Issue& issue, TimeUs at, double reached) {
  CallRecord call;
  call.contact_id = random_id(random_);
  call.method = "OUTBOUND";
  call.phone = person_.mobile_at(at);
  call.customer_no = person_.customer_no;
  call.intent = kIntents[issue.intent].name;
  call.order_id = issue.order_id;
  call.started_at = at;
  call.connected_at = at;
  const std::size_t agent = centre_.rota.pick(false, at, random_);
  Talk talk;
  talk.contact_id = call.contact_id;
  talk.chain_id = call.contact_id;
  talk.spoke = random_.chance(reached);
  if (talk.spoke) {
    call.reached_at = later(at, 15);
    speak(issue, call, agent);
    settle(issue, call, agent, talk);
  } else {
    call.agent = centre_.plan.agents[agent].id;
    call.disconnected_at = later(at, 35);
  }
  talk.ended_at = call.disconnected_at;
  centre_.recorder.call(call, {place(issue), place(issue), place(issue)});
  if (talk.spoke) write_note(issue, call);
  return talk;
}

CustomerLife::Talk CustomerLife::call_hotline(Issue& issue, TimeUs at) {
  HotlineCall call;
  call.call_id = fmt::format("{}.{}", at / kUsPerSecond, random_.below(1'000'000));
  call.queue = kIntents[issue.intent].queue;
  const bool from_home = !person_.landline.empty() && random_.chance(0.45);
  if (!random_.chance(0.06)) call.phone = from_home ? person_.landline : person_.mobile_at(at);
  call.entered_at = at;
  const double wait_s = random_.exponential(90);
  const double patience_s = random_.exponential(person_.patience_mean_s);
  Talk talk;
  if (patience_s < wait_s) {
    call.ended_at = later(at, patience_s + 1);
  } else {
    const std::size_t agent = centre_.rota.pick(true, at, random_);
    const AgentPlan& plan = centre_.plan.agents[agent];
    call.agent = plan.id;
    call.connected_at = later(at, wait_s);
    call.ended_at =
        later(call.connected_at,
              20 + plan.pace * random_.log_normal(kIntents[issue.intent].talk_median_s, 0.5));
    centre_.rota.occupy(agent, call.connected_at, call.ended_at);
    truth_.agent_seconds += (call.ended_at - call.connected_at) / kUsPerSecond;
    talk.spoke = true;
    talk.solved = try_to_solve(issue, agent);
  }
  talk.ended_at = call.ended_at;
  centre_.recorder.hotline_call(call, place(issue), place(issue));
  return talk;
}

void CustomerLife::write_note(const Issue& issue, const CallRecord& call) {
  if (!random_.chance(0.6)) return;
  centre_.recorder.note(later(call.disconnected_at, 5 + random_.exponential(40)), call.agent,
                        place(issue));
}

void CustomerLife::answer_survey(const Issue& issue, const Talk& talk) {
  if (!random_.chance(talk.solved ? 0.14 : 0.09)) return;  // who was helped answers more often
  const std::uint64_t here = interaction_;
  begin_interaction();
  const double mean = talk.solved ? 8.6 : 4.2;
  const int score = std::clamp(static_cast<int>(std::lround(mean + 1.8 * random_.normal())), 0, 10);
  centre_.recorder.survey(later(talk.ended_at, 600 + random_.exponential(7200)), talk.contact_id,
                          score, place(issue));
  interaction_ = here;
}

}  // namespace clewline::simulation
