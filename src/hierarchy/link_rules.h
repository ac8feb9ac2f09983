#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/link_input.h"
#include "model/link_result.h"
#include "model/linking_config.h"

namespace clewline::hierarchy {

/// Names a key inside its key space: source number (0 for spaces shared between sources) and string
/// number. 0: no key.
using KeyId = std::uint64_t;

inline constexpr KeyId key_id(std::uint32_t space, std::uint32_t key) {
  return key == 0 ? 0 : (static_cast<KeyId>(space) << 32) | key;
}
inline constexpr std::uint32_t key_space(KeyId id) { return static_cast<std::uint32_t>(id >> 32); }

/// What the linker asks of an event type, one bit a question.
enum Mark : std::uint32_t {
  kContactDomain = 1U << 0,      // contact.*
  kContactEnded = 1U << 1,       // contact.ended
  kAgentOpener = 1U << 2,        // agent.connected, callback.connected
  kQueueEntered = 1U << 3,       // queue.entered
  kWrapup = 1U << 4,             // wrapup.interval
  kHold = 1U << 5,               // hold.interval
  kColleague = 1U << 6,          // consult, conference, barge: the agent named may be a colleague
  kCallbackRequested = 1U << 7,  // callback.requested
  kCallbackReached = 1U << 8,    // callback.connected
  kCallbackTried = 1U << 9,      // callback.attempted
  kOutboundTried = 1U << 10,     // outbound.attempted
  kProactive = 1U << 11,         // campaign.sent, bill.issued, letter.sent, notice.sent
  kOrderDomain = 1U << 12,       // order.*, payment.*, refund.*, dispute.*, subscription.*
  kCaseReopened = 1U << 13,      // case.reopened
  kPromiseMade = 1U << 14,       // promise.made
  kPromiseKept = 1U << 15,       // promise.kept
  kOpensLeg = 1U << 16,
  kClosesLeg = 1U << 17,
};

/// How a channel takes the customer's time. In `asynchronous` channels and at a desk nobody waits
/// on the line: queue stays and agents' legs are not presence there.
enum class ChannelLife : std::uint8_t { live, asynchronous, momentary };

/// Everything of the configuration that linking asks per event, compiled to numbers and tables.
/// Immutable; shared by all threads. Compile again when a string that the configuration names was
/// interned later.
class LinkRules {
 public:
  /// Fails when a gap or window is negative or a weight is not finite.
  static Result<LinkRules> compile(const StringTable& strings, const LinkingConfig& config,
                                   const IntentDictionary& intents, const CountingConfig& counting);

  const LinkingConfig& config() const { return config_; }
  const ChannelRule& channel(Channel channel) const { return config_.channels[index(channel)]; }
  ChannelLife life(Channel channel) const { return lives_[index(channel)]; }
  std::int64_t interaction_gap_us(Channel a, Channel b) const {
    return config_.interaction_gap_us[index(a)][index(b)];
  }
  /// Returns the largest gap that joins a channel's presence with that of any other channel.
  std::int64_t widest_gap_us(Channel channel) const { return widest_gaps_us_[index(channel)]; }

  /// Returns the longest time after which some engagement can still be joined.
  std::int64_t longest_join_window_us() const { return longest_join_window_us_; }

  std::uint32_t marks(EventType type) const { return marks_[type]; }
  std::uint8_t rank(EventType type) const { return ranks_[type]; }
  Role role(EventType type, Actor actor, Direction direction) const {
    return roles_[type][index(actor)][index(direction)];
  }
  Presence presence(EventType type, Actor actor, Direction direction) const {
    return presences_[type][index(actor)][index(direction)];
  }
  /// Returns the outcome a type means when the source states none.
  Outcome implied_outcome(EventType type) const { return implied_outcomes_[type]; }
  /// Returns the state an engagement is in after an event of the type; `lapsed` when the type says
  /// nothing.
  EngagementState state_after(EventType type) const { return states_[type]; }

  KeyId session_id(const LinkEvent& event) const { return key_id(event.source, event.session_key); }
  KeyId chain_id(const LinkEvent& event) const {
    return key_id(holds(shared_chain_sources_, event.source) ? 0 : event.source, event.chain_key);
  }
  KeyId case_id(const LinkEvent& event) const {
    return key_id(holds(shared_case_sources_, event.source) ? 0 : event.source, event.case_key);
  }
  /// Tells whether two different cases of the space are two issues.
  bool exclusive_case_space(KeyId id) const {
    return !holds(inclusive_case_sources_, key_space(id));
  }

  /// Returns the intent of the dictionary with that name's number; null when it is not in it.
  const Intent* intent(std::uint32_t name) const;
  /// Finds the first result rule that an event meets. Returns false when none does.
  bool find_result(const LinkEvent& event, EngagementResult* result) const;

  struct SourcePair {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::int64_t window_us = 0;
  };
  /// Returns the customer-and-time rules whose sources both occur.
  std::span<const SourcePair> customer_time_rules() const { return customer_time_rules_; }

 private:
  struct CompiledResultRule {
    bool any_type = true;
    EventType type = 0;
    bool any_outcome = true;
    Outcome outcome = Outcome::unknown;
    std::uint32_t disposition = 0;  // 0: any
    std::uint32_t intent = 0;       // 0: any
    EngagementResult result = EngagementResult::unknown;
  };
  struct NumberedIntent {
    std::uint32_t name = 0;
    Intent intent;
  };

  template <typename E>
  static constexpr std::size_t index(E value) {
    return static_cast<std::size_t>(value);
  }
  static bool holds(const std::vector<std::uint32_t>& sources, std::uint32_t source) {
    for (const std::uint32_t known : sources) {
      if (known == source) return true;
    }
    return false;
  }
  void fill_event_types();
  void fill_channels();
  void fill_sources(const StringTable& strings);
  Status fill_results(const StringTable& strings, const CountingConfig& counting);

  LinkingConfig config_;
  std::array<ChannelLife, kChannelCount> lives_{};
  std::array<std::int64_t, kChannelCount> widest_gaps_us_{};
  std::int64_t longest_join_window_us_ = 0;
  std::array<std::uint32_t, 256> marks_{};
  std::array<std::uint8_t, 256> ranks_{};
  std::array<std::array<std::array<Role, 4>, 4>, 256> roles_{};
  std::array<std::array<std::array<Presence, 4>, 4>, 256> presences_{};
  std::array<Outcome, 256> implied_outcomes_{};
  std::array<EngagementState, 256> states_{};
  std::vector<std::uint32_t> shared_chain_sources_;
  std::vector<std::uint32_t> shared_case_sources_;
  std::vector<std::uint32_t> inclusive_case_sources_;
  std::vector<SourcePair> customer_time_rules_;
  std::vector<NumberedIntent> intents_;  // by name's number
  std::vector<CompiledResultRule> result_rules_;
  std::array<bool, 256> type_may_decide_{};  // some rule can meet an event of the type
  std::array<bool, 32> outcome_may_decide_{};
  bool any_event_may_decide_ = false;
};

}  // namespace clewline::hierarchy
