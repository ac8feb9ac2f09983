#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <new>

#include "store/database.h"
#include "store/sql_child.h"
#include "store/sql_wire_internal.h"

// The child's side of run_sql_in_child: limits first, then the check, then the file, read-only and
// locked.

namespace clewline::store {
namespace {

constexpr int kRequestDescriptor = 0;
constexpr int kAnswerDescriptor = 1;
constexpr std::size_t kBatchBytes = 1 << 20;

bool read_exactly(int descriptor, char* to, std::size_t bytes) {
  while (bytes > 0) {
    const ssize_t got = ::read(descriptor, to, bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(kAnswerDescriptor, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

std::optional<SqlRequest> read_request() {
  char head[kFrameHeadBytes];
  if (!read_exactly(kRequestDescriptor, head, sizeof head)) return std::nullopt;
  std::uint32_t length = 0;
  std::copy_n(head + 1, sizeof length, reinterpret_cast<char*>(&length));
  if (head[0] != static_cast<char>(Frame::request) || length > kFrameBytesMax) return std::nullopt;
  std::string payload(length, '\0');
  if (!read_exactly(kRequestDescriptor, payload.data(), payload.size())) return std::nullopt;
  return decode_request(payload);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitsAddressSpace = false;  // sanitizers reserve terabytes of it
#else
constexpr bool kLimitsAddressSpace = true;
#endif

bool set_limit(int resource, std::uint64_t amount, std::uint64_t grace = 0) {
  const rlimit limit{amount, amount + grace};
  return ::setrlimit(static_cast<__rlimit_resource>(resource), &limit) == 0;
}

/// Takes away what the child does not need: memory, time, writing files, core files, new
/// privileges, and its life when the parent dies.
bool confine(const SqlLimits& limits) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_IGN);
  if (kLimitsAddressSpace && !set_limit(RLIMIT_AS, limits.memory_bytes)) return false;
  // The soft limit ends it with SIGXCPU, which tells the parent why; the hard one a second later
  // with SIGKILL.
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         set_limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.processor_time.count()), 1) &&
         set_limit(RLIMIT_FSIZE, 0) && set_limit(RLIMIT_CORE, 0);
}

/// The part of the address space that DuckDB may plan with; the rest is for the program and what
/// DuckDB's own accounting does not see.
std::string planned_memory(std::uint64_t memory_bytes) {
  constexpr std::uint64_t kProgram = 512ULL << 20;
  const std::uint64_t free =
      memory_bytes > 2 * kProgram ? memory_bytes - kProgram : memory_bytes / 2;
  return std::to_string(free * 6 / 10 / 1024) + "KiB";
}

Result<Connection> open_locked(const SqlRequest& request, std::optional<Database>& database) {
  OpenOptions options;
  options.access = Access::read_only;
  options.threads = request.limits.threads;
  options.memory_limit = planned_memory(request.limits.memory_bytes);
  options.row_order = RowOrder::preserved;
  CLEW_TRY(database, Database::open(request.database_path, options));
  CLEW_TRY(Connection connection, database->connect());
  CLEW_TRY_VOID(
      connection.execute("SET temp_directory = ''; SET enable_external_access = false; "
                         "SET lock_configuration = true"));
  return connection;
}

bool is_readable(const ColumnType& type) {
  if (type.type == Type::other || type.type == Type::enumeration) return false;
  return std::all_of(type.children.begin(), type.children.end(), is_readable);
}

/// Runs the statement; where a type cannot be moved as it is, through a temporary view that casts
/// it to text.
Result<QueryResult> run_readable(Connection& connection, const std::string& sql,
                                 std::vector<SqlColumn>& columns) {
  CLEW_TRY(QueryResult result, connection.stream(sql));
  bool readable = true;
  for (const ResultColumn& column : result.columns()) {
    columns.push_back({column.name, column.type.to_sql()});
    readable = readable && is_readable(column.type);
  }
  if (readable) return result;
  std::string names, cells;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string name = "c" + std::to_string(i);
    names += (i == 0 ? "" : ", ") + name;
    const bool plain = is_readable(result.columns()[i].type);
    cells += (i == 0 ? "" : ", ") + (plain ? name : "CAST(" + name + " AS VARCHAR)");
    if (!plain) columns[i].type = "VARCHAR";
  }
  {
    const QueryResult ended = std::move(result);
  }
  CLEW_TRY_VOID(connection.execute("CREATE TEMP VIEW clew_answer(" + names + ") AS " + sql));
  return connection.stream("SELECT " + cells + " FROM temp.clew_answer");
}

Status answer(const SqlRequest& request) {
  SqlPolicy policy = request.policy;
  policy.refuse_schema = policy.refuse_schema || !request.prepare.empty();
  CLEW_TRY_VOID(check_sql(request.sql, policy));
  std::optional<Database> database;
  CLEW_TRY(Connection connection, open_locked(request, database));
  if (!request.prepare.empty()) CLEW_TRY_VOID(connection.execute(request.prepare));
  std::vector<SqlColumn> columns;
  CLEW_TRY(QueryResult result, run_readable(connection, request.sql, columns));
  write_all(encode_columns(columns));
  WireWriter batch;
  std::int64_t rows = 0;
  for (;;) {
    CLEW_TRY(const bool more, result.next());
    if (!more) break;
    for (std::size_t row = 0; row < result.rows(); ++row) {
      for (std::size_t i = 0; i < columns.size(); ++i) batch.cell(result.column(i).cell(row));
      if (batch.size() > kBatchBytes && !write_all(batch.take(Frame::rows))) return {};
    }
    rows += static_cast<std::int64_t>(result.rows());
  }
  if (batch.size() > 0) write_all(batch.take(Frame::rows));
  batch.number(rows);
  write_all(batch.take(Frame::done));
  return {};
}

}  // namespace

int sql_child_main() {
  constexpr int kOther = 1;
  const auto request = read_request();
  if (!request || !confine(request->limits)) return kOther;
  // This wall stops exceptions: running out of memory outside DuckDB's own checks is an answer too.
  try {
    const Status done = answer(*request);
    if (!done.ok()) write_all(encode_error(done.error()));
  } catch (const std::bad_alloc&) {
    write_all(encode_error({ErrorCode::limit, "The query needed more memory than it may use",
                            "Ask for less at a time, or allow more with --memory."}));
  }
  return 0;
}

}  // namespace clewline::store
