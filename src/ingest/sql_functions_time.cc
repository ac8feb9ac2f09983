#include "ingest/row_issue.h"
#include "ingest/sql_functions.h"
#include "store/functions.h"

namespace clewline::ingest {
namespace {

using store::ColumnType;
using store::ColumnView;
using store::ColumnWriter;
using store::FunctionInput;
using store::Type;

ColumnType time_type() {
  return ColumnType::structure(
      {{"t", Type::timestamp}, {"q", Type::uint8}, {"p", Type::uint8}, {"i", Type::uint64}});
}

/// Writes times to the four fields of the answer.
class TimeWriter {
 public:
  explicit TimeWriter(ColumnWriter& output)
      : time_(output.field(0)),
        quality_(output.field(1)),
        precision_(output.field(2)),
        issues_(output.field(3)),
        times_(time_.times()),
        qualities_(quality_.ints<std::uint8_t>()),
        precisions_(precision_.ints<std::uint8_t>()),
        bits_(issues_.ints<std::uint64_t>()) {}

  void write(std::size_t row, const text::ParsedTime& parsed) {
    bits_[row] = issue_bit(parsed.issue);
    if (!parsed.present()) {
      write_null_time(row);
      return;
    }
    times_[row] = parsed.time;
    qualities_[row] = static_cast<std::uint8_t>(static_cast<unsigned>(parsed.quality) + 1);
    precisions_[row] = static_cast<std::uint8_t>(static_cast<unsigned>(parsed.precision) + 1);
  }
  void write_absent(std::size_t row) {
    bits_[row] = 0;
    write_null_time(row);
  }

 private:
  void write_null_time(std::size_t row) {
    time_.set_null(row);
    quality_.set_null(row);
    precision_.set_null(row);
  }

  ColumnWriter time_;
  ColumnWriter quality_;
  ColumnWriter precision_;
  ColumnWriter issues_;
  std::span<TimeUs> times_;
  std::span<std::uint8_t> qualities_;
  std::span<std::uint8_t> precisions_;
  std::span<std::uint64_t> bits_;
};

Status parse_times(const TimeFormats& formats, const FunctionInput& input, ColumnWriter& output) {
  const ColumnView& texts = input.column(0);
  const auto cells = texts.texts();
  const auto numbers = input.column(1).ints<std::int32_t>();
  const bool has_context = input.columns() > 2;
  TimeWriter writer(output);
  for (std::size_t row = 0; row < input.rows(); ++row) {
    const auto number = static_cast<std::size_t>(numbers[row]);
    const std::string_view text = texts.is_null(row) ? std::string_view{} : cells[row].view();
    if (text.empty() || number >= formats.size()) {
      writer.write_absent(row);
      continue;
    }
    text::TimeContext context;
    if (has_context) {
      if (!input.column(2).is_null(row)) context.anchor = input.column(2).times()[row];
      if (!input.column(3).is_null(row)) context.same_moment = input.column(3).times()[row];
    }
    writer.write(row, formats[number].parse(text, context));
  }
  return {};
}

store::ScalarFunction time_function(std::string name, std::vector<ColumnType> parameters,
                                    std::shared_ptr<const TimeFormats> formats) {
  store::ScalarFunction function;
  function.name = std::move(name);
  function.parameters = std::move(parameters);
  function.returns = time_type();
  function.nulls = store::NullHandling::by_function;
  function.body = [formats = std::move(formats)](const FunctionInput& input,
                                                 ColumnWriter& output) -> Status {
    return parse_times(*formats, input, output);
  };
  return function;
}

Status fired_rules(const FunctionInput& input, ColumnWriter& output) {
  const std::size_t rules = input.columns() - 1;
  const auto holds = [&](std::size_t column, std::size_t row) {
    const ColumnView& flags = input.column(column);
    return !flags.is_null(row) && flags.bools()[row];
  };
  std::vector<std::int32_t> fired;
  fired.reserve(input.rows() + 16);
  const auto places = output.lists();
  for (std::size_t row = 0; row < input.rows(); ++row) {
    const std::size_t first = fired.size();
    if (holds(0, row)) {
      for (std::size_t rule = 0; rule < rules; ++rule) {
        if (holds(rule + 1, row)) fired.push_back(static_cast<std::int32_t>(rule));
      }
    }
    if (fired.size() == first) fired.push_back(-1);
    places[row] = {first, fired.size() - first};
  }
  ColumnWriter child = output.child(fired.size());
  std::copy(fired.begin(), fired.end(), child.ints<std::int32_t>().begin());
  return {};
}

}  // namespace

Status register_time_functions(store::Database& database,
                               std::shared_ptr<const TimeFormats> formats) {
  CLEW_TRY_VOID(store::register_function(
      database, time_function("clew_ts", {Type::varchar, Type::int32}, formats)));
  CLEW_TRY_VOID(store::register_function(
      database,
      time_function("clew_ts_near", {Type::varchar, Type::int32, Type::timestamp, Type::timestamp},
                    formats)));
  store::ScalarFunction rules;
  rules.name = "clew_rules";
  rules.parameters = {Type::boolean};
  rules.further_parameters = Type::boolean;
  rules.returns = ColumnType::list(Type::int32);
  rules.nulls = store::NullHandling::by_function;
  rules.body = fired_rules;
  return store::register_function(database, std::move(rules));
}

}  // namespace clewline::ingest
