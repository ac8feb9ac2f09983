#include "evaluation/partition_sums.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

namespace clewline::evaluation {
namespace {

double pairs(double events) { return events * (events - 1) / 2; }
double n_log_n(double events) { return events > 0 ? events * std::log(events) : 0; }

std::vector<SharedEvents> merged(std::span<const SharedEvents> table) {
  std::vector<SharedEvents> rows(table.begin(), table.end());
  std::sort(rows.begin(), rows.end(), [](const SharedEvents& a, const SharedEvents& b) {
    return std::tie(a.truth, a.found) < std::tie(b.truth, b.found);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (kept > 0 && rows[kept - 1].truth == rows[i].truth && rows[kept - 1].found == rows[i].found)
      rows[kept - 1].events += rows[i].events;
    else
      rows[kept++] = rows[i];
  }
  rows.resize(kept);
  return rows;
}

/// Sizes of the units of one side, and the group each belongs to.
struct UnitSizes {
  std::vector<double> events;
  std::vector<std::uint32_t> group;

  void add(std::uint32_t unit, std::uint64_t count, std::uint32_t of_group) {
    if (unit >= events.size()) {
      events.resize(unit + 1, 0);
      group.resize(unit + 1, 0);
    }
    events[unit] += static_cast<double>(count);
    group[unit] = of_group;
  }
  void add_to(std::span<Sums> groups, Sum pair_sum, Sum log_sum) const {
    for (std::size_t unit = 0; unit < events.size(); ++unit) {
      if (events[unit] == 0) continue;
      at(groups[group[unit]], pair_sum) += pairs(events[unit]);
      at(groups[group[unit]], log_sum) += n_log_n(events[unit]);
    }
  }
};

}  // namespace

void add_partition_sums(std::span<const SharedEvents> table,
                        std::span<const std::uint32_t> group_of, std::span<Sums> groups) {
  const std::vector<SharedEvents> rows = merged(table);
  UnitSizes truth;
  UnitSizes found;
  for (const SharedEvents& row : rows) {
    truth.add(row.truth, row.events, group_of[row.customer]);
    found.add(row.found, row.events, group_of[row.customer]);
  }
  for (const SharedEvents& row : rows) {
    Sums& sums = groups[group_of[row.customer]];
    const double shared = static_cast<double>(row.events);
    at(sums, Sum::events) += shared;
    at(sums, Sum::joint_pairs) += pairs(shared);
    at(sums, Sum::joint_logs) += n_log_n(shared);
    at(sums, Sum::bcubed_precision) += shared * shared / found.events[row.found];
    at(sums, Sum::bcubed_recall) += shared * shared / truth.events[row.truth];
  }
  truth.add_to(groups, Sum::true_pairs, Sum::true_logs);
  found.add_to(groups, Sum::found_pairs, Sum::found_logs);
}

}  // namespace clewline::evaluation
