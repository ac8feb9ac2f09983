#pragma once

#include <cstdint>
#include <string_view>

namespace clewline::text {

/// What was wrong with one value of a record. The value becomes null or is kept with the issue
/// beside it (the comment says which); the record itself is never lost because of it.
enum class Issue : std::uint8_t {
  none,
  phone_withheld,   // null: the caller hid the number ("anonymous", keypad words, empty)
  phone_invalid,    // kept: has the shape of an international number, but no such number exists
  phone_malformed,  // null: not a telephone number at all
  phone_no_region,  // null: a national number, and the source has no default region
  not_customer,     // null: an internal address (extension, agent's SIP address)
  company_number,   // kept: freephone, shared cost or premium number; belongs to a company
  email_malformed,  // null: not an address
  shared_mailbox,   // kept: role, robot or sample address; never says who someone is
  placeholder_key,  // null: a word or number that stands for "no value"
  mangled_key,      // null: a spreadsheet rounded the key ("3.27E+11")
  ip_malformed,     // null: not an IPv4 or IPv6 address
  ts_malformed,     // null: not a time in the declared format
  ts_out_of_range,  // null: outside the years 1900..2199; usually a wrong unit
  ts_future,        // kept: later than the limit the caller gave
  zone_assumed,     // kept: text without offset read as UTC because no zone was declared
  fold_ambiguous,  // kept: local time occurs twice (clocks set back); the earlier reading was taken
  nonexistent_local_time,  // kept: local time was skipped (clocks set forward); read with the
                           // offset before
  number_malformed,        // null: not a number
};

/// Returns the name stored in `issues`, e.g. "phone_withheld"; empty for `none`.
std::string_view issue_name(Issue issue);

/// Tells whether a value with this issue may still say who someone is. False for withheld,
/// internal, company and shared values and for everything that is null.
bool may_identify(Issue issue);

}  // namespace clewline::text
