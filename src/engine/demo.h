#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/findings.h"
#include "engine/unit_rows.h"
#include "render/result_table.h"
#include "render/tree.h"

namespace clewline::engine {

/// What the demo found, in the order in which it is told.
struct DemoAnswer {
  std::string workspace;
  render::ResultTable bridge;
  std::vector<Finding> findings;
  std::string customer_id;
  render::TreeNode customer;
  double seconds = 0;
};

/// Told what the demo is at: "imported web_segment.jsonl: 12,345 records".
using DemoTeller = std::function<void(const std::string&)>;

/// Makes a sample contact centre in a folder, imports it with presets, links it and reads the first
/// answers. A folder that already holds a workspace is only read.
Result<DemoAnswer> run_demo(const std::string& folder, const DemoTeller& tell,
                            Masking masking = Masking::none);

}  // namespace clewline::engine
