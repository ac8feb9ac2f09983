#include "engine/store_link_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "engine/link_columns_internal.h"
#include "model/tables.h"
#include "store/chunk_appender.h"

namespace clewline::engine {
namespace {

std::string next_name(std::string_view table) { return fmt::format("{}__next", table); }

Status create_next(store::Connection& connection, std::string_view table) {
  CLEW_TRY_VOID(connection.execute(fmt::format("DROP TABLE IF EXISTS store.{}", next_name(table))));
  std::string columns;
  for (const ColumnContract& column : table_contract(table).columns) {
    columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", store::quote_identifier(column.name), column.type);
  }
  CLEW_TRY_VOID(connection.execute(fmt::format("CREATE TABLE store.{} ({})", next_name(table), columns)));
  return {};
}

Status swap_in(store::Connection& connection, std::string_view table) {
  CLEW_TRY_VOID(connection.execute(fmt::format("DROP TABLE IF EXISTS store.{}", table)));
  CLEW_TRY_VOID(connection.execute(fmt::format("ALTER TABLE store.{} RENAME TO {}", next_name(table), table)));
  CLEW_TRY_VOID(connection.execute(fmt::format("COMMENT ON TABLE store.{} IS {}", table,
                                               store::quote_literal(table_contract(table).comment))));
  for (const ColumnContract& column : table_contract(table).columns) {
    CLEW_TRY_VOID(connection.execute(fmt::format("COMMENT ON COLUMN store.{}.{} IS {}", table,
                                                 store::quote_identifier(column.name),
                                                 store::quote_literal(column.comment))));
  }
  return {};
}

/// One piece of one table, appended by whichever thread is free.
struct AppendJob {
  std::string_view table;
  std::size_t first;
  std::size_t last;
};

constexpr std::size_t kRowsPerJob = 1'000'000;

Status run_job(store::Database& database, const LinkTables& tables, const AppendJob& job) {
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY(auto transaction, store::Transaction::begin(connection));
  CLEW_TRY(auto appender, store::ChunkAppender::open(connection, "store", next_name(job.table)));
  CLEW_TRY_VOID(append_link_rows(appender, tables, job.table, job.first, job.last));
  CLEW_TRY_VOID(appender.finish());
  return transaction.commit();
}

Status run_jobs(store::Database& database, const LinkTables& tables, const std::vector<AppendJob>& jobs) {
  std::atomic<std::size_t> next{0};
  std::vector<Status> outcomes(std::max(1U, tables.threads));
  const auto work = [&](std::size_t worker) {
    for (std::size_t at = next++; at < jobs.size(); at = next++) {
      outcomes[worker] = run_job(database, tables, jobs[at]);
      if (!outcomes[worker].ok()) return;
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < outcomes.size(); ++i) threads.emplace_back(work, i);
  work(0);
  for (std::thread& thread : threads) thread.join();
  for (Status& outcome : outcomes) {
    if (!outcome.ok()) return outcome;
  }
  return {};
}

}  // namespace

Status store_link_tables(store::Database& database, const LinkTables& tables,
                         const std::function<Status(store::Connection&)>& also) {
  CLEW_TRY(auto connection, database.connect());
  std::vector<AppendJob> jobs;
  for (const std::string_view table : link_table_names()) {
    CLEW_TRY_VOID(create_next(connection, table));
    const std::size_t rows = link_table_rows(tables, table);
    for (std::size_t first = 0; first < rows; first += kRowsPerJob) {
      jobs.push_back({table, first, std::min(rows, first + kRowsPerJob)});
    }
  }
  CLEW_TRY_VOID(run_jobs(database, tables, jobs));
  CLEW_TRY(auto transaction, store::Transaction::begin(connection));
  for (const std::string_view table : link_table_names()) CLEW_TRY_VOID(swap_in(connection, table));
  CLEW_TRY_VOID(also(connection));
  return transaction.commit();
}

}  // namespace clewline::engine
