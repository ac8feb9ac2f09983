#include "statistics/stratified_difference.h"

#include <algorithm>
#include <cmath>

namespace clewline::statistics {
namespace {

/// What one unit of a cell adds to the difference's deviation: `part` · its part − `units`.
struct Influence {
  double units = 0;
  double part = 0;
};

struct Stratum {
  double units = 0;
  double part = 0;
};

std::vector<Stratum> strata_of(std::span<const StratumCell> cells) {
  std::vector<Stratum> out;
  for (const StratumCell& cell : cells) {
    out.resize(std::max(out.size(), cell.stratum + 1));
    out[cell.stratum].units += cell.units;
    out[cell.stratum].part += cell.part;
  }
  return out;
}

double variance_of(std::span<const CellProduct> products, std::span<const Influence> influence) {
  double sum = 0;
  for (const CellProduct& product : products) {
    const Influence& a = influence[product.first];
    const Influence& b = influence[product.second];
    sum += a.part * b.part * product.part_part - a.units * b.part * product.units_part -
           a.part * b.units * product.part_units + a.units * b.units * product.units_units;
  }
  return std::max(sum, 0.0);
}

std::optional<GroupDifference> difference_of(std::size_t group, std::span<const StratumCell> cells,
                                             std::span<const Stratum> strata,
                                             std::span<const CellProduct> products,
                                             double clusters) {
  GroupDifference out;
  std::vector<const StratumCell*> own(strata.size(), nullptr);
  double weights = 0;
  double units = 0;
  double compared = 0;
  for (const StratumCell& cell : cells) {
    if (cell.group != group) continue;
    units += cell.units;
    const double others = strata[cell.stratum].units - cell.units;
    if (cell.units <= 0 || others <= 0) continue;
    own[cell.stratum] = &cell;
    const double weight = cell.units * others / (cell.units + others);
    weights += weight;
    compared += cell.units;
    const double other_share = (strata[cell.stratum].part - cell.part) / others;
    out.difference += weight * (cell.part / cell.units - other_share);
  }
  if (weights <= 0) return std::nullopt;
  out.difference /= weights;
  out.covered = compared / units;
  std::vector<Influence> influence(cells.size());
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const StratumCell* mine = own[cells[c].stratum];
    if (mine == nullptr) continue;
    const Stratum& stratum = strata[cells[c].stratum];
    const double others = stratum.units - mine->units;
    const double weight = mine->units * others / (mine->units + others) / weights;
    const bool is_own = cells[c].group == group;
    const double per_unit = is_own ? weight / mine->units : -weight / others;
    const double share = is_own ? mine->part / mine->units : (stratum.part - mine->part) / others;
    influence[c] = {per_unit * share, per_unit};
  }
  out.error = std::sqrt(variance_of(products, influence));
  if (clusters > 1) out.error *= std::sqrt(clusters / (clusters - 1));
  return out;
}

}  // namespace

std::vector<std::optional<GroupDifference>> stratified_differences(
    std::span<const StratumCell> cells, std::span<const CellProduct> products, std::size_t groups,
    double clusters) {
  const std::vector<Stratum> strata = strata_of(cells);
  std::vector<std::optional<GroupDifference>> out;
  for (std::size_t group = 0; group < groups; ++group)
    out.push_back(difference_of(group, cells, strata, products, clusters));
  return out;
}

}  // namespace clewline::statistics
