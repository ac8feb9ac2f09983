#include "engine/linking_map.h"

#include <fmt/format.h>

#include <cmath>

#include "engine/agent_ties.h"
#include "engine/audit_links.h"
#include "engine/linking_proof.h"
#include "engine/query_table.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

using render::Cell;

// A customer found by an own, session or chain anchor is sure; by a shared value or component less
// so. Rule 0 is any.
constexpr std::string_view kMapSql = R"sql(
WITH tx AS (
  SELECT transaction_id, source, interaction_id, customer_id, session_key, chain_key, case_key FROM store.transactions
), certainty AS (
  SELECT transaction_id, bool_and(attribution IN ('own_anchor', 'session_anchor', 'chain_anchor')) AS sure
  FROM store.event_places WHERE transaction_id IS NOT NULL GROUP BY transaction_id
), ruled AS (
  SELECT a.transaction_id, a.source AS from_source, b.source AS to_source, min({}) AS rule
  FROM tx a JOIN tx b ON a.interaction_id = b.interaction_id AND a.source <> b.source
  GROUP BY ALL
), counted AS (
  SELECT r.from_source, r.to_source, r.rule, count(*) AS linked, count(*) FILTER (WHERE r.rule <= 3 OR c.sure) AS sure
  FROM ruled r JOIN certainty c USING (transaction_id) GROUP BY ALL
), sources AS (
  SELECT source, count(*) AS transactions FROM tx GROUP BY source
), customers AS (
  SELECT DISTINCT customer_id, source FROM tx
), same_customer AS (
  SELECT a.source AS from_source, c.source AS to_source, count(*) AS n
  FROM tx a JOIN customers c USING (customer_id) WHERE a.source <> c.source GROUP BY ALL
), left_out AS (
  SELECT a.source AS from_source, s.source AS to_source, min(a.transaction_id) AS example
  FROM tx a JOIN sources s ON s.source <> a.source
  ANTI JOIN ruled r ON r.transaction_id = a.transaction_id AND r.to_source = s.source
  GROUP BY ALL
), pairs AS (
  SELECT a.source AS from_source, b.source AS to_source, a.transactions, coalesce(sum(c.linked), 0)::BIGINT AS linked,
         coalesce(sum(c.sure), 0)::BIGINT AS sure
  FROM sources a JOIN sources b ON a.source <> b.source
  LEFT JOIN counted c ON c.from_source = a.source AND c.to_source = b.source
  GROUP BY ALL
)
SELECT p.from_source, p.to_source, 0::BIGINT AS rule, p.transactions, p.linked, p.sure, coalesce(s.n, 0)::BIGINT,
       p.transactions - p.linked, 't_' || replace(l.example::VARCHAR, '-', '')
FROM pairs p LEFT JOIN same_customer s USING (from_source, to_source) LEFT JOIN left_out l USING (from_source, to_source)
UNION ALL
SELECT c.from_source, c.to_source, c.rule, p.transactions, c.linked, c.sure, NULL, NULL, NULL
FROM counted c JOIN pairs p USING (from_source, to_source)
ORDER BY 1, 2, 3)sql";

constexpr std::string_view kAllSql = R"sql(
SELECT count(*), count(*) FILTER (WHERE systems > 1), count(DISTINCT source)
FROM (SELECT source, count(DISTINCT source) OVER (PARTITION BY interaction_id) AS systems FROM store.transactions))sql";

std::vector<render::Column> columns() {
  using render::Audience;
  using render::ColumnKind;
  std::vector<render::Column> out = {{"from_source"},
                                     {"to_source"},
                                     {"rule"},
                                     {"transactions", ColumnKind::integer},
                                     {"linked", ColumnKind::integer},
                                     {"share_percent", ColumnKind::number},
                                     {"sure_percent", ColumnKind::number},
                                     {"proof"},
                                     {"judged", ColumnKind::integer},
                                     {"right", ColumnKind::integer, Audience::machines},
                                     {"precision", ColumnKind::number},
                                     {"low", ColumnKind::number},
                                     {"high", ColumnKind::number},
                                     {"same_customer", ColumnKind::integer, Audience::machines},
                                     {"left_out", ColumnKind::integer},
                                     {"left_out_example"}};
  for (render::Column& column : out) {
    if (column.name == "precision" || column.name == "low" || column.name == "high")
      column.decimals = 3;
  }
  return out;
}

Cell percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return {};
  return std::round(1000.0 * static_cast<double>(part) / static_cast<double>(whole)) / 10;
}
Cell rounded(double value) { return std::round(value * 1e6) / 1e6; }

/// The cells of one pair of systems (either way round) and one rule; 0: any.
std::vector<evaluation::Stratum> strata_of(const std::vector<LinkCell>& cells,
                                           const std::string& from, const std::string& to,
                                           std::int64_t rule) {
  std::vector<evaluation::Stratum> strata;
  for (const LinkCell& cell : cells) {
    const bool same_pair =
        cell.first_source == std::min(from, to) && cell.second_source == std::max(from, to);
    if (same_pair && (rule == 0 || cell.rule == rule)) strata.push_back(cell.stratum);
  }
  return strata;
}

/// What people said of the links of some strata.
struct Proof {
  std::string word;
  std::int64_t judged = 0;
  std::int64_t right = 0;
  evaluation::StratifiedShare share;
};

Proof proof_of(const std::vector<evaluation::Stratum>& strata, std::int64_t linked) {
  Proof proof;
  for (const evaluation::Stratum& stratum : strata) {
    proof.judged += stratum.judged;
    proof.right += stratum.right;
  }
  proof.share = evaluation::stratified_share(strata);
  proof.word = linked == 0        ? "not linked"
               : strata.empty()   ? "by way of others"
               : proof.judged > 0 ? "judged"
                                  : "not judged";
  return proof;
}

Result<std::string> sentence_of(store::Connection& connection, const std::vector<LinkCell>& cells) {
  CLEW_TRY(const auto rows, connection.query_rows(kAllSql));
  const auto transactions = std::get<std::int64_t>(rows[0][0]);
  const auto linked = std::get<std::int64_t>(rows[0][1]);
  std::string text =
      fmt::format("Of {} in {}, {} ({}) stand in one sitting with another system.",
                  render::counted(transactions, "transaction"),
                  render::counted(std::get<std::int64_t>(rows[0][2]), "system"),
                  render::grouped(linked), render::share_words(linked, transactions));
  std::vector<evaluation::Stratum> strata;
  for (const LinkCell& cell : cells) strata.push_back(cell.stratum);
  const Proof proof = proof_of(strata, linked);
  if (proof.judged == 0) return text + " Nobody has judged these links.";
  text += fmt::format(
      " Of 100 links between systems {:.1f} are right (95 %: {:.1f} to {:.1f}), "
      "judging by {}",
      proof.share.value * 100, proof.share.interval.low * 100, proof.share.interval.high * 100,
      render::counted(proof.judged, "answer"));
  if (proof.share.covered < 1)
    text += fmt::format("; {:.1f} % of them lie where nobody has judged",
                        100 * (1 - proof.share.covered));
  return text + ".";
}

// The pair with most transactions linked by a rule that nobody has judged.
void add_notes(render::ResultTable& map, const std::vector<std::string>& sheets,
               const std::string& folder) {
  const std::vector<Cell>* unjudged = nullptr;
  for (const auto& row : map.rows) {
    if (std::get<std::string>(row[2]) == "any" || std::get<std::string>(row[7]) != "not judged")
      continue;
    if (unjudged == nullptr ||
        std::get<std::int64_t>(row[4]) > std::get<std::int64_t>((*unjudged)[4]))
      unjudged = &row;
  }
  if (unjudged != nullptr) {
    std::string judged;
    for (const std::string& sheet : sheets) judged += " --judged " + sheet;
    map.notes.push_back(fmt::format(
        "Not judged: clewline audit sample -w {0} --between {1},{2} --size 40 --out judge.csv; "
        "clewline audit judge judge.csv; clewline linking -w {0}{3} --judged judge.csv",
        folder, std::get<std::string>((*unjudged)[0]), std::get<std::string>((*unjudged)[1]),
        judged));
  }
  map.notes.push_back("Look at an example of what is left out: clewline show customer EXAMPLE -w " +
                      folder + ". More links: rules in config/linking.yaml.");
}

}  // namespace

Result<LinkingMapAnswer> linking_map(Workspace& workspace,
                                     const std::vector<std::string>& judged_sheets) {
  CLEW_TRY(auto connection, workspace.connect());
  const LinkingConfig& linking = workspace.config().linking;
  CLEW_TRY_VOID(make_audit_links(connection, linking));
  CLEW_TRY(const auto cells, read_link_cells(connection, judged_sheets));
  CLEW_TRY(const auto rows, connection.query_rows(fmt::format(kMapSql, tie_rule_sql("a", "b"))));
  LinkingMapAnswer answer;
  answer.map.columns = columns();
  if (rows.empty()) {
    answer.sentence =
        "There are not two linked sources: import another one, then run `clewline "
        "link -w " +
        workspace.folder() + "`.";
    return answer;
  }
  for (const auto& row : rows) {
    const auto& from = std::get<std::string>(row[0]);
    const auto& to = std::get<std::string>(row[1]);
    const auto rule = std::get<std::int64_t>(row[2]);
    const auto all = std::get<std::int64_t>(row[3]);
    const auto linked = std::get<std::int64_t>(row[4]);
    const Proof proof = proof_of(strata_of(cells, from, to, rule), linked);
    const bool judged = proof.judged > 0;
    answer.map.rows.push_back(
        {from, to, std::string(rule == 0 ? "any" : kTieRules[rule - 1]), all, linked,
         percent(linked, all), percent(std::get<std::int64_t>(row[5]), linked), proof.word,
         proof.judged, proof.right, judged ? rounded(proof.share.value) : Cell(),
         judged ? rounded(proof.share.interval.low) : Cell(),
         judged ? rounded(proof.share.interval.high) : Cell(), to_cell(row[6]), to_cell(row[7]),
         to_cell(row[8])});
  }
  CLEW_TRY(answer.sentence, sentence_of(connection, cells));
  add_notes(answer.map, judged_sheets, workspace.folder());
  return answer;
}

}  // namespace clewline::engine
