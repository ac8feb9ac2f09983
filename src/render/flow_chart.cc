#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "render/cell_text.h"
#include "render/flow_chart_internal.h"

namespace clewline::render {
namespace {

constexpr double kLeft = 20;
constexpr double kRight = 780;
constexpr double kTop = 75;
constexpr double kBottom = 465;
constexpr double kBlockWidth = 12;
constexpr double kGap = 4;  // between blocks of a column
constexpr double kLabelHeight =
    11;  // a lower block has no label, but says its name when pointed at
constexpr double kLetterWidth = 5.6;  // of a label
constexpr const char* kColour = "#0072B2";
constexpr const char* kRestColour = "#999999";

struct Box {
  double x = 0;
  double y = 0;
  double height = 0;
  double left_used = 0;   // by bands that end here
  double right_used = 0;  // by bands that begin here
};

double total(const std::vector<FlowBlock>& column) {
  double sum = 0;
  for (const FlowBlock& block : column) sum += block.value;
  return sum;
}

// All columns have one scale, so that what ends is seen to.
std::vector<std::vector<Box>> boxes_of(const Flow& flow) {
  double most = 1;
  std::size_t blocks = 1;
  for (const auto& column : flow.columns) {
    most = std::fmax(most, total(column));
    blocks = std::max(blocks, column.size());
  }
  const double scale = (kBottom - kTop - kGap * static_cast<double>(blocks - 1)) / most;
  const double slot = (kRight - kLeft) / static_cast<double>(flow.columns.size());
  std::vector<std::vector<Box>> boxes;
  for (std::size_t c = 0; c < flow.columns.size(); ++c) {
    double y = kTop;
    boxes.emplace_back();
    for (const FlowBlock& block : flow.columns[c]) {
      const double height = std::fmax(block.value * scale, block.value > 0 ? .5 : 0);
      boxes.back().push_back({kLeft + slot * static_cast<double>(c), y, height, 0, 0});
      y += height + kGap;
    }
  }
  return boxes;
}

std::string count_words(double value) { return grouped(std::llround(value)); }

std::string band(const Flow& flow, const FlowBand& link, std::vector<std::vector<Box>>& boxes) {
  const FlowBlock& from = flow.columns[link.column][link.from];
  const FlowBlock& to = flow.columns[link.column + 1][link.to];
  Box& left = boxes[link.column][link.from];
  Box& right = boxes[link.column + 1][link.to];
  const double height = from.value > 0 ? left.height * link.value / from.value : 0;
  const double y1 = left.y + left.right_used;
  const double y2 = right.y + right.left_used;
  left.right_used += height;
  right.left_used += height;
  const double x1 = left.x + kBlockWidth;
  const double middle = (x1 + right.x) / 2;
  return fmt::format(
      "<path d=\"M{0:.1f},{1:.1f} C{2:.1f},{1:.1f} {2:.1f},{3:.1f} {4:.1f},{3:.1f} "
      "L{4:.1f},{5:.1f} "
      "C{2:.1f},{5:.1f} {2:.1f},{6:.1f} {0:.1f},{6:.1f} Z\" fill=\"{7}\" fill-opacity=\"0.3\">"
      "<title>{8} → {9}: {10}</title></path>\n",
      x1, y1, middle, y2, right.x, y2 + height, y1 + height, to.is_rest ? kRestColour : kColour,
      svg_escaped(from.name), svg_escaped(to.name), count_words(link.value));
}

std::string block(const FlowBlock& shown, const Box& box, double room) {
  if (shown.value <= 0) return {};
  std::string out = fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{:.1f}\" fill=\"{}\"><title>{}: "
      "{}</title></rect>\n",
      box.x, box.y, kBlockWidth, box.height, shown.is_rest ? kRestColour : kColour,
      svg_escaped(shown.name), count_words(shown.value));
  if (box.height < kLabelHeight) return out;
  std::string label = shown.name + " " + count_words(shown.value);
  const auto letters = static_cast<std::size_t>(room / kLetterWidth);
  if (label.size() > letters) {
    std::size_t end = std::max<std::size_t>(letters, 4) - 1;
    while (end > 0 && (static_cast<unsigned char>(label[end]) & 0xC0) == 0x80) --end;
    label = label.substr(0, end) + "…";
  }
  return out + svg_text(box.x + kBlockWidth + 3, box.y + std::fmin(box.height / 2, 20) + 4, "start",
                        10, label);
}

}  // namespace

std::string flow_svg(const Flow& flow) {
  std::vector<std::vector<Box>> boxes = boxes_of(flow);
  std::string out;
  for (const FlowBand& link : flow.bands) out += band(flow, link, boxes);
  const double room = (kRight - kLeft) / static_cast<double>(flow.columns.size()) - kBlockWidth - 6;
  for (std::size_t c = 0; c < flow.columns.size(); ++c) {
    for (std::size_t i = 0; i < flow.columns[c].size(); ++i)
      out += block(flow.columns[c][i], boxes[c][i], room);
  }
  return out;
}

}  // namespace clewline::render
