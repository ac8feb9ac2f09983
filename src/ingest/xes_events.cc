#include "ingest/xes_events.h"

#include <expat.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "ingest/json_text.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kDepthMax = 64;             // elements inside each other
constexpr std::size_t kEventBytesMax = 16 << 20;  // of one event's or trace's attributes

enum class Place : std::uint8_t { outside, log, trace, event, attribute, ignored };

std::string_view attribute_of(const XML_Char** attributes, std::string_view name) {
  for (; *attributes != nullptr; attributes += 2) {
    if (name == attributes[0]) return attributes[1];
  }
  return {};
}

// An element's name without the prefix of its namespace.
std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

struct XesEvents::State {
  XML_Parser parser = XML_ParserCreate(nullptr);
  std::vector<Place> places = {Place::outside};
  std::vector<std::size_t> key_lengths;  // of the attributes that are open
  std::string key;
  std::string trace;  // members of the trace's attributes
  std::string event;  // members of the event's attributes
  std::string lines;
  std::string trouble;

  ~State() { XML_ParserFree(parser); }

  void fail(std::string words) {
    if (trouble.empty())
      trouble =
          "line " + std::to_string(XML_GetCurrentLineNumber(parser)) + ": " + std::move(words);
    XML_StopParser(parser, XML_FALSE);
  }

  Place place_of(std::string_view name) const {
    const Place outer = places.back();
    if (outer == Place::outside) return name == "log" ? Place::log : Place::ignored;
    if (outer == Place::log && name == "trace") return Place::trace;
    if ((outer == Place::log || outer == Place::trace) && name == "event") return Place::event;
    if (outer == Place::trace || outer == Place::event || outer == Place::attribute)
      return Place::attribute;
    return Place::ignored;
  }

  void begin(std::string_view name, const XML_Char** attributes) {
    if (places.size() > kDepthMax) return fail("elements are nested too deep");
    const Place place = place_of(local_name(name));
    if (places.back() == Place::outside && place != Place::log)
      return fail("`" + std::string(name) + "` where `log` was expected: this is no XES");
    places.push_back(place);
    if (place == Place::trace) trace.clear();
    if (place == Place::event) event.clear();
    if (place == Place::attribute) begin_attribute(local_name(name), attributes);
  }

  void begin_attribute(std::string_view name, const XML_Char** attributes) {
    key_lengths.push_back(key.size());
    const std::string_view own = attribute_of(attributes, "key");
    // `values` of a list has no key of its own.
    if (own.empty() || name == "values") return;
    if (!key.empty()) key += '/';
    key += own;
    if (name == "list" || name == "container") return;
    const bool of_event = std::ranges::find(places, Place::event) != places.end();
    std::string& members = of_event ? event : trace;
    if (members.size() > kEventBytesMax) return fail("one event or trace is larger than 16 MB");
    if (!members.empty()) members += ',';
    append_json_string(members, of_event ? key : "case:" + key);
    members += ':';
    append_json_string(members, attribute_of(attributes, "value"));
  }

  void end() {
    const Place place = places.back();
    places.pop_back();
    if (place == Place::attribute) {
      key.resize(key_lengths.back());
      key_lengths.pop_back();
    }
    if (place != Place::event) return;
    lines += '{';
    lines += trace;
    if (!trace.empty() && !event.empty()) lines += ',';
    lines += event;
    lines += "}\n";
  }
};

XesEvents::XesEvents() : state_(std::make_unique<State>()) {
  XML_SetUserData(state_->parser, state_.get());
  XML_SetElementHandler(
      state_->parser,
      [](void* data, const XML_Char* name, const XML_Char** attributes) {
        static_cast<State*>(data)->begin(name, attributes);
      },
      [](void* data, const XML_Char*) { static_cast<State*>(data)->end(); });
  // A log needs no document type, and entities of one could make few bytes many.
  XML_SetStartDoctypeDeclHandler(
      state_->parser, [](void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
        static_cast<State*>(data)->fail("it declares a document type, which is not read");
      });
}

XesEvents::~XesEvents() = default;

bool XesEvents::read(std::string_view bytes, bool is_last) {
  if (!state_->trouble.empty()) return false;
  const auto status = XML_Parse(state_->parser, bytes.data(), static_cast<int>(bytes.size()),
                                is_last ? XML_TRUE : XML_FALSE);
  if (status == XML_STATUS_OK && state_->trouble.empty()) return true;
  if (state_->trouble.empty()) state_->fail(XML_ErrorString(XML_GetErrorCode(state_->parser)));
  return false;
}

std::string XesEvents::take_lines() { return std::exchange(state_->lines, {}); }

std::size_t XesEvents::lines_bytes() const { return state_->lines.size(); }

const std::string& XesEvents::trouble() const { return state_->trouble; }

bool looks_like_xes(std::string_view first_bytes) {
  if (first_bytes.starts_with("\xEF\xBB\xBF")) first_bytes.remove_prefix(3);
  const std::size_t start = first_bytes.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || first_bytes[start] != '<') return false;
  return first_bytes.find("<log") != std::string_view::npos;
}

}  // namespace clewline::ingest
