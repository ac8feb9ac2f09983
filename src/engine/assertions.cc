#include "engine/assertions.h"

#include "base/sha256.h"
#include "engine/query_table.h"
#include "identity/resolve.h"
#include "model/identifier_kinds.h"
#include "text/identifier.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kKindNames[] = {"link", "unlink", "forbid"};

// "phone:030 90 18 20" becomes "phone:+4930901820"; other names stay.
std::string normalised(const std::string& name, const std::string& region) {
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos || !find_identifier_kind(name.substr(0, colon))) return name;
  const text::IdentifierValue value =
      text::normalise_identifier(name.substr(0, colon), name.substr(colon + 1), region);
  return value.value.empty() ? name : name.substr(0, colon + 1) + value.value;
}

}  // namespace

Result<render::ResultTable> assert_identity(Workspace& workspace, const AssertionRequest& request) {
  LinkAssertion assertion;
  assertion.kind = request.kind;
  assertion.a = normalised(request.a, workspace.config().region);
  assertion.b = normalised(request.b, workspace.config().region);
  assertion.asserted_at = request.asserted_at;
  assertion.actor = request.actor;
  const std::string_view kind = kKindNames[static_cast<std::size_t>(request.kind)];
  Sha256 hash;
  for (const std::string_view part :
       {kind, std::string_view(assertion.a), std::string_view(assertion.b),
        std::string_view(assertion.actor)})
    hash.update_length_prefixed(part);
  hash.update_uint64(static_cast<std::uint64_t>(assertion.asserted_at));
  assertion.content_hash = hash.finish().to_hex().substr(0, 32);
  CLEW_TRY_VOID(identity::check_assertion(assertion, workspace.config().linking));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY_VOID(connection.execute(
      "INSERT INTO store.assertions (assertion_id, kind, a, b, asserted_at, actor, recorded_at) "
      "SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM store.assertions WHERE "
      "assertion_id = $1)",
      {std::string_view(assertion.content_hash), kind, std::string_view(assertion.a),
       std::string_view(assertion.b), store::TimeValue{assertion.asserted_at},
       std::string_view(assertion.actor), store::TimeValue{request.recorded_at}}));
  CLEW_TRY_VOID(connection.execute(
      "UPDATE store.assertions SET note = $2 WHERE assertion_id = $1",
      {std::string_view(assertion.content_hash), std::string_view(request.note)}));
  CLEW_TRY(render::ResultTable table,
           query_table(connection,
                       "SELECT assertion_id, kind, a, b, asserted_at, actor, note FROM "
                       "store.assertions WHERE assertion_id = $1",
                       {std::string_view(assertion.content_hash)}));
  table.single = true;
  return table;
}

}  // namespace clewline::engine
