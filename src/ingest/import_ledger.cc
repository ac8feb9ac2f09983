#include "ingest/import_ledger.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "ingest/import_session.h"
#include "ingest/kept_files.h"
#include "ingest/table_mapping.h"

namespace clewline::ingest {
namespace {

constexpr const char* kSameKey =
    "x.source = k.source AND x.stream = k.stream AND x.record_id = k.record_id";

Status run(store::Connection& connection, const std::string& sql) {
  const auto done = connection.execute(sql);
  if (!done.ok()) return done.error();
  return {};
}

/// Takes rows and records of the keys in temp table `clew_keys` out.
Status remove_keys(store::Connection& connection) {
  for (const char* table : {"events", "profiles", "reference_rows", "records"}) {
    CLEW_TRY_VOID(run(connection, "DELETE FROM store." + std::string(table) +
                                      " x USING clew_keys k WHERE " + kSameKey));
  }
  return {};
}

/// `imports`: what is true of their ids, as SQL, e.g. "import_id = 5".
Status forget_receipts(store::Connection& connection, const std::string& imports) {
  const std::string where = " WHERE " + imports;
  CLEW_TRY_VOID(run(connection, "DELETE FROM store.receipts" + where));
  return run(connection, "DELETE FROM store.rejected" + where);
}

/// Puts the keys whose content in force is not the best that live receipts know into temp table
/// `clew_keys`, and where each of the best lies into `clew_best`.
Status find_stale_keys(store::Connection& connection) {
  return run(
      connection,
      "CREATE OR REPLACE TEMP TABLE clew_best AS SELECT source, stream, record_id, "
      "arg_max(struct_pack(v := record_version, h := content_hash, i := import_id, f := file_id), "
      "struct_pack(a := record_version IS NOT NULL, b := coalesce(record_version, 0), c := "
      "content_hash, d := -import_id, e := -file_id)) AS best "
      "FROM store.receipts WHERE usable <> 'reject' AND record_id IS NOT NULL GROUP BY ALL; "
      "CREATE OR REPLACE TEMP TABLE clew_keys AS SELECT b.source, b.stream, b.record_id, b.best.i "
      "AS import_id, b.best.f AS file_id "
      "FROM clew_best b LEFT JOIN store.records r USING (source, stream, record_id) "
      "WHERE r.record_id IS NULL OR r.content_hash <> b.best.h OR r.record_version IS DISTINCT "
      "FROM b.best.v; "
      "DROP TABLE clew_best");
}

struct StaleKeys {
  absl::flat_hash_set<Id128> keys;
  std::map<std::int64_t, std::vector<std::int64_t>> files;  // of each import
};

Result<StaleKeys> read_stale_keys(store::Connection& connection) {
  StaleKeys stale;
  CLEW_TRY(store::QueryResult rows,
           connection.query("SELECT source, stream, record_id, import_id, file_id FROM clew_keys"));
  while (true) {
    CLEW_TRY(const bool more, rows.next());
    if (!more) break;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      stale.keys.insert(
          ledger_key(rows.column(0).text(row), rows.column(1).text(row), rows.column(2).text(row)));
      std::vector<std::int64_t>& files = stale.files[rows.column(3).ints<std::int64_t>()[row]];
      const std::int64_t file = rows.column(4).ints<std::int64_t>()[row];
      if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
    }
  }
  return stale;
}

/// Makes the best live content of every stale key again. Returns how many keys came back.
Result<std::uint64_t> restore_best(const ImportEnvironment& environment,
                                   store::Connection& connection, const ImportObserver& observer) {
  CLEW_TRY_VOID(find_stale_keys(connection));
  CLEW_TRY(const StaleKeys stale, read_stale_keys(connection));
  CLEW_TRY_VOID(remove_keys(connection));
  CLEW_TRY_VOID(run(connection, "DROP TABLE clew_keys"));
  if (stale.keys.empty()) return std::uint64_t{0};
  CLEW_TRY(const std::vector<KeptImport> imports, kept_imports(connection));
  ImportSummary made;
  for (const KeptImport& import : imports) {
    const auto wanted = stale.files.find(import.import_id);
    if (wanted == stale.files.end()) continue;
    CLEW_TRY(Mapping mapping, stored_mapping(environment.raw_folder, import));
    ImportSession session(environment, connection,
                          std::make_shared<const Mapping>(std::move(mapping)), import.source);
    CLEW_TRY_VOID(session.begin(import.import_id, import.started_at, &stale.keys));
    for (const KeptFile& file : import.files) {
      if (std::find(wanted->second.begin(), wanted->second.end(), file.file_id) ==
          wanted->second.end())
        continue;
      CLEW_TRY(const FileToImport again, reread(connection, environment.raw_folder, file));
      CLEW_TRY_VOID(session.add_file(again, made, observer, 0));
    }
    CLEW_TRY_VOID(session.finish(made));
  }
  return static_cast<std::uint64_t>(stale.keys.size());
}

/// Puts the first receipt of each record in its place: what is made again may have come first in
/// another import.
Status date_first_receipts(store::Connection& connection) {
  return run(connection,
             "UPDATE store.records x SET received_at = k.first_at FROM (SELECT source, stream, "
             "record_id, min(started_at) AS first_at FROM store.receipts JOIN (SELECT import_id, "
             "started_at FROM store.imports) USING "
             "(import_id) WHERE usable <> 'reject' AND record_id IS NOT NULL GROUP BY ALL) k "
             "WHERE " +
                 std::string(kSameKey) + " AND x.received_at IS DISTINCT FROM k.first_at");
}

/// The same, and what follows from reference rows and receipts.
Result<std::uint64_t> settle(const ImportEnvironment& environment, store::Connection& connection,
                             const ImportObserver& observer) {
  CLEW_TRY(const std::uint64_t restored, restore_best(environment, connection, observer));
  CLEW_TRY_VOID(date_first_receipts(connection));
  CLEW_TRY_VOID(settle_block_list(connection, environment.defaults.region));
  return restored;
}

void reached(const ImportEnvironment& environment, std::string_view point) {
  if (environment.reached) environment.reached(point);
}

/// Writes the counts of an import that was made again.
Status update_import_row(store::Connection& connection, std::int64_t import_id,
                         const ImportSummary& counts, const std::string& label) {
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  const auto done = connection.execute(
      "UPDATE store.imports SET mapping = $2, records = $3, accepted = $4, updated = $5, "
      "duplicates = $6, skipped = $7, rejected = $8, "
      "events = $9, issues = $10 WHERE import_id = $1",
      {import_id, std::string_view(label), number(counts.records), number(counts.accepted),
       number(counts.updated), number(counts.duplicates), number(counts.skipped),
       number(counts.rejected), number(counts.events), number(counts.issues)});
  if (!done.ok()) return done.error();
  return {};
}

void add_counts(ImportSummary& total, const ImportSummary& part) {
  total.records += part.records;
  total.accepted += part.accepted;
  total.updated += part.updated;
  total.duplicates += part.duplicates;
  total.skipped += part.skipped;
  total.rejected += part.rejected;
  total.events += part.events;
  total.issues += part.issues;
  total.bytes += part.bytes;
}

/// An import to make again, with its mended mapping.
struct Remake {
  KeptImport import;
  std::shared_ptr<const Mapping> mapping;
};

Result<std::vector<Remake>> imports_to_remake(const ImportEnvironment& environment,
                                              store::Connection& connection,
                                              const ReplayOptions& options) {
  CLEW_TRY(std::vector<KeptImport> imports, kept_imports(connection));
  std::string wanted = options.mapping;
  std::string given;
  if (!wanted.empty()) {
    const bool is_path = wanted.find('/') != std::string::npos || wanted.ends_with(".yaml");
    CLEW_TRY(const Mapping mapping, load_mapping(wanted, environment.mappings));
    if (is_path) given = wanted;
    wanted = mapping.name;
  }
  std::vector<Remake> all;
  for (KeptImport& import : imports) {
    if (import.mapping_name().starts_with("table_") ||
        (!wanted.empty() && import.mapping_name() != wanted))
      continue;
    CLEW_TRY(Mapping mapping, mended_mapping(environment, import, given));
    CLEW_TRY(const std::int64_t rejected,
             connection.query_int64("SELECT rejected FROM store.imports WHERE import_id = $1",
                                    {import.import_id}));
    if (mapping.hash == import.mapping_hash() && rejected == 0) continue;
    all.push_back({std::move(import), std::make_shared<const Mapping>(std::move(mapping))});
  }
  return all;
}

Result<ImportSummary> remake(const ImportEnvironment& environment, store::Connection& connection,
                             const Remake& work, const ImportObserver& observer) {
  ImportSummary counts;
  std::vector<FileToImport> files;
  for (const KeptFile& file : work.import.files) {
    CLEW_TRY(FileToImport again, reread(connection, environment.raw_folder, file));
    files.push_back(std::move(again));
  }
  CLEW_TRY_VOID(
      forget_receipts(connection, "import_id = " + std::to_string(work.import.import_id)));
  ImportSession session(environment, connection, work.mapping, work.import.source);
  CLEW_TRY_VOID(session.begin(work.import.import_id, work.import.started_at));
  for (const FileToImport& file : files) CLEW_TRY_VOID(session.add_file(file, counts, observer, 0));
  CLEW_TRY_VOID(session.finish(counts));
  CLEW_TRY_VOID(keep_mapping(environment.raw_folder, *work.mapping));
  CLEW_TRY_VOID(
      update_import_row(connection, work.import.import_id, counts, work.mapping->label()));
  return counts;
}

/// Takes out the records whose content in force came by these imports.
Status remove_rows_of(store::Connection& connection, const std::string& imports) {
  CLEW_TRY_VOID(run(connection,
                    "CREATE OR REPLACE TEMP TABLE clew_keys AS SELECT source, stream, record_id "
                    "FROM store.records WHERE " +
                        imports));
  CLEW_TRY_VOID(remove_keys(connection));
  return run(connection, "DROP TABLE clew_keys");
}

Status remove_rows_of(store::Connection& connection, const std::vector<Remake>& works) {
  std::string ids;
  for (const Remake& work : works)
    ids += (ids.empty() ? "" : ", ") + std::to_string(work.import.import_id);
  return remove_rows_of(connection, "import_id IN (" + ids + ")");
}

/// Takes out all that came by these imports, as if they had never been; other imports' contents of
/// the same records come into force with `settle`.
Status take_back(store::Connection& connection, const std::string& imports) {
  CLEW_TRY_VOID(remove_rows_of(connection, imports));
  CLEW_TRY_VOID(forget_receipts(connection, imports));
  return run(connection, "DELETE FROM store.import_files WHERE " + imports);
}

}  // namespace

Result<ImportSummary> replay_imports(const ImportEnvironment& environment,
                                     const ReplayOptions& options, const ImportObserver& observer) {
  const TimeUs started = environment.clock.now();
  CLEW_TRY(store::Connection connection, environment.database.connect());
  CLEW_TRY(store::Transaction transaction, store::Transaction::begin(connection));
  CLEW_TRY(const std::vector<Remake> works, imports_to_remake(environment, connection, options));
  ImportSummary total;
  if (works.empty()) {
    total.notes.push_back("Nothing to replay: no mapping has changed and nothing is rejected.");
    return total;
  }
  CLEW_TRY_VOID(remove_rows_of(connection, works));
  for (const Remake& work : works) {
    CLEW_TRY(const ImportSummary counts, remake(environment, connection, work, observer));
    add_counts(total, counts);
    total.notes.push_back("Import " + std::to_string(work.import.import_id) + " with " +
                          work.mapping->label() + ": " +
                          std::to_string(counts.accepted + counts.updated) + " taken in, " +
                          std::to_string(counts.rejected) + " rejected.");
    reached(environment, "import_remade");
  }
  CLEW_TRY([[maybe_unused]] const std::uint64_t restored,
           settle(environment, connection, observer));
  const TimeUs finished = environment.clock.now();
  total.seconds = static_cast<double>(finished - started) / static_cast<double>(kUsPerSecond);
  total.mapping = works.back().mapping->label();
  if (options.dry_run) {
    CLEW_TRY_VOID(transaction.rollback());
    return total;
  }
  CLEW_TRY(total.import_id, next_number(connection, "imports", "import_id"));
  CLEW_TRY_VOID(write_import_row(connection, total, "replay", *works.back().mapping,
                                 works.back().import.source, started, finished));
  reached(environment, "before_commit");
  CLEW_TRY_VOID(transaction.commit());
  return total;
}

Result<ImportSummary> forget_import(const ImportEnvironment& environment, std::int64_t import_id) {
  const TimeUs started = environment.clock.now();
  CLEW_TRY(store::Connection connection, environment.database.connect());
  CLEW_TRY(store::Transaction transaction, store::Transaction::begin(connection));
  CLEW_TRY(const std::vector<KeptImport> imports, kept_imports(connection));
  const auto found = std::find_if(imports.begin(), imports.end(), [&](const KeptImport& import) {
    return import.import_id == import_id;
  });
  if (found == imports.end()) {
    return Error{ErrorCode::not_found,
                 "there is no import " + std::to_string(import_id) + " to forget",
                 "`clewline imports` lists them."};
  }
  const std::string id = std::to_string(import_id);
  ImportSummary summary;
  CLEW_TRY(const std::int64_t records,
           connection.query_int64("SELECT records FROM store.imports WHERE import_id = " + id));
  summary.records = static_cast<std::uint64_t>(records);
  CLEW_TRY_VOID(take_back(connection, "import_id = " + id));
  CLEW_TRY_VOID(
      run(connection, "UPDATE store.imports SET state = 'forgotten' WHERE import_id = " + id));
  reached(environment, "import_removed");
  CLEW_TRY(summary.accepted, settle(environment, connection, {}));
  std::vector<std::string> unneeded;
  for (const KeptFile& file : found->files) {
    CLEW_TRY(const std::int64_t others,
             connection.query_int64("SELECT count(*) FROM store.import_files WHERE sha256 = $1",
                                    {std::string_view(file.sha256)}));
    if (file.kept && others == 0) unneeded.push_back(kept_path(environment.raw_folder, file));
  }
  const TimeUs finished = environment.clock.now();
  summary.seconds = static_cast<double>(finished - started) / static_cast<double>(kUsPerSecond);
  summary.mapping = found->mapping_label;
  CLEW_TRY(summary.import_id, next_number(connection, "imports", "import_id"));
  const auto written = connection.execute(
      "INSERT INTO store.imports BY NAME (SELECT $1 AS import_id, $2 AS started_at, $3 AS "
      "finished_at, 'forget' AS command, mapping, source, "
      "stream, files, bytes, 0 AS records, 0 AS accepted, 0 AS updated, 0 AS duplicates, 0 AS "
      "skipped, 0 AS rejected, 0 AS events, 0 AS issues, "
      "$4 AS seconds, 'done' AS state FROM store.imports WHERE import_id = $5)",
      {summary.import_id, store::TimeValue{started}, store::TimeValue{finished}, summary.seconds,
       import_id});
  if (!written.ok()) return written.error();
  reached(environment, "before_commit");
  CLEW_TRY_VOID(transaction.commit());
  for (const std::string& path : unneeded) {
    std::error_code error;
    std::filesystem::remove(path, error);
  }
  return summary;
}

Result<std::uint64_t> keep_known_at(const ImportEnvironment& environment, TimeUs known_at) {
  CLEW_TRY(store::Connection connection, environment.database.connect());
  CLEW_TRY(store::Transaction transaction, store::Transaction::begin(connection));
  const std::string later = "started_at > TIMESTAMPTZ '" + format_utc(known_at) + "'";
  CLEW_TRY_VOID(take_back(
      connection, "import_id IN (SELECT import_id FROM store.imports WHERE " + later + ")"));
  CLEW_TRY_VOID(run(connection, "DELETE FROM store.imports WHERE " + later));
  CLEW_TRY(const std::uint64_t restored, settle(environment, connection, {}));
  CLEW_TRY_VOID(transaction.commit());
  return restored;
}

Status take_back_later(const ImportEnvironment& environment, TimeUs known_at,
                       const std::string& keys) {
  CLEW_TRY(store::Connection connection, environment.database.connect());
  CLEW_TRY(store::Transaction transaction, store::Transaction::begin(connection));
  CLEW_TRY_VOID(run(connection,
                    "CREATE OR REPLACE TEMP TABLE clew_later AS SELECT DISTINCT source, stream, "
                    "record_id, import_id FROM store.receipts SEMI JOIN (" +
                        keys +
                        ") USING (source, stream, record_id) WHERE import_id IN (SELECT import_id "
                        "FROM store.imports WHERE started_at > TIMESTAMPTZ '" +
                        format_utc(known_at) +
                        "'); CREATE OR REPLACE TEMP TABLE clew_keys AS SELECT source, stream, "
                        "record_id FROM store.records SEMI JOIN clew_later USING (source, stream, "
                        "record_id, import_id)"));
  CLEW_TRY_VOID(remove_keys(connection));
  CLEW_TRY_VOID(run(connection, "DELETE FROM store.receipts x USING clew_later k WHERE " +
                                    std::string(kSameKey) +
                                    " AND x.import_id = k.import_id; DROP TABLE clew_later; DROP "
                                    "TABLE clew_keys"));
  CLEW_TRY_VOID(settle(environment, connection, {}));
  return transaction.commit();
}

}  // namespace clewline::ingest
