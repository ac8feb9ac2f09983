#include "model/identifier_kinds.h"

namespace clewline {
namespace {

constexpr IdentifierKindRow kRows[kIdentifierKindCount] = {
    {"crm_id", KindClass::anchor, true, 1, 0, 0},
    {"account", KindClass::anchor, false, 2, 0, 0},
    {"user_id", KindClass::anchor, false, 3, 0, 0},
    {"loyalty_card", KindClass::anchor, false, 4, 0, 0},
    {"payment_customer", KindClass::anchor, false, 4, 0, 0},
    {"email", KindClass::shareable, false, 5, 730 * kUsPerDay, 3},
    {"phone", KindClass::shareable, false, 6, 365 * kUsPerDay, 5},
    {"device", KindClass::shareable, false, 7, 400 * kUsPerDay, 6},
    {"cookie", KindClass::shareable, false, 8, 400 * kUsPerDay, 4},
    {"social", KindClass::shareable, false, 9, 730 * kUsPerDay, 5},
    {"address", KindClass::shareable, false, 9, 730 * kUsPerDay, 5},
    {"ip", KindClass::never, false, 255, 0, 0},
};

}  // namespace

std::span<const IdentifierKindRow, kIdentifierKindCount> identifier_kinds() { return kRows; }

std::optional<IdentifierKind> find_identifier_kind(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].name == name) return static_cast<IdentifierKind>(i);
  }
  return std::nullopt;
}

}  // namespace clewline
