#include <fmt/format.h>

#include "simulation/recorder.h"

namespace clewline::simulation {
namespace {

std::string_view chat_event_type(std::string_view event) {
  if (event == "bot_started") return "bot.entered";
  if (event == "bot_asked") return "bot.step";
  if (event == "bot_left") return "bot.exited";
  if (event == "bot_handed_over") return "bot.handover";
  return event == "agent_joined" ? "agent.connected" : "agent.disconnected";
}

std::string_view social_event_type(std::string_view kind) {
  if (kind == "post") return "social.posted";
  if (kind == "review") return "review.posted";
  return kind == "answer" ? "message.sent" : "social.mentioned";
}

}  // namespace

void Recorder::chat(ChatStep step, const Place& place) {
  if (loses_id()) step.customer_no.clear();
  const std::string id = random_id(ids_);
  files_.add(Export::chats, step.at,
             fmt::format("{},{},{},{},{},{},{},{}\n", id, seconds_utc(step.at), step.chat,
                         step.event, step.customer_no, step.cookie, step.agent, step.intent));
  truth_.record_event("chat", "events", id, chat_event_type(step.event), place);
}

void Recorder::messenger(const ShortMessage& message, const Place& place) {
  const std::string id = random_id(ids_);
  const bool by_customer = message.kind == "in";
  const std::string phone = by_customer && !loses_id() ? person_->mobile_at(message.at) : "";
  files_.add(Export::messages, message.at,
             fmt::format("{},{},{},{},{},{}\n", id, seconds_utc(message.at), message.thread,
                         message.kind, phone, message.agent));
  truth_.record_event("messaging", "messages", id,
                      by_customer ? "message.received" : "message.sent", place);
}

void Recorder::social(const ShortMessage& message, const Place& place) {
  const std::string id = random_id(ids_);
  files_.add(Export::social, message.at,
             fmt::format("{},{},{},{},{},{}\n", id, seconds_utc(message.at), message.thread,
                         message.kind, person_->handle, message.agent));
  truth_.record_event("social", "posts", id, social_event_type(message.kind), place);
}

}  // namespace clewline::simulation
