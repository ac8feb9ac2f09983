#include "text/phone.h"

#include <absl/container/flat_hash_map.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "text/ascii.h"
#include "text/key.h"

namespace clewline::text {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

// What networks and systems write for a caller who hides the number.
constexpr std::array<std::string_view, 21> kWithheldWords = {
    "anonymous",      "unknown",        "restricted",        "unavailable",
    "private",        "withheld",       "blocked",           "hidden",
    "none",           "null",           "not available",     "no caller id",
    "nocallerid",     "out of area",    "id withheld",       "number withheld",
    "private number", "unknown caller", "anonymous.invalid", "n/a",
    "undefined"};

// The same words typed on a keypad: ANONYMOUS, UNAVAILABLE, UNKNOWN, BLOCKED, RESTRICTED.
constexpr std::array<std::string_view, 5> kKeypadWords = {"266696687", "86282452253", "8656696",
                                                          "2562533", "7378742833"};

constexpr std::size_t kLocalDigitsMax = 6;
/// A number has at most fifteen digits, and each further reading drops at least one.
constexpr int kReadingsMax = 15;

/// One number, cut out of its caller id or address but not parsed.
struct Address {
  std::string_view name;
  std::string text;
  bool internal = false;  // an address that says it is no telephone
};

std::string_view unquote(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = trim(text.substr(1, text.size() - 2));
  return text;
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) digits += c;
  }
  return digits;
}

bool is_withheld(std::string_view text) {
  if (text.empty()) return true;
  for (const std::string_view word : kWithheldWords) {
    if (equals_lower(text, word)) return true;
  }
  const std::string_view digits = text.front() == '+' ? text.substr(1) : text;
  return std::find(kKeypadWords.begin(), kKeypadWords.end(), digits) != kKeypadWords.end() ||
         (!digits.empty() &&
          std::all_of(digits.begin(), digits.end(), [](char c) { return c == '0'; }));
}

/// `"Alice" <+44…>`: the part in angle brackets is the number.
std::string_view cut_caller_id(std::string_view raw, std::string_view& name) {
  const std::string_view text = trim(raw);
  const std::size_t open = text.rfind('<');
  if (open == std::string_view::npos || !text.ends_with('>')) return unquote(text);
  name = unquote(text.substr(0, open));
  return trim(text.substr(open + 1, text.size() - open - 2));
}

/// `sip:+44…@host;user=phone`: the user part, if it is a telephone number.
void cut_sip(std::string_view text, Address& address) {
  const std::size_t at = text.find('@');
  const std::string_view tail =
      at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  std::string_view user = text.substr(0, at);
  user = user.substr(0, user.find_first_of(";:"));
  std::string plain(user);
  if (starts_with_lower(user, "%2b")) plain = "+" + std::string(user.substr(3));
  const bool says_phone = lower_ascii(tail).find("user=phone") != std::string::npos;
  const std::string_view digits =
      plain.starts_with('+') ? std::string_view(plain).substr(1) : std::string_view(plain);
  const bool number = !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) {
    return is_digit(c) || c == '-' || c == '.' || c == '(' || c == ')';
  });
  address.text = plain;
  address.internal =
      !is_withheld(plain) && !says_phone && (!number || digits.size() <= kLocalDigitsMax);
}

Address take_apart(std::string_view raw) {
  Address address;
  std::string_view text = cut_caller_id(raw, address.name);
  for (const std::string_view scheme : {"whatsapp:", "sms:", "callto:"}) {
    if (starts_with_lower(text, scheme)) text.remove_prefix(scheme.size());
  }
  if (starts_with_lower(text, "sip:") || starts_with_lower(text, "sips:")) {
    cut_sip(text.substr(text.find(':') + 1), address);
    return address;
  }
  if (starts_with_lower(text, "tel:")) {
    text.remove_prefix(4);
    text = text.substr(0, text.find(';'));
  } else if (text.find('@') != std::string_view::npos) {
    cut_sip(text, address);
    return address;
  }
  address.text = trim(text);
  return address;
}

bool is_company_type(PhoneNumberUtil::PhoneNumberType type) {
  return type == PhoneNumberUtil::TOLL_FREE || type == PhoneNumberUtil::PREMIUM_RATE ||
         type == PhoneNumberUtil::SHARED_COST || type == PhoneNumberUtil::UAN;
}

/// Digits and the separators people write between them; anything else is not a number.
bool has_number_shape(std::string_view text) {
  const std::size_t plus = text.rfind('+');
  if (plus != std::string_view::npos &&
      (text.find('+') != plus || text.find_first_of("0123456789") < plus))
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || c == '+' || c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' ||
           c == '/' || c == '\t';
  });
}

/// No such number exists: international digits stay as written when they have E.164's shape, else
/// nothing does.
void keep_or_refuse(const std::string& international, PhoneValue& phone) {
  const std::string digits = digits_of(international);
  const bool has_shape = international.starts_with('+') && digits.size() >= 8 &&
                         digits.size() <= 15 && digits.front() != '0';
  phone.value = has_shape ? "+" + digits : "";
  phone.issue = has_shape ? Issue::phone_invalid : Issue::phone_malformed;
}

/// Numbers of plain E.164 digits that are valid as written need no lenient parsing, which takes
/// most of the time. False: let the library read them (national prefixes, leading zeros, unknown
/// codes).
bool read_plain_e164(const std::string& text, PhoneValue& phone) {
  static const std::set<int> codes = [] {
    std::set<int> supported;
    PhoneNumberUtil::GetInstance()->GetSupportedCallingCodes(&supported);
    return supported;
  }();
  if (text.size() < 9 || text.size() > 16 || text.front() != '+') return false;
  if (!std::all_of(text.begin() + 1, text.end(), is_digit)) return false;
  int code = 0;
  std::size_t at = 1;
  while (at <= 3 && !codes.contains(code)) code = code * 10 + (text[at++] - '0');
  if (!codes.contains(code) || text[at] == '0') return false;
  PhoneNumber number;
  number.set_country_code(code);
  number.set_national_number(std::stoull(text.substr(at)));
  const auto type = PhoneNumberUtil::GetInstance()->GetNumberType(number);
  if (type == PhoneNumberUtil::UNKNOWN) return false;
  phone.value = text;
  if (is_company_type(type)) phone.issue = Issue::company_number;
  return true;
}

void parse_number(const std::string& text, std::string_view region, PhoneValue& phone) {
  if (read_plain_e164(text, phone)) return;
  const bool international = text.starts_with('+');
  if (!international && region.empty()) {
    phone.issue = Issue::phone_no_region;
    return;
  }
  const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  const std::string region_code = region.empty() ? "ZZ" : std::string(region);
  if (library.Parse(text, region_code, &number) != PhoneNumberUtil::NO_PARSING_ERROR) {
    keep_or_refuse(text, phone);
    return;
  }
  number.clear_extension();
  library.Format(number, PhoneNumberUtil::E164, &phone.value);
  const auto type = library.GetNumberType(number);  // UNKNOWN: no such number
  if (type == PhoneNumberUtil::UNKNOWN) {
    keep_or_refuse(international ? text : phone.value, phone);
  } else if (is_company_type(type)) {
    phone.issue = Issue::company_number;
  }
}

PhoneValue read_once(std::string_view raw, std::string_view region) {
  const Address address = take_apart(raw);
  const std::string digits = digits_of(address.text);
  PhoneValue phone;
  phone.name = address.name;
  if (address.internal) {
    phone.issue = Issue::not_customer;
  } else if (is_withheld(address.text)) {
    phone.issue = Issue::phone_withheld;
  } else if (is_mangled_key(address.text)) {
    phone.issue = Issue::mangled_key;
  } else if (digits.empty() || !has_number_shape(address.text)) {
    phone.issue = Issue::phone_malformed;
  } else if (is_withheld(digits)) {
    phone.issue = Issue::phone_withheld;
  } else if (digits.size() <= kLocalDigitsMax && !address.text.starts_with('+')) {
    phone.local_number = digits;
    phone.issue = Issue::not_customer;
  } else {
    parse_number(address.text, region, phone);
  }
  return phone;
}

/// Reads until reading again changes nothing: what stands behind a prefix, or after a zero is
/// dropped, may itself be withheld, or lose another zero.
PhoneValue normalise_uncached(std::string_view raw, std::string_view region) {
  PhoneValue phone = read_once(raw, region);
  for (int round = 0; round < kReadingsMax && !phone.value.empty() && phone.value != raw; ++round) {
    PhoneValue again = read_once(phone.value, region);
    if (again.value == phone.value) return phone;
    phone.value = std::move(again.value);
    phone.issue = again.issue;
  }
  return phone;
}

}  // namespace

PhoneValue normalise_phone(std::string_view raw, std::string_view default_region) {
  thread_local absl::flat_hash_map<std::string, PhoneValue> cache;
  thread_local std::string key;
  key.assign(default_region);
  key += '\x1f';
  key += raw;
  if (const auto found = cache.find(key); found != cache.end()) return found->second;
  PhoneValue phone = normalise_uncached(raw, default_region);
  if (cache.size() >= kPhoneCacheMax) cache.clear();
  cache.emplace(key, phone);
  return phone;
}

bool is_phone_region(std::string_view region) {
  static const std::set<std::string> regions = [] {
    std::set<std::string> names;
    PhoneNumberUtil::GetInstance()->GetSupportedRegions(&names);
    return names;
  }();
  return regions.contains(std::string(region));
}

}  // namespace clewline::text
