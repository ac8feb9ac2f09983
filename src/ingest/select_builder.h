#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ingest/expression_lowering.h"
#include "ingest/mapping_compiler.h"

namespace clewline::ingest {

/// One output of the generated SELECT: what it is and its SQL for each rule (a missing rule is
/// null).
struct RuleColumn {
  OutputColumn output;
  std::map<int, std::string> by_rule;
  std::string null_sql = "NULL::VARCHAR";
};

/// A piece of SQL with the place of the expression it came from, for messages.
struct PlacedSql {
  std::string sql;
  Place place;
};

/// Collects the parts of a mapping's SELECT and writes it.
class SelectBuilder {
 public:
  int rules = 0;
  std::vector<std::string> conditions;  // of each rule, without `live`
  std::vector<std::pair<std::string, std::string>>
      record_columns;  // name, SQL: rid, ver, skip, rej, src, str
  std::vector<OutputColumn> record_outputs;
  std::vector<RuleColumn> columns;
  std::vector<PlacedSql> placed;  // everything that binds on its own
  bool one_unconditional_rule = false;

  /// Writes the whole statement over `from`, which offers the columns of the source.
  std::string select(const ExpressionLowering& lowering, const std::string& from) const;
  /// Writes a FROM clause that offers typed nulls, for binding without rows.
  static std::string empty_source(const ExpressionLowering& lowering);
  /// Writes the layers up to the hoisted times.
  static std::string time_layers(const ExpressionLowering& lowering, const std::string& from);
};

/// Chooses a rule's SQL by `e`.
std::string choose_by_rule(const RuleColumn& column, int rules);

}  // namespace clewline::ingest
