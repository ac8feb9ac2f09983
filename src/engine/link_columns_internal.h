#pragma once

#include <span>
#include <string_view>

#include "engine/store_link_tables.h"

namespace clewline::engine {

/// The tables that link writes, in writing order (the largest first).
std::span<const std::string_view> link_table_names();

/// How many rows link writes to one of them.
std::size_t link_table_rows(const LinkTables& tables, std::string_view table);

class BlockColumns;

/// Collects the block's rows of one table, columns in the order of its contract.
void collect_link_rows(BlockColumns& block, const LinkTables& tables, std::string_view table);

/// The same for the tables of identity.
std::size_t identity_rows(const LinkTables& tables, std::string_view table);
void collect_identity_rows(BlockColumns& block, const LinkTables& tables, std::string_view table);

}  // namespace clewline::engine
