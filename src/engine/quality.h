#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

/// How good the sources are, and what their faults do to answers (docs/methods/quality.md).
struct QualityAnswer {
  std::string sentence;               // for a person: the state in one sentence
  std::vector<std::string> problems;  // for a person: each problem, what it does, what to do
  render::ResultTable sources;        // a row a source and stream
  render::ResultTable fields;         // completeness: a row a source, stream and field
  render::ResultTable issues;         // validity: a row a source, stream and issue
  render::ResultTable days;           // days that differ from the usual one
  render::ResultTable coverage;       // contacts whose own records name the customer, by group
  render::ResultTable clocks;         // pairs of streams that share sessions
  render::ResultTable scores;         // a row a stream (field null) and a row each of its fields
  render::ResultTable stream_scores;  // those of the streams alone
  render::ResultTable worth;          // what would be lost without a field
  render::ResultTable findings;       // the problems, worst first
};

/// Looks at everything imported. Works before `link`; then what needs levels is left out and said.
/// Changes nothing.
Result<QualityAnswer> judge_quality(Workspace& workspace);

/// The whole answer as one row of JSON columns, for programs.
render::ResultTable quality_object(const QualityAnswer& answer);

}  // namespace clewline::engine
