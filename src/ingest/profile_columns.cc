#include "ingest/row_columns.h"
#include "model/tables.h"

namespace clewline::ingest {
namespace {

using Use = OutputColumn::Use;
using Kind = RowColumn::Kind;

/// Columns that profiles and reference rows share.
class PlainColumns {
 public:
  PlainColumns(const RowInputs& inputs, MappedBatch& out, std::string_view table)
      : inputs_(inputs), out_(out), table_(table) {
    out.rows.columns.assign(table_contract(table).columns.size(), RowColumn{});
  }

  RowColumn& column(std::string_view name) { return out_.rows.columns[table_column(table_, name)]; }

  void fill_owner() {
    for (const char* name : {"source", "stream", "record_id"})
      column(name).make(Kind::texts, out_.rows.rows);
    column("record_version").make(Kind::whole, out_.rows.rows);
    for (std::size_t row = 0; row < out_.rows.rows; ++row) {
      const RecordFacts& facts = out_.records[out_.row_record[row]];
      column("source").texts[row] = facts.source;
      column("stream").texts[row] = facts.stream;
      column("record_id").texts[row] = facts.record_id;
      if (facts.version) column("record_version").set_whole(row, *facts.version);
    }
    RowColumn& ingested = column("ingested_at");
    ingested.make(Kind::times, out_.rows.rows);
    std::fill(ingested.times.begin(), ingested.times.end(), inputs_.delivery.ingested_at);
  }

  void fill_times(std::string_view name, Use use) {
    const GatheredColumn* from = inputs_.gathered.find(inputs_.compiled, use);
    if (from == nullptr) return;
    RowColumn& into = column(name);
    into.make(Kind::times, out_.rows.rows);
    for (std::size_t row = 0; row < out_.rows.rows; ++row)
      into.times[row] = from->times[inputs_.kept[row]];
  }

  void fill_texts(std::string_view name, Use use) {
    const GatheredColumn* from = inputs_.gathered.find(inputs_.compiled, use);
    if (from == nullptr) return;
    RowColumn& into = column(name);
    if (into.kind != Kind::texts) into.make(Kind::texts, out_.rows.rows);
    for (std::size_t row = 0; row < out_.rows.rows; ++row) {
      const std::string_view text = from->texts[inputs_.kept[row]];
      if (text.data() != nullptr) into.texts[row] = text;
    }
  }

  void fill_attributes(std::string_view name) {
    RowColumn& into = column(name);
    into.make(Kind::texts, out_.rows.rows);
    std::string scratch;
    for (std::size_t row = 0; row < out_.rows.rows; ++row) {
      into.texts[row] =
          attributes_json(inputs_, static_cast<std::uint32_t>(row), out_.arena, scratch);
    }
  }

 private:
  const RowInputs& inputs_;
  MappedBatch& out_;
  std::string_view table_;
};

}  // namespace

void fill_profile_columns(const RowInputs& inputs, MappedBatch& out) {
  PlainColumns columns(inputs, out, "profiles");
  columns.fill_owner();
  columns.column("profile_id").make(Kind::texts, out.rows.rows);
  for (std::size_t row = 0; row < out.rows.rows; ++row) {
    columns.column("profile_id").texts[row] = out.records[out.row_record[row]].record_id;
  }
  columns.fill_texts("profile_id", Use::profile_id);
  columns.fill_times("valid_from", Use::valid_from);
  if (columns.column("valid_from").kind == Kind::nulls &&
      inputs.compiled.mapping->record.version.present()) {
    // A version that is a time tells from when the record holds; µs since 1970 lie beyond plain
    // counters.
    constexpr std::int64_t kLeastTime = 100'000'000'000'000;  // 1973
    RowColumn& from = columns.column("valid_from");
    from.make(Kind::times, out.rows.rows);
    for (std::size_t row = 0; row < out.rows.rows; ++row) {
      const RecordFacts& facts = out.records[out.row_record[row]];
      if (facts.version && *facts.version >= kLeastTime) from.times[row] = *facts.version;
    }
  }
  columns.fill_attributes("attributes");
  columns.column("mapping").kind = Kind::same;
  columns.column("mapping").same = inputs.delivery.mapping_label;
  fill_raw_refs(inputs, out, columns.column("raw_ref"));
  fill_identifiers(inputs, out, columns.column("identifiers"));
  fill_issues(inputs, out, columns.column("issues"));
}

void fill_reference_columns(const RowInputs& inputs, MappedBatch& out) {
  PlainColumns columns(inputs, out, "reference_rows");
  columns.fill_owner();
  columns.column("table_name").kind = Kind::same;
  columns.column("table_name").same = inputs.compiled.mapping->reference->table;
  columns.fill_texts("key", Use::reference_key);
  columns.fill_times("valid_from", Use::valid_from);
  columns.fill_times("valid_to", Use::valid_to);
  columns.fill_attributes("columns");
}

}  // namespace clewline::ingest
