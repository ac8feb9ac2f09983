#include <array>

#include "store/duckdb_internal.h"

namespace clewline::store {
namespace {

struct ErrorKind {
  duckdb_error_type type;
  std::string_view prefix;  // as DuckDB begins the message
  ErrorCode code;
  std::string_view hint;
};

constexpr std::string_view kCheckStatement =
    "Check the statement's spelling and the names of tables and columns.";
constexpr std::string_view kCheckValues =
    "Check the values: one does not fit the type it is given to.";
constexpr std::string_view kMoreMemory = "Allow more with --memory, or ask for less at a time.";
constexpr std::string_view kDamaged =
    "The database is damaged: restore the workspace from a backup, or make another one with "
    "`clewline init` and import again (raw/ keeps what was imported).";
constexpr std::string_view kCheckDisk =
    "Check the path, its permissions and the free space on the disk.";

constexpr std::array kErrorKinds = {
    ErrorKind{DUCKDB_ERROR_CONSTRAINT, "Constraint Error", ErrorCode::conflict,
              "The row contradicts what is stored; remove or change one of the two."},
    ErrorKind{DUCKDB_ERROR_TRANSACTION, "TransactionContext Error", ErrorCode::conflict,
              "Another change came first; run the command again."},
    ErrorKind{DUCKDB_ERROR_DEPENDENCY, "Dependency Error", ErrorCode::conflict,
              "Something else still uses it; remove that first."},
    ErrorKind{DUCKDB_ERROR_PARSER, "Parser Error", ErrorCode::usage, kCheckStatement},
    ErrorKind{DUCKDB_ERROR_SYNTAX, "Syntax Error", ErrorCode::usage, kCheckStatement},
    ErrorKind{DUCKDB_ERROR_BINDER, "Binder Error", ErrorCode::usage, kCheckStatement},
    ErrorKind{DUCKDB_ERROR_CATALOG, "Catalog Error", ErrorCode::usage, kCheckStatement},
    ErrorKind{DUCKDB_ERROR_PLANNER, "Planner Error", ErrorCode::usage, kCheckStatement},
    ErrorKind{DUCKDB_ERROR_NOT_IMPLEMENTED, "Not implemented Error", ErrorCode::usage,
              "DuckDB cannot do this; write the statement another way."},
    ErrorKind{DUCKDB_ERROR_PARAMETER_NOT_RESOLVED, "Parameter Not Resolved Error", ErrorCode::usage,
              "Give every parameter a type with a cast, e.g. $1::VARCHAR."},
    ErrorKind{DUCKDB_ERROR_SETTINGS, "Settings Error", ErrorCode::usage, kCheckStatement},
    ErrorKind{DUCKDB_ERROR_INVALID_INPUT, "Invalid Input Error", ErrorCode::bad_input,
              kCheckValues},
    ErrorKind{DUCKDB_ERROR_CONVERSION, "Conversion Error", ErrorCode::bad_input, kCheckValues},
    ErrorKind{DUCKDB_ERROR_OUT_OF_RANGE, "Out of Range Error", ErrorCode::bad_input, kCheckValues},
    ErrorKind{DUCKDB_ERROR_MISMATCH_TYPE, "Mismatch Type Error", ErrorCode::bad_input,
              kCheckValues},
    ErrorKind{DUCKDB_ERROR_INVALID_TYPE, "Invalid type Error", ErrorCode::bad_input, kCheckValues},
    ErrorKind{DUCKDB_ERROR_DIVIDE_BY_ZERO, "Divide by Zero Error", ErrorCode::bad_input,
              kCheckValues},
    ErrorKind{DUCKDB_ERROR_OUT_OF_MEMORY, "Out of Memory Error", ErrorCode::limit, kMoreMemory},
    ErrorKind{DUCKDB_ERROR_OBJECT_SIZE, "Object Size Error", ErrorCode::limit, kMoreMemory},
    ErrorKind{DUCKDB_ERROR_IO, "IO Error", ErrorCode::io, kCheckDisk},
    ErrorKind{DUCKDB_ERROR_INTERRUPT, "INTERRUPT Error", ErrorCode::interrupted,
              "Run it again; nothing of the statement was kept."},
    ErrorKind{DUCKDB_ERROR_PERMISSION, "Permission Error", ErrorCode::not_allowed,
              "This database may not do that; use the command made for it."},
    ErrorKind{DUCKDB_ERROR_FATAL, "FATAL Error", ErrorCode::io,
              "The database closed itself to protect its data; check the disk's free space and "
              "open it again."},
};

constexpr std::string_view kPackedMark = "[clewline:";

constexpr std::array kCodes = {ErrorCode::usage,       ErrorCode::bad_input, ErrorCode::not_found,
                               ErrorCode::not_allowed, ErrorCode::conflict,  ErrorCode::busy,
                               ErrorCode::limit,       ErrorCode::io,        ErrorCode::interrupted,
                               ErrorCode::internal};

/// Reads what `pack_error` wrote, wherever DuckDB put it in its message.
std::optional<Error> unpack_error(std::string_view message) {
  const auto mark = message.find(kPackedMark);
  if (mark == std::string_view::npos) return std::nullopt;
  message.remove_prefix(mark + kPackedMark.size());
  const auto end = message.find("] ");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view name = message.substr(0, end);
  message.remove_prefix(end + 2);
  Error error;
  for (const ErrorCode code : kCodes)
    if (error_code_name(code) == name) error.code = code;
  const auto hint = message.find(" \x1f ");
  error.message = message.substr(0, hint);
  if (hint != std::string_view::npos) {
    const std::string_view rest = message.substr(hint + 3);
    error.hint = rest.substr(0, rest.find(" \x1f"));
  }
  return error;
}

/// Leaves out DuckDB's advice about its settings; the hint says what applies here.
std::string_view without_advice(std::string_view message) {
  message = message.substr(0, message.find("\n\nPossible solutions"));
  return message.substr(0, message.find("\nDatabase is launched in in-memory mode"));
}

/// A beginning of DuckDB's messages and what a person reads instead; `end` closes the rest of the
/// line, which is kept between.
struct Phrase {
  std::string_view begin;
  std::string_view end;
  std::string_view plain_begin;
  std::string_view plain_end;
};

constexpr std::array kPhrases = {
    Phrase{"Referenced column ", " not found in FROM clause!", "There is no column ", ""},
    Phrase{"Referenced column ", " was not found because the FROM clause is missing",
           "There is no column ", ": nothing is read FROM"},
    Phrase{"Referenced table ", " not found!", "There is no table ", " in FROM"},
    Phrase{"Table with name ", " does not exist!", "There is no table ", ""},
    Phrase{"Scalar Function with name ", " does not exist!", "There is no function ", "()"},
    Phrase{"Aggregate Function with name ", " does not exist!", "There is no function ", "()"},
    Phrase{"Table Function with name ", " does not exist!", "There is no function ", "()"},
    Phrase{"No function matches the given name and argument types '",
           "'. You might need to add explicit type casts.", "No function takes ",
           "; a cast (x::DOUBLE) may help"},
    Phrase{"Candidate bindings: ", "", "Similar names: ", ""},
    Phrase{"\tCandidate functions:", "", "These would fit:", ""},
    Phrase{"Values list ", "", "", ""},
    Phrase{"Error: ", "", "", ""},
};

std::string plain_line(std::string_view line) {
  for (const Phrase& phrase : kPhrases) {
    if (line.size() < phrase.begin.size() + phrase.end.size() || !line.starts_with(phrase.begin) ||
        !line.ends_with(phrase.end))
      continue;
    line.remove_prefix(phrase.begin.size());
    line.remove_suffix(phrase.end.size());
    return std::string(phrase.plain_begin).append(line).append(phrase.plain_end);
  }
  return std::string(line);
}

std::string_view without_class(std::string_view message) {
  for (const ErrorKind& kind : kErrorKinds) {
    if (!message.starts_with(kind.prefix)) continue;
    std::string_view rest = message.substr(kind.prefix.size());
    if (rest.starts_with(": ")) return rest.substr(2);
  }
  return message;
}

/// Says what DuckDB says without its class of error, empty lines and tabs: the reason first, then
/// the line of the statement with the caret below the place.
std::string plain_message(std::string_view message) {
  message = without_class(without_advice(message));
  std::string plain;
  while (!message.empty()) {
    const auto end = message.find('\n');
    std::string line = plain_line(message.substr(0, end));
    message = end == std::string_view::npos ? std::string_view() : message.substr(end + 1);
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (!plain.empty()) plain += '\n';
    for (const char c : line) plain += c == '\t' ? std::string("  ") : std::string(1, c);
  }
  return plain;
}

bool tells_damage(std::string_view message) {
  for (const std::string_view sign : {"Corrupt database file", "not a valid DuckDB database",
                                      "Could not read enough bytes", "Failed to deserialize"})
    if (message.find(sign) != std::string_view::npos) return true;
  return false;
}

Error error_of(const ErrorKind& kind, std::string_view message) {
  const bool damaged = kind.code == ErrorCode::io && tells_damage(message);
  return Error{kind.code, plain_message(message), std::string(damaged ? kDamaged : kind.hint)};
}

}  // namespace

std::string pack_error(const Error& error) {
  return std::string(kPackedMark) + std::string(error_code_name(error.code)) + "] " +
         error.message + " \x1f " + error.hint + " \x1f";
}

Error make_error(duckdb_error_type type, std::string_view message) {
  if (auto ours = unpack_error(message)) return *ours;
  if (message.find("Could not allocate") != std::string_view::npos ||
      message.find("std::bad_alloc") != std::string_view::npos)
    return Error{ErrorCode::limit, plain_message(message), std::string(kMoreMemory)};
  for (const ErrorKind& kind : kErrorKinds)
    if (kind.type == type) return error_of(kind, message);
  return make_error(message);
}

Error make_error(std::string_view message) {
  if (auto ours = unpack_error(message)) return *ours;
  for (const ErrorKind& kind : kErrorKinds)
    if (message.starts_with(kind.prefix)) return error_of(kind, message);
  return Error{ErrorCode::internal, std::string(message), ""};
}

}  // namespace clewline::store
