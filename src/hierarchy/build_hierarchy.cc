#include "hierarchy/build_hierarchy.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "hierarchy/customer_scratch.h"
#include "hierarchy/interaction_links.h"
#include "hierarchy/link_customer.h"
#include "hierarchy/parallel.h"

namespace clewline::hierarchy {
namespace {

constexpr std::size_t kChunkEvents = 1 << 17;
constexpr int kThreadsMax = 256;

/// Event indexes grouped by customer: those of customer c are [begins[c], begins[c + 1]).
struct CustomerPartition {
  std::vector<std::uint32_t> begins;
  std::vector<std::uint32_t> events;

  std::span<const std::uint32_t> of(std::size_t customer) const {
    return std::span(events).subspan(begins[customer], begins[customer + 1] - begins[customer]);
  }
};

CustomerPartition partition_events(std::span<const std::uint32_t> customer_of_event, std::size_t customers) {
  CustomerPartition partition;
  partition.begins.assign(customers + 1, 0);
  for (const std::uint32_t customer : customer_of_event) ++partition.begins[customer + 1];
  for (std::size_t c = 0; c < customers; ++c) partition.begins[c + 1] += partition.begins[c];
  partition.events.resize(customer_of_event.size());
  std::vector<std::uint32_t> next(partition.begins.begin(), partition.begins.end() - 1);
  for (std::size_t i = 0; i < customer_of_event.size(); ++i) {
    partition.events[next[customer_of_event[i]]++] = static_cast<std::uint32_t>(i);
  }
  return partition;
}

/// Customers [first, last) that one thread links at a time, and what came of them.
struct Chunk {
  std::size_t first = 0;
  std::size_t last = 0;
  HierarchyResult rows;
};

std::vector<Chunk> make_chunks(const CustomerPartition& partition, std::size_t customers) {
  std::vector<Chunk> chunks;
  for (std::size_t first = 0; first < customers;) {
    std::size_t last = first + 1;
    while (last < customers && partition.begins[last] - partition.begins[first] < kChunkEvents) ++last;
    chunks.emplace_back();
    chunks.back().first = first;
    chunks.back().last = last;
    first = last;
  }
  return chunks;
}

void link_chunk(const LinkContext& context, const CustomerPartition& partition, CustomerScratch& scratch,
                std::span<std::uint32_t> transaction_of_event, Chunk& chunk) {
  for (std::size_t c = chunk.first; c < chunk.last; ++c) {
    link_customer(context, static_cast<std::uint32_t>(c), partition.of(c), scratch, chunk.rows,
                  transaction_of_event);
  }
}

/// Where a chunk's rows begin in the whole result.
struct Offsets {
  std::size_t transactions = 0, interactions = 0, engagements = 0, journeys = 0, evidence = 0, links = 0;
  std::size_t cases = 0, issues = 0, notes = 0;

  void advance(const HierarchyResult& rows) {
    transactions += rows.transactions.size();
    interactions += rows.interactions.size();
    engagements += rows.engagements.size();
    journeys += rows.journeys.size();
    evidence += rows.evidence.size();
    links += rows.interaction_links.size();
    cases += rows.case_links.size();
    issues += rows.interaction_issues.size();
    notes += rows.issues.size();
  }
};

void make_room(const Offsets& sizes, HierarchyResult& result) {
  result.transactions.resize(sizes.transactions);
  result.interactions.resize(sizes.interactions);
  result.engagements.resize(sizes.engagements);
  result.journeys.resize(sizes.journeys);
  result.evidence.resize(sizes.evidence);
  result.interaction_links.resize(sizes.links);
  result.case_links.resize(sizes.cases);
  result.interaction_issues.resize(sizes.issues);
  result.issues.resize(sizes.notes);
}

template <typename Row, typename Shift>
void move_rows(std::vector<Row>& from, std::vector<Row>& to, std::size_t begin, const Shift& shift) {
  for (Row& row : from) shift(row);
  std::move(from.begin(), from.end(), to.begin() + static_cast<std::ptrdiff_t>(begin));
  std::vector<Row>().swap(from);
}

void move_chunk(const CustomerPartition& partition, const Offsets& offsets, Chunk& chunk,
                HierarchyResult& result) {
  const auto transactions = static_cast<std::uint32_t>(offsets.transactions);
  const auto interactions = static_cast<std::uint32_t>(offsets.interactions);
  const auto engagements = static_cast<std::uint32_t>(offsets.engagements);
  HierarchyResult& rows = chunk.rows;
  for (std::size_t i = partition.begins[chunk.first]; i < partition.begins[chunk.last]; ++i) {
    result.transaction_of_event[partition.events[i]] += transactions;
  }
  const auto shift_interaction = [interactions](auto& row) { row.interaction += interactions; };
  move_rows(rows.transactions, result.transactions, offsets.transactions, shift_interaction);
  move_rows(rows.interactions, result.interactions, offsets.interactions,
            [engagements](InteractionUnit& row) { row.engagement += engagements; });
  move_rows(rows.engagements, result.engagements, offsets.engagements, [](EngagementUnit&) {});
  move_rows(rows.journeys, result.journeys, offsets.journeys, [](JourneyUnit&) {});
  move_rows(rows.evidence, result.evidence, offsets.evidence, [interactions](LinkEvidence& row) {
    row.interaction += interactions;
    row.joined_to += interactions;
  });
  move_rows(rows.interaction_links, result.interaction_links, offsets.links,
            [interactions](InteractionLink& row) {
              row.from += interactions;
              row.to += interactions;
            });
  move_rows(rows.case_links, result.case_links, offsets.cases, shift_interaction);
  move_rows(rows.interaction_issues, result.interaction_issues, offsets.issues, shift_interaction);
  move_rows(rows.issues, result.issues, offsets.notes, [](auto&) {});
}

/// Runs `work(chunk number)` for all chunks, each thread taking the next one.
template <typename Work>
void run_chunks(std::size_t chunks, int threads, const Work& work) {
  std::atomic<std::size_t> next = 0;
  run_parts(threads, [&](int part) {
    for (std::size_t i = next.fetch_add(1); i < chunks; i = next.fetch_add(1)) work(part, i);
  });
}

void add_hub_keys(std::span<const HubKey> hubs, KeyGuards& guards) {
  for (const HubKey& hub : hubs) {
    std::vector<KeyId>* known = hub.key_space == "session" ? &guards.hub_sessions
                                : hub.key_space == "chain" ? &guards.hub_chains
                                : hub.key_space == "case"  ? &guards.hub_cases
                                                           : nullptr;
    if (known != nullptr) known->push_back(key_id(hub.source, hub.key));
  }
  for (std::vector<KeyId>* keys : {&guards.hub_sessions, &guards.hub_chains, &guards.hub_cases}) {
    std::ranges::sort(*keys);
  }
}

Status check(const LinkInput& input, std::span<const std::uint32_t> customer_of_event, std::size_t customers) {
  constexpr std::size_t kEventsMax = kNoIndex;
  if (input.events.size() >= kEventsMax) {
    return Error{ErrorCode::limit, "link reads at most 4294967294 events at once",
                 "Link parts of the customers in workspaces of their own."};
  }
  if (customer_of_event.size() != input.events.size()) {
    return Error{ErrorCode::internal, "identity named customers for another number of events", ""};
  }
  const bool in_range = std::ranges::all_of(customer_of_event, [=](std::uint32_t c) { return c < customers; });
  if (!in_range) return Error{ErrorCode::internal, "identity named a customer that it did not list", ""};
  return {};
}

}  // namespace

Result<HierarchyResult> build_hierarchy(const LinkInput& input, std::span<const std::uint32_t> customer_of_event,
                                        std::size_t customers, const LinkingConfig& config,
                                        const IntentDictionary& intents, const CountingConfig& counting,
                                        const HierarchyOptions& options) {
  CLEW_TRY_VOID(check(input, customer_of_event, customers));
  CLEW_TRY(const LinkRules rules, LinkRules::compile(input.strings, config, intents, counting));
  const int threads = std::clamp(options.threads, 1, kThreadsMax);
  LinkContext context;
  context.input = &input;
  context.rules = &rules;
  context.guards = find_key_guards(input, customer_of_event, rules, threads);
  add_hub_keys(options.hub_keys, context.guards);
  context.references = ReferenceIndex(input.references);

  const CustomerPartition partition = partition_events(customer_of_event, customers);
  std::vector<Chunk> chunks = make_chunks(partition, customers);
  HierarchyResult result;
  result.transaction_of_event.resize(input.events.size());
  std::vector<CustomerScratch> scratches(static_cast<std::size_t>(threads));
  run_chunks(chunks.size(), threads, [&](int part, std::size_t i) {
    link_chunk(context, partition, scratches[static_cast<std::size_t>(part)], result.transaction_of_event,
               chunks[i]);
  });
  std::vector<Offsets> offsets(chunks.size() + 1);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    offsets[i + 1] = offsets[i];
    offsets[i + 1].advance(chunks[i].rows);
  }
  make_room(offsets.back(), result);
  run_chunks(chunks.size(), threads,
             [&](int, std::size_t i) { move_chunk(partition, offsets[i], chunks[i], result); });
  link_chains_across_customers(context, result);
  return result;
}

}  // namespace clewline::hierarchy
