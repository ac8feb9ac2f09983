#include "model/tables.h"

#include "base/assert.h"
#include "model/event_contract_internal.h"

namespace clewline {
namespace {

constexpr ColumnContract kSettings[] = {
    {"key", kText,
     "name of the setting: schema_version, zone, region, workspace_key_check, config_hash, "
     "linked_at, as_of, link_state, linked_import"},
    {"value", kText, "its value"},
};

constexpr ColumnContract kImports[] = {
    {"import_id", kBigint, "number of the import, ascending"},
    {"started_at", kTime, "when it began"},
    {"finished_at", kTime, "when its transaction committed"},
    {"command", kText, "import, replay, forget"},
    {"mapping", kText, "name@version#hash of the mapping"},
    {"source", kText, "configured instance the records come from"},
    {"stream", kText, "stream of the source"},
    {"files", kInteger, "number of files"},
    {"bytes", kBigint, "bytes after decompression"},
    {"records", kBigint, "records received = accepted + updated + duplicates + skipped + rejected"},
    {"accepted", kBigint, "records whose key was new"},
    {"updated", kBigint, "records that replaced an older version"},
    {"duplicates", kBigint, "same content, older version, or equal version with the smaller hash"},
    {"skipped", kBigint, "records the mapping skips on purpose"},
    {"rejected", kBigint, "records kept in rejected"},
    {"events", kBigint, "events written"},
    {"issues", kBigint, "entries in issues of those events"},
    {"seconds", kNumber, "wall-clock seconds"},
    {"state", kText, "done or forgotten"},
};

constexpr ColumnContract kImportFiles[] = {
    {"import_id", kBigint, "the import"},
    {"file_id", kBigint, "number of the delivered file, ascending over the workspace"},
    {"file_name", kText, "name as given, without folders outside the import's root"},
    {"sha256", kText, "of the original bytes; name of the kept file under raw/"},
    {"bytes", kBigint, "original size"},
    {"bytes_decompressed", kBigint, "size after decompression"},
    {"compression", kText, "none, gzip, zstd; parquet, xes, ocel: records are rows made of it"},
    {"encoding", kText, "utf-8, utf-16le, utf-16be, latin-1"},
    {"records", kBigint, "records found"},
    {"outcome", kText, "complete, empty, truncated, unreadable"},
    {"kept", kBool, "whether raw/ holds the (masked) bytes"},
};

constexpr ColumnContract kReceipts[] = {
    {"import_id", kBigint, "the import that received it"},
    {"file_id", kBigint, "the file it came in"},
    {"byte_offset", kBigint, "start in the decompressed file"},
    {"byte_length", kBigint, "length in bytes"},
    {"line", kBigint, "physical line of its start, from 1"},
    {"ordinal", kBigint, "number of the record in its file, from 0"},
    {"source", kText, "record key, part 1"},
    {"stream", kText, "record key, part 2"},
    {"record_id", kText, "record key, part 3; null when rejected before a key was found"},
    {"record_version", kBigint, "version (microseconds or number); null: none"},
    {"content_hash", kId, "first 128 bits of the SHA-256 of the masked canonical form"},
    {"content_kind", kText, "event, profile, reference"},
    {"verdict", kText, "accepted, updated, duplicate, skipped, rejected, as counted on receipt"},
    {"usable", kText,
     "events, skip or reject: what this content makes under the mapping it came with"},
};

constexpr ColumnContract kRecords[] = {
    {"source", kText, "record key, part 1: configured instance"},
    {"stream", kText, "record key, part 2"},
    {"record_id", kText, "record key, part 3: native id, or content hash and ordinal"},
    {"record_version", kBigint, "version in force; null: none"},
    {"content_hash", kId, "hash of the content in force"},
    {"content_kind", kText, "event, profile, reference"},
    {"import_id", kBigint, "import whose content is in force"},
    {"file_id", kBigint, "file of that content"},
    {"byte_offset", kBigint, "its place in the file"},
    {"byte_length", kBigint, "its length"},
    {"events", kInteger, "events the record owns; 0: skipped or withdrawn"},
    {"received_at", kTime, "first receipt of the record"},
};

constexpr ColumnContract kRejected[] = {
    {"import_id", kBigint, "the import"},
    {"file_id", kBigint, "the file"},
    {"file_name", kText, "its name"},
    {"line", kBigint, "physical line, from 1"},
    {"byte_offset", kBigint, "start in the decompressed file"},
    {"byte_length", kBigint, "length in bytes"},
    {"mapping", kText, "name@version#hash of the mapping"},
    {"source", kText, "configured instance"},
    {"stream", kText, "stream"},
    {"record_id", kText, "key, where it could be read"},
    {"field", kText, "the field that failed; null: the record as a whole"},
    {"reason", kText, "why, in one sentence"},
    {"raw", "BLOB", "the record's bytes, masked"},
};

constexpr ColumnContract kProfiles[] = {
    {"source", kText, "record key, part 1"},
    {"stream", kText, "record key, part 2"},
    {"record_id", kText, "record key, part 3: the customer record, one row a version in time"},
    {"profile_id", kText, "native id of the customer record, the same in all its versions"},
    {"valid_from", kTime, "from when the record says so"},
    {"record_version", kBigint, "version of this row"},
    {"identifiers", kIdentifiers, "identifiers of the person"},
    {"attributes", kText, "JSON object: name, tier, tenure, segment …"},
    {"mapping", kText, "name@version#hash of the mapping"},
    {"raw_ref", kText, "file_id:byte_offset:byte_length"},
    {"ingested_at", kTime, "when Clewline received it"},
    {"issues", kTexts, "what was wrong"},
};

constexpr ColumnContract kReferenceRows[] = {
    {"table_name", kText, "agents, teams, sites, queues, wrapup_codes, products, menus, …"},
    {"key", kText, "key inside the table"},
    {"valid_from", kTime, "from when; null: always"},
    {"valid_to", kTime, "until when, exclusive; null: until further notice"},
    {"record_version", kBigint, "version"},
    {"source", kText, "record key, part 1"},
    {"stream", kText, "record key, part 2"},
    {"record_id", kText, "record key, part 3"},
    {"columns", kText, "JSON object of the row"},
    {"ingested_at", kTime, "when Clewline received it"},
};

constexpr ColumnContract kLookups[] = {
    {"mapping", kText, "name of the mapping that declares it"},
    {"source", kText, "source whose events it applies to"},
    {"stream", kText, "stream whose events it applies to"},
    {"field", kText, "event field that shows the value, e.g. agent_name"},
    {"table_name", kText, "reference table"},
    {"key_field", kText, "event field that holds the key, e.g. agent_id"},
    {"column_name", kText, "column of the reference table"},
};

constexpr ColumnContract kBlockList[] = {
    {"kind", kText, "identifier kind"},
    {"value", kText, "normalised value"},
    {"reason", kText, "company number, test, staff, shared mailbox"},
};

constexpr ColumnContract kAssertions[] = {
    {"assertion_id", kText, "hash of the content"},
    {"kind", kText, "link, unlink, forbid"},
    {"a", kText, "identifier as kind:value, or event:ID, or session:SOURCE/KEY"},
    {"b", kText, "the other one"},
    {"asserted_at", kTime, "when"},
    {"actor", kText, "who said so"},
    {"note", kText, "why"},
    {"recorded_at", kTime, "when it was written down: AS OF an earlier moment does not know it"},
};

constexpr ColumnContract kCohorts[] = {
    {"cohort", kText, "its name"},
    {"event_id", kId, "an event of a customer who belongs to it"},
    {"saved_at", kTime, "when it was saved"},
    {"question", kText, "the cell it was saved from, and of what"},
};

constexpr ColumnContract kEventPlaces[] = {
    {"event_id", kId, "the event"},
    {"customer_id", kId, "its customer"},
    {"transaction_id", kId, "its transaction: event_id of that unit's first presence event"},
    {"interaction_id", kId, "its interaction"},
    {"engagement_id", kId, "its engagement"},
    {"attribution", kText,
     "which step named the customer: own_anchor, session_anchor, chain_anchor, shared_value, "
     "two_hops, component, record"},
};

constexpr ColumnContract kCustomers[] = {
    {"customer_id", kId, "HMAC of the naming identifier under the workspace's key"},
    {"identified", kBool, "whether an anchor names the customer"},
    {"naming_kind", kText,
     "identifier kind that names the customer; session, chain or record when anonymous"},
    {"naming_value", kText, "its value; personal"},
};

constexpr ColumnContract kCustomerAliases[] = {
    {"name_kind", kText, "identifier kind, or session, chain, record"},
    {"name", kText, "identifier value; session as source/key; record as source/stream/record_id"},
    {"customer_id", kId, "customer it resolves to"},
    {"first_at", kTime, "first sighting"},
    {"last_at", kTime, "last sighting"},
    {"current", kBool, "whether a look-up by this name gives this customer first"},
};

constexpr ColumnContract kIdentityLinks[] = {
    {"kind_a", kText, "identifier kind"},
    {"value_a", kText, "identifier value"},
    {"kind_b", kText, "identifier kind"},
    {"value_b", kText, "identifier value"},
    {"rule", kText, "assertion, sighting, profile_match"},
    {"assurance", kText, "best assurance of the evidence"},
    {"probability", kNumber, "probability of a profile match; 1 otherwise"},
    {"records", kBigint, "distinct records that say so"},
    {"first_at", kTime, "first evidence"},
    {"last_at", kTime, "last evidence"},
};

constexpr ColumnContract kIdentityConflicts[] = {
    {"kind_a", kText, "identifier kind"},
    {"value_a", kText, "identifier value"},
    {"kind_b", kText, "identifier kind"},
    {"value_b", kText, "identifier value"},
    {"reason", kText, "exclusive kind or forbid, with the values that stand against it"},
    {"assurance", kText, "best assurance of the refused evidence"},
    {"records", kBigint, "distinct records that say so"},
    {"first_at", kTime, "first evidence"},
    {"last_at", kTime, "last evidence"},
};

constexpr ColumnContract kIdentityHubs[] = {
    {"kind", kText, "identifier kind"},
    {"value", kText, "identifier value"},
    {"day", "DATE", "day of the workspace's zone on which it linked nothing"},
    {"reason", kText, "guard, busy, overlap"},
};

constexpr ColumnContract kTransactions[] = {
    {"transaction_id", kId, "event_id of the first presence event, else of the first event"},
    {"interaction_id", kId, "its interaction"},
    {"engagement_id", kId, "its engagement"},
    {"customer_id", kId, "its customer"},
    {"source", kText, "source of its events"},
    {"system", kText, "functional system"},
    {"channel", kText, "channel"},
    {"role", kText, "self_service, assisted, routing, record, company, feedback"},
    {"direction", kText, "in, out, internal"},
    {"first_at", kTime, "first event"},
    {"last_at", kTime, "end of the last event"},
    {"presence_from", kTime, "start of the customer's presence; null: none"},
    {"presence_to", kTime, "end of the customer's presence"},
    {"events", kInteger, "events inside"},
    {"session_key", kText, "session"},
    {"chain_key", kText, "chain"},
    {"case_key", kText, "case of its first event that has one"},
    {"agent_id", kText, "agent of an assisted leg; null: unknown"},
    {"queue_id", kText, "last queue"},
    {"intent", kText, "intent by the dictionary, else the native value"},
    {"disposition", kText, "wrap-up code"},
    {"outcome", kText, "how it ended"},
    {"wait_ms", kBigint, "time in queues (routing)"},
    {"talk_ms", kBigint, "connected time without hold (assisted)"},
    {"hold_ms", kBigint, "hold (assisted)"},
    {"wrap_ms", kBigint, "after-contact work (assisted)"},
    {"presence_clipped", kBool, "whether the presence was longer than the channel allows"},
};

constexpr ColumnContract kInteractions[] = {
    {"interaction_id", kId, "event_id of the first presence event, else of the first event"},
    {"engagement_id", kId, "its engagement"},
    {"customer_id", kId, "its customer"},
    {"kind", kText, "contact, company, feedback"},
    {"initiated_by", kText, "customer, agent, company, third_party"},
    {"first_at", kTime, "first event"},
    {"last_at", kTime, "end of the last event"},
    {"presence_from", kTime, "start of the customer's presence"},
    {"presence_to", kTime, "end of the customer's presence"},
    {"first_channel", kText, "channel of the first transaction"},
    {"last_channel", kText, "channel of the last transaction"},
    {"transactions", kInteger, "transactions inside"},
    {"handling_transactions", kInteger, "self_service and assisted ones"},
    {"events", kInteger, "events inside"},
    {"systems", kInteger, "distinct systems"},
    {"channels", kInteger, "distinct channels"},
    {"agents", kInteger, "distinct agents"},
    {"contact_attempts", kInteger, "distinct chains, else sessions, with presence"},
    {"intent", kText, "first intent of a handling transaction"},
    {"primary_case", kText, "case of its longest assisted presence"},
    {"outcome", kText, "how the last handling or routing transaction ended"},
    {"pattern", kText, "cut_off_restart …; null: none"},
};

constexpr ColumnContract kEngagements[] = {
    {"engagement_id", kId, "event_id of the first presence event, else of the first event"},
    {"customer_id", kId, "its customer"},
    {"kind", kText, "contact, company, feedback"},
    {"first_at", kTime, "first event"},
    {"last_at", kTime, "end of the last event"},
    {"interactions", kInteger, "interactions inside"},
    {"contacts", kInteger, "interactions of kind contact"},
    {"contact_attempts", kInteger, "contact attempts inside"},
    {"transactions", kInteger, "transactions inside"},
    {"events", kInteger, "events inside"},
    {"channels", kInteger, "distinct channels"},
    {"agents", kInteger, "distinct agents"},
    {"intent", kText, "intent"},
    {"case_key", kText, "primary case"},
    {"goal", kText, "what the customer came for, from the intent dictionary"},
    {"result", kText, "unknown, resolved, sold, saved, lost, abandoned"},
    {"last_state", kText, "state by what has happened"},
    {"lapses_at", kTime, "when it lapses without a further event"},
    {"link_probability", kNumber, "least probability of the links inside; 1: all hard"},
};

constexpr ColumnContract kJourneys[] = {
    {"customer_id", kId, "the customer; one journey each"},
    {"first_at", kTime, "first event"},
    {"last_at", kTime, "end of the last event"},
    {"engagements", kInteger, "engagements inside"},
    {"interactions", kInteger, "interactions inside"},
    {"contacts", kInteger, "interactions of kind contact"},
    {"transactions", kInteger, "transactions inside"},
    {"events", kBigint, "events inside"},
    {"channels", kInteger, "distinct channels"},
};

constexpr ColumnContract kCaseLinks[] = {
    {"source", kText, "source of the case"},
    {"case_key", kText, "ticket, order or claim"},
    {"interaction_id", kId, "an interaction about it"},
    {"is_primary", kBool, "whether it is the interaction's primary case"},
    {"time_share", kNumber, "share of the interaction's assisted time, 0..1"},
};

constexpr ColumnContract kInteractionIssues[] = {
    {"interaction_id", kId, "the interaction"},
    {"intent", kText, "an issue it touched"},
    {"is_primary", kBool, "whether it is the main one"},
    {"time_share", kNumber, "share of the interaction's presence, 0..1"},
};

constexpr ColumnContract kInteractionLinks[] = {
    {"from_interaction_id", kId, "the later or dependent interaction"},
    {"to_interaction_id", kId, "the interaction it refers to"},
    {"relation", kText, "same_chain, caused_by, about"},
};

constexpr ColumnContract kEngagementLinks[] = {
    {"interaction_id", kId, "the interaction"},
    {"joined_to", kId, "the interaction of the same engagement it was joined to"},
    {"rule", kText, "case, thread, callback, order, chain, score"},
    {"probability", kNumber, "1 for hard links"},
    {"detail", kText, "contributions of the score"},
};

constexpr ColumnContract kEventTypes[] = {
    {"event_type", kText, "domain.verb"},
    {"default_actor", kText, "who acts unless a mapping says otherwise"},
    {"default_system", kText, "functional system; null: by channel"},
    {"role", kText, "role of the transaction"},
    {"presence", kText, "none, point, interval"},
    {"leg", kText, "inside, opens, closes"},
    {"lifecycle_rank", kInteger, "order inside one instant"},
    {"in_tree", kBool, "whether it belongs to a customer's tree"},
    {"meaning", kText, "in words"},
};

constexpr ColumnContract kSupersededEvents[] = {
    {"event_id", kId, "the event that was"},
    {"source", kText, "record key, part 1"},
    {"stream", kText, "record key, part 2"},
    {"record_id", kText, "record key, part 3"},
    {"event_type", kText, "its type; identity.linked for a profile"},
    {"occurred_at", kTime, "when it happened"},
    {"ended_at", kTime, "its end"},
    {"session_key", kText, "session"},
    {"chain_key", kText, "chain"},
    {"case_key", kText, "case"},
    {"agent_id", kText, "agent"},
    {"identifiers", kIdentifiers, "whom it named"},
};

constexpr ColumnContract kLinkKeys[] = {
    {"key", kBigint, "hash of an identifier, session, chain, case or record"},
    {"customer_id", kId, "a customer whose events hold it"},
};

constexpr ColumnContract kLinkedAssertions[] = {
    {"assertion_id", kText, "an assertion the last link knew"},
    {"a", kText, "one side"},
    {"b", kText, "the other side"},
};

constexpr ColumnContract kCustomerProfiles[] = {
    {"customer_id", kId, "the customer"},
    {"source", kText, "record key of the customer record, part 1"},
    {"stream", kText, "record key, part 2"},
    {"record_id", kText, "record key, part 3"},
    {"valid_from", kTime, "from when this record is the customer's; null: always"},
    {"valid_to", kTime, "until when, exclusive; null: until further notice"},
};

constexpr ColumnContract kCustomerTiers[] = {
    {"customer_id", kId, "the customer"},
    {"tier", kText, "the tier; none"},
    {"reason", kText, "why there is none"},
    {"value", kDecimal, "the value by which it was computed, at valid_from"},
    {"valid_from", kTime, "from when; null: always"},
    {"valid_to", kTime, "until when, exclusive; null: until further notice"},
};

constexpr ColumnContract kGroupMembers[] = {
    {"grouping", kText, "account, household, …: its name in counting.yaml"},
    {"group_key", kText, "the group; personal"},
    {"customer_id", kId, "a customer of it"},
    {"valid_from", kTime, "from when; null: always"},
    {"valid_to", kTime, "until when, exclusive; null: until further notice"},
};

constexpr ColumnContract kGroupTiers[] = {
    {"grouping", kText, "account, household, …: its name in counting.yaml"},
    {"group_key", kText, "the group; personal"},
    {"tier", kText, "tier among the groups of this grouping; none"},
    {"reason", kText, "why there is none"},
    {"value", kDecimal, "value of its members at valid_from"},
    {"valid_from", kTime, "from when; null: always"},
    {"valid_to", kTime, "until when, exclusive; null: until further notice"},
};

constexpr TableContract kTables[] = {
    {"settings", "What the workspace knows of itself.", kSettings},
    {"imports", "The ledger: one row an import, replay or forget.", kImports},
    {"import_files", "The ledger of delivered files.", kImportFiles},
    {"receipts", "Every record ever received and what became of it.", kReceipts},
    {"records", "One row a record key: the content in force.", kRecords},
    {"rejected", "Records that could not be read or mapped, with bytes and reason.", kRejected},
    {"events", "Canonical events.", kEvents},
    {"profiles", "Customer records (CRM, loyalty): standing sightings.", kProfiles},
    {"reference_rows", "Reference tables with valid times.", kReferenceRows},
    {"lookups", "Which event fields show values of reference tables.", kLookups},
    {"block_list", "Identifier values that are not customers.", kBlockList},
    {"assertions", "What people said about identity.", kAssertions},
    {"cohorts", "Groups of customers that were saved from an answer.", kCohorts},
    {"event_types", "The closed list of event types and what each decides.", kEventTypes},
    {"event_places", "Where each event stands in the tree.", kEventPlaces},
    {"customers", "Customers, identified and anonymous.", kCustomers},
    {"customer_aliases", "Every name that could have named a customer.", kCustomerAliases},
    {"identity_links", "Evidence that identifiers are one customer.", kIdentityLinks},
    {"identity_conflicts", "Evidence that was refused, and why.", kIdentityConflicts},
    {"identity_hubs", "Values that linked nothing on a day, and why.", kIdentityHubs},
    {"transactions", "All events of one system in one session.", kTransactions},
    {"interactions", "All transactions of one sitting, across systems.", kInteractions},
    {"engagements", "All interactions about one issue.", kEngagements},
    {"journeys", "All engagements of one customer.", kJourneys},
    {"case_links", "Cases and the interactions about them.", kCaseLinks},
    {"interaction_issues", "Issues an interaction touched.", kInteractionIssues},
    {"interaction_links", "Links between interactions beside the tree.", kInteractionLinks},
    {"engagement_links", "Why an interaction is in its engagement.", kEngagementLinks},
    {"customer_profiles", "The customer record that holds for a customer, by time.",
     kCustomerProfiles},
    {"customer_tiers", "The tier of every identified customer, by time.", kCustomerTiers},
    {"group_members", "Customers of accounts and households, by time.", kGroupMembers},
    {"group_tiers", "The tier of every account and household, by time.", kGroupTiers},
    {"link_keys", "Which customers hold a key: whom a new record touches.", kLinkKeys},
    {"superseded_events", "Keys of events that newer versions replaced since the last link.",
     kSupersededEvents},
    {"linked_assertions", "The assertions that the last link knew.", kLinkedAssertions},
};

}  // namespace

std::span<const TableContract> table_contracts() { return kTables; }

const TableContract& table_contract(std::string_view name) {
  for (const TableContract& table : kTables) {
    if (table.name == name) return table;
  }
  CLEW_ASSERT(false);
  return kTables[0];
}

}  // namespace clewline
