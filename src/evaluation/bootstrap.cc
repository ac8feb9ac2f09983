#include "evaluation/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "base/assert.h"
#include "base/random.h"

namespace clewline::evaluation {
namespace {

double normal_share(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

// The normal quantile: bisection of its distribution, to the last digits that matter.
double normal_quantile(double share) {
  double low = -9;
  double high = 9;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (normal_share(middle) < share ? low : high) = middle;
  }
  return (low + high) / 2;
}

double sorted_quantile(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below_place = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below_place + 1, sorted.size() - 1);
  const double weight = place - static_cast<double>(below_place);
  return sorted[below_place] + weight * (sorted[above] - sorted[below_place]);
}

double spread(std::span<const double> values) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / values.size();
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares;
}

/// Sums by group, one row each.
struct Groups {
  std::vector<double> rows;
  std::size_t width = 0;
  std::size_t count() const { return width == 0 ? 0 : rows.size() / width; }
  std::span<const double> row(std::size_t group) const {
    return {rows.data() + group * width, width};
  }
};

Groups pooled(std::span<const double> rows, std::size_t width, std::size_t groups_max,
              std::mt19937_64& random) {
  const std::size_t count = rows.size() / width;
  if (count <= groups_max) return {{rows.begin(), rows.end()}, width};
  const std::vector<std::uint32_t> order = shuffled(random, count);
  Groups out{std::vector<double>(groups_max * width, 0.0), width};
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < width; ++k)
      out.rows[(i % groups_max) * width + k] += rows[order[i] * width + k];
  }
  return out;
}

/// One row of numbers for each value: what it was in each resample, or with a group left out.
using Runs = std::vector<std::vector<double>>;

class Sampler {
 public:
  Sampler(const Groups& groups, const Statistic& statistic, std::size_t values)
      : groups_(groups), statistic_(statistic), sums_(groups.width), answer_(values) {
    for (std::size_t group = 0; group < groups.count(); ++group) add(group, 1);
    total_ = sums_;
  }

  std::vector<double> whole() {
    statistic_(total_, answer_);
    return answer_;
  }
  Runs leave_one_out() {
    Runs runs(answer_.size());
    for (std::size_t group = 0; group < groups_.count(); ++group) {
      sums_ = total_;
      add(group, -1);
      keep(runs);
    }
    return runs;
  }
  Runs resample(std::uint32_t resamples, std::mt19937_64& random) {
    Runs runs(answer_.size());
    for (std::uint32_t resample = 0; resample < resamples; ++resample) {
      std::fill(sums_.begin(), sums_.end(), 0.0);
      for (std::size_t draw = 0; draw < groups_.count(); ++draw)
        add(draw_below(random, groups_.count()), 1);
      keep(runs);
    }
    return runs;
  }

 private:
  void add(std::size_t group, double sign) {
    const auto row = groups_.row(group);
    for (std::size_t k = 0; k < row.size(); ++k) sums_[k] += sign * row[k];
  }
  void keep(Runs& runs) {
    statistic_(sums_, answer_);
    for (std::size_t value = 0; value < answer_.size(); ++value)
      runs[value].push_back(answer_[value]);
  }

  const Groups& groups_;
  const Statistic& statistic_;
  std::vector<double> sums_;
  std::vector<double> total_;
  std::vector<double> answer_;
};

void judge_jackknife(std::span<const double> runs, Estimate& estimate) {
  const double count = static_cast<double>(runs.size());
  const double mean = std::accumulate(runs.begin(), runs.end(), 0.0) / count;
  double squares = 0;
  double cubes = 0;
  for (const double run : runs) {
    const double apart = mean - run;
    squares += apart * apart;
    cubes += apart * apart * apart;
  }
  estimate.jackknife_error = std::sqrt(squares * (count - 1) / count);
  estimate.acceleration = squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

void judge_resamples(std::vector<double>& runs, double confidence, Estimate& estimate) {
  std::sort(runs.begin(), runs.end());
  const double tail = (1 - confidence) / 2;
  estimate.standard_error = std::sqrt(spread(runs) / std::max<double>(1, runs.size() - 1.0));
  estimate.percentile = {sorted_quantile(runs, tail), sorted_quantile(runs, 1 - tail)};
  estimate.interval = estimate.percentile;
  const auto [from, to] = std::equal_range(runs.begin(), runs.end(), estimate.value);
  const double less = static_cast<double>(from - runs.begin());
  const double same = static_cast<double>(to - from);
  const double share = (less + same / 2) / static_cast<double>(runs.size());
  if (share <= 0 || share >= 1) return;
  const double bias = normal_quantile(share);
  const auto moved = [&](double of) {
    const double z = bias + normal_quantile(of);
    return normal_share(bias + z / (1 - estimate.acceleration * z));
  };
  estimate.interval = {sorted_quantile(runs, moved(tail)), sorted_quantile(runs, moved(1 - tail))};
}

}  // namespace

std::vector<Estimate> bootstrap(std::span<const double> rows, std::size_t width,
                                const Statistic& statistic, std::size_t values,
                                const BootstrapOptions& options) {
  CLEW_ASSERT(width > 0 && rows.size() % width == 0);
  std::mt19937_64 random(options.seed);
  const Groups groups = pooled(rows, width, options.groups_max, random);
  Sampler sampler(groups, statistic, values);
  const std::vector<double> whole = sampler.whole();
  std::vector<Estimate> out(values);
  for (std::size_t value = 0; value < values; ++value) out[value].value = whole[value];
  if (groups.count() < 2 || options.resamples == 0) return out;
  const Runs jackknife = sampler.leave_one_out();
  Runs resamples = sampler.resample(options.resamples, random);
  for (std::size_t value = 0; value < values; ++value) {
    judge_jackknife(jackknife[value], out[value]);
    judge_resamples(resamples[value], options.confidence, out[value]);
  }
  return out;
}

}  // namespace clewline::evaluation
