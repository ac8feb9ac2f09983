#include "simulation/simulate.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "store/database.h"

namespace clewline::simulation {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class SimulateTest : public ::testing::Test {
 protected:
  fs::path folder(const std::string& name) {
    const auto path = fs::path(::testing::TempDir()) / ("simulate_" + name);
    fs::remove_all(path);
    return path;
  }
  SimulationSummary make(const fs::path& path, Noise noise, std::uint64_t seed = 1,
                         std::uint32_t customers = 300) {
    SimulationOptions options;
    options.customers = customers;
    options.days = 60;
    options.seed = seed;
    options.noise = noise;
    auto summary = simulate(path, options);
    EXPECT_TRUE(summary.ok());
    return *summary;
  }
  /// Asks something of the files of a folder; `truth.parquet` becomes its path.
  std::int64_t ask(const fs::path& path, std::string sql) {
    for (const std::string name : {"truth_customers.parquet", "truth_agents.parquet",
                                   "truth_menus.parquet", "truth.parquet"}) {
      const std::string from = "FROM " + name;
      if (const auto at = sql.find(from); at != std::string::npos)
        sql.replace(at, from.size(), "FROM '" + (path / name).string() + "'");
    }
    auto database = store::Database::open(":memory:");
    auto connection = database->connect();
    const auto answer = connection->query_int64(sql);
    EXPECT_TRUE(answer.ok()) << sql << ": " << (answer.ok() ? "" : answer.error().message);
    return answer.ok() ? *answer : -1;
  }
};

TEST_F(SimulateTest, SameSeedSameBytesOtherSeedOtherBytes) {
  const auto first = folder("first");
  const auto again = folder("again");
  const auto other = folder("other");
  make(first, Noise::high);
  make(again, Noise::high);
  make(other, Noise::high, 2);
  std::size_t files = 0;
  for (const auto& file : fs::recursive_directory_iterator(first)) {
    if (!file.is_regular_file()) continue;
    ++files;
    EXPECT_EQ(read_file(file.path()), read_file(again / fs::relative(file.path(), first)))
        << file.path();
  }
  EXPECT_GE(files, 24U);
  EXPECT_NE(read_file(first / "truth.parquet"), read_file(other / "truth.parquet"));
}

TEST_F(SimulateTest, EveryFileHasRecordsAndEveryUnitLiesInOne) {
  const auto path = folder("all");
  const auto summary = make(path, Noise::none);
  for (const SimulatedFile& file : summary.files) EXPECT_GT(file.records, 0U) << file.name;
  EXPECT_EQ(ask(path, "SELECT count(*) FROM truth.parquet"),
            static_cast<std::int64_t>(summary.truth_rows));
  EXPECT_EQ(ask(path,
                "SELECT count(*) FROM truth.parquet WHERE record_id IS NULL AND session_key "
                "IS NULL OR customer IS NULL OR transaction IS NULL"),
            0);
  // Each level is a partition of the one below.
  for (const std::string pair :
       {"transaction, interaction", "interaction, engagement", "engagement, customer"}) {
    const std::string lower = pair.substr(0, pair.find(','));
    EXPECT_EQ(ask(path, "SELECT count(*) - count(DISTINCT " + lower + ") FROM (SELECT DISTINCT " +
                            pair + " FROM truth.parquet)"),
              0)
        << pair;
  }
  EXPECT_EQ(ask(path,
                "SELECT count(*) FROM (SELECT 1 FROM truth.parquet WHERE record_id IS NOT "
                "NULL GROUP BY source, stream, record_id, event_type HAVING count(*) > 1)"),
            0);
}

TEST_F(SimulateTest, NoiseChangesTheRecordsAndNotTheTruth) {
  const auto quiet = folder("quiet");
  const auto noisy = folder("noisy");
  const auto plain = make(quiet, Noise::none);
  const auto disturbed = make(noisy, Noise::high);
  EXPECT_GT(disturbed.records, plain.records);
  EXPECT_EQ(read_file(quiet / "truth.parquet"), read_file(noisy / "truth.parquet"));
  EXPECT_EQ(read_file(quiet / "truth_agents.parquet"), read_file(noisy / "truth_agents.parquet"));
  for (const std::string name : {"connect_contact_records.jsonl", "hotline_queue_log.txt",
                                 "crm_notes.csv", "crm_customers.csv", "zendesk_audits.jsonl"})
    EXPECT_NE(read_file(quiet / name), read_file(noisy / name)) << name;
}

// Every kind of step that the methods page names happens.
TEST_F(SimulateTest, PlantsEveryCase) {
  const auto path = folder("cases");
  make(path, Noise::high, 1, 1500);
  const auto count = [&](const std::string& what) {
    return ask(path, "SELECT count(*) FROM truth.parquet WHERE " + what);
  };
  for (const std::string type : {"contact.started",      "ivr.entered",        "queue.abandoned",
                                 "transfer.blind",       "callback.requested", "callback.attempted",
                                 "callback.connected",   "outbound.attempted", "agent.connected",
                                 "wrapup.interval",      "message.received",   "message.sent",
                                 "case.created",         "case.solved",        "note.added",
                                 "survey.answered",      "campaign.sent",      "notice.sent",
                                 "bill.issued",          "work.started",       "work.completed",
                                 "subscription.changed", "order.placed",       "order.fulfilled",
                                 "refund.issued",        "app.event",          "web.page_viewed",
                                 "session.logged_in",    "session.logged_out", "bot.entered",
                                 "bot.exited",           "bot.handover",       "social.mentioned",
                                 "social.posted",        "review.posted"})
    EXPECT_GT(count("event_type = '" + type + "'"), 0) << type;
  EXPECT_GT(ask(path,
                "SELECT count(*) FROM (SELECT 1 FROM truth.parquet WHERE event_type = "
                "'agent.connected' GROUP BY engagement HAVING count(*) > 2)"),
            0)
      << "several agents in one engagement";
  EXPECT_GT(ask(path,
                "SELECT count(*) FROM (SELECT 1 FROM truth.parquet WHERE event_type = "
                "'message.received' GROUP BY engagement HAVING count(*) > 1)"),
            0)
      << "mail threads";
  const auto units = [&](const std::string& level, const std::string& having) {
    return ask(path, "SELECT count(*) FROM (SELECT 1 FROM truth.parquet GROUP BY " + level +
                         " HAVING " + having + ")");
  };
  EXPECT_GT(units("interaction",
                  "bool_or(event_type = 'bot.handover') AND bool_or(event_type = "
                  "'agent.connected') AND count(DISTINCT transaction) = 2"),
            0)
      << "a bot hands over to an agent in one sitting";
  EXPECT_GT(units("engagement",
                  "count(DISTINCT interaction) FILTER (WHERE source = 'messaging') "
                  "> 1"),
            0)
      << "a conversation goes on in further sittings";
  EXPECT_EQ(units("interaction", "count(DISTINCT kind) > 1"), 0);
  EXPECT_EQ(count("event_type IN ('social.posted', 'review.posted', 'survey.answered') AND kind <> "
                  "'feedback'"),
            0);
  EXPECT_EQ(count("event_type IN ('social.mentioned', 'message.received', 'agent.connected') AND "
                  "kind <> 'contact'"),
            0);
  const std::string calls = read_file(path / "connect_contact_records.jsonl");
  for (const std::string relation : {"spouse", "joint_account", "broker", "attorney"})
    EXPECT_NE(calls.find("\"relation\":\"" + relation + "\""), std::string::npos) << relation;
  for (const std::string what :
       {"churned_at IS NOT NULL AND churn_cause = 'unresolved issue'",
        "churn_cause = 'asked to leave'", "upgraded_at IS NOT NULL AND upgrade_cause = 'offer'",
        "mobile_changed_at IS NOT NULL", "household <> customer", "also_known_as IS NOT NULL",
        "offer_accepted_at IS NOT NULL"})
    EXPECT_GT(ask(path, "SELECT count(*) FROM truth_customers.parquet WHERE " + what), 0) << what;
  EXPECT_EQ(ask(path, "SELECT count(*) FROM truth_menus.parquet"), 2);
  const std::string flows = read_file(path / "connect_flow_logs.jsonl");
  EXPECT_NE(flows.find(R"("order_status")"), std::string::npos);
  EXPECT_NE(flows.find(R"("Results":"Error")"), std::string::npos);
  EXPECT_NE(flows.find(R"("Results":"NoMatch")"), std::string::npos);
}

// What agents achieve follows the skill that was planted.
TEST_F(SimulateTest, AgentsSolveAsTheirSkillSays) {
  const auto path = folder("agents");
  make(path, Noise::none, 1, 4000);
  const std::int64_t beyond = ask(
      path,
      "SELECT count(*) FROM truth_agents.parquet WHERE handled >= 30 AND abs(solved - handled * "
      "solve_probability) > 3.5 * sqrt(handled * solve_probability * (1 - solve_probability))");
  EXPECT_LE(beyond, 1);
  EXPECT_GT(ask(path, "SELECT count(*) FROM truth_agents.parquet WHERE handled >= 30"), 50);
}

// The simulation must not know the linker: no header of its configuration or its stages, no file.
TEST(SimulationSources, IncludeNothingOfTheLinker) {
  const std::set<std::string> allowed = {"simulation/", "store/", "base/"};
  std::size_t files = 0;
  for (const auto& file :
       fs::directory_iterator(fs::path(CLEWLINE_SOURCE_DIR) / "src/simulation")) {
    const std::string extension = file.path().extension();
    if (extension != ".cc" && extension != ".h") continue;
    ++files;
    std::istringstream text(read_file(file.path()));
    for (std::string line; std::getline(text, line);) {
      if (!line.starts_with("#include \"")) continue;
      const std::string header = line.substr(10, line.find('"', 10) - 10);
      EXPECT_TRUE(allowed.contains(header.substr(0, header.find('/') + 1)))
          << file.path() << " includes " << header;
    }
  }
  EXPECT_GT(files, 15U);
}

TEST_F(SimulateTest, RefusesNothingToDo) {
  SimulationOptions options;
  options.customers = 0;
  EXPECT_EQ(simulate(folder("none"), options).error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace clewline::simulation
