#include "ingest/row_issue.h"

namespace clewline::ingest {

std::string_view row_issue_name(unsigned bit) {
  switch (static_cast<RowIssue>(bit)) {
    case RowIssue::unknown_enum: return "unknown_enum";
    case RowIssue::boolean_malformed: return "boolean_malformed";
    case RowIssue::duration_malformed: return "duration_malformed";
    case RowIssue::unknown_event_type: return "unknown_event_type";
    case RowIssue::time_missing: return "time_missing";
    case RowIssue::end_before_start: return "end_before_start";
    case RowIssue::json_malformed: return "json_malformed";
    case RowIssue::blocked: return "blocked";
  }
  if (bit > static_cast<unsigned>(text::Issue::number_malformed)) return {};
  return text::issue_name(static_cast<text::Issue>(bit));
}

}  // namespace clewline::ingest
