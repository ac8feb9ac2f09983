#include "ingest/mapping.h"

#include <gtest/gtest.h>

#include "ingest/mapping_compiler.h"
#include "ingest/sql_functions.h"
#include "store/database.h"

namespace clewline::ingest {
namespace {

// The example of docs/reference/mapping.md, without its tests.
constexpr std::string_view kQueueLog = R"yaml(mapping: asterisk_queue_log
version: 1.0.0
source: {vendor: asterisk, stream: queue_log, channel: voice}
reader: {format: csv, delim: "|", quote: "", header: false,
         columns: [epoch, callid, queue, agent, verb, d1, d2, d3, d4, d5]}
record:
  key: none                                 # keyless: identity by content (LINKING.md §2); a rotated log is renamed
skip: verb IN ('QUEUESTART', 'CONFIGRELOAD')
identifiers:
  - {kind: phone, value: d2, when: "verb = 'ENTERQUEUE'", role: customer, assurance: network}
common:
  occurred_at: ts(epoch, 'unix_s')
  occurred_precision: "'s'"
  sequence: line_number
  session_key: callid
  chain_key: callid
  queue_id: queue
  source_event_type: verb
emit:
  - {when: "verb = 'ENTERQUEUE'", event_type: queue.entered}
  - {when: "verb = 'CONNECT'", event_type: agent.connected, agent_id: agent, wait_ms: number(d1) * 1000, ring_ms: number(d3) * 1000}
  - {when: "verb IN ('COMPLETEAGENT','COMPLETECALLER')", event_type: agent.disconnected, agent_id: agent,
     talk_ms: number(d2) * 1000, ended_by: "enum(ended_by, verb)"}
  - {when: "verb = 'ABANDON'", event_type: queue.abandoned, wait_ms: number(d3) * 1000, outcome: "'abandoned'"}
  - {when: "verb = 'RINGNOANSWER'", event_type: agent.missed, agent_id: agent, ring_ms: number(d1)}     # already milliseconds
  - {otherwise: true, event_type: other.unmapped}
maps:
  ended_by: {COMPLETEAGENT: agent, COMPLETECALLER: customer, default: unknown}
tests:
  - {sample: samples/queue_log_every_verb.txt, expect: expected/queue_log_every_verb.jsonl}
)yaml";

Error error_of(std::string_view text) {
  auto mapping = parse_mapping(text, "m.yaml", {});
  if (!mapping.ok()) return mapping.error();
  auto formats = std::make_shared<TimeFormats>();
  auto database = store::Database::open(":memory:");
  EXPECT_TRUE(database.ok());
  EXPECT_TRUE(register_sql_functions(*database, formats).ok());
  auto connection = database->connect();
  auto compiled = compile_mapping(std::make_shared<Mapping>(*mapping), RecordShape::csv, {},
                                  *connection, "rows");
  if (!compiled.ok()) return compiled.error();
  return {ErrorCode::internal, "loads", ""};
}

/// A mapping with one line put in; the line is the ninth.
std::string with_line(const std::string& line) {
  return "mapping: m\nversion: 1.0.0\nsource: {vendor: v}\nrecord: {key: none}\nemit:\n  - "
         "event_type: contact.started\n"
         "    occurred_at: ts(t, 'unix_s')\nlet: {always: true}\n" +
         line + "\n";
}

TEST(Mapping, TheExampleOfTheReferenceLoads) {
  auto mapping = parse_mapping(kQueueLog, "dir/q.yaml", {});
  ASSERT_TRUE(mapping.ok()) << describe(mapping.error());
  EXPECT_EQ(mapping->name, "asterisk_queue_log");
  EXPECT_EQ(mapping->source.name, "asterisk");
  EXPECT_TRUE(mapping->record.keyless);
  EXPECT_EQ(mapping->emit.size(), 6U);
  EXPECT_EQ(mapping->reader.options.csv.delimiter, '|');
  EXPECT_EQ(mapping->reader.options.csv.ragged, RaggedRows::pad);
  ASSERT_EQ(mapping->tests.size(), 1U);
  EXPECT_EQ(mapping->tests[0].sample, "dir/samples/queue_log_every_verb.txt");
  const Error none = error_of(kQueueLog);
  EXPECT_EQ(none.message, "loads") << describe(none);
}

TEST(Mapping, TheResolvedTextLoadsToTheSameMapping) {
  auto mapping = parse_mapping(kQueueLog, "q.yaml", {});
  ASSERT_TRUE(mapping.ok());
  auto again = parse_mapping(mapping->resolved_text, "stored", {});
  ASSERT_TRUE(again.ok()) << describe(again.error());
  EXPECT_EQ(again->resolved_text, mapping->resolved_text);
  EXPECT_EQ(again->hash, mapping->hash);
}

TEST(Mapping, ErrorsNamePlaceAndRemedy) {
  const auto expect = [](const std::string& line, const std::string& message,
                         const std::string& hint) {
    const Error error = error_of(with_line(line));
    EXPECT_NE(error.message.find(message), std::string::npos) << line << "\n" << describe(error);
    EXPECT_NE(error.hint.find(hint), std::string::npos) << line << "\n" << describe(error);
  };
  expect("skipp: \"a = 'b'\"", "m.yaml:9:1: unknown key \"skipp\"", "\"skip\"");
  expect("skip: \"a = 'b'\"\nskip: \"a = 'c'\"", "m.yaml:10:1: key \"skip\" occurs twice",
         "line 9");
  expect("\tskip: x", "m.yaml:9:1: a tab", "spaces");
  expect("description: caf\xE9", "m.yaml:9:17: a byte that is not UTF-8", "UTF-8");
  expect("description: \"a\\_b\"", "m.yaml:9:14: an escape that gives no UTF-8", "itself");
  expect("description: yes", "m.yaml:9:14: YAML would read yes as true or false", "quotes");
  expect("description: 2021-04-02", "as a date", "quotes");
  expect("description: &a x", "anchors", "Write the text out");
  expect("common: {ocurred_at: x}", "m.yaml:9:10: unknown field \"ocurred_at\"", "\"occurred_at\"");
  expect("skip: a", "a condition is wanted", "Compare");
  expect("skip: \"a = \"", "not an SQL expression", "In: a =");
  expect("skip: \"(SELECT true)\"", "a sub-query", "scalar");
  expect("skip: \"count(*) > 1\"", "\"count_star\" is not allowed", "");
  expect("skip: \"read_text('x') = 'y'\"", "function \"read_text\" is not allowed", "");
  expect("skip: \"now() > a\"", "function \"now\" is not allowed", "");
  expect("skip: \"a = 'x'); DROP TABLE y; SELECT (1\"", "", "");
  expect("common: {sequence: \"a * 2\"}", "m.yaml:9:", "number(x)");
  expect("common: {ended_at: a}", "`ended_at` needs a time", "ts(a, 'iso')");
  expect("common: {ended_at: \"ts(a, '%d.%m.%Y')\"}", "m.yaml:9:", "");
  expect("common: {ended_by: \"enum(nix, a)\"}", "no map \"nix\"", "");
  expect("maps: {x: {A: b}}", "has no `default`", "default");
  expect("common: {channel: \"lowr(a)\"}", "function \"lowr\" is not allowed", "\"lower\"");
  EXPECT_EQ(error_of(with_line("skip: \"a = 'b' AND lower(b) LIKE 'x%'\"")).message, "loads");
}

}  // namespace
}  // namespace clewline::ingest
