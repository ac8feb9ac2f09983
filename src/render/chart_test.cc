#include "render/chart.h"

#include <gtest/gtest.h>

#include <string>

namespace clewline::render {
namespace {

std::size_t occurrences(const std::string& text, const std::string& of) {
  std::size_t count = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++count;
  return count;
}

Chart bars(std::size_t count) {
  Chart chart{"Title", "sub", "x", "y", {}, {{"only", {}}}, true};
  for (std::size_t i = 0; i < count; ++i) {
    chart.bars.push_back("b" + std::to_string(i));
    chart.series[0].points.push_back({0, .5, .4, .6});
  }
  return chart;
}

TEST(Chart, DrawsEveryBarWithItsWhisker) {
  const std::string svg = chart_svg(bars(3));
  EXPECT_EQ(occurrences(svg, "<rect x="), 3U);
  EXPECT_EQ(occurrences(svg, "stroke=\"#333333\""), 9U);
  EXPECT_EQ(occurrences(svg, ">b1<"), 1U);
  EXPECT_NE(svg.find("<title>Title</title>"), std::string::npos);
  EXPECT_NE(svg.find(">20 %<"), std::string::npos);
}

TEST(Chart, SaysWhatIsNotDrawn) {
  EXPECT_NE(chart_svg(bars(70)).find("10 more are not drawn"), std::string::npos);
  EXPECT_EQ(chart_svg(bars(60)).find("not drawn"), std::string::npos);
}

TEST(Chart, TextCannotBecomeMarkup) {
  Chart chart = bars(1);
  chart.bars[0] = "<script>\"&\x01";
  chart.title = "a<b";
  const std::string svg = chart_svg(chart);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_NE(svg.find("&lt;script&gt;&quot;&amp; "), std::string::npos);
}

TEST(Chart, LinesHaveALegend) {
  const Chart chart{"t", "s", "days", "", {}, {{"one", {{1, .9}, {7, .5}}}, {"two", {{1, .8}}}},
                    true};
  const std::string svg = chart_svg(chart);
  EXPECT_EQ(occurrences(svg, "<polyline"), 2U);
  EXPECT_NE(svg.find(">two<"), std::string::npos);
}

TEST(Chart, AFlowHasABlockForAllAndABandForEachWay) {
  Chart chart;
  chart.title = "t";
  chart.flow.columns = {{{"start", 10}},
                        {{"a<b", 6}, {"(other)", 3, true}, {"(drop-off)", 1, true}}};
  chart.flow.bands = {{0, 0, 0, 6}, {0, 0, 1, 3}, {0, 0, 2, 1}};
  const std::string svg = chart_svg(chart);
  EXPECT_EQ(occurrences(svg, "<path"), 3U);
  EXPECT_EQ(occurrences(svg, "<rect"), 5U);  // with the ground
  EXPECT_NE(svg.find("<title>start → a&lt;b: 6</title>"), std::string::npos);
  EXPECT_NE(svg.find("<title>(drop-off): 1</title>"), std::string::npos);
  EXPECT_EQ(svg.find("a<b"), std::string::npos);
}

TEST(Chart, NothingIsAnEmptyFrame) {
  EXPECT_NE(chart_svg({}).find("</svg>"), std::string::npos);
  EXPECT_NE(chart_svg(bars(0)).find("</svg>"), std::string::npos);
}

}  // namespace
}  // namespace clewline::render
