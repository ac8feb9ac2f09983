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
    {"reference_rows", "Reference tables with valid times.", "SELECT * FROM store.reference_rows"},
    {"event_types", "The list of event types.", "SELECT * FROM store.event_types"},
    {"imports", "The ledger of imports.", "SELECT * FROM store.imports"},
    {"import_files", "The ledger of files.", "SELECT * FROM store.import_files"},
    {"records", "Record keys and the content in force.", "SELECT * FROM store.records"},
    {"rejected", "Records kept aside, with bytes and reason.", "SELECT * FROM store.rejected"},
    {"assertions", "What people said about identity.", "SELECT * FROM store.assertions"},
};

}  // namespace

std::span<const ViewContract> view_contracts() { return kViews; }

}  // namespace clewline
