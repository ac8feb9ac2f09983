#include <algorithm>
#include <cmath>

#include "evaluation/interval.h"
#include "insights/frame/answer_words.h"
#include "insights/funnel/funnel_internal.h"
#include "statistics/multiple_testing.h"
#include "statistics/survival.h"
#include "statistics/tails.h"

namespace clewline::insights {
namespace {

using render::ColumnKind;

constexpr std::int64_t kMoments[] = {
    kUsPerMinute,   5 * kUsPerMinute, 15 * kUsPerMinute, 30 * kUsPerMinute, kUsPerHour,
    2 * kUsPerHour, 6 * kUsPerHour,   12 * kUsPerHour,   kUsPerDay,         2 * kUsPerDay,
    3 * kUsPerDay,  7 * kUsPerDay,    14 * kUsPerDay,    30 * kUsPerDay};

std::vector<double> moments_within(std::int64_t window_us) {
  std::vector<double> out;
  for (const std::int64_t moment : kMoments) {
    if (moment < window_us) out.push_back(static_cast<double>(moment) / kUsPerSecond);
  }
  out.push_back(static_cast<double>(window_us) / kUsPerSecond);
  return out;
}

Result<std::vector<statistics::SurvivalTime>> read_times(const Asking& asking,
                                                         const Population& population,
                                                         const FunnelPlan& plan) {
  CLEW_TRY(const std::int64_t watched_until, watched_until_us(asking));
  CLEW_TRY(auto result,
           population.query(asking.connection,
                            "SELECT coalesce(took, -1), epoch_us(begun_at), customer_number FROM " +
                                with_customer_number("reached >= 1") + " ORDER BY unit_id"));
  std::vector<statistics::SurvivalTime> times;
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return times;
    const auto took = result.column(0).ints<std::int64_t>();
    const auto begun = result.column(1).ints<std::int64_t>();
    const auto customers = result.column(2).ints<std::int64_t>();
    for (std::size_t r = 0; r < result.rows(); ++r) {
      const std::int64_t watched =
          std::clamp<std::int64_t>(watched_until - begun[r], 0, plan.rules.window_us);
      const double seconds = took[r] >= 0 ? static_cast<double>(took[r]) / 1000
                                          : static_cast<double>(watched) / kUsPerSecond;
      times.push_back({seconds, took[r] >= 0, static_cast<std::uint32_t>(customers[r])});
    }
  }
}

}  // namespace

Result<render::ResultTable> conversion_curve(const Asking& asking, const Population& population,
                                             const FunnelPlan& plan) {
  render::ResultTable table;
  table.columns = {{"seconds", ColumnKind::number},
                   {"converted", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"low", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"high", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"watched_for_that_long", ColumnKind::integer}};
  CLEW_TRY(const auto times, read_times(asking, population, plan));
  if (times.empty()) return table;
  const std::vector<double> moments = moments_within(plan.rules.window_us);
  const statistics::SurvivalCurve curve(times);
  const auto errors = statistics::clustered_errors(curve, times, moments);
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const double left = curve.survival(moments[i]);
    const auto interval = evaluation::survival_interval(left, errors[i]);
    std::vector<render::Cell> row;
    row.emplace_back(moments[i]);
    row.emplace_back(1 - left);
    for (const bool low : {true, false}) {
      if (interval)
        row.emplace_back(1 - (low ? interval->high : interval->low));
      else
        row.emplace_back();
    }
    row.emplace_back(static_cast<std::int64_t>(curve.at_risk(moments[i])));
    table.rows.push_back(std::move(row));
  }
  return table;
}

render::ResultTable conversion_differences(std::span<const Measure> measures,
                                           std::span<const MeasureGroup> groups,
                                           const std::string& measure) {
  render::ResultTable table;
  table.columns = {{"group"},
                   {"compared_with"},
                   {"difference", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"low", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"high", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"p_value", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"adjusted", ColumnKind::number, render::Audience::everybody, {}, 4}};
  const auto label = [](const MeasureGroup& group) {
    std::string out;
    for (const std::string& part : group.labels) out += (out.empty() ? "" : ", ") + part;
    return out;
  };
  const MeasureGroup* most = nullptr;
  for (const MeasureGroup& group : groups) {
    const Estimate& here = estimate_of(measures, group, measure);
    if (group.fields.empty() || !here.interval) continue;
    if (most == nullptr || here.units > estimate_of(measures, *most, measure).units) most = &group;
  }
  std::vector<double> p_values;
  for (const MeasureGroup& group : groups) {
    const Estimate& here = estimate_of(measures, group, measure);
    if (group.fields.empty() || &group == most || !here.interval) continue;
    const Estimate& there = estimate_of(measures, *most, measure);
    const evaluation::Interval ends =
        evaluation::newcombe_interval(*here.value, *here.interval, *there.value, *there.interval);
    const double error = std::hypot(here.error, there.error);
    const double difference = *here.value - *there.value;
    p_values.push_back(error > 0 ? statistics::normal_tails(difference / error) : 1);
    table.rows.push_back(
        {label(group), label(*most), difference, ends.low, ends.high, p_values.back(), 0.0});
  }
  const auto adjusted = statistics::benjamini_hochberg(p_values);
  for (std::size_t r = 0; r < adjusted.size(); ++r) table.rows[r].back() = adjusted[r];
  return table;
}

}  // namespace clewline::insights
