#include "ingest/import_session.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "ingest/batch_pipeline.h"
#include "ingest/prepared_delivery.h"
#include "ingest/readers/raw_keeper.h"
#include "ingest/row_builder.h"

namespace clewline::ingest {
namespace {

namespace fs = std::filesystem;

std::string outcome_name(const FileOutcome& outcome) {
  if (outcome.empty) return "empty";
  if (outcome.end == InputEnd::complete)
    return outcome.envelope_incomplete ? "truncated" : "complete";
  return outcome.end == InputEnd::truncated_input ? "truncated" : "unreadable";
}

std::string encoding_name(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::utf8: return "utf-8";
    case TextEncoding::utf16_le: return "utf-16le";
    case TextEncoding::utf16_be: return "utf-16be";
    case TextEncoding::latin1: return "latin-1";
    case TextEncoding::windows_1252: return "windows-1252";
  }
  return "utf-8";
}

/// Writes a file beside its place, forces it to disk and renames it.
Status write_whole_file(const std::string& path, const std::string& text) {
  const std::string beside = path + ".part" + std::to_string(::getpid());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0)
    return Error{ErrorCode::io, "cannot write " + beside,
                 "Check the folder's rights and the disk's space."};
  std::size_t written = 0;
  bool good = true;
  while (good && written < text.size()) {
    const ssize_t count = ::write(file, text.data() + written, text.size() - written);
    good = count > 0;
    if (good) written += static_cast<std::size_t>(count);
  }
  good = ::fsync(file) == 0 && good;
  good = ::close(file) == 0 && good;
  if (!good || ::rename(beside.c_str(), path.c_str()) != 0) {
    ::unlink(beside.c_str());
    return Error{ErrorCode::io, "cannot write " + path,
                 "Check the folder's rights and the disk's space."};
  }
  return {};
}

}  // namespace

Result<std::int64_t> next_number(store::Connection& connection, std::string_view table,
                                 std::string_view column) {
  return connection.query_int64("SELECT coalesce(max(" + std::string(column) +
                                "), 0) + 1 FROM store." + std::string(table));
}

Status keep_mapping(const std::string& raw_folder, const Mapping& mapping) {
  std::error_code error;
  const fs::path folder = fs::path(raw_folder) / "mappings";
  fs::create_directories(folder, error);
  const fs::path path = folder / (mapping.name + "-" + mapping.hash + ".yaml");
  if (fs::exists(path, error)) return {};
  return write_whole_file(path.string(), mapping.resolved_text);
}

Status keep_origin(const std::string& raw_folder, const Mapping& mapping) {
  if (mapping.path.empty()) return {};
  std::error_code error;
  const fs::path origin = fs::absolute(mapping.path, error);
  if (error) return {};
  return write_whole_file((fs::path(raw_folder) / "mappings" / (mapping.name + ".origin")).string(),
                          origin.string());
}

ImportSession::ImportSession(const ImportEnvironment& environment, store::Connection& connection,
                             std::shared_ptr<const Mapping> mapping, std::string source_name)
    : environment_(environment),
      connection_(connection),
      mapping_(std::move(mapping)),
      source_(source_name.empty() ? mapping_->source.name : std::move(source_name)) {}

Status ImportSession::begin(std::int64_t import_id, TimeUs received_at,
                            const absl::flat_hash_set<Id128>* wanted) {
  import_id_ = import_id;
  received_at_ = received_at;
  const bool own_keys = mapping_->record.source.present() || mapping_->record.stream.present();
  CLEW_TRY_VOID(ledger_.load(connection_, own_keys ? std::string_view{} : std::string_view(source_),
                             mapping_->source.stream));
  block_ = std::make_shared<BlockList>();
  const std::string& region = mapping_->source.region;
  block_->add_rules(mapping_->block, region == "workspace" ? environment_.defaults.region : region);
  CLEW_TRY(writer_, ImportWriter::open(connection_, ledger_,
                                       {import_id, received_at_, mapping_->record.kind,
                                        mapping_->label(), wanted == nullptr, wanted}));
  return {};
}

Result<MappingSandbox*> ImportSession::sandbox_for(RecordShape shape) {
  std::unique_ptr<MappingSandbox>& sandbox = sandboxes_[static_cast<std::size_t>(shape)];
  if (sandbox == nullptr) {
    CLEW_TRY(sandbox, MappingSandbox::create(mapping_, shape, environment_.defaults));
  }
  return sandbox.get();
}

namespace {

/// Readers know bytes, not names: of several files, people must know which one is at fault.
Status naming_file(Status read, const std::string& name) {
  if (read.ok() || read.error().code != ErrorCode::bad_input) return read;
  return Error{ErrorCode::bad_input, name + ": " + read.error().message, read.error().hint};
}

}  // namespace

Status ImportSession::add_file(const FileToImport& file, ImportSummary& summary,
                               const ImportObserver& observer, std::uint64_t bytes_total) {
  std::unique_ptr<Delivery> delivery;
  if (file.open) {
    CLEW_TRY(delivery, file.open(mapping_->reader));
  } else {
    CLEW_TRY(delivery, open_delivery(file.path, mapping_->reader));
  }
  CLEW_TRY(MappingSandbox * sandbox, sandbox_for(shape_of(delivery->options())));
  DeliveryFacts facts;
  facts.source = source_;
  facts.stream = mapping_->source.stream;
  facts.file_name = file.name;
  facts.mapping_label = mapping_->label();
  facts.file_id = file.file_id;
  facts.ingested_at = received_at_;
  CLEW_TRY(const PreparedDelivery prepared,
           PreparedDelivery::prepare(*delivery, *sandbox, facts, block_));
  std::unique_ptr<RawKeeper> keeper;
  if (file.keep_raw) {
    CLEW_TRY(keeper, RawKeeper::create(environment_.raw_folder));
  }
  ledger_.begin_file();
  PipelineParts parts = prepared.parts();
  parts.select = file.select;
  std::uint64_t bytes = 0;
  const auto consume = [&](FinishedBatch& batch) -> Status {
    if (keeper != nullptr) CLEW_TRY_VOID(keeper->append(batch.records.bytes()));
    bytes += batch.records.length;
    CLEW_TRY_VOID(writer_->write(std::make_shared<FinishedBatch>(std::move(batch)),
                                 prepared.builder(), facts, summary));
    reached("batch_written");
    const ImportProgress progress{summary.records, summary.rejected, summary.bytes + bytes,
                                  bytes_total, file.name};
    if (observer && !observer(progress)) {
      return Error{ErrorCode::interrupted, "the import was stopped",
                   "Nothing of it was kept; run it again."};
    }
    return {};
  };
  KeyReport keys;
  CLEW_TRY_VOID(naming_file(run_pipeline(parts, environment_.threads, consume, &keys), file.name));
  if (mapping_->report_unmapped) key_reports_.push_back(std::move(keys));
  summary.bytes += bytes;
  reached("file_read");
  std::string raw_path;
  if (keeper != nullptr) {
    CLEW_TRY(raw_path, keeper->finish(delivery->outcome().sha256, delivery->outcome().encoding));
    reached("raw_kept");
  }
  return file.write_file_row ? write_file_row(file, *delivery, raw_path, summary) : Status{};
}

Status ImportSession::write_file_row(const FileToImport& file, const Delivery& delivery,
                                     const std::string& raw_path, ImportSummary& summary) {
  const FileOutcome& outcome = delivery.outcome();
  ImportedFile imported;
  imported.name = file.name;
  imported.sha256 = outcome.sha256.to_hex();
  imported.outcome = outcome_name(outcome);
  imported.trouble = outcome.trouble;
  imported.records = outcome.records + outcome.rejected_records;
  CLEW_TRY(const std::int64_t before,
           connection_.query_int64("SELECT count(*) FROM store.import_files WHERE sha256 = $1",
                                   {std::string_view(imported.sha256)}));
  imported.seen_before = before > 0;
  const std::string packing = delivery.packing();
  const std::string encoding = encoding_name(outcome.encoding);
  const auto written = connection_.execute(
      "INSERT INTO store.import_files VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {import_id_, file.file_id, std::string_view(file.name), std::string_view(imported.sha256),
       static_cast<std::int64_t>(outcome.original_bytes),
       static_cast<std::int64_t>(outcome.text_bytes), std::string_view(packing),
       std::string_view(encoding), static_cast<std::int64_t>(imported.records),
       std::string_view(imported.outcome), !raw_path.empty()});
  if (!written.ok()) return written.error();
  summary.files.push_back(std::move(imported));
  return {};
}

Status ImportSession::write_lookups() {
  for (const auto& sandbox : sandboxes_) {
    if (sandbox == nullptr) continue;
    for (const CompiledLookup& lookup : sandbox->compiled().lookups) {
      const auto done = connection_.execute(
          "INSERT INTO store.lookups SELECT $1, $2, $3, $4, $5, $4, $6 WHERE NOT EXISTS (SELECT 1 "
          "FROM store.lookups WHERE "
          "mapping = $1 AND source = $2 AND stream = $3 AND field = $4 AND table_name = $5 AND "
          "column_name = $6)",
          {std::string_view(mapping_->name), std::string_view(source_),
           std::string_view(mapping_->source.stream), std::string_view(lookup.field),
           std::string_view(lookup.table), std::string_view(lookup.column)});
      if (!done.ok()) return done.error();
    }
  }
  return {};
}

Status ImportSession::finish(ImportSummary& summary) {
  CLEW_TRY_VOID(writer_->finish(summary));
  CLEW_TRY_VOID(write_lookups());
  if (!key_reports_.empty()) summary.unmapped = merge_key_reports(key_reports_);
  reached("rows_written");
  return {};
}

Status write_import_row(store::Connection& connection, const ImportSummary& summary,
                        std::string_view command, const Mapping& mapping, std::string_view source,
                        TimeUs started_at, TimeUs finished_at) {
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  const std::string label = mapping.label();
  const auto written = connection.execute(
      "INSERT INTO store.imports VALUES "
      "($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)",
      {summary.import_id, store::TimeValue{started_at}, store::TimeValue{finished_at}, command,
       std::string_view(label), source, std::string_view(mapping.source.stream),
       number(summary.files.size()), number(summary.bytes), number(summary.records),
       number(summary.accepted), number(summary.updated), number(summary.duplicates),
       number(summary.skipped), number(summary.rejected), number(summary.events),
       number(summary.issues),
       static_cast<double>(finished_at - started_at) / static_cast<double>(kUsPerSecond),
       std::string_view("done")});
  if (!written.ok()) return written.error();
  return {};
}

}  // namespace clewline::ingest
