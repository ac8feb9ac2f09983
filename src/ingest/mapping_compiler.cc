#include "ingest/mapping_compiler.h"

#include <algorithm>

#include "ingest/expression_lowering.h"
#include "ingest/row_issue.h"
#include "ingest/select_builder.h"
#include "ingest/spelling.h"

namespace clewline::ingest {
namespace {

using Use = OutputColumn::Use;

std::string lost(const std::string& input, const std::string& output, std::uint64_t bit) {
  return "(CASE WHEN " + input + " IS NOT NULL AND " + output + " IS NULL THEN " +
         std::to_string(bit) + "::UBIGINT ELSE 0::UBIGINT END)";
}

std::string in_rules(const std::vector<int>& rules) {
  std::string sql = "e IN (";
  for (std::size_t i = 0; i < rules.size(); ++i)
    sql += (i == 0 ? "" : ", ") + std::to_string(rules[i]);
  return sql + ")";
}

/// Compiles one mapping for one shape of records.
class Compiler {
 public:
  Compiler(std::shared_ptr<const Mapping> mapping, RecordShape shape,
           const WorkspaceDefaults& workspace, store::Connection& parser)
      : mapping_(*mapping),
        shape_(shape),
        parser_(parser),
        lowering_(*mapping, shape,
                  mapping->source.zone == "workspace" ? workspace.zone : mapping->source.zone,
                  parser) {
    out_.mapping = std::move(mapping);
    out_.shape = shape;
    out_.region = mapping_.source.region == "workspace" ? workspace.region : mapping_.source.region;
  }

  Result<CompiledMapping> compile(const std::string& source_name) {
    CLEW_TRY_VOID(lowering_.read_loops());
    CLEW_TRY_VOID(compile_record());
    if (mapping_.record.kind == RecordKind::event) {
      CLEW_TRY_VOID(compile_rules());
    } else {
      CLEW_TRY_VOID(compile_row());
    }
    add_issues_column();
    CLEW_TRY_VOID(bind());
    finish(source_name);
    return std::move(out_);
  }

 private:
  // ---- the record: key, version, skip, reject ----

  Result<std::string> text_sql(const ExpressionText& expression) {
    CLEW_TRY(const Lowered value, lowering_.lower(expression));
    if (value.type == ValueType::time) {
      return error_at(expression.place, "a text is wanted, not a time",
                      "Use the source field itself.");
    }
    std::string sql =
        value.type == ValueType::text ? value.sql : "CAST(" + value.sql + " AS VARCHAR)";
    builder_.placed.push_back({sql, expression.place});
    return sql;
  }

  Result<std::string> condition_sql(const ExpressionText& expression) {
    CLEW_TRY(const Lowered value, lowering_.lower(expression));
    if (value.type == ValueType::text || value.type == ValueType::number ||
        value.type == ValueType::time) {
      return error_at(expression.place, "a condition is wanted: true or false",
                      "Compare the value, e.g. x = 'y'; flags are text: x = 'true'.");
    }
    builder_.placed.push_back({value.sql, expression.place});
    return "coalesce(TRY(" + value.sql + "), false)";
  }

  Result<std::string> key_sql() {
    std::string sql;
    for (const ExpressionText& part : mapping_.record.key) {
      CLEW_TRY(const std::string text, text_sql(part));
      const std::string single = "TRY(nullif(" + text + ", ''))";
      if (mapping_.record.key.size() == 1) return single;
      sql += (sql.empty() ? "" : " || '|' || ") + ("replace(" + single + ", '|', '\\|')");
    }
    return sql;
  }

  Result<std::string> version_sql() {
    const ExpressionText& expression = mapping_.record.version;
    CLEW_TRY(const Lowered value, lowering_.lower(expression));
    std::string sql;
    if (value.type == ValueType::time) {
      sql = "epoch_us(" + value.sql + ")";
    } else if (value.type == ValueType::text) {
      // A bare field: a whole number, else a time with offset.
      const std::size_t format = lowering_.time_formats().size();
      auto iso = text::TimeFormat::compile("iso", "UTC");
      if (!iso.ok()) return std::move(iso).error();
      lowering_.time_formats().push_back(*iso);
      lowering_.time_zones().push_back("UTC");
      sql = "coalesce(TRY_CAST(" + value.sql + " AS BIGINT), epoch_us(clew_ts(" + value.sql + ", " +
            std::to_string(format) + ").t))";
    } else {
      sql = "TRY_CAST(" + value.sql + " AS BIGINT)";
    }
    builder_.placed.push_back({sql, expression.place});
    return "TRY(" + sql + ")";
  }

  Status compile_record() {
    const auto add = [&](const char* name, std::string sql, Use use) {
      builder_.record_columns.emplace_back(name, std::move(sql));
      builder_.record_outputs.push_back({use, 0});
    };
    if (!mapping_.record.keyless) {
      CLEW_TRY(std::string key, key_sql());
      add("rid", std::move(key), Use::record_id);
    }
    if (mapping_.record.version.present()) {
      CLEW_TRY(std::string version, version_sql());
      add("ver", std::move(version), Use::version);
    }
    std::string skip = "false";
    if (mapping_.skip.present()) {
      CLEW_TRY(skip, condition_sql(mapping_.skip));
    }
    add("skip", skip, Use::skip);
    std::string reject = "NULL::VARCHAR";
    if (!mapping_.reject.empty()) {
      reject = "CASE";
      for (const RejectRule& rule : mapping_.reject) {
        CLEW_TRY(const std::string when, condition_sql(rule.when));
        reject +=
            " WHEN " + when + " THEN " + store::quote_literal(rule.field + "\x1f" + rule.reason);
      }
      reject += " END";
    }
    add("rej", reject, Use::reject);
    if (mapping_.record.source.present()) {
      CLEW_TRY(std::string sql, text_sql(mapping_.record.source));
      add("src", "TRY(" + sql + ")", Use::source);
    }
    if (mapping_.record.stream.present()) {
      CLEW_TRY(std::string sql, text_sql(mapping_.record.stream));
      add("str", "TRY(" + sql + ")", Use::stream);
    }
    return {};
  }

  // ---- emit rules ----

  Result<int> branch_of(const EmitRule& rule) {
    if (rule.each.empty()) return 0;
    const ExpressionLowering::LoopPath* loop = lowering_.find_loop(rule.each);
    if (loop == nullptr) {
      std::vector<std::string_view> aliases;
      for (const Loop& known : mapping_.loops) aliases.push_back(known.alias);
      return error_at(
          rule.place, "no loop \"" + rule.each + "\"",
          aliases.empty() ? "Declare it in for_each." : spelling_hint(rule.each, aliases));
    }
    lowering_.use_items(loop->depth);
    for (std::size_t i = 1; i < branch_aliases_.size(); ++i) {
      if (branch_aliases_[i] == rule.each) return static_cast<int>(i);
    }
    return error_at(rule.place, "loop " + rule.each + " is not used", "Report this as a bug.");
  }

  void settle_branches() {
    branch_aliases_ = {""};
    for (const Loop& loop : mapping_.loops) {
      const bool used = std::any_of(mapping_.emit.begin(), mapping_.emit.end(),
                                    [&](const EmitRule& rule) { return rule.each == loop.alias; });
      if (used) branch_aliases_.push_back(loop.alias);
    }
  }

  Status compile_conditions() {
    const std::size_t rules = mapping_.emit.size();
    std::vector<int> branches(rules);
    builder_.conditions.resize(rules);
    const bool loops = branch_aliases_.size() > 1;
    for (std::size_t i = 0; i < rules; ++i) {
      const EmitRule& rule = mapping_.emit[i];
      CLEW_TRY(branches[i], branch_of(rule));
      std::string condition = loops ? "b = " + std::to_string(branches[i]) : "true";
      if (branches[i] > 0)
        condition += " AND i" + std::to_string(lowering_.find_loop(rule.each)->depth - 1) + " >= 0";
      if (rule.when.present()) {
        CLEW_TRY(const std::string when, condition_sql(rule.when));
        condition += " AND " + when;
      }
      builder_.conditions[i] = "(" + condition + ")";
    }
    for (std::size_t i = 0; i < rules; ++i) {
      if (!mapping_.emit[i].otherwise) continue;
      for (std::size_t j = 0; j < rules; ++j) {
        if (j == i || branches[j] != branches[i] || mapping_.emit[j].otherwise) continue;
        builder_.conditions[i] += " AND NOT " + builder_.conditions[j];
      }
    }
    builder_.one_unconditional_rule = rules == 1 && !loops && !mapping_.emit[0].when.present();
    return {};
  }

  RuleColumn& column(Use use, int index, const std::string& null_sql = "NULL::VARCHAR") {
    for (RuleColumn& existing : builder_.columns) {
      if (existing.output.use == use && existing.output.index == index) return existing;
    }
    RuleColumn added;
    added.output = {use, index};
    added.null_sql = null_sql;
    builder_.columns.push_back(std::move(added));
    return builder_.columns.back();
  }

  void set(Use use, int index, int rule, std::string sql, const Place& place,
           const std::string& null_sql = "NULL::VARCHAR") {
    builder_.placed.push_back({sql, place});
    column(use, index, null_sql).by_rule[rule] = std::move(sql);
  }

  void note_issues(int rule, const std::string& issues) {
    if (!issues.empty()) issues_[rule].push_back(issues);
  }

  Status compile_time(const NamedExpression& field, int number, int rule, const Lowered& value) {
    if (value.type != ValueType::time && value.sql != "NULL") {
      return error_at(field.expression.place, "`" + field.name + "` needs a time",
                      "Write ts(value, format), e.g. ts(" + field.expression.text + ", 'iso').");
    }
    set(Use::field, number, rule, value.sql, field.expression.place, "NULL::TIMESTAMP");
    if (field.name != "occurred_at") return {};
    const std::string derived =
        std::to_string(static_cast<int>(TimeQuality::derived) + 1) + "::UTINYINT";
    set(Use::time_quality, 0, rule,
        value.quality.empty() ? derived : "CAST(" + value.quality + " AS UTINYINT)",
        field.expression.place, "NULL::UTINYINT");
    if (!value.precision.empty()) {
      set(Use::time_precision, 0, rule, "CAST(" + value.precision + " AS UTINYINT)",
          field.expression.place, "NULL::UTINYINT");
    }
    if (!value.zone.empty())
      set(Use::time_zone, 0, rule, "CAST(" + value.zone + " AS VARCHAR)", field.expression.place);
    return {};
  }

  Status compile_field(const NamedExpression& field, int rule) {
    const int number = find_event_field(field.name);
    const EventField& kind = event_fields()[static_cast<std::size_t>(number)];
    CLEW_TRY(const Lowered value, lowering_.lower(field.expression));
    note_issues(rule, value.issues);
    if (!value.lookup_table.empty()) {
      const CompiledLookup lookup{field.name, value.lookup_table, value.lookup_column};
      const bool known =
          std::any_of(out_.lookups.begin(), out_.lookups.end(),
                      [&](const CompiledLookup& other) { return other.field == lookup.field; });
      if (!known) out_.lookups.push_back(lookup);
    }
    const Place& place = field.expression.place;
    const std::string filled =
        shape_ == RecordShape::csv ? value.sql : "nullif(" + value.sql + ", '')";
    const std::string input = value.type == ValueType::text ? filled : value.sql;
    std::uint64_t bit = issue_bit(text::Issue::number_malformed);
    std::string type;
    switch (kind.type) {
      case FieldType::time: return compile_time(field, number, rule, value);
      case FieldType::whole: type = "BIGINT"; break;
      case FieldType::decimal: type = "DECIMAL(18,4)"; break;
      case FieldType::boolean:
        type = "BOOLEAN";
        bit = issue_bit(RowIssue::boolean_malformed);
        break;
      default: {
        if (value.type == ValueType::time)
          return error_at(place, "`" + field.name + "` is a text, not a time",
                          "Use the source field itself.");
        set(Use::field, number, rule,
            value.type == ValueType::text ? value.sql : "CAST(" + value.sql + " AS VARCHAR)",
            place);
        return {};
      }
    }
    if (value.type == ValueType::time)
      return error_at(place, "`" + field.name + "` is no time",
                      "Use ms_between for a length of time.");
    const std::string sql = "TRY_CAST(" + input + " AS " + type + ")";
    if (value.type == ValueType::text) note_issues(rule, lost(input, sql, bit));
    set(Use::field, number, rule, sql, place, "NULL::" + type);
    return {};
  }

  Status compile_fields(const FieldSet& own, int rule) {
    for (const NamedExpression& field : mapping_.common.fields) {
      const bool overridden =
          std::any_of(own.fields.begin(), own.fields.end(),
                      [&](const NamedExpression& other) { return other.name == field.name; });
      if (!overridden) CLEW_TRY_VOID(compile_field(field, rule));
    }
    for (const NamedExpression& field : own.fields) CLEW_TRY_VOID(compile_field(field, rule));
    for (const FieldSet* set_of : {&mapping_.common, &own}) {
      for (const NamedExpression& attribute : set_of->attributes)
        CLEW_TRY_VOID(compile_attribute(attribute, rule));
      for (const LinkRule& link : set_of->links) CLEW_TRY_VOID(compile_link(link, rule));
    }
    return {};
  }

  Status compile_attribute(const NamedExpression& attribute, int rule) {
    CompiledAttribute compiled{attribute.name, false};
    if (attribute.name == "*" || attribute.name.ends_with(".*")) {
      compiled.all_keys = true;
      compiled.name =
          attribute.name == "*" ? "" : attribute.name.substr(0, attribute.name.size() - 1);
    }
    int number = -1;
    for (std::size_t i = 0; i < out_.attributes.size(); ++i) {
      if (out_.attributes[i].name == compiled.name &&
          out_.attributes[i].all_keys == compiled.all_keys)
        number = static_cast<int>(i);
    }
    if (number < 0) {
      number = static_cast<int>(out_.attributes.size());
      out_.attributes.push_back(compiled);
    }
    std::string sql;
    if (compiled.all_keys && attribute.expression.text == "*") {
      CLEW_TRY(sql, lowering_.lower_path({"\"*\"", attribute.expression.place}, ""));
    } else if (compiled.all_keys) {
      CLEW_TRY(sql,
               lowering_.lower_path(attribute.expression, shape_ == RecordShape::json ? ".*" : ""));
    } else {
      CLEW_TRY(const Lowered value, lowering_.lower(attribute.expression));
      note_issues(rule, value.issues);
      sql = value.type == ValueType::text ? value.sql : "CAST(" + value.sql + " AS VARCHAR)";
    }
    set(Use::attribute, number, rule, std::move(sql), attribute.expression.place);
    return {};
  }

  Status compile_link(const LinkRule& link, int rule) {
    CLEW_TRY(std::string sql, text_sql(link.id));
    const int number = static_cast<int>(out_.links.size());
    out_.links.push_back({link.rel, link.system});
    set(Use::link, number, rule, std::move(sql), link.id.place);
    return {};
  }

  // ---- identifiers ----

  static bool constant_text(const std::string& text, std::string& value) {
    if (text.size() < 3 || text.front() != '\'' || text.back() != '\'') return false;
    value = text.substr(1, text.size() - 2);
    return value.find('\'') == std::string::npos;
  }

  Status compile_identifier(const IdentifierRule& rule, const std::vector<int>& rules) {
    CompiledIdentifier compiled;
    compiled.kind = rule.kind;
    compiled.is_list = rule.list.present();
    compiled.has_when = rule.when.present();
    const int number = static_cast<int>(out_.identifiers.size());
    std::string condition =
        rules.size() == static_cast<std::size_t>(builder_.rules) ? "" : in_rules(rules);
    if (rule.when.present()) {
      CLEW_TRY(const std::string when, condition_sql(rule.when));
      condition += (condition.empty() ? "" : " AND ") + when;
    }
    const auto guarded = [&](const std::string& sql) {
      return condition.empty() ? sql : "CASE WHEN " + condition + " THEN " + sql + " END";
    };
    const auto add = [&](Use use, const std::string& sql) {
      RuleColumn added;
      added.output = {use, number};
      added.null_sql = guarded(sql);
      builder_.columns.push_back(std::move(added));
    };
    if (compiled.is_list) {
      CLEW_TRY(const std::string list, text_sql(rule.list));
      add(Use::identifier_list, list);
      out_.identifiers.push_back(std::move(compiled));
      return {};
    }
    CLEW_TRY(std::string value, text_sql(rule.value));
    if (!constant_text(rule.role.text, compiled.constant_role)) {
      CLEW_TRY(const std::string role, text_sql(rule.role));
      add(Use::identifier_role, role);
    }
    if (!constant_text(rule.assurance.text, compiled.constant_assurance)) {
      CLEW_TRY(const std::string assurance, text_sql(rule.assurance));
      add(Use::identifier_assurance, assurance);
    }
    // A caller the source announces but does not name has withheld the number.
    compiled.network_phone =
        rule.kind == "phone" && compiled.constant_assurance == "network" && rule.when.present();
    add(Use::identifier_value, compiled.network_phone ? "coalesce(" + value + ", '')" : value);
    out_.identifiers.push_back(std::move(compiled));
    return {};
  }

  bool is_inside(const std::string& alias, const std::string& wanted) const {
    if (alias.empty()) return false;
    const auto* inner = lowering_.find_loop(alias);
    const auto* outer = lowering_.find_loop(wanted);
    return inner != nullptr && outer != nullptr &&
           (inner->path == outer->path || inner->path.starts_with(outer->path + "."));
  }

  Status compile_rules() {
    settle_branches();
    builder_.rules = static_cast<int>(mapping_.emit.size());
    CLEW_TRY_VOID(compile_conditions());
    for (int i = 0; i < builder_.rules; ++i) {
      const EmitRule& rule = mapping_.emit[static_cast<std::size_t>(i)];
      out_.rule_event_types.push_back(rule.event_type);
      if (rule.event_type.empty()) {
        CLEW_TRY(std::string type, text_sql(rule.event_type_expression));
        set(Use::event_type, 0, i, std::move(type), rule.event_type_expression.place);
      }
      CLEW_TRY_VOID(compile_fields(rule.set, i));
      const auto has_time = [](const NamedExpression& field) {
        return field.name == "occurred_at";
      };
      if (std::none_of(rule.set.fields.begin(), rule.set.fields.end(), has_time) &&
          std::none_of(mapping_.common.fields.begin(), mapping_.common.fields.end(), has_time)) {
        return error_at(rule.place, "the rule has no `occurred_at`",
                        "Set it here or in `common`: occurred_at: ts(field, 'iso').");
      }
    }
    for (const IdentifierRule& identifier : mapping_.common.identifiers) {
      std::vector<int> rules;
      for (int i = 0; i < builder_.rules; ++i) {
        const std::string& each = mapping_.emit[static_cast<std::size_t>(i)].each;
        if (identifier.each.empty() || is_inside(each, identifier.each)) rules.push_back(i);
      }
      if (!rules.empty()) CLEW_TRY_VOID(compile_identifier(identifier, rules));
    }
    for (int i = 0; i < builder_.rules; ++i) {
      for (const IdentifierRule& identifier :
           mapping_.emit[static_cast<std::size_t>(i)].set.identifiers) {
        CLEW_TRY_VOID(compile_identifier(identifier, {i}));
      }
    }
    return {};
  }

  // ---- profiles and reference rows ----

  Status compile_valid(Use use, const ExpressionText& expression) {
    if (!expression.present()) return {};
    CLEW_TRY(const Lowered value, lowering_.lower(expression));
    if (value.type != ValueType::time)
      return error_at(expression.place, "a time is wanted", "Write ts(value, format).");
    note_issues(0, value.issues);
    set(use, 0, 0, value.sql, expression.place, "NULL::TIMESTAMP");
    return {};
  }

  Status compile_row() {
    builder_.rules = 1;
    builder_.one_unconditional_rule = true;
    branch_aliases_ = {""};
    out_.rule_event_types = {""};
    if (mapping_.profile) {
      CLEW_TRY_VOID(compile_valid(Use::valid_from, mapping_.profile->valid_from));
      if (mapping_.profile->profile_id.present()) {
        CLEW_TRY(std::string id, text_sql(mapping_.profile->profile_id));
        set(Use::profile_id, 0, 0, std::move(id), mapping_.profile->profile_id.place);
      }
      for (const NamedExpression& attribute : mapping_.profile->attributes)
        CLEW_TRY_VOID(compile_attribute(attribute, 0));
    }
    if (mapping_.reference) {
      CLEW_TRY(std::string key, text_sql(mapping_.reference->key));
      set(Use::reference_key, 0, 0, std::move(key), mapping_.reference->key.place);
      CLEW_TRY_VOID(compile_valid(Use::valid_from, mapping_.reference->valid_from));
      CLEW_TRY_VOID(compile_valid(Use::valid_to, mapping_.reference->valid_to));
      for (const NamedExpression& value : mapping_.reference->values)
        CLEW_TRY_VOID(compile_attribute(value, 0));
    }
    for (const IdentifierRule& identifier : mapping_.common.identifiers)
      CLEW_TRY_VOID(compile_identifier(identifier, {0}));
    return {};
  }

  // ---- the statement ----

  void add_issues_column() {
    bool any = false;
    for (const auto& [rule, parts] : issues_) any |= !parts.empty();
    if (!any) return;
    RuleColumn issues;
    issues.output = {Use::issues, 0};
    issues.null_sql = "0::UBIGINT";
    for (const auto& [rule, parts] : issues_) issues.by_rule[rule] = or_issues(parts);
    builder_.columns.push_back(std::move(issues));
  }

  /// Binds the whole statement once; when that fails, each expression alone to find the place.
  Status bind() {
    const std::string from = SelectBuilder::empty_source(lowering_);
    const auto whole = parser_.query(builder_.select(lowering_, from));
    if (whole.ok()) return {};
    const std::string layers = SelectBuilder::time_layers(lowering_, from);
    for (const PlacedSql& part : builder_.placed) {
      const auto single = parser_.query("SELECT " + part.sql + " FROM " + layers);
      if (single.ok()) continue;
      return error_at(part.place, "the expression does not fit: " + single.error().message,
                      "Source fields are text: use number(x), ts(x, format) or a text comparison.");
    }
    return error_at({mapping_.path, 0, 0}, "the mapping does not compile: " + whole.error().message,
                    "One field gets values of different types from different rules.");
  }

  void finish(const std::string& source_name) {
    out_.sql = builder_.select(lowering_, "clew_source(" + store::quote_literal(source_name) + ")");
    out_.columns = {{Use::record, 0}, {Use::rule, 0}};
    out_.columns.insert(out_.columns.end(), builder_.record_outputs.begin(),
                        builder_.record_outputs.end());
    for (const RuleColumn& column : builder_.columns) out_.columns.push_back(column.output);
    out_.plan.columns = lowering_.paths();
    out_.plan.ignore_case = mapping_.reader.ignore_case;
    for (const std::string& alias : branch_aliases_) {
      out_.plan.branches.push_back(alias.empty() ? "" : lowering_.find_loop(alias)->path);
    }
    out_.time_formats = std::move(lowering_.time_formats());
    out_.time_zones = std::move(lowering_.time_zones());
    out_.uses_line_number = lowering_.uses_line_number();
    out_.uses_file_name = lowering_.uses_file_name();
  }

  const Mapping& mapping_;
  RecordShape shape_;
  store::Connection& parser_;
  ExpressionLowering lowering_;
  SelectBuilder builder_;
  CompiledMapping out_;
  std::vector<std::string> branch_aliases_;
  std::map<int, std::vector<std::string>> issues_;
};

}  // namespace

Result<CompiledMapping> compile_mapping(std::shared_ptr<const Mapping> mapping, RecordShape shape,
                                        const WorkspaceDefaults& workspace,
                                        store::Connection& parser, const std::string& source_name) {
  return Compiler(std::move(mapping), shape, workspace, parser).compile(source_name);
}

}  // namespace clewline::ingest
