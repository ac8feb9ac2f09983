#include "matching/testing/real_records.h"

#include <cstdlib>
#include <fstream>

#include "base/assert.h"

namespace clewline::matching {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> cells_of(const std::string& line, const TableForm& form) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"' && form.separator == ',') {
      quoted = !quoted;
    } else if (c == form.separator && !quoted) {
      out.emplace_back();
    } else if (c != '\r') {
      out.back() += c;
    }
  }
  if (form.trim)
    for (std::string& cell : out) cell = trimmed(cell);
  if (form.fold)
    for (std::string& cell : out)
      for (char& c : cell) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

std::string real_data_folder() {
  const char* folder = std::getenv("CLEWLINE_REAL_DATA");
  return folder == nullptr ? "" : folder;
}

std::string golden_folder() {
  const std::string data = real_data_folder();
  return data.empty() ? "" : data + "/../golden";
}

Records read_table(const std::string& path, const TableForm& form) {
  std::ifstream in(path);
  std::string line;
  CLEW_ASSERT(static_cast<bool>(std::getline(in, line)));
  Records out;
  for (const std::string& name : cells_of(line, form)) out.fields.emplace_back(trimmed(name));
  while (std::getline(in, line)) {
    const auto cells = cells_of(line, form);
    for (std::size_t i = 0; i < out.fields.size(); ++i)
      out.fields[i].add(i < cells.size() ? cells[i] : "");
    ++out.size;
  }
  return out;
}

Records put_together(const Records& first, const Records& second) {
  Records out;
  out.split = first.size;
  out.size = first.size + second.size;
  for (const Field& before : first.fields) {
    Field field(before.name());
    const Field& more = field_of(second, field.name());
    for (RecordIndex r = 0; r < first.size; ++r) field.add(before.value(before.code(r)));
    for (RecordIndex r = 0; r < second.size; ++r) field.add(more.value(more.code(r)));
    out.fields.push_back(std::move(field));
  }
  return out;
}

const Field& field_of(const Records& records, const std::string& name) {
  for (const Field& field : records.fields)
    if (field.name() == name) return field;
  CLEW_ASSERT(false);
  return records.fields.front();
}

std::string text_of(const Records& records, const std::string& field, RecordIndex record) {
  const Field& found = field_of(records, field);
  return std::string(found.value(found.code(record)));
}

}  // namespace clewline::matching
