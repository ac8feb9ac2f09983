// `./dev bench unlink`: how long one unlink takes, identity and levels of whom it touches, on a
// graph of a million edges in components of 10 to 10,000 edges.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "bench/cost_meter.h"
#include "engine/link_workspace.h"
#include "hierarchy/build_hierarchy.h"
#include "identity/live_customers.h"

namespace {

using namespace clewline;

constexpr TimeUs kStart = 1'704'067'200'000'000;  // 2024-01-01
constexpr std::size_t kSizes[] = {10, 100, 1'000, 10'000};
constexpr double kBudgetSeconds = 0.05;  // p99

/// An edge that can be unlinked: two anchors that one event holds.
struct Edge {
  std::string a, b;
};

struct Graph {
  LinkInput input;
  std::vector<std::vector<Edge>> edges{std::size(kSizes)};  // some of each size of component
};

/// Makes components: events that hold a user_id and an account of the component.
class GraphMaker {
 public:
  explicit GraphMaker(std::size_t edges) : edges_(edges) {}

  Graph make() {
    for (std::size_t size = 0; size < std::size(kSizes); ++size) {
      for (std::size_t made = 0; made < edges_ / std::size(kSizes); made += kSizes[size])
        add_component(size);
    }
    return std::move(graph_);
  }

 private:
  void hold(const char* kind, const std::string& value) {
    graph_.input.identifiers.push_back({graph_.input.strings.intern(value),
                                        *find_identifier_kind(kind), IdentifierRole::customer,
                                        Assurance::system});
  }

  void add_edge(const std::string& user, const std::string& account) {
    LinkInput& input = graph_.input;
    LinkEvent& event = input.events.emplace_back();
    event.event_id = Id128{random_(), random_()};
    event.occurred_at = kStart + static_cast<TimeUs>(random_() % (365ULL * 86400)) * kUsPerSecond;
    event.source = input.strings.intern("web");
    event.session_key = input.strings.intern("s" + std::to_string(input.events.size()));
    event.type = *find_event_type("web.page_viewed");
    event.channel = Channel::web;
    event.record = static_cast<std::uint32_t>(input.records.size());
    input.records.push_back({event.source, event.source, event.session_key});
    event.identifiers_begin = static_cast<std::uint32_t>(input.identifiers.size());
    event.identifiers_count = 2;
    hold("user_id", user);
    hold("account", account);
  }

  /// A random tree of users and accounts with some edges more.
  void add_component(std::size_t size) {
    const std::string name = std::to_string(component_++) + "-";
    const std::size_t values = kSizes[size] / 2;
    for (std::size_t i = 0; i < kSizes[size]; ++i) {
      const std::size_t user = i < values ? i : random_() % values;
      const std::size_t account = i == 0 ? 0 : random_() % std::min(i, values);
      const Edge edge{"user_id:u" + name + std::to_string(user),
                      "account:a" + name + std::to_string(account)};
      add_edge(edge.a.substr(edge.a.find(':') + 1), edge.b.substr(edge.b.find(':') + 1));
      if (random_() % 16 == 0 || i == 0) graph_.edges[size].push_back(edge);
    }
  }

  std::size_t edges_;
  std::size_t component_ = 0;
  std::mt19937_64 random_{7};
  Graph graph_;
};

/// What unlinking took, sorted.
struct Times {
  std::vector<double> seconds;
  double at(double share) const {
    const double place = share * static_cast<double>(seconds.size());
    return seconds[std::min(seconds.size() - 1, static_cast<std::size_t>(place))];
  }
};

Status unlink(identity::LiveCustomers& live, const engine::LinkSettings& settings, const Edge& edge,
              TimeUs when) {
  LinkAssertion word;
  word.kind = AssertionKind::unlink;
  word.a = edge.a;
  word.b = edge.b;
  word.asserted_at = when;
  word.content_hash = std::to_string(when);
  CLEW_TRY(const identity::TouchedCustomers touched, live.say(std::move(word)));
  hierarchy::HierarchyOptions options;
  options.threads = 1;
  options.hub_keys = touched.identity.hub_keys;
  CLEW_TRY_VOID(hierarchy::build_hierarchy(touched.input, touched.identity.customer_of_event,
                                           touched.identity.customers.size(), settings.linking,
                                           settings.intents, settings.counting, options));
  return {};
}

Result<int> run(std::size_t edges, std::size_t unlinks, bool smoke) {
  Graph graph = GraphMaker(edges).make();
  const std::size_t made = graph.input.events.size();
  const engine::LinkSettings settings;
  const bench::CostMeter building;
  identity::ResolveOptions options;
  options.alias_keys = false;
  CLEW_TRY(auto live, identity::LiveCustomers::build(std::move(graph.input), settings.linking,
                                                     "key of the workspace", options));
  const double build_seconds = building.cost().seconds;
  std::mt19937_64 random(3);
  Times all, processor;
  std::string sizes;
  for (std::size_t size = 0; size < std::size(kSizes); ++size) {
    Times times;
    for (std::size_t i = 0; i < unlinks; ++i) {
      const Edge& edge = graph.edges[size][random() % graph.edges[size].size()];
      const bench::CostMeter meter;
      CLEW_TRY_VOID(unlink(live, settings, edge, static_cast<TimeUs>(size * unlinks + i + 1)));
      const bench::Cost cost = meter.cost();
      times.seconds.push_back(cost.seconds);
      processor.seconds.push_back(cost.processor_seconds);
    }
    all.seconds.insert(all.seconds.end(), times.seconds.begin(), times.seconds.end());
    std::ranges::sort(times.seconds);
    sizes +=
        fmt::format("{}{{\"edges\": {}, \"p50_ms\": {:.2f}, \"p99_ms\": {:.2f}}}",
                    size == 0 ? "" : ", ", kSizes[size], times.at(0.5) * 1e3, times.at(0.99) * 1e3);
  }
  std::ranges::sort(all.seconds);
  std::ranges::sort(processor.seconds);
  std::cout << fmt::format(
      "{{\"edges\": {}, \"unlinks\": {}, \"build_seconds\": {:.2f}, \"p50_ms\": {:.2f}, "
      "\"p99_ms\": {:.2f}, \"p99_processor_ms\": {:.2f}, \"budget_ms\": {:.0f}, \"sizes\": [{}], "
      "\"peak_rss_bytes\": {}}}\n",
      made, all.seconds.size(), build_seconds, all.at(0.5) * 1e3, all.at(0.99) * 1e3,
      processor.at(0.99) * 1e3, kBudgetSeconds * 1e3, sizes, bench::peak_rss_bytes());
  return smoke || all.at(0.99) <= kBudgetSeconds ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t edges = 1'000'000;
  std::size_t unlinks = 250;  // of each size
  bool smoke = false;
  for (int i = 1; i < argc; ++i) smoke = smoke || std::string_view(argv[i]) == "--smoke";
  if (smoke) edges = 80'000, unlinks = 10;
  const auto outcome = run(edges, unlinks, smoke);
  if (outcome.ok()) return *outcome;
  std::cerr << describe(outcome.error()) << "\n";
  return 4;
}
