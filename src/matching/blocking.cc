#include "matching/blocking.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <charconv>

namespace clewline::matching {
namespace {

/// Pairs that one piece of work looks at, about.
constexpr std::uint64_t kUnitPairs = 1 << 17;

std::string_view part_of(std::string_view value, const BlockKey& key) {
  if (key.part == BlockKey::Part::whole || value.size() <= key.bytes) return value;
  return key.part == BlockKey::Part::first ? value.substr(0, key.bytes)
                                           : value.substr(value.size() - key.bytes);
}

Result<const Field*> field_of(const BlockKey& key, const Records& records) {
  for (const Field& field : records.fields)
    if (field.name() == key.field) return &field;
  return Error{ErrorCode::bad_input, "a blocking rule names no column: " + key.field,
               "Blocking rules are lists of columns; write surname[:4] for the first four bytes."};
}

/// Gives every distinct part of a value a number; absent values keep 0.
std::vector<std::uint32_t> numbers_of(const Field& field, const BlockKey& key) {
  StringTable parts;
  std::vector<std::uint32_t> out(field.distinct(), 0);
  for (std::uint32_t code = 1; code < field.distinct(); ++code)
    out[code] =
        key.part == BlockKey::Part::whole ? code : parts.intern(part_of(field.value(code), key));
  return out;
}

}  // namespace

Result<BlockKey> parse_block_key(std::string_view text) {
  BlockKey key;
  const std::size_t open = text.find('[');
  key.field = std::string(text.substr(0, open));
  if (open == std::string_view::npos && !text.empty()) return key;
  std::string_view slice = open == std::string_view::npos ? "" : text.substr(open);
  const bool is_first = slice.starts_with("[:") && slice.ends_with("]");
  const bool is_last = slice.starts_with("[-") && slice.ends_with(":]");
  if ((is_first || is_last) && !key.field.empty()) {
    slice = is_first ? slice.substr(2, slice.size() - 3) : slice.substr(2, slice.size() - 4);
    const auto [end, error] = std::from_chars(slice.data(), slice.data() + slice.size(), key.bytes);
    if (error == std::errc() && end == slice.data() + slice.size() && key.bytes > 0) {
      key.part = is_first ? BlockKey::Part::first : BlockKey::Part::last;
      return key;
    }
  }
  return Error{ErrorCode::bad_input, "not a blocking key: " + std::string(text),
               "Write a column, its first bytes as surname[:4], its last as phone[-7:]."};
}

std::string block_key_text(const BlockKey& key) {
  if (key.part == BlockKey::Part::whole) return key.field;
  const std::string bytes = std::to_string(key.bytes);
  return key.field + (key.part == BlockKey::Part::first ? "[:" + bytes + "]" : "[-" + bytes + ":]");
}

std::string blocking_rule_text(const BlockingRule& rule) {
  std::string out;
  for (const BlockKey& key : rule.keys) out += (out.empty() ? "" : " + ") + block_key_text(key);
  return out;
}

Result<Blocking> Blocking::make(const std::vector<BlockingRule>& rules, const Records& records,
                                const BlockingOptions& options) {
  Blocking out;
  out.split_ = records.split;
  for (const BlockingRule& rule : rules) {
    if (rule.keys.empty())
      return Error{ErrorCode::bad_input, "a blocking rule has no column",
                   "Give each rule one or more columns that both records must share."};
    std::vector<std::uint32_t> key_of(records.size, 1);
    std::uint32_t keys = 2;
    for (const BlockKey& key : rule.keys) {
      CLEW_TRY(const Field* field, field_of(key, records));
      const auto numbers = numbers_of(*field, key);
      absl::flat_hash_map<std::uint64_t, std::uint32_t> combined;
      for (RecordIndex r = 0; r < records.size; ++r) {
        const std::uint64_t number = numbers[field->code(r)];
        if (key_of[r] == 0 || number == 0) {
          key_of[r] = 0;
          continue;
        }
        const auto next = static_cast<std::uint32_t>(combined.size() + 1);
        key_of[r] =
            combined.try_emplace((std::uint64_t{key_of[r]} << 32) | number, next).first->second;
      }
      keys = static_cast<std::uint32_t>(combined.size() + 1);
    }
    out.add_rule(std::move(key_of), keys, options);
  }
  return out;
}

void Blocking::add_rule(std::vector<std::uint32_t> key_of, std::uint32_t keys,
                        const BlockingOptions& options) {
  std::vector<std::uint32_t> begins(keys + 1, 0);
  std::vector<std::uint32_t> of_first_set(keys, 0);
  for (RecordIndex r = 0; r < key_of.size(); ++r) {
    if (key_of[r] == 0) continue;
    ++begins[key_of[r] + 1];
    of_first_set[key_of[r]] += r < split_ ? 1 : 0;
  }
  RuleCount count;
  for (std::uint32_t key = 1; key < keys; ++key) {
    const std::uint64_t size = begins[key + 1];
    const std::uint64_t first = of_first_set[key];
    const std::uint64_t pairs = split_ > 0 ? first * (size - first) : size * (size - 1) / 2;
    const bool left_out = size > options.records_max;
    count.keys_left_out += left_out ? 1 : 0;
    count.pairs_left_out += left_out ? pairs : 0;
    if (left_out || pairs == 0) begins[key + 1] = 0;
    if (left_out || pairs == 0) continue;
    ++count.groups;
    count.pairs += pairs;
  }
  for (RecordIndex r = 0; r < key_of.size(); ++r)
    if (key_of[r] != 0 && begins[key_of[r] + 1] == 0) key_of[r] = 0;
  for (std::uint32_t key = 1; key <= keys; ++key) begins[key] += begins[key - 1];
  Rule rule;
  rule.members.resize(begins[keys]);
  std::vector<std::uint32_t> next(begins.begin(), begins.end());
  for (RecordIndex r = 0; r < key_of.size(); ++r)
    if (key_of[r] != 0) rule.members[next[key_of[r]]++] = r;
  rule.group_of = std::move(key_of);
  rules_.push_back(std::move(rule));
  counts_.push_back(count);
  for (std::uint32_t key = 1; key < keys; ++key)
    if (begins[key + 1] > begins[key]) add_units(begins[key], begins[key + 1]);
}

void Blocking::add_units(std::uint32_t begin, std::uint32_t end) {
  const auto rule = static_cast<std::uint32_t>(rules_.size() - 1);
  // Small groups share a unit only by standing next to each other in the list of units.
  std::uint32_t first = begin;
  std::uint64_t pairs = 0;
  for (std::uint32_t i = begin; i + 1 < end; ++i) {
    pairs += end - i - 1;
    if (pairs < kUnitPairs && i + 2 < end) continue;
    units_.push_back({rule, first, i + 1, end});
    first = i + 1;
    pairs = 0;
  }
}

}  // namespace clewline::matching
