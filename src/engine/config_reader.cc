#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/closest_name.h"
#include "engine/config_reader_internal.h"
#include "engine/duration_text.h"

namespace clewline::engine {
namespace {

std::string type_name(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Sequence: return "a list";
    case YAML::NodeType::Map: return "a mapping";
    case YAML::NodeType::Null: return "nothing";
    default: return "`" + node.Scalar() + "`";
  }
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (std::size_t i = 0; i < texts.size(); ++i) out += (i > 0 ? ", " : "") + texts[i];
  return out + "]";
}

std::string number_words(double number) {
  std::array<char, 40> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return std::string(buffer.data(), written.ptr);
}

}  // namespace

YAML::Node ConfigFile::parse(const std::string& text) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    fault(error.mark, "this is not YAML: " + error.msg,
          "check indentation, quotes and brackets near this place");
    return YAML::Node(YAML::NodeType::Undefined);
  }
}

void ConfigFile::fault(const YAML::Mark& mark, std::string message, std::string hint) {
  ConfigFault fault;
  fault.file = name_;
  if (!mark.is_null()) {
    fault.line = mark.line + 1;
    fault.column = mark.column + 1;
  }
  fault.message = std::move(message);
  fault.hint = std::move(hint);
  reading_.faults.push_back(std::move(fault));
}

void ConfigFile::setting(std::string path, std::string value, const YAML::Node& node) {
  std::string origin = "default";
  if (node.IsDefined()) origin = name_ + ":" + std::to_string(node.Mark().line + 1);
  reading_.settings.push_back({std::move(path), std::move(value), std::move(origin)});
}

MapReader::MapReader(ConfigFile& file, const YAML::Node& node, std::string path)
    : file_(file),
      node_(node.IsDefined() && node.IsMap() ? node : YAML::Node(YAML::NodeType::Map)),
      path_(std::move(path)) {
  if (node.IsDefined() && !node.IsNull() && !node.IsMap()) {
    file_.fault(node.Mark(),
                (path_.empty() ? "the file" : "`" + path_ + "`") +
                    " must be a mapping of `name: value` lines, found " + type_name(node),
                "see the comments that `clewline init` writes into a new workspace");
  }
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const std::string key = entry.first.Scalar();
    if (!seen.insert(key).second) {
      file_.fault(entry.first.Mark(), "`" + full(key) + "` stands twice", "keep one of the two");
    }
  }
}

YAML::Node MapReader::take(const std::string& key) {
  asked_.insert(key);
  const YAML::Node& look = node_;
  return look[key];
}

MapReader::Found MapReader::scalar(const std::string& key, std::string_view wanted) {
  Found found{take(key), std::nullopt};
  if (!found.node.IsDefined()) return found;
  if (found.node.IsScalar()) {
    found.text = found.node.Scalar();
  } else {
    file_.fault(
        found.node.Mark(),
        "`" + full(key) + "` must be " + std::string(wanted) + ", found " + type_name(found.node),
        "write it on the same line as the name");
  }
  return found;
}

void MapReader::duration(const std::string& key, std::int64_t& target, std::int64_t least) {
  const Found found = scalar(key, "a duration");
  const YAML::Node& node = found.node;
  if (const auto& text = found.text) {
    const auto read = parse_duration_text(*text);
    if (!read) {
      file_.fault(node.Mark(), "`" + full(key) + "` must be a duration, found `" + *text + "`",
                  "write a whole number and a unit: ms, s, min, h or d, e.g. `30 min`");
    } else if (*read < least) {
      file_.fault(node.Mark(),
                  "`" + full(key) + "` must be at least " + duration_text(least) + ", found `" +
                      *text + "`",
                  "choose a longer time");
    } else {
      target = *read;
    }
  }
  file_.setting(full(key), duration_text(target), node);
}

void MapReader::count(const std::string& key, std::uint32_t& target, std::uint32_t least,
                      std::uint32_t greatest) {
  const Found found = scalar(key, "a whole number");
  const YAML::Node& node = found.node;
  if (const auto& text = found.text) {
    std::int64_t read = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), read);
    if (error != std::errc() || end != text->data() + text->size() || read < least ||
        read > greatest) {
      file_.fault(node.Mark(),
                  "`" + full(key) + "` must be a whole number from " + std::to_string(least) +
                      " to " + std::to_string(greatest) + ", found `" + *text + "`",
                  "write digits only");
    } else {
      target = static_cast<std::uint32_t>(read);
    }
  }
  file_.setting(full(key), std::to_string(target), node);
}

void MapReader::number(const std::string& key, double& target, double least, double greatest) {
  const Found found = scalar(key, "a number");
  const YAML::Node& node = found.node;
  if (const auto& text = found.text) {
    double read = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), read);
    if (error != std::errc() || end != text->data() + text->size() || !std::isfinite(read) ||
        read < least || read > greatest) {
      file_.fault(node.Mark(),
                  "`" + full(key) + "` must be a number from " + number_words(least) + " to " +
                      number_words(greatest) + ", found `" + *text + "`",
                  "write it as 0.9");
    } else {
      target = read;
    }
  }
  file_.setting(full(key), number_words(target), node);
}

void MapReader::flag(const std::string& key, bool& target) {
  const Found found = scalar(key, "true or false");
  const YAML::Node& node = found.node;
  if (const auto& text = found.text) {
    if (*text != "true" && *text != "false") {
      file_.fault(node.Mark(), "`" + full(key) + "` must be true or false, found `" + *text + "`",
                  "write true or false");
    } else {
      target = *text == "true";
    }
  }
  file_.setting(full(key), target ? "true" : "false", node);
}

void MapReader::text(const std::string& key, std::string& target) {
  const Found found = scalar(key, "a text");
  const YAML::Node& node = found.node;
  if (const auto& text = found.text) target = *text;
  file_.setting(full(key), target, node);
}

void MapReader::texts(const std::string& key, std::vector<std::string>& target) {
  const YAML::Node node = take(key);
  if (node.IsDefined() && !node.IsNull()) {
    std::vector<std::string> read;
    bool good = node.IsSequence();
    for (std::size_t i = 0; good && i < node.size(); ++i) {
      const YAML::Node entry = node[i];
      good = entry.IsScalar();
      if (good) read.push_back(entry.Scalar());
    }
    if (good) {
      target = std::move(read);
    } else {
      file_.fault(node.Mark(), "`" + full(key) + "` must be a list of texts",
                  "write [a, b] or one `- a` line each");
    }
  }
  file_.setting(full(key), joined(target), node);
}

void MapReader::choice(const std::string& key, std::span<const std::string_view> names,
                       std::size_t& index) {
  const Found found = scalar(key, "a name");
  const YAML::Node& node = found.node;
  if (const auto& text = found.text) {
    std::size_t position = 0;
    while (position < names.size() && names[position] != *text) ++position;
    if (position < names.size()) {
      index = position;
    } else {
      const std::vector<std::string> known(names.begin(), names.end());
      file_.fault(node.Mark(), "`" + full(key) + "` has the unknown value `" + *text + "`",
                  did_you_mean(*text, known, "one of " + joined(known)));
    }
  }
  file_.setting(full(key), std::string(names[index]), node);
}

MapReader MapReader::map(const std::string& key) { return MapReader(file_, take(key), full(key)); }

bool MapReader::list(const std::string& key, const std::function<void(MapReader&)>& item) {
  const YAML::Node node = take(key);
  if (!node.IsDefined() || node.IsNull()) return false;
  if (!node.IsSequence()) {
    file_.fault(node.Mark(), "`" + full(key) + "` must be a list, found " + type_name(node),
                "begin each entry with `- `");
    return false;
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    MapReader reader(file_, node[i], full(key) + "[" + std::to_string(i) + "]");
    item(reader);
    reader.finish();
  }
  return true;
}

std::vector<std::string> MapReader::keys() const {
  std::vector<std::string> out;
  for (const auto& entry : node_) out.push_back(entry.first.Scalar());
  return out;
}

bool MapReader::has(const std::string& key) const {
  const YAML::Node& look = node_;
  return look[key].IsDefined();
}

YAML::Mark MapReader::mark_of(const std::string& key) const {
  for (const auto& entry : node_) {
    if (entry.first.Scalar() == key) return entry.first.Mark();
  }
  return node_.Mark();
}

void MapReader::require(const std::string& key) {
  if (!has(key))
    file_.fault(node_.Mark(), "`" + full(key) + "` is missing", "add a line `" + key + ": …`");
}

void MapReader::fault(const std::string& key, std::string message, std::string hint) {
  file_.fault(mark_of(key), std::move(message), std::move(hint));
}

void MapReader::finish() {
  const std::vector<std::string> known(asked_.begin(), asked_.end());
  for (const auto& entry : node_) {
    const std::string key = entry.first.Scalar();
    if (asked_.contains(key)) continue;
    file_.fault(entry.first.Mark(), "`" + full(key) + "` is not a setting",
                did_you_mean(key, known, "known here: " + joined(known)));
  }
}

Result<std::string> read_yaml_file(const std::string& path, std::string hint_if_absent,
                                   const std::function<void(MapReader&)>& read) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path))
    return Error{ErrorCode::not_found, "there is no file " + path, std::move(hint_if_absent)};
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  ConfigReading reading;
  ConfigFile file(path, reading);
  const YAML::Node node = file.parse(text);
  try {
    MapReader reader(file, node, "");
    read(reader);
  } catch (const YAML::Exception& error) {
    file.fault(error.mark, error.msg, "check this line");
  }
  if (reading.faults.empty()) return text;
  const ConfigFault& fault = reading.faults.front();
  const std::string place =
      fault.line > 0 ? fmt::format("{}:{}:{}: ", path, fault.line, fault.column) : path + ": ";
  return Error{ErrorCode::bad_input, place + fault.message, fault.hint};
}

}  // namespace clewline::engine
