#include <array>

#include "engine/closest_name.h"
#include "engine/config_reader_internal.h"
#include "model/event_types.h"

namespace clewline::engine {
namespace {

// Canonical fields whose values may name an intent.
constexpr std::array<std::string_view, 9> kIntentFields = {
    "intent",     "disposition", "node_result", "node_id",       "flow_name",
    "queue_name", "queue_id",    "activity",    "outcome_reason"};

void add_values(MapReader fields, const std::string& source, const std::string& intent,
                IntentDictionary& dictionary) {
  const std::vector<std::string> known(kIntentFields.begin(), kIntentFields.end());
  for (const std::string& field : fields.keys()) {
    std::vector<std::string> values;
    fields.texts(field, values);
    bool is_known = false;
    for (const std::string_view name : kIntentFields) is_known = is_known || name == field;
    if (!is_known) {
      fields.fault(
          field, "`" + field + "` is not a field that names an intent",
          did_you_mean(field, known, "use intent, disposition, node_result or queue_name"));
      continue;
    }
    for (const std::string& value : values) {
      const auto [at, added] =
          dictionary.mapped.emplace(IntentDictionary::Key{source, field, value}, intent);
      if (!added && at->second != intent) {
        fields.fault(field, "`" + value + "` of " + field + " already means `" + at->second + "`",
                     "a native value has one intent: remove it from one of the two");
      }
    }
  }
  fields.finish();
}

void read_intent(MapReader& reader, const std::string& name, IntentDictionary& dictionary) {
  Intent intent;
  intent.name = name;
  reader.text("goal", intent.goal);
  reader.flag("exclusive_object", intent.exclusive_object);
  std::int64_t window = 0;
  if (reader.has("idle")) {
    reader.duration("idle", window, kUsPerMinute);
    intent.idle_us = window;
  }
  if (reader.has("reopen")) {
    reader.duration("reopen", window);
    intent.reopen_us = window;
  }
  add_values(reader.map("values"), "", name, dictionary);
  MapReader sources = reader.map("at");
  for (const std::string& source : sources.keys())
    add_values(sources.map(source), source, name, dictionary);
  sources.finish();
  for (const char* optional : {"idle", "reopen"}) {
    if (!reader.has(optional)) (void)reader.map(optional);
  }
  reader.finish();
  dictionary.intents.emplace(name, std::move(intent));
}

void read_result_rule(MapReader& item, std::vector<ResultRule>& rules) {
  ResultRule rule;
  item.require("result");
  item.text("event_type", rule.event_type);
  item.text("outcome", rule.outcome);
  item.text("disposition", rule.disposition);
  item.text("intent", rule.intent);
  std::size_t result = 0;
  item.choice("result", enum_names<EngagementResult>(), result);
  rule.result = static_cast<EngagementResult>(result);
  if (!rule.event_type.empty() && !find_event_type(rule.event_type)) {
    std::vector<std::string> known;
    for (const EventTypeRow& row : event_types()) known.emplace_back(row.name);
    item.fault("event_type", "there is no event type `" + rule.event_type + "`",
               did_you_mean(rule.event_type, known, "docs/reference/event_types.md lists them"));
  }
  if (!rule.outcome.empty() && !enum_value<Outcome>(rule.outcome)) {
    const auto names = enum_names<Outcome>();
    item.fault("outcome", "there is no outcome `" + rule.outcome + "`",
               did_you_mean(rule.outcome, std::vector<std::string>(names.begin(), names.end()),
                            "e.g. answered, abandoned, transferred, completed, solved"));
  }
  rules.push_back(std::move(rule));
}

}  // namespace

void read_intents_yaml(MapReader& reader, ConfigReading& reading) {
  IntentDictionary& dictionary = reading.config.intents;
  reader.text("version", dictionary.version);
  MapReader intents = reader.map("intents");
  for (const std::string& name : intents.keys()) {
    MapReader intent = intents.map(name);
    read_intent(intent, name, dictionary);
  }
  intents.finish();
  reader.finish();
}

void read_counting_yaml(MapReader& reader, ConfigReading& reading) {
  CountingConfig& counting = reading.config.counting;
  reader.duration("short_abandon", counting.short_abandon_us);
  std::vector<ResultRule> rules;
  if (reader.list("results", [&](MapReader& item) { read_result_rule(item, rules); }))
    counting.result_rules = std::move(rules);
  read_insight_settings(reader, reading.config.insights);
  read_tier_settings(reader, reading.config.tiers);
  reader.finish();
}

}  // namespace clewline::engine
