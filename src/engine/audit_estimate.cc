#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "engine/audit.h"
#include "engine/audit_links.h"
#include "engine/audit_sheet.h"
#include "evaluation/stratified_share.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

using evaluation::StratifiedShare;
using evaluation::Stratum;
using render::Cell;

/// What the sheet says of one stratum.
struct StratumAnswers {
  Stratum stratum;
  std::int64_t unsure = 0;
  std::int64_t unanswered = 0;
};
using Answers = std::map<std::string, StratumAnswers>;

Result<Answers> answers_of(const std::vector<AuditLink>& sheet, const std::string& file) {
  Answers answers;
  std::set<std::string> seen;
  for (const AuditLink& link : sheet) {
    StratumAnswers& own = answers[link.stratum];
    if (!seen.insert(link.link + " " + link.stratum).second ||
        (own.stratum.cases != 0 && own.stratum.cases != link.links_in_stratum))
      return Error{
          ErrorCode::bad_input,
          "in " + file + " the link " + link.link + " stands twice, or its stratum has two sizes",
          "Judge one sheet at a time, and change only its column answer."};
    own.stratum.cases = link.links_in_stratum;
    own.stratum.judged +=
        link.verdict == AuditVerdict::right || link.verdict == AuditVerdict::wrong ? 1 : 0;
    own.stratum.right += link.verdict == AuditVerdict::right ? 1 : 0;
    own.unsure += link.verdict == AuditVerdict::unsure ? 1 : 0;
    own.unanswered += link.verdict == AuditVerdict::none ? 1 : 0;
    if (own.stratum.judged > own.stratum.cases)
      return Error{ErrorCode::bad_input,
                   "in " + file + " the stratum " + link.stratum + " has more links than it says",
                   "Change only the column answer of a sheet."};
  }
  return answers;
}

// Links are made anew by every link run; those of the sheet should still be there.
Result<std::int64_t> links_gone(store::Connection& connection, const LinkingConfig& linking,
                                const std::vector<AuditLink>& sheet) {
  CLEW_TRY_VOID(make_audit_links(connection, linking));
  CLEW_TRY(const auto rows, connection.query_rows("SELECT link FROM audit_links"));
  std::set<std::string> known;
  for (const auto& row : rows) known.insert(std::get<std::string>(row[0]));
  return std::ranges::count_if(
      sheet, [&known](const AuditLink& link) { return !known.contains(link.link); });
}

std::vector<render::Column> columns() {
  using render::ColumnKind;
  render::Column share{"precision", ColumnKind::number};
  share.decimals = 3;
  render::Column low{"low", ColumnKind::number};
  low.decimals = 3;
  render::Column high{"high", ColumnKind::number};
  high.decimals = 3;
  return {{"stratum"},
          {"links", ColumnKind::integer},
          {"judged", ColumnKind::integer},
          {"right", ColumnKind::integer},
          {"unsure", ColumnKind::integer},
          {"unanswered", ColumnKind::integer},
          share,
          low,
          high,
          {"judge_more", ColumnKind::integer}};
}

Cell rounded(double value) { return std::round(value * 1e6) / 1e6; }

std::vector<Cell> row_of(const std::string& name, const StratumAnswers& sums,
                         const StratifiedShare& share, std::int64_t more) {
  const bool known = sums.stratum.judged > 0;
  return {name,
          sums.stratum.cases,
          sums.stratum.judged,
          sums.stratum.right,
          sums.unsure,
          sums.unanswered,
          known ? rounded(share.value) : Cell(),
          known ? rounded(share.interval.low) : Cell(),
          known ? rounded(share.interval.high) : Cell(),
          more};
}

/// The strata whose names begin so, as one row.
std::vector<Cell> row_of_many(const std::string& name, const std::string& prefix,
                              const Answers& answers, const std::vector<std::int64_t>& more) {
  StratumAnswers sums;
  std::vector<Stratum> strata;
  std::int64_t more_sum = 0;
  std::size_t at = 0;
  for (const auto& [stratum, own] : answers) {
    const std::int64_t own_more = more[at++];
    if (!stratum.starts_with(prefix)) continue;
    strata.push_back(own.stratum);
    sums.stratum.cases += own.stratum.cases;
    sums.stratum.judged += own.stratum.judged;
    sums.stratum.right += own.stratum.right;
    sums.unsure += own.unsure;
    sums.unanswered += own.unanswered;
    more_sum += own_more;
  }
  return row_of(name, sums, evaluation::stratified_share(strata), more_sum);
}

std::string sentence_of(const StratifiedShare& share, std::int64_t judged, std::int64_t more,
                        double width) {
  if (judged == 0)
    return "No link of the sheet is answered yet: write yes or no into its column answer, or run "
           "`clewline audit judge`.";
  std::string text = fmt::format(
      "Of 100 links, {:.1f} are right (95 %: {:.1f} to {:.1f}), judging by {}.", share.value * 100,
      share.interval.low * 100, share.interval.high * 100, render::counted(judged, "answer"));
  if (share.covered < 1)
    text += fmt::format(" {:.1f} % of the links lie in strata nobody has judged.",
                        100 * (1 - share.covered));
  const std::string aim = fmt::format("{:.1f}", width * 100);
  if (more == 0) return text + " The interval is no wider than the " + aim + " points asked for.";
  return text + " For an interval no wider than " + aim + " points judge about " +
         render::grouped(more) + " more (column judge_more).";
}

}  // namespace

Result<AuditEstimateAnswer> estimate_audit(Workspace& workspace,
                                           const AuditEstimateRequest& request) {
  if (!(request.width > 0 && request.width <= 1))
    return Error{ErrorCode::usage, "--width must lie above 0 and not above 1",
                 "e.g. --width 0.05 for an interval of five points"};
  CLEW_TRY(const auto sheet, read_audit_sheet(request.file));
  CLEW_TRY(const Answers answers, answers_of(sheet, request.file));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const std::int64_t gone, links_gone(connection, workspace.config().linking, sheet));
  if (gone == static_cast<std::int64_t>(sheet.size()))
    return Error{ErrorCode::conflict,
                 "no link of " + request.file + " is one of " + workspace.folder(),
                 "Name the workspace the sheet was drawn from, or draw a new sheet."};
  std::vector<Stratum> strata;
  std::int64_t judged = 0;
  for (const auto& [name, own] : answers) {
    strata.push_back(own.stratum);
    judged += own.stratum.judged;
  }
  const auto more = evaluation::further_cases(strata, request.width);
  AuditEstimateAnswer answer;
  answer.strata.columns = columns();
  std::size_t at = 0;
  for (const auto& [name, own] : answers) {
    const StratifiedShare share = evaluation::stratified_share({&own.stratum, 1});
    answer.strata.rows.push_back(row_of(name, own, share, more[at++]));
  }
  for (const std::string kind : {"identity", "interaction", "engagement"}) {
    if (std::ranges::any_of(answers, [&](const auto& own) { return own.first.starts_with(kind); }))
      answer.strata.rows.push_back(row_of_many("all of " + kind, kind + ":", answers, more));
  }
  answer.strata.rows.push_back(row_of_many("all", "", answers, more));
  const StratifiedShare all = evaluation::stratified_share(strata);
  answer.sentence =
      sentence_of(all, judged, std::get<std::int64_t>(answer.strata.rows.back()[9]), request.width);
  answer.strata.notes.push_back(
      "precision: links right of those judged, the unsure left out; all: weighted by links. "
      "Intervals: 95 % (docs/methods/audit.md).");
  if (gone > 0)
    answer.strata.notes.push_back(render::counted(gone, "link") +
                                  " of the sheet no longer made: the workspace was linked again "
                                  "since. The estimate speaks of the links as they were drawn.");
  return answer;
}

}  // namespace clewline::engine
