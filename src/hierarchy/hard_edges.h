#pragma once

#include <cstdint>
#include <string_view>

#include "hierarchy/customer_scratch.h"
#include "hierarchy/link_context.h"

namespace clewline::hierarchy {

/// Returns the name of a hard edge's rule in evidence: case, thread, callback, order, chain,
/// caused_by.
std::string_view edge_rule_name(EdgeRule rule);

/// Fills `scratch.hard_edges` with all pairs of interactions that a rule holds to be one issue
/// (LINKING.md §6.1), in the order in which they are to be processed: rule, distance in time, ids.
/// Several interactions of one key are paired with each of the 64 before them, so that a refused
/// pair leaves the others.
void find_hard_edges(const LinkContext& context, CustomerScratch& scratch);

/// Joins the edges' interactions under the constraints: no two different primary cases of an
/// exclusive key space, no span beyond max_span (same primary case exempt). Fills
/// `scratch.components` and marks the edges that were accepted.
void join_hard_edges(const LinkContext& context, CustomerScratch& scratch);

/// Tells whether two components or engagements may be one.
bool may_join(const LinkRules& rules, const CustomerScratch& scratch, const IssueBounds& a,
              const IssueBounds& b);
/// Tells whether two components or engagements hold cases that exclude each other.
bool cases_conflict(const LinkRules& rules, const CustomerScratch& scratch, const IssueBounds& a,
                    const IssueBounds& b);
/// Tells whether a component holds a case that excludes others.
bool has_exclusive_case(const LinkRules& rules, const CustomerScratch& scratch,
                        const IssueBounds& bounds);
/// Adds the bounds of `from` to `into`.
void merge_bounds(CustomerScratch& scratch, const IssueBounds& from, IssueBounds* into);

}  // namespace clewline::hierarchy
