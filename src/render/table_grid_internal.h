#pragma once

#include <memory>

#include "render/row_writer.h"

namespace clewline::render {

/// Makes the writer of tables for people: box lines, numbers right-aligned, one block a row where a
/// terminal is too narrow, and a last line that says how many rows are not shown.
std::unique_ptr<RowWriter> make_grid_writer(const RowStyle& style, const Sink& sink);

}  // namespace clewline::render
