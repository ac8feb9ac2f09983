#include "engine/link_read_internal.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/assert.h"

namespace clewline::engine {
namespace {

std::uint32_t text_number(const store::ColumnView& column, std::size_t row, RecentTexts& recent) {
  return column.is_null(row) ? 0 : recent.number(column.texts()[row]);
}

constexpr std::uint8_t kUnknownCode = 255;

}  // namespace

std::vector<std::string_view> event_type_names() {
  std::vector<std::string_view> names;
  for (const EventTypeRow& row : event_types()) names.push_back(row.name);
  return names;
}

std::vector<std::string_view> identifier_kind_names() {
  std::vector<std::string_view> names;
  for (const IdentifierKindRow& row : identifier_kinds()) names.push_back(row.name);
  return names;
}

std::uint64_t record_seed(std::string_view source, std::string_view stream) {
  return XXH3_64bits_withSeed(stream.data(), stream.size(),
                              XXH3_64bits(source.data(), source.size()));
}

RecordHash hash_record(std::uint64_t seed, std::string_view id) {
  const XXH128_hash_t hashed = XXH3_128bits_withSeed(id.data(), id.size(), seed);
  return {hashed.high64, hashed.low64};
}

NameCodes::NameCodes(std::span<const std::string_view> names) {
  for (std::size_t i = 0; i < names.size(); ++i)
    codes_.emplace(names[i], static_cast<std::uint8_t>(i));
}

std::uint8_t NameCodes::code(std::string_view name, std::uint8_t otherwise) const {
  const auto found = codes_.find(name);
  return found == codes_.end() ? otherwise : found->second;
}

std::string_view link_event_columns() {
  return "event_id, source, stream, record_id, event_type, channel, occurred_at, ended_at, "
         "sequence, direction, "
         "system, intent, actor, session_key, chain_key, case_key, links, identifiers, agent_id, "
         "queue_id, "
         "outcome, disposition, node_result, queue_name, wait_ms, talk_ms, hold_ms, acw_ms";
}

/// The views of one chunk, in the order of `link_event_columns`.
struct EventRowReader::Columns {
  explicit Columns(const store::QueryResult& chunk)
      : event_id(chunk.column(0)),
        source(chunk.column(1)),
        stream(chunk.column(2)),
        record_id(chunk.column(3)),
        event_type(chunk.column(4)),
        channel(chunk.column(5)),
        occurred_at(chunk.column(6)),
        ended_at(chunk.column(7)),
        sequence(chunk.column(8)),
        direction(chunk.column(9)),
        system(chunk.column(10)),
        intent(chunk.column(11)),
        actor(chunk.column(12)),
        session_key(chunk.column(13)),
        chain_key(chunk.column(14)),
        case_key(chunk.column(15)),
        links(chunk.column(16)),
        link_fields(links.child()),
        link_relation(link_fields.field(0)),
        link_system(link_fields.field(1)),
        link_id(link_fields.field(2)),
        identifiers(chunk.column(17)),
        identifier_fields(identifiers.child()),
        kind(identifier_fields.field(0)),
        value(identifier_fields.field(1)),
        role(identifier_fields.field(3)),
        assurance(identifier_fields.field(4)),
        agent_id(chunk.column(18)),
        queue_id(chunk.column(19)),
        outcome(chunk.column(20)),
        disposition(chunk.column(21)),
        node_result(chunk.column(22)),
        queue_name(chunk.column(23)),
        wait_ms(chunk.column(24)),
        talk_ms(chunk.column(25)),
        hold_ms(chunk.column(26)),
        acw_ms(chunk.column(27)) {}

  store::ColumnView event_id, source, stream, record_id, event_type, channel, occurred_at, ended_at,
      sequence, direction, system, intent, actor, session_key, chain_key, case_key, links,
      link_fields, link_relation, link_system, link_id, identifiers, identifier_fields, kind, value,
      role, assurance, agent_id, queue_id, outcome, disposition, node_result, queue_name, wait_ms,
      talk_ms, hold_ms, acw_ms;
};

EventRowReader::EventRowReader(const IntentDictionary& intents, const BlockedValues& blocked,
                               bool record_names)
    : intents_(intents),
      blocked_(blocked),
      record_names_(record_names),
      sources_(part_->strings),
      streams_(part_->strings),
      sessions_(part_->strings),
      chains_(part_->strings),
      cases_(part_->strings),
      agents_(part_->strings),
      queues_(part_->strings),
      intent_texts_(part_->strings),
      dispositions_(part_->strings),
      values_(part_->strings),
      event_types_(event_type_names()),
      channels_(enum_names<Channel>()),
      systems_(enum_names<System>()),
      actors_(enum_names<Actor>()),
      directions_(enum_names<Direction>()),
      outcomes_(enum_names<Outcome>()),
      kinds_(identifier_kind_names()),
      roles_(enum_names<IdentifierRole>()),
      assurances_(enum_names<Assurance>()) {}

void EventRowReader::expect(std::uint64_t events) {
  part_->events.reserve(events);
  part_->records.reserve(events);
  part_->record_hashes.reserve(events);
  part_->identifiers.reserve(events);
}

void EventRowReader::start_anew() {
  *part_ = {};
  for (RecentTexts* texts : {&sources_, &streams_, &sessions_, &chains_, &cases_, &agents_,
                             &queues_, &intent_texts_, &dispositions_, &values_})
    texts->clear();
  intent_numbers_.clear();
}

Status EventRowReader::read(const store::QueryResult& chunk) {
  const Columns columns(chunk);
  for (std::size_t row = 0; row < chunk.rows(); ++row) read_row(columns, row);
  return {};
}

std::uint32_t EventRowReader::record_number(const Columns& columns, std::size_t row) {
  LinkRecord record;
  record.source = text_number(columns.source, row, sources_);
  record.stream = text_number(columns.stream, row, streams_);
  const std::string_view id = text_or_empty(columns.record_id, row);
  if (part_->records.empty() || record.source != part_->records.back().source ||
      record.stream != part_->records.back().stream)
    record_seed_ =
        record_seed(text_or_empty(columns.source, row), text_or_empty(columns.stream, row));
  const RecordHash hash = hash_record(record_seed_, id);
  if (part_->records.empty() || part_->record_hashes.back() != hash) {
    part_->records.push_back(record);
    part_->record_hashes.push_back(hash);
  }
  // A record names a customer only where nothing else does; millions of names would be kept for
  // nothing.
  const bool may_name =
      record_names_ || (columns.session_key.is_null(row) && columns.chain_key.is_null(row));
  LinkRecord& last = part_->records.back();
  if (may_name && last.record_id == 0) last.record_id = part_->strings.intern(id);
  return static_cast<std::uint32_t>(part_->records.size() - 1);
}

std::uint32_t EventRowReader::dictionary_number(std::string_view source, std::string_view field,
                                                std::string_view value) {
  key_.assign(source).append(1, '\x1f').append(field).append(1, '\x1f').append(value);
  const auto known = intent_numbers_.find(key_);
  if (known != intent_numbers_.end()) return known->second;
  const Intent* intent = intents_.find(source, field, value);
  const std::uint32_t number = intent == nullptr ? 0 : part_->strings.intern(intent->name);
  intent_numbers_.emplace(key_, number);
  return number;
}

std::uint32_t EventRowReader::intent_number(const Columns& columns, std::size_t row) {
  const std::string_view source = text_or_empty(columns.source, row);
  const auto look_up = [&](std::string_view field,
                           const store::ColumnView& column) -> std::uint32_t {
    const std::string_view value = text_or_empty(column, row);
    return value.empty() || intents_.mapped.empty() ? 0 : dictionary_number(source, field, value);
  };
  if (const auto number = look_up("intent", columns.intent); number != 0) return number;
  const std::string_view native = text_or_empty(columns.intent, row);
  if (!native.empty()) return text_number(columns.intent, row, intent_texts_);
  if (intents_.mapped.empty()) return 0;
  if (const auto number = look_up("disposition", columns.disposition); number != 0) return number;
  if (const auto number = look_up("node_result", columns.node_result); number != 0) return number;
  if (const auto number = look_up("queue_name", columns.queue_name); number != 0) return number;
  return look_up("queue_id", columns.queue_id);
}

bool EventRowReader::read_identifiers(const Columns& columns, std::size_t row, LinkEvent& event) {
  event.identifiers_begin = static_cast<std::uint32_t>(part_->identifiers.size());
  if (columns.identifiers.is_null(row)) return false;
  bool session_blocked = false;
  const store::ListEntry list = columns.identifiers.lists()[row];
  for (std::uint64_t at = list.offset; at < list.offset + list.length; ++at) {
    const std::string_view value = text_or_empty(columns.value, at);
    const std::uint8_t kind = kinds_.code(text_or_empty(columns.kind, at), kUnknownCode);
    if (value.empty() || kind == kUnknownCode) continue;
    if (const bool* blocked = blocked_.find(kind, value, key_)) {
      session_blocked = session_blocked || *blocked;
      continue;
    }
    LinkIdentifier identifier;
    identifier.kind = kind;
    identifier.value = values_.number(columns.value.texts()[at]);
    identifier.role = static_cast<IdentifierRole>(roles_.code(text_or_empty(columns.role, at), 0));
    identifier.assurance =
        static_cast<Assurance>(assurances_.code(text_or_empty(columns.assurance, at), 0));
    part_->identifiers.push_back(identifier);
  }
  const std::size_t count = part_->identifiers.size() - event.identifiers_begin;
  event.identifiers_count = static_cast<std::uint16_t>(std::min<std::size_t>(count, UINT16_MAX));
  return session_blocked;
}

void EventRowReader::read_references(const Columns& columns, std::size_t row, LinkEvent& event) {
  if (columns.links.is_null(row)) return;
  const store::ListEntry list = columns.links.lists()[row];
  for (std::uint64_t at = list.offset; at < list.offset + list.length; ++at) {
    const std::string_view relation = text_or_empty(columns.link_relation, at);
    const std::string_view id = text_or_empty(columns.link_id, at);
    if (relation.empty() || id.empty()) continue;
    LinkReference reference;
    reference.event = static_cast<std::uint32_t>(part_->events.size());
    reference.relation = part_->strings.intern(relation);
    reference.system = part_->strings.intern(text_or_empty(columns.link_system, at));
    reference.id = part_->strings.intern(id);
    if (event.object == 0 && relation == "order") event.object = reference.id;
    part_->references.push_back(reference);
  }
}

/// Totals of a source; only what is above zero says something.
void EventRowReader::read_measures(const Columns& columns, std::size_t row, LinkEvent& event) {
  const auto stated = [row](const store::ColumnView& column) -> std::int64_t {
    return column.is_null(row) ? 0 : std::max<std::int64_t>(0, column.ints<std::int64_t>()[row]);
  };
  const StatedMeasures measures{stated(columns.wait_ms), stated(columns.talk_ms),
                                stated(columns.hold_ms), stated(columns.acw_ms)};
  if ((measures.wait_ms | measures.talk_ms | measures.hold_ms | measures.wrap_ms) == 0) return;
  part_->measures.push_back(measures);
  event.measures = static_cast<std::uint32_t>(part_->measures.size());
}

void EventRowReader::read_texts(const Columns& columns, std::size_t row, LinkEvent& event) {
  event.source = part_->records[event.record].source;
  event.session_key = text_number(columns.session_key, row, sessions_);
  const bool alone = event.session_key != 0 && !columns.chain_key.is_null(row) &&
                     columns.chain_key.text(row) == part_->strings.at(event.session_key);
  event.chain_key = alone ? event.session_key : text_number(columns.chain_key, row, chains_);
  event.case_key = text_number(columns.case_key, row, cases_);
  event.agent_id = text_number(columns.agent_id, row, agents_);
  event.queue_id = text_number(columns.queue_id, row, queues_);
  event.disposition = text_number(columns.disposition, row, dispositions_);
  event.intent = intent_number(columns, row);
}

void EventRowReader::read_codes(const Columns& columns, std::size_t row, LinkEvent& event) {
  event.channel = static_cast<Channel>(channels_.code(text_or_empty(columns.channel, row),
                                                      static_cast<std::uint8_t>(Channel::other)));
  const auto by_default = static_cast<std::uint8_t>(default_system(event.type, event.channel));
  event.system = static_cast<System>(systems_.code(text_or_empty(columns.system, row), by_default));
  event.actor =
      static_cast<Actor>(actors_.code(text_or_empty(columns.actor, row),
                                      static_cast<std::uint8_t>(event_type_row(event.type).actor)));
  event.direction =
      static_cast<Direction>(directions_.code(text_or_empty(columns.direction, row), 0));
  event.outcome = static_cast<Outcome>(outcomes_.code(text_or_empty(columns.outcome, row), 0));
}

void EventRowReader::read_row(const Columns& columns, std::size_t row) {
  static const EventType unmapped = *find_event_type("other.unmapped");
  static const EventType linked = *find_event_type("identity.linked");
  static const EventType unlinked = *find_event_type("identity.unlinked");
  LinkEvent event;
  event.type = event_types_.code(text_or_empty(columns.event_type, row), unmapped);
  const bool statement = event.type == linked || event.type == unlinked;
  if (!event_type_row(event.type).in_tree) {
    ++part_->outside_tree;
    if (!statement) return;
  }
  event.record = record_number(columns, row);
  const bool session_blocked = read_identifiers(columns, row, event);
  event.occurred_at = columns.occurred_at.times()[row];
  if (statement) {
    LinkProfile profile{event.record, event.occurred_at, kNoTime, event.identifiers_begin,
                        event.identifiers_count};
    (event.type == linked ? part_->profiles : part_->withdrawn).push_back(profile);
    return;
  }
  event.event_id = columns.event_id.id(row);
  if (!columns.ended_at.is_null(row)) event.ended_at = columns.ended_at.times()[row];
  if (!columns.sequence.is_null(row)) event.sequence = columns.sequence.ints<std::int64_t>()[row];
  read_texts(columns, row, event);
  read_codes(columns, row, event);
  read_references(columns, row, event);
  read_measures(columns, row, event);
  if (session_blocked) part_->blocked.push_back(static_cast<std::uint32_t>(part_->events.size()));
  part_->events.push_back(event);
}

}  // namespace clewline::engine
