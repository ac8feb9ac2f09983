#include "engine/starter_texts_internal.h"

namespace clewline::engine {

const std::string_view kWorkspaceHeader =
    R"(# What this workspace is. `clewline config validate` checks this file and those under config/.

# Time zone of the business (IANA name). Days, hub days and shown times use it; stored times are UTC.
)";

const std::string_view kRegionComment =
    R"(
# Country of phone numbers written without one (two letters, e.g. DE). Empty: national numbers stay as they are,
# with an issue, because the country would be a guess. A mapping may set its own.
)";

const std::string_view kKindsHeader =
    R"(# Kinds of identifiers and how far each may link. Read by `clewline link`; after a change link again.
#
# class      anchor: names a customer. shareable: may be shared or passed on (a household's phone). never: links nothing.
# exclusive  two different values never belong to one customer.
# priority   of several identifiers on one event the smaller number decides.
# ttl        how long before or after a sighting with an anchor the value still speaks for that customer.
# hub_guard  seen with more customers than this within 90 days, the value links nothing that day (0: no guard).
kinds:
)";

const std::string_view kLinkingHeader =
    R"(# How events become transactions, interactions and engagements. These are frozen values: `clewline link` only reads
# them, its hash stands with every result. Durations are a whole number and a unit: ms, s, min, h, d.
#
# transaction_gap  silence that ends a transaction when records carry no session key; also the gap between two
#                  contacts of this channel that are still one sitting.
# max_presence     longest time one session can keep a customer; what is longer is cut, with an issue.
# momentary        presence is a point (a mail sent), not an interval (a call).
)";

const std::string_view kGapsComment =
    R"(
# Longest gap between two channels that is still one sitting (from the end of the earlier to the start of the later).
# Add pairs as `web-voice: 20 min`.
)";

const std::string_view kWindowsComment =
    R"(
# chain_gap         two contacts with one chain key (transfer, callback in the queue) are one sitting up to this gap.
# wrap_window       records without presence (a case update) belong to the contact that ended at most this long before.
# caused_by_window  a contact this soon after a bill, campaign or outage is linked to it as caused by it.
)";

const std::string_view kEngagementComment =
    R"(
# An engagement is all contacts about one issue.
# idle           without a contact for this long it lapses.
# reopen_window  a resolved one is reopened by the same intent within this time.
# max_span       no engagement is longer than this, unless one case holds it together.
# threshold      least probability at which a contact joins an open engagement without a hard link.
)";

const std::string_view kWeightsComment =
    R"(  # Weights of the score, in log-odds. gap_bins: time since the last contact up to this edge, and its weight.
)";

const std::string_view kHubsComment =
    R"(
# Values too busy for one person link nothing on that day.
# max_sessions_day   more sessions than this begin with the value on one day.
# overlapping_calls  more pairs of calls than this with the value are live at once.
# session_values     a session, chain or case key with more anchors of one kind than this is a placeholder.
)";

const std::string_view kRulesSection =
    R"(
# Sources whose chain or case keys mean the same everywhere (SIP Call-ID, UUI, one ticket system behind two exports), and
# sources whose cases are not exclusive: two of them may be one issue.
key_spaces:
  shared_chain_sources: []
  shared_case_sources: []
  inclusive_case_sources: []

# Rules that tie systems without a common key.
# agent_time     a call that names nobody gets the customer of the case that its agent saved: agent A saved one case while, or within `wrap` after, A's only call.
# customer_time  records of both sources that carry the same identifier within `window` are one sitting.
rules:
  agent_time: []
  #  - {name: crm_notes, case_source: crm, call_source: connect-eu, wrap: 30 min, clock_offset: 0 s}
  customer_time: []
  #  - {name: web_to_call, from_source: shop, to_source: connect-eu, window: 30 min}
)";

const std::string_view kCountingHeader =
    R"(# How we count here. One file for the whole workspace, stamped on every figure.

# A caller who hangs up sooner than this in the queue did not abandon: wrong number, second thought.
)";

const std::string_view kSampleComment =
    R"(
# With fewer customers than this an insight says that it is only a hint.
)";

const std::string_view kServiceComment =
    R"(
# Service (`clewline insight service`).
# level_within  answered within this time of entering the queue is in time.
# level_target  share to answer in time: what staffing is planned for.
# short_handle  an agent's leg shorter than this was cut off.
# channels      channels in which a customer waits for a person.
)";

const std::string_view kResolutionComment =
    R"(
# Resolution (`clewline insight resolution`): without a further contact about the same for this long, a contact resolved it.
# window              the time named first in an answer.
# windows             the times of the curve.
# identity_coverage_min  warn when fewer contacts name a customer who would be recognised again.
# not_in_one_contact  intents that no single contact can resolve (a claim, a repair): left out of the net figure.
)";

const std::string_view kChannelsComment =
    R"(
# Channels (`clewline insight channels`).
# digital      channels that are to spare a call; who begins in one and then calls has leaked.
# phone        channels that are a call.
# birth_field  field of the customer record with the date or year of birth.
# age_bands    where bands of age begin: [30, 45, 60] makes under 30, 30–44, 45–59, 60 and over.
)";

const std::string_view kMenuComment =
    R"(
# Menus (`clewline insight menu`).
# systems            whose steps are read: ivr, bot.
# option_time        to hear one option read out: what a better order of options saves.
# fault_results      results of a step that say that a system failed; timeout_results: that it was too slow.
# version_attribute  attribute of an event that names the version of its flow (else reference table menus, column version).
)";

const std::string_view kIvrExitsComment =
    R"(
# How callers leave self-service (`clewline insight ivr_exits`).
# window          contained: no follow-up about the same for this long, in any channel; windows: the times of the curve.
# loop_steps      as many tries in a row that were not understood are a loop.
# person_options  options that ask for a person.
# misroute_talk   an agent who passes a caller on to another queue sooner than this was the wrong one.
# handover        a queue of another system, entered within this time of leaving, was reached through the menu.
)";

const std::string_view kPathsComment =
    R"(
# Paths (`clewline insight paths`): how much is shown; what is not stands in a row "other", so that sums reconcile.
# shown         rows of a table for people, and activities at each step of a flow.
# rows          rows of a table for programs.
# prefix_depth  steps of the tree of beginnings.
# flow_steps    steps of the flow, unless --steps says so.
)";

const std::string_view kActionsComment =
    R"(
# Actions (`clewline insight actions`).
# reached  results of an engagement by which its goal is reached, by goal; any_other: of all other goals.
)";

const std::string_view kResponsesComment =
    R"(
# Responses (`clewline insight responses`).
# answer_within  a message or a wish to be called back is to be answered within this time.
)";

const std::string_view kEffortComment =
    R"(
# Effort (`clewline insight effort`): index = 100 · (1 − exp(−Σ weight · part)). The weights are uncalibrated: a stated
# opinion, not an estimate; the answer says how well the index foretells.
# expected_wait         a wait as customers expect it; the part is log2(1 + wait / expected_wait).
# authentication_nodes  node ids in which customers identify themselves: more than one pass is the part; empty: left out.
# sale_goals            goals that are a sale.
# cancelled_within      how long after a contact a cancellation counts as foretold.
# fitted_min            with fewer contacts that came to what is foretold nothing is fitted.
# ridge                 penalty of the fitted version.
)";

const std::string_view kResultsComment =
    R"(
# How an engagement ended: the first rule that fits its last word wins. A rule names event_type, outcome, disposition
# and intent (each may be left out) and a result: unknown, resolved, sold, saved, lost, abandoned.
)";

const std::string_view kTiersSection =
    R"(
# What a customer is worth, their tier, and customers that belong together: nothing is computed until you say from what.
# value   amounts: of events, by kind; profile: a number in the customer record
# tiers   value: the customers that make the top 80 % of the value, the next 10 %, the last 10 %; profile: a field of the
#         customer record; table: a column of a reference table (`clewline import --table`)
# groups  profile: equal fields of the customer record; identifier: a shared value of a kind; table
# `clewline tiers` shows them, and what your records offer. docs/methods/tiers.md says how each is counted.
#value: {from: amounts, kinds: [order_total], minus: [refund], currency: EUR, period: 365 d, every: month}
#tiers: {from: value}
#tiers: {from: profile, source: crm, field: tier}
#tiers: {from: table, table: tiers, key: crm_id, column: tier}
#groups:
#  - {name: household, from: profile, fields: [last_name, street]}
#  - {name: account, from: identifier, kind: account}
)";

const std::string_view kStarterIntents =
    R"(# What customers came for. Native values of your sources (menu choices, dispositions, tags, queues) become intents here:
# without it "2-1", "BILL-INQ" and "invoice" are never the same issue. `clewline intents suggest` lists values that
# are not here yet, by volume. After a change run `clewline link`.
#
# goal              what the customer wants to reach: purchase, upgrade, resolution, cancellation, information, payment, change.
# exclusive_object  true: a different order, bill or product is a different issue.
# idle, reopen      windows of this intent, where they differ from config/linking.yaml.
# values            native values by field: intent, disposition, node_result, node_id, flow_name, queue_name, queue_id, …
# at                the same for one source only: `at: {connect-eu: {node_result: ["2-1"]}}`.
version: starter-1
intents:
  billing:
    goal: resolution
    exclusive_object: true
    values:
      intent: [billing, bill, invoice, billing_question, billing_inquiry, BILL-INQ, charges, payment_dispute]
      disposition: [billing, Billing, BILLING, billing_question, BILL-INQ, invoice]
      queue_name: [Billing, billing, Invoices, BillingQueue]
      flow_name: [billing, Billing]
      node_result: [billing, invoice]
  payment:
    goal: payment
    values:
      intent: [payment, pay_bill, payment_arrangement, make_payment]
      disposition: [payment, Payment, payment_taken, payment_arrangement]
      queue_name: [Payments, payments, Collections]
      node_result: [payment, pay]
  order_status:
    goal: information
    exclusive_object: true
    values:
      intent: [order_status, where_is_my_order, tracking, delivery_status, shipping]
      disposition: [order_status, Order status, tracking, delivery]
      queue_name: [Orders, orders, Delivery]
      node_result: [order, tracking]
  purchase:
    goal: purchase
    values:
      intent: [purchase, buy, new_order, sales, place_order]
      disposition: [sale, Sale, sold, purchase]
      queue_name: [Sales, sales, NewBusiness]
      flow_name: [sales, Sales]
      node_result: [sales, buy]
  upgrade:
    goal: upgrade
    values:
      intent: [upgrade, plan_change, tariff_change, add_on]
      disposition: [upgrade, Upgrade, plan_change]
      node_result: [upgrade]
  return_refund:
    goal: resolution
    exclusive_object: true
    values:
      intent: [return, refund, exchange, return_refund]
      disposition: [return, refund, Refund, exchange]
      queue_name: [Returns, returns]
      node_result: [refund, return]
  technical_problem:
    goal: resolution
    values:
      intent: [technical, technical_problem, tech_support, support, outage, fault, not_working, internet_down]
      disposition: [technical, Technical, tech_support, fault]
      queue_name: [Technical, technical, Support, support, TechSupport]
      flow_name: [support, Support, technical]
      node_result: [technical, support, problem]
  login_problem:
    goal: resolution
    values:
      intent: [login, login_problem, password, password_reset, locked_out]
      disposition: [password_reset, Password reset, login]
      node_result: [password, login]
  change_details:
    goal: change
    values:
      intent: [change_address, change_details, account_update, move, name_change]
      disposition: [change_address, account_update, address_change]
      node_result: [address]
  appointment:
    goal: change
    exclusive_object: true
    values:
      intent: [appointment, technician_visit, reschedule, booking]
      disposition: [appointment, reschedule]
      node_result: [appointment]
  cancellation:
    goal: cancellation
    values:
      intent: [cancel, cancellation, terminate, close_account]
      disposition: [cancellation, cancel, Cancel, retained, saved]
      queue_name: [Retention, retention, Cancellations]
      flow_name: [cancellation]
      node_result: [cancel]
  complaint:
    goal: resolution
    idle: 30 d
    values:
      intent: [complaint, escalation]
      disposition: [complaint, Complaint, escalated]
      queue_name: [Complaints, complaints]
      node_result: [complaint]
  fraud:
    goal: resolution
    values:
      intent: [fraud, card_lost, card_stolen, stolen]
      disposition: [fraud, Fraud, card_blocked]
      queue_name: [Fraud, fraud]
      node_result: [fraud, lost_card]
  information:
    goal: information
    values:
      intent: [information, general_question, opening_hours, faq, balance, account_balance]
      disposition: [information, general_question, info]
      queue_name: [General, general]
      node_result: [information, balance]
)";

}  // namespace clewline::engine
