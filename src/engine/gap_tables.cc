#include <cmath>

#include "engine/gap_study_internal.h"

namespace clewline::engine {
namespace {

using render::Cell;
using render::ColumnKind;

std::int64_t signed_count(std::uint64_t count) { return static_cast<std::int64_t>(count); }

// Eight decimals: what EM brings to convergence.
Cell rounded(double value) { return std::round(value * 1e8) / 1e8; }

Cell rounded(const std::optional<double>& value, double digits) {
  return value ? Cell(std::round(*value * digits) / digits) : Cell();
}

Cell seconds_of(std::int64_t us) {
  return us % kUsPerSecond == 0 ? Cell(static_cast<double>(us / kUsPerSecond))
                                : Cell(static_cast<double>(us) / kUsPerSecond);
}

}  // namespace

render::ResultTable gaps_table(const std::vector<GapStudy>& studies) {
  render::ResultTable table;
  table.columns = {{"channels"},
                   {"customers", ColumnKind::integer},
                   {"presences", ColumnKind::integer},
                   {"gaps", ColumnKind::integer},
                   {"median_seconds", ColumnKind::number},
                   {"verdict"},
                   {"natural_seconds", ColumnKind::number},
                   {"low_seconds", ColumnKind::number},
                   {"high_seconds", ColumnKind::number},
                   {"ashman_d", ColumnKind::number},
                   {"components", ColumnKind::integer},
                   {"valley_seconds", ColumnKind::number},
                   {"current_seconds", ColumnKind::number},
                   {"default_seconds", ColumnKind::number},
                   {"recommended_seconds", ColumnKind::number},
                   {"sessions", ColumnKind::integer},
                   {"elasticity", ColumnKind::number}};
  for (const GapStudy& study : studies) {
    const statistics::NaturalGap& natural = study.natural;
    const GapChoice& best = study.choice(study.recommended_us());
    const bool found = natural.verdict == statistics::GapVerdict::natural;
    std::vector<Cell> row = {study.name,
                             signed_count(study.gaps.customers),
                             signed_count(study.gaps.presences),
                             signed_count(study.gaps.gaps.size()),
                             rounded(study.median_seconds, 1e3),
                             std::string(statistics::verdict_name(natural.verdict)),
                             found ? rounded(natural.seconds, 1e3) : Cell()};
    row.push_back(natural.interval ? rounded(natural.interval->low, 1e3) : Cell());
    row.push_back(natural.interval ? rounded(natural.interval->high, 1e3) : Cell());
    row.push_back(natural.within ? rounded(natural.ashman_d, 1e6) : Cell());
    row.push_back(natural.mixtures.empty() ? Cell() : Cell(signed_count(natural.best + 1)));
    row.push_back(rounded(natural.valley_seconds, 1e3));
    for (const std::int64_t us : {study.current_us, study.default_us, study.recommended_us()})
      row.push_back(seconds_of(us));
    row.push_back(signed_count(best.sessions));
    row.push_back(rounded(best.elasticity, 1e6));
    table.rows.push_back(std::move(row));
  }
  return table;
}

render::ResultTable choices_table(const std::vector<GapStudy>& studies) {
  render::ResultTable table;
  table.columns = {{"channels"},
                   {"gap_seconds", ColumnKind::number},
                   {"is_current", ColumnKind::boolean},
                   {"is_default", ColumnKind::boolean},
                   {"is_natural", ColumnKind::boolean},
                   {"sessions", ColumnKind::integer},
                   {"contacts", ColumnKind::integer},
                   {"contacts_change", ColumnKind::integer},
                   {"transactions", ColumnKind::integer},
                   {"elasticity", ColumnKind::number}};
  for (const GapStudy& study : studies) {
    const std::int64_t contacts = signed_count(study.choice(study.current_us).counts.contacts);
    for (const GapChoice& choice : study.choices) {
      table.rows.push_back(
          {study.name, seconds_of(choice.gap_us), choice.gap_us == study.current_us,
           choice.gap_us == study.default_us, choice.gap_us == study.natural_us(),
           signed_count(choice.sessions), signed_count(choice.counts.contacts),
           signed_count(choice.counts.contacts) - contacts,
           signed_count(choice.counts.transactions), rounded(choice.elasticity, 1e6)});
    }
  }
  return table;
}

render::ResultTable mixtures_table(const std::vector<GapStudy>& studies) {
  render::ResultTable table;
  table.columns = {{"channels"},
                   {"components", ColumnKind::integer},
                   {"best", ColumnKind::boolean},
                   {"log_likelihood", ColumnKind::number},
                   {"bic", ColumnKind::number},
                   {"component", ColumnKind::integer},
                   {"weight", ColumnKind::number},
                   {"mean_log10", ColumnKind::number},
                   {"deviation_log10", ColumnKind::number},
                   {"middle_seconds", ColumnKind::number},
                   {"crossing_seconds", ColumnKind::number},
                   {"ashman_d", ColumnKind::number}};
  for (const GapStudy& study : studies) {
    for (std::size_t k = 0; k < study.natural.mixtures.size(); ++k) {
      const statistics::Mixture& mixture = study.natural.mixtures[k];
      for (std::size_t j = 0; j < mixture.components.size(); ++j) {
        const statistics::GaussianComponent& component = mixture.components[j];
        std::vector<Cell> row = {study.name,
                                 signed_count(k + 1),
                                 k == study.natural.best,
                                 rounded(mixture.log_likelihood, 1e5),
                                 rounded(mixture.bic, 1e5),
                                 signed_count(j + 1),
                                 rounded(component.weight),
                                 rounded(component.mean),
                                 rounded(component.deviation),
                                 rounded(std::pow(10, component.mean), 1e3)};
        const bool last = j + 1 == mixture.components.size();
        std::optional<double> crosses;
        if (!last) crosses = statistics::crossing(component, mixture.components[j + 1]);
        row.push_back(crosses ? rounded(std::pow(10, *crosses), 1e3) : Cell());
        row.push_back(
            last ? Cell()
                 : rounded(statistics::ashman_d(component, mixture.components[j + 1]), 1e6));
        table.rows.push_back(std::move(row));
      }
    }
  }
  return table;
}

}  // namespace clewline::engine
