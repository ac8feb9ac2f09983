#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "ingest/import.h"
#include "store/database.h"
#include "store/migrations.h"

namespace clewline::ingest {

/// A clock that moves one second a look.
class TestClock final : public Clock {
 public:
  TimeUs now() const override { return time_ += kUsPerSecond; }

 private:
  mutable TimeUs time_ = 1'700'000'000 * kUsPerSecond;
};

/// A workspace of its own in a temporary folder.
class TestWorkspace {
 public:
  /// In memory and in a folder of its own; or over a database and folder that outlive the object.
  explicit TestWorkspace(const std::string& database_path = "", const std::string& folder = "")
      : keeps_folder_(!folder.empty()) {
    folder_ =
        keeps_folder_
            ? folder
            : (std::filesystem::temp_directory_path() /
               ("clew_ingest_" + std::to_string(::getpid()) + "_" + std::to_string(counter_++)))
                  .string();
    std::filesystem::create_directories(folder_ + "/raw");
    auto database = store::Database::open(database_path.empty() ? ":memory:" : database_path);
    EXPECT_TRUE(database.ok()) << describe(database.error());
    database_ = std::make_unique<store::Database>(std::move(*database));
    auto connection = database_->connect();
    EXPECT_TRUE(connection.ok());
    const Status migrated = store::migrate(*connection);
    EXPECT_TRUE(migrated.ok()) << describe(migrated.error());
    connection_ = std::make_unique<store::Connection>(std::move(*connection));
  }
  ~TestWorkspace() {
    connection_.reset();
    database_.reset();
    std::error_code error;
    if (!keeps_folder_) std::filesystem::remove_all(folder_, error);
  }

  ImportEnvironment environment() {
    return {*database_,
            folder_ + "/raw",
            {{std::string(CLEWLINE_SOURCE_DIR) + "/mappings"}},
            {"Europe/Berlin", "DE"},
            clock_,
            2,
            {}};
  }
  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  Result<ImportSummary> import(const std::string& mapping, const std::vector<std::string>& files,
                               bool dry_run = false) {
    ImportOptions options;
    options.mapping = mapping;
    options.files = files;
    options.dry_run = dry_run;
    return import_files(environment(), options);
  }
  ImportSummary imported(const std::string& mapping, const std::vector<std::string>& files) {
    auto summary = import(mapping, files);
    EXPECT_TRUE(summary.ok()) << describe(summary.error());
    if (!summary.ok()) return {};
    EXPECT_EQ(summary->records, summary->accepted + summary->updated + summary->duplicates +
                                    summary->skipped + summary->rejected);
    return *summary;
  }
  std::int64_t number(const std::string& sql) {
    auto value = connection_->query_int64(sql);
    EXPECT_TRUE(value.ok()) << sql << "\n" << describe(value.error());
    return value.ok() ? *value : -1;
  }
  std::string text(const std::string& sql) {
    auto value = connection_->query_text(sql);
    return value.ok() ? *value : "(" + describe(value.error()) + ")";
  }
  /// A hash of all rows that "identical tables" compares (LINKING.md §2).
  std::string fingerprint() {
    std::string all;
    for (const char* sql : {"SELECT * EXCLUDE (ingested_at, raw_ref) FROM store.events",
                            "SELECT * EXCLUDE (ingested_at, raw_ref) FROM store.profiles",
                            "SELECT * EXCLUDE (ingested_at) FROM store.reference_rows",
                            "SELECT source, stream, record_id, record_version, content_hash, "
                            "content_kind, events FROM store.records"}) {
      all += text(
                 "SELECT coalesce(md5(string_agg(h, '' ORDER BY h)), '-') || count(*) FROM (SELECT "
                 "md5(t::VARCHAR) AS h FROM (" +
                 std::string(sql) + ") t)") +
             " ";
    }
    return all;
  }
  store::Connection& connection() { return *connection_; }
  store::Database& database() { return *database_; }
  const std::string& folder() const { return folder_; }

 private:
  static inline int counter_ = 0;
  bool keeps_folder_;
  TestClock clock_;
  std::string folder_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::Connection> connection_;
};

}  // namespace clewline::ingest
