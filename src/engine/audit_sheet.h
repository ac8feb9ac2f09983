#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace clewline::engine {

enum class AuditVerdict : std::uint8_t { none, right, wrong, unsure };

/// One link that a person is to judge.
struct AuditLink {
  std::string link;  // what it is, readable by programs: "engagement:ID:ID"
  std::string stratum;
  std::int64_t links_in_stratum = 0;
  AuditVerdict verdict = AuditVerdict::none;
  std::string question;
  std::string first;
  std::string second;
  std::string why;
  std::string customer;
};

/// Reads a sheet of `audit sample`, with what a person wrote into `answer`: yes, no, unsure (also
/// y, n, ?), or nothing. Errors: `not_found`; `bad_input` naming the row and what stands there.
Result<std::vector<AuditLink>> read_audit_sheet(const std::string& file);

/// Writes a sheet as CSV; what is there is replaced when the new file is whole.
Status write_audit_sheet(const std::string& file, const std::vector<AuditLink>& links);

/// Reads one answer of a person; `none` for an empty one. Error: `usage`.
Result<AuditVerdict> read_verdict(std::string answer);

}  // namespace clewline::engine
