#pragma once

#include <cstdint>
#include <optional>
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

/// One thing that the input says and that a step rests on. Taking it away means: the event (or
/// profile) does not hold the identifier, is not of that session, chain or record, was not
/// saved by the agent; or the assertion was never made.
struct WhyFact {
  enum class Part : std::uint8_t { holds, session, chain, record, saved_by, assertion };
  enum class About : std::uint8_t { event, profile, assertion };
  Part part = Part::holds;
  About about = About::event;
  std::uint32_t index = 0;  // into LinkInput::events, profiles or assertions
  std::string name;  // the identifier as kind:value, the session or chain as source/key, the agent
  TimeUs at = 0;     // of the event; valid-from of the profile; time of the assertion

  auto operator<=>(const WhyFact&) const = default;
};

/// What would hold the two together if the evidence that was used were gone.
struct WhyAlternative {
  std::string rule;
  std::string text;
  std::vector<WhyFact> facts;
};

/// One link of the chain from the first name to the second.
struct WhyStep {
  /// holds, own_anchor, session_anchor, chain_anchor, shared_value, standing, two_hops,
  /// same_session, same_chain, same_value, same_record, edge, assertion, agent_and_time.
  std::string rule;
  std::string from;
  std::string to;
  std::string text;  // one sentence in plain words
  std::vector<WhyFact> used;
  std::vector<WhyAlternative> alternatives;
  bool alternatives_complete = true;  // false: very many events hang together, not all were sought
};

/// One reason why two names are not one customer.
struct WhyApart {
  /// refused_edge, forbid, unlink, hub_day, hub_key, ttl, nearer, logout, no_evidence.
  std::string reason;
  std::string text;
  std::vector<std::string> names = {};  // identifiers that may stand in the text
};

struct WhyAnswer {
  bool together = false;
  Id128 customer_a;
  Id128 customer_b;
  std::vector<WhyStep> chain;   // together; empty when both names are the same thing
  std::vector<WhyApart> apart;  // not together
};

/// Explains what puts two names into one customer, or what keeps them apart (LINKING.md §3.7). A
/// name is an identifier (`phone:+4930…`), an event id (bare, as `event:ID`, or as a unit's id `t_…
/// i_… g_…`), a session
/// (`session:SOURCE/KEY`), a record (`record:SOURCE/STREAM/ID`, or the key alone) or a customer id
/// `c_…`. Taking away the facts of one step, used and alternatives, and resolving again separates
/// the two. `result` is what `resolve` made of the same input. Errors: `not_found` for a name that
/// occurs nowhere.
Result<WhyAnswer> why(const LinkInput& input, const LinkingConfig& config,
                      const IdentityResult& result, std::string_view a, std::string_view b,
                      const ResolveOptions& options = {});

/// The same answer without a result: only what can be reached from the two names is resolved.
/// A customer id is found among all customers, so that name costs a whole `resolve`.
Result<WhyAnswer> why(const LinkInput& input, const LinkingConfig& config,
                      std::string_view workspace_key, std::string_view a, std::string_view b,
                      const ResolveOptions& options = {});

}  // namespace clewline::identity
