#include "text/email.h"

#include <algorithm>
#include <array>

#include "text/ascii.h"

namespace clewline::text {
namespace {

// Local parts that belong to a role or a robot, whatever the domain.
constexpr std::array<std::string_view, 34> kRoleNames = {"noreply",       "no-reply",
                                                         "no_reply",      "donotreply",
                                                         "do-not-reply",  "do_not_reply",
                                                         "mailer-daemon", "bounce",
                                                         "bounces",       "postmaster",
                                                         "abuse",         "hostmaster",
                                                         "webmaster",     "root",
                                                         "admin",         "administrator",
                                                         "info",          "support",
                                                         "help",          "helpdesk",
                                                         "service",       "customerservice",
                                                         "sales",         "contact",
                                                         "office",        "billing",
                                                         "accounts",      "notifications",
                                                         "notification",  "newsletter",
                                                         "operator",      "unknown",
                                                         "anonymous",     "test"};

// Mailboxes and domains that stand in samples and forms for "some address".
constexpr std::array<std::string_view, 6> kSampleAddresses = {
    "email@email.com", "test@test.com",    "a@a.com",
    "none@none.com",   "user@example.com", "name@domain.com"};

bool valid_local(std::string_view local) {
  if (local.empty() || local.size() > 64) return false;
  return std::none_of(local.begin(), local.end(),
                      [](char c) { return is_blank(c) || c == '<' || c == '>' || c == ','; });
}

bool valid_domain(std::string_view domain) {
  if (domain.size() < 3 || domain.size() > 253) return false;
  if (domain.front() == '.' || domain.back() == '.' || domain.find('.') == std::string_view::npos)
    return false;
  if (domain.find("..") != std::string_view::npos) return false;
  return std::all_of(domain.begin(), domain.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

struct Parts {
  std::string_view name;
  std::string_view address;
};

Parts take_apart(std::string_view raw) {
  std::string_view text = trim(raw);
  Parts parts;
  if (const std::size_t open = text.rfind('<');
      open != std::string_view::npos && text.ends_with('>')) {
    parts.name = trim(text.substr(0, open));
    if (parts.name.size() >= 2 && parts.name.front() == '"' && parts.name.back() == '"') {
      parts.name = trim(parts.name.substr(1, parts.name.size() - 2));
    }
    text = trim(text.substr(open + 1, text.size() - open - 2));
  }
  if (starts_with_lower(text, "mailto:")) text.remove_prefix(7);
  if (const std::size_t query = text.find('?'); query != std::string_view::npos)
    text = text.substr(0, query);
  parts.address = trim(text);
  return parts;
}

}  // namespace

bool is_shared_mailbox(std::string_view address) {
  if (std::find(kSampleAddresses.begin(), kSampleAddresses.end(), address) !=
      kSampleAddresses.end())
    return true;
  std::string_view local = address.substr(0, address.find('@'));
  local = local.substr(0, local.find('+'));
  return std::find(kRoleNames.begin(), kRoleNames.end(), local) != kRoleNames.end();
}

EmailValue normalise_email(std::string_view raw, PlusTag plus_tag) {
  const Parts parts = take_apart(raw);
  EmailValue email;
  email.name = parts.name;
  const std::size_t at = parts.address.rfind('@');
  if (at == std::string_view::npos || !valid_local(parts.address.substr(0, at)) ||
      !valid_domain(parts.address.substr(at + 1)) || parts.address.find('@') != at) {
    email.issue = Issue::email_malformed;
    return email;
  }
  email.value = lower_ascii(parts.address);
  if (is_shared_mailbox(email.value)) {
    email.issue = Issue::shared_mailbox;
  } else if (plus_tag == PlusTag::strip) {
    if (const std::size_t plus = email.value.find('+');
        plus != std::string::npos && plus > 0 && plus < at) {
      email.value.erase(plus, email.value.find('@') - plus);
    }
  }
  return email;
}

}  // namespace clewline::text
