#include <gtest/gtest.h>

#include <cmath>

#include "hierarchy/build_hierarchy.h"
#include "hierarchy/testing/scenario.h"

namespace clewline::hierarchy::testing {
namespace {

/// A call of five minutes, a session of its own.
EventFields call(const std::string& name, const std::string& intent = "",
                 Outcome outcome = Outcome::unknown) {
  return {.session = "session_" + name, .agent = "kim", .intent = intent, .outcome = outcome};
}

std::string engagements_of_two(const EventFields& first, const EventFields& second,
                               std::string_view at) {
  Scenario s;
  s.add("a", "agent.connected", "1 10:00", first).add("b", "agent.connected", at, second);
  return s.engagements();
}

// --- what the score had to decide
// -----------------------------------------------------------------------------------------

/// The candidates of one contact: "name of the engagement's last contact, what cases say".
std::string candidates_of(Scenario& s, const std::string& contact,
                          const std::vector<std::string>& names) {
  s.collect_join_candidates = true;
  const HierarchyResult& result = s.link();
  constexpr std::string_view kKnown[] = {"unknown", "same", "other"};
  std::string out;
  for (const JoinCandidate& candidate : result.join_candidates) {
    if (result.interactions[candidate.contact].id != s.interaction(contact).id) continue;
    for (const std::string& name : names) {
      if (result.interactions[candidate.last_contact].id == s.interaction(name).id)
        out += (out.empty() ? "" : ", ") + name + " " +
               std::string(kKnown[static_cast<std::size_t>(candidate.known)]) +
               (candidate.decided_by_score ? " scored" : "");
    }
  }
  return out;
}

TEST(JoinCandidates, SayWhatCasesTellAndWhatWasAsked) {
  Scenario s;
  EventFields of_one = call("a", "bill");
  of_one.case_key = "T1";
  EventFields of_other = call("b", "card");
  of_other.case_key = "T2";
  EventFields again = call("c", "bill");
  again.case_key = "T1";
  s.add("a", "agent.connected", "1 10:00", of_one)
      .add("b", "agent.connected", "2 10:00", of_other)
      .add("c", "agent.connected", "3 10:00", again)
      .add("d", "agent.connected", "4 10:00", call("d", "fraud"));
  EXPECT_EQ(candidates_of(s, "a", {"a", "b", "c", "d"}), "") << "nothing is open yet";
  EXPECT_EQ(candidates_of(s, "b", {"a", "b", "c", "d"}), "a other scored");
  EXPECT_EQ(candidates_of(s, "c", {"a", "b", "c", "d"}), "a same, b other");
  EXPECT_EQ(candidates_of(s, "d", {"a", "b", "c", "d"}), "c unknown scored, b unknown scored");
}

TEST(JoinCandidates, CompareAsTheScoreDoes) {
  Scenario s;
  s.collect_join_candidates = true;
  s.add("a", "agent.connected", "1 10:00", call("a", "bill", Outcome::abandoned))
      .add("b", "agent.connected", "2 10:00", call("b", "bill"));
  const HierarchyResult& result = s.link();
  ASSERT_EQ(result.join_candidates.size(), 1U);
  const JoinComparison& compared = result.join_candidates[0].comparison;
  EXPECT_EQ(compared.intent, JoinComparison::Agreement::same);
  EXPECT_EQ(compared.ending, JoinComparison::Ending::unresolved);
  EXPECT_EQ(compared.object, JoinComparison::Agreement::unknown);
  EXPECT_TRUE(compared.same_channel);
  EXPECT_EQ(compared.gap_us, kUsPerDay);
}

TEST(JoinCandidates, AreNotListedUnlessAskedFor) {
  Scenario s;
  s.add("a", "agent.connected", "1 10:00", call("a"))
      .add("b", "agent.connected", "2 10:00", call("b"));
  EXPECT_TRUE(s.link().join_candidates.empty());
}

// --- the score
// -----------------------------------------------------------------------------------------

TEST(Score, UnresolvedSameIntentWithinThreeDaysJoins) {
  EXPECT_EQ(engagements_of_two(call("a", "bill", Outcome::abandoned), call("b", "bill"), "4 09:00"),
            "a b");
}

TEST(Score, ResolvedIsReopenedBySameIntentWithinThirtyDays) {
  EXPECT_EQ(
      engagements_of_two(call("a", "bill", Outcome::completed), call("b", "bill"), "31 09:00"),
      "a b");
  EXPECT_EQ(
      engagements_of_two(call("a", "bill", Outcome::completed), call("b", "bill"), "32 09:00"),
      "a | b");
}

TEST(Score, UnresolvedLapsesAfterFourteenDays) {
  EXPECT_EQ(
      engagements_of_two(call("a", "bill", Outcome::abandoned), call("b", "bill"), "15 09:59"),
      "a b");
  EXPECT_EQ(
      engagements_of_two(call("a", "bill", Outcome::abandoned), call("b", "bill"), "15 10:01"),
      "a | b");
}

TEST(Score, OtherIntentNeverJoins) {
  EXPECT_EQ(engagements_of_two(call("a", "bill", Outcome::abandoned), call("b", "card"), "1 11:00"),
            "a | b");
  EventFields first = call("a", "bill", Outcome::abandoned);
  EventFields second = call("b", "card");
  first.object = second.object = "o1";
  EXPECT_EQ(engagements_of_two(first, second, "1 11:00"), "a | b")
      << "not even about the same object";
}

TEST(Score, UnknownIntentJoinsARedialAfterAnAbandonedCall) {
  EXPECT_EQ(engagements_of_two(call("a", "", Outcome::abandoned), call("b"), "2 16:00"), "a b");
  EXPECT_EQ(engagements_of_two(call("a", "", Outcome::abandoned), call("b"), "6 16:00"), "a | b");
}

TEST(Score, UnknownIntentDoesNotJoinAFreshCallAfterAHandledOne) {
  EXPECT_EQ(engagements_of_two(call("a"), call("b"), "11 10:00"), "a | b");
  EXPECT_EQ(engagements_of_two(call("a"), call("b"), "2 10:00"), "a | b");
  EXPECT_EQ(engagements_of_two(call("a"), call("b"), "1 11:59"), "a b")
      << "within two hours it is the same matter";
  EXPECT_EQ(engagements_of_two(call("a", "", Outcome::completed), call("b"), "1 11:59"), "a | b");
}

TEST(Score, JoinsTheMoreProbableThenTheMoreRecent) {
  Scenario s;
  s.add("bill", "agent.connected", "1 10:00", call("a", "bill"))
      .add("card", "agent.connected", "2 10:00", call("b", "card"))
      .add("again", "agent.connected", "3 10:00", call("c", "bill"));
  EXPECT_EQ(s.engagements(), "bill again | card");
  EXPECT_EQ(s.evidence("again")->rule, "score");
  EXPECT_EQ(s.evidence("again")->detail,
            "prior -0.30, same_intent +4.60, gap_3d +1.00, same_channel +0.30");
  EXPECT_NEAR(s.engagement("bill").link_probability, 1 / (1 + std::exp(-5.6)), 1e-12);
}

TEST(Score, ExclusiveObjectsAreDifferentIssues) {
  EventFields first = call("a", "delivery");
  EventFields second = call("b", "delivery");
  first.object = "o1";
  second.object = "o2";
  Scenario s;
  s.intent("delivery", "resolution", true);
  s.add("a", "agent.connected", "1 10:00", first).add("b", "agent.connected", "1 11:00", second);
  EXPECT_EQ(s.engagements(), "a | b");
}

TEST(Score, BrokenPromiseLeavesItUnresolved) {
  Scenario s;
  s.add("a", "agent.connected", "1 10:00", call("a"))
      .add("promise", "promise.made", "1 10:00", {.session = "session_a"})
      .add("b", "agent.connected", "3 10:00", call("b"));
  EXPECT_EQ(s.engagements(), "a promise b");
}

TEST(Score, SpanHasALimitSoAMonthlyBillDoesNotGlueYears) {
  Scenario s;
  for (int month = 0; month < 6; ++month) {
    const std::string name(1, static_cast<char>('a' + month));
    s.add(name, "agent.connected", std::to_string(1 + month * 25) + " 10:00",
          call(name, "bill", Outcome::completed));
  }
  EXPECT_EQ(s.engagements(), "a b c d | e f");
}

TEST(Score, ScoresAComponentOnceAtItsFirstPresence) {
  // b opens an issue of its own, five days after a; c, of b's case, would have joined a: it goes
  // with b.
  Scenario s;
  EventFields b = call("b", "card");
  EventFields c = call("c", "bill");
  b.case_key = c.case_key = "T1";
  s.add("a", "agent.connected", "1 10:00", call("a", "bill"))
      .add("b", "agent.connected", "2 10:00", b)
      .add("c", "agent.connected", "3 10:00", c);
  EXPECT_EQ(s.engagements(), "a | b c");
}

TEST(Score, FutureMembersDoNotCount) {
  // At b's begin only a of the case {a, z} has begun; z's intent is not known then.
  Scenario s;
  EventFields a = call("a", "bill");
  EventFields z = call("z", "card");
  a.case_key = z.case_key = "T1";
  s.add("a", "agent.connected", "1 10:00", a)
      .add("b", "agent.connected", "3 10:00", call("b", "bill"))
      .add("z", "agent.connected", "5 10:00", z);
  EXPECT_EQ(s.engagements(), "a b z");
}

// --- hard links
// ----------------------------------------------------------------------------------------

TEST(HardLinks, SameCaseJoinsOverAnySpan) {
  EventFields first = call("a", "bill");
  EventFields second = call("b", "card");
  first.case_key = second.case_key = "T1";
  EXPECT_EQ(engagements_of_two(first, second, "200 10:00"), "a b");
}

TEST(HardLinks, TwoCasesOfAnExclusiveSpaceNeverMeet) {
  EventFields first = call("a", "bill", Outcome::abandoned);
  EventFields second = call("b", "bill");
  first.case_key = "T1";
  second.case_key = "T2";
  EXPECT_EQ(engagements_of_two(first, second, "1 11:00"), "a | b");
  first.chain = second.chain = "x";
  EXPECT_EQ(engagements_of_two(first, second, "1 13:00"), "a | b") << "not even by chain";
}

TEST(HardLinks, CasesOfAnInclusiveSpaceMayMeet) {
  Scenario s;
  s.config.inclusive_case_sources = {"pbx"};
  EventFields first = call("a", "bill");
  EventFields second = call("b", "bill");
  first.case_key = "T1";
  second.case_key = "T2";
  s.add("a", "agent.connected", "1 10:00", first).add("b", "agent.connected", "2 10:00", second);
  EXPECT_EQ(s.engagements(), "a b");
}

TEST(HardLinks, OrdersAreNoTickets) {
  Scenario s;
  EventFields order = {.channel = Channel::commerce, .case_key = "O1"};
  EventFields first = call("a", "bill");
  EventFields second = call("b", "bill");
  first.case_key = "O1";
  second.case_key = "T2";
  s.add("order", "order.placed", "1 09:00", order)
      .add("a", "agent.connected", "1 12:00", first)
      .add("b", "agent.connected", "2 10:00", second);
  EXPECT_EQ(s.engagements(), "order a b") << "one of the two is an order";
}

TEST(HardLinks, CasesOfDifferentSpacesMayMeet) {
  EventFields first = call("a", "bill");
  EventFields second = call("b", "bill");
  first.case_key = "T1";
  second.case_key = "T2";
  second.source = "other";
  EXPECT_EQ(engagements_of_two(first, second, "2 10:00"), "a b");
}

TEST(HardLinks, SharedCaseSpaceMeansTheSameCase) {
  Scenario s;
  s.config.shared_case_sources = {"pbx", "other"};
  EventFields first = call("a", "bill");
  EventFields second = call("b", "card");
  first.case_key = second.case_key = "T1";
  second.source = "other";
  s.add("a", "agent.connected", "1 10:00", first).add("b", "agent.connected", "9 10:00", second);
  EXPECT_EQ(s.engagements(), "a b");
}

TEST(HardLinks, ThreadJoinsMessagesAndStopsAtTheSpan) {
  Scenario s;
  const EventFields mail{.source = "mail", .channel = Channel::email, .session = "t1"};
  s.add("m1", "message.received", "1 10:00", mail)
      .add("m2", "message.received", "21 10:00", mail)
      .add("m3", "message.received", "99 10:00", mail);
  EXPECT_EQ(s.engagements(), "m1 m2 | m3") << "m3 is 98 days after m1";
  EXPECT_EQ(s.evidence("m2")->rule, "thread");
}

TEST(HardLinks, NearestInTimeFirstWhereOnlyOneCanJoin) {
  // The second mail could go with either case of its thread; the other case then may not.
  const auto mail = [](const std::string& case_key) {
    return EventFields{
        .source = "mail", .channel = Channel::email, .session = "t1", .case_key = case_key};
  };
  Scenario later;
  later.add("a", "message.received", "1 10:00", mail("T1"))
      .add("b", "message.received", "5 10:00", mail(""))
      .add("c", "message.received", "6 10:00", mail("T2"));
  EXPECT_EQ(later.engagements(), "a | b c");
  Scenario earlier;
  earlier.add("a", "message.received", "1 10:00", mail("T1"))
      .add("b", "message.received", "2 10:00", mail(""))
      .add("c", "message.received", "6 10:00", mail("T2"));
  EXPECT_EQ(earlier.engagements(), "a b | c");
}

TEST(HardLinks, CompanyWorkBeforeTheFirstContactIsInItsEngagement) {
  Scenario s;
  EventFields call_of_case = call("b", "card");
  call_of_case.case_key = "T1";
  s.add("other", "agent.connected", "1 10:00", call("a", "bill"))
      .add("open", "case.created", "2 10:00", {.channel = Channel::case_, .case_key = "T1"})
      .add("talk", "agent.connected", "3 10:00", call_of_case);
  EXPECT_EQ(s.engagements(), "other | open talk");
}

TEST(HardLinks, BookedCallback) {
  Scenario s;
  s.add("q", "queue.entered", "1 10:00", {.session = "1"})
      .add("ask", "callback.requested", "1 10:03", {.session = "1"})
      .add("tried", "callback.attempted", "2 09:00", {.session = "2", .direction = Direction::out})
      .add("reached", "callback.connected", "3 09:00",
           {.session = "3", .until = "3 09:10", .agent = "kim", .direction = Direction::out})
      .add("other", "callback.attempted", "4 09:00", {.session = "4", .direction = Direction::out});
  EXPECT_EQ(s.engagements(), "q ask tried reached | other");
  EXPECT_EQ(s.interactions(), "q ask | tried | reached | other");
  EXPECT_EQ(s.interaction("tried").kind, Kind::company);
  EXPECT_EQ(s.interaction("reached").initiated_by, Actor::company);
  EXPECT_EQ(s.evidence("reached")->rule, "callback");
  EXPECT_EQ(s.transaction("q").presence_to, Scenario::time("1 10:03"));
}

TEST(HardLinks, OrderAndItsComplaint) {
  Scenario s;
  EventFields complaint = call("c", "complaint");
  complaint.object = "o1";
  s.add(
       "buy", "order.placed", "1 10:00",
       {.source = "shop", .channel = Channel::web, .session = "w", .intent = "buy", .object = "o1"})
      .add("sent", "order.fulfilled", "3 10:00",
           {.source = "shop", .channel = Channel::commerce, .session = "f", .object = "o1"})
      .add("complain", "agent.connected", "8 10:00", complaint);
  EXPECT_EQ(s.engagements(), "buy sent complain");
  EXPECT_EQ(s.interaction("sent").kind, Kind::company);
  EXPECT_EQ(s.evidence("complain")->rule, "order");
}

TEST(HardLinks, ObjectWithoutAnOrderIsOnlyEvidence) {
  EventFields first = call("a", "bill");
  EventFields second = call("b", "card");
  first.object = second.object = "p1";
  EXPECT_EQ(engagements_of_two(first, second, "1 13:00"), "a | b");
}

TEST(HardLinks, ChainBeyondTwoHours) {
  EventFields first = call("a", "bill");
  EventFields second = call("b", "card");
  first.chain = second.chain = "x";
  EXPECT_EQ(engagements_of_two(first, second, "2 10:00"), "a b");
}

TEST(HardLinks, CompanyWorkJoinsByHardLinksOnly) {
  Scenario s;
  s.add("a", "agent.connected", "1 10:00", call("a", "bill"))
      .add("bill", "bill.issued", "1 20:00",
           {.source = "billing", .channel = Channel::letter, .record = "r", .intent = "bill"});
  EXPECT_EQ(s.engagements(), "a | bill");
  EXPECT_EQ(s.engagement("bill").kind, Kind::company);
}

// --- goal, result, state
// -------------------------------------------------------------------------------

TEST(Results, CaseSolvedClosesAndReopenedOpensAgain) {
  Scenario s;
  s.intent("bill", "resolution");
  EventFields first = call("a", "bill");
  first.case_key = "T1";
  const EventFields desk{.channel = Channel::case_, .case_key = "T1"};
  s.add("a", "agent.connected", "1 10:00", first).add("solved", "case.solved", "2 10:00", desk);
  EXPECT_EQ(s.engagement("a").result, EngagementResult::resolved);
  EXPECT_EQ(s.engagement("a").last_state, EngagementState::closed);
  EXPECT_EQ(s.engagement("a").lapses_at, kNoTime);
  EXPECT_EQ(s.engagement("a").goal, "resolution");
  s.add("again", "case.reopened", "3 10:00", desk);
  EXPECT_EQ(s.engagement("a").result, EngagementResult::unknown);
  EXPECT_EQ(s.engagement("a").last_state, EngagementState::waiting_for_us);
  EXPECT_EQ(s.engagement("a").lapses_at, Scenario::time("15 10:00"));
}

TEST(Results, AbandonedUntilALaterContactIsServed) {
  Scenario s;
  s.add("q", "queue.entered", "1 10:00", {.session = "1"})
      .add("gone", "queue.abandoned", "1 10:05", {.session = "1"});
  EXPECT_EQ(s.engagement("q").result, EngagementResult::abandoned);
  EXPECT_EQ(s.engagement("q").last_state, EngagementState::open);
  s.add("b", "agent.connected", "1 11:00", call("b"));
  EXPECT_EQ(s.engagements(), "q gone b");
  EXPECT_EQ(s.engagement("q").result, EngagementResult::unknown);
}

TEST(Results, FeedbackDecidesNothing) {
  Scenario s;
  s.add("q", "queue.entered", "1 10:00", {.session = "1"})
      .add("gone", "queue.abandoned", "1 10:05", {.session = "1"})
      .add("survey", "survey.answered", "1 10:10", {.session = "1", .outcome = Outcome::completed});
  EXPECT_EQ(s.engagement("q").result, EngagementResult::abandoned);
}

TEST(Results, StateSaysWhoseMoveItIs) {
  Scenario s;
  const EventFields mail{.source = "mail", .channel = Channel::email, .session = "t1"};
  s.add("m1", "message.received", "1 10:00", mail);
  EXPECT_EQ(s.engagement("m1").last_state, EngagementState::waiting_for_us);
  s.add("reply", "message.sent", "1 15:00", mail);
  EXPECT_EQ(s.engagement("m1").last_state, EngagementState::waiting_for_customer);
  EXPECT_EQ(s.engagement("m1").lapses_at, Scenario::time("15 10:00"))
      << "idle counts from the customer's presence";
}

Error error_of(const LinkingConfig& config, const CountingConfig& counting) {
  Scenario s;
  s.add("a", "agent.connected", "1 10:00");
  const auto linked = build_hierarchy(s.input(), s.customers(), 1, config, {}, counting);
  return linked.ok() ? Error{} : linked.error();
}

TEST(Configuration, NonsenseIsRefused) {
  LinkingConfig config;
  config.chain_gap_us = -1;
  EXPECT_EQ(error_of(config, {}).message, "linking configuration: chain_gap is negative");
  LinkingConfig lopsided;
  lopsided.interaction_gap_us[0][1] += 1;
  EXPECT_EQ(error_of(lopsided, {}).message,
            "linking configuration: interaction_gap of voice is not symmetric");
  CountingConfig counting;
  counting.result_rules.push_back({"case.sloved", "", "", "", EngagementResult::resolved});
  EXPECT_EQ(error_of({}, counting).code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace clewline::hierarchy::testing
