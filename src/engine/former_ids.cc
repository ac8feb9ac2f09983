#include "engine/former_ids.h"

#include <string>
#include <string_view>

#include "identity/resolve.h"
#include "model/link_result.h"

namespace clewline::engine {
namespace {

/// One name at a time, in the form in which identity names customers.
class NameHasher {
 public:
  explicit NameHasher(const Workspace& workspace) : workspace_(workspace) {}

  std::optional<Id128> id_of(std::string_view kind, std::string_view name) {
    LinkInput input;
    CustomerAliasRow row;
    if (!fill(input, row, kind, name)) return std::nullopt;
    return identity::customer_id_of_name(input, workspace_.config().linking, workspace_.key(), row);
  }

 private:
  static bool fill(LinkInput& input, CustomerAliasRow& row, std::string_view kind,
                   std::string_view name) {
    if (const auto number = find_identifier_kind(kind)) {
      row.name = AliasName::identifier;
      row.kind = *number;
      row.value = input.strings.intern(name);
      return true;
    }
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) return false;
    if (kind == "session" || kind == "chain") {
      row.name = kind == "session" ? AliasName::session : AliasName::chain;
      row.source = input.strings.intern(name.substr(0, slash));
      row.value = input.strings.intern(name.substr(slash + 1));
      return true;
    }
    const std::size_t next = name.find('/', slash + 1);
    if (kind != "record" || next == std::string_view::npos) return false;
    row.name = AliasName::record;
    input.records.push_back({input.strings.intern(name.substr(0, slash)),
                             input.strings.intern(name.substr(slash + 1, next - slash - 1)),
                             input.strings.intern(name.substr(next + 1))});
    return true;
  }

  const Workspace& workspace_;
};

}  // namespace

Result<std::optional<Id128>> customer_of_former_id(Workspace& workspace,
                                                   store::Connection& connection, const Id128& id) {
  CLEW_TRY(auto result, connection.stream("SELECT name_kind, name, customer_id FROM "
                                          "store.customer_aliases ORDER BY current DESC, last_at "
                                          "DESC, customer_id"));
  NameHasher hasher(workspace);
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return std::optional<Id128>();
    const auto kinds = result.column(0);
    const auto names = result.column(1);
    const auto customers = result.column(2);
    for (std::size_t row = 0; row < result.rows(); ++row) {
      if (hasher.id_of(kinds.text(row), names.text(row)) == id)
        return std::optional(customers.id(row));
    }
  }
}

}  // namespace clewline::engine
