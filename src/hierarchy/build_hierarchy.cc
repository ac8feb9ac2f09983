#include "hierarchy/build_hierarchy.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "hierarchy/customer_partition_internal.h"
#include "hierarchy/customer_scratch.h"
#include "hierarchy/interaction_links.h"
#include "hierarchy/link_customer.h"
#include "hierarchy/parallel.h"

namespace clewline::hierarchy {
namespace {

constexpr std::size_t kSampleEvents = 1 << 17;

/// Customers [first, last) that one thread links, and what came of them.
struct Part {
  std::size_t first = 0;
  std::size_t last = 0;
  HierarchyResult rows;
};

std::vector<Part> make_parts(const CustomerPartition& partition, int threads) {
  const std::vector<std::size_t> bounds = partition.part_bounds(threads);
  std::vector<Part> parts(static_cast<std::size_t>(threads));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i].first = bounds[i];
    parts[i].last = bounds[i + 1];
  }
  return parts;
}

template <typename Row>
void reserve_like(std::vector<Row>& rows, double share_done) {
  constexpr double kMargin = 1.1;
  rows.reserve(static_cast<std::size_t>(static_cast<double>(rows.size()) / share_done * kMargin));
}

/// Makes room for a part's rows by what its first events came to, so that growing never copies
/// gigabytes.
void reserve_rows(HierarchyResult& rows, double share_done) {
  reserve_like(rows.transactions, share_done);
  reserve_like(rows.interactions, share_done);
  reserve_like(rows.engagements, share_done);
  reserve_like(rows.journeys, share_done);
  reserve_like(rows.evidence, share_done);
  reserve_like(rows.interaction_links, share_done);
  reserve_like(rows.case_links, share_done);
  reserve_like(rows.interaction_issues, share_done);
}

void link_part(const LinkContext& context, const CustomerPartition& partition,
               std::span<std::uint32_t> transaction_of_event, Part& part) {
  CustomerScratch scratch;
  const std::size_t begin = partition.begins[part.first];
  // The first part's rows become the result, to which those of the others are appended.
  const std::size_t last = part.first == 0 ? partition.begins.size() - 1 : part.last;
  const std::size_t size = partition.begins[last] - begin;
  bool reserved = size < kSampleEvents;
  for (std::size_t c = part.first; c < part.last; ++c) {
    link_customer(context, static_cast<std::uint32_t>(c), partition.of(c), scratch, part.rows,
                  transaction_of_event);
    const std::size_t done = partition.begins[c + 1] - begin;
    if (reserved || done < kSampleEvents) continue;
    reserve_rows(part.rows, static_cast<double>(done) / static_cast<double>(size));
    reserved = true;
  }
}

template <typename Row, typename Shift>
void append_rows(std::vector<Row>& from, std::vector<Row>& to, const Shift& shift) {
  for (Row& row : from) shift(row);
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  std::vector<Row>().swap(from);
}

/// Appends a part's rows; indexes move by the rows that `result` holds already.
void append_part(const CustomerPartition& partition, Part& part, HierarchyResult& result,
                 int threads) {
  const auto transactions = static_cast<std::uint32_t>(result.transactions.size());
  const auto interactions = static_cast<std::uint32_t>(result.interactions.size());
  const auto engagements = static_cast<std::uint32_t>(result.engagements.size());
  HierarchyResult& rows = part.rows;
  const auto shift_interaction = [interactions](auto& row) { row.interaction += interactions; };
  const auto move_transactions = [&] {
    append_rows(rows.transactions, result.transactions, shift_interaction);
  };
  const auto move_others = [&] {
    append_rows(rows.interactions, result.interactions,
                [engagements](InteractionUnit& row) { row.engagement += engagements; });
    append_rows(rows.engagements, result.engagements, [](EngagementUnit&) {});
    append_rows(rows.journeys, result.journeys, [](JourneyUnit&) {});
    append_rows(rows.evidence, result.evidence, [interactions](LinkEvidence& row) {
      row.interaction += interactions;
      row.joined_to += interactions;
    });
    append_rows(rows.interaction_links, result.interaction_links,
                [interactions](InteractionLink& row) {
                  row.from += interactions;
                  row.to += interactions;
                });
    append_rows(rows.join_candidates, result.join_candidates, [interactions](JoinCandidate& row) {
      row.contact += interactions;
      row.last_contact += interactions;
    });
    append_rows(rows.case_links, result.case_links, shift_interaction);
    append_rows(rows.interaction_issues, result.interaction_issues, shift_interaction);
    append_rows(rows.issues, result.issues, [](auto&) {});
  };
  const auto shift_events = [&] {
    for (std::size_t i = partition.begins[part.first]; i < partition.begins[part.last]; ++i) {
      result.transaction_of_event[partition.events[i]] += transactions;
    }
  };
  if (threads == 1) {
    move_transactions(), move_others(), shift_events();
    return;
  }
  run_parts(2,
            [&](int half) { half == 0 ? move_others() : (move_transactions(), shift_events()); });
}

}  // namespace

Result<HierarchyResult> build_hierarchy(const LinkInput& input,
                                        std::span<const std::uint32_t> customer_of_event,
                                        std::size_t customers, const LinkingConfig& config,
                                        const IntentDictionary& intents,
                                        const CountingConfig& counting,
                                        const HierarchyOptions& options) {
  CLEW_TRY_VOID(check_customers(input, customer_of_event, customers));
  CLEW_TRY(const LinkRules rules, LinkRules::compile(input.strings, config, intents, counting));
  const int threads = std::clamp(options.threads, 1, kThreadsMax);
  LinkContext context = make_context(input, customer_of_event, rules, options.hub_keys, threads);
  context.collect_join_candidates = options.collect_join_candidates;

  const CustomerPartition partition = partition_events(customer_of_event, customers);
  std::vector<Part> parts = make_parts(partition, threads);
  std::vector<std::uint32_t> transaction_of_event(input.events.size());
  run_parts(threads, [&](int i) {
    link_part(context, partition, transaction_of_event, parts[static_cast<std::size_t>(i)]);
  });
  HierarchyResult result = std::move(parts.front().rows);
  result.transaction_of_event = std::move(transaction_of_event);
  for (std::size_t i = 1; i < parts.size(); ++i) append_part(partition, parts[i], result, threads);
  link_chains_across_customers(context, result);
  return result;
}

}  // namespace clewline::hierarchy
