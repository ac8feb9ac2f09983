#pragma once

#include <string>

#include "insights/frame/insight.h"
#include "insights/steps/steps.h"
#include "sequences/automaton.h"

namespace clewline::insights {

/// What was asked for: a pattern, where it is looked for, and the tables of this connection that
/// hold what was found.
struct SequencePlan {
  Scope scope;
  std::string shown;  // the pattern's name or text
  std::string meaning;
  std::string text;
  sequences::Pattern pattern;
  sequences::Automaton automaton;
  StepQuery steps;
  std::string matches_table;  // unit, number, is_open, first_id, last_id, first_at, last_at
  std::string tests_table;    // test, steps, units
};

/// Reads --pattern or --named with the scope. Errors: `usage`, `limit` for a pattern that would
/// explode.
Result<SequencePlan> sequence_plan(const Asking& asking);

/// Runs the automaton over all steps, once for each connection.
Status find_matches(const Asking& asking, const SequencePlan& plan);

}  // namespace clewline::insights
