#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace clewline {

/// Where a contact took place. Names are the lower-case enumerator names.
enum class Channel : std::uint8_t {
  voice,
  chat,
  messaging,
  email,
  web,
  app,
  sms,
  social,
  letter,
  survey,
  commerce,
  case_,
  back_office,
  in_person,
  other
};
inline constexpr int kChannelCount = 15;

/// The functional system an event happened in, never the vendor (DESIGN.md §2).
enum class System : std::uint8_t {
  ivr,
  bot,
  acd,
  agent,
  crm,
  case_,
  order,
  billing,
  web,
  app,
  chat,
  email,
  sms,
  social,
  survey,
  qa,
  back_office,
  store,
  other
};
inline constexpr int kSystemCount = 19;

/// Who did the step.
enum class Actor : std::uint8_t { customer, agent, company, third_party };

/// What a transaction was for. `routing` is one unbroken stay in queues; `assisted` one agent leg.
enum class Role : std::uint8_t { self_service, assisted, routing, record, company, feedback };

/// Whether an event means that the customer gives time: over an interval, at a point, or not at
/// all.
enum class Presence : std::uint8_t { none, point, interval };

/// What an interaction (and so an engagement) is; only `contact` counts as a contact of the
/// customer.
enum class Kind : std::uint8_t { contact, company, feedback };

/// Seen from the company. `unknown` is null in tables.
enum class Direction : std::uint8_t { unknown, in, out, internal };

/// How good an identifier is: typed by anyone < network (ANI) < from a system's own key < verified.
enum class Assurance : std::uint8_t { asserted, network, system, verified };

/// Whose identifier it is. Only `customer` links.
enum class IdentifierRole : std::uint8_t { customer, agent, third_party, company };

/// How a contact or step ended, as the source says. `unknown` is null in tables.
enum class Outcome : std::uint8_t {
  unknown,
  answered,
  abandoned,
  abandoned_short,
  no_answer,
  busy,
  failed,
  transferred,
  contained,
  timeout,
  overflow,
  callback_booked,
  voicemail,
  completed,
  cancelled,
  solved,
  reopened
};

/// The finest unit of an event's time.
enum class Precision : std::uint8_t { us, ms, s, min, day };

/// How an event's time came about (SOURCES.md §0).
enum class TimeQuality : std::uint8_t {
  source_utc,
  source_offset,
  assumed_zone,
  derived,
  skew_corrected,
  client_clock,
  ingest_fallback
};

/// Where an engagement stands.
enum class EngagementState : std::uint8_t {
  open,
  waiting_for_us,
  waiting_for_customer,
  waiting_for_third_party,
  closed,
  lapsed
};

/// How an engagement ended.
enum class EngagementResult : std::uint8_t { unknown, resolved, sold, saved, lost, abandoned };

/// The names of an enum's values, in order of their numbers. Specialised for every enum above.
template <typename E>
std::span<const std::string_view> enum_names();

template <typename E>
std::string_view enum_name(E value) {
  return enum_names<E>()[static_cast<std::size_t>(value)];
}

/// Finds the value of a name; null when there is none.
template <typename E>
std::optional<E> enum_value(std::string_view name) {
  const auto names = enum_names<E>();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

template <>
std::span<const std::string_view> enum_names<Channel>();
template <>
std::span<const std::string_view> enum_names<System>();
template <>
std::span<const std::string_view> enum_names<Actor>();
template <>
std::span<const std::string_view> enum_names<Role>();
template <>
std::span<const std::string_view> enum_names<Presence>();
template <>
std::span<const std::string_view> enum_names<Kind>();
template <>
std::span<const std::string_view> enum_names<Direction>();
template <>
std::span<const std::string_view> enum_names<Assurance>();
template <>
std::span<const std::string_view> enum_names<IdentifierRole>();
template <>
std::span<const std::string_view> enum_names<Outcome>();
template <>
std::span<const std::string_view> enum_names<Precision>();
template <>
std::span<const std::string_view> enum_names<TimeQuality>();
template <>
std::span<const std::string_view> enum_names<EngagementState>();
template <>
std::span<const std::string_view> enum_names<EngagementResult>();

}  // namespace clewline
