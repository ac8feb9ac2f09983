#include "store/sql_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "store/sql_wire_internal.h"

namespace clewline::store {
namespace {

using SteadyClock = std::chrono::steady_clock;

Error system_error(const std::string& what) {
  return Error{ErrorCode::io, what + ": " + std::strerror(errno),
               "Check the limits on processes and open files."};
}

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  int get() const { return number_; }

 private:
  int number_;
};

struct Channel {
  Descriptor child_end;
  Descriptor parent_end;
};

Result<Channel> open_channel() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return system_error("Cannot open a channel");
  return Channel{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// A child that is killed and reaped at the latest when this ends.
class ChildProcess {
 public:
  explicit ChildProcess(pid_t id) : id_(id) {}
  ChildProcess(ChildProcess&& other) noexcept : id_(std::exchange(other.id_, 0)) {}
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess() {
    if (id_ == 0) return;
    ::kill(id_, SIGKILL);
    wait();
  }
  /// Waits for the end and returns the status of waitpid.
  int wait() {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = 0;
    return status;
  }

 private:
  pid_t id_;
};

struct RunningChild {
  ChildProcess process;
  Descriptor request;
  Descriptor answer;
};

Result<RunningChild> start_child(const std::string& program) {
  CLEW_TRY(Channel request, open_channel());
  CLEW_TRY(Channel answer, open_channel());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, request.child_end.get(), 0);
  posix_spawn_file_actions_adddup2(&actions, answer.child_end.get(), 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  std::string argument(kSqlChildArgument);
  std::string name = program;
  char* arguments[] = {name.data(), argument.data(), nullptr};
  // One memory arena a thread would spend the address space; nothing else of our environment goes
  // along but where libraries are found.
  std::string arenas = "MALLOC_ARENA_MAX=2";
  std::string libraries = "LD_LIBRARY_PATH=";
  if (const char* path = ::getenv("LD_LIBRARY_PATH")) libraries += path;
  char* environment[] = {arenas.data(), libraries.data(), nullptr};
  pid_t id = 0;
  const int failed = ::posix_spawn(&id, program.c_str(), &actions, nullptr, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    errno = failed;
    return system_error("Cannot start the process for the query, " + program);
  }
  return RunningChild{ChildProcess(id), std::move(request.parent_end),
                      std::move(answer.parent_end)};
}

Status send_request(RunningChild& child, const SqlRequest& request) {
  std::string frame = encode_request(request);
  std::string_view bytes = frame;
  bool sent = true;
  while (sent && !bytes.empty()) {
    // A child that died early must not end us with SIGPIPE.
    const ssize_t put = ::send(child.request.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
    sent = put > 0 || errno == EINTR;
  }
  child.request.close();
  if (sent) return {};
  return Error{ErrorCode::internal, "The process for the query ended before it was asked", ""};
}

/// Reads frames until the answer is whole, a limit is reached or the child is gone.
class AnswerReader {
 public:
  AnswerReader(RunningChild& child, const SqlRequest& request, SqlAnswerSink& sink)
      : child_(child),
        request_(request),
        sink_(sink),
        deadline_(SteadyClock::now() + request.limits.wall_time) {}

  Result<std::int64_t> read() {
    while (!rows_) {
      CLEW_TRY_VOID(wait_for_bytes());
      CLEW_TRY(const bool open, take_bytes());
      CLEW_TRY_VOID(take_frames());
      if (!open && !rows_) return ending_error(child_.process.wait());
    }
    return *rows_;
  }

 private:
  Status wait_for_bytes() {
    constexpr int kTickMs = 100;
    for (;;) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - SteadyClock::now())
              .count();
      if (left <= 0) return time_error("wall-clock", request_.limits.wall_time);
      if (request_.cancelled && request_.cancelled())
        return Error{ErrorCode::interrupted, "The query was stopped", "Run it again."};
      pollfd wanted{child_.answer.get(), POLLIN, 0};
      const int ready = ::poll(&wanted, 1, static_cast<int>(std::min<long long>(left, kTickMs)));
      if (ready > 0) return {};
      if (ready < 0 && errno != EINTR) return system_error("Cannot wait for the query");
    }
  }

  /// Reads what is there; false when the child has closed its end.
  Result<bool> take_bytes() {
    constexpr std::size_t kRead = 1 << 18;
    const std::size_t before = buffer_.size();
    buffer_.resize(before + kRead);
    const ssize_t got = ::read(child_.answer.get(), buffer_.data() + before, kRead);
    buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno != EINTR) return system_error("Cannot read the query's answer");
    received_ += buffer_.size() - before;
    if (received_ > request_.limits.answer_bytes) {
      return Error{
          ErrorCode::limit,
          "The answer is larger than " + std::to_string(request_.limits.answer_bytes) + " bytes",
          "Add a LIMIT or a condition, or use `clewline export` for whole tables."};
    }
    return got != 0;
  }

  Status take_frames() {
    std::size_t used = 0;
    while (buffer_.size() - used >= kFrameHeadBytes && !rows_) {
      std::uint32_t length = 0;
      std::memcpy(&length, buffer_.data() + used + 1, sizeof length);
      if (length > kFrameBytesMax) return bad_frame();
      if (buffer_.size() - used < kFrameHeadBytes + length) break;
      const auto kind = static_cast<Frame>(buffer_[used]);
      CLEW_TRY_VOID(
          take_frame(kind, std::string_view(buffer_).substr(used + kFrameHeadBytes, length)));
      used += kFrameHeadBytes + length;
    }
    buffer_.erase(0, used);
    return {};
  }

  Status take_frame(Frame kind, std::string_view payload) {
    if (kind == Frame::error) {
      const auto error = decode_error(payload);
      return error ? *error : bad_frame();
    }
    if (kind == Frame::columns && !columns_) {
      const auto columns = decode_columns(payload);
      if (!columns) return bad_frame();
      columns_ = columns->size();
      return sink_.columns(*columns);
    }
    if (kind == Frame::rows && columns_) {
      const auto rows = decode_rows(payload, *columns_);
      return rows ? sink_.rows(*rows) : Status(bad_frame());
    }
    std::int64_t rows = 0;
    if (kind != Frame::done || !columns_ || !WireReader(payload).number(rows)) return bad_frame();
    rows_ = rows;
    return {};
  }

  static Error bad_frame() {
    return Error{ErrorCode::internal, "The process for the query sent something that is no answer",
                 ""};
  }

  static Error time_error(const std::string& clock, std::chrono::milliseconds limit) {
    return Error{ErrorCode::limit,
                 "The query was stopped after " +
                     std::to_string(limit.count() / 1000.0).substr(0, 5) + " s of " + clock +
                     " time",
                 "Ask for less (a shorter period, fewer joins), or allow more time."};
  }

  Error ending_error(int status) const {
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
      return time_error("processor", request_.limits.processor_time);
    if (WIFSIGNALED(status)) {
      return Error{ErrorCode::limit,
                   "The query was ended by the system, most likely for want of memory (signal " +
                       std::to_string(WTERMSIG(status)) + ")",
                   "Ask for less at a time, or allow more with --memory."};
    }
    return Error{ErrorCode::internal,
                 "The process for the query ended without an answer, status " +
                     std::to_string(WEXITSTATUS(status)),
                 ""};
  }

  RunningChild& child_;
  const SqlRequest& request_;
  SqlAnswerSink& sink_;
  SteadyClock::time_point deadline_;
  std::string buffer_;
  std::uint64_t received_ = 0;
  std::optional<std::size_t> columns_;
  std::optional<std::int64_t> rows_;
};

}  // namespace

Result<std::int64_t> run_sql_in_child(const SqlRequest& request, SqlAnswerSink& sink) {
  CLEW_TRY(RunningChild child, start_child(request.program));
  CLEW_TRY_VOID(send_request(child, request));
  return AnswerReader(child, request, sink).read();
}

}  // namespace clewline::store
