#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <random>
#include <string>

#include "ingest/readers/json_tape.h"
#include "ingest/readers/projector.h"
#include "ingest/readers/raw_keeper.h"
#include "ingest/readers/record_reader.h"

// Records a second and bytes a second of the steps of reading, on one core. Estimate before
// writing: 1 us a record for all of them together. The peer is simdjson's DOM over the same lines,
// which validates and builds a tree but hands nothing on.

namespace clewline::ingest {
namespace {

constexpr int kRecords = 1'000'000;

std::string unique_id(std::mt19937& random) {
  char text[40];
  std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%08x%04x", static_cast<unsigned>(random()),
                static_cast<unsigned>(random() & 0xFFFF), static_cast<unsigned>(random() & 0xFFFF),
                static_cast<unsigned>(random() & 0xFFFF), static_cast<unsigned>(random()),
                static_cast<unsigned>(random() & 0xFFFF));
  return text;
}

std::string time_text(int i) {
  char text[64];
  std::snprintf(text, sizeof text, "2024-%02d-%02dT%02d:%02d:%02dZ", 1 + i % 12, 1 + i % 28, i % 24,
                i % 60, i * 7 % 60);
  return text;
}

const std::string& csv_text() {
  static const std::string text = [] {
    std::mt19937 random(1);
    std::string rows =
        "contact_id,started,ended,channel,queue,agent,phone,wait,talk,disposition,note\n";
    for (int i = 0; i < kRecords; ++i) {
      rows += unique_id(random) + "," + time_text(i) + "," + time_text(i + 1) +
              ",VOICE,Billing,agent-" + std::to_string(i % 300) + ",+4930" +
              std::to_string(1000000 + i) + "," + std::to_string(i % 500) + "," +
              std::to_string(i % 900) + ",Solved," + (i % 5 ? "none\n" : "\"called, again\"\n");
    }
    return rows;
  }();
  return text;
}

const std::string& ndjson_text() {
  static const std::string text = [] {
    std::mt19937 random(1);
    std::string lines;
    for (int i = 0; i < kRecords; ++i) {
      const std::string id = unique_id(random);
      lines +=
          R"({"AWSAccountId":"123456789012","ContactId":")" + id +
          R"(","InitiationMethod":"INBOUND","Channel":"VOICE","InitiationTimestamp":")" +
          time_text(i) + R"(","DisconnectTimestamp":")" + time_text(i + 1) +
          R"(","CustomerEndpoint":{"Address":"+4930)" + std::to_string(1000000 + i) +
          R"(","Type":"TELEPHONE_NUMBER"},"Queue":{"Name":"Billing","ARN":"arn:aws:connect:us-west-2:1234:queue/)" +
          id + R"(","Duration":)" + std::to_string(i % 500) + R"(},"Agent":{"Username":"agent-)" +
          std::to_string(i % 300) + R"(","AgentInteractionDuration":)" + std::to_string(i % 900) +
          R"(,"RoutingProfile":{"Name":"Basic","ARN":"arn:x"}},"Attributes":{"PathCode":"a)" +
          std::to_string(i % 7) +
          R"(","lang":"de"},"Tags":null})"
          "\n";
    }
    return lines;
  }();
  return text;
}

ProjectionPlan csv_plan() {
  return {{"contact_id", "started", "ended", "channel", "queue", "agent", "phone", "wait", "talk",
           "disposition"},
          {},
          false};
}

ProjectionPlan json_plan() {
  return {{"ContactId", "InitiationMethod", "Channel", "InitiationTimestamp", "DisconnectTimestamp",
           "CustomerEndpoint.Address", "CustomerEndpoint.Type", "Queue.Name", "Queue.Duration",
           "Agent.Username", "Agent.AgentInteractionDuration", "Attributes.*"},
          {},
          false};
}

void report(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
  state.counters["records/s"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * kRecords, benchmark::Counter::kIsRate);
}

void read_all(const std::string& text, const ReaderOptions& options, Projector* projector) {
  auto reader = RecordReader::create(ByteSource::from_bytes(text), options).value();
  RecordBatch batch;
  ProjectedBatch rows;
  while (reader->next(batch).value()) {
    if (projector) projector->project(batch, rows);
    benchmark::DoNotOptimize(batch.records.data());
  }
}

ReaderOptions options_for(RecordFormat format) {
  ReaderOptions options;
  options.format = format;
  return options;
}

void split(benchmark::State& state, RecordFormat format, const std::string& text) {
  for (auto _ : state) read_all(text, options_for(format), nullptr);
  report(state, text);
}

void split_and_project(benchmark::State& state, RecordFormat format, const std::string& text,
                       const ProjectionPlan& plan) {
  const auto compiled = CompiledProjection::compile(plan, options_for(format)).value();
  for (auto _ : state) {
    Projector projector(compiled);
    read_all(text, options_for(format), &projector);
  }
  report(state, text);
}

void hash_only(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(sha256(ndjson_text()));
  report(state, ndjson_text());
}

template <typename Parse>
void for_each_line(const std::string& text, const Parse& parse) {
  std::size_t place = 0;
  while (place < text.size()) {
    const std::size_t end = text.find('\n', place);
    parse(std::string_view(text).substr(place, end - place));
    place = end + 1;
  }
}

void tape_parse(benchmark::State& state) {
  JsonTape tape;
  for (auto _ : state) {
    for_each_line(ndjson_text(),
                  [&](std::string_view line) { benchmark::DoNotOptimize(tape.parse(line)); });
  }
  report(state, ndjson_text());
}

void simdjson_dom_parse(benchmark::State& state) {
  simdjson::dom::parser parser;
  std::string padded = ndjson_text() + std::string(simdjson::SIMDJSON_PADDING, ' ');
  for (auto _ : state) {
    for_each_line(ndjson_text(), [&](std::string_view line) {
      const char* place = padded.data() + (line.data() - ndjson_text().data());
      benchmark::DoNotOptimize(parser.parse(place, line.size(), false).error());
    });
  }
  report(state, ndjson_text());
}

void keep_raw(benchmark::State& state) {
  for (auto _ : state) {
    auto keeper = RawKeeper::create("/tmp").value();
    benchmark::DoNotOptimize(keeper->append(ndjson_text()).ok());
  }
  report(state, ndjson_text());
}

BENCHMARK(hash_only)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(split, csv, RecordFormat::csv, csv_text())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(split, ndjson, RecordFormat::ndjson, ndjson_text())
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(split, concatenated, RecordFormat::json_concatenated, ndjson_text())
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(split_and_project, csv, RecordFormat::csv, csv_text(), csv_plan())
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(split_and_project, ndjson, RecordFormat::ndjson, ndjson_text(), json_plan())
    ->Unit(benchmark::kMillisecond);
BENCHMARK(tape_parse)->Unit(benchmark::kMillisecond);
BENCHMARK(simdjson_dom_parse)->Unit(benchmark::kMillisecond);
BENCHMARK(keep_raw)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clewline::ingest
