#include "engine/store_link_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "engine/link_columns_internal.h"
#include "engine/link_gather_internal.h"
#include "model/tables.h"
#include "store/column_insert.h"

namespace clewline::engine {
namespace {

constexpr std::size_t kRowsPerPart = 250'000;
constexpr std::size_t kPartsPerInsert = 16;

/// Collects blocks of rows with all threads; the blocks hold the memory of the columns.
void collect(std::deque<BlockColumns>& blocks, const LinkTables& tables, std::string_view table) {
  for_each_block(
      static_cast<int>(tables.threads), blocks.size(), 1,
      [&](std::size_t at, std::size_t) { collect_link_rows(blocks[at], tables, table); });
}

Status insert_rows(store::Connection& connection, const LinkTables& tables,
                   std::string_view table) {
  const std::size_t rows = link_table_rows(tables, table);
  for (std::size_t first = 0; first < rows;) {
    std::deque<BlockColumns> blocks;
    for (; first < rows && blocks.size() < kPartsPerInsert; first += kRowsPerPart) {
      blocks.emplace_back(first, std::min(rows, first + kRowsPerPart));
    }
    collect(blocks, tables, table);
    std::vector<store::ColumnPart> parts;
    for (const BlockColumns& block : blocks) parts.push_back(block.part());
    CLEW_TRY_VOID(store::insert_columns(connection, "store", table, parts));
  }
  return {};
}

}  // namespace

Result<LinkTablesWriter> LinkTablesWriter::begin(store::Connection& connection) {
  return begin(connection, [&connection]() -> Status {
    for (const std::string_view table : link_table_names())
      CLEW_TRY_VOID(connection.execute(fmt::format("TRUNCATE store.{}", table)));
    return {};
  });
}

Result<LinkTablesWriter> LinkTablesWriter::begin(store::Connection& connection,
                                                 const std::function<Status()>& remove) {
  CLEW_TRY(auto transaction, store::Transaction::begin(connection));
  CLEW_TRY_VOID(remove());
  return LinkTablesWriter(connection, std::move(transaction));
}

Status LinkTablesWriter::append(const LinkTables& tables) {
  for (const std::string_view table : link_table_names())
    CLEW_TRY_VOID(insert_rows(*connection_, tables, table));
  return {};
}

Status LinkTablesWriter::finish(const std::function<Status(store::Connection&)>& also) {
  CLEW_TRY_VOID(also(*connection_));
  return transaction_.commit();
}

}  // namespace clewline::engine
