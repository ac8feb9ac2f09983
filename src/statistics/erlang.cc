#include "statistics/erlang.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace clewline::statistics {
namespace {

constexpr double kNegligible = 1e-15;
constexpr int kWaitingMax = 1'000'000;

/// The chances that nobody, one, two … contacts wait, and that fewer than all agents are busy.
struct Waiting {
  std::vector<double> with_all_busy;  // by the number that wait, from 0
  double agents_busy = 0;             // mean
};

// A birth-death chain: from n contacts to n + 1 at the arrivals' rate, back at the agents' and the
// waiting contacts' rate. Scaled by the state in which all agents are busy and nobody waits.
Waiting waiting_of(const QueueLoad& load, int agents, double patience_seconds) {
  const double service = 1 / load.handle_seconds;
  const double leave = 1 / patience_seconds;
  double below = 0;
  double busy = agents;
  double weight = 1;
  for (int n = agents; n > 0 && weight > kNegligible; --n) {
    weight *= n * service / load.arrivals_per_second;
    below += weight;
    busy += weight * (n - 1);
  }
  Waiting out{{1}, busy};
  double total = below + 1;
  weight = 1;
  for (int waiting = 1; waiting < kWaitingMax; ++waiting) {
    weight *= load.arrivals_per_second / (agents * service + waiting * leave);
    if (weight < kNegligible * total) break;
    out.with_all_busy.push_back(weight);
    total += weight;
    out.agents_busy += weight * agents;
  }
  for (double& share : out.with_all_busy) share /= total;
  out.agents_busy /= total;
  return out;
}

// The chance that a contact with `ahead` others waiting before it is answered within a time and
// does not give up before: the jump from k ahead to k − 1 comes at rate Nμ + kθ, its own leave at
// θ. Integrated by the backward equation on a fine grid, once for all positions.
std::vector<double> answered_within(const QueueLoad& load, int agents, double patience_seconds,
                                    double within_seconds, std::size_t positions) {
  const double service = agents / load.handle_seconds;
  const double leave = 1 / patience_seconds;
  std::vector<double> answered(positions, 0.0);
  const double fastest = service + static_cast<double>(positions) * leave;
  const int steps = std::clamp(static_cast<int>(within_seconds * fastest * 4), 50, 20'000);
  const double step = within_seconds / steps;
  const auto slope = [&](const std::vector<double>& at, std::size_t ahead) {
    const double next = ahead == 0 ? 1.0 : at[ahead - 1];
    const double forward = service + static_cast<double>(ahead) * leave;
    return forward * (next - at[ahead]) - leave * at[ahead];
  };
  std::vector<double> k1(positions), k2(positions), k3(positions), k4(positions), at(positions);
  const auto evaluate = [&](const std::vector<double>& from, double by, std::vector<double>& out) {
    for (std::size_t i = 0; i < positions; ++i) at[i] = answered[i] + by * from[i];
    for (std::size_t i = 0; i < positions; ++i) out[i] = slope(at, i);
  };
  for (int i = 0; i < steps; ++i) {
    for (std::size_t p = 0; p < positions; ++p) k1[p] = slope(answered, p);
    evaluate(k1, step / 2, k2);
    evaluate(k2, step / 2, k3);
    evaluate(k3, step, k4);
    for (std::size_t p = 0; p < positions; ++p)
      answered[p] += step / 6 * (k1[p] + 2 * k2[p] + 2 * k3[p] + k4[p]);
  }
  return answered;
}

}  // namespace

double erlang_b(int agents, double erlangs) {
  double blocked = 1;
  for (int k = 1; k <= agents; ++k) blocked = erlangs * blocked / (k + erlangs * blocked);
  return blocked;
}

double erlang_c(int agents, double erlangs) {
  if (erlangs >= agents) return 1;
  const double blocked = erlang_b(agents, erlangs);
  return agents * blocked / (agents - erlangs * (1 - blocked));
}

std::optional<QueueForecast> forecast_patient(const QueueLoad& load, int agents,
                                              double within_seconds) {
  const double erlangs = load.erlangs();
  if (erlangs >= agents) return std::nullopt;
  const double spare = agents / load.handle_seconds - load.arrivals_per_second;
  QueueForecast out;
  out.waits = erlang_c(agents, erlangs);
  out.mean_wait = out.waits / spare;
  out.within = 1 - out.waits * std::exp(-spare * within_seconds);
  out.occupancy = erlangs / agents;
  return out;
}

QueueForecast forecast_impatient(const QueueLoad& load, int agents, double patience_seconds,
                                 double within_seconds) {
  const Waiting waiting = waiting_of(load, agents, patience_seconds);
  const auto answered =
      answered_within(load, agents, patience_seconds, within_seconds, waiting.with_all_busy.size());
  QueueForecast out;
  double queue = 0;
  double late = 0;
  for (std::size_t i = 0; i < waiting.with_all_busy.size(); ++i) {
    out.waits += waiting.with_all_busy[i];
    queue += waiting.with_all_busy[i] * static_cast<double>(i);
    late += waiting.with_all_busy[i] * (1 - answered[i]);
  }
  out.mean_wait = queue / load.arrivals_per_second;
  out.abandons = out.mean_wait / patience_seconds;
  out.within = 1 - late;
  out.occupancy = waiting.agents_busy / agents;
  return out;
}

std::optional<int> agents_for(const QueueLoad& load, std::optional<double> patience_seconds,
                              double within_seconds, double share, int agents_max) {
  const auto enough = [&](int agents) {
    if (patience_seconds)
      return forecast_impatient(load, agents, *patience_seconds, within_seconds).within >= share;
    const auto forecast = forecast_patient(load, agents, within_seconds);
    return forecast && forecast->within >= share;
  };
  if (!enough(agents_max)) return std::nullopt;
  int low = 0;  // too few
  int high = agents_max;
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace clewline::statistics
