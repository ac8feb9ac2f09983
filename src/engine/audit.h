#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/unit_rows.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

struct AuditSampleRequest {
  std::int64_t size = 100;
  std::int64_t seed = 1;
  std::string file;
  std::string answers;               // an earlier sheet whose answers are taken over; empty: none
  std::vector<std::string> between;  // two sources: only steps from one to the other; empty: all
  Masking masking = Masking::none;
};

/// Draws links (sessions given to a customer, steps joined into one interaction, interactions
/// joined into one engagement) at random inside strata of one rule and confidence, and writes them
/// with their evidence in words as a sheet for a person to judge. Every stratum gets two where it
/// has them, the rest is shared out by the square root of its links. The same workspace, size and
/// seed give the same sheet. Returns one row a stratum: stratum, links, drawn. Errors: `conflict`
/// when nothing is linked or the file is there already; `not_found` when nothing leads from one of
/// the two systems to the other; `usage` for a size out of 1 … 100,000.
Result<render::ResultTable> draw_audit_sample(Workspace& workspace,
                                              const AuditSampleRequest& request);

struct AuditEstimateRequest {
  std::string file;
  double width = 0.1;  // of the interval that the advice aims at
};

struct AuditEstimateAnswer {
  std::string sentence;        // for a person: the whole in one line
  render::ResultTable strata;  // one row a stratum, then one for each kind and one for all
};

/// Estimates the share of right links of each stratum (Wilson), of each kind and of all (weighted
/// by the strata's links), with 95 % intervals, and says how many more of each to judge until the
/// interval of all is no wider than `width`. Errors: those of `read_audit_sheet`; `usage` for a
/// width out of 0 … 1; `conflict` when no link of the sheet is one of this workspace.
Result<AuditEstimateAnswer> estimate_audit(Workspace& workspace,
                                           const AuditEstimateRequest& request);

}  // namespace clewline::engine
