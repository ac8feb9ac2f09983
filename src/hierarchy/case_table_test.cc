// Every row of the case table of the design (docs/methods/levels.md, "Cases"), one test or more a
// row.

#include <gtest/gtest.h>

#include "hierarchy/testing/scenario.h"

namespace clewline::hierarchy::testing {
namespace {

const EventFields kMail{.source = "mail", .channel = Channel::email, .session = "thread"};

TEST(Case, RedialAfterAbandonmentInOneSitting) {
  Scenario s;
  s.add("q1", "queue.entered", "5 10:00", {.session = "1"})
      .add("gone", "queue.abandoned", "5 10:04", {.session = "1"})
      .add("q2", "queue.entered", "5 10:06", {.session = "2"})
      .add("served", "queue.left", "5 10:08", {.session = "2"})
      .add("talk", "agent.connected", "5 10:08",
           {.session = "2", .until = "5 10:15", .agent = "kim"});
  EXPECT_EQ(s.interactions(), "q1 gone q2 served talk");
  EXPECT_EQ(s.interaction("q1").contact_attempts, 2U);
  EXPECT_EQ(s.interaction("q1").pattern, "cut_off_restart");
  EXPECT_EQ(s.engagement("q1").contact_attempts, 2U);
  EXPECT_EQ(s.engagement("q1").result, EngagementResult::unknown)
      << "who gave up got through after all";
}

TEST(Case, RedialAfterAbandonmentLater) {
  Scenario s;
  s.add("q1", "queue.entered", "5 10:00", {.session = "1"})
      .add("gone", "queue.abandoned", "5 10:04", {.session = "1"})
      .add("q2", "queue.entered", "5 11:00", {.session = "2"});
  EXPECT_EQ(s.interactions(), "q1 gone | q2");
  EXPECT_EQ(s.interaction("q1").pattern, "");
  EXPECT_EQ(s.interaction("q2").pattern, "cut_off_restart");
  EXPECT_EQ(s.engagements(), "q1 gone q2");
}

TEST(Case, ServedCallThenAnotherIsNoRestart) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", {.session = "1", .until = "5 10:04", .agent = "kim"})
      .add("b", "agent.connected", "5 10:06", {.session = "2", .until = "5 10:08", .agent = "kim"});
  EXPECT_EQ(s.interaction("a").contact_attempts, 2U);
  EXPECT_EQ(s.interaction("a").pattern, "");
}

TEST(Case, Transfer) {
  Scenario s;
  s.add("kim", "agent.connected", "5 10:00", {.session = "1", .chain = "c", .agent = "kim"})
      .add("pass", "transfer.attended", "5 10:05", {.session = "1", .chain = "c", .agent = "kim"})
      .add("q", "queue.entered", "5 10:05:01", {.session = "2", .chain = "c"})
      .add("left", "queue.left", "5 10:09", {.session = "2", .chain = "c"})
      .add("lee", "agent.connected", "5 10:09",
           {.session = "2", .chain = "c", .until = "5 10:20", .agent = "lee"});
  EXPECT_EQ(s.transactions(), "kim pass | q left | lee");
  EXPECT_EQ(s.interactions(), "kim pass q left lee");
  EXPECT_EQ(s.interaction("kim").contact_attempts, 1U);
  EXPECT_EQ(s.interaction("kim").agents, 2U);
}

TEST(Case, CallbackWithPlaceKeptIsTheSameInteraction) {
  Scenario s;
  s.add("q", "queue.entered", "5 10:00", {.session = "1", .chain = "c"})
      .add("ask", "callback.requested", "5 10:02", {.session = "1", .chain = "c"})
      .add("back", "callback.connected", "5 11:30",
           {.session = "2",
            .chain = "c",
            .until = "5 11:40",
            .agent = "kim",
            .direction = Direction::out});
  EXPECT_EQ(s.interactions(), "q ask back");
  EXPECT_EQ(s.interaction("q").contact_attempts, 1U);
  EXPECT_EQ(s.interaction("q").initiated_by, Actor::customer);
}

TEST(Case, CallbackBookedForLaterIsAnInteractionOfTheCompany) {
  Scenario s;
  s.add("q", "queue.entered", "5 10:00", {.session = "1", .chain = "c"})
      .add("ask", "callback.requested", "5 10:02", {.session = "1", .chain = "c"})
      .add("try", "callback.attempted", "5 14:00",
           {.session = "2", .direction = Direction::out, .outcome = Outcome::no_answer})
      .add("back", "callback.connected", "6 09:00",
           {.session = "3", .until = "6 09:10", .agent = "kim", .direction = Direction::out});
  EXPECT_EQ(s.interactions(), "q ask | try | back");
  EXPECT_EQ(s.engagements(), "q ask try back");
  EXPECT_EQ(s.interaction("back").initiated_by, Actor::company);
  EXPECT_EQ(s.interaction("try").kind, Kind::company);
  EXPECT_EQ(s.engagement("q").contacts, 2U);
  EXPECT_EQ(s.links("caused_by"), "") << "a callback is the customer's wish, not a cause";
}

TEST(Case, OutboundUnansweredIsCompany) {
  Scenario s;
  s.add("try", "outbound.attempted", "5 10:00",
        {.session = "1", .direction = Direction::out, .outcome = Outcome::no_answer});
  EXPECT_EQ(s.interaction("try").kind, Kind::company);
  EXPECT_EQ(s.engagement("try").kind, Kind::company);
}

TEST(Case, OutboundRightPartyIsAContactOfTheCompanyWithItsIntent) {
  Scenario s;
  s.add("try", "outbound.attempted", "5 10:00",
        {.session = "1", .intent = "upgrade", .direction = Direction::out})
      .add("talk", "agent.connected", "5 10:00:20",
           {.session = "1", .until = "5 10:05", .agent = "kim", .direction = Direction::out})
      .add("call", "agent.connected", "6 10:00",
           {.session = "2", .until = "6 10:05", .agent = "lee", .direction = Direction::in});
  EXPECT_EQ(s.interactions(), "try talk | call");
  EXPECT_EQ(s.interaction("talk").kind, Kind::contact);
  EXPECT_EQ(s.interaction("talk").initiated_by, Actor::company);
  EXPECT_EQ(s.text(s.interaction("talk").intent), "upgrade");
  EXPECT_EQ(s.links("caused_by"), "call>talk");
}

TEST(Case, CallWithinThreeDaysOfACampaignIsCausedByIt) {
  Scenario s;
  s.add("mailing", "campaign.sent", "5 10:00",
        {.source = "crm", .channel = Channel::email, .record = "m", .intent = "upgrade"})
      .add("soon", "agent.connected", "7 10:00", {.session = "1", .agent = "kim"})
      .add("other", "agent.connected", "7 18:00",
           {.session = "2", .agent = "kim", .intent = "bill"})
      .add("late", "agent.connected", "9 10:00", {.session = "3", .agent = "kim"});
  EXPECT_EQ(s.links("caused_by"), "soon>mailing");
  EXPECT_EQ(s.engagement("mailing").kind, Kind::company) << "a link, not a join";
}

TEST(Case, CampaignJoinsWhenTheIntentsAgree) {
  Scenario s;
  s.add("mailing", "campaign.sent", "5 10:00",
        {.source = "crm", .channel = Channel::email, .record = "m", .intent = "upgrade"})
      .add("call", "agent.connected", "7 10:00",
           {.session = "1", .agent = "kim", .intent = "upgrade"});
  EXPECT_EQ(s.engagements(), "mailing call");
  EXPECT_EQ(s.engagement("call").contacts, 1U);
  EXPECT_EQ(s.evidence("call")->rule, "caused_by");
  EXPECT_EQ(s.engagement("call").id, s.input().events[s.event("call")].event_id)
      << "named by the first presence";
}

TEST(Case, MailThreadMessagesFromTheCustomerAreContactsOurRepliesAreNot) {
  Scenario s;
  s.add("m1", "message.received", "5 10:00", kMail)
      .add("m2", "message.received", "5 10:20", kMail)
      .add("reply", "message.sent", "5 16:00", kMail)
      .add("m3", "message.received", "6 09:00", kMail);
  EXPECT_EQ(s.transactions(), "m1 m2 | reply | m3");
  EXPECT_EQ(s.interactions(), "m1 m2 reply | m3") << "the reply is in the sitting it answers";
  EXPECT_EQ(s.engagements(), "m1 m2 reply m3");
  EXPECT_EQ(s.engagement("m1").contacts, 2U);
  EXPECT_EQ(s.interaction("m1").presence_to, Scenario::time("5 10:20"));
}

TEST(Case, MessagingSittingEndsAfterTwoHoursWithoutTheCustomer) {
  Scenario s;
  const EventFields chat{
      .source = "wa", .channel = Channel::messaging, .session = "talk", .agent = "kim"};
  s.add("m1", "message.received", "5 09:00", chat)
      .add("kim", "agent.connected", "5 09:10", chat)
      .add("m2", "message.received", "5 11:00", chat)
      .add("reply", "message.sent", "5 12:30", chat)
      .add("m3", "message.received", "5 13:00:01", chat)
      .add("bye", "agent.disconnected", "5 17:00", chat);
  EXPECT_EQ(s.transactions(), "m1 m2 | kim reply bye | m3");
  EXPECT_EQ(s.interactions(), "m1 kim m2 reply bye | m3");
  EXPECT_EQ(s.engagements(), "m1 kim m2 reply m3 bye");
  EXPECT_EQ(s.evidence("m3")->rule, "thread");
}

TEST(Case, BotHandedOverIsOneInteractionOfTwoTransactions) {
  Scenario s;
  const EventFields bot{.source = "bot", .channel = Channel::chat, .session = "b"};
  s.add("hi", "bot.entered", "5 10:00", bot)
      .add("step", "bot.step", "5 10:01", bot)
      .add("over", "bot.handover", "5 10:02", bot)
      .add("kim", "agent.connected", "5 10:05",
           {.source = "chat",
            .channel = Channel::chat,
            .session = "c",
            .until = "5 10:20",
            .agent = "kim"});
  EXPECT_EQ(s.transactions(), "hi step over | kim");
  EXPECT_EQ(s.interactions(), "hi step over kim");
  EXPECT_EQ(s.transaction("hi").system, System::bot);
  EXPECT_EQ(s.transaction("hi").role, Role::self_service);
}

TEST(Case, SurveyIsFeedbackAboutTheInteractionItNames) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", {.session = "1", .until = "5 10:05", .agent = "kim"})
      .add("b", "agent.connected", "6 10:00", {.session = "2", .until = "6 10:05", .agent = "kim"})
      .add("answer", "survey.answered", "8 10:00",
           {.source = "survey", .channel = Channel::survey, .session = "1"});
  EXPECT_EQ(s.interactions(), "a | b | answer");
  EXPECT_EQ(s.interaction("answer").kind, Kind::feedback);
  EXPECT_EQ(s.links("about"), "answer>a");
  EXPECT_EQ(s.engagement("answer").contacts, 0U);
}

TEST(Case, QualityJudgementNamesItsContactByReference) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00", {.session = "1", .until = "5 10:05", .agent = "kim"})
      .add("judged", "qa.evaluated", "9 10:00",
           {.source = "qa", .channel = Channel::survey, .session = "q7"})
      .refer("judged", "related", "1");
  EXPECT_EQ(s.links("about"), "judged>a");
}

TEST(Case, SurveyNeverReopens) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00",
        {.session = "1", .case_key = "T1", .until = "5 10:05", .agent = "kim"})
      .add("solved", "case.solved", "5 10:06", {.channel = Channel::case_, .case_key = "T1"})
      .add("answer", "survey.answered", "8 10:00", {.channel = Channel::survey, .case_key = "T1"});
  EXPECT_EQ(s.engagements(), "a solved answer");
  EXPECT_EQ(s.engagement("a").result, EngagementResult::resolved);
  EXPECT_EQ(s.engagement("a").last_state, EngagementState::closed);
}

TEST(Case, BackOfficeIsCompanyAndWaitsForUs) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00",
        {.session = "1", .case_key = "T1", .until = "5 10:05", .agent = "kim"})
      .add("work", "work.started", "6 09:00", {.channel = Channel::back_office, .case_key = "T1"});
  EXPECT_EQ(s.engagements(), "a work");
  EXPECT_EQ(s.interaction("work").kind, Kind::company);
  EXPECT_EQ(s.engagement("a").last_state, EngagementState::waiting_for_us);
  s.add("done", "work.completed", "7 09:00", {.channel = Channel::back_office, .case_key = "T1"});
  EXPECT_EQ(s.engagement("a").last_state, EngagementState::waiting_for_customer);
}

TEST(Case, SocialMentionIsAContactPublicPostIsFeedback) {
  Scenario s;
  s.add("dm", "social.mentioned", "5 10:00",
        {.source = "x", .channel = Channel::social, .session = "t"})
      .add("post", "social.posted", "6 10:00",
           {.source = "x", .channel = Channel::social, .session = "p"})
      .add("review", "review.posted", "7 10:00",
           {.source = "x", .channel = Channel::social, .session = "r"});
  EXPECT_EQ(s.interaction("dm").kind, Kind::contact);
  EXPECT_EQ(s.interaction("post").kind, Kind::feedback);
  EXPECT_EQ(s.interaction("review").kind, Kind::feedback);
}

TEST(Case, ProactiveMessageIsCompanyAndWhatFollowsIsCausedByIt) {
  Scenario s;
  s.add("notice", "notice.sent", "5 10:00",
        {.source = "ops", .channel = Channel::sms, .record = "n"})
      .add("visit", "web.page_viewed", "5 12:00",
           {.source = "site", .channel = Channel::web, .session = "w"});
  EXPECT_EQ(s.interaction("notice").kind, Kind::company);
  EXPECT_EQ(s.links("caused_by"), "visit>notice");
}

TEST(Case, ConsultBargeAndMonitorAreInsideTheLeg) {
  Scenario s;
  s.add("kim", "agent.connected", "5 10:00", {.session = "1", .agent = "kim"})
      .add("ask", "consult.interval", "5 10:02",
           {.session = "1", .until = "5 10:03", .agent = "lee"})
      .add("barge", "supervisor.barged", "5 10:04", {.session = "1", .agent = "max"})
      .add("bye", "agent.disconnected", "5 10:06", {.session = "1", .agent = "kim"});
  EXPECT_EQ(s.transactions(), "kim ask barge bye");
  EXPECT_EQ(s.text(s.transaction("kim").agent_id), "kim");
  EXPECT_EQ(s.interaction("kim").agents, 1U);
}

TEST(Case, ThirdPartyMayAct) {
  Scenario s;
  s.add("call", "ivr.entered", "5 10:00", {.session = "1", .actor = Actor::third_party});
  EXPECT_EQ(s.interaction("call").kind, Kind::contact);
  EXPECT_EQ(s.interaction("call").initiated_by, Actor::third_party);
}

TEST(Case, ChainAcrossCustomersIsALink) {
  Scenario s;
  s.add("a", "agent.connected", "5 10:00",
        {.session = "1", .chain = "c", .until = "5 10:05", .agent = "kim"})
      .add("b", "agent.connected", "5 10:06",
           {.session = "2", .chain = "c", .agent = "lee", .customer = "ben"});
  EXPECT_EQ(s.interactions(), "a || b");
  EXPECT_EQ(s.links("same_chain"), "b>a");
}

TEST(Case, TwoIssuesInOneCall) {
  Scenario s;
  s.add("bill", "agent.connected", "5 10:00",
        {.session = "1", .until = "5 10:08", .agent = "kim", .intent = "bill"})
      .add("card", "transcript.turn", "5 10:06",
           {.session = "1", .agent = "kim", .intent = "card"});
  EXPECT_EQ(s.interactions(), "bill card");
  EXPECT_EQ(s.text(s.interaction("bill").intent), "bill");
  ASSERT_EQ(s.link().interaction_issues.size(), 2U);
  EXPECT_TRUE(s.link().interaction_issues[0].primary);
  EXPECT_FALSE(s.link().interaction_issues[1].primary);
}

TEST(Case, HubCaseJoinsNothingButItsRowsRemain) {
  Scenario s;
  s.config.session_values_max = 2;
  for (const std::string customer : {"anna", "ben", "cleo"}) {
    s.add(customer + "1", "agent.connected", "1 10:00",
          {.session = customer + "1", .case_key = "0", .intent = "x", .customer = customer})
        .add(customer + "2", "agent.connected", "2 10:00",
             {.session = customer + "2", .case_key = "0", .intent = "y", .customer = customer});
  }
  EXPECT_EQ(s.engagements(), "anna1 | anna2 || ben1 | ben2 || cleo1 | cleo2");
  EXPECT_EQ(s.link().case_links.size(), 6U);
  EXPECT_FALSE(s.link().case_links[0].primary);
}

}  // namespace
}  // namespace clewline::hierarchy::testing
