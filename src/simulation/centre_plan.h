#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "simulation/random.h"
#include "simulation/simulate.h"

namespace clewline::simulation {

/// An intent with how it arrives, where it is pursued, and how hard it is. Medians and shares are
/// those of docs/methods/simulation.md.
struct IntentPlan {
  std::string_view name;
  std::string_view menu_key;
  std::string_view queue;
  double weight;           // share of the issues that arise by themselves
  double web_first;        // share of sittings that begin on the web
  double calls;            // share of sittings by phone (else by mail, or an order on the web)
  double hotline;          // share of calls that go to the second site's hotline
  double solved_by_agent;  // chance that one conversation with an average agent solves it
  double talk_median_s;
  double return_median_h;  // until the customer tries again
};

enum Intent : std::size_t {
  kBilling,
  kDelivery,
  kTechnical,
  kCancellation,
  kPurchase,
  kUpgrade,
  kIntentCount
};
extern const std::array<IntentPlan, kIntentCount> kIntents;

/// Who answers, and how well.
struct AgentPlan {
  std::string id;
  std::string site;                                   // main or hotline
  std::array<double, kIntentCount> skill_log_odds{};  // added to an average agent's
  double pace = 1;                                    // factor of talking time
  std::array<std::uint32_t, kIntentCount> handled{};
  std::array<std::uint32_t, kIntentCount> solved{};

  double solve_probability(std::size_t intent) const;
};

/// What is wrong with the menu, and when.
struct MenuFault {
  std::string_view node;
  std::string_view kind;   // lookup_fails, times_out, not_understood, misroutes
  std::size_t intent = 0;  // whose callers meet it
  double share = 0;        // of those, while it lasts
  TimeUs from = 0;
  TimeUs to = 0;
};

/// A campaign by mail to a random share of the customers.
struct CampaignPlan {
  std::string_view name;
  std::size_t intent = 0;
  double assigned = 0;
  TimeUs sent_at = 0;
};

/// How the deliveries differ from what happened.
struct NoisePlan {
  double repeated = 0;      // records sent again
  double late = 0;          // records that arrive late
  double revised = 0;       // contact records delivered unfinished first
  double out_of_order = 0;  // of those, the share whose older version comes last
  double missing_id = 0;    // an identifier of a record is empty
  double typing_error = 0;  // a field of a customer record is mistyped
  double duplicate = 0;     // customers with a second customer record
  std::int64_t hotline_skew_us = 0;
  std::int64_t mail_skew_us = 0;
  std::int64_t notes_skew_us = 0;
};

/// Everything of the centre that is fixed before its customers live.
struct CentrePlan {
  TimeUs start_at = 0;
  TimeUs end_at = 0;
  std::vector<AgentPlan> agents;  // of the main site first
  std::size_t main_agents = 0;
  bool large_menu = false;
  std::vector<MenuFault> faults;
  std::vector<CampaignPlan> campaigns;
  NoisePlan noise;

  /// Returns the fault that meets a caller of that intent then; null: none.
  const MenuFault* fault_at(std::size_t intent, TimeUs at) const;
  /// Returns the fault of a node then; null: none.
  const MenuFault* fault_of(std::string_view node, TimeUs at) const;
};

/// Lays down agents, faults, campaigns and clock skews from the seed.
CentrePlan plan_centre(const SimulationOptions& options);

}  // namespace clewline::simulation
