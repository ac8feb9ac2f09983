#include "engine/link_keys.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

namespace clewline::engine {
namespace {

constexpr char kSeparator = '\x1f';
constexpr std::uint8_t kUnknownCode = 255;

}  // namespace

LinkKeys::LinkKeys(const LinkingConfig& config)
    : config_(config),
      shared_chains_(config.shared_chain_sources.begin(), config.shared_chain_sources.end()),
      shared_cases_(config.shared_case_sources.begin(), config.shared_case_sources.end()) {}

std::uint64_t LinkKeys::hash(char space, std::string_view source, std::string_view key) {
  text_.assign(1, space).append(source).append(1, kSeparator).append(key);
  return XXH3_64bits(text_.data(), text_.size());
}

std::uint64_t LinkKeys::session(std::string_view source, std::string_view key) {
  return hash('s', source, key);
}

std::uint64_t LinkKeys::chain(std::string_view source, std::string_view key) {
  return hash('c', shared_chains_.contains(source) ? std::string_view() : source, key);
}

std::uint64_t LinkKeys::case_key(std::string_view source, std::string_view key) {
  return hash('k', shared_cases_.contains(source) ? std::string_view() : source, key);
}

std::uint64_t LinkKeys::identifier(IdentifierKind kind, std::string_view value) {
  return hash('i', identifier_kinds()[kind].name, value);
}

std::uint64_t LinkKeys::record(std::string_view source, std::string_view stream,
                               std::string_view id) {
  const std::uint64_t stream_hash = XXH3_64bits(stream.data(), stream.size());
  return hash('r', source, id) ^ stream_hash;
}

std::uint64_t LinkKeys::event(Id128 id) {
  const std::uint64_t halves[] = {id.high, id.low};
  return XXH3_64bits(halves, sizeof halves);
}

std::uint64_t LinkKeys::asserted_name(std::string_view name) {
  const std::size_t colon = std::min(name.find(':'), name.size());
  const std::string_view prefix = name.substr(0, colon);
  const std::string_view rest = name.substr(std::min(colon + 1, name.size()));
  if (prefix == "event") {
    if (const auto id = Id128::from_hex(rest)) return event(*id);
  }
  if (const std::size_t slash = rest.find('/'); prefix == "session" && slash != rest.npos)
    return session(rest.substr(0, slash), rest.substr(slash + 1));
  if (const auto kind = find_identifier_kind(prefix)) return identifier(*kind, rest);
  return hash('?', prefix, rest);  // names nothing: `identity::resolve` will say so
}

bool LinkKeys::links(IdentifierKind kind, IdentifierRole role) const {
  return role == IdentifierRole::customer && config_.kinds[kind].kind_class != KindClass::never;
}

void KeyBatch::add(std::span<const std::uint64_t> held, std::uint32_t events) {
  if (!entries.empty()) {  // events of one session stand together in most exports
    const std::size_t begin = entries.size() > 1 ? entries[entries.size() - 2].end : 0;
    if (std::ranges::equal(held, std::span(keys).subspan(begin))) {
      entries.back().events += events;
      return;
    }
  }
  keys.insert(keys.end(), held.begin(), held.end());
  entries.push_back({static_cast<std::uint32_t>(keys.size()), events});
}

void KeyBatch::join(KeyGroups& groups) {
  std::uint32_t begin = 0;
  for (const Entry& entry : entries) {
    groups.join(std::span(keys).subspan(begin, entry.end - begin), entry.events);
    begin = entry.end;
  }
  keys.clear();
  entries.clear();
}

std::string_view link_key_columns() {
  return "event_id, source, stream, record_id, event_type, session_key, chain_key, case_key, "
         "identifiers";
}

struct EventKeyReader::Columns {
  explicit Columns(const store::QueryResult& chunk)
      : event_id(chunk.column(0)),
        source(chunk.column(1)),
        stream(chunk.column(2)),
        record_id(chunk.column(3)),
        event_type(chunk.column(4)),
        session_key(chunk.column(5)),
        chain_key(chunk.column(6)),
        case_key(chunk.column(7)),
        identifiers(chunk.column(8)),
        fields(identifiers.child()),
        kind(fields.field(0)),
        value(fields.field(1)),
        role(fields.field(3)) {}

  store::ColumnView event_id, source, stream, record_id, event_type, session_key, chain_key,
      case_key, identifiers, fields, kind, value, role;
};

EventKeyReader::EventKeyReader(const KeyReading& reading)
    : reading_(reading),
      keys_(reading.linking),
      event_types_(event_type_names()),
      kinds_(identifier_kind_names()),
      roles_(enum_names<IdentifierRole>()) {}

void EventKeyReader::read(const store::QueryResult& chunk, KeyBatch& batch) {
  const Columns columns(chunk);
  for (std::size_t row = 0; row < chunk.rows(); ++row) {
    read_row(columns, row);
    if (!held_.empty()) batch.add(held_, counted_);
  }
}

void EventKeyReader::read_identifiers(const Columns& columns, std::size_t row) {
  if (columns.identifiers.is_null(row)) return;
  const store::ListEntry list = columns.identifiers.lists()[row];
  for (std::uint64_t at = list.offset; at < list.offset + list.length; ++at) {
    const std::string_view value = text_or_empty(columns.value, at);
    const std::uint8_t kind = kinds_.code(text_or_empty(columns.kind, at), kUnknownCode);
    if (value.empty() || kind == kUnknownCode) continue;
    const auto role = static_cast<IdentifierRole>(roles_.code(text_or_empty(columns.role, at), 0));
    if (!keys_.links(kind, role) || reading_.blocked.find(kind, value, text_) != nullptr) continue;
    held_.push_back(keys_.identifier(kind, value));
  }
}

void EventKeyReader::read_row(const Columns& columns, std::size_t row) {
  static const EventType unmapped = *find_event_type("other.unmapped");
  static const EventType linked = *find_event_type("identity.linked");
  static const EventType unlinked = *find_event_type("identity.unlinked");
  held_.clear();
  const EventType type = event_types_.code(text_or_empty(columns.event_type, row), unmapped);
  const bool statement = type == linked || type == unlinked;
  counted_ = event_type_row(type).in_tree && !statement ? 1 : 0;
  if (counted_ == 0 && !statement) return;
  read_identifiers(columns, row);
  if (statement) return;
  const std::string_view source = text_or_empty(columns.source, row);
  const bool in_session = !text_or_empty(columns.session_key, row).empty();
  if (in_session) held_.push_back(keys_.session(source, columns.session_key.text(row)));
  if (const auto chain = text_or_empty(columns.chain_key, row); !chain.empty())
    held_.push_back(keys_.chain(source, chain));
  if (const auto key = text_or_empty(columns.case_key, row); !key.empty())
    held_.push_back(keys_.case_key(source, key));
  if (!in_session || reading_.record_names) {
    held_.push_back(keys_.record(source, text_or_empty(columns.stream, row),
                                 text_or_empty(columns.record_id, row)));
  }
  if (!reading_.asserted_events.empty()) {
    const Id128 id = columns.event_id.id(row);
    if (reading_.asserted_events.contains(id)) held_.push_back(keys_.event(id));
  }
}

std::optional<std::uint64_t> PortionFinder::identifier_key(const InputPart& part,
                                                           std::uint32_t begin,
                                                           std::uint16_t count) {
  for (const LinkIdentifier& identifier : std::span(part.identifiers).subspan(begin, count)) {
    if (identifier.value != 0 && keys_.links(identifier.kind, identifier.role))
      return keys_.identifier(identifier.kind, part.strings.at(identifier.value));
  }
  return std::nullopt;
}

std::uint64_t PortionFinder::record_key(const InputPart& part, std::uint32_t record) {
  const LinkRecord& row = part.records[record];
  return keys_.record(part.strings.at(row.source), part.strings.at(row.stream),
                      part.strings.at(row.record_id));
}

std::uint32_t PortionFinder::of(const InputPart& part, const LinkEvent& event) {
  const std::string_view source = part.strings.at(event.source);
  if (event.session_key != 0)
    return groups_.portion_of(keys_.session(source, part.strings.at(event.session_key)));
  if (event.chain_key != 0)
    return groups_.portion_of(keys_.chain(source, part.strings.at(event.chain_key)));
  // Without session and chain the record may name the customer, so its id is there.
  return groups_.portion_of(record_key(part, event.record));
}

std::uint32_t PortionFinder::of(const InputPart& part, const LinkProfile& profile) {
  const auto key = identifier_key(part, profile.identifiers_begin, profile.identifiers_count);
  return key ? groups_.portion_of(*key) : 0;
}

}  // namespace clewline::engine
