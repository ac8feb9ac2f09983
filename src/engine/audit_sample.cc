#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
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

/// Which parts of a customer's tree have been read, so that links of one part are read once.
class Evidence {
 public:
  Evidence(store::Connection& connection, const text::Zone& zone, Masking masking)
      : connection_(connection), zone_(zone), masking_(masking) {}

  Result<AuditLink> of(const Drawn& drawn) {
    AuditLink link;
    link.link = drawn.link;
    link.stratum = drawn.stratum;
    link.links_in_stratum = drawn.links_in_stratum;
    link.customer = "c_" + drawn.customer.to_hex();
    link.why = drawn.why;
    if (drawn.kind == "engagement") {
      link.question = "Are both about the same issue?";
      CLEW_TRY(link.first, interaction(drawn, drawn.b));
      CLEW_TRY(link.second, interaction(drawn, drawn.a));
      return link;
    }
    CLEW_TRY(link.second, transaction(drawn, drawn.a));
    if (drawn.kind == "interaction") {
      link.question = "Did both happen in one sitting of one customer?";
      CLEW_TRY(link.first, transaction(drawn, drawn.b));
    } else if (drawn.b != Id128()) {
      link.question = "Are both by the same person?";
      CLEW_TRY(link.first, transaction(drawn, drawn.b));
    } else {
      link.question = "Is the second by the customer named first?";
      CLEW_TRY(link.first, customer(drawn));
    }
    return link;
  }

 private:
  Result<std::string> interaction(const Drawn& drawn, const Id128& id) {
    UnitScope scope;
    scope.interaction = id;
    CLEW_TRY(const auto rows, read_customer_rows(connection_, drawn.customer, scope, masking_));
    if (rows.interactions.rows.empty()) return std::string("gone");
    const UnitRow row(rows.interactions, 0);
    const auto units = [](const render::ResultTable& table) {
      std::vector<UnitRow> out;
      for (std::size_t i = 0; i < table.rows.size(); ++i) out.emplace_back(table, i);
      return out;
    };
    std::string words = when(row.time("first_at")) + ": " +
                        interaction_words(row, units(rows.transactions), units(rows.events));
    if (!row.text("intent").empty()) words += "; intent " + row.text("intent");
    if (!row.text("primary_case").empty()) words += "; case " + row.text("primary_case");
    if (!row.text("outcome").empty()) words += "; ended " + row.text("outcome");
    return words + "; i_" + id.to_hex();
  }

  Result<std::string> transaction(const Drawn& drawn, const Id128& id) {
    CLEW_TRY(const auto place,
             connection_.query_rows("SELECT interaction_id FROM store.transactions WHERE "
                                    "transaction_id = $1",
                                    {id}));
    UnitScope scope;
    if (!place.empty()) scope.interaction = std::get<Id128>(place[0][0]);
    CLEW_TRY(const auto rows, read_customer_rows(connection_, drawn.customer, scope, masking_));
    const std::string name = "t_" + id.to_hex();
    for (std::size_t i = 0; i < rows.transactions.rows.size(); ++i) {
      const UnitRow row(rows.transactions, i);
      if (row.text("transaction_id") != name) continue;
      const TimeUs from = row.time("presence_from");
      std::string words = when(from == kNoTime ? row.time("first_at") : from) + ": " +
                          transaction_words(row) + ", by " + row.text("channel") + " in " +
                          row.text("source");
      if (!row.text("session_key").empty()) words += ", session " + row.text("session_key");
      return words + identifiers(rows, name) + "; " + name;
    }
    return std::string("gone");
  }

  Result<std::string> customer(const Drawn& drawn) {
    UnitScope nothing;
    nothing.interaction = Id128();
    CLEW_TRY(const auto rows, read_customer_rows(connection_, drawn.customer, nothing, masking_));
    if (rows.customer.rows.empty()) return std::string("gone");
    return customer_words(UnitRow(rows.customer, 0));
  }

  // What the transaction's events carry, as the sources wrote it.
  static std::string identifiers(const CustomerRows& rows, const std::string& transaction) {
    std::string found;
    for (std::size_t i = 0; i < rows.events.rows.size(); ++i) {
      const UnitRow event(rows.events, i);
      const std::string list = event.text("identifiers");
      if (event.text("transaction_id") == transaction && list.size() > found.size()) found = list;
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
    const CivilTime civil = civil_from_us(time + zone_.offset_us_at(time));
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", civil.year, civil.month, civil.day,
                       civil.hour, civil.minute, civil.second);
  }

  store::Connection& connection_;
  const text::Zone& zone_;
  Masking masking_;
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
  CLEW_TRY_VOID(make_audit_links(connection));
  CLEW_TRY(auto strata, strata_of(connection));
  if (strata.empty())
    return Error{ErrorCode::conflict, "this workspace holds no link to judge",
                 "Import records and run `clewline link -w " + workspace.folder() + "` first."};
  share_out(strata, request.size);
  CLEW_TRY(const text::Zone* zone, text::Zone::find(workspace.config().zone));
  Evidence evidence(connection, *zone, request.masking);
  std::vector<AuditLink> sheet;
  render::ResultTable table;
  table.columns = {
      {"stratum"}, {"links", render::ColumnKind::integer}, {"drawn", render::ColumnKind::integer}};
  for (const StratumDraw& stratum : strata) {
    table.rows.push_back({stratum.name, stratum.links, stratum.drawn});
    CLEW_TRY(const auto drawn, draw(connection, stratum, request.seed));
    for (const Drawn& one : drawn) {
      CLEW_TRY(auto link, evidence.of(one));
      if (const auto known = verdicts.find(link.link); known != verdicts.end())
        link.verdict = known->second;
      sheet.push_back(std::move(link));
    }
  }
  CLEW_TRY_VOID(write_audit_sheet(request.file, sheet));
  return table;
}

}  // namespace clewline::engine
