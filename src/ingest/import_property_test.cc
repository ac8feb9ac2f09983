#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include "base/testing/cases.h"
#include "ingest/import_ledger.h"
#include "ingest/import_test_support.h"

namespace clewline::ingest {
namespace {

constexpr const char* kMapping =
    "mapping: random\nversion: 1.0.0\nsource: {vendor: v, channel: voice, zone: UTC}\nreader: "
    "{format: csv}\n"
    "record: {key: id, no_key: content, version: integer(version)}\n"
    "skip: \"kind = 'skip'\"\nreject:\n  - {when: \"kind = 'bad'\", reason: bad on purpose, field: "
    "kind}\n"
    "common: {occurred_at: \"ts(moment, 'unix_s')\", session_key: id, activity: content}\n"
    "emit:\n  - {event_type: ivr.entered}\n  - {when: \"kind = 'two'\", event_type: ivr.entered}\n";

/// A record of the random stream. An empty id: keyless.
struct RandomRecord {
  std::string id;
  std::string version;
  std::string content;
  std::string kind;

  std::string line() const {
    return id + "," + version + "," + content + "," + kind + ",1700000000\n";
  }
};

using Deliveries = std::vector<std::vector<RandomRecord>>;  // files, each imported by itself

/// What a run must have met for its outcome to mean something.
using Counts = std::map<std::string, int>;

Deliveries random_deliveries(std::mt19937_64& random, Counts& counts) {
  Deliveries deliveries(2 + random() % 3);
  std::map<std::string, std::vector<RandomRecord>> by_id;
  for (auto& file : deliveries) {
    const std::size_t records = 2 + random() % 10;
    for (std::size_t i = 0; i < records; ++i) {
      RandomRecord record;
      if (random() % 5 != 0) record.id = "r" + std::to_string(random() % 5);
      if (random() % 4 != 0) record.version = std::to_string(random() % 3);
      record.content = "c" + std::to_string(random() % 3);
      constexpr const char* kKinds[] = {"one", "one", "two", "skip", "bad"};
      record.kind = kKinds[random() % 5];
      if (!file.empty() && random() % 4 == 0) record = file[random() % file.size()];
      if (record.id.empty()) {
        ++counts["null in the key"];
        for (const RandomRecord& other : file) {
          if (other.line() == record.line()) ++counts["keyless twin"];
        }
      }
      for (const RandomRecord& other : by_id[record.id]) {
        if (record.id.empty()) break;
        if (other.version == record.version && other.content != record.content)
          ++counts["equal version, other content"];
        if (other.line() == record.line()) ++counts["repeated record"];
        if (other.version > record.version) ++counts["older after newer"];
        if (other.version < record.version && record.kind == "skip")
          ++counts["newer version skipped"];
        if (other.version < record.version && record.kind == "bad")
          ++counts["newer version rejected"];
      }
      by_id[record.id].push_back(record);
      file.push_back(std::move(record));
    }
  }
  return deliveries;
}

std::string csv_of(const std::vector<RandomRecord>& records) {
  std::string text = "id,version,content,kind,moment\n";
  for (const RandomRecord& record : records) text += record.line();
  return text;
}

std::string tables_after(const Deliveries& deliveries) {
  TestWorkspace workspace;
  const std::string mapping = workspace.write("random.yaml", kMapping);
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    workspace.imported(mapping,
                       {workspace.write(std::to_string(i) + ".csv", csv_of(deliveries[i]))});
  }
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.imports WHERE records <> accepted + "
                             "updated + duplicates + skipped + rejected"),
            0);
  EXPECT_EQ(workspace.number("SELECT count(*) FROM (SELECT event_id FROM store.events GROUP BY ALL "
                             "HAVING count(*) > 1)"),
            0);
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.receipts") -
                workspace.number("SELECT sum(records)::BIGINT FROM store.imports"),
            0);
  return workspace.fingerprint();
}

/// Keyed records in any order and batching; keyless ones keep their files (LINKING.md §2).
Deliveries rearranged(const Deliveries& deliveries, std::mt19937_64& random) {
  std::vector<RandomRecord> keyed;
  Deliveries out;
  for (const auto& file : deliveries) {
    std::vector<RandomRecord> keyless;
    for (const RandomRecord& record : file) (record.id.empty() ? keyless : keyed).push_back(record);
    out.push_back(std::move(keyless));
  }
  const std::vector<RandomRecord> once = keyed;
  for (const RandomRecord& record : once) {
    if (random() % 3 == 0) keyed.push_back(record);  // delivered again
  }
  std::shuffle(keyed.begin(), keyed.end(), random);
  out.resize(1 + random() % 4 + out.size());
  for (RandomRecord& record : keyed) out[random() % out.size()].push_back(std::move(record));
  for (auto& file : out) {
    std::shuffle(file.begin(), file.end(), random);
  }
  std::shuffle(out.begin(), out.end(), random);
  return out;
}

/// Takes records away as long as the property still fails; writes what is left.
std::string shrunk(Deliveries deliveries, const std::function<bool(const Deliveries&)>& fails) {
  bool smaller = true;
  while (smaller) {
    smaller = false;
    for (std::size_t file = 0; file < deliveries.size() && !smaller; ++file) {
      for (std::size_t i = 0; i < deliveries[file].size() && !smaller; ++i) {
        Deliveries without = deliveries;
        without[file].erase(without[file].begin() + static_cast<std::ptrdiff_t>(i));
        if (!fails(without)) continue;
        deliveries = std::move(without);
        smaller = true;
      }
    }
  }
  std::string text;
  for (const auto& file : deliveries) text += "--- file\n" + csv_of(file);
  return text;
}

std::uint64_t wanted(std::int64_t all) {
  return static_cast<std::uint64_t>(clewline::testing::cases(all));
}

TEST(ImportProperty, OrderBatchingAndDuplicationDoNotMatter) {
  Counts counts;
  for (std::uint64_t seed = 1; seed <= wanted(8); ++seed) {
    std::mt19937_64 random(seed);
    const Deliveries deliveries = random_deliveries(random, counts);
    const auto fails = [&](const Deliveries& some) {
      std::mt19937_64 again(seed + 1000);
      return tables_after(some) != tables_after(rearranged(some, again));
    };
    if (fails(deliveries)) FAIL() << "seed " << seed << "\n" << shrunk(deliveries, fails);
  }
  if (clewline::testing::is_quick()) return;
  for (const char* met :
       {"null in the key", "keyless twin", "equal version, other content", "repeated record",
        "older after newer", "newer version skipped", "newer version rejected"}) {
    EXPECT_GT(counts[met], 0) << met << " never occurred";
    RecordProperty(met, counts[met]);
  }
}

TEST(ImportProperty, ForgottenEqualsNeverImported) {
  Counts counts;
  for (std::uint64_t seed = 20; seed < 20 + wanted(6); ++seed) {
    std::mt19937_64 random(seed);
    const Deliveries deliveries = random_deliveries(random, counts);
    const std::size_t gone = random() % deliveries.size();
    TestWorkspace workspace;
    const std::string mapping = workspace.write("random.yaml", kMapping);
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      workspace.imported(mapping,
                         {workspace.write(std::to_string(i) + ".csv", csv_of(deliveries[i]))});
    }
    auto forgotten = forget_import(workspace.environment(), static_cast<std::int64_t>(gone) + 1);
    ASSERT_TRUE(forgotten.ok()) << describe(forgotten.error());
    Deliveries others = deliveries;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(gone));
    EXPECT_EQ(workspace.fingerprint(), tables_after(others)) << "seed " << seed;
  }
}

TEST(ImportProperty, KnownAtAMomentEqualsTheImportsUntilThen) {
  constexpr const char* kReceived =
      "SELECT string_agg(h, ' ' ORDER BY h) FROM (SELECT record_id || received_at AS h FROM "
      "store.records UNION ALL SELECT event_id || ingested_at::VARCHAR FROM store.events)";
  Counts counts;
  int restored_at_all = 0;
  for (std::uint64_t seed = 40; seed < 40 + wanted(8); ++seed) {
    std::mt19937_64 random(seed);
    const Deliveries deliveries = random_deliveries(random, counts);
    const std::size_t known = 1 + random() % deliveries.size();
    TestWorkspace workspace, then;
    const auto import_file = [&](TestWorkspace& into, std::size_t file) {
      into.imported(into.write("random.yaml", kMapping),
                    {into.write(std::to_string(file) + ".csv", csv_of(deliveries[file]))});
    };
    for (std::size_t i = 0; i < deliveries.size(); ++i) import_file(workspace, i);
    for (std::size_t i = 0; i < known; ++i) import_file(then, i);
    const std::int64_t moment =
        workspace.number("SELECT epoch_us(started_at) FROM store.imports WHERE import_id = " +
                         std::to_string(known));
    const auto restored = keep_known_at(workspace.environment(), moment);
    ASSERT_TRUE(restored.ok()) << describe(restored.error());
    restored_at_all += static_cast<int>(*restored);
    EXPECT_EQ(workspace.fingerprint(), then.fingerprint()) << "seed " << seed;
    EXPECT_EQ(workspace.text(kReceived), then.text(kReceived)) << "seed " << seed;
    EXPECT_EQ(workspace.number("SELECT count(*) FROM store.imports"),
              static_cast<std::int64_t>(known));
  }
  EXPECT_GT(restored_at_all, 0);
}

/// Runs a piece of work in a child process that ends without warning at the n-th point; true when
/// it got that far.
bool killed_at(int point, const std::function<void(ImportEnvironment&, TestWorkspace&)>& work,
               const std::string& database, const std::string& folder) {
  const pid_t child = ::fork();
  if (child == 0) {
    TestWorkspace workspace(database, folder);
    ImportEnvironment environment = workspace.environment();
    int left = point;
    environment.reached = [&left](std::string_view) {
      if (--left == 0) ::_exit(77);
    };
    work(environment, workspace);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  return WIFEXITED(status) && WEXITSTATUS(status) == 77;
}

TEST(ImportProperty, KilledAnywhereAndRepeatedEqualsRanThrough) {
  std::mt19937_64 random(99);
  Counts counts;
  const Deliveries deliveries = random_deliveries(random, counts);
  const std::string wanted = tables_after({deliveries[0], deliveries[1]});
  int kills = 0;
  const int step = clewline::testing::is_quick() ? 5 : 1;
  for (int point = 1; point < 40; point += step) {
    const std::string folder =
        (std::filesystem::temp_directory_path() /
         ("clew_killed_" + std::to_string(::getpid()) + "_" + std::to_string(point)))
            .string();
    std::filesystem::create_directories(folder + "/raw");
    const std::string database = folder + "/c.duckdb";
    std::ofstream(folder + "/random.yaml") << kMapping;
    for (int i = 0; i < 2; ++i)
      std::ofstream(folder + "/" + std::to_string(i) + ".csv")
          << csv_of(deliveries[static_cast<std::size_t>(i)]);
    const auto import_both = [&](ImportEnvironment& environment, TestWorkspace&) {
      for (int i = 0; i < 2; ++i) {
        ImportOptions options;
        options.mapping = folder + "/random.yaml";
        options.files = {folder + "/" + std::to_string(i) + ".csv"};
        const auto summary = import_files(environment, options);
        EXPECT_TRUE(summary.ok()) << describe(summary.error());
      }
    };
    const bool killed = killed_at(point, import_both, database, folder);
    kills += killed ? 1 : 0;
    {
      TestWorkspace workspace(database, folder);
      ImportEnvironment environment = workspace.environment();
      import_both(environment, workspace);
      EXPECT_EQ(workspace.fingerprint(), wanted) << "killed at point " << point;
      EXPECT_EQ(workspace.number("SELECT count(*) FROM store.imports WHERE records <> accepted + "
                                 "updated + duplicates + skipped + rejected"),
                0);
    }
    std::error_code error;
    std::filesystem::remove_all(folder, error);
    if (!killed) break;
  }
  EXPECT_GE(kills, 10 / step);
}

}  // namespace
}  // namespace clewline::ingest
