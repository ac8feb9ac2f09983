#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "insights/frame/answer_words.h"
#include "insights/ivr_exits/ivr_exits_internal.h"
#include "insights/ivr_exits/mending.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

using render::Cell;
using render::ColumnKind;

constexpr std::size_t kFaultsForPeople = 10;
constexpr double kMsPerMinute = 60'000;

// A row a visit, node and kind of fault that it could have met there, with whether it lies in the
// fault's time. Misroutes are judged among those who reached the agent that an option leads to.
constexpr std::string_view kAtNodesSql = R"sql(, visits AS (
  SELECT unit_id, customer_id, "at", coalesce(intent, '') AS intent, steps, label, node, CAST(agent_ms AS BIGINT) AS agent_ms,
    CAST(returns AS INTEGER) AS returned, agent_ms IS NOT NULL AND known AND watched_us >= {window} AS followed,
    NOT regexp_matches(path, '[ftm]') AND label <> 'misroute' AS sound
  FROM chosen
), touched AS (
  SELECT unit_id, customer_id, "at", intent, agent_ms, returned, followed, sound, s.node AS node, bool_or(s.step = 'f') AS met_fault,
    bool_or(s.step = 't') AS met_timeout, bool_or(s.step = 'm') AS met_no_match, bool_or(s.step IN ('a', 'p', 'i', 'm')) AS asks
  FROM (SELECT *, unnest(steps) AS s FROM visits) WHERE s.node IS NOT NULL GROUP BY ALL
), met_or_not AS (
  SELECT 'fault' AS kind, met_fault AS met, * EXCLUDE (unit_id, asks, met_fault, met_timeout, met_no_match) FROM touched WHERE NOT asks
  UNION ALL BY NAME SELECT 'timeout' AS kind, met_timeout AS met, * EXCLUDE (unit_id, asks, met_fault, met_timeout, met_no_match) FROM touched WHERE NOT asks
  UNION ALL BY NAME SELECT 'no_match' AS kind, met_no_match AS met, * EXCLUDE (unit_id, asks, met_fault, met_timeout, met_no_match) FROM touched WHERE asks
  UNION ALL BY NAME SELECT 'misroute' AS kind, label = 'misroute' AS met, * EXCLUDE (unit_id, steps, label) FROM visits
    WHERE label IN ('misroute', 'routed') AND node IS NOT NULL
), at_nodes AS (
  SELECT m.*, m."at" BETWEEN t.begins AND t.ends AS in_time
  FROM met_or_not m JOIN (SELECT node, kind, min("at") AS begins, max("at") AS ends FROM met_or_not WHERE met GROUP BY node, kind) t USING (node, kind)
)
)sql";

constexpr std::string_view kSumsSql =
    R"sql(SELECT node, kind, intent, met_in_all, met_visits, met_ms, met_returns, time_visits, time_ms, time_returns,
  other_visits, other_ms, other_returns, coalesce(any_visits, 0), coalesce(any_ms, 0), coalesce(any_returns, 0)
FROM (
  SELECT node, kind, intent, CAST(count(*) FILTER (met) AS DOUBLE) AS met_in_all,
    {met}, {time}, {other}
  FROM at_nodes GROUP BY node, kind, intent
) LEFT JOIN (
  SELECT intent, CAST(count(*) AS DOUBLE) AS any_visits, CAST(sum(agent_ms) AS DOUBLE) AS any_ms, CAST(sum(returned) AS DOUBLE) AS any_returns
  FROM visits WHERE sound AND followed GROUP BY intent
) USING (intent)
WHERE met_in_all > 0 ORDER BY node, kind, intent)sql";

// How far each customer moves the value (linearised), in whole milliseconds: exact in any order.
constexpr std::string_view kErrorsSql = R"sql(, costs AS (SELECT * FROM (VALUES {costs})
  AS c(node, kind, intent, later, excess, met_weight, met_cost, sound_weight, sound_cost, later_weight, only_in_time))
SELECT node, kind, CAST(count(*) FILTER (met > 0) AS DOUBLE), CAST(sum(moved * moved) AS DOUBLE), CAST(count(*) AS DOUBLE)
FROM (
  SELECT node, kind, customer_id, sum(met) AS met, CAST(sum(moved) AS HUGEINT) AS moved
  FROM (
    SELECT node, kind, customer_id, CAST(met AS INTEGER) AS met, CAST(round(CASE
        WHEN met THEN excess + CASE WHEN followed THEN met_weight * (agent_ms + returned * later - met_cost) ELSE 0 END
        WHEN followed AND (in_time OR (sound AND NOT only_in_time)) THEN -sound_weight * (agent_ms + returned * later - sound_cost)
        ELSE 0 END) AS BIGINT) AS moved
    FROM at_nodes JOIN costs USING (node, kind, intent)
    UNION ALL
    SELECT costs.node, costs.kind, customer_id, 0, CAST(round(later_weight * (agent_ms - (1 - returned) * later)) AS BIGINT)
    FROM visits JOIN costs USING (intent) WHERE sound AND followed
  ) GROUP BY node, kind, customer_id
) GROUP BY node, kind)sql";

// Three sums over the followed visits for which a condition holds.
std::string sums_where(const std::string& name, const std::string& condition) {
  const std::string filter = " FILTER (followed AND " + condition + ")";
  return "CAST(count(*)" + filter + " AS DOUBLE) AS " + name +
         "_visits, CAST(coalesce(sum(agent_ms)" + filter + ", 0) AS DOUBLE) AS " + name +
         "_ms, CAST(coalesce(sum(returned)" + filter + ", 0) AS DOUBLE) AS " + name + "_returns";
}

/// A fault: what is wrong at a node.
struct Fault {
  std::string node;
  std::string kind;
  std::vector<MendingStratum> strata;
  Mending mending;
  bool compared = false;
  double customers = 0;  // that met it
  double error_ms = 0;

  double met() const {
    double sum = 0;
    for (const MendingStratum& stratum : strata) sum += stratum.met_in_all;
    return sum;
  }
  double saved_minutes() const { return mending.saved_ms / kMsPerMinute; }
  double half_minutes() const { return evaluation::kNormalQuantile95 * error_ms / kMsPerMinute; }
};

double number_at(const std::vector<store::Cell>& row, std::size_t column) {
  const auto* value = std::get_if<double>(&row[column]);
  return value == nullptr ? 0.0 : *value;
}

std::string at_nodes_sql(const Settings& settings) {
  return fmt::format(fmt::runtime(kAtNodesSql),
                     fmt::arg("window", settings.counting.ivr_exits.window_us));
}

// Sound visits while the fault lasted, where there are enough; else those of other times as well.
MendingStratum stratum_of(std::string intent, double met_in_all, const VisitSums& met,
                          const VisitSums& in_time, const VisitSums& other,
                          const VisitSums& any_sound, double enough) {
  MendingStratum out{std::move(intent), met_in_all, met, in_time, any_sound};
  out.only_in_time = in_time.visits >= enough;
  if (!out.only_in_time) out.sound.add(other);
  return out;
}

Result<std::vector<Fault>> read_faults(const Asking& asking, const Population& population) {
  CLEW_TRY(
      const auto rows,
      population.rows(
          asking.connection,
          at_nodes_sql(asking.settings) +
              fmt::format(
                  fmt::runtime(kSumsSql), fmt::arg("met", sums_where("met", "met")),
                  fmt::arg("time", sums_where("time", "NOT met AND in_time")),
                  fmt::arg("other", sums_where("other", "NOT met AND NOT in_time AND sound")))));
  const double enough = asking.settings.counting.sample_min;
  std::vector<Fault> faults;
  for (const auto& row : rows) {
    const auto& node = std::get<std::string>(row[0]);
    const auto& kind = std::get<std::string>(row[1]);
    if (faults.empty() || faults.back().node != node || faults.back().kind != kind) {
      faults.emplace_back();
      faults.back().node = node;
      faults.back().kind = kind;
    }
    const auto sums = [&](std::size_t column) {
      return VisitSums{number_at(row, column), number_at(row, column + 1),
                       number_at(row, column + 2)};
    };
    faults.back().strata.push_back(stratum_of(std::get<std::string>(row[2]), number_at(row, 3),
                                              sums(4), sums(7), sums(10), sums(13), enough));
  }
  for (Fault& fault : faults) {
    auto mending = value_of_mending(fault.strata);
    fault.compared = mending.has_value();
    if (mending) fault.mending = std::move(*mending);
  }
  std::erase_if(faults, [](const Fault& fault) { return !fault.compared; });
  return faults;
}

// The numbers with which a visit of a stratum moves the value of its fault.
std::string cost_row(const Fault& fault, std::size_t i) {
  const MendingStratum& stratum = fault.strata[i];
  const StratumCost& cost = fault.mending.strata[i];
  const auto mean = [&](const VisitSums& visits) {
    return visits.agent_mean() + visits.return_share() * cost.later;
  };
  const double met_weight = stratum.met.visits > 0 ? stratum.met_in_all / stratum.met.visits : 0;
  double sound_weight = 0;
  double later_weight = 0;
  if (cost.usable) {
    sound_weight = stratum.met_in_all / stratum.sound.visits;
    later_weight = stratum.met_in_all *
                   (stratum.met.return_share() - stratum.sound.return_share()) /
                   (stratum.any_sound.visits - stratum.any_sound.returns);
  }
  return fmt::format(
      "({}, {}, {}, {:.17g}::DOUBLE, {:.17g}::DOUBLE, {:.17g}::DOUBLE, "
      "{:.17g}::DOUBLE, {:.17g}::DOUBLE, {:.17g}::DOUBLE, {:.17g}::DOUBLE, {})",
      store::quote_literal(fault.node), store::quote_literal(fault.kind),
      store::quote_literal(stratum.intent), cost.later, cost.excess, met_weight, mean(stratum.met),
      sound_weight, mean(stratum.sound), later_weight, stratum.only_in_time);
}

Status add_errors(const Asking& asking, const Population& population, std::vector<Fault>& faults) {
  std::string costs;
  for (const Fault& fault : faults) {
    for (std::size_t i = 0; i < fault.strata.size(); ++i)
      costs += (costs.empty() ? "" : ", ") + cost_row(fault, i);
  }
  if (costs.empty()) return {};
  CLEW_TRY(const auto rows,
           population.rows(asking.connection,
                           at_nodes_sql(asking.settings) +
                               fmt::format(fmt::runtime(kErrorsSql), fmt::arg("costs", costs))));
  for (const auto& row : rows) {
    const auto fault = std::ranges::find_if(faults, [&](const Fault& one) {
      return one.node == std::get<std::string>(row[0]) && one.kind == std::get<std::string>(row[1]);
    });
    fault->customers = number_at(row, 2);
    const double groups = number_at(row, 4);
    if (groups > 1) fault->error_ms = std::sqrt(number_at(row, 3) * groups / (groups - 1));
  }
  return {};
}

VisitSums all_of(const Fault& fault, VisitSums MendingStratum::* member) {
  VisitSums out;
  for (const MendingStratum& stratum : fault.strata) {
    out.add(stratum.*member);
  }
  return out;
}

render::ResultTable mending_table(std::span<const Fault> faults) {
  const auto decimal = [](const char* name, int decimals) {
    return render::Column{name, ColumnKind::number, render::Audience::everybody, {}, decimals};
  };
  render::ResultTable table;
  table.columns = {{"node"},
                   {"fault"},
                   {"visits", ColumnKind::integer},
                   {"customers", ColumnKind::integer},
                   decimal("agent_minutes_each", 1),
                   decimal("sound_minutes_each", 1),
                   decimal("return_share", 2),
                   decimal("sound_return_share", 2),
                   {"sound_visits", ColumnKind::integer, render::Audience::machines},
                   decimal("saved_minutes", 0),
                   decimal("low", 0),
                   decimal("high", 0)};
  for (const Fault& fault : faults) {
    const VisitSums met = all_of(fault, &MendingStratum::met);
    const VisitSums sound = all_of(fault, &MendingStratum::sound);
    const bool bounded = fault.customers > 1;
    table.rows.push_back({fault.node, fault.kind, static_cast<std::int64_t>(fault.met()),
                          static_cast<std::int64_t>(fault.customers),
                          met.agent_mean() / kMsPerMinute, sound.agent_mean() / kMsPerMinute,
                          met.return_share(), sound.return_share(),
                          static_cast<std::int64_t>(sound.visits), fault.saved_minutes(),
                          bounded ? Cell(fault.saved_minutes() - fault.half_minutes()) : Cell(),
                          bounded ? Cell(fault.saved_minutes() + fault.half_minutes()) : Cell()});
  }
  return table;
}

void say_best(const Fault& fault, Answer& answer) {
  const double low = fault.saved_minutes() - fault.half_minutes();
  if (fault.customers < 2 || low <= 0) return;
  const std::string words = fault.kind == "misroute"   ? "wrong routes from"
                            : fault.kind == "no_match" ? "misunderstandings at"
                            : fault.kind == "timeout"  ? "time-outs at"
                                                       : "faults at";
  answer.sentences.push_back(fmt::format(
      "Without {} `{}` agents would have been spared {} minutes ({}–{}); {} visits met them.",
      words, fault.node, render::grouped(std::llround(fault.saved_minutes())),
      render::grouped(std::llround(low)),
      render::grouped(std::llround(fault.saved_minutes() + fault.half_minutes())),
      render::grouped(std::llround(fault.met()))));
}

}  // namespace

Status add_mending(const Asking& asking, const Population& population, Answer& answer) {
  CLEW_TRY(auto faults, read_faults(asking, population));
  CLEW_TRY_VOID(add_errors(asking, population, faults));
  std::ranges::stable_sort(faults, std::greater(),
                           [](const Fault& fault) { return fault.saved_minutes(); });
  render::ResultTable table = mending_table(faults);
  answer.tables.push_back({"mending", "Value of mending", table});
  if (faults.empty()) return {};
  say_best(faults.front(), answer);
  if (table.rows.size() > kFaultsForPeople) {
    table.notes.push_back(
        fmt::format("{} more: `--table mending`.", table.rows.size() - kFaultsForPeople));
    table.rows.resize(kFaultsForPeople);
  }
  table.notes.emplace_back(
      "Saved: agents' minutes after visits that met the fault beyond those after visits at the "
      "same "
      "node, about the same, that did not. An association unless the fault strikes by chance.");
  answer.tables_for_people.push_back(
      {"mending", "What mending a node would spare agents", std::move(table)});
  return {};
}

}  // namespace clewline::insights
