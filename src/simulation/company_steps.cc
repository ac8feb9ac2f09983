#include "simulation/customer_life.h"

namespace clewline::simulation {
namespace {

constexpr double kDay = 86400;

}  // namespace

void CustomerLife::receive_bill(TimeUs at) {
  Issue issue{kBilling, ++centre_.engagements, at, {}, 0, false, 0};
  begin_interaction();
  centre_.recorder.outreach({at, "bill", "monthly", "billing_question", {}}, place(issue));
  if (!random_.chance(0.06)) return;
  issue.starts_at = later(at, 6 * 3600 + random_.exponential(1.5 * kDay));
  pursue(issue);
}

void CustomerLife::receive_campaign(std::size_t number) {
  const CampaignPlan& campaign = centre_.plan.campaigns[number];
  const TimeUs at = later(campaign.sent_at, 8 * 3600 + random_.uniform() * 3600);
  Issue issue{campaign.intent, ++centre_.engagements, at, {}, 0, false, 0};
  begin_interaction();
  centre_.recorder.outreach({at, "campaign", campaign.name, kIntents[campaign.intent].name, {}},
                            place(issue));
  const bool is_offer = campaign.intent == kUpgrade;
  if (is_offer) truth_.offer_sent_at = at;
  bool accepts = random_.chance(person_.offer_response);
  if (accepts) {
    issue.starts_at = later(at, 2 * 3600 + random_.exponential(kDay));
    accepts = pursue(issue);
  } else if (is_offer && random_.chance(0.25)) {
    // The company dials whoever said nothing.
    const TimeUs dialled = time_to_sit(later(at, 4 * kDay + random_.uniform() * kDay));
    begin_interaction();
    const Talk talk = dial_out(issue, dialled, 0.45);
    accepts = talk.spoke && talk.solved && random_.chance(person_.offer_response);
    on_the_phone_ = talk.spoke;
    if (accepts) close(issue, true, talk.ended_at);
  }
  if (is_offer && accepts) truth_.offer_accepted_at = truth_.upgraded_at;
}

// The order goes out; now and then late, with a notice; and some customers ask where it is.
void CustomerLife::fulfil(const Issue& issue, TimeUs ordered_at) {
  const std::uint64_t here = interaction_;
  const bool late = random_.chance(0.15);
  if (late) {
    begin_interaction();
    const TimeUs told = later(ordered_at, kDay + random_.uniform() * kDay);
    centre_.recorder.outreach({told, "notice", "delivery_delayed", "", issue.order_id},
                              place(issue));
  }
  const TimeUs sent = later(ordered_at, (late ? 5 : 1) * kDay + random_.exponential(kDay));
  WebMessage message;
  message.type = "track";
  message.event = "Order Fulfilled";
  message.user = person_.customer_no;
  message.order_id = issue.order_id;
  message.at = sent;
  begin_interaction();
  centre_.recorder.web(message, place(issue));
  if (random_.chance(late ? 0.45 : 0.12)) {
    Issue where = issue;
    where.intent = kDelivery;
    where.tries = 0;
    where.ticket = 0;
    where.has_mail_thread = false;
    where.starts_at = later(ordered_at, 2 * kDay + random_.exponential(2 * kDay));
    if (!pursue(where) && random_.chance(0.6)) {
      message.event = "Order Refunded";
      message.at = later(where.starts_at, 6 * kDay);
      message.revenue = 25;
      begin_interaction();
      centre_.recorder.web(message, place(where));
    }
  }
  interaction_ = here;
}

// Work nobody sees, some hours or days after the contact.
void CustomerLife::work_behind(const Issue& issue, TimeUs at) {
  const std::uint64_t here = interaction_;
  begin_interaction();
  const TimeUs from = office_hours(later(at, 3600 + random_.exponential(kDay)));
  centre_.recorder.back_office(from, later(from, 300 + random_.exponential(1200)), issue.ticket,
                               "check the account", place(issue));
  interaction_ = here;
}

// An agent on the line does it at once, in the same sitting.
void CustomerLife::change_contract(const Issue& issue, TimeUs at, std::string_view change) {
  if (!on_the_phone_) return change_contract_apart(issue, at, change);
  centre_.recorder.contract(later(at, 20 + random_.exponential(60)), change,
                            change == "cancel" ? "none" : "plus", place(issue));
}

void CustomerLife::change_contract_apart(const Issue& issue, TimeUs at, std::string_view change) {
  const std::uint64_t here = interaction_;
  begin_interaction();
  centre_.recorder.contract(later(at, 3600 + random_.exponential(7200)), change,
                            change == "cancel" ? "none" : "plus", place(issue));
  interaction_ = here;
}

}  // namespace clewline::simulation
