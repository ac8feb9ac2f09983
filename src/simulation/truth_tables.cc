#include "simulation/truth_tables.h"

#include "store/chunk_appender.h"
#include "store/database.h"

namespace clewline::simulation {
namespace {

using store::ColumnInput;

/// Writes whole columns as one Parquet file, on one thread: the same columns give the same bytes.
Status write_parquet(const std::filesystem::path& file, const std::string& definition,
                     const std::vector<ColumnInput>& columns, std::size_t rows) {
  store::OpenOptions options;
  options.threads = 1;
  options.row_order = store::RowOrder::preserved;
  CLEW_TRY(auto database, store::Database::open(":memory:", options));
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY_VOID(connection.execute("CREATE TABLE truth(" + definition + ")"));
  CLEW_TRY(auto appender, store::ChunkAppender::open(connection, "main", "truth"));
  CLEW_TRY_VOID(appender.append(columns, rows));
  CLEW_TRY_VOID(appender.finish());
  const auto written = connection.execute("COPY truth TO " + store::quote_literal(file.string()) +
                                          " (FORMAT parquet, COMPRESSION zstd)");
  if (written.ok()) return {};
  return Error{ErrorCode::io, "cannot write " + file.string(),
               "Check the folder's permissions and free space."};
}

std::string_view or_null(const std::string& text) {
  return text.empty() ? std::string_view() : std::string_view(text);
}

}  // namespace

TruthLog::Text TruthLog::keep(std::string_view text) {
  const Text kept{static_cast<std::uint32_t>(text.size()), arena_.size()};
  arena_.append(text);
  return kept;
}

void TruthLog::add(std::string_view source, std::string_view stream, std::string_view record_id,
                   std::string_view session, std::string_view event_type, const Place& place) {
  sources_.push_back(source);
  streams_.push_back(stream);
  event_types_.push_back(event_type);
  record_ids_.push_back(keep(record_id));
  sessions_.push_back(keep(session));
  customers_.push_back(place.customer);
  transactions_.push_back(static_cast<std::int64_t>(place.transaction));
  interactions_.push_back(static_cast<std::int64_t>(place.interaction));
  engagements_.push_back(static_cast<std::int64_t>(place.engagement));
}

std::vector<std::string_view> TruthLog::views(const std::vector<Text>& texts) const {
  std::vector<std::string_view> out;
  out.reserve(texts.size());
  for (const Text& text : texts)
    out.push_back(text.size == 0 ? std::string_view()
                                 : std::string_view(arena_).substr(text.begin, text.size));
  return out;
}

Status TruthLog::write(const std::filesystem::path& file) const {
  const auto record_ids = views(record_ids_);
  const auto sessions = views(sessions_);
  // Every record makes one event of a type at most: the first.
  std::vector<std::int32_t> ordinals(rows(), 0);
  std::vector<std::uint8_t> has_ordinal;
  for (const std::string_view id : record_ids) has_ordinal.push_back(id.data() != nullptr ? 1 : 0);
  return write_parquet(
      file,
      "source VARCHAR, stream VARCHAR, record_id VARCHAR, session_key VARCHAR, event_type VARCHAR, "
      "ordinal INTEGER, customer BIGINT, transaction BIGINT, interaction BIGINT, engagement BIGINT",
      {ColumnInput::texts(sources_), ColumnInput::texts(streams_), ColumnInput::texts(record_ids),
       ColumnInput::texts(sessions), ColumnInput::texts(event_types_),
       ColumnInput::ints(ordinals, has_ordinal), ColumnInput::ints(customers_),
       ColumnInput::ints(transactions_), ColumnInput::ints(interactions_),
       ColumnInput::ints(engagements_)},
      rows());
}

Status write_customer_truth(const std::filesystem::path& file,
                            const std::vector<CustomerTruth>& customers) {
  std::vector<std::int64_t> numbers, households, issues, unresolved;
  std::vector<std::string_view> customer_nos, others, tiers, churn_causes, upgrade_causes;
  std::vector<double> patience, response;
  std::vector<TimeUs> changed, offered, accepted, churned, upgraded;
  for (const CustomerTruth& one : customers) {
    numbers.push_back(one.number);
    customer_nos.push_back(one.customer_no);
    others.push_back(or_null(one.also_known_as));
    households.push_back(one.household);
    tiers.push_back(one.tier);
    changed.push_back(one.mobile_changed_at);
    patience.push_back(one.patience_mean_s);
    response.push_back(one.offer_response);
    offered.push_back(one.offer_sent_at);
    accepted.push_back(one.offer_accepted_at);
    churned.push_back(one.churned_at);
    churn_causes.push_back(or_null(one.churn_cause));
    upgraded.push_back(one.upgraded_at);
    upgrade_causes.push_back(or_null(one.upgrade_cause));
    issues.push_back(one.issues);
    unresolved.push_back(one.unresolved_issues);
  }
  return write_parquet(
      file,
      "customer BIGINT, customer_no VARCHAR, also_known_as VARCHAR, household BIGINT, tier "
      "VARCHAR, "
      "mobile_changed_at TIMESTAMPTZ, patience_mean_s DOUBLE, offer_response_probability DOUBLE, "
      "offer_sent_at TIMESTAMPTZ, offer_accepted_at TIMESTAMPTZ, churned_at TIMESTAMPTZ, "
      "churn_cause VARCHAR, upgraded_at TIMESTAMPTZ, upgrade_cause VARCHAR, issues BIGINT, "
      "unresolved_issues BIGINT",
      {ColumnInput::ints(numbers), ColumnInput::texts(customer_nos), ColumnInput::texts(others),
       ColumnInput::ints(households), ColumnInput::texts(tiers), ColumnInput::times(changed),
       ColumnInput::doubles(patience), ColumnInput::doubles(response), ColumnInput::times(offered),
       ColumnInput::times(accepted), ColumnInput::times(churned), ColumnInput::texts(churn_causes),
       ColumnInput::times(upgraded), ColumnInput::texts(upgrade_causes), ColumnInput::ints(issues),
       ColumnInput::ints(unresolved)},
      customers.size());
}

Status write_agent_truth(const std::filesystem::path& file, const std::vector<AgentPlan>& agents) {
  std::vector<std::string_view> ids, sites, intents;
  std::vector<double> skills, solves, paces;
  std::vector<std::int64_t> handled, solved;
  for (const AgentPlan& agent : agents) {
    for (std::size_t intent = 0; intent < kIntentCount; ++intent) {
      ids.push_back(agent.id);
      sites.push_back(agent.site);
      intents.push_back(kIntents[intent].name);
      skills.push_back(agent.skill_log_odds[intent]);
      solves.push_back(agent.solve_probability(intent));
      paces.push_back(agent.pace);
      handled.push_back(agent.handled[intent]);
      solved.push_back(agent.solved[intent]);
    }
  }
  return write_parquet(
      file,
      "agent_id VARCHAR, site VARCHAR, intent VARCHAR, skill_log_odds DOUBLE, solve_probability "
      "DOUBLE, pace DOUBLE, handled BIGINT, solved BIGINT",
      {ColumnInput::texts(ids), ColumnInput::texts(sites), ColumnInput::texts(intents),
       ColumnInput::doubles(skills), ColumnInput::doubles(solves), ColumnInput::doubles(paces),
       ColumnInput::ints(handled), ColumnInput::ints(solved)},
      ids.size());
}

Status write_menu_truth(const std::filesystem::path& file, const std::vector<MenuFault>& faults) {
  std::vector<std::string_view> nodes, kinds, intents;
  std::vector<double> shares;
  std::vector<TimeUs> from, to;
  for (const MenuFault& fault : faults) {
    nodes.push_back(fault.node);
    kinds.push_back(fault.kind);
    intents.push_back(kIntents[fault.intent].name);
    shares.push_back(fault.share);
    from.push_back(fault.from);
    to.push_back(fault.to);
  }
  return write_parquet(
      file,
      "node VARCHAR, fault VARCHAR, intent VARCHAR, share DOUBLE, valid_from TIMESTAMPTZ, valid_to "
      "TIMESTAMPTZ",
      {ColumnInput::texts(nodes), ColumnInput::texts(kinds), ColumnInput::texts(intents),
       ColumnInput::doubles(shares), ColumnInput::times(from), ColumnInput::times(to)},
      faults.size());
}

}  // namespace clewline::simulation
