#include "engine/linking_proof.h"

#include <fmt/format.h>

#include "engine/audit_sheet.h"

namespace clewline::engine {
namespace {

// Inside a stratum of the draw every link is as likely as any other, so those between two systems
// are a random sample of their part of it.
constexpr std::string_view kCellsSql = R"sql(
WITH said AS (SELECT unnest($1::VARCHAR[]) AS link, unnest($2::VARCHAR[]) = 'right' AS is_right)
SELECT least(a.source, b.source), greatest(a.source, b.source), {} AS rule, l.stratum,
       count(*), count(s.link), count(*) FILTER (WHERE s.is_right)
FROM audit_links l JOIN store.transactions a ON a.transaction_id = l.a JOIN store.transactions b ON b.transaction_id = l.b
LEFT JOIN said s ON s.link = l.link
WHERE l.kind = 'interaction' AND a.source <> b.source
GROUP BY ALL ORDER BY ALL)sql";

}  // namespace

std::string tie_rule_sql(std::string_view a, std::string_view b) {
  return fmt::format(
      "(CASE WHEN {0}.session_key = {1}.session_key THEN 1 WHEN {0}.chain_key = {1}.chain_key THEN "
      "2 WHEN {0}.case_key = {1}.case_key THEN 3 "
      "WHEN EXISTS (SELECT 1 FROM agent_ties tie WHERE tie.a = {0}.transaction_id AND tie.b = "
      "{1}.transaction_id) THEN 4 ELSE 5 END)",
      a, b);
}

Result<std::vector<LinkCell>> read_link_cells(store::Connection& connection,
                                              const std::vector<std::string>& judged_sheets) {
  std::map<std::string, AuditVerdict> verdicts;
  for (const std::string& file : judged_sheets) {
    CLEW_TRY(const auto sheet, read_audit_sheet(file));
    for (const AuditLink& link : sheet) {
      if (link.verdict == AuditVerdict::right || link.verdict == AuditVerdict::wrong)
        verdicts[link.link] = link.verdict;
    }
  }
  std::vector<std::string> links;
  std::vector<std::string> words;
  for (const auto& [link, verdict] : verdicts) {
    links.push_back(link);
    words.emplace_back(verdict == AuditVerdict::right ? "right" : "wrong");
  }
  CLEW_TRY(const auto rows, connection.query_rows(fmt::format(kCellsSql, tie_rule_sql("a", "b")),
                                                  {std::span<const std::string>(links),
                                                   std::span<const std::string>(words)}));
  std::vector<LinkCell> cells;
  for (const auto& row : rows) {
    LinkCell& cell = cells.emplace_back();
    cell.first_source = std::get<std::string>(row[0]);
    cell.second_source = std::get<std::string>(row[1]);
    cell.rule = std::get<std::int64_t>(row[2]);
    cell.stratum = {std::get<std::int64_t>(row[4]), std::get<std::int64_t>(row[5]),
                    std::get<std::int64_t>(row[6])};
  }
  return cells;
}

}  // namespace clewline::engine
