#include "engine/link.h"

#include "engine/profile_matches.h"
#include "engine/time_option.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

render::ResultTable summary_table(const LinkSummary& summary) {
  using render::ColumnKind;
  render::ResultTable table;
  table.single = true;
  std::vector<render::Cell> row;
  const auto add = [&](const char* name, std::uint64_t value) {
    table.columns.push_back({name, ColumnKind::integer});
    row.emplace_back(static_cast<std::int64_t>(value));
  };
  add("events", summary.events);
  add("transactions", summary.transactions);
  add("interactions", summary.interactions);
  add("engagements", summary.engagements);
  add("customers_identified", summary.customers_identified);
  add("customers_anonymous", summary.customers_anonymous);
  add("relinked_customers", summary.relinked_customers);
  add("events_not_in_the_tree", summary.events_outside_tree);
  add("events_of_no_customer", summary.events_not_a_customer);
  add("issues", summary.issues);
  add("portions", summary.portions);
  const auto add_seconds = [&](const char* name, double value) {
    table.columns.push_back(render::seconds_column(name, name == std::string_view("seconds")
                                                             ? render::Audience::everybody
                                                             : render::Audience::machines));
    row.push_back(render::seconds_cell(value));
  };
  add_seconds("seconds", summary.seconds);
  add_seconds("load_seconds", summary.load_seconds);
  add_seconds("identity_seconds", summary.identity_seconds);
  add_seconds("hierarchy_seconds", summary.hierarchy_seconds);
  add_seconds("store_seconds", summary.store_seconds);
  table.rows.push_back(std::move(row));
  return table;
}

}  // namespace

Result<LinkSettings> link_settings(Workspace& workspace) {
  LinkSettings settings;
  const WorkspaceConfig& config = workspace.config();
  settings.linking = config.linking;
  settings.intents = config.intents;
  settings.counting = config.counting;
  settings.tiers = config.tiers;
  settings.workspace_key = workspace.key();
  settings.threads = workspace.threads();
  settings.memory_limit = workspace.memory_limit();
  CLEW_TRY(settings.matches, find_profile_matches(workspace));
  return settings;
}

Result<render::ResultTable> link(Workspace& workspace, const LinkRequest& request) {
  CLEW_TRY(LinkSettings settings, link_settings(workspace));
  settings.full = request.full;
  if (request.as_of) {
    CLEW_TRY(settings.as_of, read_time_option(*request.as_of, "--as-of"));
  }
  CLEW_TRY(const LinkSummary summary, link_workspace(workspace.database(), settings));
  return summary_table(summary);
}

}  // namespace clewline::engine
