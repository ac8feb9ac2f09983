#include "engine/narrative.h"

#include <algorithm>
#include <cmath>

#include "model/event_types.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

using render::counted;
using render::duration_words;

// "{agent}" and the like stand for a detail; the part between | is left out when the detail is
// absent.
struct EventPhrase {
  std::string_view event_type;
  std::string_view words;
};

constexpr EventPhrase kEventPhrases[] = {
    {"contact.started", "contact began"},
    {"contact.ended", "contact ended"},
    {"contact.rejected", "turned away by the system"},
    {"ivr.entered", "entered the menu| {flow}|"},
    {"ivr.step", "menu step| {node}||: {result}|"},
    {"ivr.input", "chose| {result}|| at {node}|"},
    {"ivr.no_input", "pressed nothing| at {node}|"},
    {"ivr.no_match", "was not understood| at {node}|"},
    {"ivr.exited", "left the menu"},
    {"bot.entered", "met the bot| {flow}|"},
    {"bot.step", "bot step| {node}||: {result}|"},
    {"bot.no_match", "the bot did not understand"},
    {"bot.handover", "the bot handed over to people"},
    {"bot.exited", "left the bot"},
    {"queue.entered", "began to wait| in {queue}|"},
    {"queue.left", "stopped waiting| after {wait}|"},
    {"queue.abandoned", "gave up waiting| after {wait}|"},
    {"queue.timeout", "waited too long| in {queue}|"},
    {"queue.overflow", "nobody was there to answer| in {queue}|"},
    {"queue.key_exit", "left the queue by a key"},
    {"agent.offered", "offered to| {agent}|"},
    {"agent.missed", "not taken by| {agent}|"},
    {"agent.connected", "connected to| {agent}|"},
    {"agent.disconnected", "conversation ended| with {agent}|"},
    {"hold.interval", "on hold| for {length}|"},
    {"wrapup.interval", "wrap-up work| by {agent}|| for {length}||: {disposition}|"},
    {"consult.interval", "the agent asked a colleague"},
    {"transfer.blind", "passed on| by {agent}|"},
    {"transfer.attended", "passed on with an announcement| by {agent}|"},
    {"callback.requested", "asked to be called back"},
    {"callback.connected", "called back| by {agent}|"},
    {"voicemail.left", "left a voice message"},
    {"message.received", "wrote|: {text}|"},
    {"message.sent", "got an answer| from {agent}||: {text}|"},
    {"note.added", "staff wrote a note| ({agent})||: {text}|"},
    {"case.created", "case| {case}| opened"},
    {"case.assigned", "case| {case}| assigned"},
    {"case.status_changed", "case| {case}| changed|: {result}|"},
    {"case.escalated", "case| {case}| escalated"},
    {"case.solved", "case| {case}| solved"},
    {"case.reopened", "case| {case}| reopened"},
    {"survey.sent", "a survey was sent"},
    {"survey.answered", "answered a survey|: {score}|"},
    {"survey.expired", "did not answer a survey"},
    {"web.page_viewed", "looked at| {activity}|"},
    {"web.event", "on the website|: {activity}|"},
    {"web.session_started", "came to the website"},
    {"app.event", "in the app|: {activity}|"},
    {"cart.updated", "changed the cart"},
    {"order.placed", "ordered| for {amount}|"},
    {"order.paid", "the order was paid"},
    {"order.fulfilled", "the order was sent off"},
    {"order.delivered", "the order arrived"},
    {"order.cancelled", "the order was cancelled"},
    {"refund.issued", "got money back|: {amount}|"},
    {"payment.succeeded", "a payment went through|: {amount}|"},
    {"payment.failed", "a payment failed|: {amount}|"},
    {"session.logged_in", "logged in"},
    {"session.logged_out", "logged out"},
    {"outbound.attempted", "we tried to reach the customer"},
    {"other.unmapped", "{native}"},
};

// Dictionary names as words: "order_status" is said "order status".
std::string spaced(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string agent_name(const UnitRow& row) {
  const std::string name = row.text("agent_name");
  if (!name.empty() && name != kMasked) return name;
  const std::string id = row.text("agent_id");
  if (id.empty()) return {};
  const bool has_letters = std::any_of(
      id.begin(), id.end(), [](unsigned char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
  return has_letters && id.size() > 3 ? id : "agent " + id;
}

std::string shortened(std::string text) {
  constexpr std::size_t kLettersMax = 60;
  if (text.size() <= kLettersMax) return text;
  std::size_t cut = kLettersMax;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return text.substr(0, cut) + "…";
}

std::string amount_of(const UnitRow& row) {
  const auto* amount = std::get_if<double>(&row.cell("amount"));
  if (amount == nullptr) return {};
  return render::number_text(*amount) +
         (row.text("currency").empty() ? "" : " " + row.text("currency"));
}

std::string score_of(const UnitRow& row) {
  const auto* score = std::get_if<double>(&row.cell("score"));
  if (score == nullptr) return {};
  return (row.text("score_type").empty() ? "" : row.text("score_type") + " ") +
         render::number_text(*score);
}

std::string length_of(const UnitRow& row, std::string_view stated) {
  if (const std::int64_t ms = row.number(stated); ms > 0) return duration_words(ms * kUsPerMs);
  const TimeUs from = row.time("occurred_at");
  const TimeUs to = row.time("ended_at");
  if (from == kNoTime || to == kNoTime || to <= from) return {};
  return duration_words(to - from);
}

std::string first_of(const UnitRow& row, std::initializer_list<std::string_view> columns) {
  for (const std::string_view column : columns) {
    if (std::string text = row.text(column); !text.empty()) return text;
  }
  return {};
}

std::string detail(const UnitRow& event, std::string_view name) {
  if (name == "agent") return agent_name(event);
  if (name == "queue") return first_of(event, {"queue_name", "queue_id"});
  if (name == "flow") return event.text("flow_name");
  if (name == "node") return first_of(event, {"node_id", "node_type"});
  if (name == "result") return first_of(event, {"node_result", "outcome"});
  if (name == "wait") return length_of(event, "wait_ms");
  if (name == "length") return length_of(event, "duration_ms");
  if (name == "disposition") return event.text("disposition");
  if (name == "text") return shortened(event.text("text"));
  if (name == "case") return event.text("case_key");
  if (name == "score") return score_of(event);
  if (name == "amount") return amount_of(event);
  if (name == "activity") return first_of(event, {"activity", "source_event_type"});
  if (name == "native") return first_of(event, {"activity", "source_event_type", "event_type"});
  return {};
}

// Fills one phrase part; `known` tells whether its detail (if any) is there.
std::string filled(std::string_view part, const UnitRow& event, bool& known) {
  const std::size_t open = part.find('{');
  if (open == std::string_view::npos) return std::string(part);
  const std::size_t close = part.find('}', open);
  const std::string value = detail(event, part.substr(open + 1, close - open - 1));
  known = !value.empty();
  return std::string(part.substr(0, open)) + value + std::string(part.substr(close + 1));
}

std::string phrase(std::string_view words, const UnitRow& event) {
  std::string out;
  bool optional = false;
  while (true) {
    const std::size_t bar = words.find('|');
    bool known = true;
    const std::string part = filled(words.substr(0, bar), event, known);
    if (known || !optional) out += part;
    if (bar == std::string_view::npos) break;
    words.remove_prefix(bar + 1);
    optional = !optional;
  }
  return out;
}

std::string started_words(const UnitRow& interaction, const std::string& channel) {
  const bool by_company =
      interaction.text("initiated_by") == "company" || interaction.text("initiated_by") == "agent";
  if (channel == "voice") return by_company ? "was called" : "called";
  if (channel == "web") return "visited the website";
  if (channel == "app") return "used the app";
  if (channel == "chat") return "chatted";
  if (channel == "email") return by_company ? "got an e-mail" : "wrote an e-mail";
  if (channel == "messaging" || channel == "sms")
    return by_company ? "got a message" : "sent a message";
  if (channel == "social") return "wrote on social media";
  if (channel == "letter") return "wrote a letter";
  if (channel == "in_person") return "came to the shop";
  if (channel == "commerce") return "ordered";
  if (channel == "survey") return "answered a survey";
  return by_company ? "was contacted" : "made contact (" + channel + ")";
}

std::string spoken_words(const UnitRow& transaction) {
  const std::string agent = agent_name(transaction);
  const std::string with = agent.empty() ? "" : " with " + agent;
  const std::string channel = transaction.text("channel");
  const std::int64_t talk = transaction.number("talk_ms");
  if (channel == "voice" && talk > 0)
    return "spoke " + duration_words(talk * kUsPerMs) + (with.empty() ? " with an agent" : with);
  if (channel == "chat" && talk > 0)
    return "chatted " + duration_words(talk * kUsPerMs) + (with.empty() ? " with an agent" : with);
  if (channel == "voice") return "was connected" + (with.empty() ? " to an agent" : " to " + agent);
  return (agent.empty() ? "staff" : agent) + " answered";
}

std::string presence_words(const UnitRow& transaction) {
  const TimeUs from = transaction.time("presence_from");
  const TimeUs to = transaction.time("presence_to");
  return from == kNoTime || to <= from ? "" : duration_words(to - from);
}

std::string part_words(const UnitRow& transaction, const std::string& first_channel) {
  const std::string role = transaction.text("role");
  const std::string system = transaction.text("system");
  const std::string length = presence_words(transaction);
  if (role == "routing") {
    const std::int64_t wait = transaction.number("wait_ms");
    std::string out = "waited" + (wait > 0 ? " " + duration_words(wait * kUsPerMs) : std::string());
    if (transaction.text("outcome").starts_with("abandoned")) out += " and gave up";
    return out;
  }
  if (role == "assisted") return spoken_words(transaction);
  if (role != "self_service") return {};
  if (system == "ivr")
    return length.empty() ? "went through the menu" : "spent " + length + " in the menu";
  if (system == "bot")
    return length.empty() ? "talked to the bot" : "talked to the bot for " + length;
  if (system == "web" || system == "app")
    return first_channel == system
               ? (length.empty() ? "" : "stayed " + length)
               : "used the " + (system == "web" ? std::string("website") : system);
  if (system == "order") return "ordered";
  const std::string channel = transaction.text("channel");
  if (channel == first_channel) return {};
  if (channel == "email") return "wrote an e-mail";
  if (channel == "messaging" || channel == "sms") return "sent a message";
  return {};
}

std::string feedback_words(const std::vector<UnitRow>& events) {
  for (const UnitRow& event : events) {
    if (std::string score = score_of(event); !score.empty()) return "gave feedback: " + score;
  }
  return "feedback";
}

std::string company_words(const std::vector<UnitRow>& transactions,
                          const std::vector<UnitRow>& events) {
  std::string out = "work at the company";
  if (!events.empty()) out = "the company: " + event_words(events.front());
  if (events.size() > 1)
    out += ", and " + counted(static_cast<std::int64_t>(events.size()) - 1, "more record");
  (void)transactions;
  return out;
}

void add_part(std::string& out, std::string part, std::string& last) {
  if (part.empty() || part == last) return;
  out += ", " + part;
  last = std::move(part);
}

}  // namespace

std::string event_words(const UnitRow& event) {
  const std::string type = event.text("event_type");
  for (const EventPhrase& entry : kEventPhrases) {
    if (entry.event_type == type) return phrase(entry.words, event);
  }
  const auto number = find_event_type(type);
  return number ? std::string(event_type_row(*number).meaning) : type;
}

std::string transaction_words(const UnitRow& transaction, const std::string& queue) {
  const std::string role = transaction.text("role");
  const std::string length = presence_words(transaction);
  std::string out;
  if (role == "routing") {
    const std::string name = queue.empty() ? transaction.text("queue_id") : queue;
    out = "queue" + (name.empty() ? "" : " " + name);
    if (const std::int64_t wait = transaction.number("wait_ms"); wait > 0)
      out += ", waited " + duration_words(wait * kUsPerMs);
  } else if (role == "assisted") {
    out = agent_name(transaction).empty() ? "an agent" : agent_name(transaction);
    if (const std::int64_t talk = transaction.number("talk_ms"); talk > 0)
      out += ", spoke " + duration_words(talk * kUsPerMs);
    if (const std::int64_t hold = transaction.number("hold_ms"); hold > 0)
      out += ", on hold " + duration_words(hold * kUsPerMs);
    if (const std::int64_t wrap = transaction.number("wrap_ms"); wrap > 0)
      out += ", wrap-up " + duration_words(wrap * kUsPerMs);
  } else {
    out = transaction.text("system") + (role == "self_service" ? "" : " (" + role + ")");
    if (!length.empty()) out += ", " + length;
    if (!transaction.text("case_key").empty()) out += ", case " + transaction.text("case_key");
  }
  if (!transaction.text("outcome").empty()) out += ", " + transaction.text("outcome");
  if (!transaction.text("disposition").empty()) out += ", " + transaction.text("disposition");
  return out;
}

std::string interaction_words(const UnitRow& interaction, const std::vector<UnitRow>& transactions,
                              const std::vector<UnitRow>& events) {
  const std::string kind = interaction.text("kind");
  if (kind == "feedback") return feedback_words(events);
  if (kind == "company") return company_words(transactions, events);
  const std::string channel = interaction.text("first_channel");
  std::string out = started_words(interaction, channel);
  if (!interaction.text("intent").empty()) out += " about " + spaced(interaction.text("intent"));
  std::string last;
  std::string seen_channel = channel;
  for (const UnitRow& transaction : transactions) {
    const std::string next = transaction.text("channel");
    const bool handling = transaction.text("role") == "self_service" ||
                          transaction.text("role") == "assisted" ||
                          transaction.text("role") == "routing";
    if (handling && next == "voice" && seen_channel != "voice") add_part(out, "then called", last);
    if (handling) seen_channel = next;
    add_part(out, part_words(transaction, channel), last);
  }
  if (interaction.text("pattern") == "cut_off_restart") out += ", was cut off and came back";
  return out;
}

std::string engagement_words(const UnitRow& engagement) {
  std::string out =
      engagement.text("intent").empty() ? "issue not known" : spaced(engagement.text("intent"));
  if (engagement.text("kind") != "contact")
    out = engagement.text("kind") == "feedback" ? "feedback" : "company work";
  const std::int64_t contacts = engagement.number("contacts");
  if (contacts > 0) out += ": " + counted(contacts, "contact");
  const std::int64_t span = engagement.time("last_at") - engagement.time("first_at");
  if (contacts > 1 && span > kUsPerMinute) out += " over " + duration_words(span);
  if (engagement.number("channels") > 1)
    out += " by " + counted(engagement.number("channels"), "channel");
  if (!engagement.text("case_key").empty()) out += ", case " + engagement.text("case_key");
  const std::string result = engagement.text("result");
  if (!result.empty() && result != "unknown") {
    out += " → " + result;
  } else if (contacts > 0) {
    out += " → " + spaced(engagement.text("state"));
  }
  return out;
}

std::string customer_words(const UnitRow& customer) {
  const auto* identified = std::get_if<bool>(&customer.cell("identified"));
  std::string out = identified != nullptr && *identified ? "customer " : "anonymous ";
  out += customer.text("naming_kind") + " " + customer.text("naming_value");
  out += ": " + counted(customer.number("contacts"), "contact") + " about " +
         counted(customer.number("engagements"), "issue");
  out += ", " + counted(customer.number("events"), "event");
  return out;
}

}  // namespace clewline::engine
