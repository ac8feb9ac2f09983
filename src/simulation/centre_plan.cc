#include "simulation/centre_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace clewline::simulation {

const std::array<IntentPlan, kIntentCount> kIntents = {{
    {"billing_question", "2", "Billing", 0.30, 0.45, 0.75, 0.0, 0.78, 300, 20},
    {"delivery_status", "1", "Orders", 0.12, 0.60, 0.60, 0.0, 0.88, 180, 24},
    {"technical_problem", "3", "Technical", 0.26, 0.50, 0.80, 0.35, 0.62, 520, 18},
    {"cancellation", "4", "Retention", 0.08, 0.30, 0.85, 0.0, 0.80, 420, 30},
    {"purchase", "5", "Sales", 0.24, 0.90, 0.25, 0.0, 0.70, 360, 30},
    {"upgrade", "6", "Sales", 0.00, 0.40, 0.70, 0.0, 0.75, 400, 30},
}};

namespace {

constexpr std::uint32_t kCustomersPerAgent = 40;
constexpr std::uint32_t kLeastAgents = 12;
constexpr double kSkillSigma = 0.6;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double log_odds(double share) { return std::log(share / (1 - share)); }

std::vector<AgentPlan> plan_agents(std::uint32_t customers, Random random, std::size_t* main) {
  const std::uint32_t count = std::max(kLeastAgents, customers / kCustomersPerAgent);
  const std::uint32_t hotline = count / 4;
  std::vector<AgentPlan> agents;
  for (std::uint32_t i = 0; i < count; ++i) {
    AgentPlan agent;
    agent.site = i < count - hotline ? "main" : "hotline";
    agent.id = i < count - hotline ? fmt::format("agent{:03}", i + 1)
                                   : fmt::format("SIP/{}", 200 + i - (count - hotline));
    for (double& skill : agent.skill_log_odds) skill = kSkillSigma * random.normal();
    agent.pace = random.log_normal(1, 0.15);
    agents.push_back(agent);
  }
  *main = count - hotline;
  return agents;
}

TimeUs part_of(const SimulationOptions& options, double share) {
  const double days = std::floor(share * options.days);
  return options.start_at + static_cast<std::int64_t>(days) * kUsPerDay;
}

std::vector<MenuFault> faults_of_small_menu(const SimulationOptions& options) {
  return {
      {"order_status", "lookup_fails", kDelivery, 0.9, part_of(options, 0.40),
       part_of(options, 0.55)},
      {"menu", "not_understood", kTechnical, 0.35, part_of(options, 0.20), part_of(options, 0.80)}};
}

// Five that cost agents much, and three that cost little or nothing.
std::vector<MenuFault> faults_of_large_menu(const SimulationOptions& options) {
  const auto during = [&](std::string_view node, std::string_view kind, std::size_t intent,
                          double share, double from, double to) {
    return MenuFault{node, kind, intent, share, part_of(options, from), part_of(options, to)};
  };
  std::vector<MenuFault> faults = {
      during("balance", "lookup_fails", kBilling, 0.8, 0.30, 0.60),
      during("order_status", "lookup_fails", kDelivery, 0.9, 0.20, 0.80),
      during("device_check", "times_out", kTechnical, 0.8, 0.10, 0.35),
      during("symptom", "not_understood", kTechnical, 0.6, 0.40, 0.70),
      during("stock_check", "lookup_fails", kPurchase, 0.9, 0.20, 0.75),
      during("sales_route", "misroutes", kPurchase, 0.4, 0.30, 0.60),
      during("contract_terms", "lookup_fails", kCancellation, 0.1, 0.50, 0.70),
      during("offer_check", "lookup_fails", kUpgrade, 0.2, 0.40, 0.60)};
  std::erase_if(faults, [&](const MenuFault& fault) { return fault.node == options.mended; });
  return faults;
}

NoisePlan plan_noise(Noise noise, Random random) {
  NoisePlan plan;
  const auto skew = [&random](double seconds_max) {
    return static_cast<std::int64_t>((2 * random.uniform() - 1) * seconds_max * kUsPerSecond);
  };
  if (noise == Noise::none) return plan;
  const bool high = noise == Noise::high;
  plan.repeated = high ? 0.06 : 0.01;
  plan.late = high ? 0.06 : 0.01;
  plan.revised = high ? 0.25 : 0.05;
  plan.out_of_order = 0.2;
  plan.missing_id = high ? 0.03 : 0.005;
  plan.typing_error = high ? 0.06 : 0.01;
  plan.duplicate = high ? 0.02 : 0.005;
  plan.hotline_skew_us = skew(high ? 90 : 15);
  plan.mail_skew_us = skew(high ? 60 : 10);
  plan.notes_skew_us = skew(high ? 90 : 15);
  return plan;
}

}  // namespace

double AgentPlan::solve_probability(std::size_t intent) const {
  return logistic(log_odds(kIntents[intent].solved_by_agent) + skill_log_odds[intent]);
}

const MenuFault* CentrePlan::fault_at(std::size_t intent, TimeUs at) const {
  for (const MenuFault& fault : faults) {
    if (fault.intent == intent && at >= fault.from && at < fault.to) return &fault;
  }
  return nullptr;
}

const MenuFault* CentrePlan::fault_of(std::string_view node, TimeUs at) const {
  for (const MenuFault& fault : faults) {
    if (fault.node == node && at >= fault.from && at < fault.to) return &fault;
  }
  return nullptr;
}

CentrePlan plan_centre(const SimulationOptions& options) {
  CentrePlan plan;
  const Random root(options.seed);
  plan.start_at = options.start_at;
  plan.end_at = options.start_at + static_cast<std::int64_t>(options.days) * kUsPerDay;
  plan.agents = plan_agents(options.customers, root.fork(1ULL << 40), &plan.main_agents);
  plan.large_menu = options.menu == Menu::large;
  plan.faults = plan.large_menu ? faults_of_large_menu(options) : faults_of_small_menu(options);
  plan.campaigns = {{"spring_upgrade", kUpgrade, 0.5, part_of(options, 0.30)},
                    {"clearance_sale", kPurchase, 0.4, part_of(options, 0.65)}};
  plan.noise = plan_noise(options.noise, root.fork(2ULL << 40));
  return plan;
}

}  // namespace clewline::simulation
