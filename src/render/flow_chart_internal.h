#pragma once

#include <string>
#include <string_view>

#include "render/chart.h"

namespace clewline::render {

/// Writes a text of a picture: its letters escaped, control characters as blanks.
std::string svg_escaped(std::string_view text);
std::string svg_text(double x, double y, std::string_view anchor, int size, std::string_view words);

/// Draws the blocks and bands of a flow into the room below a chart's title.
std::string flow_svg(const Flow& flow);

}  // namespace clewline::render
