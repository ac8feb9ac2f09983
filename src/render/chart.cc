#include "render/chart.h"
#include "render/flow_chart_internal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace clewline::render {
namespace {

constexpr double kWidth = 800;
constexpr double kHeight = 480;
constexpr double kLeft = 70;
constexpr double kRight = 20;
constexpr double kTop = 80;
constexpr double kBottom = 90;
constexpr std::size_t kBarsMax = 60;
constexpr std::size_t kLabelBytesMax = 60;
constexpr int kTicks = 5;

// Okabe & Ito: told apart by all kinds of colour vision.
constexpr std::array<const char*, 7> kColours = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                 "#E69F00", "#56B4E9", "#000000"};

}  // namespace

std::string svg_escaped(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kLabelBytesMax * 8)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

std::string svg_text(double x, double y, std::string_view anchor, int size,
                     std::string_view words) {
  return fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\">{}</text>\n", x, y,
      anchor, size, svg_escaped(words));
}

namespace {

/// The least number 1, 2 or 5 times a power of ten that is not below `value`.
double round_step(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= value * (1 - 1e-9)) return step * power;
  }
  return 10 * power;
}

/// Maps numbers to places of the picture, from 0 up to a round number.
struct Scale {
  double most = 1;
  double step = 1;
  static Scale up_to(double greatest) {
    Scale out;
    out.step = round_step(std::fmax(greatest, 1e-9) / kTicks);
    out.most = std::ceil(greatest / out.step - 1e-9) * out.step;
    if (out.most <= 0) out.most = out.step;
    return out;
  }
  double x(double value) const { return kLeft + value / most * (kWidth - kLeft - kRight); }
  double y(double value) const {
    return kHeight - kBottom - std::clamp(value / most, 0.0, 1.0) * (kHeight - kTop - kBottom);
  }
};

std::string line(double x1, double y1, double x2, double y2, std::string_view colour,
                 double width) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
      "stroke-width=\"{}\"/>\n",
      x1, y1, x2, y2, colour, width);
}

std::string tick_words(double value, bool is_share) {
  return is_share ? fmt::format("{:g} %", 100 * value) : fmt::format("{:g}", value);
}

double greatest_y(const Chart& chart) {
  double most = 0;
  for (const ChartSeries& series : chart.series) {
    for (const ChartPoint& point : series.points)
      most = std::fmax(most, std::fmax(point.y, point.high.value_or(point.y)));
  }
  return chart.is_share ? std::fmin(most, 1.0) : most;
}

std::string whisker(const ChartPoint& point, double x, const Scale& scale) {
  if (!point.low || !point.high) return {};
  const double low = scale.y(*point.low);
  const double high = scale.y(*point.high);
  return line(x, low, x, high, "#333333", 1.5) + line(x - 4, low, x + 4, low, "#333333", 1.5) +
         line(x - 4, high, x + 4, high, "#333333", 1.5);
}

// Smaller where it would run out of the picture.
std::string subtitle(const Chart& chart) {
  constexpr double kWidthOfLetter = 0.56;  // of the size, on average
  const double room = kWidth - kLeft - kRight;
  const double letters = std::fmax(1.0, static_cast<double>(chart.subtitle.size()));
  const int size = static_cast<int>(std::fmin(13, room / (kWidthOfLetter * letters)));
  return svg_text(kLeft, 50, "start", std::max(size, 8), chart.subtitle);
}

std::string frame(const Chart& chart, const Scale& y) {
  std::string out;
  for (double value = 0; value <= y.most * (1 + 1e-9); value += y.step) {
    out += line(kLeft, y.y(value), kWidth - kRight, y.y(value), "#DDDDDD", 1);
    out += svg_text(kLeft - 8, y.y(value) + 4, "end", 12, tick_words(value, chart.is_share));
  }
  out += svg_text(kLeft, 28, "start", 18, chart.title);
  out += subtitle(chart);
  out += svg_text(kLeft, kTop - 10, "start", 12, chart.y_label);
  out += svg_text((kLeft + kWidth - kRight) / 2, kHeight - 12, "middle", 12, chart.x_label);
  return out;
}

std::string bars(const Chart& chart, const Scale& y) {
  std::string out;
  const auto& points = chart.series.front().points;
  const std::size_t count = std::min({chart.bars.size(), points.size(), kBarsMax});
  const double slot =
      (kWidth - kLeft - kRight) / static_cast<double>(std::max<std::size_t>(count, 1));
  for (std::size_t i = 0; i < count; ++i) {
    const double x = kLeft + slot * (static_cast<double>(i) + .5);
    const double top = y.y(points[i].y);
    out += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n",
        x - slot * .35, top, slot * .7, kHeight - kBottom - top, kColours[0]);
    out += whisker(points[i], x, y);
    const std::string name = chart.bars[i];
    if (count <= 24 && slot >= 7.0 * static_cast<double>(name.size())) {
      out += svg_text(x, kHeight - kBottom + 18, "middle", 12, name);
    } else {
      out += fmt::format(
          "<text transform=\"translate({:.1f},{:.1f}) rotate(-45)\" text-anchor=\"end\" "
          "font-size=\"11\">{}</text>\n",
          x + 4, kHeight - kBottom + 14, svg_escaped(name));
    }
  }
  if (chart.bars.size() > count)
    out += svg_text(kWidth - kRight, 50, "end", 12,
                    fmt::format("{} more are not drawn", chart.bars.size() - count));
  return out;
}

std::string lines(const Chart& chart, const Scale& x, const Scale& y) {
  std::string out;
  for (double value = 0; value <= x.most * (1 + 1e-9); value += x.step)
    out += svg_text(x.x(value), kHeight - kBottom + 18, "middle", 12, fmt::format("{:g}", value));
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    const char* colour = kColours[s % kColours.size()];
    std::string path;
    for (const ChartPoint& point : chart.series[s].points) {
      path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? "" : " ", x.x(point.x), y.y(point.y));
      out += whisker(point, x.x(point.x), y);
    }
    out +=
        fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2.5\"/>\n",
                    path, colour);
    const double row = kHeight - kBottom + 44;
    const double column = kLeft + 180 * static_cast<double>(s % 4);
    out += line(column, row - 4, column + 24, row - 4, colour, 3);
    out += svg_text(column + 30, row, "start", 12, chart.series[s].name);
  }
  return out;
}

}  // namespace

std::string chart_svg(const Chart& chart) {
  const Scale y = Scale::up_to(greatest_y(chart));
  double most_x = 0;
  for (const ChartSeries& series : chart.series) {
    for (const ChartPoint& point : series.points) most_x = std::fmax(most_x, point.x);
  }
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" "
      "role=\"img\" font-family=\"sans-serif\">\n<title>{2}</title>\n<desc>{3}</desc>\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#FFFFFF\"/>\n",
      kWidth, kHeight, svg_escaped(chart.title), svg_escaped(chart.subtitle));
  if (!chart.flow.columns.empty()) {
    out += svg_text(kLeft, 28, "start", 18, chart.title);
    out += subtitle(chart);
    return out + flow_svg(chart.flow) + "</svg>\n";
  }
  out += frame(chart, y);
  if (!chart.series.empty())
    out += chart.bars.empty() ? lines(chart, Scale::up_to(most_x), y) : bars(chart, y);
  return out + "</svg>\n";
}

}  // namespace clewline::render
