#include "ingest/sample.h"

#include <simdjson.h>

#include <algorithm>
#include <map>

#include "ingest/delivery.h"
#include "ingest/readers/projector.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kFieldsMax = 500;
constexpr int kDepthMax = 6;

bool is_plain_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// Words that SQL reads as something else where a column is meant.
bool is_sql_word(std::string_view name) {
  constexpr std::string_view kWords[] = {
      "all",       "and",       "any",   "as",      "asc",       "between",     "both",
      "case",      "cast",      "check", "column",  "create",    "default",     "desc",
      "distinct",  "do",        "else",  "end",     "except",    "false",       "fetch",
      "for",       "foreign",   "from",  "grant",   "group",     "having",      "in",
      "initially", "intersect", "into",  "is",      "lambda",    "lateral",     "leading",
      "like",      "limit",     "not",   "null",    "offset",    "on",          "only",
      "or",        "order",     "pivot", "placing", "primary",   "qualify",     "references",
      "returning", "select",    "show",  "some",    "symmetric", "table",       "then",
      "to",        "trailing",  "true",  "union",   "unique",    "unpivot",     "using",
      "variadic",  "when",      "where", "window",  "with",      "line_number", "file_name"};
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords);
}

std::string quoted_name(std::string_view name) {
  if (is_plain_name(name) && !is_sql_word(name)) return std::string(name);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

/// Collects the values of JSON records by path.
class JsonFields {
 public:
  explicit JsonFields(Sample& sample) : sample_(sample) {}

  void add(std::string_view raw, std::uint32_t record) {
    simdjson::dom::element root;
    if (parser_.parse(raw.data(), raw.size()).get(root) != simdjson::SUCCESS) return;
    visit(root, "", "", record, 0);
  }

 private:
  void visit(const simdjson::dom::element& value, const std::string& path,
             const std::string& expression, std::uint32_t record, int depth) {
    simdjson::dom::object object;
    if (value.get(object) == simdjson::SUCCESS && depth < kDepthMax) {
      for (const auto& [key, inner] : object) {
        const std::string name(key);
        visit(inner, path.empty() ? name : path + "." + name,
              expression.empty() ? quoted_name(name) : expression + "." + quoted_name(name), record,
              depth + 1);
      }
      return;
    }
    if (value.is_null() || path.empty()) return;
    auto [entry, is_new] = numbers_.try_emplace(path, sample_.fields.size());
    if (is_new) {
      if (sample_.fields.size() >= kFieldsMax) {
        numbers_.erase(entry);
        return;
      }
      sample_.fields.push_back({path, expression, {}, {}, value.is_array()});
    }
    SampleField& field = sample_.fields[entry->second];
    std::string_view text;
    field.values.push_back(value.get(text) == simdjson::SUCCESS ? std::string(text)
                                                                : simdjson::minify(value));
    field.records.push_back(record);
  }

  Sample& sample_;
  simdjson::dom::parser parser_;
  std::map<std::string, std::size_t> numbers_;
};

Status add_csv(const RecordBatch& batch, std::uint64_t wanted, Sample& sample) {
  if (batch.columns == nullptr) return {};
  if (sample.fields.empty()) {
    for (const std::string& name : *batch.columns)
      sample.fields.push_back({name, field_expression(RecordShape::csv, name), {}, {}, false});
  }
  ProjectionPlan plan;
  for (const SampleField& field : sample.fields) plan.columns.push_back(field.path);
  plan.branches = {""};
  CLEW_TRY(const auto projection, CompiledProjection::compile(plan, sample.options));
  Projector projector(projection);
  ProjectedBatch rows;
  projector.project(batch, rows);
  for (std::size_t row = 0; row < std::min<std::uint64_t>(rows.row_count(), wanted); ++row) {
    for (std::size_t i = 0; i < sample.fields.size(); ++i) {
      const std::string_view cell = rows.cells[i][row];
      if (cell.data() == nullptr || cell.empty()) continue;
      sample.fields[i].values.emplace_back(cell);
      sample.fields[i].records.push_back(static_cast<std::uint32_t>(sample.records + row));
    }
  }
  return {};
}

}  // namespace

std::string field_expression(RecordShape shape, const std::string& path) {
  if (shape == RecordShape::csv) return quoted_name(path);
  std::string out;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t dot = std::min(path.find('.', begin), path.size());
    out += (out.empty() ? "" : ".") + quoted_name(path.substr(begin, dot - begin));
    begin = dot + 1;
  }
  return out;
}

std::string yaml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    }
  }
  return out + "\"";
}

Result<Sample> read_sample(const std::string& file, const MappingReader& reader,
                           std::uint64_t limit) {
  CLEW_TRY(const std::unique_ptr<Delivery> delivery, open_delivery(file, reader));
  Sample sample;
  sample.options = delivery->options();
  sample.shape = shape_of(sample.options);
  JsonFields json(sample);
  RecordBatch batch;
  while (sample.records < limit) {
    CLEW_TRY(const bool more, delivery->next(batch));
    if (!more) break;
    const std::uint64_t wanted =
        std::min<std::uint64_t>(limit - sample.records, batch.records.size());
    if (sample.shape == RecordShape::csv) {
      CLEW_TRY_VOID(add_csv(batch, wanted, sample));
    } else {
      for (std::uint64_t i = 0; i < wanted; ++i)
        json.add(batch.records[i].raw, static_cast<std::uint32_t>(sample.records + i));
    }
    sample.records += wanted;
    sample.rejected += batch.rejected.size();
  }
  return sample;
}

}  // namespace clewline::ingest
