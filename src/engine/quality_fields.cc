#include "engine/quality_facts_internal.h"

namespace clewline::engine {
namespace {

constexpr FieldNeed kEventFields[] = {
    {"customer", "p.customer_id IS NOT NULL",
     "p.attribution IN ('own_anchor', 'session_anchor', 'chain_anchor', 'shared_value', "
     "'two_hops')",
     "Journeys, repeat contacts and first-contact resolution leave these events out.",
     "Map an identifier of the customer, or import the system that knows the session."},
    {"session_key",
     "regexp_matches(e.event_type, '^(contact|ivr|bot|queue|agent|hold|wrapup|transfer)[.]')",
     "e.session_key IS NOT NULL",
     "Steps of one call are put together by time alone: transfers and legs may be torn or mixed.",
     "Map the vendor's id of the call or chat to session_key."},
    {"agent_id",
     "e.event_type IN ('agent.connected', 'agent.disconnected', 'callback.connected', "
     "'hold.interval', 'wrapup.interval')",
     "e.agent_id IS NOT NULL",
     "Answers about agents leave these legs out; transfers between unknown agents are not seen.",
     "Export the agent's id, or look at the placeholder that stands in its place."},
    {"queue", "starts_with(e.event_type, 'queue.')",
     "e.queue_id IS NOT NULL OR e.queue_name IS NOT NULL",
     "Waits and abandonment cannot be told by queue.", "Map queue_id or queue_name."},
    {"direction", "e.event_type IN ('contact.started', 'agent.connected')",
     "e.direction IS NOT NULL AND e.direction <> 'unknown'",
     "A call the company made may count as the customer's contact.",
     "Map the vendor's word for inbound and outbound to direction."},
    {"node_id", "e.event_type IN ('ivr.step', 'ivr.input', 'bot.step')", "e.node_id IS NOT NULL",
     "Menu use and where customers leave the menu cannot be told by step.",
     "Map the name of the menu's step to node_id."},
    {"outcome", "e.event_type = 'contact.ended'", "e.outcome IS NOT NULL",
     "Whether the contact was answered or abandoned is read from its steps alone.",
     "Map the vendor's reason of the end to outcome."},
    {"case_key", "starts_with(e.event_type, 'case.')", "e.case_key IS NOT NULL",
     "Contacts about one case are joined by score instead of by the case.",
     "Map the ticket's number to case_key."},
    {"score", "e.event_type = 'survey.answered'", "e.score IS NOT NULL",
     "Satisfaction leaves these answers out.", "Map the answer to score, with its range."},
    {"amount",
     "e.event_type IN ('order.placed', 'order.paid', 'payment.succeeded', 'refund.issued')",
     "e.amount IS NOT NULL", "Value of customers and of touch points leaves these out.",
     "Map the sum and its currency to amount and currency."},
    {"text",
     "e.event_type IN ('message.received', 'social.posted', 'review.posted', 'transcript.turn')",
     "e.text IS NOT NULL", "What customers say in these messages is not read.",
     "Map the message's words to text, if they may be kept."},
};

constexpr FieldNeed kUnitFields[] = {
    {"disposition", "", "",
     "What the call was about and how it ended is known from other fields alone.",
     "Map the wrap-up code to disposition."},
    {"ended_at", "", "",
     "Handling time counts these legs as nothing; gaps to the next contact begin too early.",
     "Map the end of the agent's part (agent.disconnected, or ended_at)."},
    {"intent", "", "",
     "Contacts without a known intent join engagements by time, object and channel alone.",
     "`clewline intents suggest` lists the native values that are not mapped yet."},
};

}  // namespace

std::span<const FieldNeed> event_fields() { return kEventFields; }

std::span<const FieldNeed> unit_fields() { return kUnitFields; }

}  // namespace clewline::engine
