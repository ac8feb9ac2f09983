#include <fmt/format.h>

#include <algorithm>

#include "base/sha256.h"
#include "insights/sequences/sequences_internal.h"
#include "sequences/matcher.h"
#include "store/chunk_appender.h"

namespace clewline::insights {
namespace {

constexpr std::string_view kMatchColumns =
    "unit UUID, number INTEGER, is_open BOOLEAN, first_id UUID, last_id UUID, first_at "
    "TIMESTAMPTZ, "
    "last_at TIMESTAMPTZ";

/// Matches of all units, as columns.
struct FoundMatches {
  std::vector<Id128> units;
  std::vector<std::int32_t> numbers;
  std::vector<std::uint8_t> is_open;
  std::vector<Id128> first_ids;
  std::vector<Id128> last_ids;
  std::vector<TimeUs> first_at;
  std::vector<TimeUs> last_at;

  void add(Id128 unit, std::int32_t number, bool open) {
    units.push_back(unit);
    numbers.push_back(number);
    is_open.push_back(open ? 1 : 0);
    first_ids.emplace_back();
    last_ids.emplace_back();
    first_at.push_back(kNoTime);
    last_at.push_back(kNoTime);
  }
  void add(const UnitSteps& steps, std::int32_t number, const sequences::Match& match) {
    add(steps.unit, number, false);
    first_ids.back() = steps.ids[match.first];
    last_ids.back() = steps.ids[match.last];
    first_at.back() = steps.elements.times_us[match.first];
    last_at.back() = steps.elements.times_us[match.last];
  }
};

/// How often each test was met.
struct TestCounts {
  std::vector<std::int64_t> steps;
  std::vector<std::int64_t> units;

  explicit TestCounts(std::size_t tests) : steps(tests), units(tests) {}
  void add(std::span<const std::uint64_t> marks) {
    std::uint64_t any = 0;
    for (const std::uint64_t mark : marks) {
      any |= mark;
      for (std::size_t t = 0; t < steps.size(); ++t)
        steps[t] += static_cast<std::int64_t>((mark >> t) & 1);
    }
    for (std::size_t t = 0; t < units.size(); ++t)
      units[t] += static_cast<std::int64_t>((any >> t) & 1);
  }
};

Status store_matches(store::Connection& connection, const std::string& table,
                     const FoundMatches& found) {
  using store::ColumnInput;
  CLEW_TRY(auto appender, store::ChunkAppender::open(connection, "temp", table));
  const ColumnInput columns[] = {
      ColumnInput::ids(found.units),     ColumnInput::ints(found.numbers),
      ColumnInput::bools(found.is_open), ColumnInput::ids(found.first_ids),
      ColumnInput::ids(found.last_ids),  ColumnInput::times(found.first_at),
      ColumnInput::times(found.last_at)};
  CLEW_TRY_VOID(appender.append(columns, found.units.size()));
  return appender.finish();
}

Status store_counts(store::Connection& connection, const std::string& table,
                    const sequences::Pattern& pattern, const TestCounts& counts) {
  CLEW_TRY_VOID(
      make_once(connection, table, "number BIGINT, test VARCHAR, steps BIGINT, units BIGINT"));
  for (std::size_t t = 0; t < pattern.tests.size(); ++t) {
    std::string test = pattern.tests[t].name;
    if (!pattern.tests[t].condition.empty()) test += "[" + pattern.tests[t].condition + "]";
    CLEW_TRY_VOID(connection.execute(
        "INSERT INTO " + store::quote_identifier(table) + " VALUES ($1, $2, $3, $4)",
        {static_cast<std::int64_t>(t), test, counts.steps[t], counts.units[t]}));
  }
  return {};
}

std::string listed_patterns(const SequenceConfig& config) {
  std::string out;
  for (const NamedPattern& named : config.named)
    out += (out.empty() ? "" : "; ") + named.name + ": " + named.meaning;
  return out;
}

Status choose_pattern(const Asking& asking, SequencePlan& plan) {
  const SequenceConfig& config = asking.settings.counting.sequences;
  plan.text = asking.option("pattern");
  const std::string name = asking.option("named");
  if (plan.text.empty() == name.empty())
    return Error{ErrorCode::usage, "name one pattern: --pattern \"…\" or --named NAME",
                 "e.g. --pattern \"ivr.fault{2,} <24h> agent.connected -> !resolved\"; named: " +
                     listed_patterns(config)};
  plan.shown = name.empty() ? plan.text : name;
  if (name.empty()) return {};
  const auto named = std::ranges::find(config.named, name, &NamedPattern::name);
  if (named == config.named.end())
    return Error{ErrorCode::usage, fmt::format("there is no pattern `{}`", name),
                 "counting.yaml (sequences.named) has " + listed_patterns(config)};
  plan.text = named->pattern;
  plan.meaning = named->meaning;
  if (!named->level.empty()) plan.scope.level = named->level;
  if (!named->step.empty()) plan.scope.step = named->step;
  plan.scope.same = named->same;
  return {};
}

}  // namespace

Result<SequencePlan> sequence_plan(const Asking& asking) {
  SequencePlan plan;
  CLEW_TRY_VOID(choose_pattern(asking, plan));
  CLEW_TRY(plan.scope, scope_of(asking, std::move(plan.scope)));
  CLEW_TRY(plan.pattern, sequences::parse_pattern(plan.text));
  CLEW_TRY(plan.automaton, sequences::compile(plan.pattern));
  CLEW_TRY(plan.steps,
           marked_steps(asking, plan.scope, plan.pattern.tests,
                        plan.automaton.needs_every_element ? StepRows::all : StepRows::marked));
  const std::string key = sha256(plan.steps.shown + "\n" + plan.text + "\n" + asking.settings.as_of)
                              .prefix128()
                              .to_hex();
  plan.matches_table = "matches_" + key;
  plan.tests_table = "tests_" + key;
  return plan;
}

Status find_matches(const Asking& asking, const SequencePlan& plan) {
  CLEW_TRY(const bool is_new,
           make_once(asking.connection, plan.matches_table, std::string(kMatchColumns)));
  if (!is_new) return {};
  CLEW_TRY(const std::int64_t watched_until, watched_until_us(asking));
  sequences::Matcher matcher(plan.automaton, watched_until);
  FoundMatches found;
  TestCounts counts(plan.pattern.tests.size());
  std::vector<sequences::Match> matches;
  const auto take = [&](const UnitSteps& steps) -> Status {
    counts.add(steps.elements.marks);
    const sequences::Verdict verdict = matcher.verdict(steps.elements);
    if (verdict == sequences::Verdict::open) found.add(steps.unit, 0, true);
    if (verdict != sequences::Verdict::matched) return {};
    matches.clear();
    matcher.find(steps.elements, matches);
    for (std::size_t m = 0; m < matches.size(); ++m)
      found.add(steps, static_cast<std::int32_t>(m + 1), matches[m]);
    return {};
  };
  CLEW_TRY_VOID(read_units(asking.connection, plan.steps, take));
  CLEW_TRY_VOID(store_matches(asking.connection, plan.matches_table, found));
  return store_counts(asking.connection, plan.tests_table, plan.pattern, counts);
}

}  // namespace clewline::insights
