#include "store/export.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "store/store_test_support.h"

namespace clewline::store {
namespace {

std::string bytes_of(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

constexpr std::string_view kRows =
    "SELECT i AS n, CASE i WHEN 0 THEN '=1+1' WHEN 1 THEN 'a, \"b\"' END AS label, "
    "TIMESTAMPTZ '2026-01-31 09:00:00Z' + i * INTERVAL 1500 MILLISECOND AS occurred_at, (i * "
    "1.25)::DECIMAL(9,2) AS amount, "
    "{'k': [i]} AS nested FROM range(3) r(i) ORDER BY i -- and a comment";

class Export : public ::testing::Test {
 protected:
  ExportTarget target(const std::string& name, FileFormat format) const {
    return {folder_.file(name), format};
  }
  TemporaryFolder folder_;
  Database database_ = opened(":memory:");
  Connection connection_ = connected(database_);
};

TEST_F(Export, CsvGuardsFormulasAndWritesUtc) {
  const auto rows = export_query(connection_, kRows, target("a.csv", FileFormat::csv));
  ASSERT_TRUE(rows.ok()) << describe(rows.error());
  EXPECT_EQ(*rows, 3);
  EXPECT_EQ(bytes_of(folder_.file("a.csv")),
            "n,label,occurred_at,amount,nested\n0,'=1+1,2026-01-31T09:00:00Z,0.00,{'k': [0]}\n"
            "1,\"a, \"\"b\"\"\",2026-01-31T09:00:01.500Z,1.25,{'k': "
            "[1]}\n2,,2026-01-31T09:00:03Z,2.50,{'k': [2]}\n");
  ExportTarget verbatim = target("b.tsv", FileFormat::tsv);
  verbatim.text_cells = TextCells::verbatim;
  ASSERT_TRUE(export_query(connection_, "SELECT '=1+1' AS a, 2 AS b", verbatim).ok());
  EXPECT_EQ(bytes_of(verbatim.path), "a\tb\n=1+1\t2\n");
}

TEST_F(Export, JsonAndParquetKeepTypes) {
  ASSERT_TRUE(export_query(connection_, kRows, target("a.jsonl", FileFormat::jsonl)).ok());
  EXPECT_EQ(
      bytes_of(folder_.file("a.jsonl")).substr(0, bytes_of(folder_.file("a.jsonl")).find('\n')),
      R"({"n":0,"label":"=1+1","occurred_at":"2026-01-31T09:00:00Z","amount":0.0,"nested":{"k":[0]}})");
  ASSERT_TRUE(export_query(connection_, kRows, target("a.json", FileFormat::json)).ok());
  EXPECT_EQ(*connection_.query_int64("SELECT json_array_length(content) FROM read_text('" +
                                     folder_.file("a.json") + "')"),
            3);
  ASSERT_TRUE(export_query(connection_, kRows, target("a.parquet", FileFormat::parquet)).ok());
  EXPECT_EQ(
      *connection_.query_int64("SELECT count(*) FROM (SELECT * FROM '" + folder_.file("a.parquet") +
                               "' EXCEPT ALL (" + std::string(kRows) + "\n))"),
      0);
}

TEST_F(Export, AFileIsWholeOrAbsent) {
  const ExportTarget first = target("a.csv", FileFormat::csv);
  ASSERT_TRUE(export_query(connection_, "SELECT 1 AS a", first).ok());
  EXPECT_EQ(export_query(connection_, "SELECT 2 AS a", first).error().code, ErrorCode::conflict);
  ExportTarget again = first;
  again.existing = ExistingFile::replace;
  EXPECT_FALSE(export_query(connection_, "SELECT error('late') AS a FROM range(3)", again).ok());
  EXPECT_EQ(bytes_of(first.path), "a\n1\n");
  ASSERT_TRUE(export_query(connection_, "SELECT 2 AS a", again).ok());
  EXPECT_EQ(bytes_of(first.path), "a\n2\n");
  EXPECT_EQ(
      std::distance(
          std::filesystem::directory_iterator(std::filesystem::path(first.path).parent_path()), {}),
      1);
  EXPECT_EQ(export_query(connection_, "SELECT 1", target("no/such/folder.csv", FileFormat::csv))
                .error()
                .code,
            ErrorCode::io);
  EXPECT_FALSE(export_query(connection_, "DROP TABLE x", target("b.csv", FileFormat::csv)).ok());
}

TEST_F(Export, FormatsAreNamed) {
  EXPECT_EQ(*file_format("parquet"), FileFormat::parquet);
  EXPECT_EQ(file_format("arrow").error().code, ErrorCode::usage);
  EXPECT_NE(file_format("arrow").error().hint.find("Parquet"), std::string::npos);
  EXPECT_EQ(file_format("xls").error().code, ErrorCode::usage);
}

TEST_F(Export, AnAnswerBecomesAFileWithItsTypes) {
  auto table = AnswerTable::create(folder_.file("spill"));
  ASSERT_TRUE(table.ok()) << describe(table.error());
  const std::vector<SqlColumn> columns = {
      {"n", "INTEGER"},           {"label", "VARCHAR"}, {"occurred_at", "TIMESTAMPTZ"},
      {"amount", "DECIMAL(9,2)"}, {"id", "UUID"},       {"day", "DATE"},
      {"big", "HUGEINT"},         {"flag", "BOOLEAN"},  {"labels", "VARCHAR[]"},
      {"share", "DOUBLE"}};
  ASSERT_TRUE((*table)->columns(columns).ok());
  const std::vector<std::vector<Cell>> rows(
      5000, {std::int64_t{7}, std::string("a label of some length"), TimeValue{1'000'000},
             std::string("-1.50"), Id128{1, 2}, std::string("2026-01-31"), std::int64_t{12}, true,
             std::string(R"(["x"])"), 0.5});
  ASSERT_TRUE((*table)->rows(rows).ok());
  ASSERT_TRUE(
      (*table)->rows(std::vector<std::vector<Cell>>(1, std::vector<Cell>(columns.size()))).ok());
  const auto written = (*table)->write(target("a.parquet", FileFormat::parquet));
  ASSERT_TRUE(written.ok()) << describe(written.error());
  EXPECT_EQ(*written, 5001);
  const auto read = connection_.query("SELECT * FROM '" + folder_.file("a.parquet") + "'");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->columns()[0].type.to_sql(), "INTEGER");
  EXPECT_EQ(read->columns()[3].type.to_sql(), "DECIMAL(9,2)");
  EXPECT_EQ(read->columns()[4].type.to_sql(), "UUID");
  EXPECT_EQ(read->columns()[5].type.to_sql(), "DATE");
  EXPECT_EQ(*connection_.query_int64(
                "SELECT count(*) FROM '" + folder_.file("a.parquet") +
                "' WHERE amount = -1.5 AND big = 12 AND flag AND labels = '[\"x\"]'"),
            5000);
}

}  // namespace
}  // namespace clewline::store
