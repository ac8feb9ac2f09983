#pragma once

#include <span>
#include <string_view>

#include "engine/store_link_tables.h"
#include "store/chunk_appender.h"

namespace clewline::engine {

/// The tables that link writes, in writing order (the largest first).
std::span<const std::string_view> link_table_names();

/// How many rows link writes to one of them.
std::size_t link_table_rows(const LinkTables& tables, std::string_view table);

/// Appends rows `first..last` of one table, columns in the order of its contract.
Status append_link_rows(store::ChunkAppender& appender, const LinkTables& tables, std::string_view table,
                        std::size_t first, std::size_t last);

/// The same for the tables of identity.
std::size_t identity_rows(const LinkTables& tables, std::string_view table);
Status append_identity_rows(store::ChunkAppender& appender, const LinkTables& tables, std::string_view table,
                            std::size_t first, std::size_t last);

}  // namespace clewline::engine
