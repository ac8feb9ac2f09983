#pragma once

#include <functional>
#include <span>
#include <utility>

#include "base/id128.h"
#include "base/result.h"
#include "engine/link_keys.h"
#include "model/link_input.h"
#include "model/link_result.h"
#include "model/linking_config.h"
#include "store/database.h"

namespace clewline::engine {

/// The results of one link run, as they are stored.
struct LinkTables {
  const LinkInput& input;
  const IdentityResult& identity;
  const HierarchyResult& hierarchy;
  const LinkingConfig& config;
  std::span<const Id128> not_a_customer;
  std::span<const LinkKeyRow> keys;
  unsigned threads = 2;
};

/// Puts the result tables in place of the former ones in one transaction: a reader, or a crash,
/// sees the former link or this one, never a mixture. Without `finish`, nothing is stored.
class LinkTablesWriter {
 public:
  /// Begins with empty tables.
  static Result<LinkTablesWriter> begin(store::Connection& connection);
  /// Begins with the tables as they are, but for the rows that `remove` takes out.
  static Result<LinkTablesWriter> begin(store::Connection& connection,
                                        const std::function<Status()>& remove);
  /// Puts rows behind those stored before.
  Status append(const LinkTables& tables);
  /// Ends the transaction; `also` runs inside it.
  Status finish(const std::function<Status(store::Connection&)>& also);

 private:
  LinkTablesWriter(store::Connection& connection, store::Transaction transaction)
      : connection_(&connection), transaction_(std::move(transaction)) {}

  store::Connection* connection_;
  store::Transaction transaction_;
};

}  // namespace clewline::engine
