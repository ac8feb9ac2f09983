#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "base/result.h"
#include "identity/resolve.h"
#include "model/link_input.h"
#include "model/link_result.h"
#include "model/linking_config.h"

namespace clewline::identity {

/// Whom a person's word touches, resolved again.
struct TouchedCustomers {
  LinkInput input;                      // all that can bear on them, and nothing else
  std::vector<std::uint32_t> event_of;  // its events' places in the whole input
  IdentityResult identity;              // of `input`
  std::size_t moved = 0;                // events whose customer is another than before
};

/// Customers kept at hand, so that a link, unlink or forbid costs what it touches: the customers
/// after any sequence of words are those that `resolve` finds with the words that stand. Memory:
/// the input and about 40 bytes a key. Under an agent-and-time rule all events of an agent are
/// touched together. Not thread-safe.
class LiveCustomers {
 public:
  /// Resolves everything once. Errors: those of `resolve`.
  static Result<LiveCustomers> build(LinkInput input, LinkingConfig config,
                                     std::string workspace_key, ResolveOptions options = {});

  /// Adds a person's word. Errors: those of `check_assertion`; then nothing has changed.
  Result<TouchedCustomers> say(LinkAssertion assertion);
  /// Takes a word back. Error: `not_found` for a hash that no standing word has.
  Result<TouchedCustomers> take_back(std::string_view content_hash);

  /// The customer of an event (index into the input given).
  Id128 customer_of(std::uint32_t event) const { return customer_of_[event]; }
  const LinkInput& input() const { return input_; }

 private:
  LiveCustomers(LinkInput input, LinkingConfig config, std::string workspace_key,
                ResolveOptions options);

  void join_all();
  void join(std::uint32_t item, std::uint64_t key);
  std::uint32_t root_of(std::uint32_t item);
  std::uint32_t add_assertion(const LinkAssertion& assertion);
  Result<TouchedCustomers> resolve_around(std::uint32_t item);

  LinkInput input_;
  LinkingConfig config_;
  std::string workspace_key_;
  ResolveOptions options_;
  std::vector<Id128> customer_of_;
  std::vector<std::uint32_t> references_begin_;  // of each event, and one past the last
  // Items: events, then profiles, then assertions in the order said.
  absl::flat_hash_map<std::uint64_t, std::uint32_t> item_of_key_;
  std::vector<std::uint32_t> parent_;
  std::vector<std::uint32_t> next_;   // rings of items that can bear on each other
  std::vector<std::uint8_t> stands_;  // of each assertion
};

}  // namespace clewline::identity
