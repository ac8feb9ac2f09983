#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/link_input.h"
#include "model/link_result.h"
#include "model/linking_config.h"

namespace clewline::hierarchy::testing {

/// What an event says beside name, type and time; the rest is null.
struct EventFields {
  std::string source = "pbx";
  Channel channel = Channel::voice;
  std::string record = {};  // default: one of its own
  std::string session = {};
  std::string chain = {};
  std::string case_key = {};
  std::string until = {};  // ended_at, as the time
  std::string agent = {};
  std::string queue = {};
  std::string intent = {};
  std::string disposition = {};
  std::string object = {};
  StatedMeasures stated = {};
  std::optional<Actor> actor = {};
  std::optional<System> system = {};
  Direction direction = Direction::unknown;
  Outcome outcome = Outcome::unknown;
  std::string customer = "anna";
  std::string phone = {};  // an identifier, for rules that compare values
};

/// A few events written down, linked, and read back by their names. Times are "day HH:MM[:SS]" of
/// January 2026.
class Scenario {
 public:
  LinkingConfig config;
  IntentDictionary intents;
  CountingConfig counting;
  int threads = 1;
  bool collect_join_candidates = false;

  /// Adds an event called `name`.
  Scenario& add(const std::string& name, std::string_view type, std::string_view at,
                const EventFields& fields = {});
  /// Adds a reference (`links`) to an event added before.
  Scenario& refer(const std::string& name, std::string_view relation, std::string_view id);
  /// Declares an intent of the dictionary with a goal.
  Scenario& intent(const std::string& name, const std::string& goal, bool exclusive_object = false);

  /// Links, checks conservation, and keeps the result. Called by the readers below when needed.
  const HierarchyResult& link();

  /// The names of events by unit: units divided by " | ", in order of the rows; customers by " ||
  /// ".
  std::string transactions();
  std::string interactions();
  std::string engagements();

  const TransactionUnit& transaction(const std::string& name);
  const InteractionUnit& interaction(const std::string& name);
  const EngagementUnit& engagement(const std::string& name);
  /// The evidence that put the interaction of that event into its engagement; null when it began
  /// it.
  const LinkEvidence* evidence(const std::string& name);
  /// "from>to" of the links of a relation, by the names of the interactions' first events.
  std::string links(std::string_view relation);
  std::string issues();

  std::uint32_t event(const std::string& name) const;
  std::string text(std::uint32_t number) const { return std::string(input_.strings.at(number)); }
  const LinkInput& input() const { return input_; }
  const std::vector<std::uint32_t>& customers() const { return customer_of_event_; }

  static TimeUs time(std::string_view at);

 private:
  template <typename UnitOf>
  std::string names_by(std::size_t units, const UnitOf& unit_of);
  std::string first_name_of_interaction(std::uint32_t interaction);

  LinkInput input_;
  std::vector<std::string> names_;
  std::vector<std::string> customer_names_;
  std::vector<std::uint32_t> customer_of_event_;
  std::optional<HierarchyResult> result_;
};

}  // namespace clewline::hierarchy::testing
