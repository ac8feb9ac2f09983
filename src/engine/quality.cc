#include "engine/quality.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/quality_facts_internal.h"
#include "render/cell_text.h"
#include "render/row_writer.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kSeverities[] = {"wrong", "incomplete", "note"};

std::string severity_name(int severity) {
  return std::string(kSeverities[static_cast<std::size_t>(severity - 1)]);
}

std::int64_t count_of(const std::vector<QualityProblem>& problems, int severity) {
  return std::count_if(problems.begin(), problems.end(),
                       [&](const QualityProblem& problem) { return problem.severity == severity; });
}

std::string sentence_of(const QualityFacts& facts, const std::vector<QualityProblem>& problems,
                        const std::string& folder) {
  if (facts.sources.empty())
    return "Nothing is imported yet. Next: clewline import -w " + folder + " --mapping NAME FILE";
  std::int64_t events = 0;
  for (const SourceFacts& source : facts.sources) events += source.events;
  const std::string of = fmt::format(
      " in {} of {}", render::counted(static_cast<std::int64_t>(facts.sources.size()), "stream"),
      render::counted(events, "event"));
  const std::int64_t wrong = count_of(problems, 1);
  const std::int64_t incomplete = count_of(problems, 2);
  std::string sentence;
  if (wrong == 0 && incomplete == 0) {
    sentence = "No problem was found" + of + " that would make answers wrong or incomplete.";
  } else {
    sentence = wrong == 0 ? "No problem was found that makes answers wrong,"
                          : render::counted(wrong, "problem") +
                                (wrong == 1 ? " makes answers wrong," : " make answers wrong,");
    sentence +=
        fmt::format(" {} {} them incomplete", incomplete, incomplete == 1 ? "makes" : "make");
    sentence += "," + of + ".";
  }
  if (!facts.linked)
    sentence += " Who is known and what fields of contacts lack is told after `clewline link -w " +
                folder + "`.";
  return sentence;
}

void add_findings(const std::vector<QualityProblem>& problems, QualityAnswer& answer) {
  answer.findings.columns = {{"severity"}, {"where"},
                             {"problem"},  {"does"},
                             {"todo"},     {"share_percent", render::ColumnKind::number}};
  for (const QualityProblem& problem : problems) {
    answer.findings.rows.push_back(
        {severity_name(problem.severity), problem.where, problem.problem, problem.does,
         problem.todo,
         problem.share
             ? render::Cell(
                   static_cast<double>(static_cast<std::int64_t>(*problem.share * 1e4 + 0.5)) / 1e2)
             : render::Cell()});
    answer.problems.push_back(fmt::format("{:<10} {}: {}\n           {}\n           → {}",
                                          severity_name(problem.severity), problem.where,
                                          problem.problem, problem.does, problem.todo));
  }
}

std::string json_of(const render::ResultTable& table) {
  render::RowStyle style;
  style.format = render::Format::json;
  return render::table_text(table, style);
}

}  // namespace

Result<QualityAnswer> judge_quality(Workspace& workspace) {
  CLEW_TRY(const QualityFacts facts, read_quality(workspace));
  const std::vector<QualityProblem> problems = find_problems(facts, workspace.folder());
  QualityAnswer answer;
  answer.sentence = sentence_of(facts, problems, workspace.folder());
  add_findings(problems, answer);
  add_quality_tables(facts, answer);
  return answer;
}

render::ResultTable quality_object(const QualityAnswer& answer) {
  render::ResultTable table;
  table.single = true;
  const std::pair<const char*, const render::ResultTable*> parts[] = {
      {"findings", &answer.findings}, {"sources", &answer.sources}, {"fields", &answer.fields},
      {"issues", &answer.issues},     {"days", &answer.days},       {"coverage", &answer.coverage},
      {"clocks", &answer.clocks},     {"scores", &answer.scores},   {"worth", &answer.worth}};
  table.columns.push_back({"sentence"});
  table.rows.push_back({answer.sentence});
  for (const auto& [name, part] : parts) {
    table.columns.push_back({name, render::ColumnKind::json});
    table.rows.front().push_back(json_of(*part));
  }
  return table;
}

}  // namespace clewline::engine
