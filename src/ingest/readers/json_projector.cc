#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <deque>

#include "ingest/readers/json_tape.h"
#include "ingest/readers/projection_tree_internal.h"

namespace clewline::ingest {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;
/// Distinct unread keys counted under one object; of maps keyed by data the rest is counted
/// together.
constexpr std::size_t kUnreadKeysMax = 1000;

/// One key met in the objects of one tree node.
struct KeySlot {
  std::string key;
  std::uint32_t node = kNone;  // tree node that reads it
  std::uint64_t unread = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t last_visit = 0;
  bool several = false;  // stands for many keys
};

/// What a projector remembers of one tree node. Objects of one kind list their keys in much the
/// same order, so the key at a place is first compared with the one seen there last.
struct NodeMemory {
  struct Guess {
    std::string key;
    KeySlot* slot;
  };
  std::vector<Guess> guesses;
  std::deque<KeySlot> slots;
  absl::flat_hash_map<std::string, KeySlot*> by_key;  // as written in the records
};

class JsonProjector final : public RecordProjector {
 public:
  explicit JsonProjector(const ProjectionTree& tree)
      : tree_(tree),
        memory_(tree.nodes.size()),
        cells_(tree.column_count),
        captured_(tree.nodes.size(), kNone) {}

  void project(const RecordBatch& batch, ProjectedBatch& out) override {
    reset_projected(out, tree_.column_count, batch.records.size());
    out_ = &out;
    for (record_ = 0; record_ < batch.records.size(); ++record_)
      project_record(batch.records[record_]);
  }

  KeyReport key_report() const override;

 private:
  void project_record(const Record& record) {
    if (!tape_.parse(record.raw)) {
      const JsonError& error = tape_.error();
      return reject(RejectReason::json_syntax, record.offset + error.place,
                    std::string(error.reason) + ", at byte " + std::to_string(error.place) +
                        " of the record");
    }
    if (tape_.node(0).kind != JsonKind::object) {
      return reject(RejectReason::not_an_object, record.offset,
                    "the record is JSON, but not an object; check `format` and `records_path` of "
                    "the mapping's reader");
    }
    out_->canonical[record_] = tape_.canonical(out_->arena);
    std::fill(cells_.begin(), cells_.end(), std::string_view{});
    for (std::uint32_t level : tree_.nodes[0].levels_below) captured_[level] = kNone;
    set_columns(0, 0);
    visit_object(0, 0, true);
    for (branch_ = 0; branch_ < tree_.branches.size(); ++branch_) {
      items_.fill(-1);
      emit(0, 0);
    }
  }

  void reject(RejectReason reason, std::uint64_t place, std::string detail) {
    out_->rejected.push_back({record_, reason, place, std::move(detail)});
  }

  /// Returns a value as cell text.
  std::string_view text_of(const JsonNode& node) {
    switch (node.kind) {
      case JsonKind::null_value: return {};
      case JsonKind::string:
      case JsonKind::key: return tape_.unescaped(node, out_->arena);
      case JsonKind::object:
      case JsonKind::array: return tape_.json_text(node, out_->arena);
      default: return tape_.raw(node);
    }
  }

  void set_columns(std::uint32_t tree_node, std::uint32_t value) {
    const auto& columns = tree_.nodes[tree_node].columns;
    if (columns.empty()) return;
    const std::string_view text = text_of(tape_.node(value));
    for (std::uint32_t column : columns) cells_[column] = text;
  }

  /// Takes what the plan wants of the value that stands at a tree node.
  void take(std::uint32_t tree_node, std::uint32_t value, bool counting) {
    const ProjectionTree::Node& node = tree_.nodes[tree_node];
    set_columns(tree_node, value);
    const JsonKind kind = tape_.node(value).kind;
    if (node.level) captured_[tree_node] = value;
    if (kind == JsonKind::object && !(node.children.empty() && node.rest.empty()))
      visit_object(value, tree_node, counting);
    if (kind == JsonKind::array && !node.elements.empty()) visit_elements(value, node, counting);
  }

  void visit_elements(std::uint32_t array, const ProjectionTree::Node& node, bool counting) {
    std::uint32_t position = 0;
    for (std::uint32_t i = array + 1; i < tape_.node(array).next;
         i = tape_.node(i).next, ++position) {
      for (const auto& element : node.elements) {
        if (element.index == position) take(element.node, i, counting);
      }
    }
  }

  void visit_object(std::uint32_t object, std::uint32_t tree_node, bool counting) {
    const std::uint64_t visit = ++visits_;
    const ProjectionTree::Node& node = tree_.nodes[tree_node];
    NodeMemory& memory = memory_[tree_node];
    std::size_t position = 0;
    for (std::uint32_t i = object + 1; i < tape_.node(object).next; ++position) {
      const std::uint32_t value = i + 1;
      KeySlot& slot = find_slot(memory, node, position, tape_.node(i));
      i = tape_.node(value).next;
      if (slot.last_visit == visit && !slot.several) note_duplicate(slot, counting);
      slot.last_visit = visit;
      if (slot.node != kNone) {
        take(slot.node, value, counting);
      } else if (counting) {
        ++slot.unread;
      }
    }
    for (std::uint32_t column : node.rest) cells_[column] = rest_text(object, tree_node);
  }

  /// The last of several equal keys wins: what the one before it set is taken back.
  void note_duplicate(KeySlot& slot, bool counting) {
    if (counting) ++slot.duplicate;
    if (slot.node != kNone) clear_below(slot.node);
  }

  KeySlot& find_slot(NodeMemory& memory, const ProjectionTree::Node& node, std::size_t position,
                     const JsonNode& key_node) {
    const std::string_view raw = tape_.raw(key_node);
    if (position < memory.guesses.size() && memory.guesses[position].key == raw)
      return *memory.guesses[position].slot;
    KeySlot& slot = look_up(memory, node, tape_.unescaped(key_node, out_->arena));
    if (position == memory.guesses.size() && position < kUnreadKeysMax)
      memory.guesses.push_back({std::string(raw), &slot});
    if (position < memory.guesses.size()) memory.guesses[position] = {std::string(raw), &slot};
    return slot;
  }

  KeySlot& look_up(NodeMemory& memory, const ProjectionTree::Node& node, std::string_view key) {
    const std::string name = tree_.ignore_case ? ascii_lower(key) : std::string(key);
    if (const auto found = memory.by_key.find(name); found != memory.by_key.end())
      return *found->second;
    const auto child = std::find_if(node.children.begin(), node.children.end(),
                                    [&](const auto& c) { return c.key == name; });
    const bool read = child != node.children.end();
    if (!read && memory.slots.size() >= kUnreadKeysMax + node.children.size())
      return overflow_slot(memory);
    KeySlot& slot = memory.slots.emplace_back();
    slot.key = key;
    if (read) slot.node = child->node;
    memory.by_key.emplace(name, &slot);
    return slot;
  }

  static KeySlot& overflow_slot(NodeMemory& memory) {
    const std::string name = "(further keys)";
    if (const auto found = memory.by_key.find(name); found != memory.by_key.end())
      return *found->second;
    KeySlot& slot = memory.slots.emplace_back();
    slot.key = name;
    slot.several = true;
    memory.by_key.emplace(name, &slot);
    return slot;
  }

  /// Returns the JSON text of the members of an object that no path reads; null when there are
  /// none.
  std::string_view rest_text(std::uint32_t object, std::uint32_t tree_node) {
    rest_.clear();
    if (!add_rest(object, tree_node)) return {};
    return out_->arena.keep(rest_);
  }

  bool add_rest(std::uint32_t object, std::uint32_t tree_node) {
    const ProjectionTree::Node& node = tree_.nodes[tree_node];
    const std::size_t start = rest_.size();
    for (std::uint32_t i = object + 1; i < tape_.node(object).next; i = tape_.node(i + 1).next) {
      const JsonNode& value = tape_.node(i + 1);
      const KeySlot& slot =
          look_up(memory_[tree_node], node, tape_.unescaped(tape_.node(i), out_->arena));
      const std::size_t before = rest_.size();
      rest_ += before == start ? '{' : ',';
      rest_ += tape_.json_text(tape_.node(i), out_->arena);
      rest_ += ':';
      if (slot.node == kNone) {
        rest_ += tape_.json_text(value, out_->arena);
      } else if (!partly_read(slot.node, value) || !add_rest(i + 1, slot.node)) {
        rest_.resize(before);
      }
    }
    if (rest_.size() == start) return false;
    rest_ += '}';
    return true;
  }

  bool partly_read(std::uint32_t tree_node, const JsonNode& value) const {
    const ProjectionTree::Node& node = tree_.nodes[tree_node];
    return value.kind == JsonKind::object && node.columns.empty() && node.rest.empty();
  }

  void clear_below(std::uint32_t tree_node) {
    const ProjectionTree::Node& node = tree_.nodes[tree_node];
    for (std::uint32_t column : node.columns) cells_[column] = {};
    for (std::uint32_t column : node.columns_below) cells_[column] = {};
    for (std::uint32_t level : node.levels_below) captured_[level] = kNone;
    if (node.level) captured_[tree_node] = kNone;
  }

  /// Forgets the element of an iterated array; what explicit indexes took of the array stays.
  void clear_element(std::uint32_t tree_node) {
    const ProjectionTree::Node& node = tree_.nodes[tree_node];
    for (std::uint32_t column : node.columns_of_element) cells_[column] = {};
    for (std::uint32_t level : node.levels_below) captured_[level] = kNone;
  }

  /// Emits the rows of the branch from a level of its path on.
  void emit(std::size_t level, std::size_t depth) {
    const auto& levels = tree_.branches[branch_];
    while (level < levels.size() && captured_[levels[level]] != kNone &&
           tape_.node(captured_[levels[level]]).kind == JsonKind::object)
      ++level;
    if (level == levels.size()) return emit_row();
    const std::uint32_t tree_node = levels[level];
    const std::uint32_t array = captured_[tree_node];
    if (array == kNone || tape_.node(array).kind != JsonKind::array ||
        tape_.node(array).next == array + 1)
      return emit_row();
    const bool counting = tree_.nodes[tree_node].owner == branch_;
    std::int32_t position = 0;
    for (std::uint32_t i = array + 1; i < tape_.node(array).next;
         i = tape_.node(i).next, ++position) {
      clear_element(tree_node);
      set_columns(tree_node, i);
      if (tape_.node(i).kind == JsonKind::object) visit_object(i, tree_node, counting);
      if (depth < kForEachDepthMax) items_[depth] = position;
      emit(level + 1, depth + 1);
    }
    if (depth < kForEachDepthMax) items_[depth] = -1;
    clear_element(tree_node);
    set_columns(tree_node, array);
  }

  void emit_row() {
    for (std::size_t column = 0; column < cells_.size(); ++column)
      out_->cells[column].push_back(cells_[column]);
    out_->record.push_back(record_);
    out_->branch.push_back(static_cast<std::uint16_t>(branch_));
    out_->items.push_back(items_);
  }

  const ProjectionTree& tree_;
  std::vector<NodeMemory> memory_;       // by tree node
  std::vector<std::string_view> cells_;  // of the row in the making
  std::vector<std::uint32_t> captured_;  // by tree node: value of a level, or kNone
  std::array<std::int32_t, kForEachDepthMax> items_{};
  std::string rest_;
  JsonTape tape_;
  ProjectedBatch* out_ = nullptr;
  std::uint32_t record_ = 0;
  std::size_t branch_ = 0;
  std::uint64_t visits_ = 0;
};

KeyReport JsonProjector::key_report() const {
  KeyReport report;
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    const ProjectionTree::Node& node = tree_.nodes[i];
    for (const KeySlot& slot : memory_[i].slots) {
      const std::string path = node.path.empty() ? slot.key : node.path + "." + slot.key;
      if (slot.unread > 0 && !node.inside_rest) report.unread.push_back({path, slot.unread});
      if (slot.duplicate > 0) report.duplicate.push_back({path, slot.duplicate});
    }
  }
  return merge_key_reports({report});
}

}  // namespace

std::unique_ptr<RecordProjector> make_json_projector(const ProjectionTree& tree) {
  return std::make_unique<JsonProjector>(tree);
}

}  // namespace clewline::ingest
