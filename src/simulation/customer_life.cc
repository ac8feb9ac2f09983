#include "simulation/customer_life.h"

#include <algorithm>
#include <array>

namespace clewline::simulation {
namespace {

constexpr double kDay = 86400;
constexpr double kIssueGapDays = 28;
constexpr int kTriesMax = 5;
constexpr std::int64_t kOpensAt = 7 * kUsPerHour;
constexpr std::int64_t kClosesAt = 19 * kUsPerHour;

}  // namespace

CustomerLife::CustomerLife(Centre& centre, const Person& person, Random random)
    : centre_(centre), person_(person), random_(random), course_(random.fork(1)) {
  truth_.number = person.number;
  truth_.customer_no = person.customer_no;
  truth_.household = person.household;
  truth_.tier = person.tier;
  truth_.mobile_changed_at = person.mobile_changed_at;
  truth_.patience_mean_s = person.patience_mean_s;
  truth_.offer_response = person.offer_response;
}

TimeUs CustomerLife::office_hours(TimeUs at) {
  const std::int64_t day = at / kUsPerDay;
  const TimeUs open = day * kUsPerDay + kOpensAt;
  if (at >= open && at < day * kUsPerDay + kClosesAt) return at;
  return later(at < open ? open : open + kUsPerDay, random_.uniform() * 6 * 3600);
}

// Nobody pursues two things in one hour by two sittings: the later one is put off.
TimeUs CustomerLife::time_to_sit(TimeUs at) {
  const auto taken = [this](TimeUs time) {
    return std::ranges::any_of(sittings_, [time](const auto& sitting) {
      return time >= sitting.first - kUsPerHour && time <= sitting.second;
    });
  };
  at = office_hours(at);
  while (taken(at)) at = office_hours(later(at, 3600 + random_.uniform() * 4 * 3600));
  sittings_.emplace_back(at, at + kUsPerHour);
  return at;
}

std::vector<CustomerLife::Occasion> CustomerLife::occasions() {
  const CentrePlan& plan = centre_.plan;
  std::vector<Occasion> out;
  std::array<double, kIntentCount> weights{};
  for (std::size_t i = 0; i < kIntentCount; ++i) weights[i] = kIntents[i].weight;
  TimeUs at = later(plan.start_at, random_.exponential(kIssueGapDays * kDay));
  for (; at < plan.end_at; at = later(at, 7 * kDay + random_.exponential(kIssueGapDays * kDay)))
    out.push_back({Occasion::Kind::issue, at, random_.pick(weights)});
  const auto bill_day = static_cast<std::int64_t>(random_.below(28));
  for (TimeUs bill = plan.start_at + bill_day * kUsPerDay + 5 * kUsPerHour; bill < plan.end_at;
       bill += 30 * kUsPerDay)
    out.push_back({Occasion::Kind::bill, bill, 0});
  for (std::size_t i = 0; i < plan.campaigns.size(); ++i) {
    if (random_.chance(plan.campaigns[i].assigned))
      out.push_back({Occasion::Kind::campaign,
                     later(plan.campaigns[i].sent_at, 8 * 3600 + random_.uniform() * 3600), i});
  }
  std::ranges::stable_sort(out, {}, &Occasion::at);
  return out;
}

CustomerTruth CustomerLife::live() {
  const TimeUs since = later(centre_.plan.start_at, -random_.uniform() * 900 * kDay);
  truth_.also_known_as = centre_.recorder.customer(since);
  for (std::size_t i = 0; i < person_.cookies.size(); ++i) {
    const TimeUs before = later(centre_.plan.start_at, -random_.uniform() * 30 * kDay);
    if (person_.logged_in_before[i]) centre_.recorder.first_login(before, person_.cookies[i]);
  }
  for (const Occasion& occasion : occasions()) {
    if (truth_.churned_at != kNoTime && occasion.at > truth_.churned_at) break;
    if (centre_.plan.large_menu) random_ = course_.fork(static_cast<std::uint64_t>(occasion.at));
    meet(occasion);
  }
  return truth_;
}

void CustomerLife::meet(const Occasion& occasion) {
  if (occasion.kind == Occasion::Kind::bill) return receive_bill(occasion.at);
  if (occasion.kind == Occasion::Kind::campaign) return receive_campaign(occasion.which);
  Issue issue{occasion.which, ++centre_.engagements, occasion.at, {}, 0, false, 0};
  pursue(issue);
}

bool CustomerLife::pursue(Issue& issue) {
  ++truth_.issues;
  TimeUs at = issue.starts_at;
  bool solved = false;
  const Random course = course_.fork(static_cast<std::uint64_t>(issue.starts_at)).fork(1);
  while (!solved && issue.tries < kTriesMax) {
    ++issue.tries;
    // With and without a fault the same things happen, but for what the fault changes.
    if (centre_.plan.large_menu) random_ = course.fork(static_cast<std::uint64_t>(issue.tries));
    at = time_to_sit(at);
    solved = sit_down(issue, at);
    if (solved || random_.chance(0.22)) break;
    at = later(at, random_.log_normal(kIntents[issue.intent].return_median_h * 3600, 0.8));
  }
  close(issue, solved, at);
  return solved;
}

// One sitting, and what it leads to before the customer comes back. `at` moves to its end.
bool CustomerLife::sit_down(Issue& issue, TimeUs& at) {
  const IntentPlan& plan = kIntents[issue.intent];
  on_the_phone_ = false;
  if (person_.number != person_.household && random_.chance(0.03)) return call_by_other(issue, at);
  begin_interaction();
  if (random_.chance(0.04)) return message(issue, at);
  if (random_.chance(0.01)) return write_social(issue, at);
  if (random_.chance(plan.web_first)) at = browse(issue, at);
  if (random_.chance(0.06)) return chat(issue, at);
  const bool by_phone = random_.chance(plan.calls);
  if (!by_phone && issue.intent == kPurchase) return order_online(issue, at);
  if (!by_phone) return write_mail(issue, at);
  const bool hotline = random_.chance(plan.hotline);
  const Talk talk = hotline                   ? call_hotline(issue, at)
                    : centre_.plan.large_menu ? call_large_menu(issue, at)
                                              : call(issue, at);
  at = talk.ended_at;
  return after_talk(issue, talk, at);
}

bool CustomerLife::after_talk(Issue& issue, const Talk& talk, TimeUs& at) {
  on_the_phone_ = talk.spoke;
  if (talk.spoke && !talk.contact_id.empty()) answer_survey(issue, talk);
  if (talk.needs_work) work_behind(issue, at);
  if (talk.solved || !talk.spoke || talk.contact_id.empty()) return talk.solved;
  // Two ways of the company to come back to the customer by itself.
  if (random_.chance(0.15)) {
    const TimeUs back = office_hours(later(at, 16 * 3600 + random_.uniform() * 8 * 3600));
    const Talk again = booked_callback(issue, talk, back);
    on_the_phone_ = again.spoke;
    at = again.ended_at;
    return again.solved;
  }
  if (random_.chance(0.12)) {
    const TimeUs back = office_hours(later(at, random_.log_normal(24 * 3600, 0.5)));
    begin_interaction();
    const Talk again = dial_out(issue, back, 0.6);
    on_the_phone_ = again.spoke;
    at = again.ended_at;
    return again.solved;
  }
  return false;
}

void CustomerLife::close(const Issue& issue, bool solved, TimeUs at) {
  if (solved && issue.intent == kUpgrade) {
    truth_.upgraded_at = at;
    truth_.upgrade_cause = truth_.offer_sent_at != kNoTime ? "offer" : "own wish";
    change_contract(issue, at, "upgrade");
  }
  if (!solved) ++truth_.unresolved_issues;
  if (!solved && random_.chance(0.06)) post(issue, at);
  const bool asked_to_leave = issue.intent == kCancellation && random_.chance(0.5);
  const bool annoyed = !solved && random_.chance(0.10);
  const bool drifts_off = random_.chance(0.004);
  if (truth_.churned_at != kNoTime || !(asked_to_leave || annoyed || drifts_off)) return;
  truth_.churned_at = at;
  truth_.churn_cause = asked_to_leave ? "asked to leave"
                       : annoyed      ? "unresolved issue"
                                      : "drifted off";
  if (asked_to_leave) return change_contract(issue, at, "cancel");
  Issue silent{kCancellation, ++centre_.engagements, at, {}, 0, false, 0};
  change_contract_apart(silent, later(at, random_.exponential(3 * kDay)), "cancel");
}

}  // namespace clewline::simulation
