#pragma once

#include <string>
#include <string_view>

#include "text/issue.h"

namespace clewline::text {

/// A telephone number as a source wrote it, taken apart.
struct PhoneValue {
  /// E.164 ("+441632960001"), or empty when the issue says why there is none.
  std::string value;
  /// The name beside the number, as in `"Alice" <+441632960001>`; usually empty.
  std::string name;
  /// An extension or local number of at most six digits that has no E.164 form; usually empty.
  std::string local_number;
  Issue issue = Issue::none;
};

/// Normalises one telephone number. Accepts E.164, national numbers (with a default region),
/// `tel:`, `sip:`, `whatsapp:` and `sms:` addresses, caller ids with a name, and any separators.
/// `default_region` is an ISO 3166 code such as "GB", or empty: then a national number is an issue,
/// never a guess. A cache per thread (at most kPhoneCacheMax values) makes repeated numbers cheap;
/// results never depend on it.
PhoneValue normalise_phone(std::string_view raw, std::string_view default_region);

/// The most values one thread keeps; the cache is emptied when it is full.
inline constexpr std::size_t kPhoneCacheMax = 65'536;

/// Tells whether a region code is known ("GB"); mapping loaders refuse others.
bool is_phone_region(std::string_view region);

}  // namespace clewline::text
