#pragma once

#include <string>
#include <string_view>

#include "text/issue.h"

namespace clewline::text {

struct EmailValue {
  /// Lower-case address without display name, or empty when it is not one.
  std::string value;
  /// The display name of `Alice <alice@example.org>`; usually empty.
  std::string name;
  Issue issue = Issue::none;
};

/// Whether `alice+shop@example.org` and `alice@example.org` count as one address.
enum class PlusTag : std::uint8_t { keep, strip };

/// Normalises an e-mail address: trims, takes the address out of `Name <address>` and `mailto:`,
/// lower-cases. Plus tags stay by default, because not every provider treats them as one mailbox.
/// Role, robot and sample mailboxes (noreply@, operator+…@intercom.io, email@email.com) are kept
/// with the issue `shared_mailbox`.
EmailValue normalise_email(std::string_view raw, PlusTag plus_tag = PlusTag::keep);

/// Tells whether an address (lower-case) belongs to a role, robot or sample mailbox.
bool is_shared_mailbox(std::string_view address);

}  // namespace clewline::text
