#include "ingest/row_builder.h"

#include <absl/container/flat_hash_map.h>

#include <array>

#include "base/sha256.h"
#include "ingest/row_columns.h"
#include "ingest/row_issue.h"

namespace clewline::ingest {
namespace {

using Use = OutputColumn::Use;

/// Issues that already say why a time is absent.
constexpr std::uint64_t kTimeTroubles =
    issue_bit(text::Issue::ts_malformed) | issue_bit(text::Issue::ts_out_of_range);

// Says what is wrong with the times of a record that has none.
std::string without_time(std::uint64_t troubles) {
  std::string reason = "none of the record's events has a time";
  if ((troubles & issue_bit(text::Issue::ts_out_of_range)) != 0)
    reason += ": what stands there lies before 1900 or after 2199";
  else if ((troubles & issue_bit(text::Issue::ts_malformed)) != 0)
    reason += ": what stands there is not in the format the mapping names";
  return reason;
}

// The answers of many interfaces wrap their records: {"tickets": [{…}, …]}. Returns the name.
std::string_view wrapping_key(std::string_view raw) {
  static constexpr std::string_view kBlank = " \t\r\n";
  const auto take = [&raw](char wanted) {
    raw.remove_prefix(std::min(raw.find_first_not_of(kBlank), raw.size()));
    if (raw.empty() || raw.front() != wanted) return false;
    raw.remove_prefix(1);
    return true;
  };
  if (!take('{') || !take('"')) return {};
  const std::string_view name = raw.substr(0, raw.find_first_of("\"\\"));
  raw.remove_prefix(name.size());
  return take('"') && take(':') && take('[') && take('{') ? name : std::string_view();
}

std::string without_key(std::string_view raw) {
  std::string reason = "the record has no key";
  if (const std::string_view name = wrapping_key(raw); !name.empty() && name.size() < 64) {
    reason += "; for the records inside \"" + std::string(name) +
              "\" the mapping needs reader: {format: json_document, records_path: $." +
              std::string(name) + "}";
  }
  return reason;
}

Id128 content_hash_of(std::string_view canonical, const CompiledMapping& compiled,
                      const Record& record, std::string_view file_name, Sha256& sha) {
  sha.update(canonical);
  // What the events take from the place of delivery is part of the content: else equal keys with
  // equal bytes could make different events, and the order of arrival would choose.
  if (compiled.uses_line_number) sha.update_uint64(record.line);
  if (compiled.uses_file_name) sha.update_length_prefixed(file_name);
  return sha.finish().prefix128();
}

std::string keyless_id(const Id128& hash, std::uint64_t ordinal) {
  return hash.to_hex() + "-" + std::to_string(ordinal);
}

void reject(RecordFacts& facts, std::string reason, std::string field) {
  facts.usable = Usable::reject;
  facts.reject_reason = std::move(reason);
  facts.reject_field = std::move(field);
}

/// Numbers the events of one type within a record.
class OrdinalCounter {
 public:
  void clear() { used_ = 0; }
  std::uint32_t next(std::string_view type) {
    for (std::size_t i = 0; i < used_; ++i) {
      if (counts_[i].first == type) return counts_[i].second++;
    }
    if (used_ == counts_.size()) counts_.emplace_back();
    counts_[used_++] = {type, 1};
    return 0;
  }

 private:
  std::vector<std::pair<std::string_view, std::uint32_t>> counts_;
  std::size_t used_ = 0;
};

}  // namespace

std::string_view target_table(RecordKind kind) {
  switch (kind) {
    case RecordKind::event: return "events";
    case RecordKind::profile: return "profiles";
    case RecordKind::reference: return "reference_rows";
  }
  return "events";
}

Id128 event_id_of(std::string_view source, std::string_view stream, std::string_view record_id,
                  std::string_view event_type, std::uint32_t ordinal) {
  static thread_local Sha256 sha;
  for (const std::string_view part : {source, stream, record_id, event_type})
    sha.update_length_prefixed(part);
  sha.update_uint64(ordinal);
  return sha.finish().prefix128();
}

RowBuilder::RowBuilder(const CompiledMapping& compiled, DeliveryFacts delivery,
                       std::shared_ptr<const BlockList> block)
    : compiled_(compiled), delivery_(std::move(delivery)), block_(std::move(block)) {}

void RowBuilder::read_records(const GatheredRows& gathered, const RecordBatch& records,
                              const ProjectedBatch& projected, MappedBatch& out) const {
  const GatheredColumn* ids = gathered.find(compiled_, Use::record_id);
  const GatheredColumn* versions = gathered.find(compiled_, Use::version);
  const GatheredColumn* skips = gathered.find(compiled_, Use::skip);
  const GatheredColumn* rejects = gathered.find(compiled_, Use::reject);
  const GatheredColumn* sources = gathered.find(compiled_, Use::source);
  const GatheredColumn* streams = gathered.find(compiled_, Use::stream);
  const std::vector<std::int64_t>& record_of = gathered.columns[0].numbers;
  const MappingRecord& rules = compiled_.mapping->record;
  static thread_local Sha256 sha;
  out.records.assign(records.records.size(), RecordFacts{});
  for (std::size_t i = 0; i < out.records.size(); ++i) {
    RecordFacts& facts = out.records[i];
    facts.source = delivery_.source;
    facts.stream = delivery_.stream;
    const std::string_view canonical =
        i < projected.canonical.size() ? projected.canonical[i] : std::string_view{};
    facts.content_hash =
        content_hash_of(canonical.data() == nullptr ? records.records[i].raw : canonical, compiled_,
                        records.records[i], delivery_.file_name, sha);
    reject(facts, "the record made no row", "");
  }
  for (const ProjectionReject& refused : projected.rejected) {
    RecordFacts& facts = out.records[refused.record];
    reject(facts, std::string(reject_reason_name(refused.reason)) + ": " + refused.detail, "");
  }
  for (std::size_t row = 0; row < gathered.rows; ++row) {
    if (row > 0 && record_of[row] == record_of[row - 1]) continue;
    RecordFacts& facts = out.records[static_cast<std::size_t>(record_of[row])];
    facts.usable = Usable::events;
    facts.reject_reason.clear();
    if (sources != nullptr && !sources->texts[row].empty()) facts.source = sources->texts[row];
    if (streams != nullptr && !streams->texts[row].empty()) facts.stream = streams->texts[row];
    if (versions != nullptr && versions->valid[row] != 0) facts.version = versions->numbers[row];
    if (ids != nullptr && ids->texts[row].data() != nullptr) {
      facts.record_id = ids->texts[row];
    } else if (ids == nullptr || rules.content_when_no_key) {
      facts.keyless = true;
      facts.record_id = keep_text(out.arena, keyless_id(facts.content_hash, 0));
    } else {
      reject(facts, without_key(records.records[static_cast<std::size_t>(record_of[row])].raw),
             rules.key.empty() ? "" : rules.key[0].text);
      continue;
    }
    const std::string_view reason = rejects == nullptr ? std::string_view{} : rejects->texts[row];
    if (skips != nullptr && skips->valid[row] != 0 && skips->numbers[row] != 0) {
      facts.usable = Usable::skip;
    } else if (reason.data() != nullptr) {
      const std::size_t cut = std::min(reason.find('\x1f'), reason.size());
      reject(facts, std::string(reason.substr(std::min(cut + 1, reason.size()))),
             std::string(reason.substr(0, cut)));
    }
  }
}

/// Fills absent times from the record's other times (docs/reference/mapping.md); a record without
/// any is rejected.
void RowBuilder::settle_times(GatheredRows& gathered, MappedBatch& out,
                              std::vector<std::uint64_t>& issues) const {
  const int occurred_field = find_event_field("occurred_at");
  const int ended_field = find_event_field("ended_at");
  GatheredColumn* occurred = nullptr;
  const GatheredColumn* ended = gathered.find(compiled_, Use::field, ended_field);
  for (std::size_t i = 0; i < compiled_.columns.size(); ++i) {
    if (compiled_.columns[i].use == Use::field && compiled_.columns[i].index == occurred_field)
      occurred = &gathered.columns[i];
  }
  const std::vector<std::int64_t>& record_of = gathered.columns[0].numbers;
  const std::vector<std::int64_t>& rules = gathered.columns[1].numbers;
  std::size_t end = 0;
  for (std::size_t begin = 0; begin < gathered.rows; begin = end) {
    end = begin + 1;
    while (end < gathered.rows && record_of[end] == record_of[begin]) ++end;
    RecordFacts& facts = out.records[static_cast<std::size_t>(record_of[begin])];
    if (facts.usable != Usable::events) continue;
    TimeUs before = kNoTime;
    bool gap = false;
    bool any_rule = false;
    std::uint64_t troubles = 0;
    const auto settle = [&](std::size_t row) {
      if (rules[row] < 0) return;
      any_rule = true;
      troubles |= issues[row];
      if (occurred->times[row] == kNoTime) {
        if (ended != nullptr && ended->times[row] != kNoTime) {
          occurred->times[row] = ended->times[row];
        } else {
          occurred->times[row] = before;
        }
        if ((issues[row] & kTimeTroubles) == 0) issues[row] |= issue_bit(RowIssue::time_missing);
        gap |= occurred->times[row] == kNoTime;
      }
      if (occurred->times[row] != kNoTime) before = occurred->times[row];
    };
    for (std::size_t row = begin; row < end; ++row) settle(row);
    if (gap) {
      before = kNoTime;
      for (std::size_t row = end; row-- > begin;) settle(row);
    }
    if (!any_rule) {
      reject(facts, "no rule of `emit` applies; add one with `otherwise: true`, or a `skip`",
             "emit");
    } else if (before == kNoTime) {
      reject(facts, without_time(troubles), "occurred_at");
    }
  }
}

Result<MappedBatch> RowBuilder::build(store::QueryResult& answer, const RecordBatch& records,
                                      const ProjectedBatch& projected) const {
  MappedBatch out;
  CLEW_TRY(GatheredRows gathered, gather_rows(answer, compiled_, out.arena));
  read_records(gathered, records, projected, out);
  const RecordKind kind = compiled_.mapping->record.kind;
  std::vector<std::uint64_t> row_issues(gathered.rows, 0);
  if (const GatheredColumn* bits = gathered.find(compiled_, Use::issues)) {
    for (std::size_t row = 0; row < gathered.rows; ++row)
      row_issues[row] = static_cast<std::uint64_t>(bits->numbers[row]);
  }
  if (kind == RecordKind::event) settle_times(gathered, out, row_issues);
  std::vector<std::uint32_t> kept;
  std::vector<std::uint64_t> issues;
  const std::vector<std::int64_t>& record_of = gathered.columns[0].numbers;
  for (std::size_t row = 0; row < gathered.rows; ++row) {
    const auto record = static_cast<std::uint32_t>(record_of[row]);
    RecordFacts& facts = out.records[record];
    if (facts.usable != Usable::events || gathered.columns[1].numbers[row] < 0) continue;
    if (facts.row_count == 0) facts.first_row = static_cast<std::uint32_t>(kept.size());
    ++facts.row_count;
    kept.push_back(static_cast<std::uint32_t>(row));
    out.row_record.push_back(record);
    issues.push_back(row_issues[row]);
  }
  out.rows.rows = kept.size();
  const RowInputs inputs{compiled_, delivery_, gathered, kept, records, block_, issues};
  if (kind == RecordKind::profile) {
    fill_profile_columns(inputs, out);
    return out;
  }
  if (kind == RecordKind::reference) {
    fill_reference_columns(inputs, out);
    return out;
  }
  fill_event_columns(inputs, out);
  RowColumn& ids = out.rows.columns[table_column("events", "event_id")];
  RowColumn& ordinals = out.rows.columns[table_column("events", "ordinal")];
  const std::vector<std::string_view>& types =
      out.rows.columns[table_column("events", "event_type")].texts;
  OrdinalCounter counter;
  for (std::size_t row = 0; row < out.rows.rows; ++row) {
    if (row == 0 || out.row_record[row] != out.row_record[row - 1]) counter.clear();
    const RecordFacts& facts = out.records[out.row_record[row]];
    const std::uint32_t ordinal = counter.next(types[row]);
    ordinals.set_whole(row, ordinal);
    ids.ids[row] = event_id_of(facts.source, facts.stream, facts.record_id, types[row], ordinal);
  }
  return out;
}

void RowBuilder::rename_record(MappedBatch& batch, std::size_t record,
                               const std::string& record_id) const {
  RecordFacts& facts = batch.records[record];
  facts.record_id = keep_text(batch.arena, record_id);
  const std::string_view table = target_table(compiled_.mapping->record.kind);
  RowColumn& ids = batch.rows.columns[table_column(table, "record_id")];
  for (std::uint32_t row = facts.first_row; row < facts.first_row + facts.row_count; ++row) {
    ids.texts[row] = facts.record_id;
    if (table != "events") continue;
    const std::string_view type = batch.rows.columns[table_column(table, "event_type")].texts[row];
    const auto ordinal =
        static_cast<std::uint32_t>(batch.rows.columns[table_column(table, "ordinal")].whole[row]);
    batch.rows.columns[table_column(table, "event_id")].ids[row] =
        event_id_of(facts.source, facts.stream, facts.record_id, type, ordinal);
  }
}

}  // namespace clewline::ingest
