#include "insights/service/service_tables_internal.h"

#include <fmt/format.h>

#include <cmath>

#include "render/cell_text.h"

namespace clewline::insights {
namespace {

using render::Cell;
using render::ColumnKind;

Cell cell(std::optional<double> value) {
  return value && std::isfinite(*value) ? Cell(*value) : Cell();
}
Cell count(std::size_t value) { return static_cast<std::int64_t>(value); }
Cell agents(std::optional<int> value) {
  return value ? Cell(static_cast<std::int64_t>(*value)) : Cell();
}

std::string percent(const Bounded& share) {
  std::string words = fmt::format("{:.1f} %", 100 * share.value);
  if (share.interval)
    words += fmt::format(" ({:.1f}–{:.1f})", 100 * share.interval->low, 100 * share.interval->high);
  return words;
}

std::string ratio_words(const std::optional<Bounded>& ratio) {
  if (!ratio) return "–";
  if (!ratio->interval) return fmt::format("{:.2f}", ratio->value);
  return fmt::format("{:.2f} ({:.2f}–{:.2f})", ratio->value, ratio->interval->low,
                     ratio->interval->high);
}

render::ResultTable patience_table(const Patience& patience) {
  render::ResultTable table;
  table.columns = {{"group"},
                   {"measure"},
                   {"at_seconds", ColumnKind::number},
                   {"value", ColumnKind::number},
                   {"low", ColumnKind::number},
                   {"high", ColumnKind::number},
                   {"waits", ColumnKind::integer},
                   {"gave_up", ColumnKind::integer}};
  const auto add_group = [&](const PatienceOfGroup& group) {
    const auto add = [&](const char* measure, Cell at, Cell value, Cell low, Cell high) {
      table.rows.push_back({group.label, std::string(measure), std::move(at), std::move(value),
                            std::move(low), std::move(high), count(group.waits),
                            count(group.gave_up)});
    };
    const auto add_bounded = [&](const char* measure, Cell at, const Bounded& value) {
      add(measure, std::move(at), value.value, value.interval ? cell(value.interval->low) : Cell(),
          value.interval ? cell(value.interval->high) : Cell());
    };
    add("seconds_waited", {}, group.seconds_waited, {}, {});
    add("mean_if_constant", {}, cell(group.mean_if_constant), {}, {});
    for (std::size_t i = 0; i < patience.moments.size(); ++i)
      add_bounded("still_waiting", patience.moments[i], group.still_waiting[i]);
    for (std::size_t i = 0; i < std::size(kPatienceShares); ++i)
      add(i == 0   ? "tenth_gone"
          : i == 1 ? "quarter_gone"
                   : "half_gone",
          {}, cell(group.quantiles[i]), cell(group.quantile_limits[i].low),
          cell(group.quantile_limits[i].high));
    for (std::size_t i = 0; i < group.hazards.size(); ++i)
      add("hazard", patience.bin_edges[i], cell(group.hazards[i]), {}, {});
    if (group.hazard_ratio) add_bounded("hazard_ratio", {}, *group.hazard_ratio);
  };
  add_group(patience.all);
  for (const PatienceOfGroup& group : patience.groups) add_group(group);
  return table;
}

std::string seconds_words(std::optional<double> seconds) {
  return seconds ? fmt::format("{:.0f} s", *seconds) : "–";
}

render::ResultTable patience_for_people(const Patience& patience) {
  render::ResultTable table;
  table.columns = {{"group"},
                   {"waits", ColumnKind::integer},
                   {"gave up", ColumnKind::integer},
                   {"still waiting at 30 s"},
                   {"at 60 s"},
                   {"at 300 s"},
                   {"a quarter gone by"},
                   {"half gone by"},
                   {"hazard ratio"}};
  const auto add = [&](const PatienceOfGroup& group, const std::string& label) {
    table.rows.push_back({label, count(group.waits), count(group.gave_up),
                          percent(group.still_waiting[1]), percent(group.still_waiting[2]),
                          percent(group.still_waiting[4]), seconds_words(group.quantiles[1]),
                          seconds_words(group.quantiles[2]), ratio_words(group.hazard_ratio)});
  };
  add(patience.all, "all");
  for (const PatienceOfGroup& group : patience.groups) add(group, group.label);
  if (patience.groups.size() > 1)
    table.notes.push_back(fmt::format(
        "Log-rank: chi-square {:.1f} with {} degrees of freedom, p {}. The hazard ratio compares "
        "with {}.",
        patience.difference.chi_square, patience.difference.degrees,
        patience.difference.p_value < .0001 ? "below 0.0001"
                                            : fmt::format("{:.4f}", patience.difference.p_value),
        patience.groups.front().label));
  return table;
}

}  // namespace

void add_patience(const Patience& patience, Answer& answer) {
  answer.tables.push_back({"patience", "Patience", patience_table(patience)});
  render::ResultTable test;
  test.columns = {{"test"},
                  {"value", ColumnKind::number},
                  {"degrees", ColumnKind::integer},
                  {"p_value", ColumnKind::number}};
  if (patience.groups.size() > 1) {
    test.rows.push_back({std::string("log_rank"), patience.difference.chi_square,
                         count(patience.difference.degrees), patience.difference.p_value});
    test.rows.push_back(
        {std::string("cox_log_likelihood"), patience.log_likelihood, Cell(), Cell()});
  }
  answer.tables.push_back({"patience_tests", "Whether patience differs", std::move(test)});
  answer.tables_for_people.push_back(
      {"patience", "How long customers would wait", patience_for_people(patience)});
}

void add_staffing(std::span<const HourStaffing> hours, const StaffingGoal& goal, Answer& answer) {
  render::ResultTable table;
  table.columns = {{"hour", ColumnKind::integer},
                   {"days", ColumnKind::integer},
                   {"contacts_per_day", ColumnKind::number, render::Audience::everybody, {}, 1},
                   {"handle_seconds", ColumnKind::number, render::Audience::everybody, {}, 1},
                   {"erlangs", ColumnKind::number, render::Audience::everybody, {}, 2},
                   {"agents_if_patient", ColumnKind::integer},
                   {"agents", ColumnKind::integer},
                   {"service_level", ColumnKind::number, render::Audience::everybody, {}, 3},
                   {"mean_wait_seconds", ColumnKind::number, render::Audience::everybody, {}, 1},
                   {"abandonment", ColumnKind::number, render::Audience::everybody, {}, 3},
                   {"occupancy", ColumnKind::number, render::Audience::everybody, {}, 3}};
  for (const HourStaffing& hour : hours) {
    const auto forecast = [&](double statistics::QueueForecast::* member) {
      return hour.forecast ? Cell((*hour.forecast).*member) : Cell();
    };
    table.rows.push_back({hour.load.hour, static_cast<std::int64_t>(hour.load.days),
                          hour.contacts_per_day, hour.load.handle_seconds, hour.erlangs,
                          agents(hour.agents_if_patient), agents(hour.agents_if_impatient),
                          forecast(&statistics::QueueForecast::within),
                          forecast(&statistics::QueueForecast::mean_wait),
                          forecast(&statistics::QueueForecast::abandons),
                          forecast(&statistics::QueueForecast::occupancy)});
  }
  table.notes.push_back(
      goal.patience_seconds
          ? fmt::format(
                "Agents on an average day that answer {:.0f} % within {:.0f} s: by Erlang A "
                "with a mean patience of {:.0f} s, by Erlang C if nobody gave up.",
                100 * goal.share, goal.within_seconds, *goal.patience_seconds)
          : fmt::format(
                "Agents on an average day that answer {:.0f} % within {:.0f} s, by Erlang C: "
                "nobody gave up.",
                100 * goal.share, goal.within_seconds));
  answer.tables.push_back({"staffing", "Staffing", table});
  answer.tables_for_people.push_back(
      {"staffing", "Agents needed by hour of the day", std::move(table)});
}

}  // namespace clewline::insights
