#include "ingest/readers/typed_digits.h"

#include <gtest/gtest.h>

#include "ingest/readers/reader_test_support.h"

namespace clewline::ingest {
namespace {

std::string masked(const std::string& text, const std::vector<TypedDigitsField>& fields,
                   const ReaderOptions& options) {
  testing::ReadFile file = testing::read_bytes(text, options);
  const auto mask = TypedDigitsMask::compile(fields, options);
  EXPECT_TRUE(mask.ok());
  for (RecordBatch& batch : file.batches) {
    mask.value().apply(batch);
    EXPECT_EQ(find_coverage_gap(batch), std::nullopt);
  }
  return file.text();
}

ReaderOptions json_lines() {
  ReaderOptions options;
  options.format = RecordFormat::ndjson;
  return options;
}

TEST(TypedDigits, MasksAFieldButNotMenuChoices) {
  const std::vector<TypedDigitsField> fields = {{"Results", "", ""}};
  EXPECT_EQ(masked(R"({"Results":"1234","n":1234})", fields, json_lines()),
            R"({"Results":"****","n":1234})");
  EXPECT_EQ(masked(R"({"Results":"1"})", fields, json_lines()), R"({"Results":"1"})");
  EXPECT_EQ(masked(R"({"results":"42#"})", fields, json_lines()), R"({"results":"42#"})");
  EXPECT_EQ(masked(R"({"RESULTS": 98765})", fields, json_lines()), R"({"RESULTS": *****})");
  EXPECT_EQ(masked(R"({"Results":"pin 12 34 \u0035"})", fields, json_lines()),
            R"({"Results":"pin ** ** \u002a"})");
  EXPECT_EQ(masked(R"({"Results":{"a":"123","b":["456",7]}})", fields, json_lines()),
            R"({"Results":{"a":"***","b":["***",7]}})");
}

TEST(TypedDigits, LooksAtTheConditionInTheSameElement) {
  const std::vector<TypedDigitsField> fields = {{"steps.input", "steps.type", "StoreUserInput"}};
  EXPECT_EQ(
      masked(
          R"({"steps":[{"type":"StoreUserInput","input":"4711"},{"input":"4711","type":"Other"}]})",
          fields, json_lines()),
      R"({"steps":[{"type":"StoreUserInput","input":"****"},{"input":"4711","type":"Other"}]})");
  const std::vector<TypedDigitsField> root = {{"Parameters.*", "ModuleType", "StoreUserInput"}};
  EXPECT_EQ(masked(R"({"ModuleType":"StoreUserInput","Parameters":{"v":"4711","w":"9"}})", root,
                   json_lines()),
            R"({"ModuleType":"StoreUserInput","Parameters":{"v":"****","w":"9"}})");
}

TEST(TypedDigits, MasksCsvColumns) {
  const std::vector<TypedDigitsField> fields = {{"entry", "kind", "free"}};
  EXPECT_EQ(masked("id,kind,Entry\n1234,free,\"98,76\"\n1235,menu,987\n1236,free,12\n", fields, {}),
            "id,kind,Entry\n1234,free,\"**,**\"\n1235,menu,987\n1236,free,12\n");
}

TEST(TypedDigits, MasksWhatMayBeSuchAFieldInBadRecords) {
  EXPECT_EQ(masked("id,entry\nx1,4711,12\nx2,\"4711\n", {{"entry", "", ""}}, {}),
            "id,entry\nx1,****,12\nx2,\"****\n");
  EXPECT_EQ(masked("{\"at\":\"2024-05-01T10:11:12Z\",\"Re\"ults\":\"4711\",\"n\":4711}\n",
                   {{"Results", "", ""}}, json_lines()),
            "{\"at\":\"2024-05-01T10:11:12Z\",\"Re\"ults\":\"****\",\"n\":****}\n");
}

TEST(TypedDigits, RefusesPathsItCannotRead) {
  EXPECT_FALSE(TypedDigitsMask::compile({{"a..b", "", ""}}, json_lines()).ok());
}

}  // namespace
}  // namespace clewline::ingest
