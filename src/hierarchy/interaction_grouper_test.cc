#include <gtest/gtest.h>

#include "hierarchy/testing/scenario.h"

namespace clewline::hierarchy::testing {
namespace {

EventFields web(const std::string& session) {
  return {.source = "site", .channel = Channel::web, .session = session};
}
EventFields talk(const std::string& session, const std::string& until,
                 const std::string& chain = "") {
  return {.session = session, .chain = chain, .until = until, .agent = "kim"};
}

TEST(Interactions, GapOfTheChannelJoinsAtTheLimitAndNotBeyond) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", talk("1", "5 10:05"))
      .add("b", "agent.connected", "5 10:15", talk("2", "5 10:20"))
      .add("c", "agent.connected", "5 10:30:01", talk("3", "5 10:40"));
  EXPECT_EQ(s.interactions(), "a b | c");
}

TEST(Interactions, VisitThenCallWithinTwentyMinutesIsOneSitting) {
  Scenario s;
  s.add("page", "web.page_viewed", "5 10:00", web("w"))
      .add("call", "agent.connected", "5 10:20", talk("1", "5 10:25"))
      .add("later", "agent.connected", "5 12:00", talk("2", "5 12:05"));
  EXPECT_EQ(s.interactions(), "page call | later");
  EXPECT_EQ(s.interaction("page").systems, 2U);
  EXPECT_EQ(s.interaction("page").channels, 2U);
}

TEST(Interactions, AnyTwoAreComparedNotOnlyNeighbours) {
  // Call a ends 10:01; page 10:15 joins a over call b? b begins 10:12, eleven minutes after a:
  // apart from a by the voice gap, yet within 20 minutes of the page, and so is a.
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", talk("1", "5 10:01"))
      .add("b", "agent.connected", "5 10:12", talk("2", "5 10:13"))
      .add("page", "web.page_viewed", "5 10:15", web("w"));
  EXPECT_EQ(s.interactions(), "a b page");
}

TEST(Interactions, GroupWhoseHullIsOverlappedJoins) {
  // The chain joins a and d over 90 minutes; b and c lie inside that hull.
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", talk("1", "5 10:05", "x"))
      .add("b", "agent.connected", "5 10:30", talk("2", "5 10:35"))
      .add("c", "web.page_viewed", "5 11:10", web("w"))
      .add("d", "agent.connected", "5 11:40", talk("3", "5 11:50", "x"))
      .add("e", "agent.connected", "5 12:05", talk("4", "5 12:10"));
  EXPECT_EQ(s.interactions(), "a b c d | e");
}

TEST(Interactions, ChainGapIsTwoHours) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", talk("1", "5 10:05", "x"))
      .add("b", "agent.connected", "5 12:05", talk("2", "5 12:10", "x"))
      .add("c", "agent.connected", "5 14:10:01", talk("3", "5 14:20", "x"));
  EXPECT_EQ(s.interactions(), "a b | c");
}

TEST(Interactions, TransactionThatNamesItsChainTwiceIsNotItsOwnPredecessor) {
  // a and b share chain x; c comes days later and names y, z, y.
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", talk("1", "5 10:05", "x"))
      .add("b", "agent.connected", "5 11:00", talk("2", "5 11:05", "x"))
      .add("c", "agent.connected", "9 10:00", talk("3", "9 10:05", "y"))
      .add("c2", "hold.interval", "9 10:01", talk("3", "9 10:02", "z"))
      .add("c3", "hold.interval", "9 10:03", talk("3", "9 10:04", "y"));
  EXPECT_EQ(s.interactions(), "a b | c c2 c3");
}

TEST(Interactions, ChainsOfDifferentSourcesAreDifferent) {
  const auto add = [](Scenario& s) {
    s.add("a", "agent.connected", "5 10:00", talk("1", "5 10:05", "x"))
        .add("b", "agent.connected", "5 11:00",
             {.source = "other", .session = "2", .chain = "x", .until = "5 11:05"});
  };
  Scenario apart;
  add(apart);
  EXPECT_EQ(apart.interactions(), "a | b");
  Scenario shared;
  shared.config.shared_chain_sources = {"pbx", "other"};
  add(shared);
  EXPECT_EQ(shared.interactions(), "a b");
}

TEST(Interactions, NoPresenceNeverOpensProlongsOrBridges) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", talk("1", "5 10:05"))
      .add("note", "note.added", "5 10:12", {.source = "crm", .session = "n"})
      .add("b", "agent.connected", "5 10:20", talk("2", "5 10:25"));
  EXPECT_EQ(s.interactions(), "a note | b");
  EXPECT_EQ(s.interaction("a").presence_to, Scenario::time("5 10:05"));
  EXPECT_EQ(s.transaction("note").placement, Placement::wrap_window);
}

TEST(Placement, SessionKeyAlways) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", talk("1", "5 10:05"))
      .add("b", "agent.connected", "6 10:00", talk("2", "6 10:05"))
      .add("late", "note.added", "9 10:00", {.session = "1"});
  EXPECT_EQ(s.interactions(), "a late | b");
  EXPECT_EQ(s.transaction("late").placement, Placement::session);
}

TEST(Placement, OfSeveralKeysTheLatestContactBefore) {
  Scenario s;
  const EventFields first{.source = "mail", .channel = Channel::email, .session = "t1"};
  const EventFields second{.source = "mail", .channel = Channel::email, .session = "t2"};
  s.add("m1", "message.received", "5 10:00", first)
      .add("m2", "message.received", "6 10:00", second)
      .add("reply2", "message.sent", "7 10:00", second)
      .add("reply1", "message.sent", "7 10:10", first);
  EXPECT_EQ(s.transactions(), "m1 | m2 | reply2 reply1");
  EXPECT_EQ(s.interactions(), "m1 | m2 reply2 reply1");
}

TEST(Placement, ChainKeyAlwaysTheLatestContactBefore) {
  Scenario s;
  s.add("early", "work.started", "4 10:00", {.session = "w0", .chain = "x"})
      .add("a", "agent.connected", "5 10:00", talk("1", "5 10:05", "x"))
      .add("b", "agent.connected", "6 10:00", talk("2", "6 10:05", "x"))
      .add("between", "work.started", "5 20:00", {.session = "w1", .chain = "x"})
      .add("after", "work.started", "7 10:00", {.session = "w2", .chain = "x"});
  EXPECT_EQ(s.interactions(), "early a between | b after");
}

TEST(Placement, CaseKeyOnlyInsideTheWrapWindow) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", {.session = "1", .case_key = "T1", .until = "5 10:05"})
      .add("b", "agent.connected", "5 10:20", {.session = "2", .until = "5 10:22"})
      .add("soon", "case.status_changed", "5 10:30",
           {.source = "pbx", .channel = Channel::case_, .case_key = "T1"})
      .add("late", "case.solved", "5 14:00",
           {.source = "pbx", .channel = Channel::case_, .case_key = "T1"});
  EXPECT_EQ(s.interactions(), "a soon | b | late");
  EXPECT_EQ(s.transaction("soon").placement, Placement::case_);
  EXPECT_EQ(s.interaction("late").kind, Kind::company);
  EXPECT_EQ(s.evidence("late")->rule, "case") << "the case is a hard link of the issue";
}

TEST(Placement, WrapWindowTakesTheLatestBegunBefore) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", talk("1", "5 10:05"))
      .add("b", "agent.connected", "5 10:20", talk("2", "5 10:22"))
      .add("note", "note.added", "5 10:25", {.source = "crm"})
      .add("before", "note.added", "5 09:55", {.source = "crm", .session = "x"})
      .add("later", "note.added", "5 10:52:01", {.source = "crm", .session = "y"});
  EXPECT_EQ(s.interactions(), "before | a | b note | later");
}

TEST(Placement, CustomerTimeRuleNeedsTheSameIdentifier) {
  const auto build = [](const std::string& phone) {
    Scenario s;
    s.config.customer_time_rules = {{"crm_after_call", "crm", "pbx", 3 * kUsPerHour}};
    EventFields call = talk("1", "5 10:05");
    call.phone = "+4930123";
    s.add("a", "agent.connected", "5 10:00", call)
        .add("note", "note.added", "5 12:00", {.source = "crm", .phone = phone});
    return s.interactions();
  };
  EXPECT_EQ(build("+4930123"), "a note");
  EXPECT_EQ(build("+4930999"), "a | note");
}

TEST(Placement, OwnKindsGroupByCaseThenSessionThenRecord) {
  Scenario s;
  const EventFields desk{.source = "desk", .channel = Channel::case_, .case_key = "T1"};
  s.add("open", "case.created", "5 10:00", desk)
      .add("assign", "case.assigned", "5 10:05", desk)
      .add("next", "case.status_changed", "5 15:00", desk)
      .add("answer", "survey.answered", "5 10:02",
           {.source = "survey", .channel = Channel::survey, .record = "r1"})
      .add("score", "survey.answered", "5 10:03",
           {.source = "survey", .channel = Channel::survey, .record = "r2"});
  EXPECT_EQ(s.interactions(), "open assign | answer score | next");
  EXPECT_EQ(s.interaction("answer").kind, Kind::feedback);
  EXPECT_EQ(s.interaction("open").kind, Kind::company);
  EXPECT_EQ(s.engagement("open").kind, Kind::company);
  EXPECT_EQ(s.engagements(), "open assign next | answer score");
}

TEST(Attempts, ChainsElseSessionsElseSource) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", talk("1", "5 10:05", "x"))
      .add("b", "agent.connected", "5 10:06", talk("2", "5 10:08", "x"))
      .add("c", "agent.connected", "5 10:10", talk("3", "5 10:12"))
      .add("d", "ivr.input", "5 10:13")
      .add("e", "voicemail.left", "5 10:14");
  EXPECT_EQ(s.interactions(), "a b c d e");
  EXPECT_EQ(s.interaction("a").contact_attempts, 3U)
      << "chain x, session 3, keyless calls of the source";
}

TEST(Attempts, SessionOfWhichOnePartNamesTheChainIsOne) {
  Scenario s;
  s.add("menu", "ivr.entered", "5 10:00", {.session = "1", .chain = "x"})
      .add("exit", "ivr.exited", "5 10:01", {.session = "1", .chain = "x"})
      .add("talk", "agent.connected", "5 10:02", talk("1", "5 10:05"));
  EXPECT_EQ(s.interaction("menu").contact_attempts, 1U);
}

TEST(Attempts, CallThatBeganBeforeTheOtherWasCutOffIsNoRestart) {
  Scenario s;
  s.add("q1", "queue.entered", "5 10:00", {.session = "1"})
      .add("q2", "queue.entered", "5 10:03", {.session = "2"})
      .add("gone", "queue.abandoned", "5 10:04", {.session = "1"})
      .add("served", "queue.left", "5 10:05", {.session = "2"});
  EXPECT_EQ(s.interaction("q1").contact_attempts, 2U);
  EXPECT_EQ(s.interaction("q1").pattern, "");
}

TEST(Issues, PrimaryIsWhereTheAgentsTimeWent) {
  Scenario s;
  s.add("menu", "ivr.entered", "5 10:00", {.session = "1", .until = "5 10:10", .intent = "balance"})
      .add("kim", "agent.connected", "5 10:10",
           {.session = "1", .case_key = "T1", .until = "5 10:12", .agent = "kim", .intent = "card"})
      .add(
          "lee", "agent.connected", "5 10:12",
          {.session = "1", .case_key = "T2", .until = "5 10:20", .agent = "lee", .intent = "bill"});
  EXPECT_EQ(s.text(s.interaction("menu").intent), "bill");
  EXPECT_EQ(s.text(s.interaction("menu").primary_case), "T2");
  const HierarchyResult& result = s.link();
  ASSERT_EQ(result.interaction_issues.size(), 3U);
  EXPECT_DOUBLE_EQ(result.interaction_issues[0].time_share, 0.5);
  EXPECT_DOUBLE_EQ(result.interaction_issues[1].time_share, 0.1);
  EXPECT_DOUBLE_EQ(result.interaction_issues[2].time_share, 0.4);
  EXPECT_TRUE(result.interaction_issues[2].primary);
  ASSERT_EQ(result.case_links.size(), 2U);
  EXPECT_DOUBLE_EQ(result.case_links[0].time_share, 0.2);
  EXPECT_FALSE(result.case_links[0].primary);
  EXPECT_TRUE(result.case_links[1].primary);
}

}  // namespace
}  // namespace clewline::hierarchy::testing
