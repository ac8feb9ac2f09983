#include "identity/testing/sample.h"

#include <map>
#include <sstream>

#include "base/assert.h"

namespace clewline::identity::testing {
namespace {

std::string describe(const std::vector<SampleIdentifier>& identifiers) {
  std::ostringstream text;
  for (const SampleIdentifier& item : identifiers) {
    text << ' ' << item.kind << ':' << item.value << '(' << enum_name(item.assurance);
    if (item.role != IdentifierRole::customer) text << ',' << enum_name(item.role);
    text << ')';
  }
  return text.str();
}

void add_identifiers(LinkInput& input, const std::vector<SampleIdentifier>& identifiers,
                     std::uint32_t& begin, std::uint16_t& count) {
  begin = static_cast<std::uint32_t>(input.identifiers.size());
  count = static_cast<std::uint16_t>(identifiers.size());
  for (const SampleIdentifier& item : identifiers) {
    const auto kind = find_identifier_kind(item.kind);
    CLEW_ASSERT(kind.has_value());
    input.identifiers.push_back(
        {input.strings.intern(item.value), *kind, item.role, item.assurance});
  }
}

/// Numbers records by their key.
class Records {
 public:
  explicit Records(LinkInput& input) : input_(input) {}

  std::uint32_t number(const std::string& source, const std::string& record) {
    const auto [place, is_new] = numbers_.emplace(
        std::pair(source, record), static_cast<std::uint32_t>(input_.records.size()));
    if (is_new)
      input_.records.push_back({input_.strings.intern(source), input_.strings.intern("default"),
                                input_.strings.intern(record)});
    return place->second;
  }

 private:
  LinkInput& input_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> numbers_;
};

LinkEvent to_link_event(const SampleEvent& sample, LinkInput& input, Records& records) {
  LinkEvent event;
  event.event_id = Id128{0, sample.number};
  event.occurred_at = sample.at;
  event.ended_at = sample.ended_at;
  event.source = input.strings.intern(sample.source);
  event.record = records.number(sample.source, record_of(sample));
  event.session_key = input.strings.intern(sample.session);
  event.chain_key = input.strings.intern(sample.chain);
  event.case_key = input.strings.intern(sample.case_key);
  event.agent_id = input.strings.intern(sample.agent);
  event.type = find_event_type(sample.type).value();
  event.channel = sample.channel;
  event.actor = sample.actor;
  add_identifiers(input, sample.identifiers, event.identifiers_begin, event.identifiers_count);
  return event;
}

/// Makes sure that what an assertion names has a number, as the loader of a workspace does.
void intern_name(LinkInput& input, std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon != std::string_view::npos) input.strings.intern(name.substr(colon + 1));
}

}  // namespace

SampleIdentifier identifier(std::string_view text) {
  const std::size_t colon = text.find(':');
  CLEW_ASSERT(colon != std::string_view::npos);
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

std::string event_name(std::uint64_t number) { return "event:" + Id128{0, number}.to_hex(); }

std::string record_of(const SampleEvent& event) {
  return event.record.empty() ? "r" + std::to_string(event.number) : event.record;
}

SampleEvent& Sample::event(std::uint64_t number, TimeUs at,
                           const std::vector<std::string>& identifiers) {
  SampleEvent& event = events.emplace_back();
  event.number = number;
  event.at = at;
  for (const std::string& text : identifiers) event.identifiers.push_back(identifier(text));
  return event;
}

SampleProfile& Sample::profile(const std::string& record, TimeUs valid_from,
                               const std::vector<std::string>& identifiers) {
  SampleProfile& profile = profiles.emplace_back();
  profile.record = record;
  profile.valid_from = valid_from;
  for (const std::string& text : identifiers) profile.identifiers.push_back(identifier(text));
  return profile;
}

void Sample::assertion(AssertionKind kind, const std::string& a, const std::string& b, TimeUs at) {
  LinkAssertion& assertion = assertions.emplace_back();
  assertion.kind = kind;
  assertion.a = a;
  assertion.b = b;
  assertion.asserted_at = at;
  assertion.content_hash = std::to_string(static_cast<int>(kind)) + a + b;
}

std::string Sample::describe() const {
  std::ostringstream text;
  for (const SampleEvent& event : events) {
    text << "event " << event.number << ' ' << format_utc(event.at);
    if (event.ended_at != kNoTime) text << ".." << format_utc(event.ended_at);
    text << ' ' << event.type << ' ' << event.source << '/' << enum_name(event.channel) << '/'
         << enum_name(event.actor) << " session=" << event.session << " chain=" << event.chain
         << " record=" << record_of(event) << " case=" << event.case_key << " agent=" << event.agent
         << testing::describe(event.identifiers) << '\n';
  }
  for (const SampleProfile& profile : profiles) {
    text << "profile " << profile.record << ' ' << format_utc(profile.valid_from) << ".."
         << (profile.valid_to == kNoTime ? "open" : format_utc(profile.valid_to))
         << testing::describe(profile.identifiers) << '\n';
  }
  for (const LinkAssertion& assertion : assertions) {
    static constexpr const char* kKinds[] = {"link", "unlink", "forbid", "match"};
    text << "assertion " << kKinds[static_cast<std::size_t>(assertion.kind)] << ' ' << assertion.a
         << ' ' << assertion.b << " at " << assertion.asserted_at << " hash "
         << assertion.content_hash << '\n';
  }
  return text.str();
}

LinkInput to_link_input(const Sample& sample) {
  LinkInput input;
  Records records(input);
  for (const SampleEvent& event : sample.events)
    input.events.push_back(to_link_event(event, input, records));
  for (const SampleProfile& profile : sample.profiles) {
    LinkProfile& row = input.profiles.emplace_back();
    row.record = records.number("crm", profile.record);
    row.valid_from = profile.valid_from;
    row.valid_to = profile.valid_to;
    add_identifiers(input, profile.identifiers, row.identifiers_begin, row.identifiers_count);
  }
  input.assertions = sample.assertions;
  for (const LinkAssertion& assertion : sample.assertions) {
    intern_name(input, assertion.a);
    intern_name(input, assertion.b);
  }
  return input;
}

TimeUs at(std::string_view text) {
  std::string rfc(text);
  CLEW_ASSERT(rfc.size() == 16 || rfc.size() == 19);
  rfc[10] = 'T';
  if (rfc.size() == 16) rfc += ":00";
  const auto time = parse_rfc3339(rfc + "Z");
  CLEW_ASSERT(time.has_value());
  return *time;
}

std::string naming(const LinkInput& input, const LinkingConfig& config,
                   const LinkedCustomer& customer) {
  const auto text = [&](std::uint32_t number) { return std::string(input.strings.at(number)); };
  switch (customer.named_by) {
    case AliasName::identifier:
      return std::string(config.kinds[customer.naming_kind].name) + ":" +
             text(customer.naming_value);
    case AliasName::session:
      return "session:" + text(customer.naming_source) + "/" + text(customer.naming_value);
    case AliasName::chain:
      return "chain:" + text(customer.naming_source) + "/" + text(customer.naming_value);
    case AliasName::record: break;
  }
  return "record:" + text(customer.naming_source) + "/" + text(customer.naming_stream) + "/" +
         text(customer.naming_value);
}

}  // namespace clewline::identity::testing
