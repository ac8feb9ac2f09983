#include "model/enums.h"

namespace clewline {
namespace {

constexpr std::string_view kChannels[] = {"voice",    "chat", "messaging",   "email",     "web",
                                          "app",      "sms",  "social",      "letter",    "survey",
                                          "commerce", "case", "back_office", "in_person", "other"};
constexpr std::string_view kSystems[] = {
    "ivr",  "bot",   "acd", "agent",  "crm",    "case", "order",       "billing", "web",  "app",
    "chat", "email", "sms", "social", "survey", "qa",   "back_office", "store",   "other"};
constexpr std::string_view kActors[] = {"customer", "agent", "company", "third_party"};
constexpr std::string_view kRoles[] = {"self_service", "assisted", "routing",
                                       "record",       "company",  "feedback"};
constexpr std::string_view kPresences[] = {"none", "point", "interval"};
constexpr std::string_view kKinds[] = {"contact", "company", "feedback"};
constexpr std::string_view kDirections[] = {"", "in", "out", "internal"};
constexpr std::string_view kAssurances[] = {"asserted", "network", "system", "verified"};
constexpr std::string_view kIdentifierRoles[] = {"customer", "agent", "third_party", "company"};
constexpr std::string_view kOutcomes[] = {
    "",          "answered",    "abandoned", "abandoned_short", "no_answer", "busy",
    "failed",    "transferred", "contained", "timeout",         "overflow",  "callback_booked",
    "voicemail", "completed",   "cancelled", "solved",          "reopened"};
constexpr std::string_view kPrecisions[] = {"us", "ms", "s", "min", "day"};
constexpr std::string_view kTimeQualities[] = {"source_utc",     "source_offset",  "assumed_zone",
                                               "derived",        "skew_corrected", "client_clock",
                                               "ingest_fallback"};
constexpr std::string_view kStates[] = {
    "open",   "waiting_for_us", "waiting_for_customer", "waiting_for_third_party",
    "closed", "lapsed"};
constexpr std::string_view kResults[] = {"unknown", "resolved", "sold",
                                         "saved",   "lost",     "abandoned"};

static_assert(std::size(kChannels) == kChannelCount);
static_assert(std::size(kSystems) == kSystemCount);

}  // namespace

template <>
std::span<const std::string_view> enum_names<Channel>() {
  return kChannels;
}
template <>
std::span<const std::string_view> enum_names<System>() {
  return kSystems;
}
template <>
std::span<const std::string_view> enum_names<Actor>() {
  return kActors;
}
template <>
std::span<const std::string_view> enum_names<Role>() {
  return kRoles;
}
template <>
std::span<const std::string_view> enum_names<Presence>() {
  return kPresences;
}
template <>
std::span<const std::string_view> enum_names<Kind>() {
  return kKinds;
}
template <>
std::span<const std::string_view> enum_names<Direction>() {
  return kDirections;
}
template <>
std::span<const std::string_view> enum_names<Assurance>() {
  return kAssurances;
}
template <>
std::span<const std::string_view> enum_names<IdentifierRole>() {
  return kIdentifierRoles;
}
template <>
std::span<const std::string_view> enum_names<Outcome>() {
  return kOutcomes;
}
template <>
std::span<const std::string_view> enum_names<Precision>() {
  return kPrecisions;
}
template <>
std::span<const std::string_view> enum_names<TimeQuality>() {
  return kTimeQualities;
}
template <>
std::span<const std::string_view> enum_names<EngagementState>() {
  return kStates;
}
template <>
std::span<const std::string_view> enum_names<EngagementResult>() {
  return kResults;
}

}  // namespace clewline
