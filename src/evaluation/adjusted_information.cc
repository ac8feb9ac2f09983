#include "evaluation/adjusted_information.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

namespace clewline::evaluation {
namespace {

constexpr std::uint32_t kGroupsMax = 1000;
constexpr std::size_t kSizePairsMax = 250'000;
// Shares of probability and information below these are rounding.
constexpr double kShareLeast = 1e-18;
constexpr double kInformationLeast = 1e-12;
// The numbers of events, as factors of those at hand, for which a table is made.
constexpr std::array<double, 5> kScales = {0.6, 0.8, 1.0, 1.25, 1.6};
constexpr std::size_t kOwnScale = 2;

double log_factorial(double n) { return std::lgamma(n + 1); }

// E[k/n · ln(n k / (a b))] of k events that two units of sizes a and b share by chance, among n
// events (hypergeometric): from the likeliest k to both sides until nothing is added.
double expected_term(double a, double b, double n) {
  const double least = std::max(1.0, a + b - n);
  const double most = std::min(a, b);
  if (most < least) return 0;
  const double mode = std::clamp(std::floor((a + 1) * (b + 1) / (n + 2)), least, most);
  const double share =
      std::exp(log_factorial(a) + log_factorial(b) + log_factorial(n - a) + log_factorial(n - b) -
               log_factorial(n) - log_factorial(mode) - log_factorial(a - mode) -
               log_factorial(b - mode) - log_factorial(n - a - b + mode));
  const auto term = [&](double k, double of) { return of * k / n * std::log(n * k / (a * b)); };
  double sum = term(mode, share);
  double up = share;
  for (double k = mode; k < most && up > kShareLeast; ++k) {
    up *= (a - k) * (b - k) / ((k + 1) * (n - a - b + k + 1));
    sum += term(k + 1, up);
  }
  double down = share;
  for (double k = mode; k > least && down > kShareLeast; --k) {
    down *= k * (n - a - b + k) / ((a - k + 1) * (b - k + 1));
    sum += term(k - 1, down);
  }
  return sum;
}

double n_log_n(double n) { return n > 0 ? n * std::log(n) : 0; }

/// The units of one side: how many events each has, and which group it belongs to.
struct Side {
  std::map<std::uint32_t, std::pair<double, std::uint32_t>> units;
  std::vector<double> sizes;  // distinct, ascending

  void add(std::uint32_t unit, std::uint64_t events, std::uint32_t group) {
    auto& [size, of_group] = units[unit];
    size += static_cast<double>(events);
    of_group = group;
  }
  void close() {
    for (const auto& [unit, known] : units) sizes.push_back(known.first);
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  }
  std::size_t place(double size) const {
    return static_cast<std::size_t>(std::lower_bound(sizes.begin(), sizes.end(), size) -
                                    sizes.begin());
  }
};

/// A row of sums: events, Σ n ln n of what units share, then how many true and found units have
/// each size.
class InformationRows {
 public:
  InformationRows(std::span<const SharedEvents> table, std::span<const std::uint32_t> group_of) {
    std::uint32_t groups = 0;
    for (const SharedEvents& row : table) {
      const std::uint32_t group = group_of[row.customer];
      groups = std::max(groups, group + 1);
      truth_.add(row.truth, row.events, group);
      found_.add(row.found, row.events, group);
    }
    truth_.close();
    found_.close();
    rows_.assign(groups * width(), 0.0);
    for (const auto& [pair, shared] : shared_by_units(table, group_of)) {
      double* row = rows_.data() + shared.second * width();
      row[0] += shared.first;
      row[1] += n_log_n(shared.first);
    }
    count(truth_, 2);
    count(found_, 2 + truth_.sizes.size());
    drop_empty();
  }

  std::size_t width() const { return 2 + truth_.sizes.size() + found_.sizes.size(); }
  std::size_t pairs() const { return truth_.sizes.size() * found_.sizes.size(); }
  const std::vector<double>& rows() const { return rows_; }
  const std::vector<double>& true_sizes() const { return truth_.sizes; }
  const std::vector<double>& found_sizes() const { return found_.sizes; }

 private:
  using Pair = std::pair<std::uint32_t, std::uint32_t>;
  static std::map<Pair, std::pair<double, std::uint32_t>> shared_by_units(
      std::span<const SharedEvents> table, std::span<const std::uint32_t> group_of) {
    std::map<Pair, std::pair<double, std::uint32_t>> out;
    for (const SharedEvents& row : table) {
      auto& [events, group] = out[{row.truth, row.found}];
      events += static_cast<double>(row.events);
      group = group_of[row.customer];
    }
    return out;
  }
  void count(const Side& side, std::size_t first) {
    for (const auto& [unit, known] : side.units)
      ++rows_[known.second * width() + first + side.place(known.first)];
  }
  void drop_empty() {
    std::vector<double> kept;
    for (std::size_t at = 0; at < rows_.size(); at += width()) {
      if (rows_[at] > 0)
        kept.insert(kept.end(), rows_.begin() + static_cast<std::ptrdiff_t>(at),
                    rows_.begin() + static_cast<std::ptrdiff_t>(at + width()));
    }
    rows_ = std::move(kept);
  }

  Side truth_;
  Side found_;
  std::vector<double> rows_;
};

/// The expected information of units of given sizes, for numbers of events around those at hand.
class ExpectedInformation {
 public:
  ExpectedInformation(const InformationRows& rows, double events, bool all_scales)
      : true_sizes_(rows.true_sizes()), found_sizes_(rows.found_sizes()) {
    for (std::size_t scale = 0; scale < kScales.size(); ++scale) {
      events_[scale] = std::round(events * kScales[scale]);
      if (all_scales || scale == kOwnScale) tables_[scale] = table_of(events_[scale]);
    }
  }

  double of(std::span<const double> sums) const {
    const double events = sums[0];
    if (events == events_[kOwnScale]) return add_up(tables_[kOwnScale], sums);
    std::size_t above = 1;
    while (above + 1 < kScales.size() && events_[above] < events) ++above;
    const double low = std::log(events_[above - 1]);
    const double high = std::log(events_[above]);
    const double weight =
        high > low ? std::clamp((std::log(events) - low) / (high - low), 0.0, 1.0) : 1;
    return (1 - weight) * add_up(tables_[above - 1], sums) + weight * add_up(tables_[above], sums);
  }

 private:
  std::vector<double> table_of(double events) const {
    std::vector<double> out;
    for (const double a : true_sizes_)
      for (const double b : found_sizes_)
        out.push_back(a <= events && b <= events ? expected_term(a, b, events) : 0);
    return out;
  }
  double add_up(const std::vector<double>& table, std::span<const double> sums) const {
    const double* of_true = sums.data() + 2;
    const double* of_found = of_true + true_sizes_.size();
    double sum = 0;
    for (std::size_t a = 0; a < true_sizes_.size(); ++a) {
      if (of_true[a] == 0) continue;
      double inner = 0;
      for (std::size_t b = 0; b < found_sizes_.size(); ++b)
        inner += of_found[b] * table[a * found_sizes_.size() + b];
      sum += of_true[a] * inner;
    }
    return sum;
  }

  const std::vector<double>& true_sizes_;
  const std::vector<double>& found_sizes_;
  std::array<double, kScales.size()> events_{};
  std::array<std::vector<double>, kScales.size()> tables_;
};

double entropy(std::span<const double> counts, const std::vector<double>& sizes, double events) {
  double logs = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) logs += counts[i] * n_log_n(sizes[i]);
  return std::max(0.0, std::log(events) - logs / events);
}

double information(const InformationRows& rows, const ExpectedInformation& expected,
                   std::span<const double> sums) {
  const double events = sums[0];
  if (events <= 0) return 1;
  const double of_truth = entropy(sums.subspan(2), rows.true_sizes(), events);
  const double of_found =
      entropy(sums.subspan(2 + rows.true_sizes().size()), rows.found_sizes(), events);
  const double joint = std::max(0.0, std::log(events) - sums[1] / events);
  const double shared = of_truth + of_found - joint;
  const double by_chance = expected.of(sums);
  const double most = (of_truth + of_found) / 2;
  if (most - by_chance < kInformationLeast) return 1;  // both all alone, or both one unit
  return (shared - by_chance) / (most - by_chance);
}

}  // namespace

Estimate adjusted_information(std::span<const SharedEvents> table,
                              std::span<const std::uint32_t> group_of,
                              const BootstrapOptions& options) {
  const InformationRows rows(table, group_of);
  double events = 0;
  for (std::size_t at = 0; at < rows.rows().size(); at += rows.width()) events += rows.rows()[at];
  BootstrapOptions own = options;
  own.groups_max = std::min(own.groups_max, kGroupsMax);
  if (rows.pairs() > kSizePairsMax) own.resamples = 0;
  const ExpectedInformation expected(rows, events, own.resamples > 0);
  const Statistic statistic = [&](std::span<const double> sums, std::span<double> values) {
    values[0] = information(rows, expected, sums);
  };
  return bootstrap(rows.rows(), rows.width(), statistic, 1, own).front();
}

}  // namespace clewline::evaluation
