#include "ingest/import_writer.h"

#include <algorithm>

#include "ingest/row_columns.h"
#include "model/tables.h"
#include "store/column_insert.h"

namespace clewline::ingest {
namespace {

using Kind = RowColumn::Kind;

// Rows are stored together in pieces of two row groups of DuckDB, or fewer when records are long.
constexpr std::size_t kHeldRowsMax = 245'760;
constexpr std::size_t kHeldBytesMax = std::size_t{128} << 20;

constexpr const char* kKindNames[] = {"event", "profile", "reference"};

std::string place_of(const DeliveryFacts& delivery, const Record& record) {
  return std::to_string(delivery.file_id) + ":" + std::to_string(record.offset) + ":" +
         std::to_string(record.raw.size());
}

/// Builds rows of one table column by column, by names of the contract.
class TableRows {
 public:
  TableRows(std::string_view table, std::size_t rows) : table_(table) {
    rows_.rows = rows;
    rows_.columns.resize(table_contract(table).columns.size());
  }
  RowColumn& column(std::string_view name, Kind kind) {
    RowColumn& made = rows_.columns[table_column(table_, name)];
    made.make(kind, rows_.rows);
    return made;
  }
  void same(std::string_view name, std::string_view text) {
    RowColumn& made = rows_.columns[table_column(table_, name)];
    made.kind = Kind::same;
    made.same = text;
  }
  void same_whole(std::string_view name, std::int64_t number) {
    RowColumn& made = column(name, Kind::whole);
    std::fill(made.whole.begin(), made.whole.end(), number);
    std::fill(made.valid.begin(), made.valid.end(), std::uint8_t{1});
  }
  Status append_to(store::ChunkAppender& appender) {
    if (rows_.rows == 0) return {};
    return appender.append(rows_.inputs(), rows_.rows);
  }
  RowTable& table() { return rows_; }

 private:
  std::string_view table_;
  RowTable rows_;
};

}  // namespace

ImportWriter::ImportWriter(store::Connection& connection, KeyLedger& ledger, Target target)
    : connection_(connection),
      ledger_(ledger),
      target_(std::move(target)),
      table_(target_table(target_.kind)) {}

Result<std::unique_ptr<ImportWriter>> ImportWriter::open(store::Connection& connection,
                                                         KeyLedger& ledger, Target target) {
  std::unique_ptr<ImportWriter> writer(new ImportWriter(connection, ledger, std::move(target)));
  CLEW_TRY(store::ChunkAppender rejected,
           store::ChunkAppender::open(connection, "store", "rejected"));
  writer->rejected_.emplace(std::move(rejected));
  return writer;
}

Status ImportWriter::open_waiting() {
  if (waiting_rows_) return {};
  // Tables of the connection alone: they end with it.
  const std::string create =
      "CREATE OR REPLACE TEMP TABLE clew_waiting_rows AS SELECT *, ''::VARCHAR AS clew_place FROM "
      "store." +
      std::string(table_) +
      " LIMIT 0; "
      "CREATE OR REPLACE TEMP TABLE clew_waiting_records AS SELECT *, ''::VARCHAR AS clew_place "
      "FROM store.records LIMIT 0";
  if (const auto created = connection_.execute(create); !created.ok()) return created.error();
  CLEW_TRY(store::ChunkAppender rows,
           store::ChunkAppender::open(connection_, "main", "clew_waiting_rows"));
  CLEW_TRY(store::ChunkAppender records,
           store::ChunkAppender::open(connection_, "main", "clew_waiting_records"));
  waiting_rows_.emplace(std::move(rows));
  waiting_records_.emplace(std::move(records));
  return {};
}

void ImportWriter::note_replaced(const RecordFacts& facts, std::string place) {
  replaced_.insert_or_assign(ledger_key(facts.source, facts.stream, facts.record_id),
                             Replaced{std::string(facts.source), std::string(facts.stream),
                                      std::string(facts.record_id), std::move(place)});
}

std::vector<Decision> ImportWriter::decide(MappedBatch& mapped, const RowBuilder& builder,
                                           ImportSummary& summary) {
  std::vector<Decision> decisions(mapped.records.size());
  for (std::size_t i = 0; i < mapped.records.size(); ++i) {
    RecordFacts& facts = mapped.records[i];
    if (facts.keyless && facts.usable != Usable::reject) {
      const std::uint64_t twin = ledger_.next_twin(facts.content_hash);
      if (twin > 0)
        builder.rename_record(mapped, i, facts.content_hash.to_hex() + "-" + std::to_string(twin));
    }
    if (target_.wanted != nullptr &&
        !target_.wanted->contains(ledger_key(facts.source, facts.stream, facts.record_id))) {
      decisions[i].verdict = Verdict::duplicate;
    } else {
      decisions[i] = ledger_.decide(facts);
    }
    switch (decisions[i].verdict) {
      case Verdict::accepted: ++summary.accepted; break;
      case Verdict::updated: ++summary.updated; break;
      case Verdict::duplicate: ++summary.duplicates; break;
      case Verdict::skipped: ++summary.skipped; break;
      case Verdict::rejected: ++summary.rejected; break;
    }
    if (!decisions[i].in_force) continue;
    summary.events += facts.row_count;
    summary.issues += facts.issues;
  }
  return decisions;
}

Status ImportWriter::write(std::shared_ptr<FinishedBatch> batch,
                           std::shared_ptr<const RowBuilder> builder, const DeliveryFacts& delivery,
                           ImportSummary& summary) {
  const RecordBatch& records = batch->records;
  MappedBatch& mapped = batch->mapped;
  const std::vector<Decision> decisions = decide(mapped, *builder, summary);
  const auto first_pieces = static_cast<std::uint64_t>(
      std::count_if(records.rejected.begin(), records.rejected.end(),
                    [](const RejectedRecord& piece) { return !piece.continues; }));
  summary.rejected += first_pieces;
  summary.records += mapped.records.size() + first_pieces;
  Held held;
  if (target_.write_receipts) {
    held.receipts = receipt_rows(records, mapped, decisions, delivery);
    CLEW_TRY_VOID(write_rejected(records, mapped, delivery));
  }
  held.records = record_rows(records, mapped, decisions, delivery, false);
  if (std::any_of(decisions.begin(), decisions.end(),
                  [](const Decision& decision) { return decision.replaces; })) {
    CLEW_TRY_VOID(write_waiting(records, mapped, decisions, delivery));
  }
  std::vector<std::uint32_t> fresh;
  for (std::uint32_t row = 0; row < mapped.rows.rows; ++row) {
    const Decision& decision = decisions[mapped.row_record[row]];
    if (decision.in_force && !decision.replaces) fresh.push_back(row);
  }
  if (fresh.size() < mapped.rows.rows) mapped.rows.select(fresh);
  held_rows_ += mapped.rows.rows + mapped.records.size();
  held_bytes_ += records.length;
  held.batch = std::move(batch);
  held.builder = std::move(builder);
  held_.push_back(std::move(held));
  return held_rows_ >= 2 * kHeldRowsMax || held_bytes_ >= kHeldBytesMax ? flush() : Status{};
}

Status ImportWriter::flush() {
  std::vector<store::ColumnPart> rows;
  std::vector<store::ColumnPart> receipts;
  std::vector<store::ColumnPart> records;
  const auto add = [](std::vector<store::ColumnPart>& parts, const RowTable& table) {
    if (table.rows > 0) parts.push_back({table.inputs(), table.rows});
  };
  for (const Held& held : held_) {
    add(rows, held.batch->mapped.rows);
    add(receipts, held.receipts);
    add(records, held.records);
  }
  const std::pair<std::string_view, const std::vector<store::ColumnPart>*> tables[] = {
      {table_, &rows}, {"receipts", &receipts}, {"records", &records}};
  for (const auto& [table, parts] : tables) {
    if (parts->empty()) continue;
    CLEW_TRY([[maybe_unused]] const std::int64_t stored,
             store::insert_columns(connection_, "store", table, *parts));
  }
  held_.clear();
  held_rows_ = 0;
  held_bytes_ = 0;
  return {};
}

RowTable ImportWriter::receipt_rows(const RecordBatch& records, const MappedBatch& mapped,
                                    const std::vector<Decision>& decisions,
                                    const DeliveryFacts& delivery) const {
  constexpr std::string_view kUsable[] = {"events", "skip", "reject"};
  const std::size_t mapped_rows = mapped.records.size();
  TableRows rows("receipts", mapped_rows + records.rejected.size());
  rows.same_whole("import_id", target_.import_id);
  rows.same_whole("file_id", delivery.file_id);
  rows.same("content_kind", kKindNames[static_cast<std::size_t>(target_.kind)]);
  RowColumn& offsets = rows.column("byte_offset", Kind::whole);
  RowColumn& lengths = rows.column("byte_length", Kind::whole);
  RowColumn& lines = rows.column("line", Kind::whole);
  RowColumn& ordinals = rows.column("ordinal", Kind::whole);
  RowColumn& sources = rows.column("source", Kind::texts);
  RowColumn& streams = rows.column("stream", Kind::texts);
  RowColumn& ids = rows.column("record_id", Kind::texts);
  RowColumn& versions = rows.column("record_version", Kind::whole);
  RowColumn& hashes = rows.column("content_hash", Kind::ids);
  RowColumn& verdicts = rows.column("verdict", Kind::texts);
  RowColumn& usable = rows.column("usable", Kind::texts);
  const auto set_place = [&](std::size_t row, const auto& record) {
    offsets.set_whole(row, static_cast<std::int64_t>(record.offset));
    lengths.set_whole(row, static_cast<std::int64_t>(record.raw.size()));
    lines.set_whole(row, static_cast<std::int64_t>(record.line));
    ordinals.set_whole(row, static_cast<std::int64_t>(record.ordinal));
  };
  for (std::size_t row = 0; row < mapped_rows; ++row) {
    const RecordFacts& facts = mapped.records[row];
    set_place(row, records.records[row]);
    sources.texts[row] = facts.source;
    streams.texts[row] = facts.stream;
    ids.texts[row] = facts.record_id;
    if (facts.version) versions.set_whole(row, *facts.version);
    hashes.ids[row] = facts.content_hash;
    verdicts.texts[row] = verdict_name(decisions[row].verdict);
    usable.texts[row] = kUsable[static_cast<std::size_t>(facts.usable)];
  }
  std::size_t row = mapped_rows;
  for (const RejectedRecord& refused : records.rejected) {
    if (refused.continues) continue;
    set_place(row, refused);
    sources.texts[row] = delivery.source;
    streams.texts[row] = delivery.stream;
    verdicts.texts[row] = "rejected";
    usable.texts[row] = "reject";
    ++row;
  }
  rows.table().rows = row;
  return std::move(rows.table());
}

Status ImportWriter::write_rejected(const RecordBatch& records, const MappedBatch& mapped,
                                    const DeliveryFacts& delivery) {
  struct Row {
    std::string_view raw;
    std::uint64_t line, offset;
    std::string_view record_id, field;
    std::string reason;
  };
  std::vector<Row> all;
  for (std::size_t i = 0; i < mapped.records.size(); ++i) {
    const RecordFacts& facts = mapped.records[i];
    if (facts.usable != Usable::reject) continue;
    const Record& record = records.records[i];
    all.push_back(
        {record.raw, record.line, record.offset, facts.record_id,
         facts.reject_field.empty() ? std::string_view{} : std::string_view(facts.reject_field),
         facts.reject_reason});
  }
  for (const RejectedRecord& refused : records.rejected) {
    all.push_back({refused.raw,
                   refused.line,
                   refused.offset,
                   {},
                   {},
                   std::string(reject_reason_name(refused.reason)) + ": " + refused.detail});
  }
  if (all.empty()) return {};
  TableRows rows("rejected", all.size());
  rows.same_whole("import_id", target_.import_id);
  rows.same_whole("file_id", delivery.file_id);
  rows.same("file_name", delivery.file_name);
  rows.same("mapping", delivery.mapping_label);
  rows.same("source", delivery.source);
  rows.same("stream", delivery.stream);
  RowColumn& lines = rows.column("line", Kind::whole);
  RowColumn& offsets = rows.column("byte_offset", Kind::whole);
  RowColumn& lengths = rows.column("byte_length", Kind::whole);
  RowColumn& ids = rows.column("record_id", Kind::texts);
  RowColumn& fields = rows.column("field", Kind::texts);
  RowColumn& reasons = rows.column("reason", Kind::texts);
  RowColumn& raws = rows.column("raw", Kind::texts);
  for (std::size_t i = 0; i < all.size(); ++i) {
    lines.set_whole(i, static_cast<std::int64_t>(all[i].line));
    offsets.set_whole(i, static_cast<std::int64_t>(all[i].offset));
    lengths.set_whole(i, static_cast<std::int64_t>(all[i].raw.size()));
    ids.texts[i] = all[i].record_id;
    fields.texts[i] = all[i].field;
    reasons.texts[i] = all[i].reason;
    raws.texts[i] = all[i].raw.empty() ? std::string_view("", 0) : all[i].raw;
  }
  return rows.append_to(*rejected_);
}

/// Puts contents that replace another one into the side tables, each row with the place it came
/// from.
Status ImportWriter::write_waiting(const RecordBatch& records, const MappedBatch& mapped,
                                   const std::vector<Decision>& decisions,
                                   const DeliveryFacts& delivery) {
  CLEW_TRY_VOID(open_waiting());
  std::vector<std::string> places(decisions.size());
  RowColumn record_places;
  record_places.kind = Kind::texts;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    if (!decisions[i].replaces) continue;
    places[i] = place_of(delivery, records.records[i]);
    note_replaced(mapped.records[i], places[i]);
    record_places.texts.push_back(places[i]);
  }
  RowTable record_table = record_rows(records, mapped, decisions, delivery, true);
  record_table.columns.push_back(std::move(record_places));
  CLEW_TRY_VOID(waiting_records_->append(record_table.inputs(), record_table.rows));
  std::vector<std::uint32_t> wanted;
  RowColumn row_places;
  row_places.kind = Kind::texts;
  for (std::uint32_t row = 0; row < mapped.rows.rows; ++row) {
    if (!decisions[mapped.row_record[row]].replaces) continue;
    wanted.push_back(row);
    row_places.texts.push_back(places[mapped.row_record[row]]);
  }
  if (wanted.empty()) return {};
  RowTable selected = mapped.rows;
  selected.select(wanted);
  selected.columns.push_back(std::move(row_places));
  return waiting_rows_->append(selected.inputs(), selected.rows);
}

RowTable ImportWriter::record_rows(const RecordBatch& records, const MappedBatch& mapped,
                                   const std::vector<Decision>& decisions,
                                   const DeliveryFacts& delivery, bool waiting) const {
  std::vector<std::uint32_t> wanted;
  for (std::uint32_t i = 0; i < decisions.size(); ++i) {
    if (decisions[i].in_force && decisions[i].replaces == waiting) wanted.push_back(i);
  }
  TableRows rows("records", wanted.size());
  rows.same("content_kind", kKindNames[static_cast<std::size_t>(target_.kind)]);
  rows.same_whole("import_id", target_.import_id);
  rows.same_whole("file_id", delivery.file_id);
  RowColumn& sources = rows.column("source", Kind::texts);
  RowColumn& streams = rows.column("stream", Kind::texts);
  RowColumn& ids = rows.column("record_id", Kind::texts);
  RowColumn& versions = rows.column("record_version", Kind::whole);
  RowColumn& hashes = rows.column("content_hash", Kind::ids);
  RowColumn& offsets = rows.column("byte_offset", Kind::whole);
  RowColumn& lengths = rows.column("byte_length", Kind::whole);
  RowColumn& events = rows.column("events", Kind::whole);
  RowColumn& received = rows.column("received_at", Kind::times);
  for (std::size_t row = 0; row < wanted.size(); ++row) {
    const RecordFacts& facts = mapped.records[wanted[row]];
    const Record& record = records.records[wanted[row]];
    sources.texts[row] = facts.source;
    streams.texts[row] = facts.stream;
    ids.texts[row] = facts.record_id;
    if (facts.version) versions.set_whole(row, *facts.version);
    hashes.ids[row] = facts.content_hash;
    offsets.set_whole(row, static_cast<std::int64_t>(record.offset));
    lengths.set_whole(row, static_cast<std::int64_t>(record.raw.size()));
    events.set_whole(row, facts.row_count);
    received.times[row] = target_.received_at;
  }
  return std::move(rows.table());
}

Status ImportWriter::finish(ImportSummary& summary) {
  CLEW_TRY_VOID(flush());
  for (auto* appender : {&rejected_, &waiting_rows_, &waiting_records_}) {
    if (*appender) CLEW_TRY_VOID((*appender)->finish());
    appender->reset();
  }
  if (replaced_.empty()) return {};
  return replace_losers(summary);
}

Status ImportWriter::replace_losers(ImportSummary& summary) {
  const auto run = [&](const std::string& sql) -> Result<std::int64_t> {
    return connection_.execute(sql);
  };
  CLEW_TRY([[maybe_unused]] const std::int64_t made,
           run("CREATE OR REPLACE TEMP TABLE clew_replaced(source VARCHAR, stream VARCHAR, "
               "record_id VARCHAR, place VARCHAR)"));
  {
    CLEW_TRY(store::ChunkAppender appender,
             store::ChunkAppender::open(connection_, "main", "clew_replaced"));
    RowTable rows;
    rows.rows = replaced_.size();
    rows.columns.resize(4);
    for (RowColumn& column : rows.columns) column.make(Kind::texts, rows.rows);
    std::size_t row = 0;
    for (const auto& [key, replaced] : replaced_) {
      rows.columns[0].texts[row] = replaced.source;
      rows.columns[1].texts[row] = replaced.stream;
      rows.columns[2].texts[row] = replaced.record_id;
      rows.columns[3].texts[row] = replaced.place;
      ++row;
    }
    CLEW_TRY_VOID(appender.append(rows.inputs(), rows.rows));
    CLEW_TRY_VOID(appender.finish());
  }
  const std::string table(table_);
  const std::string same_key =
      "x.source = r.source AND x.stream = r.stream AND x.record_id = r.record_id";
  const std::string winners = " USING clew_replaced r WHERE " + same_key;
  // The first receipt of a record stays its first.
  CLEW_TRY([[maybe_unused]] const std::int64_t kept,
           run("UPDATE clew_waiting_records w SET received_at = x.received_at FROM store.records x "
               "WHERE "
               "x.source = w.source AND x.stream = w.stream AND x.record_id = w.record_id"));
  // Whom the former versions touched, the next link has to know.
  CLEW_TRY([[maybe_unused]] const std::int64_t events_noted,
           run("INSERT INTO store.superseded_events BY NAME SELECT event_id, source, stream, "
               "record_id, event_type, occurred_at, ended_at, session_key, chain_key, case_key, "
               "agent_id, identifiers FROM store.events x SEMI JOIN clew_replaced r ON " +
               same_key));
  CLEW_TRY([[maybe_unused]] const std::int64_t profiles_noted,
           run("INSERT INTO store.superseded_events BY NAME SELECT source, stream, record_id, "
               "'identity.linked' AS event_type, valid_from AS occurred_at, identifiers FROM "
               "store.profiles x SEMI JOIN clew_replaced r ON " +
               same_key));
  // A record may change its kind between versions: every table is freed of it.
  for (const char* owner : {"events", "profiles", "reference_rows"}) {
    CLEW_TRY([[maybe_unused]] const std::int64_t gone,
             run("DELETE FROM store." + std::string(owner) + " x" + winners));
  }
  CLEW_TRY([[maybe_unused]] const std::int64_t records_gone,
           run("DELETE FROM store.records x" + winners));
  CLEW_TRY(
      [[maybe_unused]] const std::int64_t rows_in,
      run("INSERT INTO store." + table +
          " SELECT x.* EXCLUDE (clew_place) FROM clew_waiting_rows x JOIN clew_replaced r ON " +
          same_key + " AND x.clew_place = r.place"));
  CLEW_TRY([[maybe_unused]] const std::int64_t records_in,
           run("INSERT INTO store.records SELECT x.* EXCLUDE (clew_place) FROM "
               "clew_waiting_records x JOIN clew_replaced r ON " +
               same_key + " AND x.clew_place = r.place"));
  CLEW_TRY([[maybe_unused]] const std::int64_t dropped,
           run("DROP TABLE clew_waiting_rows; DROP TABLE clew_waiting_records; DROP TABLE "
               "clew_replaced"));
  return count_made(summary);
}

/// Counts what is in force from this import once losers of the same import are gone.
Status ImportWriter::count_made(ImportSummary& summary) {
  const std::string mine = std::to_string(target_.import_id);
  CLEW_TRY(
      const std::int64_t events,
      connection_.query_int64(
          "SELECT coalesce(sum(events), 0)::BIGINT FROM store.records WHERE import_id = " + mine));
  summary.events = static_cast<std::uint64_t>(events);
  if (target_.kind == RecordKind::reference) return {};
  CLEW_TRY(
      const std::int64_t issues,
      connection_.query_int64(
          "SELECT coalesce(sum(len(e.issues)), 0)::BIGINT FROM store." + std::string(table_) +
          " e JOIN store.records r USING (source, stream, record_id) WHERE r.import_id = " + mine));
  summary.issues = static_cast<std::uint64_t>(issues);
  return {};
}

}  // namespace clewline::ingest
