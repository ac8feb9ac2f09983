#include "hierarchy/conservation.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "hierarchy/parallel.h"

namespace clewline::hierarchy {
namespace {

Error differs(std::string_view level, std::size_t row, std::string_view what, std::uint64_t stated,
              std::uint64_t counted) {
  return Error{ErrorCode::internal,
               "conservation: " + std::string(level) + " " + std::to_string(row) + ": " +
                   std::string(what) + " is " + std::to_string(stated) + ", counted " +
                   std::to_string(counted),
               ""};
}

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// What a transaction's events come to.
struct EventTally {
  TimeUs first_at = std::numeric_limits<TimeUs>::max();
  TimeUs last_at = std::numeric_limits<TimeUs>::min();
  std::uint32_t events = 0;
  bool named = false;  // its id is the event_id of one of its events
};

/// What a unit's members come to.
struct Tally {
  std::uint64_t events = 0;
  std::uint64_t transactions = 0;
  std::uint64_t interactions = 0;
  std::uint64_t contacts = 0;
  std::uint64_t engagements = 0;
  TimeUs first_at = std::numeric_limits<TimeUs>::max();
  TimeUs last_at = std::numeric_limits<TimeUs>::min();
  bool named = false;  // its id is that of one of its members, and so of an event

  void add_span(TimeUs first, TimeUs last) {
    first_at = std::min(first_at, first);
    last_at = std::max(last_at, last);
  }
};

class Recount {
 public:
  Recount(const LinkInput& input, std::span<const std::uint32_t> customers,
          const HierarchyResult& result, int threads)
      : input_(input), customers_(customers), result_(result), threads_(std::max(1, threads)) {}

  Status run() {
    CLEW_TRY_VOID(check_places());
    CLEW_TRY_VOID(tally());
    CLEW_TRY_VOID(check_transactions());
    CLEW_TRY_VOID(check_interactions());
    CLEW_TRY_VOID(check_engagements());
    return check_journeys();
  }

 private:
  /// Every index points somewhere, and no step up changes the customer.
  Status check_places() const {
    if (result_.transaction_of_event.size() != input_.events.size()) {
      return differs("level", 0, "events placed", result_.transaction_of_event.size(),
                     input_.events.size());
    }
    for (std::size_t e = 0; e < input_.events.size(); ++e) {
      const std::uint32_t t = result_.transaction_of_event[e];
      if (t >= result_.transactions.size()) return differs("event", e, "transaction", t, kNoIndex);
    }
    for (std::size_t t = 0; t < result_.transactions.size(); ++t) {
      const TransactionUnit& row = result_.transactions[t];
      if (row.interaction >= result_.interactions.size() ||
          result_.interactions[row.interaction].customer != row.customer) {
        return differs("transaction", t, "interaction", row.interaction, kNoIndex);
      }
    }
    for (std::size_t i = 0; i < result_.interactions.size(); ++i) {
      const InteractionUnit& row = result_.interactions[i];
      if (row.engagement >= result_.engagements.size() ||
          result_.engagements[row.engagement].customer != row.customer) {
        return differs("interaction", i, "engagement", row.engagement, kNoIndex);
      }
    }
    return {};
  }

  Status tally() {
    transactions_.resize(result_.transactions.size());
    interactions_.resize(result_.interactions.size());
    engagements_.resize(result_.engagements.size());
    std::vector<std::size_t> strangers(static_cast<std::size_t>(threads_), kNone);
    run_parts(threads_,
              [&](int part) { strangers[static_cast<std::size_t>(part)] = tally_events(part); });
    for (const std::size_t e : strangers) {
      if (e == kNone) continue;
      const std::uint32_t t = result_.transaction_of_event[e];
      return differs("event", e, "customer", result_.transactions[t].customer, customers_[e]);
    }
    for (std::size_t t = 0; t < transactions_.size(); ++t) {
      const TransactionUnit& row = result_.transactions[t];
      Tally& up = interactions_[row.interaction];
      up.events += transactions_[t].events;
      ++up.transactions;
      up.add_span(row.first_at, row.last_at);
      if (row.id == result_.interactions[row.interaction].id) up.named = true;
    }
    for (std::size_t i = 0; i < interactions_.size(); ++i) {
      const InteractionUnit& row = result_.interactions[i];
      Tally& up = engagements_[row.engagement];
      up.events += interactions_[i].events;
      up.transactions += interactions_[i].transactions;
      ++up.interactions;
      if (row.kind == Kind::contact) ++up.contacts;
      up.add_span(row.first_at, row.last_at);
      if (row.id == result_.engagements[row.engagement].id) up.named = true;
    }
    return {};
  }

  /// Counts the events of one part of the transactions. Returns an event in a transaction of
  /// another customer, or kNone.
  std::size_t tally_events(int part) {
    constexpr std::size_t kAhead = 16;
    const std::size_t begin = part_begin(transactions_.size(), part, threads_);
    const std::size_t end = part_begin(transactions_.size(), part + 1, threads_);
    const std::vector<std::uint32_t>& places = result_.transaction_of_event;
    std::size_t stranger = kNone;
    for (std::size_t e = 0; e < places.size(); ++e) {
      if (e + kAhead < places.size()) {
        __builtin_prefetch(&transactions_[places[e + kAhead]], 1);
        __builtin_prefetch(&result_.transactions[places[e + kAhead]]);
      }
      const std::uint32_t t = places[e];
      if (t < begin || t >= end) continue;
      const LinkEvent& event = input_.events[e];
      EventTally& tally = transactions_[t];
      ++tally.events;
      // The end of an interval is clipped by the linker, so only begins are compared exactly.
      tally.first_at = std::min(tally.first_at, event.occurred_at);
      tally.last_at = std::max(tally.last_at, event.occurred_at);
      if (result_.transactions[t].id == event.event_id) tally.named = true;
      if (result_.transactions[t].customer != customers_[e]) stranger = e;
    }
    return stranger;
  }

  Status check_transactions() const {
    for (std::size_t t = 0; t < transactions_.size(); ++t) {
      const TransactionUnit& row = result_.transactions[t];
      const EventTally& counted = transactions_[t];
      if (row.events != counted.events)
        return differs("transaction", t, "events", row.events, counted.events);
      if (!counted.named) return differs("transaction", t, "id of an event it holds", 0, 1);
      if (row.first_at != counted.first_at) {
        return differs("transaction", t, "first_at", static_cast<std::uint64_t>(row.first_at),
                       static_cast<std::uint64_t>(counted.first_at));
      }
      if (row.last_at < counted.last_at) {
        return differs("transaction", t, "last_at", static_cast<std::uint64_t>(row.last_at),
                       static_cast<std::uint64_t>(counted.last_at));
      }
      const bool present = row.presence_from != kNoTime;
      const bool holds =
          !present || (row.presence_from <= row.presence_to && row.presence_from >= row.first_at);
      if (!holds || present != (row.presence_to != kNoTime))
        return differs("transaction", t, "presence", 0, 1);
      if (present != (row.placement == Placement::presence))
        return differs("transaction", t, "placement", 0, 1);
    }
    return {};
  }

  /// A contact's presence is the hull of its transactions' presences: what has none neither opens
  /// nor prolongs it.
  Status check_interactions() const {
    std::vector<Tally> presences(interactions_.size());
    for (const TransactionUnit& row : result_.transactions) {
      if (row.presence_from != kNoTime)
        presences[row.interaction].add_span(row.presence_from, row.presence_to);
    }
    for (std::size_t i = 0; i < interactions_.size(); ++i) {
      const InteractionUnit& row = result_.interactions[i];
      const Tally& counted = interactions_[i];
      if (row.events != counted.events)
        return differs("interaction", i, "events", row.events, counted.events);
      if (row.transactions != counted.transactions) {
        return differs("interaction", i, "transactions", row.transactions, counted.transactions);
      }
      if (!counted.named) return differs("interaction", i, "id of an event it holds", 0, 1);
      if (row.first_at != counted.first_at || row.last_at != counted.last_at) {
        return differs("interaction", i, "first_at and last_at are those of its transactions", 0,
                       1);
      }
      const bool present = presences[i].first_at <= presences[i].last_at;
      if (present != (row.kind == Kind::contact))
        return differs("interaction", i, "kind contact", present, !present);
      const bool same = present ? row.presence_from == presences[i].first_at &&
                                      row.presence_to == presences[i].last_at
                                : row.presence_from == kNoTime && row.presence_to == kNoTime;
      if (!same)
        return differs("interaction", i, "presence is the hull of its transactions'", 0, 1);
      if (present != (row.contact_attempts > 0)) {
        return differs("interaction", i, "contact_attempts", row.contact_attempts, present);
      }
    }
    return {};
  }

  Status check_engagements() const {
    for (std::size_t g = 0; g < engagements_.size(); ++g) {
      const EngagementUnit& row = result_.engagements[g];
      const Tally& counted = engagements_[g];
      if (row.events != counted.events)
        return differs("engagement", g, "events", row.events, counted.events);
      if (row.transactions != counted.transactions) {
        return differs("engagement", g, "transactions", row.transactions, counted.transactions);
      }
      if (row.interactions != counted.interactions) {
        return differs("engagement", g, "interactions", row.interactions, counted.interactions);
      }
      if (row.contacts != counted.contacts) {
        return differs("engagement", g, "contacts", row.contacts, counted.contacts);
      }
      if (!counted.named) return differs("engagement", g, "id of an event it holds", 0, 1);
      if (row.first_at != counted.first_at || row.last_at != counted.last_at) {
        return differs("engagement", g, "first_at and last_at are those of its interactions", 0, 1);
      }
      if ((row.kind == Kind::contact) != (counted.contacts > 0))
        return differs("engagement", g, "kind", 0, 1);
    }
    return {};
  }

  /// One journey for each customer that has events.
  Status check_journeys() const {
    std::uint32_t customers = 0;
    for (const std::uint32_t customer : customers_) customers = std::max(customers, customer + 1);
    std::vector<Tally> counted(customers);
    for (std::size_t g = 0; g < engagements_.size(); ++g) {
      Tally& up = counted[result_.engagements[g].customer];
      ++up.engagements;
      up.events += engagements_[g].events;
      up.transactions += engagements_[g].transactions;
      up.interactions += engagements_[g].interactions;
      up.contacts += engagements_[g].contacts;
      up.add_span(result_.engagements[g].first_at, result_.engagements[g].last_at);
    }
    for (std::size_t j = 0; j < result_.journeys.size(); ++j) {
      const JourneyUnit& row = result_.journeys[j];
      if (row.customer >= customers || counted[row.customer].named) {
        return differs("journey", j, "customer", row.customer, customers);
      }
      Tally& up = counted[row.customer];
      up.named = true;
      if (row.events != up.events) return differs("journey", j, "events", row.events, up.events);
      if (row.transactions != up.transactions) {
        return differs("journey", j, "transactions", row.transactions, up.transactions);
      }
      if (row.interactions != up.interactions) {
        return differs("journey", j, "interactions", row.interactions, up.interactions);
      }
      if (row.contacts != up.contacts)
        return differs("journey", j, "contacts", row.contacts, up.contacts);
      if (row.engagements != up.engagements) {
        return differs("journey", j, "engagements", row.engagements, up.engagements);
      }
      if (row.first_at != up.first_at || row.last_at != up.last_at) {
        return differs("journey", j, "first_at and last_at are those of its engagements", 0, 1);
      }
    }
    for (std::size_t c = 0; c < counted.size(); ++c) {
      if (counted[c].events != 0 && !counted[c].named)
        return differs("customer", c, "journeys", 0, 1);
    }
    return {};
  }

  const LinkInput& input_;
  std::span<const std::uint32_t> customers_;
  const HierarchyResult& result_;
  int threads_;
  std::vector<EventTally> transactions_;
  std::vector<Tally> interactions_;
  std::vector<Tally> engagements_;
};

}  // namespace

Status check_conservation(const LinkInput& input, std::span<const std::uint32_t> customer_of_event,
                          const HierarchyResult& result, int threads) {
  return Recount(input, customer_of_event, result, threads).run();
}

}  // namespace clewline::hierarchy
