#include "text/identifier.h"

#include <arpa/inet.h>

#include <array>

#include "text/ascii.h"
#include "text/email.h"
#include "text/key.h"
#include "text/phone.h"

namespace clewline::text {
namespace {

IdentifierValue from_key(std::string_view raw) {
  KeyValue key = normalise_key(raw);
  return {std::move(key.value), {}, key.issue};
}

bool has_uuid_shape(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = to_lower(text[i]);
    if (dash ? c != '-' : !(is_digit(c) || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

/// Devices and cookies: a UUID is one value whatever its case; other ids keep theirs.
IdentifierValue from_machine_key(std::string_view raw) {
  IdentifierValue value = from_key(raw);
  if (has_uuid_shape(value.value)) value.value = lower_ascii(value.value);
  return value;
}

/// Sites use the e-mail address as log-in: then its case does not matter.
IdentifierValue from_login(std::string_view raw) {
  IdentifierValue value = from_key(raw);
  if (value.value.find('@') == std::string::npos) return value;
  EmailValue email = normalise_email(value.value);
  if (!email.value.empty()) return {std::move(email.value), std::move(email.name), email.issue};
  return value;
}

IdentifierValue from_card(std::string_view raw) {
  std::string digits(raw);
  std::erase_if(digits, [](char c) { return is_blank(c) || c == '-'; });
  return from_key(digits);
}

IdentifierValue from_social(std::string_view raw) {
  std::string_view name = trim(raw);
  while (name.starts_with('@')) name = trim(name.substr(1));
  return from_key(lower_ascii(name));
}

IdentifierValue from_address(std::string_view raw) {
  std::string single;
  for (const char c : trim(raw)) {
    const bool gap = is_blank(c) || c == ',';
    if (!gap) {
      single += to_lower(c);
    } else if (!single.empty() && single.back() != ' ') {
      single += ' ';
    }
  }
  return from_key(single);
}

IdentifierValue from_ip(std::string_view raw) {
  const std::string text(trim(raw));
  if (is_placeholder_key(text)) return {{}, {}, Issue::placeholder_key};
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> written{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, text.c_str(), bytes.data()) == 1) {
      inet_ntop(family, bytes.data(), written.data(), written.size());
      return {written.data(), {}, Issue::none};
    }
  }
  return {{}, {}, Issue::ip_malformed};
}

}  // namespace

IdentifierValue normalise_identifier(std::string_view kind, std::string_view raw,
                                     std::string_view default_region) {
  if (kind == "phone") {
    PhoneValue phone = normalise_phone(raw, default_region);
    return {std::move(phone.value), std::move(phone.name), phone.issue};
  }
  if (kind == "email") {
    if (is_placeholder_key(trim(raw))) return {{}, {}, Issue::placeholder_key};
    EmailValue email = normalise_email(raw);
    return {std::move(email.value), std::move(email.name), email.issue};
  }
  if (kind == "user_id") return from_login(raw);
  if (kind == "loyalty_card") return from_card(raw);
  if (kind == "device" || kind == "cookie") return from_machine_key(raw);
  if (kind == "social") return from_social(raw);
  if (kind == "address") return from_address(raw);
  if (kind == "ip") return from_ip(raw);
  return from_key(raw);
}

}  // namespace clewline::text
