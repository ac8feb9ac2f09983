#include "model/event_types.h"

#include <absl/container/flat_hash_map.h>

namespace clewline {
namespace {

using enum Actor;
constexpr auto kSelf = Role::self_service;
constexpr auto kAssisted = Role::assisted;
constexpr auto kRouting = Role::routing;
constexpr auto kRecord = Role::record;
constexpr auto kCompany = Role::company;
constexpr auto kFeedback = Role::feedback;
constexpr auto kNone = Presence::none;
constexpr auto kPoint = Presence::point;
constexpr auto kInterval = Presence::interval;
constexpr auto kInside = Leg::inside;
constexpr auto kOpens = Leg::opens;
constexpr auto kCloses = Leg::closes;

// clang-format off
constexpr EventTypeRow kRows[] = {
    // name, actor, system, by channel, role, presence, leg, rank, in tree, meaning
    {"contact.started", customer, System::other, true, kSelf, kInterval, kInside, 0, true, "the customer's contact reached the company's first system"},
    {"contact.ended", customer, System::other, true, kSelf, kInterval, kInside, 95, true, "the contact ended for the customer"},
    {"contact.rejected", customer, System::other, true, kSelf, kPoint, kInside, 90, true, "the system refused the contact (failure, syntax, dump)"},
    {"ivr.entered", customer, System::ivr, false, kSelf, kInterval, kOpens, 10, true, "the caller entered a menu or flow"},
    {"ivr.step", customer, System::ivr, false, kSelf, kInterval, kInside, 12, true, "a block of the flow ran"},
    {"ivr.input", customer, System::ivr, false, kSelf, kInterval, kInside, 14, true, "the caller pressed or said something that was understood"},
    {"ivr.no_input", customer, System::ivr, false, kSelf, kInterval, kInside, 14, true, "the caller gave no input in time"},
    {"ivr.no_match", customer, System::ivr, false, kSelf, kInterval, kInside, 14, true, "the input was not understood"},
    {"ivr.exited", customer, System::ivr, false, kSelf, kInterval, kCloses, 20, true, "the caller left the flow"},
    {"bot.handover", customer, System::bot, false, kSelf, kInterval, kCloses, 21, true, "the bot handed the conversation over to people"},
    {"queue.entered", customer, System::acd, false, kRouting, kInterval, kOpens, 30, true, "the contact began to wait in a queue"},
    {"queue.left", customer, System::acd, false, kRouting, kInterval, kCloses, 40, true, "the contact left the queue to be served, or was taken out"},
    {"queue.abandoned", customer, System::acd, false, kRouting, kInterval, kCloses, 41, true, "the customer gave up waiting"},
    {"queue.timeout", customer, System::acd, false, kRouting, kInterval, kCloses, 41, true, "the wait passed its limit"},
    {"queue.overflow", customer, System::acd, false, kRouting, kInterval, kCloses, 41, true, "nobody was there to serve the queue"},
    {"queue.key_exit", customer, System::acd, false, kRouting, kInterval, kCloses, 41, true, "the customer left the queue by pressing a key"},
    {"agent.offered", agent, System::acd, false, kRouting, kNone, kInside, 34, true, "the contact was offered to an agent"},
    {"agent.missed", agent, System::acd, false, kRouting, kNone, kInside, 36, true, "the agent did not take the offered contact"},
    {"agent.connected", agent, System::agent, false, kAssisted, kInterval, kOpens, 45, true, "agent and customer were connected"},
    {"agent.disconnected", agent, System::agent, false, kAssisted, kInterval, kCloses, 80, true, "the agent's part ended, wrap-up excluded"},
    {"hold.interval", agent, System::agent, false, kAssisted, kInterval, kInside, 50, true, "the customer was on hold"},
    {"wrapup.interval", agent, System::agent, false, kAssisted, kNone, kInside, 85, true, "work after the contact"},
    {"consult.interval", agent, System::agent, false, kAssisted, kNone, kInside, 55, true, "the agent asked a colleague"},
    {"transfer.blind", agent, System::agent, false, kAssisted, kNone, kCloses, 70, true, "the agent passed the customer on without announcing"},
    {"transfer.attended", agent, System::agent, false, kAssisted, kNone, kCloses, 70, true, "the agent passed the customer on after a consultation"},
    {"conference.interval", agent, System::agent, false, kAssisted, kInterval, kInside, 56, true, "several agents were on the line with the customer"},
    {"supervisor.barged", company, System::agent, false, kAssisted, kNone, kInside, 57, true, "a supervisor joined or took over"},
    {"callback.requested", customer, System::acd, false, kRouting, kNone, kInside, 38, true, "the customer asked to be called back"},
    {"callback.offered", company, System::acd, false, kRouting, kNone, kInside, 31, true, "a callback was offered"},
    {"callback.attempted", company, System::acd, false, kCompany, kNone, kInside, 43, true, "the company dialled a callback"},
    {"callback.connected", agent, System::agent, false, kAssisted, kInterval, kOpens, 44, true, "the callback reached the customer"},
    {"voicemail.left", customer, System::acd, false, kSelf, kPoint, kInside, 42, true, "the customer left a voice message"},
    {"message.received", customer, System::other, true, kSelf, kPoint, kInside, 60, true, "a message from the customer"},
    {"message.sent", agent, System::agent, false, kAssisted, kNone, kInside, 62, true, "a message to the customer"},
    {"note.added", agent, System::crm, false, kRecord, kNone, kInside, 87, true, "staff wrote a note"},
    {"case.created", agent, System::case_, false, kRecord, kNone, kInside, 5, true, "a case was opened"},
    {"case.assigned", agent, System::case_, false, kRecord, kNone, kInside, 6, true, "a case was given to a person or group"},
    {"case.status_changed", agent, System::case_, false, kRecord, kNone, kInside, 86, true, "a case changed its state"},
    {"case.escalated", agent, System::case_, false, kRecord, kNone, kInside, 86, true, "a case was escalated"},
    {"case.solved", agent, System::case_, false, kRecord, kNone, kInside, 88, true, "a case was solved or closed"},
    {"case.reopened", agent, System::case_, false, kRecord, kNone, kInside, 4, true, "a solved case was opened again"},
    {"case.merged", agent, System::case_, false, kRecord, kNone, kInside, 88, true, "a case was merged into another"},
    {"case.sla_breached", company, System::case_, false, kRecord, kNone, kInside, 89, true, "a case passed its service level"},
    {"survey.sent", company, System::survey, false, kFeedback, kNone, kInside, 96, true, "a survey was sent"},
    {"survey.answered", customer, System::survey, false, kFeedback, kNone, kInside, 97, true, "a survey was answered"},
    {"survey.expired", company, System::survey, false, kFeedback, kNone, kInside, 98, true, "a survey ended unanswered"},
    {"web.page_viewed", customer, System::web, false, kSelf, kInterval, kInside, 9, true, "the customer looked at a page"},
    {"web.event", customer, System::web, false, kSelf, kInterval, kInside, 9, true, "the customer did something on a page"},
    {"web.session_started", customer, System::web, false, kSelf, kInterval, kInside, 8, true, "a web session began"},
    {"identity.linked", company, System::other, false, kRecord, kNone, kInside, 1, false, "a source said that identifiers are one person"},
    {"identity.unlinked", company, System::other, false, kRecord, kNone, kInside, 1, false, "a source withdrew such a statement"},
    {"cart.updated", customer, System::order, false, kSelf, kPoint, kInside, 15, true, "the customer changed a cart"},
    {"order.placed", customer, System::order, false, kSelf, kPoint, kInside, 16, true, "the customer ordered"},
    {"order.paid", company, System::order, false, kCompany, kNone, kInside, 17, true, "an order was paid"},
    {"order.fulfilled", company, System::order, false, kCompany, kNone, kInside, 18, true, "an order was sent off"},
    {"order.delivered", company, System::order, false, kCompany, kNone, kInside, 19, true, "an order arrived"},
    {"order.cancelled", company, System::order, false, kCompany, kNone, kInside, 19, true, "an order was cancelled"},
    {"refund.issued", company, System::billing, false, kCompany, kNone, kInside, 19, true, "money went back"},
    {"payment.succeeded", company, System::billing, false, kCompany, kNone, kInside, 17, true, "a payment went through"},
    {"payment.failed", company, System::billing, false, kCompany, kNone, kInside, 17, true, "a payment did not go through"},
    {"dispute.opened", third_party, System::billing, false, kRecord, kNone, kInside, 19, true, "a charge was disputed"},
    {"subscription.changed", company, System::billing, false, kCompany, kNone, kInside, 19, true, "a contract or plan changed"},
    {"transcript.turn", agent, System::agent, false, kAssisted, kNone, kInside, 61, true, "one turn of a transcript"},
    {"transcript.scored", company, System::qa, false, kFeedback, kNone, kInside, 99, true, "speech analytics scored a conversation"},
    {"agent_state.changed", agent, System::other, false, kRecord, kNone, kInside, 1, false, "workforce: an agent's state"},
    {"bot.entered", customer, System::bot, false, kSelf, kInterval, kOpens, 10, true, "the customer met a bot"},
    {"bot.step", customer, System::bot, false, kSelf, kInterval, kInside, 12, true, "a step of the bot's dialogue"},
    {"bot.no_match", customer, System::bot, false, kSelf, kInterval, kInside, 14, true, "the bot did not understand"},
    {"bot.exited", customer, System::bot, false, kSelf, kInterval, kCloses, 20, true, "the customer left the bot"},
    {"session.logged_in", customer, System::web, true, kSelf, kPoint, kInside, 7, true, "the customer logged in"},
    {"session.logged_out", customer, System::web, true, kSelf, kPoint, kInside, 94, true, "the customer logged out: what follows in the session may be somebody else"},
    {"outbound.attempted", company, System::acd, false, kCompany, kNone, kInside, 3, true, "the company tried to reach the customer"},
    {"outbound.wrong_party", company, System::acd, false, kCompany, kNone, kInside, 4, false, "somebody else was reached: never this customer's"},
    {"campaign.sent", company, System::other, false, kCompany, kNone, kInside, 2, true, "a campaign reached out"},
    {"bill.issued", company, System::billing, false, kCompany, kNone, kInside, 2, true, "a bill went out"},
    {"letter.sent", company, System::back_office, false, kCompany, kNone, kInside, 2, true, "a letter went out"},
    {"notice.sent", company, System::other, false, kCompany, kNone, kInside, 2, true, "a proactive message went out"},
    {"outage.started", company, System::other, false, kCompany, kNone, kInside, 1, false, "operations: an outage began"},
    {"outage.ended", company, System::other, false, kCompany, kNone, kInside, 1, false, "operations: an outage ended"},
    {"release.deployed", company, System::other, false, kCompany, kNone, kInside, 1, false, "operations: a release"},
    {"price.changed", company, System::other, false, kCompany, kNone, kInside, 1, false, "operations: a price change"},
    {"queue.opened", company, System::acd, false, kCompany, kNone, kInside, 1, false, "operations: a queue opened"},
    {"queue.closed", company, System::acd, false, kCompany, kNone, kInside, 1, false, "operations: a queue closed"},
    {"app.event", customer, System::app, false, kSelf, kInterval, kInside, 9, true, "the customer did something in the app"},
    {"social.posted", customer, System::social, false, kFeedback, kNone, kInside, 60, true, "a public post"},
    {"social.mentioned", customer, System::social, false, kSelf, kPoint, kInside, 60, true, "a mention or direct message that wants an answer"},
    {"review.posted", customer, System::social, false, kFeedback, kNone, kInside, 97, true, "a public review"},
    {"qa.evaluated", company, System::qa, false, kFeedback, kNone, kInside, 99, true, "quality assurance judged a contact"},
    {"work.started", company, System::back_office, false, kCompany, kNone, kInside, 22, true, "back-office work began"},
    {"work.completed", company, System::back_office, false, kCompany, kNone, kInside, 89, true, "back-office work ended"},
    {"store.visited", customer, System::store, false, kSelf, kInterval, kInside, 9, true, "the customer was in a shop or branch"},
    {"device.signalled", third_party, System::other, false, kCompany, kNone, kInside, 2, true, "a device or usage signal"},
    {"promise.made", agent, System::crm, false, kRecord, kNone, kInside, 84, true, "something was promised, with a due time"},
    {"promise.kept", company, System::crm, false, kRecord, kNone, kInside, 84, true, "a promise was kept"},
    {"other.unmapped", company, System::other, true, kRecord, kNone, kInside, 58, true, "a native type that no mapping names"},
};
// clang-format on

static_assert(std::size(kRows) < 256);

const absl::flat_hash_map<std::string_view, EventType>& numbers_by_name() {
  static const auto* numbers = [] {
    auto* map = new absl::flat_hash_map<std::string_view, EventType>();
    for (std::size_t i = 0; i < std::size(kRows); ++i)
      map->emplace(kRows[i].name, static_cast<EventType>(i));
    return map;
  }();
  return *numbers;
}

System system_of_channel(Channel channel) {
  switch (channel) {
    case Channel::voice: return System::ivr;
    case Channel::chat:
    case Channel::messaging: return System::chat;
    case Channel::email: return System::email;
    case Channel::web: return System::web;
    case Channel::app: return System::app;
    case Channel::sms: return System::sms;
    case Channel::social: return System::social;
    case Channel::survey: return System::survey;
    case Channel::commerce: return System::order;
    case Channel::case_: return System::case_;
    case Channel::back_office: return System::back_office;
    case Channel::in_person: return System::store;
    case Channel::letter:
    case Channel::other: return System::other;
  }
  return System::other;
}

}  // namespace

std::span<const EventTypeRow> event_types() { return kRows; }

std::optional<EventType> find_event_type(std::string_view name) {
  const auto found = numbers_by_name().find(name);
  if (found == numbers_by_name().end()) return std::nullopt;
  return found->second;
}

std::string_view event_domain(EventType type) {
  const std::string_view name = event_type_row(type).name;
  return name.substr(0, name.find('.'));
}

System default_system(EventType type, Channel channel) {
  const EventTypeRow& row = event_type_row(type);
  return row.system_by_channel ? system_of_channel(channel) : row.system;
}

Role effective_role(EventType type, Actor actor, Direction direction) {
  const EventTypeRow& row = event_type_row(type);
  if (event_domain(type) == "contact" && direction == Direction::out) return Role::company;
  if (actor == row.actor || row.role == Role::feedback) return row.role;
  const bool person = actor == Actor::customer || actor == Actor::third_party;
  if (row.role == Role::routing || event_domain(type) == "contact") return row.role;
  if (person) return row.role == Role::assisted ? Role::assisted : Role::self_service;
  if (row.role == Role::assisted && actor == Actor::company) return Role::company;
  if (row.role == Role::self_service) return actor == Actor::agent ? Role::record : Role::company;
  return row.role;
}

Presence effective_presence(EventType type, Actor actor, Direction direction) {
  const EventTypeRow& row = event_type_row(type);
  const Role role = effective_role(type, actor, direction);
  if (role == Role::company || role == Role::record || role == Role::feedback)
    return Presence::none;
  if (row.presence != Presence::none) return row.presence;
  const bool was_staff_work = row.role == Role::record || row.role == Role::company;
  return was_staff_work && role == Role::self_service ? Presence::point : Presence::none;
}

}  // namespace clewline
