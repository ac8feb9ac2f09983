#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/id128.h"
#include "base/time.h"
#include "model/enums.h"
#include "model/link_input.h"

namespace clewline {

/// Which of the seven steps of LINKING.md §3.3 named an event's customer.
enum class AttributionStep : std::uint8_t {
  own_anchor,
  session_anchor,
  chain_anchor,
  shared_value,
  two_hops,
  component,
  record
};

/// What a customer can be named by.
enum class AliasName : std::uint8_t { identifier, session, chain, record };

/// A customer as linking found it.
struct LinkedCustomer {
  Id128 customer_id;        // HMAC of the naming identifier (LINKING.md §3.5)
  bool identified = false;  // has an anchor
  /// What names it: kind and value of the least identifier, or session/chain/record key when kind
  /// is kNoKind.
  IdentifierKind naming_kind = kNoKind;
  std::uint32_t naming_value = 0;  // identifier's value; session, chain or record key
  AliasName named_by = AliasName::identifier;
  std::uint32_t naming_source = 0;  // of a session, chain (0: shared key space) or record
  std::uint32_t naming_stream = 0;  // of a record

  static constexpr IdentifierKind kNoKind = 255;
};

/// One row of `customer_aliases`: a name that could have named the customer.
struct CustomerAlias {
  std::uint32_t customer = 0;  // index into IdentityResult::customers
  std::string name_kind;       // identifier kind, or session, chain, record
  std::string name;            // value; sessions as source/key; records as source/stream/record_id
  TimeUs first_at = 0;
  TimeUs last_at = 0;
  bool current = true;  // false: the value resolves to another customer today (time-sliced)
};

/// A `CustomerAlias` in numbers: `identity::describe_alias` writes it out.
struct CustomerAliasRow {
  std::uint32_t customer = 0;
  AliasName name = AliasName::identifier;
  IdentifierKind kind = 0;  // identifier only
  bool current = true;
  std::uint32_t source = 0;  // session; chain of a key space that is not shared (0: shared)
  std::uint32_t value =
      0;  // identifier value, session key or chain key; record: index into LinkInput::records
  TimeUs first_at = 0;
  TimeUs last_at = 0;
};

/// A session, chain or case key that carries too many people and therefore links nothing.
struct HubKey {
  std::string key_space;     // session, chain, case
  std::uint32_t source = 0;  // 0: a key space shared between sources
  std::uint32_t key = 0;
  IdentifierKind kind = 0;   // the anchor kind that exceeds the limit
  std::uint32_t values = 0;  // its distinct values on the key
};

/// One piece of evidence that two identifiers are one customer (all evidence of a pair is one
/// edge).
struct IdentityEdge {
  IdentifierKind kind_a = 0;
  std::uint32_t value_a = 0;
  IdentifierKind kind_b = 0;
  std::uint32_t value_b = 0;
  std::string rule;  // assertion, sighting, profile_match
  Assurance assurance = Assurance::asserted;
  double probability = 1.0;
  std::uint64_t records = 0;
  TimeUs first_at = 0;
  TimeUs last_at = 0;
  bool accepted = true;
  std::string refused_because;  // exclusive kind, forbid; empty when accepted
};

/// A value that linked nothing on a day, and why.
struct HubDay {
  IdentifierKind kind = 0;
  std::uint32_t value = 0;
  std::int32_t day = 0;  // days since 1970-01-01 in the workspace's zone
  std::string reason;    // guard, busy, overlap
};

/// What identity hands to the hierarchy and to the store.
struct IdentityResult {
  std::vector<LinkedCustomer> customers;
  std::vector<std::uint32_t> customer_of_event;  // index into customers, one an event
  std::vector<AttributionStep> step_of_event;
  std::vector<CustomerAlias> aliases;
  std::vector<IdentityEdge> edges;  // accepted and refused; refused are identity_conflicts
  std::vector<HubDay> hubs;
  std::vector<CustomerAliasRow> alias_rows;  // the same rows as `aliases`, in numbers
  std::vector<HubKey> hub_keys;
  /// The event whose sighting named the customer of an event; kNoIndex: none, or a profile did.
  std::vector<std::uint32_t> evidence_of_event;
  /// A record names a customer and the input lacks its id (a loader may leave out ids that seem not
  /// to be needed): customer ids are then not unique. Load with all record ids and resolve again.
  bool record_names_missing = false;
};

/// How a transaction came to its interaction (LINKING.md §5): its own presence; by a key; by a
/// customer-and-time rule; inside the wrap window; or not at all, so that it began one of its own
/// kind.
enum class Placement : std::uint8_t {
  presence,
  session,
  chain,
  case_,
  customer_time,
  wrap_window,
  own
};

/// One row of `transactions`. Indexes point into the vectors of HierarchyResult.
struct TransactionUnit {
  Id128 id;
  std::uint32_t customer = 0;
  std::uint32_t interaction = 0;
  TimeUs first_at = 0;  // of its events
  TimeUs last_at = 0;
  TimeUs presence_from = kNoTime;
  TimeUs presence_to = kNoTime;
  std::uint32_t events = 0;
  std::uint32_t source = 0;
  std::uint32_t session_key = 0;
  std::uint32_t chain_key = 0;
  std::uint32_t case_key = 0;
  std::uint32_t agent_id = 0;
  std::uint32_t queue_id = 0;
  std::uint32_t intent = 0;
  std::uint32_t disposition = 0;
  System system = System::other;
  Channel channel = Channel::other;
  Role role = Role::record;
  Direction direction = Direction::unknown;
  Outcome outcome = Outcome::unknown;
  std::int64_t wait_us = 0;  // routing: time in queue
  std::int64_t talk_us = 0;  // assisted: connected time without hold
  std::int64_t hold_us = 0;
  std::int64_t wrap_us = 0;
  bool presence_clipped = false;
  Placement placement = Placement::presence;
};

/// One row of `interactions`.
struct InteractionUnit {
  Id128 id;
  std::uint32_t customer = 0;
  std::uint32_t engagement = 0;
  TimeUs first_at = 0;
  TimeUs last_at = 0;
  TimeUs presence_from = kNoTime;
  TimeUs presence_to = kNoTime;
  std::uint32_t events = 0;
  std::uint32_t transactions = 0;
  std::uint32_t handling_transactions = 0;  // self_service + assisted
  std::uint32_t systems = 0;
  std::uint32_t channels = 0;
  std::uint32_t agents = 0;
  std::uint32_t contact_attempts = 0;  // distinct chains, else sessions, with presence
  std::uint32_t intent = 0;
  std::uint32_t primary_case = 0;
  std::uint32_t primary_case_source = 0;
  Channel first_channel = Channel::other;
  Channel last_channel = Channel::other;
  Kind kind = Kind::contact;
  Actor initiated_by = Actor::customer;
  Outcome outcome = Outcome::unknown;
  std::string pattern;  // cut_off_restart …; empty: none
};

/// One row of `engagements`.
struct EngagementUnit {
  Id128 id;
  std::uint32_t customer = 0;
  TimeUs first_at = 0;
  TimeUs last_at = 0;
  std::uint32_t interactions = 0;
  std::uint32_t contacts = 0;  // interactions of kind contact
  std::uint32_t contact_attempts = 0;
  std::uint32_t transactions = 0;
  std::uint32_t events = 0;
  std::uint32_t channels = 0;
  std::uint32_t agents = 0;
  std::uint32_t intent = 0;
  std::uint32_t case_key = 0;
  Kind kind = Kind::contact;
  std::string goal;
  EngagementResult result = EngagementResult::unknown;
  /// State by what has happened; views turn it into `lapsed` once `lapses_at` has passed.
  EngagementState last_state = EngagementState::open;
  TimeUs lapses_at = kNoTime;
  /// Least probability of the links that hold it together; 1 when all are hard.
  double link_probability = 1.0;
};

/// One row of `journeys`.
struct JourneyUnit {
  std::uint32_t customer = 0;
  TimeUs first_at = 0;
  TimeUs last_at = 0;
  std::uint32_t engagements = 0;
  std::uint32_t interactions = 0;
  std::uint32_t contacts = 0;
  std::uint32_t transactions = 0;
  std::uint64_t events = 0;
  std::uint32_t channels = 0;
};

/// Why an interaction is in its engagement, or a transaction without presence in its interaction.
struct LinkEvidence {
  std::uint32_t interaction = 0;
  std::uint32_t joined_to = 0;  // another interaction of the engagement
  std::string rule;             // case, thread, callback, order, chain, score
  double probability = 1.0;
  std::string detail;  // contributions of the score, e.g. "same_intent +3.2, gap_1d +1.6"
};

/// A link beside the tree: chain across customers, caused_by, about, on_behalf_of.
struct InteractionLink {
  std::uint32_t from = 0;  // interaction
  std::uint32_t to = 0;    // interaction
  std::string relation;    // same_chain, caused_by, about
};

/// One row of `case_links` (case → interaction) or of `interaction_issues`.
struct CaseLink {
  std::uint32_t interaction = 0;
  std::uint32_t source = 0;
  std::uint32_t case_key = 0;
  bool primary = false;
  double time_share = 0;  // of the interaction's assisted time, 0..1
};

struct InteractionIssue {
  std::uint32_t interaction = 0;
  std::uint32_t intent = 0;
  bool primary = false;
  double time_share = 0;  // of the interaction's presence, 0..1
};

/// The four upper levels of a set of events. Every event has exactly one transaction, every
/// transaction one interaction, every interaction one engagement, every engagement one customer's
/// journey.
/// What the engagement score compares. Levels are in the order of their weights' names.
struct JoinComparison {
  enum class Agreement : std::uint8_t { unknown, same, other };
  enum class Ending : std::uint8_t { open, unresolved, resolved };
  Agreement intent = Agreement::unknown;
  Ending ending = Ending::open;  // of the engagement's last contact
  Agreement object = Agreement::unknown;
  bool same_channel = false;
  std::int64_t gap_us = 0;  // since the engagement's last presence
};

/// A contact that could join an engagement open at its begin, and what keys alone say of it: the
/// material from which the score's weights are learned.
struct JoinCandidate {
  std::uint32_t customer = 0;
  std::uint32_t contact = 0;       // in HierarchyResult::interactions
  std::uint32_t last_contact = 0;  // of the engagement
  JoinComparison comparison;
  /// By case keys: `same` when hard links hold both in one issue that has a case, `other` when
  /// their cases exclude each other.
  JoinComparison::Agreement known = JoinComparison::Agreement::unknown;
  bool decided_by_score = false;  // no hard link had decided before
};

struct HierarchyResult {
  std::vector<std::uint32_t> transaction_of_event;
  std::vector<TransactionUnit> transactions;
  std::vector<InteractionUnit> interactions;
  std::vector<EngagementUnit> engagements;
  std::vector<JourneyUnit> journeys;
  std::vector<LinkEvidence> evidence;
  std::vector<InteractionLink> interaction_links;
  std::vector<CaseLink> case_links;
  std::vector<InteractionIssue> interaction_issues;
  std::vector<JoinCandidate> join_candidates;  // only when they were asked for
  /// Issues that linking found, e.g. presence clipped: event index and text.
  std::vector<std::pair<std::uint32_t, std::string>> issues;
};

}  // namespace clewline
