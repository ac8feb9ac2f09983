#include <fmt/format.h>

#include <algorithm>

#include "simulation/customer_life.h"

namespace clewline::simulation {

// On the site: the bot asks; what it cannot answer an agent takes over in the same window.
bool CustomerLife::chat(Issue& issue, TimeUs& at) {
  ChatStep step;
  step.chat = random_id(random_);
  step.cookie = person_.cookies[0];
  if (random_.chance(0.6)) step.customer_no = person_.customer_no;
  step.intent = kIntents[issue.intent].name;
  const Place bot = place(issue);
  const auto say = [&](std::string_view event, const Place& where, double seconds) {
    step.at = at;
    step.event = event;
    centre_.recorder.chat(step, where);
    at = later(at, seconds);
  };
  say("bot_started", bot, 5 + random_.exponential(20));
  for (std::size_t turn = 0; turn < 1 + random_.below(3); ++turn)
    say("bot_asked", bot, 10 + random_.exponential(40));
  if (random_.chance(0.3)) {
    say("bot_left", bot, 0);
    return random_.chance(0.7);
  }
  say("bot_handed_over", bot, 15 + random_.exponential(60));
  const std::size_t agent = centre_.rota.pick(false, at, random_);
  step.agent = centre_.plan.agents[agent].id;
  const Place leg = place(issue);
  const TimeUs met = at;
  say("agent_joined", leg, 60 + random_.log_normal(360, 0.5));
  centre_.rota.occupy(agent, met, at);
  truth_.agent_seconds += (at - met) / kUsPerSecond;
  say("ended", leg, 0);
  return try_to_solve(issue, agent);
}

// In a messenger: the conversation goes on for days, a sitting ends when the customer is silent for
// more than two hours.
bool CustomerLife::message(Issue& issue, TimeUs& at) {
  ShortMessage text;
  text.thread = fmt::format("M{}", issue.engagement);
  const std::size_t agent = centre_.rota.pick(false, at, random_);
  const std::size_t sittings = 1 + (random_.chance(0.4) ? 1 : 0) + (random_.chance(0.15) ? 1 : 0);
  for (std::size_t sitting = 0; sitting < sittings; ++sitting) {
    if (sitting > 0) {
      at = time_to_sit(later(at, 3 * 3600 + random_.exponential(8 * 3600)));
      begin_interaction();
    }
    const Place burst = place(issue);
    const Place leg = place(issue);
    for (std::size_t i = 0; i < 1 + random_.below(3); ++i) {
      text.at = at;
      text.kind = "in";
      text.agent.clear();
      centre_.recorder.messenger(text, burst);
      text.at = later(at, 60 + random_.exponential(480));
      text.kind = "out";
      text.agent = centre_.plan.agents[agent].id;
      centre_.recorder.messenger(text, leg);
      at = later(text.at, 60 + std::min(random_.exponential(900), 6000.0));
    }
  }
  return try_to_solve(issue, agent);
}

// A direct message, or a mention that wants an answer, and the answer.
bool CustomerLife::write_social(Issue& issue, TimeUs& at) {
  ShortMessage text;
  text.at = at;
  text.thread = random_id(random_);
  text.kind = random_.chance(0.5) ? "direct" : "mention";
  centre_.recorder.social(text, place(issue));
  const std::size_t agent = centre_.rota.pick(false, at, random_);
  text.at = office_hours(later(at, 600 + random_.exponential(3 * 3600)));
  text.kind = "answer";
  text.agent = centre_.plan.agents[agent].id;
  centre_.recorder.social(text, place(issue));
  at = text.at;
  return try_to_solve(issue, agent);
}

// What is said in public wants no answer: feedback.
void CustomerLife::post(const Issue& issue, TimeUs at) {
  ShortMessage text;
  text.at = later(at, 3600 + random_.exponential(20 * 3600));
  text.thread = random_id(random_);
  text.kind = random_.chance(0.5) ? "post" : "review";
  begin_interaction();
  centre_.recorder.social(text, place(issue));
}

// The other one of the household calls about it: a contact and an issue of their own, that names
// for whom it was.
bool CustomerLife::call_by_other(Issue& issue, TimeUs& at) {
  begin_interaction();
  const std::uint64_t engagement = ++centre_.engagements;
  const auto here = [&] {
    return Place{person_.household, ++centre_.transactions, interaction_, engagement};
  };
  const CallPlaces places{here(), here(), here()};
  CallRecord call;
  call.contact_id = random_id(random_);
  call.started_at = at;
  call.phone = person_.landline;
  call.customer_no = fmt::format("C{:07}", person_.household);
  call.on_behalf_of = person_.customer_no;
  call.relation = random_.chance(0.6) ? "spouse" : "joint_account";
  centre_.recorder.flow_truth(call.contact_id, places.menu);
  const MenuEnd menu = pass_menu(issue, call, at);
  bool solved = menu == MenuEnd::answered && random_.chance(0.85);
  std::size_t agent = 0;
  if (menu != MenuEnd::wants_agent)
    call.disconnected_at = later(at, 2);
  else if (wait_and_talk(issue, call, at, &agent))
    solved = try_to_solve(issue, agent);
  centre_.recorder.call(call, places);
  at = call.disconnected_at;
  return solved;
}

}  // namespace clewline::simulation
