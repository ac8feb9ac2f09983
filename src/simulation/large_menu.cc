#include <algorithm>
#include <array>

#include "simulation/customer_life.h"

namespace clewline::simulation {
namespace {

/// What the large menu does by itself for an intent.
struct SelfService {
  std::string_view node;
  double used;  // share of the callers with that intent who try it
};

constexpr std::array<SelfService, kIntentCount> kSelfService = {{{"balance", 0.5},
                                                                 {"order_status", 0.7},
                                                                 {"device_check", 0.8},
                                                                 {"contract_terms", 0.3},
                                                                 {"stock_check", 0.6},
                                                                 {"offer_check", 0.4}}};

}  // namespace

bool CustomerLife::meets_fault(std::string_view node, TimeUs at, ExitTruth& exit) {
  const double luck = random_.uniform();  // drawn with a fault or without
  const MenuFault* fault = centre_.plan.fault_of(node, at);
  if (fault == nullptr || luck >= fault->share) return false;
  exit.fault = fault->node;
  return true;
}

CustomerLife::MenuEnd CustomerLife::pass_large_menu(const Issue& issue, CallRecord& call,
                                                    TimeUs& at, ExitTruth& exit) {
  Recorder& recorder = centre_.recorder;
  const IntentPlan& plan = kIntents[issue.intent];
  recorder.flow_block(call.contact_id, at + kUsPerSecond, "PlayPrompt", "welcome", "");
  at = later(at, 8 + random_.exponential(6));
  exit.label = "hang_up";
  if (random_.chance(0.12)) {
    recorder.flow_block(call.contact_id, at, "GetUserInput", "menu", "Timeout");
    at = later(at, 7);
    if (random_.chance(0.25)) return MenuEnd::left;
  }
  recorder.flow_block(call.contact_id, at, "GetUserInput", "menu", plan.menu_key);
  call.intent = plan.name;
  at = later(at, 5);
  exit.label = "routed";
  if (issue.intent == kTechnical) {
    const std::size_t turns = 2 + random_.below(2);
    const bool hangs_up = random_.chance(0.15);
    if (meets_fault("symptom", at, exit)) {
      exit.label = "no_match";
      for (std::size_t turn = 0; turn < turns; ++turn) {
        recorder.flow_block(call.contact_id, at, "GetUserInput", "symptom", "NoMatch");
        at = later(at, 9);
      }
      return hangs_up ? MenuEnd::left : MenuEnd::wants_agent;
    }
    recorder.flow_block(call.contact_id, at, "GetUserInput", "symptom", "no_signal");
    at = later(at, 6);
  }
  const SelfService& service = kSelfService[issue.intent];
  if (!random_.chance(service.used)) return MenuEnd::wants_agent;
  const MenuFault* fault = centre_.plan.fault_of(service.node, at);
  const bool fails = meets_fault(service.node, at, exit);
  const bool slow = fails && fault->kind == "times_out";
  recorder.flow_block(call.contact_id, at, "InvokeExternalResource", service.node,
                      slow    ? "Timeout"
                      : fails ? "Error"
                              : "Success");
  at = later(at, fails ? 12 : 30 + random_.exponential(20));
  exit.label = fails ? "error" : "done";
  return fails ? MenuEnd::wants_agent : MenuEnd::answered;
}

CustomerLife::Talk CustomerLife::call_large_menu(Issue& issue, TimeUs at) {
  CallRecord call = dial_in(issue, at);
  const CallPlaces places{place(issue), place(issue), place(issue)};
  ExitTruth exit{call.contact_id, person_.number, at, kIntents[issue.intent].name, {}, {}};
  Talk talk;
  talk.contact_id = call.contact_id;
  talk.chain_id = call.contact_id;
  centre_.recorder.flow_truth(call.contact_id, places.menu);
  const MenuEnd menu = pass_large_menu(issue, call, at, exit);
  if (menu != MenuEnd::wants_agent) {
    call.disconnected_at = later(at, 2);
    talk.ended_at = call.disconnected_at;
    talk.solved = menu == MenuEnd::answered && random_.chance(0.85);
    centre_.recorder.call(call, places);
  } else if (exit.label == "routed" && issue.intent == kPurchase &&
             meets_fault("sales_route", at, exit)) {
    call.enqueued_at = at;
    misroute(issue, call, places, talk);
    exit.label = talk.agent.empty() ? "wait" : "misroute";
  } else {
    talk = ask_for_agent(issue, call, places, at);
    const bool gave_up = !talk.spoke && talk.contact_id == call.contact_id;
    if (gave_up && exit.label == "routed") exit.label = "wait";
  }
  centre_.exits.push_back(std::move(exit));
  return talk;
}

// The option leads to the wrong queue; whoever answers there passes the customer on at once.
void CustomerLife::misroute(Issue& issue, CallRecord& first, const CallPlaces& places, Talk& talk) {
  first.queue = "Retention";
  const double wait_s = random_.exponential(75);
  const double patience_s = random_.exponential(person_.patience_mean_s);
  if (patience_s < wait_s) {
    first.disconnected_at = later(first.enqueued_at, patience_s + 1);
    talk.ended_at = first.disconnected_at;
    centre_.recorder.call(first, places);
    return;
  }
  first.dequeued_at = later(first.enqueued_at, wait_s);
  first.connected_at = first.dequeued_at;
  const std::size_t wrong = centre_.rota.pick(false, first.connected_at, random_);
  first.agent = centre_.plan.agents[wrong].id;
  first.wrap_s = 15;
  first.disconnected_at = later(first.connected_at, std::min(80.0, 30 + random_.exponential(20)));

  centre_.rota.occupy(wrong, first.connected_at, first.disconnected_at);
  truth_.agent_seconds +=
      (first.disconnected_at - first.connected_at) / kUsPerSecond + first.wrap_s;
  CallRecord second = transferred(first);
  second.queue = kIntents[issue.intent].queue;
  centre_.recorder.call(first, places);
  const CallPlaces then{place(issue), place(issue), place(issue)};
  std::size_t agent = 0;
  talk.agent = first.agent;
  talk.spoke = wait_and_talk(issue, second, second.started_at, &agent);
  if (talk.spoke) {
    talk.agent = second.agent;
    settle(issue, second, agent, talk);
  }
  centre_.recorder.call(second, then);
  talk.ended_at = second.disconnected_at;
  talk.contact_id = second.contact_id;
}

}  // namespace clewline::simulation
