#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "insights/frame/measure_groups.h"
#include "insights/patterns/patterns_internal.h"
#include "statistics/clustered_ratio.h"

namespace clewline::insights {
namespace {

Result<double> number_of(const std::string& text, std::string_view option, std::string hint) {
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || !(number > 0) || number > 1e9)
    return Error{ErrorCode::usage, fmt::format("`{}` is no --{}", text, option), std::move(hint)};
  return number;
}

Status read_limit(const Asking& asking, std::string_view option,
                  std::optional<std::int64_t>& limit) {
  const std::string text = asking.option(option);
  if (text.empty()) return {};
  limit = sequences::parse_duration(text);
  if (limit) return {};
  return Error{ErrorCode::usage, fmt::format("`{}` is no --{}", text, option),
               "write it as 30min, 24h or 7d"};
}

/// Numbers names in the order they come.
class Names {
 public:
  std::uint32_t number(std::string_view name, std::vector<std::string>& names) {
    const auto found = numbers_.find(std::string(name));
    if (found != numbers_.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(names.size());
    numbers_.emplace(name, number);
    names.emplace_back(name);
    return number;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

Status read_steps(const Asking& asking, const Population& population, const PatternsPlan& plan,
                  CodedSteps& out) {
  CLEW_TRY(const StepQuery steps, named_steps(asking, plan.scope));
  CLEW_TRY(auto result,
           population.query(
               asking.connection,
               fmt::format("SELECT unit, same_value, \"at\", name, customer_number FROM ({}) s "
                           "JOIN (SELECT unit, customer_number FROM {}) c USING (unit) ORDER BY "
                           "customer_number, unit, same_value, \"at\", rank, sequence, element",
                           steps.sql, with_customer_number("true"))));
  Names names;
  Id128 unit{};
  std::uint64_t same = 0;
  sequences::ItemSequences& sequences = out.sequences;
  std::uint32_t set = 0;
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) break;
    const auto units = result.column(0).ids();
    const auto values = result.column(1).ints<std::uint64_t>();
    const auto times = result.column(2).times();
    const auto texts = result.column(3);
    const auto customers = result.column(4).ints<std::int64_t>();
    for (std::size_t r = 0; r < result.rows(); ++r) {
      const Id128 id = units[r].id();
      const bool is_first = out.customers.empty();
      if (is_first || id != unit) out.customers.push_back(static_cast<std::uint32_t>(customers[r]));
      if (is_first || id != unit || values[r] != same) {
        if (!is_first) sequences.begins.push_back(sequences.items.size());
        out.units.push_back(static_cast<std::uint32_t>(out.customers.size() - 1));
        set = 0;
      }
      unit = id;
      same = values[r];
      sequences.items.push_back(names.number(texts.text(r), out.names));
      sequences.sets.push_back(set++);
      sequences.times_us.push_back(times[r]);
    }
  }
  if (!sequences.items.empty()) sequences.begins.push_back(sequences.items.size());
  return {};
}

}  // namespace

Result<PatternsPlan> patterns_plan(const Asking& asking) {
  PatternsPlan plan;
  CLEW_TRY(plan.scope, scope_of(asking));
  const FrequentConfig& usual = asking.settings.counting.patterns;
  plan.share_min = usual.share_min;
  plan.rules.length_max = usual.length_max;
  plan.rules.patterns_max = usual.patterns_max;
  if (const std::string text = asking.option("min-support"); !text.empty()) {
    CLEW_TRY(const double least,
             number_of(text, "min-support", "write a share, 0.05, or a number of units, 200"));
    plan.share_min = least < 1 ? least : 0;
    plan.rules.support_min = static_cast<std::uint32_t>(std::ceil(least));
  }
  if (const std::string text = asking.option("max-length"); !text.empty()) {
    CLEW_TRY(const double length, number_of(text, "max-length", "write a number of steps, 4"));
    if (length != std::floor(length) || length > 100)
      return Error{ErrorCode::usage, fmt::format("`{}` is no --max-length", text),
                   "write a number of steps from 1 to 100"};
    plan.rules.length_max = static_cast<std::uint32_t>(length);
  }
  CLEW_TRY_VOID(read_limit(asking, "max-gap", plan.rules.gap_us));
  CLEW_TRY_VOID(read_limit(asking, "window", plan.rules.window_us));
  return plan;
}

Result<CodedSteps> coded_steps(const Asking& asking, const Population& population,
                               const PatternsPlan& plan) {
  CodedSteps out;
  CLEW_TRY_VOID(read_steps(asking, population, plan, out));
  CLEW_TRY(auto rows,
           population.query(asking.connection, "SELECT customer_number, count(*) FROM " +
                                                   with_customer_number("true") + " GROUP BY 1"));
  while (true) {
    CLEW_TRY(const bool more, rows.next());
    if (!more) return out;
    const auto customers = rows.column(0).ints<std::int64_t>();
    const auto units = rows.column(1).ints<std::int64_t>();
    for (std::size_t r = 0; r < rows.rows(); ++r) {
      const auto customer = static_cast<std::size_t>(customers[r]);
      if (customer >= out.customer_units.size()) out.customer_units.resize(customer + 1);
      out.customer_units[customer] = static_cast<std::uint32_t>(units[r]);
    }
  }
}

Result<std::vector<FoundPattern>> find_patterns(const CodedSteps& steps, PatternsPlan plan) {
  statistics::RatioSums all;
  for (const std::uint32_t units : steps.customer_units) {
    if (units > 0) all.add({double(units), 0, double(units), 0});
  }
  if (plan.share_min > 0)
    plan.rules.support_min =
        static_cast<std::uint32_t>(std::max(1.0, std::ceil(plan.share_min * all.units)));
  std::vector<FoundPattern> out;
  const auto take = [&](const sequences::FrequentPattern& pattern,
                        std::span<const std::uint32_t> having) {
    // Sequences come unit after unit, units customer after customer.
    statistics::RatioSums sums = all;
    for (std::size_t i = 0; i < having.size();) {
      const std::uint32_t customer = steps.customers[steps.units[having[i]]];
      double units = 0;
      for (std::uint32_t last = static_cast<std::uint32_t>(steps.customers.size());
           i < having.size() && steps.customers[steps.units[having[i]]] == customer; ++i) {
        if (steps.units[having[i]] != last) ++units;
        last = steps.units[having[i]];
      }
      sums.numerator += units;
      sums.numerator_squares += units * units;
      sums.products += units * steps.customer_units[customer];
      sums.unit_squares += units;
    }
    if (sums.numerator < plan.rules.support_min) return;  // with --same a unit may have it twice
    FoundPattern found{pattern.items, static_cast<std::int64_t>(sums.numerator), {}};
    found.share = estimate(MeasureKind::share, sums);
    out.push_back(std::move(found));
  };
  CLEW_TRY_VOID(sequences::frequent_patterns(
      steps.sequences, static_cast<std::uint32_t>(steps.names.size()), plan.rules, take));
  std::ranges::sort(out, [&](const FoundPattern& left, const FoundPattern& right) {
    if (left.units != right.units) return left.units > right.units;
    if (left.items.size() != right.items.size()) return left.items.size() < right.items.size();
    const auto by_name = [&](std::uint32_t l, std::uint32_t r) {
      return steps.names[l] < steps.names[r];
    };
    return std::ranges::lexicographical_compare(left.items, right.items, by_name);
  });
  return out;
}

}  // namespace clewline::insights
