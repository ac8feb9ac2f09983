#pragma once

#include <string_view>

#include "model/tables.h"

namespace clewline {

// Column types of all table contracts.
inline constexpr std::string_view kText = "VARCHAR";
inline constexpr std::string_view kId = "UUID";
inline constexpr std::string_view kTime = "TIMESTAMPTZ";
inline constexpr std::string_view kInteger = "INTEGER";
inline constexpr std::string_view kBigint = "BIGINT";
inline constexpr std::string_view kBool = "BOOLEAN";
inline constexpr std::string_view kNumber = "DOUBLE";
inline constexpr std::string_view kDecimal = "DECIMAL(18,4)";
inline constexpr std::string_view kTexts = "VARCHAR[]";
inline constexpr std::string_view kIdentifiers =
    "STRUCT(kind VARCHAR, value VARCHAR, raw VARCHAR, role VARCHAR, assurance VARCHAR, issue "
    "VARCHAR)[]";
inline constexpr std::string_view kLinks = "STRUCT(rel VARCHAR, system VARCHAR, id VARCHAR)[]";

/// The contract of `events`: the canonical event (SOURCES.md §0).
inline constexpr ColumnContract kEvents[] = {
    {"event_id", kId, "SHA-256/128 of (source, stream, record_id, event_type, ordinal)"},
    {"source", kText, "configured instance, e.g. connect-eu"},
    {"stream", kText, "stream of the source"},
    {"record_id", kText, "native id of the owner record"},
    {"ordinal", kInteger, "number among the record's events of this type, in emit order"},
    {"record_version", kBigint, "version of the owner record"},
    {"mapping", kText, "name@version#hash of the mapping that made the event"},
    {"raw_ref", kText, "file_id:byte_offset:byte_length of the kept record"},
    {"vendor", kText, "amazon_connect, genesys_cloud …"},
    {"source_event_type", kText, "verbatim native type"},
    {"channel", kText,
     "voice, chat, messaging, email, web, app, sms, social, letter, survey, commerce, case, "
     "back_office, in_person, other"},
    {"channel_detail", kText, "whatsapp, callback, web_form …"},
    {"event_type", kText, "domain.verb of docs/reference/event_types.md"},
    {"activity", kText, "label for process maps"},
    {"occurred_at", kTime, "when it happened; start of an interval"},
    {"ended_at", kTime, "end of an interval"},
    {"occurred_precision", kText, "us, ms, s, min, day"},
    {"occurred_quality", kText,
     "source_utc, source_offset, assumed_zone, derived, skew_corrected, client_clock, "
     "ingest_fallback"},
    {"source_tz", kText, "zone assumed, when assumed"},
    {"recorded_at", kTime, "the source's own written or received time"},
    {"ingested_at", kTime, "when Clewline received it"},
    {"sequence", kBigint, "source order inside the chain; breaks ties of time"},
    {"direction", kText, "in, out, internal, seen from the company"},
    {"system", kText, "functional system: ivr, bot, acd, agent, crm, case, order, …"},
    {"intent", kText, "what the customer wanted, as the source says (native value)"},
    {"actor", kText, "customer, agent, company, third_party"},
    {"session_key", kText, "the leg: one system, one session"},
    {"chain_key", kText, "the chain of legs; equals session_key when alone"},
    {"parent_key", kText, "the leg before"},
    {"case_key", kText, "ticket, order or claim"},
    {"links", kLinks, "typed links to things named elsewhere"},
    {"identifiers", kIdentifiers, "typed identifiers, normalised value and raw"},
    {"agent_id", kText, "native id of the agent"},
    {"agent_name", kText, "display name"},
    {"team", kText, "team of the agent"},
    {"queue_id", kText, "native id of the queue"},
    {"queue_name", kText, "display name"},
    {"skills", kTexts, "requested skills"},
    {"flow_id", kText, "IVR or bot flow"},
    {"flow_name", kText, "its name"},
    {"node_id", kText, "step of the flow"},
    {"node_type", kText, "kind of step"},
    {"node_result", kText, "what the customer did there"},
    {"duration_ms", kBigint, "duration stated by the source"},
    {"wait_ms", kBigint, "waiting time stated by the source"},
    {"ring_ms", kBigint, "ringing time stated by the source"},
    {"talk_ms", kBigint, "talking time stated by the source"},
    {"hold_ms", kBigint, "hold time stated by the source"},
    {"acw_ms", kBigint, "after-contact work stated by the source"},
    {"outcome", kText,
     "answered, abandoned, abandoned_short, no_answer, busy, failed, transferred, contained, "
     "timeout, overflow, callback_booked, voicemail, completed, cancelled, solved, reopened"},
    {"outcome_reason", kText, "native reason"},
    {"ended_by", kText, "customer, agent, system, third_party, unknown"},
    {"disposition", kText, "wrap-up code"},
    {"score", kDecimal, "score given"},
    {"score_type", kText, "nps, csat, ces, sentiment"},
    {"score_min", kDecimal, "least possible score"},
    {"score_max", kDecimal, "greatest possible score"},
    {"amount", kDecimal, "money"},
    {"currency", kText, "ISO 4217"},
    {"amount_kind", kText, "order_total, payment, refund, fee, call_cost"},
    {"text", kText, "message, subject, comment, transcript turn; personal"},
    {"text_kind", kText, "what the text is"},
    {"text_role", kText, "who wrote or said it"},
    {"language", kText, "BCP 47"},
    {"text_redacted", kBool, "whether the source redacted it"},
    {"attributes", kText, "everything else, a JSON object, keys prefixed by source"},
    {"consent", kText, "JSON object: analytics, ads, recording"},
    {"issues", kTexts,
     "what was wrong: zone_assumed, ts_malformed, end_before_start, phone_withheld, …"},
};

}  // namespace clewline
