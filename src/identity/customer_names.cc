#include "identity/customer_names_internal.h"

#include <string>

#include "identity/resolve.h"

namespace clewline::identity {

Id128 CustomerNames::id(std::initializer_list<std::string_view> parts) const {
  thread_local std::string message;
  message.clear();
  for (const std::string_view part : parts) {
    std::uint64_t length = part.size();
    for (int i = 0; i < 8; ++i, length >>= 8) message.push_back(static_cast<char>(length & 0xFF));
    message.append(part);
  }
  return hash_.digest(message).prefix128();
}

Id128 customer_id_of_name(const LinkInput& input, const LinkingConfig& config,
                          std::string_view workspace_key, const CustomerAliasRow& row) {
  const CustomerNames names(workspace_key);
  const StringTable& strings = input.strings;
  switch (row.name) {
    case AliasName::identifier:
      return names.of_identifier(config.kinds[row.kind].name, strings.at(row.value));
    case AliasName::session: return names.of_session(strings.at(row.source), strings.at(row.value));
    case AliasName::chain: return names.of_chain(strings.at(row.source), strings.at(row.value));
    case AliasName::record: break;
  }
  const LinkRecord& record = input.records[row.value];
  return names.of_record(strings.at(record.source), strings.at(record.stream),
                         strings.at(record.record_id));
}

CustomerAlias describe_alias(const LinkInput& input, const LinkingConfig& config,
                             const CustomerAliasRow& row) {
  const StringTable& strings = input.strings;
  const auto text = [&](std::uint32_t number) { return std::string(strings.at(number)); };
  CustomerAlias alias{row.customer, "", "", row.first_at, row.last_at, row.current};
  switch (row.name) {
    case AliasName::identifier:
      alias.name_kind = config.kinds[row.kind].name;
      alias.name = text(row.value);
      return alias;
    case AliasName::session:
    case AliasName::chain:
      alias.name_kind = row.name == AliasName::session ? "session" : "chain";
      alias.name = text(row.source) + "/" + text(row.value);
      return alias;
    case AliasName::record: break;
  }
  const LinkRecord& record = input.records[row.value];
  alias.name_kind = "record";
  alias.name = text(record.source) + "/" + text(record.stream) + "/" + text(record.record_id);
  return alias;
}

}  // namespace clewline::identity
