#pragma once

#include <optional>

namespace clewline::statistics {

/// The load of a queue: contacts a second and the mean time an agent needs for one.
struct QueueLoad {
  double arrivals_per_second = 0;
  double handle_seconds = 0;
  /// Erlangs: agents that would be busy all the time.
  double erlangs() const { return arrivals_per_second * handle_seconds; }
};

/// What a queue does in the long run with some agents.
struct QueueForecast {
  double waits = 0;      // share that waits at all
  double mean_wait = 0;  // seconds, over all contacts
  double within = 0;     // share answered within the threshold
  double abandons = 0;   // share that gives up; 0 where nobody does
  double occupancy = 0;  // share of time an agent is busy
};

/// Returns the share of contacts that find all `agents` busy and are turned away (Erlang B).
double erlang_b(int agents, double erlangs);
/// Returns the share that waits when all wait as long as it takes (Erlang C); 1 when the agents are
/// too few for the load.
double erlang_c(int agents, double erlangs);
/// Forecasts by Erlang C; null when the agents are too few for the load, so that the queue grows
/// without end.
std::optional<QueueForecast> forecast_patient(const QueueLoad& load, int agents,
                                              double within_seconds);
/// Forecasts by Erlang A: waiting contacts give up after an exponential time of mean
/// `patience_seconds` (Garnett, Mandelbaum & Reiman, MSOM 4, 2002).
QueueForecast forecast_impatient(const QueueLoad& load, int agents, double patience_seconds,
                                 double within_seconds);

/// Returns the fewest agents that answer `share` of contacts within a time; null when even
/// `agents_max` do not. Without patience by Erlang C, else by Erlang A.
std::optional<int> agents_for(const QueueLoad& load, std::optional<double> patience_seconds,
                              double within_seconds, double share, int agents_max);

}  // namespace clewline::statistics
