#pragma once

#include <functional>
#include <span>

#include "base/id128.h"
#include "base/result.h"
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
  unsigned threads = 2;
};

/// Puts the result tables in place of the former ones in one transaction: a reader, or a crash,
/// sees the former link or this one, never a mixture. `also` runs inside that transaction.
Status store_link_tables(store::Database& database, const LinkTables& tables,
                         const std::function<Status(store::Connection&)>& also);

}  // namespace clewline::engine
