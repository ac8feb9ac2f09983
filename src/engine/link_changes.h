#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "engine/link_load.h"
#include "engine/link_workspace.h"
#include "store/database.h"

namespace clewline::engine {

/// What was imported and asserted since the last link, and whom it touches: every customer who
/// shares a key with it, directly or from key to key, so that linking these anew gives what linking
/// everything would (docs/decisions/0007).
class LinkChanges {
 public:
  /// Finds them; null when everything has to be linked: never linked, another configuration or
  /// block list, a replay or forget since, or more touched events than `events_max`. The connection
  /// keeps temporary tables for as long as this lives.
  static Result<std::optional<LinkChanges>> find(store::Database& database,
                                                 store::Connection& connection,
                                                 const LinkSettings& settings,
                                                 std::uint64_t events_max);
  LinkChanges(LinkChanges&&) noexcept;
  LinkChanges& operator=(LinkChanges&&) noexcept;
  ~LinkChanges();

  /// Reads all events, profiles and assertions of the customers touched.
  Result<LoadedInput> load();
  /// Takes the rows of the last link about them out, within the connection's transaction.
  Status remove_former_rows();

 private:
  struct State;
  explicit LinkChanges(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Notes within the connection's transaction what the link that it stores knew.
Status note_linked(store::Connection& connection, const LinkSettings& settings);

}  // namespace clewline::engine
