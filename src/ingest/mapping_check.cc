#include "ingest/mapping_check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "ingest/json_text.h"
#include "ingest/prepared_delivery.h"
#include "ingest/row_json.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kFailuresMax = 50;

/// Records and reader's rejects of a batch as tried records, by their number in the file.
void add_tried(const FinishedBatch& batch, std::string_view table,
               std::vector<std::pair<std::uint64_t, TriedRecord>>& out) {
  for (std::size_t i = 0; i < batch.records.records.size(); ++i) {
    const Record& record = batch.records.records[i];
    const RecordFacts& facts = batch.mapped.records[i];
    TriedRecord tried;
    tried.line = record.line;
    tried.raw = record.raw;
    tried.outcome = facts.usable == Usable::events ? "events"
                    : facts.usable == Usable::skip ? "skip"
                                                   : "reject";
    tried.reason = facts.reject_reason;
    tried.field = facts.reject_field;
    tried.record_id = facts.record_id;
    if (facts.version) tried.version = std::to_string(*facts.version);
    for (std::uint32_t row = facts.first_row; row < facts.first_row + facts.row_count; ++row) {
      tried.events.push_back(row_json(table, batch.mapped.rows, row));
    }
    out.emplace_back(record.ordinal, std::move(tried));
  }
  for (const RejectedRecord& refused : batch.records.rejected) {
    if (refused.continues) continue;
    TriedRecord tried;
    tried.line = refused.line;
    tried.raw = refused.raw;
    tried.outcome = "reject";
    tried.reason = std::string(reject_reason_name(refused.reason)) + ": " + refused.detail;
    out.emplace_back(refused.ordinal, std::move(tried));
  }
}

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.find_first_not_of(' ') != std::string::npos) lines.push_back(line);
  }
  return lines;
}

/// The lines a run stands for: an event each, or one that says why a record made none.
std::vector<std::string> actual_lines(const std::vector<TriedRecord>& tried) {
  std::vector<std::string> lines;
  for (const TriedRecord& record : tried) {
    if (record.outcome == "events") {
      lines.insert(lines.end(), record.events.begin(), record.events.end());
      continue;
    }
    std::string line = record.outcome == "skip" ? "{\"skipped\":" : "{\"rejected\":";
    append_json_string(line, record.outcome == "skip" ? record.raw.substr(0, 120) : record.reason);
    lines.push_back(line + "}");
  }
  return lines;
}

bool stands_for(std::string_view line, std::string_view key) {
  return line.find("\"" + std::string(key) + "\"") != std::string_view::npos &&
         line.find("\"" + std::string(key) + "\"") < 4;
}

/// Compares one expected line; a skipped or rejected one only by its kind.
std::string compare_lines(const std::string& expected, const std::string& actual) {
  for (const char* key : {"skipped", "rejected"}) {
    if (stands_for(expected, key)) {
      return stands_for(actual, key) ? std::string()
                                     : std::string("expected a ") + key + " record, got " + actual;
    }
    if (stands_for(actual, key)) return std::string("the record was ") + key + ": " + actual;
  }
  return json_difference(expected, actual);
}

Status write_lines(const std::string& path, const std::vector<std::string>& lines) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  std::ofstream file(path, std::ios::trunc);
  for (const std::string& line : lines) file << line << '\n';
  file.flush();
  if (!file) return Error{ErrorCode::io, "cannot write " + path, "Check the folder's rights."};
  return {};
}

void compare_all(const MappingTest& test, const std::vector<std::string>& expected,
                 const std::vector<std::string>& actual, std::vector<std::string>& failures) {
  for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    if (failures.size() >= kFailuresMax) return;
    const std::string where = test.expect + ":" + std::to_string(i + 1) + ": ";
    if (i >= expected.size()) {
      failures.push_back(where + "nothing more expected, got " + actual[i]);
    } else if (i >= actual.size()) {
      failures.push_back(where + "nothing more came, expected " + expected[i]);
    } else if (std::string text = compare_lines(expected[i], actual[i]); !text.empty()) {
      failures.push_back(where + text);
    }
  }
}

}  // namespace

Result<std::vector<TriedRecord>> try_records(std::shared_ptr<const Mapping> mapping,
                                             const WorkspaceDefaults& defaults,
                                             const std::string& file, const std::string& source,
                                             std::uint64_t limit) {
  CLEW_TRY(const std::unique_ptr<Delivery> delivery, open_delivery(file, mapping->reader));
  CLEW_TRY(const std::unique_ptr<MappingSandbox> sandbox,
           MappingSandbox::create(mapping, shape_of(delivery->options()), defaults));
  DeliveryFacts facts;
  facts.source = source.empty() ? mapping->source.name : source;
  facts.stream = mapping->source.stream;
  facts.file_name = std::filesystem::path(file).filename().string();
  facts.mapping_label = mapping->label();
  auto block = std::make_shared<BlockList>();
  block->add_rules(mapping->block, sandbox->compiled().region);
  CLEW_TRY(const PreparedDelivery prepared,
           PreparedDelivery::prepare(*delivery, *sandbox, std::move(facts), std::move(block)));
  std::vector<std::pair<std::uint64_t, TriedRecord>> numbered;
  const std::string_view table = target_table(mapping->record.kind);
  const Error enough{ErrorCode::limit, "enough records", ""};
  const auto consume = [&](FinishedBatch& batch) -> Status {
    add_tried(batch, table, numbered);
    if (limit > 0 && numbered.size() >= limit) return enough;
    return {};
  };
  const Status run = run_pipeline(prepared.parts(), 1, consume, nullptr);
  const bool cut = !run.ok() && limit > 0 && numbered.size() >= limit;
  if (!run.ok() && !cut) return run.error();
  std::stable_sort(numbered.begin(), numbered.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<TriedRecord> all;
  for (auto& [ordinal, tried] : numbered) {
    if (limit > 0 && all.size() >= limit) break;
    all.push_back(std::move(tried));
  }
  return all;
}

Result<MappingTestReport> test_mapping(const std::string& name_or_path,
                                       const MappingFolders& folders,
                                       const WorkspaceDefaults& defaults, Rewrite rewrite) {
  CLEW_TRY(Mapping loaded, load_mapping(name_or_path, folders));
  const auto mapping = std::make_shared<const Mapping>(std::move(loaded));
  MappingTestReport report;
  for (const MappingTest& test : mapping->tests) {
    if (!std::filesystem::exists(test.sample)) {
      return error_at(test.place, "the sample of this test is not here: " + test.sample,
                      "A sample lies where the test names it, counted from the mapping's folder; a "
                      "preset that was copied elsewhere needs its samples (tests/presets) too.");
    }
    WorkspaceDefaults here = defaults;
    if (!test.zone.empty()) here.zone = test.zone;
    if (!test.region.empty()) here.region = test.region;
    CLEW_TRY(const std::vector<TriedRecord> tried,
             try_records(mapping, here, test.sample, test.source, 0));
    const std::vector<std::string> actual = actual_lines(tried);
    if (rewrite == Rewrite::yes) {
      CLEW_TRY_VOID(write_lines(test.expect, actual));
      report.rewritten.push_back(test.expect);
      ++report.passed;
      continue;
    }
    if (!std::filesystem::exists(test.expect)) {
      return error_at(test.place, "no file of expected events: " + test.expect,
                      "Run mapping test with --rewrite, then read what it wrote.");
    }
    const std::size_t before = report.failures.size();
    compare_all(test, lines_of(test.expect), actual, report.failures);
    ++(report.failures.size() == before ? report.passed : report.failed);
  }
  return report;
}

Result<TriedRecord> try_mapping(const std::string& name_or_path, const MappingFolders& folders,
                                const WorkspaceDefaults& defaults, const std::string& file,
                                std::uint64_t row) {
  if (row == 0)
    return Error{ErrorCode::usage, "rows are counted from 1",
                 "Write --row 1 for the first record."};
  CLEW_TRY(Mapping loaded, load_mapping(name_or_path, folders));
  CLEW_TRY(
      std::vector<TriedRecord> tried,
      try_records(std::make_shared<const Mapping>(std::move(loaded)), defaults, file, "", row));
  if (tried.size() < row) {
    return Error{ErrorCode::not_found,
                 file + " has " + std::to_string(tried.size()) + " records, no number " +
                     std::to_string(row),
                 "Choose a smaller --row."};
  }
  return std::move(tried[row - 1]);
}

}  // namespace clewline::ingest
