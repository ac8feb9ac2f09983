#include "simulation/customer_life.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace clewline::simulation {
namespace {

/// An intent with how it arrives, where it is pursued, and how hard it is. Medians and shares are
/// those of docs/methods/simulation.md.
struct IntentPlan {
  std::string_view name;
  std::string_view menu_key;
  std::string_view queue;
  double weight;
  double web_first;        // share that looks on the web before calling or writing
  double calls;            // share of sittings by phone (else by mail)
  double solved_by_agent;  // chance that one conversation solves it
  double talk_median_s;
};

constexpr IntentPlan kIntents[] = {
    {"billing_question", "2", "Billing", 0.28, 0.45, 0.75, 0.78, 300},
    {"delivery_status", "1", "Orders", 0.24, 0.60, 0.60, 0.88, 180},
    {"technical_fault", "3", "Technical", 0.20, 0.50, 0.80, 0.62, 520},
    {"cancellation", "4", "Retention", 0.08, 0.30, 0.85, 0.80, 420},
    {"purchase", "5", "Sales", 0.20, 0.90, 0.25, 0.70, 360},
};

constexpr int kAgents = 24;

std::string uuid(Random& random) {
  const std::uint64_t a = random.next();
  const std::uint64_t b = random.next();
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", a >> 32, (a >> 16) & 0xFFFF, a & 0xFFFF,
                     b >> 48, b & 0xFFFFFFFFFFFFULL);
}

std::int64_t to_us(double seconds) { return static_cast<std::int64_t>(seconds) * kUsPerSecond; }

}  // namespace

struct CustomerLife::Issue {
  const IntentPlan* plan;
  std::uint64_t engagement;
  TimeUs starts_at;
  int tries = 0;
  std::uint64_t ticket = 0;
};

CustomerLife::CustomerLife(Centre& centre, std::uint32_t number, Random random)
    : centre_(centre), number_(number), random_(random) {
  customer_number_ = fmt::format("C{:07}", number);
  // Every eleventh customer shares the line of the one before: a household.
  const std::uint32_t line = number % 11 == 10 ? number - 1 : number;
  phone_ = fmt::format("+4930{:07}", 2'000'000 + line);
  email_ = fmt::format("customer{}@mail.example", number);
  cookie_ = unique_id();
}

std::string CustomerLife::unique_id() { return uuid(random_); }

Truth CustomerLife::truth(const Issue& issue) const {
  return {number_, interaction_, issue.engagement};
}

TimeUs CustomerLife::office_hours(TimeUs at) {
  const std::int64_t day = at / kUsPerDay;
  const TimeUs open = day * kUsPerDay + 7 * kUsPerHour;
  const TimeUs close = day * kUsPerDay + 19 * kUsPerHour;
  if (at >= open && at < close) return at;
  const TimeUs next_open = at < open ? open : open + kUsPerDay;
  return next_open + to_us(random_.uniform() * 6 * 3600);
}

void CustomerLife::introduce() {
  static constexpr std::array<std::string_view, 3> kTiers = {"bronze", "silver", "gold"};
  static constexpr std::array<double, 3> kShares = {0.7, 0.2, 0.1};
  const TimeUs since = centre_.options.start_at - to_us(random_.uniform() * 900 * 86400);
  centre_.files.customer(customer_number_, since, phone_, email_, kTiers[random_.pick(kShares)]);
}

void CustomerLife::live() {
  introduce();
  const double issues_mean_gap_s = 25.0 * 86400;
  const TimeUs end =
      centre_.options.start_at + static_cast<std::int64_t>(centre_.options.days) * kUsPerDay;
  TimeUs at = centre_.options.start_at + to_us(random_.exponential(issues_mean_gap_s));
  while (at < end) {
    std::array<double, std::size(kIntents)> weights{};
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = kIntents[i].weight;
    pursue(Issue{&kIntents[random_.pick(weights)], ++centre_.engagements, at});
    at += to_us(7.0 * 86400 + random_.exponential(issues_mean_gap_s));
  }
}

void CustomerLife::pursue(Issue issue) {
  TimeUs at = office_hours(issue.starts_at);
  bool solved = false;
  while (!solved && issue.tries < 4) {
    ++issue.tries;
    interaction_ = ++centre_.interactions;
    if (random_.chance(issue.plan->web_first)) at = browse(issue, at);
    const bool purchase = issue.plan->name == "purchase";
    if (purchase && !random_.chance(issue.plan->calls))
      solved = order_online(issue, at);
    else if (random_.chance(issue.plan->calls))
      solved = call(issue, at);
    else
      solved = write_mail(issue, at);
    // Those who were not helped come back the next days, or give up.
    if (!solved && random_.chance(0.25)) return;
    at = office_hours(at + to_us(random_.log_normal(20 * 3600, 0.8)));
  }
}

TimeUs CustomerLife::browse(const Issue& issue, TimeUs at) {
  const bool logged_in = random_.chance(0.5);
  const std::size_t pages = 1 + random_.below(4);
  for (std::size_t page = 0; page < pages; ++page) {
    const std::string path = page == 0 ? "Help" : fmt::format("Help {}", issue.plan->name);
    centre_.files.web(unique_id(), at, "page", path, cookie_,
                      logged_in ? customer_number_ : std::string(),
                      fmt::format(R"({{"path":"/help/{}"}})", issue.plan->name), truth(issue));
    at += to_us(15 + random_.exponential(50));
  }
  if (logged_in && random_.chance(0.3)) {
    centre_.files.web(unique_id(), at, "identify", "", cookie_, customer_number_, "", truth(issue));
  }
  return at + to_us(random_.exponential(180));
}

bool CustomerLife::talk(const Issue& issue, CallRecord& call, TimeUs at, bool second_leg) {
  const double wait_s = random_.exponential(second_leg ? 40 : 75);
  const double patience_s = random_.exponential(420);
  call.queue = second_leg ? "Experts" : std::string(issue.plan->queue);
  call.enqueued_at = at;
  if (patience_s < wait_s) {
    call.disconnected_at = at + to_us(patience_s + 1);
    call.disconnect_reason = "CUSTOMER_DISCONNECT";
    return false;
  }
  call.dequeued_at = at + to_us(wait_s);
  call.connected_at = call.dequeued_at;
  const double talk_s = 20 + random_.log_normal(issue.plan->talk_median_s, 0.5);
  call.hold_s = random_.chance(0.2) ? static_cast<std::int64_t>(random_.exponential(60)) : 0;
  call.wrap_s = static_cast<std::int64_t>(random_.exponential(45));
  call.disconnected_at = call.connected_at + to_us(talk_s) + call.hold_s * kUsPerSecond;
  call.disconnect_reason = random_.chance(0.7) ? "CUSTOMER_DISCONNECT" : "AGENT_DISCONNECT";
  return true;
}

CustomerLife::MenuEnd CustomerLife::pass_menu(const Issue& issue, CallRecord& call, TimeUs& at) {
  centre_.files.flow_block(call.contact_id, at + kUsPerSecond, "PlayPrompt", "welcome", "");
  at += to_us(8 + random_.exponential(6));
  if (random_.chance(0.12)) {
    centre_.files.flow_block(call.contact_id, at, "GetUserInput", "menu", "Timeout");
    at += to_us(7);
    if (random_.chance(0.25)) {
      call.disconnected_at = at + to_us(3);
      return MenuEnd::left;
    }
  }
  centre_.files.flow_block(call.contact_id, at, "GetUserInput", "menu", issue.plan->menu_key);
  call.intent = issue.plan->name;
  if (issue.plan->name == "delivery_status" && random_.chance(0.35)) {
    centre_.files.flow_block(call.contact_id, at + to_us(4), "InvokeExternalResource",
                             "order_status", "");
    call.disconnected_at = at + to_us(30 + random_.exponential(20));
    return MenuEnd::answered;
  }
  at += to_us(3);
  return MenuEnd::wants_agent;
}

std::string CustomerLife::some_agent() {
  return fmt::format("agent{:02}", random_.below(kAgents) + 1);
}

bool CustomerLife::call(Issue& issue, TimeUs at) {
  CallRecord call;
  call.contact_id = unique_id();
  call.initiation_method = "INBOUND";
  call.started_at = at;
  if (!random_.chance(0.06)) call.phone = phone_;
  if (random_.chance(0.6)) call.customer_number = customer_number_;
  const MenuEnd menu = pass_menu(issue, call, at);
  if (menu != MenuEnd::wants_agent) {
    call.disconnect_reason = "CUSTOMER_DISCONNECT";
    centre_.files.call(call, truth(issue));
    return menu == MenuEnd::answered && random_.chance(0.85);
  }
  const bool connected = talk(issue, call, at, false);
  if (connected) call.agent = some_agent();
  centre_.files.call(call, truth(issue));
  if (!connected) return false;
  TimeUs end = call.disconnected_at;
  const bool helped = !random_.chance(0.12) || pass_on(issue, call, end);
  const bool solved = helped && random_.chance(issue.plan->solved_by_agent);
  answer_survey(issue, end, call.contact_id, solved);
  return solved;
}

bool CustomerLife::pass_on(const Issue& issue, const CallRecord& first, TimeUs& end) {
  CallRecord second;
  second.contact_id = unique_id();
  second.initial_contact_id = first.contact_id;
  second.previous_contact_id = first.contact_id;
  second.initiation_method = "TRANSFER";
  second.phone = first.phone;
  second.intent = first.intent;
  second.started_at = first.disconnected_at;
  const bool connected = talk(issue, second, first.disconnected_at, true);
  if (connected) second.agent = some_agent();
  centre_.files.call(second, truth(issue));
  end = second.disconnected_at;
  return connected;
}

void CustomerLife::answer_survey(const Issue& issue, TimeUs at, std::string_view contact_id,
                                 bool solved) {
  if (!random_.chance(solved ? 0.14 : 0.09)) return;  // those who were helped answer more often
  const double mean = solved ? 8.6 : 4.2;
  const int score = std::clamp(static_cast<int>(std::lround(mean + 1.8 * random_.normal())), 0, 10);
  centre_.files.survey(unique_id(), at + to_us(600 + random_.exponential(7200)), contact_id,
                       customer_number_, score, truth(issue));
}

bool CustomerLife::write_mail(Issue& issue, TimeUs at) {
  if (issue.ticket == 0) issue.ticket = centre_.next_ticket++;
  const std::string ticket = std::to_string(issue.ticket);
  const std::string requester = std::to_string(500'000 + number_);
  const std::string agent = std::to_string(900 + random_.below(kAgents));
  const bool first = issue.tries == 1;
  const auto audit_id = [&] {
    return std::to_string(issue.ticket * 100 + random_.below(100) + issue.tries * 1'000'000'000ULL);
  };
  const std::string create = fmt::format(
      R"({{"id":{0}1,"type":"Create","field_name":"status","value":"new"}},{{"id":{0}2,"type":"Create","field_name":"requester_id","value":"{1}"}},{{"id":{0}6,"type":"Create","field_name":"tags","value":["{2}"]}},)",
      issue.ticket, requester, issue.plan->name);
  const std::string comment = fmt::format(
      R"({{"id":{}3,"type":"Comment","public":true,"author_id":{},"body":"About my {}"}})",
      issue.ticket, requester, issue.plan->name);
  centre_.files.ticket(audit_id(), ticket, at, requester, "email", email_,
                       (first ? create : std::string()) + comment, truth(issue));
  const TimeUs reply = office_hours(at + to_us(random_.log_normal(4 * 3600, 0.9)));
  const bool solved = random_.chance(issue.plan->solved_by_agent);
  const std::string answer = fmt::format(
      R"({{"id":{}4,"type":"Comment","public":true,"author_id":{},"body":"Thank you for writing"}},{{"id":{}5,"type":"Change","field_name":"status","value":"{}","previous_value":"{}"}})",
      issue.ticket, agent, issue.ticket, solved ? "solved" : "pending", first ? "new" : "open");
  centre_.files.ticket(audit_id(), ticket, reply, agent, "web", "", answer, truth(issue));
  return solved;
}

bool CustomerLife::order_online(Issue& issue, TimeUs at) {
  const bool bought = random_.chance(0.55);
  const std::string cart =
      fmt::format(R"({{"cart_id":"{}","value":{}}})", number_, 20 + random_.below(180));
  centre_.files.web(unique_id(), at, "track", "Product Added", cookie_, customer_number_, cart,
                    truth(issue));
  if (!bought) return false;
  const TimeUs paid = at + to_us(60 + random_.exponential(120));
  centre_.files.web(unique_id(), paid, "track", "Order Completed", cookie_, customer_number_,
                    fmt::format(R"({{"order_id":"O{}{}","revenue":{}.00,"currency":"EUR"}})",
                                number_, issue.engagement, 20 + random_.below(180)),
                    truth(issue));
  return true;
}

}  // namespace clewline::simulation
