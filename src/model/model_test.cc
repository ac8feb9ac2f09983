#include <gtest/gtest.h>

#include <set>
#include <string>

#include "model/enums.h"
#include "model/event_types.h"
#include "model/identifier_kinds.h"
#include "model/linking_config.h"
#include "model/tables.h"

namespace clewline {
namespace {

TEST(EventTypes, NamesAreUniqueAndFound) {
  std::set<std::string_view> names;
  for (const EventTypeRow& row : event_types()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    ASSERT_TRUE(find_event_type(row.name));
    EXPECT_EQ(event_type_row(*find_event_type(row.name)).name, row.name);
    EXPECT_NE(row.name.find('.'), std::string_view::npos);
  }
  EXPECT_FALSE(find_event_type("queue.enter"));
}

TEST(EventTypes, StaffStepsAreNotContacts) {
  const EventType created = *find_event_type("case.created");
  EXPECT_EQ(effective_role(created, Actor::agent, Direction::in), Role::record);
  EXPECT_EQ(effective_presence(created, Actor::agent, Direction::in), Presence::none);
  EXPECT_EQ(effective_role(created, Actor::customer, Direction::in), Role::self_service);
  EXPECT_EQ(effective_presence(created, Actor::customer, Direction::in), Presence::point);
}

TEST(EventTypes, OutboundDiallingIsCompanyWork) {
  const EventType started = *find_event_type("contact.started");
  EXPECT_EQ(effective_role(started, Actor::customer, Direction::in), Role::self_service);
  EXPECT_EQ(effective_role(started, Actor::company, Direction::out), Role::company);
  EXPECT_EQ(effective_presence(started, Actor::company, Direction::out), Presence::none);
}

TEST(EventTypes, LifecycleOrdersOneInstant) {
  const auto rank = [](std::string_view name) {
    return event_type_row(*find_event_type(name)).rank;
  };
  EXPECT_LT(rank("contact.started"), rank("ivr.entered"));
  EXPECT_LT(rank("ivr.exited"), rank("queue.entered"));
  EXPECT_LT(rank("queue.left"), rank("agent.connected"));
  EXPECT_LT(rank("agent.connected"), rank("agent.disconnected"));
  EXPECT_LT(rank("agent.disconnected"), rank("wrapup.interval"));
  EXPECT_LT(rank("wrapup.interval"), rank("contact.ended"));
}

TEST(EventTypes, SystemsComeFromTheChannelWhereTheTypeLeavesItOpen) {
  const EventType message = *find_event_type("message.received");
  EXPECT_EQ(default_system(message, Channel::email), System::email);
  EXPECT_EQ(default_system(message, Channel::messaging), System::chat);
  EXPECT_EQ(default_system(*find_event_type("queue.entered"), Channel::chat), System::acd);
}

TEST(Enums, NamesRoundTrip) {
  for (int i = 0; i < kChannelCount; ++i) {
    const auto channel = static_cast<Channel>(i);
    EXPECT_EQ(enum_value<Channel>(enum_name(channel)), channel);
  }
  EXPECT_EQ(enum_value<System>("case"), System::case_);
  EXPECT_FALSE(enum_value<Channel>("telegraph"));
}

TEST(LinkingConfig, DefaultsAreThoseOfTheRules) {
  const LinkingConfig config;
  const auto gap = [&config](Channel a, Channel b) {
    return config.interaction_gap_us[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] /
           kUsPerMinute;
  };
  EXPECT_EQ(gap(Channel::web, Channel::web), 30);
  EXPECT_EQ(gap(Channel::web, Channel::voice), 20);
  EXPECT_EQ(gap(Channel::chat, Channel::app), 20);
  EXPECT_EQ(gap(Channel::voice, Channel::email), 10);
  EXPECT_EQ(gap(Channel::messaging, Channel::messaging), 120);
  EXPECT_EQ(config.kinds[*find_identifier_kind("phone")].hub_guard, 5U);
}

TEST(Tables, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const TableContract& table : table_contracts()) {
    EXPECT_TRUE(names.insert(table.name).second) << table.name;
    std::set<std::string_view> columns;
    for (const ColumnContract& column : table.columns) {
      EXPECT_TRUE(columns.insert(column.name).second) << table.name << "." << column.name;
      EXPECT_FALSE(column.comment.empty());
    }
  }
  EXPECT_EQ(table_contract("events").columns[0].name, "event_id");
}

}  // namespace
}  // namespace clewline
