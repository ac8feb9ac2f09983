#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sql_child.h"

namespace clewline::store {

/// What passes between parent and child: frames of one kind byte, a 32-bit length and that many
/// bytes. Numbers are little-endian as in memory (both ends are the same program).
enum class Frame : std::uint8_t {
  request = 'Q',
  columns = 'C',
  rows = 'R',
  error = 'E',
  done = 'D'
};

inline constexpr std::size_t kFrameHeadBytes = 5;
inline constexpr std::uint32_t kFrameBytesMax = 256U << 20;

/// Builds the payload of a frame.
class WireWriter {
 public:
  template <typename T>
  void number(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes_.append(value);
  }
  void cell(const Cell& value);
  std::size_t size() const { return bytes_.size(); }
  /// Returns the whole frame and begins anew.
  std::string take(Frame kind);

 private:
  std::string bytes_;
};

/// Reads a payload; every read says whether the bytes were there, so that nothing a child sends can
/// make the parent read beyond them.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}
  template <typename T>
  bool number(T& value) {
    if (bytes_.size() < sizeof value) return false;
    std::copy_n(bytes_.data(), sizeof value, reinterpret_cast<char*>(&value));
    bytes_.remove_prefix(sizeof value);
    return true;
  }
  bool text(std::string& value);
  bool cell(Cell& value);
  bool at_end() const { return bytes_.empty(); }
  std::size_t left() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

std::string encode_request(const SqlRequest& request);
std::optional<SqlRequest> decode_request(std::string_view payload);
std::string encode_error(const Error& error);
std::optional<Error> decode_error(std::string_view payload);
std::string encode_columns(std::span<const SqlColumn> columns);
std::optional<std::vector<SqlColumn>> decode_columns(std::string_view payload);
/// Reads a batch of rows of `columns` cells each.
std::optional<std::vector<std::vector<Cell>>> decode_rows(std::string_view payload,
                                                          std::size_t columns);

}  // namespace clewline::store
