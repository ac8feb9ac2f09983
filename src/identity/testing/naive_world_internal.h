#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "identity/testing/naive_identity.h"
#include "model/event_types.h"

namespace clewline::identity::testing {

/// An identifier in the order of keys: priority, value, kind.
struct Key {
  int priority = 0;
  std::string value;
  int kind = 0;
  auto operator<=>(const Key&) const = default;
};

/// One side of an assertion.
struct NaiveName {
  bool is_place = false;
  std::optional<Key> key;   // identifier
  std::uint64_t event = 0;  // place: event number, or 0
  std::string session;      // place: "source/key"
};

/// An event with what it holds after assertions, sessions and chains as text ("" none).
struct NaiveEvent {
  const SampleEvent* sample = nullptr;
  std::string session, chain;
  std::map<Key, Assurance> anchors;
  std::set<Key> values;
  std::set<Key> added;  // anchors by assertion or agent and time
  std::optional<Key> asserted;
  std::vector<Key> barred_anchors;
  std::set<Key> barred_values;
};

struct NaiveStanding {
  TimeUs from = 0, to = 0, preferred = 0;
  bool assertion = false;
  std::string record;
  std::map<Key, Assurance> anchors;
  std::set<Key> values;
};

/// The sample, cleaned up by assertions and hub keys: what the rules then look at. Events are in
/// the total order.
class NaiveWorld {
 public:
  NaiveWorld(const Sample& sample, const LinkingConfig& config, std::int64_t day_offset_us);

  const LinkingConfig& config() const { return config_; }
  const std::vector<NaiveEvent>& events() const { return events_; }
  const std::vector<NaiveStanding>& standing() const { return standing_; }
  const std::vector<const LinkAssertion*>& assertions() const { return assertions_; }
  const std::set<std::string>& hub_keys() const { return hub_keys_; }
  std::size_t given() const { return given_; }

  std::optional<Key> key(const SampleIdentifier& identifier) const;
  bool is_anchor(const Key& key) const;
  std::string text(const Key& key) const;
  NaiveName name(const std::string& text) const;
  std::int32_t day(TimeUs at) const;
  /// The unit that counts for hubs: session, else record.
  std::string unit(const NaiveEvent& event) const;

  /// Whether a value is a hub on a day, and why ("" if it is not).
  std::string hub_reason(const Key& value, std::int32_t day) const;
  bool live(const NaiveEvent& event, const Key& value) const {
    return hub_reason(value, day(event.sample->at)).empty();
  }

 private:
  void order_events(const Sample& sample);
  void keep_standing_assertions(const Sample& sample);
  void apply_assertions();
  void take_out_hub_keys();
  void apply_agent_and_time();
  std::string compute_hub_reason(const Key& value, std::int32_t day) const;
  bool exceeds_guard(const Key& value, std::int32_t day) const;
  bool is_busy(const Key& value, std::int32_t day) const;
  bool overlaps(const Key& value, std::int32_t day) const;

  const LinkingConfig& config_;
  std::int64_t day_offset_us_;
  std::vector<NaiveEvent> events_;
  std::vector<NaiveStanding> standing_;
  std::vector<const LinkAssertion*> assertions_;
  std::set<std::string> hub_keys_;
  std::size_t given_ = 0;
  mutable std::map<std::pair<Key, std::int32_t>, std::string> hub_cache_;
};

}  // namespace clewline::identity::testing
