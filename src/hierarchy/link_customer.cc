#include "hierarchy/link_customer.h"

#include <utility>

#include "hierarchy/customer_events.h"
#include "hierarchy/engagement_builder.h"
#include "hierarchy/interaction_facts.h"
#include "hierarchy/interaction_grouper.h"
#include "hierarchy/interaction_links.h"
#include "hierarchy/placement.h"
#include "hierarchy/transaction_cutter.h"
#include "hierarchy/transaction_facts.h"

namespace clewline::hierarchy {

void link_customer(const LinkContext& context, std::uint32_t customer,
                   std::span<const std::uint32_t> event_indexes, CustomerScratch& scratch,
                   HierarchyResult& out, std::span<std::uint32_t> transaction_of_event) {
  if (event_indexes.empty()) return;
  const auto transactions_begin = static_cast<std::uint32_t>(out.transactions.size());
  const auto interactions_begin = static_cast<std::uint32_t>(out.interactions.size());
  const auto engagements_begin = static_cast<std::uint32_t>(out.engagements.size());
  gather_events(context, event_indexes, scratch, &out.issues);
  cut_transactions(context, scratch);
  describe_transactions(context, customer, scratch, &out.issues);
  group_contacts(context, scratch);
  place_transactions(context, scratch);
  describe_interactions(context, customer, scratch);
  link_cases_and_issues(scratch, interactions_begin, out);
  link_interactions(context, interactions_begin, scratch, out.interaction_links);
  build_engagements(context, scratch);
  describe_engagements(context, customer, scratch, out);

  for (const LocalEvent& event : scratch.events) {
    transaction_of_event[event.index] = transactions_begin + event.transaction;
  }
  for (LocalTransaction& transaction : scratch.transactions) {
    transaction.unit.interaction += interactions_begin;
    out.transactions.push_back(transaction.unit);
  }
  for (LocalInteraction& interaction : scratch.interactions) {
    interaction.unit.engagement += engagements_begin;
    out.interactions.push_back(std::move(interaction.unit));
  }
  for (JoinCandidate& candidate : scratch.join_candidates) {
    candidate.customer = customer;
    candidate.contact += interactions_begin;
    candidate.last_contact += interactions_begin;
    out.join_candidates.push_back(candidate);
  }
  for (LinkEvidence& evidence : scratch.evidence) {
    evidence.interaction += interactions_begin;
    evidence.joined_to += interactions_begin;
    out.evidence.push_back(std::move(evidence));
  }
}

}  // namespace clewline::hierarchy
