#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "identity/assertions_internal.h"
#include "identity/resolve.h"

namespace clewline::identity {
namespace {

using What = AssertedName::What;

Error refused(std::string_view what, std::string_view name) {
  return Error{ErrorCode::usage, "assertion: " + std::string(what) + ": " + std::string(name),
               "Name identifiers as kind:value (crm_id:4711), events as event:ID, sessions as "
               "session:SOURCE/KEY."};
}

Result<AssertedName> parse_place(std::string_view prefix, std::string_view rest,
                                 std::string_view text) {
  AssertedName name;
  if (prefix == "event") {
    const auto id = Id128::from_hex(rest);
    if (!id) return refused("this is not an event id (32 hexadecimal digits)", text);
    name.what = What::event;
    name.event = *id;
    return name;
  }
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos || slash + 1 == rest.size())
    return refused("a session needs source and key", text);
  name.what = What::session;
  name.source = rest.substr(0, slash);
  name.value = rest.substr(slash + 1);
  return name;
}

/// Puts the place, else the shareable identifier, else the smaller name first; null if the pair
/// means nothing.
Status order_names(StandingAssertion& standing, std::string_view a, std::string_view b) {
  const auto weight = [](const AssertedName& name) {
    return name.is_place() ? 0 : name.what == What::shareable ? 1 : 2;
  };
  if (std::pair(weight(standing.object), b) < std::pair(weight(standing.subject), a)) {
    std::swap(standing.subject, standing.object);
  }
  if (a == b) return refused("both sides are the same name", a);
  if (standing.object.is_place()) return refused("one side must be an identifier", b);
  if (standing.object.what == What::anchor) return {};
  if (standing.subject.what == What::shareable)
    return refused("one side must be an anchor such as crm_id, or an event or session", b);
  if (standing.kind == AssertionKind::link)
    return refused("an event or session can only be linked to an anchor such as crm_id", b);
  return {};
}

Result<StandingAssertion> parse_assertion(const LinkAssertion& assertion,
                                          const LinkingConfig& config) {
  StandingAssertion standing;
  standing.kind = assertion.kind;
  standing.asserted_at = assertion.asserted_at;
  CLEW_TRY(standing.subject, parse_asserted_name(assertion.a, config));
  CLEW_TRY(standing.object, parse_asserted_name(assertion.b, config));
  CLEW_TRY_VOID(order_names(standing, assertion.a, assertion.b));
  return standing;
}

bool counts_before(const LinkAssertion& a, const LinkAssertion& b) {
  const auto order = [](const LinkAssertion& said) {
    return std::tuple(said.kind != AssertionKind::match, said.asserted_at,
                      std::string_view(said.content_hash), said.kind);
  };
  return order(a) < order(b);
}

}  // namespace

Result<AssertedName> parse_asserted_name(std::string_view text, const LinkingConfig& config) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size())
    return refused("this names nothing", text);
  const std::string_view prefix = text.substr(0, colon);
  const std::string_view rest = text.substr(colon + 1);
  if (prefix == "event" || prefix == "session") return parse_place(prefix, rest, text);
  for (std::size_t kind = 0; kind < config.kinds.size(); ++kind) {
    if (config.kinds[kind].name != prefix) continue;
    if (config.kinds[kind].kind_class == KindClass::never)
      return refused("this kind never links", text);
    AssertedName name;
    name.what = config.kinds[kind].kind_class == KindClass::anchor ? What::anchor : What::shareable;
    name.kind = static_cast<IdentifierKind>(kind);
    name.value = rest;
    return name;
  }
  return refused("there is no identifier kind of this name", text);
}

Status check_assertion(const LinkAssertion& assertion, const LinkingConfig& config) {
  const auto parsed = parse_assertion(assertion, config);
  return parsed.ok() ? Status() : Status(parsed.error());
}

Result<std::vector<StandingAssertion>> standing_assertions(const LinkInput& input,
                                                           const LinkingConfig& config) {
  std::map<std::pair<std::string_view, std::string_view>, std::uint32_t> latest;
  for (std::uint32_t i = 0; i < input.assertions.size(); ++i) {
    const LinkAssertion& assertion = input.assertions[i];
    const auto [place, is_first] =
        latest.emplace(std::minmax<std::string_view>(assertion.a, assertion.b), i);
    if (!is_first && counts_before(input.assertions[place->second], assertion)) place->second = i;
  }
  std::vector<StandingAssertion> standing;
  for (const auto& [names, index] : latest) {
    CLEW_TRY(StandingAssertion parsed, parse_assertion(input.assertions[index], config));
    parsed.assertion = index;
    standing.push_back(parsed);
  }
  // The map is ordered by names; a stable sort keeps that order inside one instant and hash.
  std::stable_sort(standing.begin(), standing.end(),
                   [&](const StandingAssertion& a, const StandingAssertion& b) {
                     return counts_before(input.assertions[a.assertion],
                                          input.assertions[b.assertion]);
                   });
  return standing;
}

}  // namespace clewline::identity
