#include "ingest/readers/typed_digits.h"

#include <algorithm>

#include "ingest/readers/csv_row_internal.h"
#include "ingest/readers/json_tape.h"
#include "ingest/readers/projection_tree_internal.h"

namespace clewline::ingest {
namespace {

/// An entry of so many digits is a choice from a menu.
constexpr std::size_t kMenuDigitsMax = 2;
constexpr std::size_t kNone = SIZE_MAX;

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

/// Overwrites the digits of a text unless they are a menu choice; digits spelled \u0030 to \u0039
/// become
/// \u002a when `escapes` occur. Returns whether anything changed.
bool mask_digits(char* text, std::size_t length, bool escapes) {
  std::size_t count = 0;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < length; ++i) {
    if (escapes && text[i] == '\\') {
      const std::string_view escape(text + i, std::min<std::size_t>(6, length - i));
      if (escape.size() == 6 && escape.starts_with("\\u003") && is_digit(escape[5]))
        places.push_back(i);
      i += escape.starts_with("\\u") ? 5 : 1;
    } else if (is_digit(text[i])) {
      ++count;
    }
  }
  count += places.size();
  if (count <= kMenuDigitsMax) return false;
  for (std::size_t i = 0; i < length; ++i) {
    if (escapes && text[i] == '\\') {
      i += text[i + 1] == 'u' ? 5 : 1;
    } else if (is_digit(text[i])) {
      text[i] = '*';
    }
  }
  for (std::size_t place : places) std::copy_n("\\u002a", 6, text + place);
  return true;
}

/// Masks every stretch between two boundaries that holds nothing but a typed entry: digits, '#',
/// '*'.
std::size_t mask_lone_entries(char* text, std::size_t length, std::string_view boundaries) {
  std::size_t masked = 0;
  std::size_t begin = 0;
  bool entry = true;
  for (std::size_t i = 0; i <= length; ++i) {
    if (i == length || boundaries.find(text[i]) != std::string_view::npos) {
      if (entry && i > begin) masked += mask_digits(text + begin, i - begin, false);
      begin = i + 1;
      entry = true;
    } else {
      entry = entry && (is_digit(text[i]) || text[i] == '#' || text[i] == '*');
    }
  }
  return masked;
}

struct CompiledField {
  std::vector<PathStep> steps;           // JSON; keys in lower case
  std::vector<PathStep> condition;       // JSON; what follows the common beginning
  std::size_t common = 0;                // steps that path and condition share
  std::string column, condition_column;  // CSV, in lower case
  bool conditional = false;
  std::string condition_value;
};

std::vector<PathStep> lower_steps(std::vector<PathStep> steps) {
  for (PathStep& step : steps) step.key = ascii_lower(step.key);
  return steps;
}

bool same_step(const PathStep& a, const PathStep& b) {
  return a.kind == b.kind && a.key == b.key && a.index == b.index;
}

/// Masks one field of one parsed record.
class JsonFieldMask {
 public:
  JsonFieldMask(const JsonTape& tape, TextArena& arena, const CompiledField& field, char* text)
      : tape_(tape), arena_(arena), field_(field), text_(text), context_(field.steps.size() + 1) {}

  std::size_t apply() {
    walk(0, 0);
    return masked_;
  }

 private:
  /// Follows the path from `node`, which `step` steps have reached; arrays stand for each of their
  /// elements.
  void walk(std::uint32_t node, std::size_t step) {
    const JsonKind kind = tape_.node(node).kind;
    const bool indexed =
        step < field_.steps.size() && field_.steps[step].kind == PathStep::Kind::index;
    if (kind == JsonKind::array && !indexed) {
      for_each_child(node,
                     [&](std::uint32_t, std::uint32_t value, std::uint32_t) { walk(value, step); });
      return;
    }
    context_[step] = node;
    if (step == field_.steps.size()) {
      if (condition_holds()) mask_all(node);
      return;
    }
    const PathStep& wanted = field_.steps[step];
    for_each_child(node, [&](std::uint32_t key, std::uint32_t value, std::uint32_t position) {
      if (matches(wanted, key, position)) walk(value, step + 1);
    });
  }

  bool matches(const PathStep& step, std::uint32_t key, std::uint32_t position) {
    if (step.kind == PathStep::Kind::rest) return true;
    if (step.kind == PathStep::Kind::index) return key == 0 && step.index == position;
    return key != 0 && ascii_lower(tape_.unescaped(tape_.node(key), arena_)) == step.key;
  }

  /// Calls with (key node or 0, value node, position).
  template <typename Visit>
  void for_each_child(std::uint32_t node, const Visit& visit) {
    const JsonNode& parent = tape_.node(node);
    if (parent.kind != JsonKind::object && parent.kind != JsonKind::array) return;
    const bool object = parent.kind == JsonKind::object;
    std::uint32_t position = 0;
    for (std::uint32_t i = node + 1; i < parent.next; ++position) {
      const std::uint32_t value = object ? i + 1 : i;
      visit(object ? i : 0, value, position);
      i = tape_.node(value).next;
    }
  }

  bool condition_holds() { return !field_.conditional || any_equals(context_[field_.common], 0); }

  bool any_equals(std::uint32_t node, std::size_t step) {
    const JsonNode& value = tape_.node(node);
    bool found = false;
    const bool indexed =
        step < field_.condition.size() && field_.condition[step].kind == PathStep::Kind::index;
    if (value.kind == JsonKind::array && !indexed) {
      for_each_child(node, [&](std::uint32_t, std::uint32_t child, std::uint32_t) {
        found = found || any_equals(child, step);
      });
    } else if (step == field_.condition.size()) {
      found = (value.kind == JsonKind::string ? tape_.unescaped(value, arena_)
                                              : tape_.raw(value)) == field_.condition_value;
    } else {
      for_each_child(node, [&](std::uint32_t key, std::uint32_t child, std::uint32_t position) {
        found = found ||
                (matches(field_.condition[step], key, position) && any_equals(child, step + 1));
      });
    }
    return found;
  }

  void mask_all(std::uint32_t node) {
    const std::uint32_t end = tape_.node(node).next;
    for (std::uint32_t i = node; i < end; ++i) {
      const JsonNode& value = tape_.node(i);
      if (value.kind == JsonKind::string || value.kind == JsonKind::number ||
          value.kind == JsonKind::masked) {
        masked_ += mask_digits(text_ + value.begin, value.length, value.escaped);
      }
    }
  }

  const JsonTape& tape_;
  TextArena& arena_;
  const CompiledField& field_;
  char* text_;
  std::vector<std::uint32_t> context_;  // node reached after each number of steps
  std::size_t masked_ = 0;
};

}  // namespace

struct TypedDigitsMask::State {
  std::size_t apply_json(RecordBatch& batch) const;
  std::size_t apply_csv(RecordBatch& batch) const;
  std::size_t mask_row(char* row, std::size_t length,
                       const std::vector<std::string>& columns) const;
  std::size_t mask_uncertain(char* text, std::size_t length) const;

  ReaderOptions options;
  std::vector<CompiledField> fields;
};

namespace {

char* bytes_at(RecordBatch& batch, std::uint64_t offset) {
  return batch.storage.get() + (offset - batch.offset);
}

}  // namespace

std::size_t TypedDigitsMask::State::mask_uncertain(char* text, std::size_t length) const {
  std::string boundaries = "\"\r\n";
  if (options.format == RecordFormat::csv) {
    boundaries += options.csv.delimiter;
    if (options.csv.quote != '\0') boundaries += options.csv.quote;
  } else {
    boundaries += ":,[]{} \t";
  }
  return mask_lone_entries(text, length, boundaries);
}

std::size_t TypedDigitsMask::State::apply_json(RecordBatch& batch) const {
  JsonTape tape;
  TextArena arena;
  std::size_t masked = 0;
  for (const Record& record : batch.records) {
    char* const text = bytes_at(batch, record.offset);
    arena.clear();
    if (!tape.parse(record.raw)) {
      masked += mask_uncertain(text, record.raw.size());
      continue;
    }
    for (const CompiledField& field : fields)
      masked += JsonFieldMask(tape, arena, field, text).apply();
  }
  return masked;
}

std::size_t TypedDigitsMask::State::mask_row(char* row, std::size_t length,
                                             const std::vector<std::string>& columns) const {
  std::vector<CellReader::Cell> cells;
  CellReader reader({row, length}, options.csv);
  for (CellReader::Cell cell; reader.next(cell);) cells.push_back(cell);
  const bool aligned = cells.size() == columns.size() ||
                       (options.csv.ragged == RaggedRows::pad && cells.size() < columns.size());
  if (!aligned) return mask_uncertain(row, length);
  const auto place_of = [&](const std::string& wanted) {
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const std::string& name) {
      return ascii_lower(name) == wanted;
    });
    return found == columns.end() ? kNone : static_cast<std::size_t>(found - columns.begin());
  };
  std::size_t masked = 0;
  for (const CompiledField& field : fields) {
    const std::size_t place = place_of(field.column);
    if (place >= cells.size()) continue;
    if (field.conditional) {
      const std::size_t other = place_of(field.condition_column);
      if (other >= cells.size() || cells[other].content != field.condition_value) continue;
    }
    masked += mask_digits(row + (cells[place].raw.data() - row), cells[place].raw.size(), false);
  }
  return masked;
}

std::size_t TypedDigitsMask::State::apply_csv(RecordBatch& batch) const {
  std::size_t masked = 0;
  if (!batch.columns) return masked;
  for (const Record& record : batch.records) {
    masked += mask_row(bytes_at(batch, record.offset), record.raw.size(), *batch.columns);
  }
  return masked;
}

TypedDigitsMask::TypedDigitsMask(std::unique_ptr<State> state) : state_(std::move(state)) {}
TypedDigitsMask::TypedDigitsMask(TypedDigitsMask&&) noexcept = default;
TypedDigitsMask& TypedDigitsMask::operator=(TypedDigitsMask&&) noexcept = default;
TypedDigitsMask::~TypedDigitsMask() = default;

Result<TypedDigitsMask> TypedDigitsMask::compile(const std::vector<TypedDigitsField>& fields,
                                                 const ReaderOptions& options) {
  auto state = std::make_unique<State>();
  state->options = options;
  for (const TypedDigitsField& field : fields) {
    CompiledField compiled;
    compiled.conditional = !field.condition_path.empty();
    compiled.condition_value = field.condition_value;
    if (options.format == RecordFormat::csv) {
      compiled.column = ascii_lower(field.path);
      compiled.condition_column = ascii_lower(field.condition_path);
    } else {
      CLEW_TRY(auto steps, parse_path(field.path));
      compiled.steps = lower_steps(std::move(steps));
      if (compiled.conditional) {
        CLEW_TRY(auto condition, parse_path(field.condition_path));
        condition = lower_steps(std::move(condition));
        const std::size_t shorter = std::min(condition.size(), compiled.steps.size());
        while (compiled.common < shorter &&
               same_step(condition[compiled.common], compiled.steps[compiled.common]))
          ++compiled.common;
        compiled.condition.assign(condition.begin() + static_cast<std::ptrdiff_t>(compiled.common),
                                  condition.end());
      }
    }
    state->fields.push_back(std::move(compiled));
  }
  return TypedDigitsMask(std::move(state));
}

bool TypedDigitsMask::empty() const { return state_->fields.empty(); }

std::size_t TypedDigitsMask::apply(RecordBatch& batch) const {
  if (empty()) return 0;
  std::size_t masked = state_->options.format == RecordFormat::csv ? state_->apply_csv(batch)
                                                                   : state_->apply_json(batch);
  for (const RejectedRecord& rejected : batch.rejected)
    masked += state_->mask_uncertain(bytes_at(batch, rejected.offset), rejected.raw.size());
  return masked;
}

}  // namespace clewline::ingest
