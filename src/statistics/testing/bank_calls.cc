#include "statistics/testing/bank_calls.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdio>
#include <cstdlib>

namespace clewline::statistics {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return lines;
  char buffer[4096];
  while (gzgets(file, buffer, sizeof buffer) != nullptr) lines.emplace_back(buffer);
  gzclose(file);
  return lines;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == '\t')
      cells.emplace_back();
    else if (c != '\n' && c != '\r')
      cells.back() += c;
  }
  return cells;
}

// Seconds from the first of January 1999 to a day (yymmdd) and a clock (h:mm:ss).
double seconds_of(const std::string& day, const std::string& clock) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  EXPECT_EQ(std::sscanf(clock.c_str(), "%d:%d:%d", &hour, &minute, &second), 3);
  return (std::stoi(day.substr(4, 2)) - 1) * 86400.0 + hour * 3600 + minute * 60 + second;
}

}  // namespace

std::vector<BankCall> bank_calls_of_january() {
  std::vector<BankCall> calls;
  const char* data = std::getenv("CLEWLINE_REAL_DATA");
  if (data == nullptr) return calls;
  for (const std::string& line :
       lines_of(std::string(data) + "/anonymous_bank/january_1999.txt.gz")) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() < 17 || cells[0] == "vru+line" || cells[12] == "PHANTOM") continue;
    calls.push_back({cells[2], cells[4], cells[12], seconds_of(cells[5], cells[6]),
                     std::stod(cells[11]), std::stod(cells[15]), cells[3]});
  }
  return calls;
}

}  // namespace clewline::statistics
