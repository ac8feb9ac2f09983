#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "identity/anchored_customers_internal.h"
#include "identity/attribution_internal.h"
#include "identity/hubs_internal.h"
#include "identity/sightings_internal.h"
#include "model/link_result.h"

namespace clewline::identity {

/// Everything that resolving finds, before it is written out.
struct Resolution {
  Sightings sightings;
  Hubs hubs;
  AnchoredCustomers anchored;
  Attribution attribution;
};

Result<Resolution> resolve_sightings(const LinkInput& input, const LinkingConfig& config,
                                     const ResolveOptions& options);

/// Customers in ascending order of id, and who is which.
struct Customers {
  std::vector<LinkedCustomer> customers;
  std::vector<std::uint32_t> of_root;   // anchor root → customer; kNoIndex: none
  std::vector<std::uint32_t> of_event;  // rank → customer
};

/// Names customers (LINKING.md §3.5) and numbers them.
Customers name_customers(const Resolution& resolution, std::string_view workspace_key, int threads);

/// Lists every name of every customer.
std::vector<CustomerAliasRow> list_aliases(const Resolution& resolution, const Customers& customers,
                                           const ResolveOptions& options);

}  // namespace clewline::identity
