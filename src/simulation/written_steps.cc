#include <fmt/format.h>

#include "simulation/customer_life.h"

namespace clewline::simulation {

TimeUs CustomerLife::browse(const Issue& issue, TimeUs at) {
  if (random_.chance(0.02)) return visit_kiosk(issue, at);
  if (!person_.app_device.empty() && random_.chance(0.5)) return visit_app(issue, at);
  return visit_site(issue, at);
}

// The site gives no session; half of the visits are logged in.
TimeUs CustomerLife::visit_site(const Issue& issue, TimeUs at) {
  const IntentPlan& plan = kIntents[issue.intent];
  const Place visit = place(issue);
  const bool logged_in = random_.chance(0.5);
  const bool on_tablet = !person_.shared_cookie.empty() && random_.chance(0.25);
  WebMessage message;
  message.type = "page";
  message.cookie =
      on_tablet ? person_.shared_cookie : person_.cookies[random_.below(person_.cookies.size())];
  if (logged_in) message.user = person_.customer_no;
  const std::size_t pages = 1 + random_.below(4);
  for (std::size_t page = 0; page < pages; ++page) {
    message.at = at;
    message.event = page == 0 ? std::string_view("Help") : plan.name;
    message.path = page == 0 ? "/help" : fmt::format("/help/{}", plan.name);
    message.order_id = page == 0 ? std::string() : issue.order_id;
    centre_.recorder.web(message, visit);
    at = later(at, 15 + random_.exponential(50));
  }
  if (logged_in && random_.chance(0.3)) {
    message.at = at;
    message.type = "identify";
    message.event = "";
    message.path.clear();
    message.order_id.clear();
    centre_.recorder.web(message, visit);
  }
  return later(at, random_.exponential(180));
}

TimeUs CustomerLife::visit_app(const Issue& issue, TimeUs at) {
  const Place visit = place(issue);
  WebMessage message;
  message.type = "screen";
  message.device = person_.app_device;
  message.session = random_id(random_);
  if (random_.chance(0.95)) message.user = person_.customer_no;
  const std::size_t screens = 2 + random_.below(4);
  for (std::size_t screen = 0; screen < screens; ++screen) {
    message.at = at;
    message.event = screen == 0 ? std::string_view("Home") : kIntents[issue.intent].name;
    centre_.recorder.web(message, visit);
    at = later(at, 8 + random_.exponential(30));
  }
  return later(at, random_.exponential(180));
}

// One session a day for whoever stands before it; people log in and out.
TimeUs CustomerLife::visit_kiosk(const Issue& issue, TimeUs at) {
  const Place visit = place(issue);
  const std::size_t kiosks = centre_.plan.agents.size() / 4 + 1;
  const std::size_t kiosk = random_.below(kiosks);
  WebMessage message;
  message.cookie = fmt::format("kiosk-{}", kiosk);
  message.session = fmt::format("kiosk-{}-{}", kiosk, at / kUsPerDay);
  const auto say = [&](std::string_view type, std::string_view event, std::string path) {
    message.at = at;
    message.type = type;
    message.event = event;
    message.path = std::move(path);
    centre_.recorder.web(message, visit);
    at = later(at, 6 + random_.exponential(15));
  };
  say("page", "Welcome", "/kiosk");
  message.user = person_.customer_no;
  say("track", "Signed In", {});
  say("page", "Help", fmt::format("/help/{}", kIntents[issue.intent].name));
  say("track", "Signed Out", {});
  return later(at, 600 + random_.exponential(900));
}

// A ticket is a thread: every try by mail goes on with it.
bool CustomerLife::write_mail(Issue& issue, TimeUs& at) {
  TicketMessage message;
  message.creates = !issue.has_mail_thread;
  if (issue.ticket == 0) issue.ticket = ++centre_.next_ticket;
  issue.has_mail_thread = true;
  message.ticket = issue.ticket;
  const auto next_audit = [&] {
    return issue.ticket * 1000 + random_.below(100) + static_cast<std::uint64_t>(issue.tries) * 100;
  };
  message.audit = next_audit();
  message.at = at;
  message.author = std::to_string(500'000 + person_.number);
  message.from = person_.email;
  message.intent = kIntents[issue.intent].name;
  const Place mail = place(issue);
  centre_.recorder.ticket_message(message, mail, place(issue));
  const bool first = message.creates;
  if (random_.chance(0.15)) {  // what was forgotten follows in a second mail
    message.creates = false;
    message.at = later(at, 60 + random_.exponential(240));
    message.audit += 1'000'000'000;
    centre_.recorder.ticket_message(message, mail, mail);
  }
  const std::size_t agent = centre_.rota.pick(false, at, random_);
  const bool solved = try_to_solve(issue, agent);
  TicketMessage answer;
  answer.ticket = issue.ticket;
  answer.audit = message.audit + 5'000'000'000;
  answer.at = office_hours(later(message.at, random_.log_normal(4 * 3600, 0.9)));
  answer.author = std::to_string(900 + agent);
  answer.status_before = first ? "new" : "open";
  answer.status = solved ? "solved" : "pending";
  centre_.recorder.ticket_answer(answer, place(issue), place(issue));
  if (random_.chance(0.15)) work_behind(issue, answer.at);
  at = answer.at;
  return solved;
}

bool CustomerLife::order_online(Issue& issue, TimeUs at) {
  if (issue.order_id.empty()) issue.order_id = fmt::format("O{}", issue.engagement);
  const Place order = place(issue);
  WebMessage message;
  message.type = "track";
  message.cookie = person_.cookies[0];
  message.user = person_.customer_no;
  message.at = at;
  message.event = "Product Added";
  centre_.recorder.web(message, order);
  if (!random_.chance(0.55)) return false;
  message.at = later(at, 60 + random_.exponential(120));
  message.event = "Order Completed";
  message.order_id = issue.order_id;
  message.revenue = 20 + static_cast<double>(random_.below(180));
  centre_.recorder.web(message, order);
  fulfil(issue, message.at);
  return true;
}

}  // namespace clewline::simulation
