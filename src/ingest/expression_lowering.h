#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/expression.h"
#include "ingest/mapping.h"
#include "ingest/mapping_compiler.h"
#include "store/database.h"
#include "text/timestamp.h"

namespace clewline::ingest {

/// An expression as SQL over the inner layers of the generated SELECT.
struct Lowered {
  std::string sql;
  std::string issues;     // UBIGINT SQL of the row's issue bits; empty: never any
  std::string quality;    // of a time: UTINYINT SQL, TimeQuality + 1; empty: derived
  std::string precision;  // of a time: UTINYINT SQL, Precision + 1; empty: unknown
  std::string zone;       // of a time: text SQL; empty: none
  ValueType type = ValueType::unknown;
  bool is_text_constant = false;
  std::string constant;      // its value
  std::string lookup_table;  // of lookup(): the table and column
  std::string lookup_column;
};

/// A call of ts(), computed once in an inner layer.
struct HoistedTime {
  std::string sql;  // clew_ts(…) over source columns and times of lower layers
  int layer = 0;
};

/// Turns checked expressions into SQL. Collects the source paths, time formats and hoisted times
/// they need.
class ExpressionLowering {
 public:
  ExpressionLowering(const Mapping& mapping, RecordShape shape, std::string zone,
                     store::Connection& parser);

  /// Parses and lowers one expression of the mapping.
  Result<Lowered> lower(const ExpressionText& source);
  /// The same for a path that is no expression (`Attributes.*`): returns the source column.
  Result<std::string> lower_path(const ExpressionText& source, const std::string& suffix);

  /// Returns the full path of a loop's alias and how many arrays deep it is; null when there is no
  /// such loop.
  struct LoopPath {
    std::string path;
    int depth = 0;
  };
  const LoopPath* find_loop(const std::string& alias) const;
  /// Settles loops; call once before the first expression.
  Status read_loops();

  const std::vector<std::string>& paths() const { return paths_; }
  const std::vector<HoistedTime>& times() const { return times_; }
  std::vector<text::TimeFormat>& time_formats() { return time_formats_; }
  std::vector<std::string>& time_zones() { return time_zones_; }
  bool uses_line_number() const { return uses_line_number_; }
  bool uses_file_name() const { return uses_file_name_; }
  int items_used() const { return items_used_; }
  void use_items(int depth) { items_used_ = std::max(items_used_, depth); }

  /// Lowers to a number: texts are converted, others stay.
  Lowered as_number(Lowered value) const;

 private:
  struct Scope {
    const ExpressionText* source;
    int let_depth = 0;
  };
  Error refuse(const Scope& scope, const Expression& node, std::string message,
               std::string hint) const;
  Result<Lowered> lower_node(const Expression& node, const Scope& scope);
  Result<Lowered> lower_column(const Expression& node, const Scope& scope);
  Result<Lowered> lower_let(const NamedExpression& let, const Scope& scope);
  Result<Lowered> lower_call(const Expression& node, const Scope& scope);
  Result<Lowered> lower_form(const Expression& node, const Scope& scope);
  Result<Lowered> lower_ts(const Expression& node, const Scope& scope);
  Result<Lowered> lower_enum(const Expression& node, const Scope& scope);
  Result<Lowered> lower_lookup(const Expression& node, const Scope& scope);
  Result<Lowered> lower_index(const Expression& node, const Scope& scope);
  Result<Lowered> lower_time_arithmetic(const Expression& node, const Scope& scope);
  Result<Lowered> lower_branches(const Expression& node, const Scope& scope);
  Result<Lowered> lower_coalesce(const Expression& node, const Scope& scope);
  Result<Lowered> lower_operator(const Expression& node, const Scope& scope);
  Result<Lowered> lower_cast(const Expression& node, const Scope& scope);
  Result<std::vector<Lowered>> lower_children(const Expression& node, const Scope& scope);
  Result<std::string> constant_argument(const Expression& node, std::size_t position,
                                        const Scope& scope, const char* what);
  Result<std::size_t> time_format(const std::string& format, const std::string& zone,
                                  const Scope& scope, const Expression& node);
  bool path_of(const Expression& node, std::vector<std::string>& parts) const;
  std::string join_path(const std::vector<std::string>& parts) const;
  std::string column_for(const std::string& path);
  int layer_of(const std::string& sql) const;
  Lowered hoist(const std::string& sql, const std::string& zone);

  const Mapping& mapping_;
  RecordShape shape_;
  std::string zone_;
  store::Connection& parser_;
  std::map<std::string, LoopPath> loops_;
  std::map<std::string, Lowered> lets_;
  std::vector<std::string> paths_;
  std::map<std::string, std::size_t> path_numbers_;
  std::vector<HoistedTime> times_;
  std::map<std::string, std::size_t> time_numbers_;
  std::vector<text::TimeFormat> time_formats_;
  std::vector<std::string> time_zones_;
  std::map<std::pair<std::string, std::string>, std::size_t> format_numbers_;
  bool uses_line_number_ = false;
  bool uses_file_name_ = false;
  int items_used_ = 0;
};

/// Joins issue bits of several parts.
std::string or_issues(const std::vector<std::string>& parts);

}  // namespace clewline::ingest
