#include "ingest/readers/projector.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "ingest/readers/reader_test_support.h"

namespace clewline::ingest {
namespace {

using Row = std::vector<std::string>;

/// The rows of one text, cells as text, "∅" where null.
struct Projected {
  std::vector<Row> rows;
  std::vector<std::array<std::int32_t, kForEachDepthMax>> items;
  std::vector<int> branch;
  std::vector<std::string> canonical;
  std::vector<ProjectionReject> rejected;
  KeyReport keys;
  std::string error;
};

Projected project(const std::string& text, const ProjectionPlan& plan, ReaderOptions options) {
  Projected result;
  const auto compiled = CompiledProjection::compile(plan, options);
  if (!compiled.ok()) {
    result.error = compiled.error().message;
    return result;
  }
  Projector projector(compiled.value());
  const testing::ReadFile file = testing::read_bytes(text, options);
  EXPECT_EQ(file.error, "");
  for (const RecordBatch& batch : file.batches) {
    ProjectedBatch out;
    projector.project(batch, out);
    for (std::size_t row = 0; row < out.row_count(); ++row) {
      Row& cells = result.rows.emplace_back();
      for (const auto& column : out.cells)
        cells.emplace_back(column[row].data() == nullptr ? "∅" : std::string(column[row]));
      result.items.push_back(out.items[row]);
      result.branch.push_back(out.branch[row]);
    }
    for (std::string_view canonical : out.canonical) result.canonical.emplace_back(canonical);
    for (const auto& reject : out.rejected) result.rejected.push_back(reject);
  }
  result.keys = projector.key_report();
  return result;
}

ReaderOptions json_lines() {
  ReaderOptions options;
  options.format = RecordFormat::ndjson;
  return options;
}

TEST(JsonProjector, ReadsPathsAsText) {
  const std::string text =
      R"({"id":"x","n":1.50,"big":12345678901234567890,"t":true,"f":false,"z":null,"o":{"a": [1, {"b":2}],"c":""},)"
      R"("tags":["p","q"],"zip.code":"01067","u":"M\u00fcller \"x\" \ud83d\ude00 \ud800"})";
  const Projected p = project(text,
                              {{"id", "n", "big", "t", "f", "z", "o", "o.c", "o.a", "o.a[1].b",
                                "tags[0]", "tags[9]", "[\"zip.code\"]", "u", "gone.x", "tags.x"},
                               {},
                               false},
                              json_lines());
  ASSERT_EQ(p.error, "");
  ASSERT_EQ(p.rows.size(), 1u);
  EXPECT_EQ(p.rows[0],
            (Row{"x", "1.50", "12345678901234567890", "true", "false", "∅",
                 R"({"a":[1,{"b":2}],"c":""})", "", R"([1,{"b":2}])", "2", "p", "∅", "01067",
                 "M\xC3\xBCller \"x\" \xF0\x9F\x98\x80 \xEF\xBF\xBD", "∅", "∅"}));
}

TEST(JsonProjector, IteratesNestedArraysWithParentsInReach) {
  const std::string text =
      R"({"participants":[{"purpose":"customer","sessions":[{"d":"in","segments":[{"t":"a"},{"t":"b"}]},{"d":"out"}]},{"purpose":"agent"}],"id":"c1"})";
  const Projected p = project(text,
                              {{"id", "participants.purpose", "participants.sessions.d",
                                "participants.sessions.segments.t", "participants[1].purpose"},
                               {"participants.sessions.segments", "participants", ""},
                               false},
                              json_lines());
  EXPECT_EQ(p.rows, (std::vector<Row>{{"c1", "customer", "in", "a", "agent"},
                                      {"c1", "customer", "in", "b", "agent"},
                                      {"c1", "customer", "out", "∅", "agent"},
                                      {"c1", "agent", "∅", "∅", "agent"},
                                      {"c1", "customer", "∅", "∅", "agent"},
                                      {"c1", "agent", "∅", "∅", "agent"},
                                      {"c1", "∅", "∅", "∅", "agent"}}));
  EXPECT_EQ(p.branch, (std::vector<int>{0, 0, 0, 0, 1, 1, 2}));
  EXPECT_EQ(p.items[1], (std::array<std::int32_t, 4>{0, 0, 1, -1}));
  EXPECT_EQ(p.items[2], (std::array<std::int32_t, 4>{0, 1, -1, -1}));
  EXPECT_EQ(p.items[6], (std::array<std::int32_t, 4>{-1, -1, -1, -1}));
  EXPECT_TRUE(p.keys.unread.empty());
}

TEST(JsonProjector, GivesOneRowForAnEmptyOrAbsentArrayAndPassesObjects) {
  const std::string text =
      "{\"id\":1,\"d\":{\"items\":[]}}\n{\"id\":2}\n{\"id\":3,\"d\":{\"k\":\"v\",\"items\":[{\"x\":"
      "1},7]}}\n";
  const Projected p =
      project(text, {{"id", "d.k", "d.items.x", "d.items"}, {"d.items"}, false}, json_lines());
  EXPECT_EQ(p.rows, (std::vector<Row>{{"1", "∅", "∅", "[]"},
                                      {"2", "∅", "∅", "∅"},
                                      {"3", "v", "1", R"({"x":1})"},
                                      {"3", "v", "∅", "7"}}));
}

TEST(JsonProjector, HandsOnTheRemainder) {
  const std::string text =
      R"({"a":1,"Queue":{"Name":"q","ARN":"r","deep":{"x":[1, 2]}},"b":{"c":"\u00fc"},"list":[{"p":1,"q":2}]})";
  const Projected p =
      project(text, {{"a", "Queue.Name", "*", "list.p", "list.*", "Queue.*"}, {"list"}, false},
              json_lines());
  EXPECT_EQ(p.rows.at(0), (Row{"1", "q", R"({"b":{"c":"\u00fc"}})", "1", R"({"q":2})",
                               R"({"ARN":"r","deep":{"x":[1,2]}})"}));
  const Projected nested = project(text, {{"a", "Queue.Name", "*"}, {}, false}, json_lines());
  EXPECT_EQ(
      nested.rows.at(0)[2],
      R"({"Queue":{"ARN":"r","deep":{"x":[1,2]}},"b":{"c":"\u00fc"},"list":[{"p":1,"q":2}]})");
  EXPECT_TRUE(nested.keys.unread.empty());
}

TEST(JsonProjector, ReportsUnreadAndRepeatedKeys) {
  const std::string text =
      "{\"a\":1,\"x\":{\"y\":1},\"q\":{\"n\":1,\"m\":2}}\n{\"x\":2,\"a\":1,\"q\":{\"m\":2}}\n{"
      "\"a\":1,\"a\":2,\"q\":{\"n\":5},\"q\":{}}\n";
  const Projected p = project(text, {{"a", "q.n"}, {}, false}, json_lines());
  ASSERT_EQ(p.keys.unread.size(), 2u);
  EXPECT_EQ(p.keys.unread[0].path + std::to_string(p.keys.unread[0].count), "q.m2");
  EXPECT_EQ(p.keys.unread[1].path + std::to_string(p.keys.unread[1].count), "x2");
  ASSERT_EQ(p.keys.duplicate.size(), 2u);
  EXPECT_EQ(p.rows[2], (Row{"2", "∅"}));
  const Projected any_case =
      project("{\"ContactID\":1,\"contactId\":2}\n", {{"contactid"}, {}, true}, json_lines());
  EXPECT_EQ(any_case.rows[0], (Row{"2"}));
  EXPECT_EQ(any_case.keys.duplicate.size(), 1u);
}

TEST(JsonProjector, RejectsWhatIsNotAnObjectOfJson) {
  const Projected p = project(
      "{\"a\":1}\n{\"a\":tru}\n[1]\n{\"a\":01}\n{\"a\":\"\\x\"}\n{\"a\":1,}\n{\"a\" "
      "1}\n{\"a\":1}}\n",
      {{"a"}, {}, false}, json_lines());
  EXPECT_EQ(p.rows.size(), 1u);
  ASSERT_EQ(p.rejected.size(), 7u);
  EXPECT_EQ(p.rejected[0].error_offset, 13u);
  EXPECT_EQ(p.rejected[1].reason, RejectReason::not_an_object);
  for (const auto& reject : p.rejected) EXPECT_NE(reject.detail, "");
}

TEST(JsonProjector, TreatsAMaskedNumberAsText) {
  const Projected p = project("{\"n\": 4111111111111111,\"m\":[4111111111111111.0]}\n",
                              {{"n", "m"}, {}, false}, json_lines());
  EXPECT_EQ(p.rows.at(0), (Row{"****************", R"(["****************.0"])"}));
  EXPECT_EQ(p.canonical.at(0), R"({"n":****************,"m":[****************.0]})");
}

TEST(JsonProjector, HashesTheSameHoweverItIsSpaced) {
  const Projected p =
      project("{\"a\": [1, \"x y\"] }\n{\"a\":[1,\"x y\"]}\n", {{"a"}, {}, false}, json_lines());
  EXPECT_EQ(p.canonical[0], R"({"a":[1,"x y"]})");
  EXPECT_EQ(p.canonical[0], p.canonical[1]);
}

TEST(CsvProjector, ReadsCellsByName) {
  const Projected p =
      project("Id,Name,Note\n1,\"M\xC3\xBCller, \"\"Jo\"\"\",\n2,,\"\"\n3,a\"b,\"x\ny\"\n",
              {{"Note", "id", "Name", "gone"}, {}, true}, {});
  EXPECT_EQ(p.rows, (std::vector<Row>{{"∅", "1", "M\xC3\xBCller, \"Jo\"", "∅"},
                                      {"", "2", "∅", "∅"},
                                      {"x\ny", "3", "a\"b", "∅"}}));
  EXPECT_EQ(p.canonical[1], std::string("\1\0\0\0"
                                        "2\0\0\0\0\0\0\0\0",
                                        13));
}

TEST(CsvProjector, RejectsOrPadsRaggedRows) {
  const std::string text = "a,b,c\n1,2\n1,2,3\n1,2,3,\n1,2,3,4\n";
  EXPECT_EQ(project(text, {{"a"}, {}, false}, {}).rejected.size(), 3u);
  ReaderOptions options;
  options.csv.ragged = RaggedRows::pad;
  const Projected p = project(text, {{"a", "c"}, {}, false}, options);
  EXPECT_EQ(p.rows, (std::vector<Row>{{"1", "∅"}, {"1", "3"}, {"1", "3"}}));
  EXPECT_EQ(p.rejected.size(), 1u);
}

TEST(CsvProjector, HandsOnTheRemainderAndReportsUnreadColumns) {
  const Projected p = project("a,b,c\n1,\"x\"\"y\",\n2,,\n", {{"a", "*", "$"}, {}, false}, {});
  EXPECT_EQ(p.rows,
            (std::vector<Row>{{"1", R"({"b":"x\"y"})", "1,\"x\"\"y\","}, {"2", "∅", "2,,"}}));
  const Projected unread = project("a,b,c\n1,x,\n2,,\n", {{"a"}, {}, false}, {});
  ASSERT_EQ(unread.keys.unread.size(), 1u);
  EXPECT_EQ(unread.keys.unread[0].path, "b");
  EXPECT_EQ(unread.keys.unread[0].count, 1u);
}

// Corrupting any byte leaves every record either with rows or with a reject that points into it.
TEST(Projector, GivesRowsOrARejectForEveryRecordOfADamagedFile) {
  std::mt19937 random(11);
  const std::pair<RecordFormat, std::string> cases[] = {
      {RecordFormat::csv, testing::sample_csv(30)},
      {RecordFormat::ndjson, testing::sample_ndjson(30)},
      {RecordFormat::json_concatenated, testing::sample_concatenated(30)},
      {RecordFormat::json_array, testing::sample_array(30)},
      {RecordFormat::json_document, testing::sample_document(30)}};
  for (const auto& [format, text] : cases) {
    ReaderOptions options;
    options.format = format;
    options.records_path = "$.data.items";
    const auto compiled =
        CompiledProjection::compile({{"id", "name", "*"}, {}, false}, options).value();
    std::size_t rejects = 0;
    for (int i = 0; i < 200; ++i) {
      std::string bytes = text;
      bytes[random() % bytes.size()] = "\"{}[],:\n0 x\\"[random() % 12];
      for (const RecordBatch& batch : testing::read_bytes(bytes, options).batches) {
        Projector projector(compiled);
        ProjectedBatch out;
        projector.project(batch, out);
        std::vector<int> seen(batch.records.size());
        for (std::uint32_t record : out.record) ++seen.at(record);
        for (const auto& reject : out.rejected) {
          ++seen.at(reject.record);
          const Record& record = batch.records[reject.record];
          EXPECT_GE(reject.error_offset, record.offset);
          EXPECT_LE(reject.error_offset, record.offset + record.raw.size());
        }
        for (int count : seen) ASSERT_EQ(count, 1);
        rejects += out.rejected.size() + batch.rejected.size();
      }
    }
    EXPECT_GT(rejects, 20u);
  }
}

// Batches are projected by any thread, each with a projector of its own.
TEST(Projector, WorksOnBatchesInSeveralThreads) {
  ReaderOptions options;
  options.format = RecordFormat::ndjson;
  options.batch_records = 100;
  options.read_bytes = 5000;
  const auto compiled =
      CompiledProjection::compile({{"id", "parts.id"}, {"parts"}, false}, options).value();
  const testing::ReadFile file = testing::read_bytes(testing::sample_ndjson(4000), options);
  ASSERT_GT(file.batches.size(), 10u);
  std::atomic<std::size_t> next{0}, rows{0};
  std::vector<KeyReport> reports(3);
  std::vector<std::thread> threads;
  for (KeyReport& report : reports) {
    threads.emplace_back([&] {
      Projector projector(compiled);
      ProjectedBatch out;
      for (std::size_t i = next++; i < file.batches.size(); i = next++) {
        projector.project(file.batches[i], out);
        rows += out.row_count();
      }
      report = projector.key_report();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(rows, 8000u);
  for (const KeyCount& key : merge_key_reports(reports).unread)
    EXPECT_EQ(key.count, 4000u) << key.path;
}

TEST(CompiledProjection, RefusesPathsItCannotRead) {
  for (const char* path : {"", "a..b", "a[x]", "a.*.b", "a[1", "a.\"b", "a b]"}) {
    EXPECT_NE(project("", {{path}, {}, false}, json_lines()).error, "") << path;
  }
  EXPECT_NE(project("", {{"a"}, {"a[0]"}, false}, json_lines()).error, "");
  EXPECT_NE(project("", {{"a"}, {"x"}, false}, {}).error, "");
  for (const char* path : {"$", "*", "$.a.b", "a b.c", "a[0][1].b", "a[\"b.c\"].*", "\"x.y\".z"}) {
    EXPECT_EQ(project("", {{path}, {}, false}, json_lines()).error, "") << path;
  }
}

}  // namespace
}  // namespace clewline::ingest
