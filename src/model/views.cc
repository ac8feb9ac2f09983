#include <algorithm>
#include <array>

#include "model/tables.h"

namespace clewline {
namespace {

// Ids are 128-bit numbers on disk and hexadecimal text in views: c_, t_, i_, g_ and the bare event
// id.
constexpr std::string_view kEventsView =
    "SELECT replace(e.event_id::VARCHAR, '-', '') AS event_id, e.source, e.stream, e.record_id, "
    "e.event_type, e.system, e.channel, "
    "e.occurred_at, e.ended_at, e.actor, e.direction, "
    "'c_' || replace(p.customer_id::VARCHAR, '-', '') AS customer_id, "
    "'t_' || replace(p.transaction_id::VARCHAR, '-', '') AS transaction_id, "
    "'i_' || replace(p.interaction_id::VARCHAR, '-', '') AS interaction_id, "
    "'g_' || replace(p.engagement_id::VARCHAR, '-', '') AS engagement_id, p.attribution, "
    "e.* EXCLUDE (event_id, source, stream, record_id, event_type, system, channel, occurred_at, "
    "ended_at, actor, direction) "
    "FROM store.events e LEFT JOIN store.event_places p USING (event_id)";

constexpr std::string_view kIdentifiersView =
    "SELECT replace(e.event_id::VARCHAR, '-', '') AS event_id, e.source, e.stream, e.record_id, "
    "e.occurred_at, "
    "i.kind, i.value, i.raw, i.role, i.assurance, i.issue, "
    "'c_' || replace(p.customer_id::VARCHAR, '-', '') AS customer_id "
    "FROM (SELECT event_id, source, stream, record_id, occurred_at, unnest(identifiers) AS i FROM "
    "store.events) e "
    "LEFT JOIN store.event_places p USING (event_id)";

constexpr std::string_view kTransactionsView =
    "SELECT 't_' || replace(transaction_id::VARCHAR, '-', '') AS transaction_id, "
    "'i_' || replace(interaction_id::VARCHAR, '-', '') AS interaction_id, "
    "'g_' || replace(engagement_id::VARCHAR, '-', '') AS engagement_id, "
    "'c_' || replace(customer_id::VARCHAR, '-', '') AS customer_id, "
    "* EXCLUDE (transaction_id, interaction_id, engagement_id, customer_id) FROM "
    "store.transactions";

constexpr std::string_view kInteractionsView =
    "SELECT 'i_' || replace(interaction_id::VARCHAR, '-', '') AS interaction_id, "
    "'g_' || replace(engagement_id::VARCHAR, '-', '') AS engagement_id, "
    "'c_' || replace(customer_id::VARCHAR, '-', '') AS customer_id, "
    "* EXCLUDE (interaction_id, engagement_id, customer_id) FROM store.interactions";

constexpr std::string_view kEngagementsView =
    "SELECT 'g_' || replace(engagement_id::VARCHAR, '-', '') AS engagement_id, "
    "'c_' || replace(customer_id::VARCHAR, '-', '') AS customer_id, "
    "CASE WHEN last_state <> 'closed' AND lapses_at <= (SELECT value::TIMESTAMPTZ FROM "
    "store.settings WHERE key = 'as_of') "
    "THEN 'lapsed' ELSE last_state END AS state, "
    "* EXCLUDE (engagement_id, customer_id, last_state) FROM store.engagements";

constexpr std::string_view kJourneysView =
    "SELECT 'c_' || replace(j.customer_id::VARCHAR, '-', '') AS customer_id, c.identified, "
    "j.* EXCLUDE (customer_id) FROM store.journeys j JOIN store.customers c USING (customer_id)";

constexpr std::string_view kCustomersView =
    "SELECT 'c_' || replace(c.customer_id::VARCHAR, '-', '') AS customer_id, c.identified, "
    "c.naming_kind, c.naming_value, "
    "j.* EXCLUDE (customer_id) FROM store.customers c LEFT JOIN store.journeys j USING "
    "(customer_id)";

// Identifiers are stored with the link; sessions, chains and records are read off the tree.
constexpr std::string_view kAliasesView =
    "SELECT name_kind, name, 'c_' || replace(customer_id::VARCHAR, '-', '') AS customer_id, "
    "first_at, last_at, current "
    "FROM (SELECT * FROM store.customer_aliases UNION ALL "
    "SELECT name_kind, name, customer_id, first_at, last_at, "
    "row_number() OVER (PARTITION BY name_kind, name ORDER BY last_at DESC, customer_id) = 1 AS "
    "current FROM ("
    "SELECT 'session' AS name_kind, source || '/' || session_key AS name, customer_id, "
    "min(occurred_at) AS first_at, "
    "max(occurred_at) AS last_at FROM store.events JOIN store.event_places USING (event_id) "
    "WHERE session_key IS NOT NULL AND customer_id IS NOT NULL GROUP BY ALL UNION ALL "
    "SELECT 'chain', source || '/' || chain_key, customer_id, min(occurred_at), max(occurred_at) "
    "FROM store.events JOIN store.event_places USING (event_id) "
    "WHERE chain_key IS NOT NULL AND customer_id IS NOT NULL GROUP BY ALL UNION ALL "
    "SELECT 'record', source || '/' || stream || '/' || record_id, customer_id, min(occurred_at), "
    "max(occurred_at) "
    "FROM store.events JOIN store.event_places USING (event_id) WHERE customer_id IS NOT NULL "
    "GROUP BY ALL))";

constexpr std::string_view kCaseLinksView =
    "SELECT source, case_key, 'i_' || replace(interaction_id::VARCHAR, '-', '') AS interaction_id, "
    "is_primary, time_share "
    "FROM store.case_links";

constexpr std::string_view kInteractionIssuesView =
    "SELECT 'i_' || replace(interaction_id::VARCHAR, '-', '') AS interaction_id, intent, "
    "is_primary, time_share "
    "FROM store.interaction_issues";

constexpr std::string_view kInteractionLinksView =
    "SELECT 'i_' || replace(from_interaction_id::VARCHAR, '-', '') AS from_interaction_id, "
    "'i_' || replace(to_interaction_id::VARCHAR, '-', '') AS to_interaction_id, relation FROM "
    "store.interaction_links";

// A link of an event {rel: on_behalf_of, system: kind of identifier, id: value} names the holder.
constexpr std::string_view kOnBehalfOfView =
    "SELECT DISTINCT 'i_' || replace(p.interaction_id::VARCHAR, '-', '') AS interaction_id, "
    "'c_' || replace(p.customer_id::VARCHAR, '-', '') AS customer_id, "
    "'c_' || replace(a.customer_id::VARCHAR, '-', '') AS holder_id "
    "FROM (SELECT event_id, unnest(links) AS link FROM store.events WHERE links IS NOT NULL) "
    "JOIN store.event_places p USING (event_id) "
    "LEFT JOIN store.customer_aliases a ON a.name_kind = link.system AND a.name = link.id AND "
    "a.current WHERE link.rel = 'on_behalf_of' AND p.interaction_id IS NOT NULL";

constexpr std::string_view kEngagementLinksView =
    "SELECT 'i_' || replace(interaction_id::VARCHAR, '-', '') AS interaction_id, "
    "'i_' || replace(joined_to::VARCHAR, '-', '') AS joined_to, rule, probability, detail FROM "
    "store.engagement_links";

constexpr std::string_view kCustomerProfilesView =
    "SELECT 'c_' || replace(s.customer_id::VARCHAR, '-', '') AS customer_id, s.source, s.stream, "
    "p.profile_id, s.record_id, s.valid_from, s.valid_to, p.attributes "
    "FROM store.customer_profiles s JOIN store.profiles p USING (source, stream, record_id)";

/// Texts one after another, as one.
template <const std::string_view&... kParts>
struct Joined {
  static constexpr auto kLetters = [] {
    std::array<char, (kParts.size() + ...)> letters{};
    auto end = letters.begin();
    ((end = std::copy(kParts.begin(), kParts.end(), end)), ...);
    return letters;
  }();
  static constexpr std::string_view kText{kLetters.data(), kLetters.size()};
};

// Every unit with the record and the tier that held for its customer when it began.
// An open end is infinite here, so that the times are plain comparisons of a hash join.
constexpr std::string_view kStandingColumns =
    " s.source AS "
    "profile_source, s.stream AS profile_stream, r.profile_id, s.record_id AS "
    "profile_record_id, s.valid_from AS profile_from, s.valid_to AS profile_to, r.attributes, "
    "t.tier, t.reason AS tier_reason FROM ";
constexpr std::string_view kStandingJoins =
    " u LEFT JOIN (SELECT *, coalesce(valid_from, '-infinity') AS holds_from, coalesce(valid_to, "
    "'infinity') AS holds_to FROM store.customer_profiles) s ON s.customer_id = u.customer_id AND "
    "s.holds_from <= u.first_at AND s.holds_to > u.first_at LEFT JOIN store.profiles r ON r.source "
    "= s.source AND r.stream = s.stream AND r.record_id = s.record_id LEFT JOIN (SELECT *, "
    "coalesce(valid_from, '-infinity') AS holds_from, coalesce(valid_to, 'infinity') AS holds_to "
    "FROM store.customer_tiers) t ON t.customer_id = u.customer_id AND t.holds_from <= u.first_at "
    "AND t.holds_to > u.first_at";
constexpr std::string_view kEventId =
    "SELECT replace(u.event_id::VARCHAR, '-', '') AS event_id, "
    "'c_' || replace(u.customer_id::VARCHAR, '-', '') AS customer_id, u.first_at AS occurred_at,";
constexpr std::string_view kInteractionId =
    "SELECT 'i_' || replace(u.interaction_id::VARCHAR, '-', '') AS interaction_id, "
    "'c_' || replace(u.customer_id::VARCHAR, '-', '') AS customer_id, u.first_at,";
constexpr std::string_view kEngagementId =
    "SELECT 'g_' || replace(u.engagement_id::VARCHAR, '-', '') AS engagement_id, "
    "'c_' || replace(u.customer_id::VARCHAR, '-', '') AS customer_id, u.first_at,";
constexpr std::string_view kPlacedEvents =
    "(SELECT e.event_id, p.customer_id, e.occurred_at AS first_at FROM store.events e JOIN "
    "store.event_places p USING (event_id))";
constexpr std::string_view kInteractionsTable = "store.interactions";
constexpr std::string_view kEngagementsTable = "store.engagements";

constexpr std::string_view kEventProfilesView =
    Joined<kEventId, kStandingColumns, kPlacedEvents, kStandingJoins>::kText;
constexpr std::string_view kInteractionProfilesView =
    Joined<kInteractionId, kStandingColumns, kInteractionsTable, kStandingJoins>::kText;
constexpr std::string_view kEngagementProfilesView =
    Joined<kEngagementId, kStandingColumns, kEngagementsTable, kStandingJoins>::kText;

constexpr std::string_view kCustomerTiersView =
    "SELECT 'c_' || replace(customer_id::VARCHAR, '-', '') AS customer_id, * EXCLUDE "
    "(customer_id) FROM store.customer_tiers";

constexpr std::string_view kGroupMembersView =
    "SELECT grouping, group_key, 'c_' || replace(customer_id::VARCHAR, '-', '') AS customer_id, "
    "valid_from, valid_to FROM store.group_members";

// What its members did while they were members, and its tier at the as-of.
constexpr std::string_view kGroupsView =
    "WITH now AS (SELECT max(value::TIMESTAMPTZ) AS moment FROM store.settings WHERE key = "
    "'as_of'), "
    "members AS (SELECT grouping, group_key, count(DISTINCT customer_id) FILTER (WHERE "
    "(valid_from IS NULL OR valid_from <= moment) AND (valid_to IS NULL OR valid_to > moment)) AS "
    "members, "
    "count(DISTINCT customer_id) AS members_ever FROM store.group_members, now GROUP BY ALL), "
    "sittings AS (SELECT grouping, group_key, count(*) AS interactions, count(*) FILTER (WHERE "
    "kind = 'contact') AS contacts FROM store.group_members m JOIN store.interactions i ON "
    "i.customer_id = m.customer_id AND (m.valid_from IS NULL OR m.valid_from <= i.first_at) AND "
    "(m.valid_to IS NULL OR m.valid_to > i.first_at) GROUP BY ALL), "
    "issues AS (SELECT grouping, group_key, count(*) AS engagements FROM store.group_members m "
    "JOIN store.engagements g ON g.customer_id = m.customer_id AND (m.valid_from IS NULL OR "
    "m.valid_from <= g.first_at) AND (m.valid_to IS NULL OR m.valid_to > g.first_at) GROUP BY ALL) "
    "SELECT grouping, group_key, members, members_ever, coalesce(contacts, 0) AS contacts, "
    "coalesce(interactions, 0) AS interactions, coalesce(engagements, 0) AS engagements, t.value, "
    "t.tier, t.reason AS tier_reason, t.valid_from AS tier_from FROM members LEFT JOIN sittings "
    "USING (grouping, group_key) LEFT JOIN issues USING (grouping, group_key) CROSS JOIN now LEFT "
    "JOIN store.group_tiers t USING (grouping, group_key) WHERE t.grouping IS NULL OR "
    "((t.valid_from IS NULL OR t.valid_from <= moment) AND (t.valid_to IS NULL OR t.valid_to > "
    "moment))";

// An event names the customer, whoever it is by later evidence.
constexpr std::string_view kCohortsView =
    "SELECT c.cohort, 'c_' || replace(CAST(p.customer_id AS VARCHAR), '-', '') AS customer_id, "
    "min(c.saved_at) AS saved_at, min(c.question) AS question FROM store.cohorts c JOIN "
    "store.event_places p USING (event_id) GROUP BY ALL";

constexpr ViewContract kViews[] = {
    {"events", "Every event with its place in the tree.", kEventsView},
    {"identifiers", "Every identifier of every event.", kIdentifiersView},
    {"transactions", "Transactions: one system, one session.", kTransactionsView},
    {"interactions", "Interactions: one sitting, across systems.", kInteractionsView},
    {"engagements", "Engagements: one issue.", kEngagementsView},
    {"journeys", "Journeys: one customer.", kJourneysView},
    {"customers", "Customers with the counts of their journey.", kCustomersView},
    {"customer_aliases", "Names that resolve to customers.", kAliasesView},
    {"case_links", "Cases and the interactions about them.", kCaseLinksView},
    {"interaction_issues", "Issues an interaction touched.", kInteractionIssuesView},
    {"interaction_links", "Links between interactions beside the tree.", kInteractionLinksView},
    {"on_behalf_of",
     "Interactions in which a customer acted for another, the holder (null: known to nobody).",
     kOnBehalfOfView},
    {"engagement_links", "Why an interaction is in its engagement.", kEngagementLinksView},
    {"identity_links", "Evidence that identifiers are one customer.",
     "SELECT * FROM store.identity_links"},
    {"identity_conflicts", "Evidence that was refused, and why.",
     "SELECT * FROM store.identity_conflicts"},
    {"identity_hubs", "Values that linked nothing on a day.", "SELECT * FROM store.identity_hubs"},
    {"profiles", "Customer records.", "SELECT * FROM store.profiles"},
    {"customer_profiles", "The customer record that holds for a customer, by time.",
     kCustomerProfilesView},
    {"customer_tiers", "The tier of every identified customer, by time.", kCustomerTiersView},
    {"event_profiles", "Every event with the customer record and tier valid when it happened.",
     kEventProfilesView},
    {"interaction_profiles",
     "Every interaction with the customer record and tier valid when it began.",
     kInteractionProfilesView},
    {"engagement_profiles",
     "Every engagement with the customer record and tier valid when it began.",
     kEngagementProfilesView},
    {"group_members", "Customers of accounts and households, by time.", kGroupMembersView},
    {"group_tiers", "The tier of every account and household, by time.",
     "SELECT * FROM store.group_tiers"},
    {"groups", "Accounts and households: members, contacts, engagements, value, tier.",
     kGroupsView},
    {"reference_rows", "Reference tables with valid times.", "SELECT * FROM store.reference_rows"},
    {"event_types", "The list of event types.", "SELECT * FROM store.event_types"},
    {"imports", "The ledger of imports.", "SELECT * FROM store.imports"},
    {"import_files", "The ledger of files.", "SELECT * FROM store.import_files"},
    {"records", "Record keys and the content in force.", "SELECT * FROM store.records"},
    {"rejected", "Records kept aside, with bytes and reason.", "SELECT * FROM store.rejected"},
    {"assertions", "What people said about identity.", "SELECT * FROM store.assertions"},
    {"cohorts", "Customers of saved cohorts, by who they are now.", kCohortsView},
};

}  // namespace

std::span<const ViewContract> view_contracts() { return kViews; }

}  // namespace clewline
