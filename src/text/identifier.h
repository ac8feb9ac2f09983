#pragma once

#include <string>
#include <string_view>

#include "text/issue.h"

namespace clewline::text {

struct IdentifierValue {
  /// Normalised value, or empty when the issue says why there is none.
  std::string value;
  /// A display name found beside the value; usually empty.
  std::string name;
  Issue issue = Issue::none;
};

/// Normalises an identifier by its kind (the names of model's kinds: crm_id, account, user_id,
/// loyalty_card, payment_customer, email, phone, device, cookie, social, address, ip). Kinds a
/// workspace adds are treated as keys. `default_region` serves phones only.
IdentifierValue normalise_identifier(std::string_view kind, std::string_view raw,
                                     std::string_view default_region);

}  // namespace clewline::text
