#include "text/issue.h"

namespace clewline::text {

std::string_view issue_name(Issue issue) {
  switch (issue) {
    case Issue::none: return "";
    case Issue::phone_withheld: return "phone_withheld";
    case Issue::phone_invalid: return "phone_invalid";
    case Issue::phone_malformed: return "phone_malformed";
    case Issue::phone_no_region: return "phone_no_region";
    case Issue::not_customer: return "not_customer";
    case Issue::company_number: return "company_number";
    case Issue::email_malformed: return "email_malformed";
    case Issue::shared_mailbox: return "shared_mailbox";
    case Issue::placeholder_key: return "placeholder_key";
    case Issue::mangled_key: return "mangled_key";
    case Issue::ip_malformed: return "ip_malformed";
    case Issue::ts_malformed: return "ts_malformed";
    case Issue::ts_out_of_range: return "ts_out_of_range";
    case Issue::ts_future: return "ts_future";
    case Issue::zone_assumed: return "zone_assumed";
    case Issue::fold_ambiguous: return "fold_ambiguous";
    case Issue::nonexistent_local_time: return "nonexistent_local_time";
    case Issue::number_malformed: return "number_malformed";
  }
  return "";
}

bool may_identify(Issue issue) { return issue == Issue::none || issue == Issue::phone_invalid; }

}  // namespace clewline::text
