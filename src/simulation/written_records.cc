#include <fmt/format.h>

#include <algorithm>

#include "simulation/recorder.h"

namespace clewline::simulation {
namespace {

/// The event that a message of the web becomes; empty: none that belongs to a customer's tree.
std::string_view web_event_type(const WebMessage& message) {
  if (message.type == "page") return "web.page_viewed";
  if (message.type == "screen") return "app.event";
  if (message.type != "track") return {};
  if (message.event == "Product Added") return "cart.updated";
  if (message.event == "Order Completed") return "order.placed";
  if (message.event == "Order Fulfilled") return "order.fulfilled";
  if (message.event == "Order Refunded") return "refund.issued";
  if (message.event == "Signed In") return "session.logged_in";
  if (message.event == "Signed Out") return "session.logged_out";
  return "web.event";
}

std::string properties_json(const WebMessage& message) {
  std::string json;
  const auto add = [&json](std::string_view name, const std::string& value) {
    json += fmt::format("{}\"{}\":{}", json.empty() ? "" : ",", name, value);
  };
  if (!message.path.empty()) add("path", "\"" + message.path + "\"");
  if (!message.order_id.empty()) add("order_id", "\"" + message.order_id + "\"");
  if (message.revenue > 0) {
    add("revenue", fmt::format("{:.2f}", message.revenue));
    add("currency", "\"EUR\"");
  }
  return "{" + json + "}";
}

std::string context_json(const WebMessage& message) {
  std::string json;
  if (!message.session.empty()) json = fmt::format(R"("sessionId":"{}")", message.session);
  if (!message.device.empty())
    json += fmt::format(R"({}"device":{{"id":"{}","type":"ios"}})", json.empty() ? "" : ",",
                        message.device);
  return "{" + json + "}";
}

std::string quoted_or_null(const std::string& text) {
  return text.empty() ? "null" : "\"" + text + "\"";
}

}  // namespace

void Recorder::web(WebMessage message, const Place& place) {
  if (loses_id()) message.user.clear();
  if (loses_id()) message.session.clear();
  const std::string id = random_id(ids_);
  const std::string time = milliseconds_utc(message.at);
  const std::string name =
      message.event.empty()
          ? std::string()
          : fmt::format(R"("{}":"{}",)", message.type == "track" ? "event" : "name", message.event);
  files_.add(
      Export::web, message.at,
      fmt::format(
          R"({{"messageId":"{}","type":"{}",{}"anonymousId":{},"userId":{},"properties":{},"context":{},"originalTimestamp":"{}","sentAt":"{}","receivedAt":"{}","timestamp":"{}"}})"
          "\n",
          id, message.type, name, quoted_or_null(message.cookie), quoted_or_null(message.user),
          properties_json(message), context_json(message), time, time, time, time));
  const std::string_view type = web_event_type(message);
  if (!type.empty()) truth_.record_event("web", "messages", id, type, place);
}

void Recorder::first_login(TimeUs at, const std::string& cookie) {
  WebMessage message;
  message.at = at;
  message.type = "identify";
  message.cookie = cookie;
  message.user = person_->customer_no;
  web(message, {});
}

void Recorder::ticket_message(const TicketMessage& message, const Place& mail,
                              const Place& opened) {
  const TimeUs at = message.at + noise_.mail_skew_us;
  const std::string audit = std::to_string(message.audit);
  const std::string create =
      message.creates
          ? fmt::format(
                R"({{"id":1,"type":"Create","field_name":"status","value":"new"}},{{"id":2,"type":"Create","field_name":"requester_id","value":"{}"}},{{"id":3,"type":"Create","field_name":"category","value":"{}"}},)",
                message.author, message.intent)
          : std::string();
  files_.add(
      Export::tickets, at,
      fmt::format(
          R"({{"id":{},"ticket_id":{},"created_at":"{}","author_id":{},"via":{{"channel":"email","source":{{"from":{{"address":"{}"}}}}}},"events":[{}{{"id":4,"type":"Comment","public":true,"author_id":{},"body":"About my question"}}]}})"
          "\n",
          audit, message.ticket, seconds_utc(at), message.author, message.from, create,
          message.author));
  if (message.creates) truth_.record_event("zendesk", "audits", audit, "case.created", opened);
  truth_.record_event("zendesk", "audits", audit, "message.received", mail);
}

void Recorder::ticket_answer(const TicketMessage& message, const Place& answer,
                             const Place& record) {
  const TimeUs at = message.at + noise_.mail_skew_us;
  const std::string audit = std::to_string(message.audit);
  files_.add(
      Export::tickets, at,
      fmt::format(
          R"({{"id":{},"ticket_id":{},"created_at":"{}","author_id":{},"via":{{"channel":"web","source":{{"from":{{}}}}}},"events":[{{"id":1,"type":"Comment","public":true,"author_id":{},"body":"Thank you for writing"}},{{"id":2,"type":"Change","field_name":"status","value":"{}","previous_value":"{}"}}]}})"
          "\n",
          audit, message.ticket, seconds_utc(at), message.author, message.author, message.status,
          message.status_before));
  truth_.record_event("zendesk", "audits", audit, "message.sent", answer);
  truth_.record_event("zendesk", "audits", audit,
                      message.status == "solved" ? "case.solved" : "case.status_changed", record);
}

void Recorder::survey(TimeUs at, std::string_view contact_id, int score, const Place& place) {
  const std::string id = random_id(ids_);
  const std::string who = loses_id() ? std::string() : person_->customer_no;
  files_.add(Export::surveys, at,
             fmt::format("{},{},{},{},{}\n", id, seconds_utc(at), contact_id, who, score));
  truth_.record_event("survey", "answers", id, "survey.answered", place);
}

void Recorder::note(TimeUs at, std::string_view agent, const Place& place) {
  const std::string id = random_id(ids_);
  const TimeUs written = at + noise_.notes_skew_us;
  files_.add(Export::notes, written,
             fmt::format("{},{},{},{},spoke with the customer\n", id, seconds_utc(written), agent,
                         person_->customer_no));
  truth_.record_event("crm", "notes", id, "note.added", place);
}

void Recorder::outreach(const OutreachMessage& message, const Place& place) {
  const std::string id = random_id(ids_);
  files_.add(Export::outreach, message.at,
             fmt::format("{},{},{},email,{},{},{},{}\n", id, seconds_utc(message.at), message.kind,
                         person_->customer_no, message.name, message.intent, message.order_id));
  const std::string_view type = message.kind == "bill"       ? "bill.issued"
                                : message.kind == "campaign" ? "campaign.sent"
                                                             : "notice.sent";
  truth_.record_event("outreach", "messages", id, type, place);
}

void Recorder::back_office(TimeUs from, TimeUs to, std::uint64_t ticket, std::string_view task,
                           const Place& place) {
  const std::string id = random_id(ids_);
  files_.add(Export::back_office, to,
             fmt::format("{},{},{},{},{},{}\n", id, seconds_utc(from), seconds_utc(to),
                         person_->customer_no, ticket == 0 ? std::string() : std::to_string(ticket),
                         task));
  truth_.record_event("zendesk", "back_office", id, "work.started", place);
  truth_.record_event("zendesk", "back_office", id, "work.completed", place);
}

void Recorder::contract(TimeUs at, std::string_view change, std::string_view plan,
                        const Place& place) {
  const std::string id = random_id(ids_);
  files_.add(
      Export::contracts, at,
      fmt::format("{},{},{},{},{}\n", id, seconds_utc(at), person_->customer_no, change, plan));
  truth_.record_event("contracts", "changes", id, "subscription.changed", place);
}

// One neighbouring pair of letters or digits in the wrong order, or one of them missing.
std::string Recorder::mistyped(const std::string& text) {
  if (text.size() < 4 || !random_.chance(noise_.typing_error)) return text;
  std::string out = text;
  const std::size_t at = 2 + random_.below(text.size() - 3);
  if (random_.chance(0.5))
    std::swap(out[at - 1], out[at]);
  else
    out.erase(at, 1);
  return out;
}

void Recorder::customer_row(const std::string& customer_no, TimeUs at, const std::string& mobile) {
  const Person& person = *person_;
  files_.add(Export::customers, at,
             fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", customer_no, seconds_utc(at),
                         mistyped(person.first_name), mistyped(person.last_name),
                         mistyped(person.birth_date), mistyped(person.street), mistyped(mobile),
                         mistyped(person.landline), mistyped(person.email), person.tier,
                         person.handle_known ? person.handle : std::string()));
}

std::string Recorder::customer(TimeUs since) {
  const Person& person = *person_;
  customer_row(person.customer_no, since, person.mobile);
  if (person.mobile_changed_at != kNoTime) {
    // The customer tells the new number some days after.
    const auto days = static_cast<std::int64_t>(1 + ids_.below(14));
    customer_row(person.customer_no, person.mobile_changed_at + days * kUsPerDay,
                 person.mobile_after);
  }
  if (!random_.chance(noise_.duplicate)) return {};
  const std::string other = "D" + person.customer_no.substr(1);
  customer_row(other, since + 30 * kUsPerDay, person.mobile);
  return other;
}

}  // namespace clewline::simulation
