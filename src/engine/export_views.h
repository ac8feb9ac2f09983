#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/unit_rows.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

struct ExportRequest {
  std::string folder;
  std::string format = "parquet";  // parquet, csv, jsonl; xes, ocel: the events as one log
  std::vector<std::string> views;  // empty: the levels, customers and identifiers
  Masking masking = Masking::none;
  std::string level = "engagement";  // what a trace of an XES log is
};

/// Writes views as files, one a view; returns one row a file: view, file, rows, bytes. A file of
/// that name is replaced when all files are written and on the disk, or not at all.
Result<render::ResultTable> export_views(Workspace& workspace, const ExportRequest& request);

}  // namespace clewline::engine
