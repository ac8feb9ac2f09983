#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "engine/unit_rows.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

struct TiersRequest {
  std::optional<std::string> as_of;  // RFC 3339, or a plain date; null: that of the last link
  std::string grouping;              // a grouping of counting.yaml: its groups; empty: customers
  Masking masking = Masking::none;
};

struct TiersAnswer {
  std::string sentence;  // for a person: the whole in one line
  render::ResultTable table;
};

/// Returns the tiers at a time, as the last link stored them: a row a tier, and a row a reason for
/// having none; all rows together are all customers. Or the groups of a grouping with their
/// members, what these did while they were members, the value, the group's tier beside those of its
/// members; the last row has those in no group. Errors: `conflict` when nothing is linked, when no
/// tier or group is set (the hint says what the records offer); `usage` for a bad time;
/// `not_found` for a grouping that is not set.
Result<TiersAnswer> list_tiers(Workspace& workspace, const TiersRequest& request);

}  // namespace clewline::engine
