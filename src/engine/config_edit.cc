#include "engine/config_edit.h"

#include <vector>

namespace clewline::engine {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::size_t indent_of(const std::string& line) {
  const std::size_t first = line.find_first_not_of(' ');
  return first == std::string::npos ? 0 : first;
}

bool is_blank_or_comment(const std::string& line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first == std::string::npos || line[first] == '#';
}

bool is_key(const std::string& line, std::string_view key) {
  return std::string_view(line).substr(indent_of(line)).starts_with(std::string(key) + ":");
}

// What stands behind the key, without blanks and comment.
std::string rest_of(const std::string& line) {
  std::string rest = line.substr(line.find(':') + 1);
  if (const std::size_t comment = rest.find('#'); comment != std::string::npos)
    rest.resize(comment);
  const std::size_t first = rest.find_first_not_of(" \t\r");
  return first == std::string::npos ? std::string() : rest.substr(first);
}

// The line after what belongs to a key of that indentation; comments before the next key are its.
std::size_t end_of_block(const std::vector<std::string>& lines, std::size_t key_line) {
  const std::size_t indent = indent_of(lines[key_line]);
  std::size_t end = key_line + 1;
  for (std::size_t i = key_line + 1; i < lines.size(); ++i) {
    if (is_blank_or_comment(lines[i])) continue;
    if (indent_of(lines[i]) <= indent) break;
    end = i + 1;
  }
  return end;
}

std::string joined(const std::vector<std::string>& lines, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) text += lines[i] + "\n";
  return text;
}

}  // namespace

Result<std::string> replace_config_block(std::string_view text, std::string_view section,
                                         std::string_view key, std::string_view block) {
  const std::vector<std::string> lines = lines_of(text);
  std::size_t at = 0;
  while (at < lines.size() && !(indent_of(lines[at]) == 0 && is_key(lines[at], section))) ++at;
  if (at == lines.size())
    return joined(lines, 0, at) + std::string(section) + ":\n" + std::string(block);
  if (!rest_of(lines[at]).empty())
    return Error{ErrorCode::bad_input,
                 "`" + std::string(section) + "` is written on one line and cannot be edited",
                 "Write its settings on lines of their own, indented by two blanks."};
  const std::size_t end = end_of_block(lines, at);
  for (std::size_t i = at + 1; i < end; ++i) {
    if (is_blank_or_comment(lines[i]) || !is_key(lines[i], key)) continue;
    const std::size_t below = end_of_block(lines, i);
    return joined(lines, 0, i) + std::string(block) + joined(lines, below, lines.size());
  }
  return joined(lines, 0, end) + std::string(block) + joined(lines, end, lines.size());
}

}  // namespace clewline::engine
