#include <gtest/gtest.h>

#include "hierarchy/testing/scenario.h"

namespace clewline::hierarchy::testing {
namespace {

constexpr std::int64_t kMinute = kUsPerMinute;

/// A call as a contact record tells it: menu, queue, agent.
Scenario call() {
  Scenario s;
  s.add("start", "contact.started", "5 10:00:00", {.session = "s", .direction = Direction::in})
      .add("menu", "ivr.entered", "5 10:00:01", {.session = "s"})
      .add("key", "ivr.input", "5 10:00:20", {.session = "s"})
      .add("exit", "ivr.exited", "5 10:00:30", {.session = "s"})
      .add("queue", "queue.entered", "5 10:00:30", {.session = "s", .queue = "bills"})
      .add("served", "queue.left", "5 10:02:00", {.session = "s", .queue = "bills"})
      .add("talk", "agent.connected", "5 10:02:00", {.session = "s", .agent = "kim"})
      .add("hold", "hold.interval", "5 10:03:00",
           {.session = "s", .until = "5 10:04:00", .agent = "kim"})
      .add("hangup", "agent.disconnected", "5 10:08:00", {.session = "s", .agent = "kim"})
      .add("end", "contact.ended", "5 10:08:01", {.session = "s", .direction = Direction::in})
      .add("wrap", "wrapup.interval", "5 10:08:00",
           {.session = "s", .until = "5 10:10:00", .agent = "kim"});
  return s;
}

TEST(Transactions, OneCallIsMenuQueueAndAgent) {
  Scenario s = call();
  EXPECT_EQ(s.transactions(), "start menu key exit end | queue served | talk hold hangup wrap");
  EXPECT_EQ(s.transaction("menu").system, System::ivr);
  EXPECT_EQ(s.transaction("menu").role, Role::self_service);
  EXPECT_EQ(s.transaction("queue").role, Role::routing);
  EXPECT_EQ(s.transaction("talk").role, Role::assisted);
  EXPECT_EQ(s.interaction("menu").transactions, 3U);
}

TEST(Transactions, MeasuresWaitTalkHoldAndWrap) {
  Scenario s = call();
  EXPECT_EQ(s.transaction("queue").wait_us, 90 * kUsPerSecond);
  const TransactionUnit& leg = s.transaction("talk");
  EXPECT_EQ(leg.talk_us, 5 * kMinute);
  EXPECT_EQ(leg.hold_us, 1 * kMinute);
  EXPECT_EQ(leg.wrap_us, 2 * kMinute);
  EXPECT_EQ(leg.presence_to, Scenario::time("5 10:08:00")) << "wrap-up is not presence";
  EXPECT_EQ(leg.last_at, Scenario::time("5 10:10:00"));
}

TEST(Transactions, StatedTotalsFillWhatNoInstantTells) {
  Scenario s;
  const StatedMeasures totals{0, 0, 90'000, 45'000};
  s.add("talk", "agent.connected", "5 10:00", {.session = "s", .agent = "kim", .stated = totals})
      .add("bye", "agent.disconnected", "5 10:05",
           {.session = "s", .agent = "kim", .stated = totals});
  EXPECT_EQ(s.transaction("talk").hold_us, 90 * kUsPerSecond) << "said twice, not two times";
  EXPECT_EQ(s.transaction("talk").talk_us, 210 * kUsPerSecond);
  EXPECT_EQ(s.transaction("talk").wrap_us, 45 * kUsPerSecond);
}

TEST(Transactions, InstantsCountBeforeStatedTotals) {
  Scenario s;
  const StatedMeasures totals{10, 20, 30, 40};
  s.add("queue", "queue.entered", "5 09:59", {.session = "s", .stated = totals})
      .add("left", "queue.left", "5 10:00", {.session = "s", .stated = totals})
      .add("talk", "agent.connected", "5 10:00", {.session = "s", .agent = "kim", .stated = totals})
      .add("hold", "hold.interval", "5 10:01", {.session = "s", .until = "5 10:02", .agent = "kim"})
      .add("bye", "agent.disconnected", "5 10:05", {.session = "s", .agent = "kim"})
      .add("wrap", "wrapup.interval", "5 10:05",
           {.session = "s", .until = "5 10:06", .agent = "kim"});
  EXPECT_EQ(s.transaction("queue").wait_us, kMinute);
  EXPECT_EQ(s.transaction("talk").talk_us, 4 * kMinute);
  EXPECT_EQ(s.transaction("talk").hold_us, kMinute);
  EXPECT_EQ(s.transaction("talk").wrap_us, kMinute);
}

TEST(Transactions, StatedTimesOfWhatHasNoLength) {
  Scenario s;
  const std::int64_t month_ms = 30LL * 24 * 3600 * 1000;
  s.add("left", "queue.left", "5 10:00", {.session = "s", .stated = {20'000, 0, 0, 0}})
      .add("talk", "agent.connected", "5 10:00",
           {.session = "s", .agent = "kim", .stated = {0, 70'000, 0, month_ms}});
  EXPECT_EQ(s.transaction("left").wait_us, 20 * kUsPerSecond);
  EXPECT_EQ(s.transaction("talk").talk_us, 70 * kUsPerSecond);
  EXPECT_EQ(s.transaction("talk").wrap_us, 240 * kMinute) << "no longer than a call may be";
}

TEST(Transactions, ContactEventsAddNoPresence) {
  Scenario s = call();
  EXPECT_EQ(s.transaction("menu").presence_from, Scenario::time("5 10:00:01"));
  EXPECT_EQ(s.transaction("menu").presence_to, Scenario::time("5 10:00:30"));
  EXPECT_EQ(s.transaction("menu").id, s.input().events[s.event("menu")].event_id);
}

TEST(Transactions, SessionOfContactEventsAloneIsOne) {
  Scenario s;
  s.add("a", "contact.started", "5 10:00", {.session = "s"})
      .add("b", "contact.ended", "5 10:07", {.session = "s"});
  EXPECT_EQ(s.transactions(), "a b");
  EXPECT_EQ(s.transaction("a").system, System::ivr);
  EXPECT_EQ(s.transaction("a").role, Role::self_service);
  EXPECT_EQ(s.transaction("a").presence_to - s.transaction("a").presence_from, 7 * kMinute);
  EXPECT_EQ(s.interaction("a").kind, Kind::contact);
}

TEST(Transactions, OutgoingContactEventsAloneAreCompanyWork) {
  Scenario s;
  s.add("a", "contact.started", "5 10:00", {.session = "s", .direction = Direction::out})
      .add("b", "contact.ended", "5 10:01", {.session = "s"});
  EXPECT_EQ(s.transaction("a").role, Role::company);
  EXPECT_EQ(s.interaction("a").kind, Kind::company);
}

TEST(Transactions, WorkWithTheSessionKeyDoesNotHideTheContact) {
  Scenario s;
  s.add("judged", "qa.evaluated", "5 09:00", {.session = "s"})
      .add("a", "contact.started", "5 10:00", {.session = "s"})
      .add("b", "contact.ended", "5 10:07", {.session = "s"});
  EXPECT_EQ(s.transactions(), "judged | a b");
  EXPECT_EQ(s.interaction("a").kind, Kind::contact);
}

TEST(Transactions, TransferOpensALegForAnotherAgent) {
  Scenario s;
  s.add("kim", "agent.connected", "5 10:00", {.session = "s", .agent = "kim"})
      .add("pass", "transfer.blind", "5 10:04", {.session = "s", .agent = "kim"})
      .add("queue", "queue.entered", "5 10:04", {.session = "s"})
      .add("left", "queue.left", "5 10:06", {.session = "s"})
      .add("lee", "agent.connected", "5 10:06", {.session = "s", .agent = "lee"})
      .add("wrap_kim", "wrapup.interval", "5 10:06:30",
           {.session = "s", .until = "5 10:07", .agent = "kim"})
      .add("bye", "agent.disconnected", "5 10:09", {.session = "s", .agent = "lee"});
  EXPECT_EQ(s.transactions(), "kim pass wrap_kim | queue left | lee bye");
  EXPECT_EQ(s.transaction("kim").presence_to, Scenario::time("5 10:04"));
  EXPECT_EQ(s.transaction("kim").outcome, Outcome::transferred);
  EXPECT_EQ(s.transaction("lee").agent_id, s.input().events[s.event("lee")].agent_id);
}

TEST(Transactions, AgentWhoComesBackHasALegOfHisOwn) {
  Scenario s;
  s.add("a1", "agent.connected", "5 10:00", {.session = "s", .agent = "kim"})
      .add("b", "agent.connected", "5 10:05", {.session = "s", .agent = "lee"})
      .add("a2", "agent.connected", "5 10:10", {.session = "s", .agent = "kim"})
      .add("bye", "agent.disconnected", "5 10:12", {.session = "s", .agent = "kim"});
  EXPECT_EQ(s.transactions(), "a1 | b | a2 bye");
}

TEST(Transactions, QueueAfterLeavingIsAnotherStay) {
  Scenario s;
  s.add("q1", "queue.entered", "5 10:00", {.session = "s"})
      .add("out1", "queue.overflow", "5 10:03", {.session = "s"})
      .add("q2", "queue.entered", "5 10:05", {.session = "s"})
      .add("out2", "queue.left", "5 10:06", {.session = "s"});
  EXPECT_EQ(s.transactions(), "q1 out1 | q2 out2");
}

TEST(Transactions, OverflowAtOneInstantIsOneUnbrokenStay) {
  Scenario s;
  s.add("q1", "queue.entered", "5 10:00", {.session = "s", .until = "5 10:03", .queue = "a"})
      .add("q2", "queue.entered", "5 10:03", {.session = "s", .until = "5 10:06", .queue = "b"});
  EXPECT_EQ(s.transactions(), "q1 q2");
  EXPECT_EQ(s.transaction("q1").wait_us, 6 * kMinute);
}

TEST(Transactions, MenuAfterExitIsAnotherVisit) {
  Scenario s;
  s.add("m1", "ivr.entered", "5 10:00", {.session = "s"})
      .add("x1", "ivr.exited", "5 10:01", {.session = "s"})
      .add("m2", "ivr.entered", "5 10:05", {.session = "s"});
  EXPECT_EQ(s.transactions(), "m1 x1 | m2");
}

TEST(Transactions, WithoutKeyTheGapCuts) {
  Scenario s;
  s.add("a", "ivr.input", "5 10:00")
      .add("b", "ivr.input", "5 10:10")
      .add("c", "ivr.input", "5 10:20:01");
  EXPECT_EQ(s.transactions(), "a b | c");
}

TEST(Transactions, GapCountsFromTheEndOfWhatOverlaps) {
  Scenario s;
  s.add("a", "ivr.input", "5 10:00", {.until = "5 10:30"})
      .add("b", "ivr.input", "5 10:05")
      .add("c", "ivr.input", "5 10:40");
  EXPECT_EQ(s.transactions(), "a b c");
}

TEST(Transactions, KeyedAndKeylessNeverMix) {
  Scenario s;
  s.add("a", "ivr.input", "5 10:00", {.session = "s"}).add("b", "ivr.input", "5 10:01");
  EXPECT_EQ(s.transactions(), "a | b");
  EXPECT_EQ(s.interactions(), "a b");
}

TEST(Transactions, KeyThatComesBackLaterIsCutByTheGap) {
  Scenario s;
  s.add("a", "ivr.input", "5 10:00", {.session = "1"})
      .add("b", "ivr.input", "5 10:05", {.session = "1"})
      .add("c", "ivr.input", "6 10:00", {.session = "1"})
      .add("begin", "contact.started", "6 09:59:59", {.session = "1"});
  EXPECT_EQ(s.transactions(), "a b | begin c")
      << "contact.started goes to the sitting nearest in time";
}

TEST(Transactions, KeyWithinTheMaximumIsNotCut) {
  Scenario s;
  s.add("a", "ivr.input", "5 10:00", {.session = "1"})
      .add("b", "ivr.input", "5 13:59", {.session = "1"});
  EXPECT_EQ(s.transactions(), "a b");
}

TEST(Transactions, LateNoteDoesNotCutACall) {
  Scenario s;
  s.add("a", "ivr.input", "5 10:00", {.session = "1"})
      .add("b", "ivr.input", "5 13:59", {.session = "1"})
      .add("checked", "ivr.step", "6 09:00", {.session = "1", .actor = Actor::company});
  EXPECT_EQ(s.transactions(), "a b checked") << "only presence decides whether the key came back";
  EXPECT_EQ(s.transaction("a").presence_to, Scenario::time("5 13:59"));
}

TEST(Transactions, LateHangupIsClippedWithAnIssue) {
  Scenario s;
  s.add("talk", "agent.connected", "5 10:00", {.session = "s", .agent = "kim"})
      .add("bye", "agent.disconnected", "5 19:00", {.session = "s", .agent = "kim"});
  EXPECT_EQ(s.transactions(), "talk bye");
  EXPECT_TRUE(s.transaction("talk").presence_clipped);
  EXPECT_EQ(s.transaction("talk").presence_to, Scenario::time("5 14:00"));
  EXPECT_EQ(s.issues(), "talk:presence_clipped");
}

TEST(Transactions, LateHangupWithoutAKeyIsAnother) {
  Scenario s;
  s.add("talk", "agent.connected", "5 10:00", {.agent = "kim"})
      .add("bye", "agent.disconnected", "5 13:00", {.agent = "kim"})
      .add("again", "agent.connected", "6 10:00", {.agent = "kim"})
      .add("late", "agent.disconnected", "6 19:00", {.agent = "kim"});
  EXPECT_EQ(s.transactions(), "talk bye | again | late");
}

TEST(Transactions, OverlongIntervalIsClippedWithAnIssue) {
  Scenario s;
  s.add("talk", "agent.connected", "5 10:00", {.session = "s", .until = "7 10:00", .agent = "kim"});
  EXPECT_EQ(s.transaction("talk").presence_to, Scenario::time("5 14:00"));
  EXPECT_TRUE(s.transaction("talk").presence_clipped);
  EXPECT_EQ(s.issues(), "talk:presence_clipped");
}

TEST(Transactions, IntervalThatEndsBeforeItBeginsIsAPoint) {
  Scenario s;
  s.add("talk", "agent.connected", "5 10:00", {.session = "s", .until = "5 09:00", .agent = "kim"});
  EXPECT_EQ(s.transaction("talk").presence_to, Scenario::time("5 10:00"));
  EXPECT_EQ(s.transaction("talk").talk_us, 0);
  EXPECT_EQ(s.issues(), "talk:end_before_start");
}

TEST(Transactions, OpenEndLastsToTheLastEvent) {
  Scenario s;
  s.add("talk", "agent.connected", "5 10:00", {.session = "s", .agent = "kim"})
      .add("hold", "hold.interval", "5 10:04", {.session = "s", .until = "5 10:05", .agent = "kim"})
      .add("wrap", "wrapup.interval", "5 10:09",
           {.session = "s", .until = "5 10:12", .agent = "kim"});
  EXPECT_EQ(s.transaction("talk").presence_to, Scenario::time("5 10:05"));
}

TEST(Transactions, MailBurstsJoinBySideAndGapNotByThread) {
  Scenario s;
  const EventFields in{.source = "mail", .channel = Channel::email, .session = "t1"};
  const EventFields other{.source = "mail", .channel = Channel::email, .session = "t2"};
  s.add("m1", "message.received", "5 10:00", in)
      .add("m2", "message.received", "5 10:30", other)
      .add("reply", "message.sent", "5 10:31", in)
      .add("m3", "message.received", "5 11:01", in);
  EXPECT_EQ(s.transactions(), "m1 m2 | reply | m3");
  EXPECT_EQ(s.transaction("reply").role, Role::assisted);
  EXPECT_EQ(s.transaction("reply").presence_from, kNoTime);
}

TEST(Transactions, TwoCustomersInOneSessionAreTwo) {
  Scenario s;
  s.add("a", "web.page_viewed", "5 10:00", {.channel = Channel::web, .session = "kiosk"})
      .add("b", "web.page_viewed", "5 10:05",
           {.channel = Channel::web, .session = "kiosk", .customer = "ben"});
  EXPECT_EQ(s.transactions(), "a || b");
}

TEST(Transactions, CallMidnightIsOne) {
  Scenario s;
  s.add("talk", "agent.connected", "5 23:58", {.session = "s", .agent = "kim"})
      .add("bye", "agent.disconnected", "6 00:03", {.session = "s", .agent = "kim"});
  EXPECT_EQ(s.transactions(), "talk bye");
  EXPECT_EQ(s.transaction("talk").talk_us, 5 * kMinute);
}

TEST(Transactions, RoutedMailWithoutAMessageIsStillAContact) {
  Scenario s;
  const EventFields mail{
      .channel = Channel::email, .session = "m", .agent = "kim", .direction = Direction::in};
  s.add("begin", "contact.started", "5 10:00", mail)
      .add("queue", "queue.entered", "5 10:00", mail)
      .add("work", "agent.connected", "5 12:00", mail)
      .add("done", "agent.disconnected", "5 12:20", mail);
  EXPECT_EQ(s.interactions(), "begin queue work done");
  EXPECT_EQ(s.interaction("begin").kind, Kind::contact);
  EXPECT_EQ(s.interaction("begin").presence_to, Scenario::time("5 10:00"))
      << "nobody waits on the line for a mail";
  Scenario bare;
  bare.add("queue", "queue.entered", "5 10:00", mail)
      .add("work", "agent.connected", "5 12:00", mail);
  EXPECT_EQ(bare.interaction("queue").kind, Kind::contact);
}

}  // namespace
}  // namespace clewline::hierarchy::testing
