#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "identity/customers_internal.h"
#include "identity/why.h"

namespace clewline::identity {

/// What a name means.
struct WhyName {
  enum class What : std::uint8_t { event, session, record, identifier };
  What what = What::event;
  std::string text;  // as it is printed
  Id128 event;
  std::string source, stream, key;  // session (source, key), record (source, stream, key)
  IdentifierKind kind = 0;
  std::string value;
};

/// Reads a name; `c_…` becomes what names that customer.
Result<WhyName> parse_why_name(const LinkInput& input, const LinkingConfig& config,
                               const IdentityResult& result, std::string_view text);

/// The part of the input that can have to do with some events: everything reachable by shared
/// sessions, chains, records, identifiers, assertions and, where there are such rules, agents and
/// cases.
struct Neighbourhood {
  LinkInput input;
  std::vector<std::uint32_t> event_of;  // own index → index in the whole input
  std::vector<std::uint32_t> profile_of;
  std::vector<std::uint32_t> assertion_of;  // changes with what is taken away
};

Neighbourhood extract_neighbourhood(const LinkInput& input, const LinkingConfig& config,
                                    const std::vector<WhyName>& names);

/// A neighbourhood from which facts can be taken away, resolved anew each time.
class WhyWorld {
 public:
  WhyWorld(Neighbourhood neighbourhood, const LinkingConfig& config, const ResolveOptions& options);

  /// Resolves the neighbourhood without the facts.
  Status resolve_without(const std::vector<WhyFact>& facts);

  const Resolution& resolution() const { return *resolution_; }
  const LinkInput& input() const { return here_.input; }
  const LinkingConfig& config() const { return config_; }
  std::uint32_t whole_event(Rank rank) const {
    return here_.event_of[resolution_->sightings.event[rank]];
  }
  std::uint32_t whole_profile(std::uint32_t profile) const { return here_.profile_of[profile]; }
  std::uint32_t whole_assertion(std::uint32_t assertion) const {
    return here_.assertion_of[assertion];
  }

 private:
  void take_away(const WhyFact& fact);
  void take_identifier(std::uint32_t begin, std::uint16_t count, const std::string& name);

  Neighbourhood here_;
  const LinkingConfig& config_;
  ResolveOptions options_;
  // As extracted, to start from each time.
  std::vector<LinkEvent> events_;
  std::vector<LinkIdentifier> identifiers_;
  std::vector<LinkAssertion> assertions_;
  std::vector<std::uint32_t> assertion_of_;
  absl::flat_hash_map<std::uint32_t, std::uint32_t> own_event_, own_profile_;
  std::optional<Resolution> resolution_;
};

/// An event or an anchor: what a name stands for in one resolution.
struct WhyPlace {
  bool is_anchor = false;
  std::uint32_t number = 0;     // rank or node
  std::vector<WhyStep> before;  // from the name to the place, for shareable values
};

/// A step and the further facts of the same kind that would take its place.
struct WhyLink {
  WhyStep step;
  std::vector<WhyFact> same_kind;
};

/// Finds where a name stands, as look-ups do; several places for sessions and records.
std::vector<WhyPlace> places_of(const WhyWorld& world, const WhyName& name);

/// The customer of a place: comparable numbers, equal for one customer.
std::uint64_t customer_of(const WhyWorld& world, const WhyPlace& place);

/// The chain between two places of one customer.
std::vector<WhyLink> find_chain(const WhyWorld& world, const WhyPlace& from, const WhyPlace& to);

/// What people said against a name, one sentence each: why it may stand nowhere. Empty: nothing.
std::string words_that_took(const WhyWorld& world, const WhyName& name);

/// What keeps the customers of two places apart.
std::vector<WhyApart> find_apart(const WhyWorld& world, const WhyPlace& a, const WhyPlace& b);

}  // namespace clewline::identity
