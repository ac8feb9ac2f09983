#include <gtest/gtest.h>

#include <limits>

#include "render/cell_text.h"
#include "render/row_writer.h"
#include "render/tree.h"

namespace clewline::render {
namespace {

ResultTable sample() {
  ResultTable table;
  table.columns = {{"name", ColumnKind::text},    {"count", ColumnKind::integer},
                   {"share", ColumnKind::number}, {"known", ColumnKind::boolean},
                   {"at", ColumnKind::time},      {"extra", ColumnKind::json}};
  table.rows.push_back({std::string("a,\"b\"\n|c"), std::int64_t{1234567}, 0.1, true, TimeCell{0},
                        std::string("{\"k\":[1]}")});
  table.rows.push_back(
      {std::string(), Cell(), std::numeric_limits<double>::infinity(), false, Cell(), Cell()});
  return table;
}

std::string as(Format format, const ResultTable& table = sample()) {
  RowStyle style;
  style.format = format;
  return table_text(table, style);
}

TEST(Json, IsAListOfObjectsWithEverythingEscaped) {
  EXPECT_EQ(as(Format::json),
            "[\n {\"name\": \"a,\\\"b\\\"\\n|c\", \"count\": 1234567, \"share\": 0.1, \"known\": "
            "true, \"at\": "
            "\"1970-01-01T00:00:00Z\", \"extra\": {\"k\":[1]}},\n"
            " {\"name\": \"\", \"count\": null, \"share\": null, \"known\": false, \"at\": null, "
            "\"extra\": null}\n]\n");
}

TEST(Json, OfNoRowsIsAnEmptyList) {
  ResultTable none = sample();
  none.rows.clear();
  EXPECT_EQ(as(Format::json, none), "[]\n");
  EXPECT_EQ(as(Format::jsonl, none), "");
}

TEST(Json, OfASingleAnswerIsOneObject) {
  ResultTable one;
  one.single = true;
  one.columns = {{"workspace"}, {"version", ColumnKind::integer}};
  one.rows.push_back({std::string("ws"), std::int64_t{1}});
  EXPECT_EQ(as(Format::json, one), "{\"workspace\": \"ws\", \"version\": 1}\n");
  EXPECT_EQ(as(Format::table, one), "workspace  ws\nversion    1\n");
}

TEST(Json, ReplacesBytesThatAreNotUtf8) {
  std::string out;
  add_json_string(out, "a\xff\xc3(\xed\xa0\x80z\xf0\x9f\x98\x80\x01");
  EXPECT_EQ(
      out,
      "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\xf0\x9f\x98\x80\\u0001\"");
}

TEST(Csv, QuotesAndTellsNullFromEmpty) {
  EXPECT_EQ(as(Format::csv),
            "name,count,share,known,at,extra\n\"a,\"\"b\"\"\n|c\",1234567,0.1,true,1970-01-01T00:"
            "00:00Z,\"{\"\"k\"\":[1]}\"\n"
            "\"\",,inf,false,,\n");
}

TEST(Csv, FormulasAreDisarmedOnlyWhenAsked) {
  ResultTable table;
  table.columns = {{"phone"}};
  table.rows.push_back({std::string("+4930901820")});
  EXPECT_EQ(as(Format::csv, table), "phone\n+4930901820\n");
  RowStyle style;
  style.format = Format::csv;
  style.formula_safe = true;
  EXPECT_EQ(table_text(table, style), "phone\n'+4930901820\n");
}

TEST(Tsv, EscapesTabsAndLineEnds) {
  ResultTable table;
  table.columns = {{"a"}, {"b"}};
  table.rows.push_back({std::string("x\ty"), std::string("l\nm\\")});
  EXPECT_EQ(as(Format::tsv, table), "a\tb\nx\\ty\tl\\nm\\\\\n");
}

TEST(Markdown, EscapesBarsAndAlignsNumbers) {
  ResultTable table;
  table.columns = {{"a"}, {"n", ColumnKind::integer}};
  table.rows.push_back({std::string("x|y\nz"), std::int64_t{5}});
  EXPECT_EQ(as(Format::markdown, table), "| a | n |\n|---|---:|\n| x\\|y\\\\nz | 5 |\n");
}

TEST(Grid, AlignsByDisplayWidth) {
  ResultTable table;
  table.columns = {{"name"}, {"n", ColumnKind::integer}};
  table.rows.push_back({std::string("Zoë"), std::int64_t{1234}});
  table.rows.push_back({std::string("東京"), std::int64_t{5}});
  EXPECT_EQ(as(Format::table, table),
            "┌──────┬───────┐\n│ name │     n │\n├──────┼───────┤\n│ Zoë  │ 1,234 │\n│ 東京 │     "
            "5 │\n└──────┴───────┘\n");
}

TEST(Grid, ShowsSecondsWithTwoDecimalsAndMachinesThree) {
  ResultTable table;
  table.single = true;
  table.columns = {seconds_column("seconds")};
  table.rows.push_back({seconds_cell(0.123456789)});
  EXPECT_EQ(as(Format::table, table), "seconds  0.12\n");
  EXPECT_EQ(as(Format::json, table), "{\"seconds\": 0.123}\n");
  EXPECT_NE(as(Format::markdown, table).find("| 0.12 |"), std::string::npos);
  EXPECT_EQ(people_text(1.0 / 3, {"share", ColumnKind::number}), number_text(1.0 / 3));
}

TEST(Grid, SaysHowManyRowsAreNotShown) {
  ResultTable table;
  table.columns = {{"n", ColumnKind::integer}};
  for (std::int64_t i = 0; i < 1300; ++i) table.rows.push_back({i});
  RowStyle style;
  style.rows_max = 66;
  EXPECT_NE(table_text(table, style).find("… 1,234 more rows (use --all)\n"), std::string::npos);
  style.rows_max = 0;
  EXPECT_EQ(table_text(table, style).find("more rows"), std::string::npos);
}

TEST(Grid, BecomesBlocksWhereTheTerminalIsTooNarrow) {
  ResultTable table;
  table.columns = {{"name"}, {"text"}};
  table.rows.push_back({std::string("a"), std::string(100, 'x')});
  RowStyle style;
  style.terminal_width = 80;
  EXPECT_EQ(table_text(table, style),
            "── row 1 ──\nname  a\ntext  " + std::string(100, 'x') + "\n");
}

TEST(Grid, PrintsNoColourUnlessAsked) {
  RowStyle style;
  EXPECT_EQ(table_text(sample(), style).find('\x1b'), std::string::npos);
  style.style.colour = true;
  EXPECT_NE(table_text(sample(), style).find('\x1b'), std::string::npos);
}

TEST(Grid, ControlCharactersNeverReachTheTerminal) {
  ResultTable table;
  table.columns = {{"a"}};
  table.rows.push_back({std::string("\x1b[2Jx")});
  EXPECT_EQ(as(Format::table, table).find('\x1b'), std::string::npos);
}

TEST(Words, Durations) {
  EXPECT_EQ(duration_words(250 * kUsPerMs), "250 ms");
  EXPECT_EQ(duration_words(8 * kUsPerSecond), "8 s");
  EXPECT_EQ(duration_words(125 * kUsPerSecond), "2 min 5 s");
  EXPECT_EQ(duration_words(25 * kUsPerMinute + 10), "25 min");
  EXPECT_EQ(duration_words(70 * kUsPerMinute), "1 h 10 min");
  EXPECT_EQ(duration_words(76 * kUsPerHour), "3 d 4 h");
  EXPECT_EQ(duration_words(30 * kUsPerDay), "30 d");
}

TEST(Words, CountsAndShares) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
  EXPECT_EQ(grouped(-123), "-123");
  EXPECT_EQ(counted(1, "call"), "1 call");
  EXPECT_EQ(counted(2, "journey"), "2 journeys");
  EXPECT_EQ(counted(3, "reply", "replies"), "3 replies");
  EXPECT_EQ(share_words(1, 3), "33.3 %");
  EXPECT_EQ(share_words(0, 0), "–");
}

TreeNode tree() {
  TreeNode leaf;
  leaf.headline = "spoke";
  leaf.when = "10:00";
  leaf.fields = {{{"id", ColumnKind::text}, std::string("t_1")}};
  leaf.children_name = "events";
  TreeNode root;
  root.headline = "customer 7";
  root.fields = {{{"customer_id", ColumnKind::text}, std::string("c_1")},
                 {{"events", ColumnKind::integer}, std::int64_t{2}}};
  root.children_name = "engagements";
  root.children = {leaf, leaf};
  root.children[0].remarks = {"remark"};
  return root;
}

TEST(Tree, ConnectsChildrenWithLines) {
  std::string out;
  const Sink sink = [&out](std::string_view bytes) { out += bytes; };
  write_tree(tree(), {}, sink);
  EXPECT_EQ(out, "customer 7\n├─ 10:00  spoke\n│     remark\n└─ 10:00  spoke\n");
}

TEST(Tree, SaysHowManyChildrenAreNotShown) {
  TreeNode node = tree();
  node.children_shown = 1;
  node.children_noun = "units";
  std::string out;
  const Sink sink = [&out](std::string_view bytes) { out += bytes; };
  write_tree(node, {}, sink);
  EXPECT_EQ(out, "customer 7\n├─ 10:00  spoke\n│     remark\n└─ … 1 more units (use --all)\n");
}

TEST(Tree, IsOneNestedJsonObject) {
  EXPECT_EQ(tree_json(tree(), false),
            "{\"customer_id\":\"c_1\",\"events\":2,\"engagements\":[{\"id\":\"t_1\",\"events\":[]},"
            "{\"id\":\"t_1\",\"events\":[]}]}\n");
}

}  // namespace
}  // namespace clewline::render
