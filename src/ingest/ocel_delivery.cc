#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <simdjson.h>

#include <array>

#include "base/sha256.h"
#include "ingest/json_text.h"
#include "ingest/text_pieces.h"

namespace clewline::ingest {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

/// A member that is a text, or any other value as JSON writes it; absent: empty.
std::string text_of(const object& parent, std::string_view name) {
  element value;
  if (parent.at_key(name).get(value) != simdjson::SUCCESS || value.is_null()) return {};
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  return simdjson::minify(value);
}

/// Calls `take` for each object of a member that is a list.
template <typename Take>
void each(const object& parent, std::string_view name, const Take& take) {
  simdjson::dom::array list;
  if (parent.at_key(name).get(list) != simdjson::SUCCESS) return;
  for (const element entry : list) {
    object value;
    if (entry.get(value) == simdjson::SUCCESS) take(value);
  }
}

/// Writes events of an OCEL 2.0 document as lines, with the types of the objects they name.
class OcelLines {
 public:
  explicit OcelLines(const object& document) {
    each(document, "objects", [this](const object& entry) {
      types_.insert_or_assign(text_of(entry, "id"), text_of(entry, "type"));
    });
    each(document, "events", [this](const object& event) { add(event); });
  }
  std::string take() { return std::move(lines_); }

 private:
  void add(const object& event) {
    names_.clear();
    lines_ += '{';
    for (const char* name : {"id", "type", "time"})
      member(std::string("ocel:") + name, text_of(event, name));
    each(event, "attributes", [this](const object& attribute) {
      member(text_of(attribute, "name"), text_of(attribute, "value"));
    });
    std::string objects;
    each(event, "relationships", [&](const object& relation) {
      const std::string id = text_of(relation, "objectId");
      const auto found = types_.find(id);
      const std::string type = found == types_.end() ? std::string() : found->second;
      if (objects.empty()) member("object", id);
      if (!type.empty()) member("object:" + type, id);
      objects += objects.empty() ? "{\"type\":" : ",{\"type\":";
      append_json_string(objects, type);
      objects += ",\"id\":";
      append_json_string(objects, id);
      objects += ",\"qualifier\":";
      append_json_string(objects, text_of(relation, "qualifier"));
      objects += '}';
    });
    lines_ += ",\"objects\":[" + objects + "]}\n";
  }

  // Of members of one name the first stands.
  void member(const std::string& name, const std::string& value) {
    if (!names_.insert(name).second) return;
    if (lines_.back() != '{') lines_ += ',';
    append_json_string(lines_, name);
    lines_ += ':';
    append_json_string(lines_, value);
  }

  absl::flat_hash_map<std::string, std::string> types_;
  absl::flat_hash_set<std::string> names_;
  std::string lines_;
};

}  // namespace

Result<std::unique_ptr<Delivery>> deliver_ocel(std::string packed) {
  FileOutcome outcome;
  outcome.original_bytes = packed.size();
  outcome.sha256 = sha256(packed);
  const auto source = ByteSource::from_bytes(std::move(packed));
  std::string text;
  std::array<char, 1 << 16> buffer{};
  for (std::size_t got = source->read(buffer); got > 0; got = source->read(buffer))
    text.append(buffer.data(), got);
  simdjson::dom::parser parser;
  object document;
  const auto fault = parser.parse(text).get(document);
  if (!source->trouble().empty() || fault != simdjson::SUCCESS)
    return Error{ErrorCode::bad_input,
                 "the file is no readable OCEL 2.0 document: " +
                     (source->trouble().empty() ? std::string(simdjson::error_message(fault))
                                                : source->trouble()),
                 "Its JSON form is one object with objectTypes, eventTypes, objects and events."};
  if (document.at_key("events").error() != simdjson::SUCCESS)
    return Error{ErrorCode::bad_input, "the file has no `events`: it is no OCEL 2.0 document",
                 "OCEL 1.0 names them ocel:events; write it as 2.0, e.g. with pm4py."};
  auto lines = std::make_shared<std::string>(OcelLines(document).take());
  return deliver_pieces([lines] { return Result<std::string>(std::exchange(*lines, {})); },
                        [] { return std::string(); }, std::move(outcome), "ocel");
}

}  // namespace clewline::ingest
