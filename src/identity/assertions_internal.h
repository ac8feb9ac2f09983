#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "base/result.h"
#include "model/link_input.h"
#include "model/linking_config.h"

namespace clewline::identity {

/// What one side of an assertion names.
struct AssertedName {
  enum class What : std::uint8_t { anchor, shareable, event, session };
  What what = What::anchor;
  IdentifierKind kind = 0;  // anchor, shareable
  std::string_view value;   // identifier value, or session key
  std::string_view source;  // session
  Id128 event;

  bool is_place() const { return what == What::event || what == What::session; }
};

/// Reads "kind:value", "event:<hex>" or "session:<source>/<key>"; views point into `text`.
Result<AssertedName> parse_asserted_name(std::string_view text, const LinkingConfig& config);

/// An assertion that is in force. `subject` is an event or session where one side is; else a
/// shareable identifier where one side is; else the smaller name. `object` is then an anchor, or
/// (unlink and forbid at a place) a shareable identifier.
struct StandingAssertion {
  AssertionKind kind = AssertionKind::link;
  AssertedName subject;
  AssertedName object;
  TimeUs asserted_at = 0;
  std::uint32_t assertion = 0;  // index into LinkInput::assertions
};

/// Returns, for every pair of names, the assertion that counts: the latest, of equal times the one
/// with the greatest content hash. Ordered by time, hash and names, so that the order of the input
/// is irrelevant.
Result<std::vector<StandingAssertion>> standing_assertions(const LinkInput& input,
                                                           const LinkingConfig& config);

}  // namespace clewline::identity
