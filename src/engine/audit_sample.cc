#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <numeric>

#include "engine/audit.h"
#include "engine/audit_links.h"
#include "engine/audit_sheet.h"
#include "engine/link_words.h"
#include "engine/narrative.h"
#include "render/cell_text.h"
#include "text/zone.h"

namespace clewline::engine {
namespace {

constexpr std::int64_t kSizeMax = 100'000;
constexpr std::int64_t kLeastOfEach = 2;

struct Drawn {
  std::string link;
  std::string kind;
  std::string stratum;
  std::int64_t links_in_stratum = 0;
  Id128 customer;
  Id128 a;
  Id128 b;
  std::string why;
};

/// What is written beside a link, from the rows of all drawn links read at once.
class Evidence {
 public:
  static Result<Evidence> read(store::Connection& connection, const text::Zone& zone,
                               const std::vector<Drawn>& drawn, Masking masking) {
    std::vector<std::string> units;
    for (const Drawn& one : drawn) units.insert(units.end(), {one.a.to_hex(), one.b.to_hex()});
    CLEW_TRY_VOID(connection.execute(
        "CREATE OR REPLACE TEMP TABLE drawn_units AS SELECT unnest($1)::UUID AS unit",
        {std::span<const std::string>(units)}));
    CLEW_TRY_VOID(connection.execute(
        "CREATE OR REPLACE TEMP TABLE chosen_interactions AS SELECT interaction_id FROM "
        "store.interactions SEMI JOIN drawn_units ON interaction_id = unit UNION SELECT "
        "interaction_id FROM store.transactions SEMI JOIN drawn_units ON transaction_id = unit"));
    CLEW_TRY(auto rows, read_chosen_rows(connection, masking));
    return Evidence(std::make_unique<CustomerRows>(std::move(rows)), zone);
  }

  AuditLink of(const Drawn& drawn) const {
    AuditLink link;
    link.link = drawn.link;
    link.stratum = drawn.stratum;
    link.links_in_stratum = drawn.links_in_stratum;
    link.customer = "c_" + drawn.customer.to_hex();
    link.why = drawn.why;
    if (drawn.kind == "engagement") {
      link.question = "Are both about the same issue?";
      link.first = interaction(drawn.b);
      link.second = interaction(drawn.a);
      return link;
    }
    link.second = transaction(drawn.a);
    if (drawn.kind == "interaction") {
      link.question = "Did both happen in one sitting of one customer?";
      link.first = transaction(drawn.b);
    } else if (drawn.b != Id128()) {
      link.question = "Are both by the same person?";
      link.first = transaction(drawn.b);
    } else {
      link.question = "Is the second by the customer named first?";
      link.first = customer(link.customer);
    }
    return link;
  }

 private:
  using Places = std::multimap<std::string, std::size_t>;  // rows by an id

  Evidence(std::unique_ptr<CustomerRows> rows, const text::Zone& zone)
      : rows_(std::move(rows)),
        zone_(&zone),
        customers_(places(rows_->customer, "customer_id")),
        interactions_(places(rows_->interactions, "interaction_id")),
        transactions_(places(rows_->transactions, "transaction_id")),
        transactions_inside_(places(rows_->transactions, "interaction_id")),
        events_inside_(places(rows_->events, "transaction_id")) {}

  static Places places(const render::ResultTable& table, std::string_view column) {
    Places out;
    for (std::size_t i = 0; i < table.rows.size(); ++i)
      out.emplace(UnitRow(table, i).text(column), i);
    return out;
  }
  static std::vector<UnitRow> rows_of(const render::ResultTable& table, const Places& places,
                                      const std::string& id) {
    std::vector<UnitRow> out;
    const auto [from, to] = places.equal_range(id);
    for (auto at = from; at != to; ++at) out.emplace_back(table, at->second);
    return out;
  }

  std::string interaction(const Id128& id) const {
    const std::string name = "i_" + id.to_hex();
    const auto found = rows_of(rows_->interactions, interactions_, name);
    if (found.empty()) return "gone";
    const UnitRow& row = found.front();
    const auto transactions = rows_of(rows_->transactions, transactions_inside_, name);
    std::vector<UnitRow> events;
    for (const UnitRow& one : transactions) {
      const auto inside = rows_of(rows_->events, events_inside_, one.text("transaction_id"));
      events.insert(events.end(), inside.begin(), inside.end());
    }
    std::string words =
        when(row.time("first_at")) + ": " + interaction_words(row, transactions, events);
    if (!row.text("intent").empty()) words += "; intent " + row.text("intent");
    if (!row.text("primary_case").empty()) words += "; case " + row.text("primary_case");
    if (!row.text("outcome").empty()) words += "; ended " + row.text("outcome");
    return words + "; " + name;
  }

  std::string transaction(const Id128& id) const {
    const std::string name = "t_" + id.to_hex();
    const auto found = rows_of(rows_->transactions, transactions_, name);
    if (found.empty()) return "gone";
    const UnitRow& row = found.front();
    const TimeUs from = row.time("presence_from");
    std::string words = when(from == kNoTime ? row.time("first_at") : from) + ": " +
                        transaction_words(row) + ", by " + row.text("channel") + " in " +
                        row.text("source");
    if (!row.text("session_key").empty()) words += ", session " + row.text("session_key");
    return words + identifiers(rows_of(rows_->events, events_inside_, name)) + "; " + name;
  }

  std::string customer(const std::string& id) const {
    const auto found = rows_of(rows_->customer, customers_, id);
    return found.empty() ? "gone" : customer_words(found.front());
  }

  // What the transaction's events carry, as the sources wrote it.
  static std::string identifiers(const std::vector<UnitRow>& events) {
    std::string found;
    for (const UnitRow& event : events) {
      const std::string list = event.text("identifiers");
      if (list.size() > found.size()) found = list;
    }
    return found.size() > 2 ? "; carries " + names_of(found) : "; carries no identifier";
  }

  // "kind value" of each entry of a JSON list of identifiers.
  static std::string names_of(const std::string& json) {
    std::string out;
    for (std::size_t at = 0; (at = json.find("\"kind\":", at)) != std::string::npos;) {
      const std::string kind = quoted_after(json, at + 7);
      const std::size_t value = json.find("\"value\":", at);
      const std::string shown =
          value == std::string::npos ? std::string() : quoted_after(json, value + 8);
      if (!shown.empty()) out += (out.empty() ? "" : ", ") + kind + " " + shown;
      at += 7;
    }
    return out.empty() ? "no readable identifier" : out;
  }
  static std::string quoted_after(const std::string& json, std::size_t at) {
    while (at < json.size() && json[at] == ' ') ++at;
    if (at >= json.size() || json[at] != '"') return {};
    const std::size_t end = json.find('"', at + 1);
    return end == std::string::npos ? std::string() : json.substr(at + 1, end - at - 1);
  }

  std::string when(TimeUs time) const {
    const CivilTime civil = civil_from_us(time + zone_->offset_us_at(time));
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", civil.year, civil.month, civil.day,
                       civil.hour, civil.minute, civil.second);
  }

  std::unique_ptr<CustomerRows> rows_;
  const text::Zone* zone_;
  Places customers_;
  Places interactions_;
  Places transactions_;
  Places transactions_inside_;
  Places events_inside_;
};

/// The links of one stratum, and how many of them are drawn.
struct StratumDraw {
  std::string name;
  std::int64_t links = 0;
  std::int64_t drawn = 0;
};

// Two of each, the rest by the square root of the links: small strata are seen, large ones more.
void share_out(std::vector<StratumDraw>& strata, std::int64_t size) {
  std::int64_t left = size;
  for (std::int64_t round = 0; round < kLeastOfEach; ++round) {
    for (StratumDraw& stratum : strata) {
      if (left == 0 || stratum.drawn >= stratum.links) continue;
      ++stratum.drawn;
      --left;
    }
  }
  const auto wish = [](const StratumDraw& stratum) {  // the next one's claim (Sainte-Laguë)
    return stratum.drawn >= stratum.links ? 0
                                          : std::sqrt(static_cast<double>(stratum.links)) /
                                                (2.0 * static_cast<double>(stratum.drawn) + 1);
  };
  for (; left > 0; --left) {
    const auto next = std::ranges::max_element(strata, {}, wish);
    if (next == strata.end() || wish(*next) == 0) return;
    ++next->drawn;
  }
}

// Leaves the links between two systems alone; none named: all.
Status keep_links_between(store::Connection& connection, const std::vector<std::string>& sources) {
  if (sources.empty()) return {};
  CLEW_TRY_VOID(connection.execute(
      "DELETE FROM audit_links WHERE link NOT IN (SELECT l.link FROM audit_links l JOIN "
      "store.transactions a ON a.transaction_id = l.a JOIN store.transactions b ON "
      "b.transaction_id = l.b WHERE l.kind = 'interaction' AND (a.source, b.source) IN (($1, $2), "
      "($2, $1)))",
      {std::string_view(sources.front()), std::string_view(sources.back())}));
  return {};
}

Result<std::vector<StratumDraw>> strata_of(store::Connection& connection) {
  CLEW_TRY(const auto rows, connection.query_rows("SELECT stratum, count(*) FROM audit_links GROUP "
                                                  "BY stratum ORDER BY stratum"));
  std::vector<StratumDraw> strata;
  for (const auto& row : rows)
    strata.push_back({std::get<std::string>(row[0]), std::get<std::int64_t>(row[1]), 0});
  return strata;
}

std::string reason_of(const std::vector<store::Cell>& row) {
  const auto* rule = std::get_if<std::string>(&row[5]);
  if (rule == nullptr) return {};
  const auto* detail = std::get_if<std::string>(&row[7]);
  return engagement_link_words(*rule, std::get<double>(row[6]),
                               detail == nullptr ? std::string() : *detail);
}

// The order is that of a hash of the link's name and the seed, on every machine the same.
Result<std::vector<Drawn>> draw(store::Connection& connection, const StratumDraw& stratum,
                                std::int64_t seed) {
  CLEW_TRY(const auto rows,
           connection.query_rows("SELECT link, kind, customer_id, a, b, rule, probability, detail "
                                 "FROM audit_links WHERE stratum = $1 "
                                 "ORDER BY md5($2::VARCHAR || '/' || link), link LIMIT $3",
                                 {stratum.name, seed, stratum.drawn}));
  std::vector<Drawn> drawn;
  for (const auto& row : rows) {
    Drawn one;
    one.link = std::get<std::string>(row[0]);
    one.kind = std::get<std::string>(row[1]);
    one.stratum = stratum.name;
    one.links_in_stratum = stratum.links;
    one.customer = std::get<Id128>(row[2]);
    one.a = std::get<Id128>(row[3]);
    if (const auto* b = std::get_if<Id128>(&row[4])) one.b = *b;
    one.why = reason_of(row);
    if (one.why.empty()) one.why = stratum.name.substr(stratum.name.find(": ") + 2);
    drawn.push_back(std::move(one));
  }
  return drawn;
}

/// What an earlier sheet says of each link.
using Verdicts = std::map<std::string, AuditVerdict>;

Result<Verdicts> verdicts_of(const std::string& file) {
  Verdicts verdicts;
  if (file.empty()) return verdicts;
  CLEW_TRY(const auto sheet, read_audit_sheet(file));
  for (const AuditLink& link : sheet) verdicts[link.link] = link.verdict;
  return verdicts;
}

Status check_request(const AuditSampleRequest& request) {
  if (request.size < 1 || request.size > kSizeMax)
    return Error{ErrorCode::usage, "--size must be 1 to 100,000", "e.g. --size 100"};
  if (!request.between.empty() && request.between.size() != 2)
    return Error{ErrorCode::usage, "--between wants two sources", "e.g. --between crm,connect"};
  std::error_code failed;
  if (std::filesystem::exists(request.file, failed))
    return Error{ErrorCode::conflict, request.file + " is there already",
                 "It may hold answers: name another file, or move it away."};
  return {};
}

}  // namespace

Result<render::ResultTable> draw_audit_sample(Workspace& workspace,
                                              const AuditSampleRequest& request) {
  CLEW_TRY_VOID(check_request(request));
  CLEW_TRY(const Verdicts verdicts, verdicts_of(request.answers));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY_VOID(make_audit_links(connection, workspace.config().linking));
  CLEW_TRY_VOID(keep_links_between(connection, request.between));
  CLEW_TRY(auto strata, strata_of(connection));
  if (strata.empty() && !request.between.empty())
    return Error{ErrorCode::not_found,
                 "no step leads from one of these systems to the other: " +
                     request.between.front() + ", " + request.between.back(),
                 "`clewline linking -w " + workspace.folder() + "` shows which systems are tied."};
  if (strata.empty())
    return Error{ErrorCode::conflict, "this workspace holds no link to judge",
                 "Import records and run `clewline link -w " + workspace.folder() + "` first."};
  share_out(strata, request.size);
  CLEW_TRY(const text::Zone* zone, text::Zone::find(workspace.config().zone));
  render::ResultTable table;
  table.columns = {
      {"stratum"}, {"links", render::ColumnKind::integer}, {"drawn", render::ColumnKind::integer}};
  std::vector<Drawn> drawn;
  for (const StratumDraw& stratum : strata) {
    table.rows.push_back({stratum.name, stratum.links, stratum.drawn});
    CLEW_TRY(auto of_stratum, draw(connection, stratum, request.seed));
    drawn.insert(drawn.end(), of_stratum.begin(), of_stratum.end());
  }
  CLEW_TRY(const Evidence evidence, Evidence::read(connection, *zone, drawn, request.masking));
  std::vector<AuditLink> sheet;
  for (const Drawn& one : drawn) {
    sheet.push_back(evidence.of(one));
    if (const auto known = verdicts.find(one.link); known != verdicts.end())
      sheet.back().verdict = known->second;
  }
  CLEW_TRY_VOID(write_audit_sheet(request.file, sheet));
  return table;
}

}  // namespace clewline::engine
