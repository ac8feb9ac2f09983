#include "ingest/event_fields.h"

#include "model/enums.h"

namespace clewline::ingest {
namespace {

using enum FieldType;

constexpr std::string_view kEndedBy[] = {"customer", "agent", "system", "third_party", "unknown"};

std::vector<EventField> make_fields() {
  const auto outcomes = enum_names<Outcome>().subspan(1);  // without `unknown`, which is null
  const auto directions = enum_names<Direction>().subspan(1);
  return {
      {"vendor", text, {}},
      {"source_event_type", text, {}},
      {"channel", enumeration, enum_names<Channel>()},
      {"channel_detail", text, {}},
      {"activity", text, {}},
      {"occurred_at", time, {}},
      {"ended_at", time, {}},
      {"occurred_precision", enumeration, enum_names<Precision>()},
      {"occurred_quality", enumeration, enum_names<TimeQuality>()},
      {"source_tz", text, {}},
      {"recorded_at", time, {}},
      {"sequence", whole, {}},
      {"direction", enumeration, directions},
      {"system", enumeration, enum_names<System>()},
      {"intent", text, {}},
      {"actor", enumeration, enum_names<Actor>()},
      {"session_key", key, {}},
      {"chain_key", key, {}},
      {"parent_key", key, {}},
      {"case_key", key, {}},
      {"links", json, {}},
      {"agent_id", text, {}},
      {"agent_name", text, {}},
      {"team", text, {}},
      {"queue_id", text, {}},
      {"queue_name", text, {}},
      {"skills", text_list, {}},
      {"flow_id", text, {}},
      {"flow_name", text, {}},
      {"node_id", text, {}},
      {"node_type", text, {}},
      {"node_result", text, {}},
      {"duration_ms", whole, {}},
      {"wait_ms", whole, {}},
      {"ring_ms", whole, {}},
      {"talk_ms", whole, {}},
      {"hold_ms", whole, {}},
      {"acw_ms", whole, {}},
      {"outcome", enumeration, outcomes},
      {"outcome_reason", text, {}},
      {"ended_by", enumeration, kEndedBy},
      {"disposition", text, {}},
      {"score", decimal, {}},
      {"score_type", text, {}},
      {"score_min", decimal, {}},
      {"score_max", decimal, {}},
      {"amount", decimal, {}},
      {"currency", text, {}},
      {"amount_kind", text, {}},
      {"text", text, {}},
      {"text_kind", text, {}},
      {"text_role", text, {}},
      {"language", text, {}},
      {"text_redacted", boolean, {}},
      {"attributes", json, {}},
      {"consent", json, {}},
      {"consent_analytics", boolean, {}},
      {"consent_ads", boolean, {}},
      {"consent_recording", boolean, {}},
  };
}

}  // namespace

std::span<const EventField> event_fields() {
  static const std::vector<EventField> kFields = make_fields();
  return kFields;
}

int find_event_field(std::string_view name) {
  const auto fields = event_fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

std::vector<std::string_view> event_field_names() {
  std::vector<std::string_view> names;
  for (const EventField& field : event_fields()) names.push_back(field.name);
  return names;
}

}  // namespace clewline::ingest
