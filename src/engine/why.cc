#include "engine/why.h"
#include "engine/profile_matches.h"

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "engine/customer_lookup.h"
#include "engine/link_load.h"
#include "engine/link_words.h"
#include "engine/linked_portions.h"
#include "engine/masked_names.h"
#include "identity/why.h"
#include "render/cell_text.h"
#include "text/identifier.h"
#include "text/zone.h"

namespace clewline::engine {
namespace {

using render::ColumnKind;
using render::TreeNode;

constexpr std::size_t kStepsShown = 100;  // to a person; JSON has all

TreeNode step_node(const std::string& rule, const std::string& from, const std::string& to,
                   const std::string& text) {
  TreeNode node;
  node.ink = render::Ink::interaction;
  node.headline = text;
  node.fields = {{{"rule"}, rule}, {{"from"}, from}, {{"to"}, to}, {{"text"}, text}};
  return node;
}

TreeNode step_node(const identity::WhyStep& step) {
  TreeNode node = step_node(step.rule, step.from, step.to, step.text);
  std::string alternatives = "[";
  for (const identity::WhyAlternative& alternative : step.alternatives) {
    node.remarks.push_back("else: " + alternative.text);
    if (alternatives.size() > 1) alternatives += ", ";
    alternatives += "{\"rule\": ";
    render::add_json_string(alternatives, alternative.rule);
    alternatives += ", \"text\": ";
    render::add_json_string(alternatives, alternative.text);
    alternatives += "}";
  }
  if (!step.alternatives_complete)
    node.remarks.push_back("further ways were not looked for: too many events hang together here");
  node.fields.push_back({{"alternatives", ColumnKind::json}, alternatives + "]"});
  node.fields.push_back(
      {{"alternatives_complete", ColumnKind::boolean}, step.alternatives_complete});
  return node;
}

TreeNode apart_node(const identity::WhyApart& apart) {
  TreeNode node;
  node.ink = render::Ink::warn;
  node.headline = apart.text;
  node.fields = {{{"reason"}, apart.reason}, {{"text"}, apart.text}};
  return node;
}

TreeNode answer_node(const identity::WhyAnswer& answer, const std::string& a,
                     const std::string& b) {
  TreeNode root;
  root.ink = render::Ink::strong;
  root.headline = answer.together ? a + " and " + b + " are one customer"
                                  : a + " and " + b + " are not one customer";
  root.fields = {{{"together", ColumnKind::boolean}, answer.together},
                 {{"customer_a"}, "c_" + answer.customer_a.to_hex()},
                 {{"customer_b"}, "c_" + answer.customer_b.to_hex()}};
  root.children_name = answer.together ? "steps" : "apart";
  if (answer.together) {
    root.reference = "c_" + answer.customer_a.to_hex();
    for (const identity::WhyStep& step : answer.chain) root.children.push_back(step_node(step));
    root.children_shown = kStepsShown;
    root.children_noun = "steps";
    root.children_hint = "--output json has all";
  } else {
    for (const identity::WhyApart& apart : answer.apart) root.children.push_back(apart_node(apart));
  }
  return root;
}

// The same answer without the values of identifiers.
identity::WhyAnswer masked(identity::WhyAnswer answer) {
  for (identity::WhyStep& step : answer.chain) {
    std::vector<std::string> names = {step.from, step.to};
    for (const identity::WhyFact& fact : step.used) names.push_back(fact.name);
    for (const identity::WhyAlternative& alternative : step.alternatives) {
      for (const identity::WhyFact& fact : alternative.facts) names.push_back(fact.name);
    }
    step.text = masked_names(step.text, names);
    for (identity::WhyAlternative& alternative : step.alternatives)
      alternative.text = masked_names(alternative.text, names);
    step.from = masked_name(step.from);
    step.to = masked_name(step.to);
  }
  for (identity::WhyApart& apart : answer.apart) apart.text = masked_names(apart.text, apart.names);
  return answer;
}

// Identifiers in any spelling; everything else as it is.
std::string normalised(const std::string& name, const std::string& region) {
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos || !find_identifier_kind(name.substr(0, colon))) return name;
  const text::IdentifierValue value =
      text::normalise_identifier(name.substr(0, colon), name.substr(colon + 1), region);
  return value.value.empty() ? name : name.substr(0, colon + 1) + value.value;
}

Result<identity::WhyAnswer> ask_identity(Workspace& workspace, const std::string& a,
                                         const std::string& b) {
  const WorkspaceConfig& config = workspace.config();
  LoadOptions load;
  load.threads = workspace.threads();
  CLEW_TRY(load.matches, stored_profile_matches(workspace));
  CLEW_TRY(const LoadedInput loaded, load_link_input(workspace.database(), config.intents, load));
  CLEW_TRY(const auto options, resolve_options(config.linking, workspace.threads()));
  return identity::why(loaded.input, config.linking, workspace.key(), a, b, options);
}

/// One stored reason why two interactions are one engagement.
struct Edge {
  Id128 from;
  Id128 to;
  std::string rule;
  double probability = 1;
  std::string detail;
};

Result<std::vector<Edge>> edges_of(store::Connection& connection, const Id128& engagement) {
  CLEW_TRY(const auto rows,
           connection.query_rows("SELECT l.interaction_id, l.joined_to, l.rule, l.probability, "
                                 "coalesce(l.detail, '') FROM store.engagement_links l "
                                 "JOIN store.interactions i USING (interaction_id) WHERE "
                                 "i.engagement_id = $1 ORDER BY ALL",
                                 {engagement}));
  std::vector<Edge> edges;
  for (const auto& row : rows) {
    edges.push_back({std::get<Id128>(row[0]), std::get<Id128>(row[1]),
                     std::get<std::string>(row[2]), std::get<double>(row[3]),
                     std::get<std::string>(row[4])});
  }
  return edges;
}

// The shortest chain of edges from one interaction to another.
std::vector<Edge> path_between(const std::vector<Edge>& edges, const Id128& from, const Id128& to) {
  std::map<Id128, std::optional<std::size_t>> reached_by = {{from, std::nullopt}};
  std::deque<Id128> waiting = {from};
  while (!waiting.empty() && !reached_by.contains(to)) {
    const Id128 at = waiting.front();
    waiting.pop_front();
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (edges[i].from != at && edges[i].to != at) continue;
      const Id128 next = edges[i].from == at ? edges[i].to : edges[i].from;
      if (reached_by.emplace(next, i).second) waiting.push_back(next);
    }
  }
  std::vector<Edge> path;
  for (Id128 at = to; reached_by.contains(at) && reached_by[at];) {
    const Edge& edge = edges[*reached_by[at]];
    path.insert(path.begin(), edge);
    at = edge.from == at ? edge.to : edge.from;
  }
  return path;
}

struct Place {
  Id128 transaction;
  Id128 interaction;
  Id128 engagement;
};

// Units and events have a place in the tree; identifiers have none.
Result<std::optional<Place>> place_of(store::Connection& connection, const std::string& name) {
  const auto id = parse_unit_id(name.starts_with("event:") ? name.substr(6) : name, "tig");
  if (!id) return std::optional<Place>();
  CLEW_TRY(
      const auto rows,
      connection.query_rows("SELECT transaction_id, interaction_id, engagement_id FROM "
                            "store.event_places WHERE event_id = $1 AND engagement_id IS NOT NULL",
                            {*id}));
  if (rows.empty()) return std::optional<Place>();
  return std::optional(
      Place{std::get<Id128>(rows[0][0]), std::get<Id128>(rows[0][1]), std::get<Id128>(rows[0][2])});
}

std::string sitting_words(const Place& a, const Place& b) {
  if (a.transaction == b.transaction) return "they are in one transaction: one system, one session";
  return "they are in one interaction: the customer's presence overlaps or the gap between is "
         "short enough (config/linking.yaml: interaction_gaps, chain_gap, wrap_window)";
}

// A scored join with the waterfall of its weights.
TreeNode edge_node(const Edge& edge) {
  const auto contributions =
      edge.rule == "score" ? contributions_of(edge.detail) : std::vector<Contribution>();
  const std::string detail = contributions.empty() ? edge.detail : std::string("its weights are");
  TreeNode node =
      step_node("engagement_" + edge.rule, "i_" + edge.from.to_hex(), "i_" + edge.to.to_hex(),
                "one engagement: " + engagement_link_words(edge.rule, edge.probability, detail));
  if (contributions.empty()) return node;
  node.remarks = waterfall_lines(contributions);
  std::string json = "[";
  for (const Contribution& one : contributions) {
    json += json.size() > 1 ? ", {\"weight\": " : "{\"weight\": ";
    render::add_json_string(json, one.weight);
    json += ", \"log_odds\": " + render::number_text(one.log_odds) + "}";
  }
  node.fields.push_back({{"probability", ColumnKind::number}, edge.probability});
  node.fields.push_back({{"contributions", ColumnKind::json}, json + "]"});
  return node;
}

Status add_unit_steps(store::Connection& connection, const std::string& a, const std::string& b,
                      TreeNode& root) {
  CLEW_TRY(const auto place_a, place_of(connection, a));
  CLEW_TRY(const auto place_b, place_of(connection, b));
  if (!place_a || !place_b) return {};
  if (place_a->interaction == place_b->interaction) {
    root.children.push_back(step_node("interaction", a, b, sitting_words(*place_a, *place_b)));
    return {};
  }
  if (place_a->engagement != place_b->engagement) {
    root.remarks.push_back(
        "They are different engagements: no case, thread, order or chain ties them, and no score "
        "reached the threshold (config/linking.yaml: engagement).");
    return {};
  }
  CLEW_TRY(const auto edges, edges_of(connection, place_a->engagement));
  for (const Edge& edge : path_between(edges, place_a->interaction, place_b->interaction))
    root.children.push_back(edge_node(edge));
  return {};
}

}  // namespace

Result<render::TreeNode> why(Workspace& workspace, const std::string& a, const std::string& b,
                             Masking masking) {
  CLEW_TRY(auto connection, workspace.connect());
  const std::string first = normalised(a, workspace.config().region);
  const std::string second = normalised(b, workspace.config().region);
  CLEW_TRY(identity::WhyAnswer answer, ask_identity(workspace, first, second));
  if (masking == Masking::personal) answer = masked(std::move(answer));
  TreeNode root = masking == Masking::personal
                      ? answer_node(answer, masked_name(first), masked_name(second))
                      : answer_node(answer, first, second);
  if (answer.together) CLEW_TRY_VOID(add_unit_steps(connection, first, second, root));
  return root;
}

}  // namespace clewline::engine
