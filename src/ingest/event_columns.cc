#include <algorithm>

#include "ingest/event_fields.h"
#include "ingest/json_text.h"
#include "ingest/row_columns.h"
#include "ingest/row_issue.h"
#include "model/enums.h"
#include "model/event_types.h"
#include "model/tables.h"
#include "text/ascii.h"
#include "text/key.h"

namespace clewline::ingest {
namespace {

using Use = OutputColumn::Use;
using Kind = RowColumn::Kind;

/// Cleans a key; the text itself where nothing is wrong with it.
std::string_view clean_key(std::string_view key, TextArena& arena, std::uint64_t& bits) {
  if (key.data() == nullptr) return {};
  const bool blank = std::any_of(key.begin(), key.end(),
                                 [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  if (!blank && !text::is_placeholder_key(key) && !text::is_mangled_key(key)) return key;
  const text::KeyValue value = text::normalise_key(key);
  bits |= issue_bit(value.issue);
  return value.value.empty() ? std::string_view{} : keep_text(arena, value.value);
}

/// Fills the columns of one batch of events.
class EventColumns {
 public:
  EventColumns(const RowInputs& inputs, MappedBatch& out)
      : inputs_(inputs), out_(out), rows_(out.rows.rows), source_(*inputs.compiled.mapping) {}

  void fill() {
    out_.rows.columns.assign(table_contract("events").columns.size(), RowColumn{});
    fill_types();
    for (std::size_t i = 0; i < inputs_.compiled.columns.size(); ++i) {
      if (inputs_.compiled.columns[i].use == Use::field) fill_field(i);
    }
    fill_owner();
    fill_defaults();
    fill_time_notes();
    fill_json();
    fill_identifiers(inputs_, out_, column("identifiers"));
    note_order_of_times();
    fill_issues(inputs_, out_, column("issues"));
  }

 private:
  RowColumn& column(std::string_view name) {
    return out_.rows.columns[table_column("events", name)];
  }
  const GatheredColumn* gathered(Use use, int index = 0) const {
    return inputs_.gathered.find(inputs_.compiled, use, index);
  }

  std::vector<std::string_view>& texts(std::string_view name) {
    RowColumn& made = column(name);
    if (made.kind == Kind::same) {
      made.texts.assign(rows_, made.same);
      made.kind = Kind::texts;
    }
    if (made.kind != Kind::texts) made.make(Kind::texts, rows_);
    return made.texts;
  }

  void fill_types() {
    types_.resize(rows_);
    const GatheredColumn* by_expression = gathered(Use::event_type);
    const auto unmapped = *find_event_type("other.unmapped");
    std::vector<std::string_view>& names = texts("event_type");
    const std::vector<std::int64_t>& rules = inputs_.gathered.columns[1].numbers;
    for (std::size_t row = 0; row < rows_; ++row) {
      const std::uint32_t at = inputs_.kept[row];
      const std::string& literal =
          inputs_.compiled.rule_event_types[static_cast<std::size_t>(rules[at])];
      const std::string_view name =
          !literal.empty() ? std::string_view(literal) : by_expression->texts[at];
      const auto type = find_event_type(name);
      if (!type) inputs_.issues[row] |= issue_bit(RowIssue::unknown_event_type);
      types_[row] = type.value_or(unmapped);
      names[row] = event_type_row(types_[row]).name;
    }
  }

  void fill_enumeration(const EventField& field, const GatheredColumn& from,
                        std::vector<std::string_view>& into) {
    for (std::size_t row = 0; row < rows_; ++row) {
      const std::string_view text = from.texts[inputs_.kept[row]];
      if (text.data() == nullptr || text.empty()) continue;
      const auto found = std::find(field.values.begin(), field.values.end(), text);
      if (found != field.values.end()) {
        into[row] = *found;
      } else {
        inputs_.issues[row] |= issue_bit(RowIssue::unknown_enum);
      }
    }
  }

  void fill_text_list(const GatheredColumn& from, RowColumn& into) {
    into.make(Kind::text_lists, 0);
    for (std::size_t row = 0; row < rows_; ++row) {
      std::string_view text = from.texts[inputs_.kept[row]];
      if (text.starts_with('[')) text = text.substr(1, text.size() - (text.ends_with(']') ? 2 : 1));
      while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        std::string_view item = text::trim(text.substr(0, comma));
        if (item.size() >= 2 && item.front() == '"' && item.back() == '"')
          item = item.substr(1, item.size() - 2);
        if (!item.empty()) into.elements[0].push_back(item);
        text.remove_prefix(std::min(comma + 1, text.size()));
      }
      into.offsets.push_back(static_cast<std::uint32_t>(into.elements[0].size()));
    }
  }

  void fill_field(std::size_t position) {
    const EventField& field =
        event_fields()[static_cast<std::size_t>(inputs_.compiled.columns[position].index)];
    const GatheredColumn& from = inputs_.gathered.columns[position];
    if (field.name.starts_with("consent")) return;  // fill_json
    RowColumn& into = column(field.name);
    switch (field.type) {
      case FieldType::time:
        into.make(Kind::times, rows_);
        for (std::size_t row = 0; row < rows_; ++row)
          into.times[row] = from.times[inputs_.kept[row]];
        return;
      case FieldType::whole:
      case FieldType::decimal:
        into.make(Kind::whole, rows_);
        for (std::size_t row = 0; row < rows_; ++row) {
          into.whole[row] = from.numbers[inputs_.kept[row]];
          into.valid[row] = from.valid[inputs_.kept[row]];
        }
        return;
      case FieldType::boolean:
        into.make(Kind::flags, rows_);
        for (std::size_t row = 0; row < rows_; ++row) {
          into.flags[row] = static_cast<std::uint8_t>(from.numbers[inputs_.kept[row]]);
          into.valid[row] = from.valid[inputs_.kept[row]];
        }
        return;
      case FieldType::enumeration: fill_enumeration(field, from, texts(field.name)); return;
      case FieldType::text_list: fill_text_list(from, into); return;
      case FieldType::json:
        if (field.name == "links") return;  // fill_json
        [[fallthrough]];
      case FieldType::text:
      case FieldType::key: {
        std::vector<std::string_view>& to = texts(field.name);
        for (std::size_t row = 0; row < rows_; ++row) {
          const std::string_view text = from.texts[inputs_.kept[row]];
          if (text.data() == nullptr || text.empty()) continue;
          to[row] = field.type == FieldType::key ? clean_key(text, out_.arena, inputs_.issues[row])
                                                 : text;
        }
      }
    }
  }

  void fill_owner() {
    RowColumn& ids = column("event_id");
    ids.make(Kind::ids, rows_);
    column("ordinal").make(Kind::whole, rows_);
    RowColumn& versions = column("record_version");
    if (inputs_.compiled.mapping->record.version.present()) versions.make(Kind::whole, rows_);
    std::vector<std::string_view>& sources = texts("source");
    std::vector<std::string_view>& streams = texts("stream");
    std::vector<std::string_view>& records = texts("record_id");
    for (std::size_t row = 0; row < rows_; ++row) {
      const RecordFacts& facts = out_.records[out_.row_record[row]];
      sources[row] = facts.source;
      streams[row] = facts.stream;
      records[row] = facts.record_id;
      if (versions.kind == Kind::whole && facts.version) versions.set_whole(row, *facts.version);
    }
    same("mapping", inputs_.delivery.mapping_label);
    RowColumn& ingested = column("ingested_at");
    ingested.make(Kind::times, rows_);
    std::fill(ingested.times.begin(), ingested.times.end(), inputs_.delivery.ingested_at);
    fill_raw_refs(inputs_, out_, column("raw_ref"));
  }

  void same(std::string_view name, std::string_view text) {
    RowColumn& made = column(name);
    made.kind = Kind::same;
    made.same = text;
  }

  /// Puts a text where the column has none.
  void fill_gaps(std::string_view name, std::string_view text) {
    RowColumn& made = column(name);
    if (made.kind == Kind::nulls) {
      same(name, text);
      return;
    }
    for (std::string_view& cell : texts(name)) {
      if (cell.data() == nullptr) cell = text;
    }
  }

  void fill_defaults() {
    fill_gaps("vendor", source_.source.vendor);
    fill_gaps("channel", source_.source.channel);
    const std::vector<std::string_view>& names = texts("event_type");
    std::vector<std::string_view>& native = texts("source_event_type");
    std::vector<std::string_view>& activity = texts("activity");
    std::vector<std::string_view>& actors = texts("actor");
    std::vector<std::string_view>& systems = texts("system");
    const std::string_view one_channel = column("channel").same;
    const bool same_channel = column("channel").kind == Kind::same;
    for (std::size_t row = 0; row < rows_; ++row) {
      if (native[row].data() == nullptr) native[row] = names[row];
      if (activity[row].data() == nullptr) activity[row] = names[row];
      if (actors[row].data() == nullptr) actors[row] = enum_name(event_type_row(types_[row]).actor);
      if (systems[row].data() == nullptr) {
        const std::string_view name = same_channel ? one_channel : column("channel").texts[row];
        systems[row] = enum_name(
            default_system(types_[row], enum_value<Channel>(name).value_or(Channel::other)));
      }
    }
    if (column("session_key").kind == Kind::nulls) return;
    const std::vector<std::string_view>& sessions = texts("session_key");
    std::vector<std::string_view>& chains = texts("chain_key");
    for (std::size_t row = 0; row < rows_; ++row) {
      if (chains[row].data() == nullptr) chains[row] = sessions[row];
    }
  }

  void fill_codes(std::string_view name, const GatheredColumn* codes,
                  std::span<const std::string_view> names) {
    if (codes == nullptr) return;
    std::vector<std::string_view>& into = texts(name);
    for (std::size_t row = 0; row < rows_; ++row) {
      const std::uint32_t at = inputs_.kept[row];
      if (into[row].data() == nullptr && codes->valid[at] != 0 && codes->numbers[at] > 0) {
        into[row] = names[static_cast<std::size_t>(codes->numbers[at] - 1)];
      }
    }
  }

  void fill_time_notes() {
    const std::vector<TimeUs>& times = column("occurred_at").times;
    fill_codes("occurred_quality", gathered(Use::time_quality), enum_names<TimeQuality>());
    fill_codes("occurred_precision", gathered(Use::time_precision), enum_names<Precision>());
    std::vector<std::string_view>& qualities = texts("occurred_quality");
    const GatheredColumn* zones = gathered(Use::time_zone);
    for (std::size_t row = 0; row < rows_; ++row) {
      if (times[row] != kNoTime && qualities[row].data() == nullptr)
        qualities[row] = enum_name(TimeQuality::derived);
    }
    if (zones == nullptr) return;
    std::vector<std::string_view>& into = texts("source_tz");
    for (std::size_t row = 0; row < rows_; ++row) {
      if (into[row].data() == nullptr) into[row] = zones->texts[inputs_.kept[row]];
    }
  }

  void fill_json() {
    std::string scratch;
    if (!inputs_.compiled.attributes.empty()) {
      std::vector<std::string_view>& into = texts("attributes");
      for (std::size_t row = 0; row < rows_; ++row) {
        if (into[row].data() == nullptr)
          into[row] =
              attributes_json(inputs_, static_cast<std::uint32_t>(row), out_.arena, scratch);
      }
    }
    fill_consent(scratch);
    fill_links();
  }

  const GatheredColumn* field(std::string_view name) const {
    return gathered(Use::field, find_event_field(name));
  }

  void fill_consent(std::string& scratch) {
    static constexpr std::pair<std::string_view, std::string_view> kParts[] = {
        {"consent_analytics", "analytics"},
        {"consent_ads", "ads"},
        {"consent_recording", "recording"}};
    const GatheredColumn* whole = field("consent");
    const GatheredColumn* parts[3] = {field(kParts[0].first), field(kParts[1].first),
                                      field(kParts[2].first)};
    if (whole == nullptr && parts[0] == nullptr && parts[1] == nullptr && parts[2] == nullptr)
      return;
    std::vector<std::string_view>& into = texts("consent");
    for (std::size_t row = 0; row < rows_; ++row) {
      const std::uint32_t at = inputs_.kept[row];
      if (whole != nullptr && !whole->texts[at].empty()) {
        into[row] = whole->texts[at];
        continue;
      }
      scratch = "{";
      for (std::size_t i = 0; i < 3; ++i) {
        if (parts[i] == nullptr || parts[i]->valid[at] == 0) continue;
        if (scratch.size() > 1) scratch += ',';
        append_json_string(scratch, kParts[i].second);
        scratch += parts[i]->numbers[at] != 0 ? ":true" : ":false";
      }
      if (scratch.size() > 1) into[row] = keep_text(out_.arena, scratch + "}");
    }
  }

  void fill_links() {
    const GatheredColumn* json = field("links");
    if (inputs_.compiled.links.empty() && json == nullptr) return;
    RowColumn& into = column("links");
    into.kind = Kind::structures;
    into.offsets = {0};
    into.elements.assign(3, {});
    std::vector<const GatheredColumn*> ids;
    for (std::size_t i = 0; i < inputs_.compiled.links.size(); ++i)
      ids.push_back(gathered(Use::link, static_cast<int>(i)));
    for (std::size_t row = 0; row < rows_; ++row) {
      const std::uint32_t at = inputs_.kept[row];
      for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::string_view id = ids[i]->texts[at];
        if (id.data() == nullptr || id.empty()) continue;
        const CompiledLink& link = inputs_.compiled.links[i];
        into.elements[0].push_back(link.rel);
        into.elements[1].push_back(link.system.empty() ? std::string_view{}
                                                       : std::string_view(link.system));
        into.elements[2].push_back(id);
      }
      if (json != nullptr) inputs_.issues[row] |= append_links(json->texts[at], out_.arena, into);
      into.offsets.push_back(static_cast<std::uint32_t>(into.elements[0].size()));
    }
  }

  void note_order_of_times() {
    if (column("ended_at").kind != Kind::times) return;
    const std::vector<TimeUs>& starts = column("occurred_at").times;
    const std::vector<TimeUs>& ends = column("ended_at").times;
    for (std::size_t row = 0; row < rows_; ++row) {
      if (ends[row] != kNoTime && starts[row] != kNoTime && ends[row] < starts[row]) {
        inputs_.issues[row] |= issue_bit(RowIssue::end_before_start);
      }
    }
  }

  const RowInputs& inputs_;
  MappedBatch& out_;
  std::size_t rows_;
  const Mapping& source_;
  std::vector<EventType> types_;
};

}  // namespace

void fill_event_columns(const RowInputs& inputs, MappedBatch& out) {
  EventColumns(inputs, out).fill();
}

}  // namespace clewline::ingest
