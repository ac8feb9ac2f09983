#pragma once

#include <optional>
#include <string>
#include <vector>

namespace clewline::render {

/// A number of a picture with the ends of its interval, where it has one.
struct ChartPoint {
  double x = 0;  // of lines; bars stand in the order given
  double y = 0;
  std::optional<double> low = {};
  std::optional<double> high = {};
};

/// Points that belong together. Lines have a colour each; of bars only the first series is drawn.
struct ChartSeries {
  std::string name;
  std::vector<ChartPoint> points;
};

/// A block of a flow: what stands at one step.
struct FlowBlock {
  std::string name;
  double value = 0;
  bool is_rest = false;  // what is not shown, or has ended: drawn grey
};

/// A band from a block of a step to one of the next.
struct FlowBand {
  std::size_t column = 0;  // it begins in
  std::size_t from = 0;    // place in that column
  std::size_t to = 0;      // in the next
  double value = 0;
};

/// Blocks step by step, and what leads from one to the next.
struct Flow {
  std::vector<std::vector<FlowBlock>> columns;
  std::vector<FlowBand> bands;
};

/// A picture of an answer: a flow when it has columns; else bars, one for each name in `bars`, or
/// lines when that is empty.
struct Chart {
  std::string title;     // the question, as it is asked
  std::string subtitle;  // what is shown, of what, how sure
  std::string x_label;
  std::string y_label;
  std::vector<std::string> bars;
  std::vector<ChartSeries> series;
  bool is_share = false;  // y is 0 … 1 and shown in per cent
  Flow flow = {};
};

/// Draws a chart as an SVG document of 800 by 480: with a title and a description for those who do
/// not see it, colours that colour-blind people tell apart (Okabe & Ito), intervals as whiskers.
/// Blocks and bands of a flow say their names and numbers when pointed at. Above 60 bars the first
/// 60 are drawn and the picture says how many are not.
std::string chart_svg(const Chart& chart);

}  // namespace clewline::render
