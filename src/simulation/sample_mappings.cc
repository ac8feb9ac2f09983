#include "simulation/sample_mappings.h"

namespace clewline::simulation {
namespace {

constexpr SampleMapping kMappings[] = {
    {"demo_connect.yaml", R"yaml(mapping: demo_connect
version: 1.0.0
description: Contact records of the sample contact centre, whose flows and desktop set the attributes customerId, intent, orderId, caseId and wrapUp.
extends: amazon_connect_ctr
source: {vendor: amazon_connect, stream: ctr, channel: voice}
identifiers:
  - {kind: crm_id, value: Attributes.customerId, assurance: verified}
  - {kind: phone, value: CustomerEndpoint.Address, when: "CustomerEndpoint.Type = 'TELEPHONE_NUMBER'", assurance: network}
  - {kind: phone, value: SystemEndpoint.Address, when: "SystemEndpoint.Type = 'TELEPHONE_NUMBER'", role: company, assurance: system}
common:
  intent: Attributes.intent
  disposition: Attributes.wrapUp
  case_key: Attributes.caseId
  links:
    - {rel: next, system: amazon_connect, id: NextContactId}
    - {rel: order, system: shop, id: Attributes.orderId}
    - {rel: on_behalf_of, system: crm_id, id: Attributes.onBehalfOf}
)yaml"},
    {"demo_web.yaml", R"yaml(mapping: demo_web
version: 1.0.0
description: Web and app messages of the sample contact centre; a help page's path names what it is about.
extends: segment
source: {vendor: segment, stream: messages, channel: web}
identifiers:
  - {kind: crm_id, value: userId, assurance: verified}
  - {kind: cookie, value: anonymousId}
  - {kind: device, value: context.device.id}
common:
  intent: "nullif(regexp_extract(coalesce(properties.path, ''), '^/help/(.+)$', 1), '')"
  links:
    - {rel: order, system: shop, id: properties.order_id}
)yaml"},
    {"demo_zendesk.yaml", R"yaml(mapping: demo_zendesk
version: 1.0.0
description: Ticket audits of the sample contact centre; its help desk knows people by their e-mail address only.
extends: zendesk_audits
source: {vendor: zendesk, stream: audits, channel: email}
identifiers:
  - {kind: email, value: via.source.from.address, assurance: asserted}
common:
  intent: "item(all_events, 'field_name', 'category', 'value')"
)yaml"},
    {"demo_surveys.yaml", R"yaml(mapping: demo_surveys
version: 1.0.0
description: Post-call survey answers of the sample contact centre.
source: {vendor: demo_survey, stream: answers, channel: survey}
reader: {format: csv}
record: {key: response_id}
identifiers:
  - {kind: crm_id, value: customer_no, assurance: system}
common:
  occurred_at: ts(answered_at, 'iso')
  session_key: response_id
  links:
    - {rel: about, system: connect, id: contact_id}
emit:
  - {event_type: survey.answered, score: number(score), score_type: "'nps'", score_min: 0, score_max: 10}
)yaml"},
    {"demo_notes.yaml", R"yaml(mapping: demo_notes
version: 1.0.0
description: Notes that agents write after calls; they know the call by nothing but the agent and the time.
source: {vendor: demo_crm, stream: notes, channel: case}
reader: {format: csv}
record: {key: note_id}
identifiers:
  - {kind: crm_id, value: customer_no, assurance: system}
common:
  occurred_at: ts(written_at, 'iso')
  agent_id: agent
  case_key: note_id
emit:
  - {event_type: note.added, text: note, text_kind: "'note'"}
)yaml"},
    {"demo_outreach.yaml", R"yaml(mapping: demo_outreach
version: 1.0.0
description: What the company sends by itself - bills, campaigns, notices about orders.
source: {vendor: demo_outreach, stream: messages, channel: email}
reader: {format: csv}
record: {key: message_id}
identifiers:
  - {kind: crm_id, value: customer_no, assurance: system}
common:
  occurred_at: ts(sent_at, 'iso')
  intent: intent
  links:
    - {rel: order, system: shop, id: order_id}
emit:
  - {when: "kind = 'bill'", event_type: bill.issued}
  - {when: "kind = 'campaign'", event_type: campaign.sent, activity: "field('name')"}
  - {otherwise: true, event_type: notice.sent, activity: "field('name')"}
)yaml"},
    {"demo_back_office.yaml", R"yaml(mapping: demo_back_office
version: 1.0.0
description: Steps of the back office; a ticket number is that of the help desk.
source: {vendor: zendesk, stream: back_office, channel: back_office}
reader: {format: csv}
record: {key: work_id}
identifiers:
  - {kind: crm_id, value: customer_no, assurance: system}
common:
  session_key: work_id
  case_key: ticket
  activity: task
emit:
  - {event_type: work.started, occurred_at: "ts(started_at, 'iso')"}
  - {event_type: work.completed, occurred_at: "ts(done_at, 'iso')"}
)yaml"},
    {"demo_contracts.yaml", R"yaml(mapping: demo_contracts
version: 1.0.0
description: Changes of contracts.
source: {vendor: demo_contracts, stream: changes, channel: commerce}
reader: {format: csv}
record: {key: change_id}
identifiers:
  - {kind: crm_id, value: customer_no, assurance: system}
common:
  occurred_at: ts(changed_at, 'iso')
  activity: change
  intent: "CASE change WHEN 'cancel' THEN 'cancellation' WHEN 'upgrade' THEN 'upgrade' END"
emit:
  - {event_type: subscription.changed}
)yaml"},
    {"demo_customers.yaml", R"yaml(mapping: demo_customers
version: 1.0.0
description: Customer records of the sample contact centre's CRM.
source: {vendor: demo_crm, stream: customers}
reader: {format: csv}
record: {key: [customer_no, updated_at], kind: profile}
identifiers:
  - {kind: crm_id, value: customer_no, assurance: system}
  - {kind: phone, value: phone, assurance: system}
  - {kind: phone, value: landline, assurance: system, when: "landline <> ''"}
  - {kind: email, value: email, assurance: system}
  - {kind: social, value: social, assurance: system, when: "social <> ''"}
profile:
  profile_id: customer_no
  valid_from: ts(updated_at, 'iso')
  tier: tier
  first_name: first_name
  last_name: last_name
  birth_date: birth_date
  street: street
)yaml"},
    {"demo_chat.yaml", R"yaml(mapping: demo_chat
version: 1.0.0
description: Chats on the site of the sample contact centre - the bot first, then an agent in the same window.
source: {vendor: demo_chat, stream: events, channel: chat}
reader: {format: csv}
record: {key: event_id}
identifiers:
  - {kind: crm_id, value: customer_no, assurance: verified}
  - {kind: cookie, value: cookie}
common:
  occurred_at: ts(happened_at, 'iso')
  session_key: chat_id
  intent: intent
  agent_id: agent
emit:
  - {when: "event = 'bot_started'", event_type: bot.entered}
  - {when: "event = 'bot_asked'", event_type: bot.step}
  - {when: "event = 'bot_left'", event_type: bot.exited, outcome: "'contained'"}
  - {when: "event = 'bot_handed_over'", event_type: bot.handover}
  - {when: "event = 'agent_joined'", event_type: agent.connected}
  - {otherwise: true, event_type: agent.disconnected}
)yaml"},
    {"demo_messaging.yaml", R"yaml(mapping: demo_messaging
version: 1.0.0
description: Messages in messengers; a conversation goes on for days.
source: {vendor: demo_messaging, stream: messages, channel: messaging}
reader: {format: csv}
record: {key: message_id}
identifiers:
  - {kind: phone, value: phone, assurance: network, when: "phone <> ''"}
common:
  occurred_at: ts(sent_at, 'iso')
  session_key: conversation_id
  agent_id: agent
emit:
  - {when: "field('direction') = 'in'", event_type: message.received, direction: "'in'"}
  - {otherwise: true, event_type: message.sent, direction: "'out'"}
)yaml"},
    {"demo_social.yaml", R"yaml(mapping: demo_social
version: 1.0.0
description: What is written on social media - to the company, and about it.
source: {vendor: demo_social, stream: posts, channel: social}
reader: {format: csv}
record: {key: post_id}
identifiers:
  - {kind: social, value: handle, assurance: asserted}
common:
  occurred_at: ts(posted_at, 'iso')
  session_key: thread_id
  agent_id: agent
emit:
  - {when: "kind = 'post'", event_type: social.posted}
  - {when: "kind = 'review'", event_type: review.posted}
  - {when: "kind = 'answer'", event_type: message.sent, direction: "'out'"}
  - {otherwise: true, event_type: social.mentioned}
)yaml"},
    {"config/linking.yaml",
     R"yaml(# What the people of the sample contact centre know of their systems; copy it into WORKSPACE/config.
key_spaces:
  shared_case_sources: [connect, zendesk]
  inclusive_case_sources: [crm]
rules:
  agent_time:
    - {name: notes, case_source: crm, call_source: connect, wrap: 10 min, clock_offset: 0 s}
)yaml"},
    {"config/counting.yaml",
     R"yaml(# How an engagement of the sample contact centre ended, and what its customers are worth; copy it into WORKSPACE/config.
results:
  - {event_type: order.placed, result: sold}
  - {event_type: case.solved, result: resolved}
  - {disposition: solved, result: resolved}
  - {disposition: open, result: unknown}
  - {outcome: solved, result: resolved}
  - {outcome: completed, result: resolved}
  - {outcome: contained, result: resolved}
  - {outcome: abandoned, result: abandoned}
  - {outcome: abandoned_short, result: abandoned}
  - {event_type: queue.abandoned, result: abandoned}
# What a customer is worth, who makes most of it, and who lives together: see `clewline tiers`.
value: {from: amounts, kinds: [order_total], minus: [refund], currency: EUR, period: 365 d, every: month}
tiers: {from: value}
groups:
  - {name: household, from: profile, source: crm, fields: [last_name, street]}
)yaml"},
};

}  // namespace

std::span<const SampleMapping> sample_mappings() { return kMappings; }

}  // namespace clewline::simulation
