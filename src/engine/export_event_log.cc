#include "engine/export_event_log.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <span>
#include <vector>

#include "render/cell_text.h"

namespace clewline::engine {
namespace {

// What a log says of an event beside its name and time, in this order behind the first columns.
constexpr std::array<std::string_view, 8> kXesKeys = {
    "org:resource",    "org:group",           "clewline:event_type",  "clewline:channel",
    "clewline:intent", "clewline:queue_name", "clewline:session_key", "clewline:ended_at"};
constexpr std::array<std::string_view, 8> kOcelKeys = {
    "clewline:agent_id", "clewline:team",       "clewline:event_type",  "clewline:channel",
    "clewline:intent",   "clewline:queue_name", "clewline:session_key", "clewline:ended_at"};
constexpr std::array<std::string_view, 5> kObjectTypes = {"case", "engagement", "interaction",
                                                          "transaction", "customer"};
constexpr std::size_t kFirstAttribute = 4;

std::string events_sql(const std::string& first_columns, const std::string& order,
                       const std::string& last_columns = "") {
  return fmt::format(
      "SELECT {}, agent_id, team, event_type, channel, intent, queue_name, session_key, "
      "strftime(ended_at, '%Y-%m-%dT%H:%M:%S.%fZ'){} FROM events JOIN (SELECT event_type, "
      "lifecycle_rank FROM event_types) USING (event_type) WHERE customer_id IS NOT NULL ORDER BY "
      "{} occurred_at, lifecycle_rank, coalesce(sequence, 0), event_id",
      first_columns, last_columns, order);
}

const std::string kNameAndTime =
    "coalesce(activity, event_type) AS name, strftime(occurred_at, '%Y-%m-%dT%H:%M:%S.%fZ') AS "
    "moment";

/// A file that is written once, from its beginning to its end.
class LogFile {
 public:
  explicit LogFile(const std::string& path) : out_(path, std::ios::binary), path_(path) {}
  void write(std::string_view text) {
    out_.write(text.data(), static_cast<std::streamsize>(text.size()));
  }
  Status close() {
    out_.close();
    if (out_) return {};
    return Error{ErrorCode::io, "cannot write " + path_, "check the free space on the disk"};
  }

 private:
  std::ofstream out_;
  std::string path_;
};

/// Calls `take` with the texts of each row; null is an empty text.
template <typename Take>
Status each_row(store::Connection& connection, const std::string& sql, const Take& take) {
  CLEW_TRY(auto rows, connection.stream(sql));
  std::vector<std::string_view> texts(rows.columns().size());
  while (true) {
    CLEW_TRY(const bool more, rows.next());
    if (!more) return {};
    for (std::size_t r = 0; r < rows.rows(); ++r) {
      for (std::size_t c = 0; c < texts.size(); ++c)
        texts[c] = rows.column(c).is_null(r) ? std::string_view() : rows.column(c).text(r);
      take(texts);
    }
  }
}

// Characters that XML 1.0 cannot hold become the one that stands for what cannot be shown.
void add_xml(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\t': out += "&#9;"; break;
      case '\n': out += "&#10;"; break;
      case '\r': out += "&#13;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out += "\xEF\xBF\xBD";
        else
          out += c;
    }
  }
}

void add_attribute(std::string& out, std::string_view indent, std::string_view type,
                   std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += fmt::format("{}<{} key=\"{}\" value=\"", indent, type, key);
  add_xml(out, value);
  out += "\"/>\n";
}

constexpr std::string_view kXesHead =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Identity" prefix="identity" uri="http://www.xes-standard.org/identity.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
)";

Result<std::int64_t> write_xes(store::Connection& connection, const std::string& level,
                               LogFile& file) {
  file.write(kXesHead);
  const std::string unit = store::quote_identifier(level + "_id");
  const std::string sql = events_sql(unit + " AS unit, customer_id, " + kNameAndTime, "unit,");
  std::int64_t events = 0;
  std::string trace;
  std::string text;
  CLEW_TRY_VOID(each_row(connection, sql, [&](const std::vector<std::string_view>& row) {
    text.clear();
    if (events == 0 || row[0] != trace) {
      if (events > 0) text += "  </trace>\n";
      trace = row[0];
      text += "  <trace>\n";
      add_attribute(text, "    ", "string", "concept:name", row[0]);
      add_attribute(text, "    ", "string", "customer", row[1]);
    }
    text += "    <event>\n";
    add_attribute(text, "      ", "string", "concept:name", row[2]);
    add_attribute(text, "      ", "date", "time:timestamp", row[3]);
    for (std::size_t k = 0; k < kXesKeys.size(); ++k)
      add_attribute(text, "      ", kXesKeys[k].ends_with("_at") ? "date" : "string", kXesKeys[k],
                    row[kFirstAttribute + k]);
    text += "    </event>\n";
    file.write(text);
    ++events;
  }));
  file.write(events > 0 ? "  </trace>\n</log>\n" : "</log>\n");
  return events;
}

void add_member(std::string& out, std::string_view name, std::string_view value) {
  out += fmt::format("\"{}\": ", name);
  render::add_json_string(out, value);
}

std::string named_types(std::span<const std::string_view> names, std::string_view attributes) {
  std::string out;
  for (const std::string_view name : names)
    out += fmt::format("{}  {{\"name\": \"{}\", \"attributes\": {}}}", out.empty() ? "" : ",\n",
                       name, attributes);
  return out;
}

/// Adds `{"NAME": …, "VALUE": …}` for each name whose column has a value.
void add_pairs(std::string& out, std::string_view name, std::span<const std::string_view> names,
               std::string_view value, const std::vector<std::string_view>& row,
               std::size_t column) {
  bool first = true;
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (row[column + k].empty()) continue;
    out += first ? "{" : ", {";
    first = false;
    add_member(out, name, names[k]);
    out += ", ";
    add_member(out, value, row[column + k]);
    out += "}";
  }
}

Status write_objects(store::Connection& connection, LogFile& file) {
  file.write("\"objects\": [");
  bool first = true;
  for (const std::string_view type : kObjectTypes) {
    const std::string id =
        type == "case" ? "source || '/' || case_key" : fmt::format("{}_id", type);
    CLEW_TRY_VOID(each_row(
        connection,
        fmt::format(
            "SELECT DISTINCT {0} AS id FROM events WHERE customer_id IS NOT NULL AND {0} IS "
            "NOT NULL ORDER BY id",
            id),
        [&](const std::vector<std::string_view>& row) {
          std::string text = first ? "\n  {" : ",\n  {";
          first = false;
          add_member(text, "id", row[0]);
          text +=
              fmt::format(", \"type\": \"{}\", \"attributes\": [], \"relationships\": []}}", type);
          file.write(text);
        }));
  }
  file.write("\n],\n");
  return {};
}

Result<std::int64_t> write_ocel(store::Connection& connection, LogFile& file) {
  std::string attributes = "[";
  for (const std::string_view key : kOcelKeys)
    attributes +=
        fmt::format("{}{{\"name\": \"{}\", \"type\": \"{}\"}}", attributes.size() > 1 ? ", " : "",
                    key, key.ends_with("_at") ? "time" : "string");
  attributes += "]";
  std::string types;
  CLEW_TRY_VOID(each_row(connection,
                         "SELECT DISTINCT coalesce(activity, event_type) AS name FROM events WHERE "
                         "customer_id IS NOT NULL ORDER BY name",
                         [&](const std::vector<std::string_view>& row) {
                           types += types.empty() ? "\n  {" : ",\n  {";
                           add_member(types, "name", row[0]);
                           types += ", \"attributes\": " + attributes + "}";
                         }));
  file.write("{\"objectTypes\": [\n" + named_types(kObjectTypes, "[]") + "\n],\n\"eventTypes\": [" +
             types + "\n],\n");
  CLEW_TRY_VOID(write_objects(connection, file));
  file.write("\"events\": [");
  // The ids of the objects stand behind the attributes.
  const std::string sql = events_sql(
      "event_id, customer_id, " + kNameAndTime, "",
      ", source || '/' || case_key, engagement_id, interaction_id, transaction_id, customer_id");
  std::int64_t events = 0;
  std::string text;
  CLEW_TRY_VOID(each_row(connection, sql, [&](const std::vector<std::string_view>& row) {
    text = events == 0 ? "\n  {" : ",\n  {";
    ++events;
    add_member(text, "id", row[0]);
    text += ", ";
    add_member(text, "type", row[2]);
    text += ", ";
    add_member(text, "time", row[3]);
    text += ", \"attributes\": [";
    add_pairs(text, "name", kOcelKeys, "value", row, kFirstAttribute);
    text += "], \"relationships\": [";
    add_pairs(text, "qualifier", kObjectTypes, "objectId", row, kFirstAttribute + kOcelKeys.size());
    text += "]}";
    file.write(text);
  }));
  file.write("\n]}\n");
  return events;
}

}  // namespace

Result<std::int64_t> write_event_log(store::Connection& connection, const std::string& format,
                                     const std::string& level, const std::string& path) {
  LogFile file(path);
  CLEW_TRY(const std::int64_t events,
           format == "xes" ? write_xes(connection, level, file) : write_ocel(connection, file));
  CLEW_TRY_VOID(file.close());
  return events;
}

}  // namespace clewline::engine
