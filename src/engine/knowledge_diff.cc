#include "engine/knowledge_diff.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "engine/import_environment_internal.h"
#include "engine/known_at.h"
#include "engine/link.h"
#include "ingest/import_ledger.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

/// What is compared: whole numbers, then quotients of two of them.
enum Figure : std::uint8_t {
  kCustomersIdentified,
  kCustomersAnonymous,
  kEvents,
  kTransactions,
  kInteractions,
  kContacts,
  kEngagements,
  kContactsPerEngagement,
  kOneContactShare,
  kFigures
};
constexpr const char* kFigureNames[kFigures] = {"customers_identified",
                                                "customers_anonymous",
                                                "events",
                                                "transactions",
                                                "interactions",
                                                "contacts",
                                                "engagements",
                                                "contacts_per_engagement",
                                                "one_contact_share"};

using Figures = std::array<double, kFigures>;

/// $1 and $2: the units that began from … until; null: all. Engagements are those with a contact.
constexpr std::string_view kFiguresSql = R"sql(
WITH i AS (
  SELECT * FROM store.interactions
  WHERE first_at >= coalesce($1::TIMESTAMPTZ, '-infinity') AND first_at < coalesce($2::TIMESTAMPTZ, 'infinity')
), g AS (
  SELECT * FROM store.engagements
  WHERE contacts > 0 AND first_at >= coalesce($1::TIMESTAMPTZ, '-infinity') AND first_at < coalesce($2::TIMESTAMPTZ, 'infinity')
), c AS (SELECT identified FROM store.customers SEMI JOIN i USING (customer_id))
SELECT (SELECT count(*) FROM c WHERE identified)::DOUBLE, (SELECT count(*) FROM c WHERE NOT identified)::DOUBLE,
       (SELECT coalesce(sum(events), 0) FROM i)::DOUBLE, (SELECT coalesce(sum(transactions), 0) FROM i)::DOUBLE,
       (SELECT count(*) FROM i)::DOUBLE, (SELECT count(*) FROM i WHERE kind = 'contact')::DOUBLE,
       (SELECT count(*) FROM g)::DOUBLE, (SELECT sum(contacts) / count(*) FROM g)::DOUBLE,
       (SELECT avg((contacts = 1)::INTEGER) FROM g)::DOUBLE
)sql";

/// Records about who is who: profiles, and statements about identity.
constexpr std::string_view kIdentityRecords =
    "SELECT source, stream, record_id FROM store.records WHERE content_kind = 'profile' UNION "
    "SELECT source, stream, record_id FROM store.events WHERE event_type IN ('identity.linked', "
    "'identity.unlinked')";

/// The last event known at a moment: history taken in at once ends long before the moment.
constexpr std::string_view kLastKnownSql =
    "SELECT least(max(occurred_at), $1) FROM store.events JOIN store.records USING (source, "
    "stream, record_id) WHERE received_at <= $1";

/// Records of what happened after the last event known at a moment ({0}) and came after the moment
/// ({1}), but for those about who is who ({2}).
constexpr std::string_view kNewRecords =
    "SELECT source, stream, record_id FROM store.records SEMI JOIN (SELECT source, stream, "
    "record_id FROM store.events GROUP BY ALL HAVING min(occurred_at) > TIMESTAMPTZ '{0}') USING "
    "(source, stream, record_id) ANTI JOIN ({2}) USING (source, stream, record_id) WHERE "
    "received_at > TIMESTAMPTZ '{1}'";

struct Period {
  store::Value since = std::monostate();
  store::Value until = std::monostate();
};

Result<Figures> linked_figures(Workspace& workspace, std::optional<TimeUs> judged_at,
                               const Period& period) {
  LinkRequest request;
  request.full = true;
  if (judged_at) request.as_of = format_utc(*judged_at);
  CLEW_TRY_VOID(link(workspace, request));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const auto rows, connection.query_rows(kFiguresSql, {period.since, period.until}));
  Figures figures{};
  for (std::size_t i = 0; i < kFigures; ++i) {
    const auto* value = std::get_if<double>(&rows[0][i]);
    figures[i] = value == nullptr ? std::nan("") : *value;
  }
  return figures;
}

Result<TimeUs> last_known(Workspace& workspace, TimeUs moment) {
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const auto rows, connection.query_rows(kLastKnownSql, {store::TimeValue{moment}}));
  const auto* last = std::get_if<store::TimeValue>(&rows[0][0]);
  return last == nullptr ? moment : last->us;
}

/// Figures as known at `from`, with what came late, with later word about identity, at `to`.
struct Steps {
  Figures from{}, late{}, identity{}, to{};
};

Result<Steps> walk_back(Workspace& copy, TimeUs from, std::optional<TimeUs> to,
                        const Period& period) {
  const SystemClock clock;
  Steps steps;
  if (to) CLEW_TRY_VOID(keep_known_at(copy, *to));
  CLEW_TRY(steps.to, linked_figures(copy, to, period));
  CLEW_TRY(const TimeUs last, last_known(copy, from));
  CLEW_TRY_VOID(ingest::take_back_later(
      environment_of(copy, clock), from,
      fmt::format(kNewRecords, format_utc(last), format_utc(from), kIdentityRecords)));
  CLEW_TRY(steps.identity, linked_figures(copy, from, period));
  CLEW_TRY_VOID(
      ingest::take_back_later(environment_of(copy, clock), from, std::string(kIdentityRecords)));
  CLEW_TRY_VOID(forget_assertions_after(copy, from));
  CLEW_TRY(steps.late, linked_figures(copy, from, period));
  CLEW_TRY_VOID(keep_known_at(copy, from));
  CLEW_TRY(steps.from, linked_figures(copy, from, period));
  return steps;
}

render::Cell number_cell(double value, bool whole) {
  if (std::isnan(value)) return std::monostate();
  if (whole) return static_cast<std::int64_t>(std::llround(value));
  return value;
}

render::ResultTable steps_table(const Steps& steps) {
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"figure", ColumnKind::text}};
  for (const char* name : {"from", "late", "identity", "new", "to", "change"})
    table.columns.push_back({.name = name, .kind = ColumnKind::number, .decimals = 3});
  for (std::size_t i = 0; i < kFigures; ++i) {
    const bool whole = i < kContactsPerEngagement;
    std::vector<render::Cell> row{std::string(kFigureNames[i])};
    for (const double value :
         {steps.from[i], steps.late[i] - steps.from[i], steps.identity[i] - steps.late[i],
          steps.to[i] - steps.identity[i], steps.to[i], steps.to[i] - steps.from[i]})
      row.push_back(number_cell(value, whole));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string signed_count(double value) {
  const auto whole = static_cast<std::int64_t>(std::llround(value));
  return (whole > 0 ? "+" : "") + render::grouped(whole);
}

std::string sentence_of(const Steps& steps, const std::string& from, const std::string& to) {
  const auto count = [](double value) {
    return render::grouped(static_cast<std::int64_t>(std::llround(value)));
  };
  return fmt::format(
      "{} contacts were known at {}, {} {}: {} came late or were corrected, {} by later word about "
      "who is who, {} are new.",
      count(steps.from[kContacts]), from, count(steps.to[kContacts]),
      to.empty() ? std::string("are known now") : "at " + to,
      signed_count(steps.late[kContacts] - steps.from[kContacts]),
      signed_count(steps.identity[kContacts] - steps.late[kContacts]),
      signed_count(steps.to[kContacts] - steps.identity[kContacts]));
}

}  // namespace

Result<DiffAnswer> diff_knowledge(Workspace& workspace, const DiffRequest& request) {
  CLEW_TRY(const TimeUs from, moment_of(workspace, request.from, "--from"));
  std::optional<TimeUs> to;
  if (!request.to.empty()) {
    CLEW_TRY(to, moment_of(workspace, request.to, "--to"));
    if (*to < from)
      return Error{ErrorCode::usage, "--to lies before --from",
                   "the figures go from what was known first to what was known later"};
  }
  Period period;
  for (const auto& [text, option, bound] : {std::tuple(&request.since, "--since", &period.since),
                                            std::tuple(&request.until, "--until", &period.until)}) {
    if (text->empty()) continue;
    CLEW_TRY(const TimeUs moment, moment_of(workspace, *text, option));
    *bound = store::TimeValue{moment};
  }
  CLEW_TRY(WorkspaceCopy copy, WorkspaceCopy::make_inside(workspace));
  CLEW_TRY(const Steps steps, walk_back(copy.workspace(), from, to, period));
  return DiffAnswer{sentence_of(steps, request.from, request.to), steps_table(steps)};
}

}  // namespace clewline::engine
