#include "simulation/truth_tables.h"

#include <algorithm>
#include <set>

namespace clewline::simulation {
namespace {

using store::ColumnInput;

constexpr std::size_t kRowsHeld = 100'000;
constexpr std::string_view kTruthColumns =
    "source VARCHAR, stream VARCHAR, record_id VARCHAR, session_key VARCHAR, event_type VARCHAR, "
    "ordinal INTEGER, customer BIGINT, transaction BIGINT, interaction BIGINT, engagement BIGINT, "
    "kind VARCHAR";

/// On one thread and in order: the same rows give the same bytes.
Result<store::Database> open_store(const std::string& file) {
  store::OpenOptions options;
  options.threads = 1;
  options.memory_limit = "256MB";
  options.row_order = store::RowOrder::preserved;
  return store::Database::open(file, options);
}

Status copy_out(store::Connection& connection, const std::filesystem::path& file) {
  const auto written = connection.execute("COPY truth TO " + store::quote_literal(file.string()) +
                                          " (FORMAT parquet, COMPRESSION zstd)");
  if (written.ok()) return {};
  return Error{ErrorCode::io, "cannot write " + file.string(),
               "Check the folder's permissions and free space."};
}

/// Writes whole columns as one Parquet file.
Status write_parquet(const std::filesystem::path& file, const std::string& definition,
                     const std::vector<ColumnInput>& columns, std::size_t rows) {
  CLEW_TRY(auto database, open_store(":memory:"));
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY_VOID(connection.execute("CREATE TABLE truth(" + definition + ")"));
  CLEW_TRY(auto appender, store::ChunkAppender::open(connection, "main", "truth"));
  CLEW_TRY_VOID(appender.append(columns, rows));
  CLEW_TRY_VOID(appender.finish());
  return copy_out(connection, file);
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

// An interaction is a contact where the customer was there in any of it; else feedback, or the
// company's work.
std::vector<std::string_view> TruthLog::kinds() const {
  static const std::set<std::string_view> kAbsent = {
      "contact.started", "contact.ended",   "outbound.attempted", "callback.attempted",
      "bill.issued",     "campaign.sent",   "notice.sent",        "work.started",
      "work.completed",  "order.fulfilled", "refund.issued",      "subscription.changed",
      "message.sent",    "case.created",    "case.solved",        "case.status_changed",
      "note.added",      "wrapup.interval"};
  static const std::set<std::string_view> kFeedback = {"survey.answered", "social.posted",
                                                       "review.posted"};
  enum Kind : std::uint8_t { company, feedback, contact };
  if (interactions_.empty()) return {};
  const auto [least, most] = std::ranges::minmax(interactions_);
  const std::int64_t first = least;
  std::vector<std::uint8_t> kind_of(static_cast<std::size_t>(most - first) + 1);
  for (std::size_t i = 0; i < interactions_.size(); ++i) {
    const Kind kind = kFeedback.contains(event_types_[i]) ? feedback
                      : kAbsent.contains(event_types_[i]) ? company
                                                          : contact;
    auto& known = kind_of[static_cast<std::size_t>(interactions_[i] - first)];
    known = std::max<std::uint8_t>(known, kind);
  }
  constexpr std::string_view kNames[] = {"company", "feedback", "contact"};
  std::vector<std::string_view> out;
  out.reserve(interactions_.size());
  for (const std::int64_t interaction : interactions_)
    out.push_back(kNames[kind_of[static_cast<std::size_t>(interaction - first)]]);
  return out;
}

TruthLog::~TruthLog() { close_store(); }

void TruthLog::close_store() {
  appender_.reset();
  connection_.reset();
  database_.reset();
  std::error_code ignored;
  std::filesystem::remove(store_file_, ignored);
  std::filesystem::remove(store_file_.string() + ".wal", ignored);
}

Status TruthLog::end_customer() { return customers_.size() < kRowsHeld ? Status() : put_away(); }

Status TruthLog::put_away() {
  if (!appender_) {
    close_store();  // of a run that was ended
    CLEW_TRY(auto database, open_store(store_file_.string()));
    database_.emplace(std::move(database));
    CLEW_TRY(auto connection, database_->connect());
    connection_.emplace(std::move(connection));
    CLEW_TRY_VOID(connection_->execute("CREATE TABLE truth(" + std::string(kTruthColumns) + ")"));
    CLEW_TRY(auto appender, store::ChunkAppender::open(*connection_, "main", "truth"));
    appender_.emplace(std::move(appender));
  }
  const std::size_t count = customers_.size();
  const auto record_ids = views(record_ids_);
  const auto sessions = views(sessions_);
  const auto kind_column = kinds();
  // Every record makes one event of a type at most: the first.
  const std::vector<std::int32_t> ordinals(count, 0);
  std::vector<std::uint8_t> has_ordinal;
  for (const std::string_view id : record_ids) has_ordinal.push_back(id.data() != nullptr ? 1 : 0);
  const ColumnInput columns[] = {
      ColumnInput::texts(sources_),     ColumnInput::texts(streams_),
      ColumnInput::texts(record_ids),   ColumnInput::texts(sessions),
      ColumnInput::texts(event_types_), ColumnInput::ints(ordinals, has_ordinal),
      ColumnInput::ints(customers_),    ColumnInput::ints(transactions_),
      ColumnInput::ints(interactions_), ColumnInput::ints(engagements_),
      ColumnInput::texts(kind_column)};
  CLEW_TRY_VOID(appender_->append(columns, count));
  written_ += count;
  arena_.clear();
  for (auto* column : {&sources_, &streams_, &event_types_}) column->clear();
  for (auto* column : {&record_ids_, &sessions_}) column->clear();
  for (auto* column : {&customers_, &transactions_, &interactions_, &engagements_}) column->clear();
  return {};
}

Status TruthLog::write(const std::filesystem::path& file) {
  CLEW_TRY_VOID(put_away());
  CLEW_TRY_VOID(appender_->finish());
  appender_.reset();
  CLEW_TRY_VOID(copy_out(*connection_, file));
  close_store();
  return {};
}

Status write_customer_truth(const std::filesystem::path& file,
                            const std::vector<CustomerTruth>& customers) {
  std::vector<std::int64_t> numbers, households, issues, unresolved, agent_seconds;
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
    agent_seconds.push_back(one.agent_seconds);
  }
  return write_parquet(
      file,
      "customer BIGINT, customer_no VARCHAR, also_known_as VARCHAR, household BIGINT, tier "
      "VARCHAR, "
      "mobile_changed_at TIMESTAMPTZ, patience_mean_s DOUBLE, offer_response_probability DOUBLE, "
      "offer_sent_at TIMESTAMPTZ, offer_accepted_at TIMESTAMPTZ, churned_at TIMESTAMPTZ, "
      "churn_cause VARCHAR, upgraded_at TIMESTAMPTZ, upgrade_cause VARCHAR, issues BIGINT, "
      "unresolved_issues BIGINT, agent_seconds BIGINT",
      {ColumnInput::ints(numbers), ColumnInput::texts(customer_nos), ColumnInput::texts(others),
       ColumnInput::ints(households), ColumnInput::texts(tiers), ColumnInput::times(changed),
       ColumnInput::doubles(patience), ColumnInput::doubles(response), ColumnInput::times(offered),
       ColumnInput::times(accepted), ColumnInput::times(churned), ColumnInput::texts(churn_causes),
       ColumnInput::times(upgraded), ColumnInput::texts(upgrade_causes), ColumnInput::ints(issues),
       ColumnInput::ints(unresolved), ColumnInput::ints(agent_seconds)},
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

Status write_exit_truth(const std::filesystem::path& file, const std::vector<ExitTruth>& exits) {
  std::vector<std::string_view> contacts, intents, labels, faults;
  std::vector<std::int64_t> customers;
  std::vector<TimeUs> times;
  for (const ExitTruth& exit : exits) {
    contacts.push_back(exit.contact_id);
    customers.push_back(exit.customer);
    times.push_back(exit.at);
    intents.push_back(exit.intent);
    labels.push_back(exit.label);
    faults.push_back(exit.fault.empty() ? std::string_view() : exit.fault);
  }
  return write_parquet(
      file,
      "contact_id VARCHAR, customer BIGINT, began_at TIMESTAMPTZ, intent VARCHAR, label "
      "VARCHAR, fault VARCHAR",
      {ColumnInput::texts(contacts), ColumnInput::ints(customers), ColumnInput::times(times),
       ColumnInput::texts(intents), ColumnInput::texts(labels), ColumnInput::texts(faults)},
      exits.size());
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
