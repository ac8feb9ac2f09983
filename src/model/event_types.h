#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/enums.h"

namespace clewline {

/// The number of an event type: its row in `event_types()`.
using EventType = std::uint8_t;

/// What an event does to the leg it belongs to: start one, end one, or neither.
enum class Leg : std::uint8_t { inside, opens, closes };

/// Everything that an event type decides (LINKING.md §1), decided here once.
struct EventTypeRow {
  std::string_view name;  // domain.verb
  Actor actor;            // default; a mapping may set it
  /// Default system; `System::other` with `system_by_channel` takes it from the channel.
  System system;
  bool system_by_channel;
  Role role;          // of the transaction, when the actor is the default one
  Presence presence;  // of the customer
  Leg leg;
  std::uint8_t rank;  // lifecycle order inside one instant: smaller first
  bool in_tree;  // false: workforce, operations, identity facts; counted on a line of their own
  std::string_view meaning;
};

/// Returns all event types, in the order of SOURCES.md §0.1.
std::span<const EventTypeRow> event_types();

/// Finds a type by name; null when it is not in the list.
std::optional<EventType> find_event_type(std::string_view name);

inline const EventTypeRow& event_type_row(EventType type) { return event_types()[type]; }

/// Returns the domain: the part of the name before the dot.
std::string_view event_domain(EventType type);

/// Returns the system of an event: the type's own, or by channel. Contact.* events take that of the
/// session's first transaction; for a session with nothing else this is the answer (ivr for voice).
System default_system(EventType type, Channel channel);

/// Returns role and presence of an event for the actor it really has: a step of the customer in a
/// type that is staff work by default is self-service at a point; a step of staff or the company in
/// a type that is the customer's by default is record or company work, without presence.
Role effective_role(EventType type, Actor actor, Direction direction);
Presence effective_presence(EventType type, Actor actor, Direction direction);

}  // namespace clewline
