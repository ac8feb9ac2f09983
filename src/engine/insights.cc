#include "engine/insights.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/closest_name.h"
#include "engine/query_table.h"
#include "insights/actions/actions.h"
#include "insights/channels/channels.h"
#include "insights/effort/effort.h"
#include "insights/funnel/funnel.h"
#include "insights/ivr_exits/ivr_exits.h"
#include "insights/menu/menu.h"
#include "insights/paths/paths.h"
#include "insights/patterns/patterns.h"
#include "insights/resolution/resolution.h"
#include "insights/responses/responses.h"
#include "insights/sequences/sequences.h"
#include "insights/service/service.h"
#include "render/cell_text.h"
#include "store/settings.h"

namespace clewline::engine {
namespace {

const insights::Insight* const kInsights[] = {
    &insights::service_insight(),  &insights::resolution_insight(),
    &insights::channels_insight(), &insights::menu_insight(),
    &insights::paths_insight(),    &insights::sequences_insight(),
    &insights::funnel_insight(),   &insights::patterns_insight(),
    &insights::actions_insight(),  &insights::ivr_exits_insight(),
    &insights::effort_insight(),   &insights::responses_insight()};

Result<const insights::Insight*> find_insight(std::string_view name) {
  std::vector<std::string> names;
  for (const insights::Insight* insight : kInsights) {
    if (insight->question().name == name) return insight;
    names.emplace_back(insight->question().name);
  }
  return Error{ErrorCode::usage, fmt::format("there is no insight `{}`", name),
               did_you_mean(name, names, "`clewline insight` lists them with their questions")};
}

// The settings that an insight goes by: those of its own section and those of all.
std::vector<SettingRow> settings_read(const Workspace& workspace,
                                      const insights::Question& question) {
  std::vector<SettingRow> out;
  for (SettingRow& row : read_workspace_config(workspace.folder()).settings) {
    const std::string_view setting = row.name;
    if (setting == "zone" || setting == "counting.short_abandon" ||
        setting == "counting.sample_min" ||
        setting.starts_with("counting." + std::string(question.name) + ".") ||
        std::ranges::find(question.also_reads, setting) != question.also_reads.end())
      out.push_back(std::move(row));
  }
  return out;
}

void add_member(std::string& out, std::string_view name) {
  out += out.size() > 1 ? ",\n " : "";
  render::add_json_string(out, name);
  out += ": ";
}

void add_texts(std::string& out, std::string_view name, const std::vector<std::string>& texts) {
  add_member(out, name);
  out += "[";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ", ";
    render::add_json_string(out, texts[i]);
  }
  out += "]";
}

void add_table(std::string& out, std::string_view name, const render::ResultTable& table) {
  add_member(out, name);
  render::RowStyle style;
  style.format = render::Format::json;
  std::string rows = render::table_text(table, style);
  while (!rows.empty() && rows.back() == '\n') rows.pop_back();
  out += rows;
}

render::ResultTable excluded_table(const InsightAnswer& answer) {
  render::ResultTable table;
  table.columns = {{"reason"}, {"units", render::ColumnKind::integer}};
  for (const insights::Excluded& row : answer.answer.excluded)
    table.rows.push_back({row.reason, row.units});
  return table;
}

render::ResultTable settings_table(const InsightAnswer& answer) {
  render::ResultTable table;
  table.columns = {{"setting"}, {"value"}, {"origin"}};
  for (const SettingRow& row : answer.settings)
    table.rows.push_back({row.name, row.value, row.origin});
  return table;
}

}  // namespace

Result<insights::Settings> insight_settings(const Workspace& workspace,
                                            store::Connection& connection) {
  CLEW_TRY(auto as_of, store::setting(connection, "as_of"));
  const WorkspaceConfig& config = workspace.config();
  return insights::Settings{config.insights, config.counting.short_abandon_us, config.zone,
                            std::move(as_of).value_or("")};
}

std::vector<insights::InsightOption> insight_options() {
  std::vector<insights::InsightOption> out;
  for (const insights::Insight* insight : kInsights) {
    for (const insights::InsightOption& option : insight->question().options) {
      const auto known = std::ranges::find(out, option.name, &insights::InsightOption::name);
      if (known == out.end()) {
        out.push_back(option);
        continue;
      }
      if (known->meaning != option.meaning)
        known->meaning += fmt::format("; in {}: {}", insight->question().name, option.meaning);
      if (known->choices != option.choices) known->choices.clear();
    }
  }
  return out;
}

render::ResultTable list_insights() {
  render::ResultTable table;
  table.columns = {{"insight"}, {"question"}};
  for (const insights::Insight* insight : kInsights)
    table.rows.push_back(
        {std::string(insight->question().name), std::string(insight->question().question)});
  return table;
}

Result<InsightAnswer> ask_insight(Workspace& workspace, const InsightRequest& request) {
  CLEW_TRY(const insights::Insight* insight, find_insight(request.name));
  CLEW_TRY(auto connection, workspace.connect());
  InsightAnswer out;
  out.question = &insight->question();
  CLEW_TRY(const auto settings, insight_settings(workspace, connection));
  out.as_of = settings.as_of;
  out.settings = settings_read(workspace, *out.question);
  CLEW_TRY(out.answer, insights::ask(*insight, {connection, settings, request.selection,
                                                request.compare, request.options}));
  return out;
}

Result<std::int64_t> list_insight_units(Workspace& workspace, const InsightRequest& request,
                                        const std::string& cell, render::RowWriter& writer) {
  CLEW_TRY(const insights::Insight* insight, find_insight(request.name));
  CLEW_TRY(const auto name, insights::parse_cell(cell));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const auto settings, insight_settings(workspace, connection));
  CLEW_TRY(auto result,
           insights::units_of_cell(
               *insight,
               {connection, settings, request.selection, request.compare, request.options}, name));
  return write_rows(result, writer);
}

Result<std::int64_t> save_cohort(Workspace& workspace, const InsightRequest& request,
                                 const std::string& cell, const std::string& name) {
  CLEW_TRY(const insights::Insight* insight, find_insight(request.name));
  CLEW_TRY(const auto parsed, insights::parse_cell(cell));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const auto settings, insight_settings(workspace, connection));
  const std::string where =
      request.selection.where.empty() ? "" : " where " + request.selection.where;
  return insights::save_cohort(
      *insight, {connection, settings, request.selection, request.compare, request.options}, parsed,
      name, request.name + " " + cell + where);
}

std::string explain_insight(const InsightAnswer& answer) {
  const insights::Question& question = *answer.question;
  std::string out = fmt::format("{}\n\nDefinition\n  {}\n\nLimits\n  {}\n", question.question,
                                question.definition, question.limits);
  out += "\nMeasures (intervals: 95 % between customers)\n";
  for (const insights::Measure& measure : answer.answer.measures)
    out += fmt::format("  {:<28}{}\n", measure.name, measure.meaning);
  out += "\nFields for --where and --by\n";
  for (const insights::Field& field : insights::fields_of(question))
    out += fmt::format("  {:<28}{}\n", field.name, field.meaning);
  if (!question.options.empty()) out += "\nOptions of its own\n";
  for (const insights::InsightOption& option : question.options)
    out += fmt::format("  {:<28}{}\n", fmt::format("--{} {}", option.name, option.value),
                       option.meaning);
  out += "\nSettings\n";
  for (const SettingRow& row : answer.settings)
    out += fmt::format("  {:<40}{}  ({})\n", row.name, row.value, row.origin);
  out += fmt::format("\nCounted: {}\nLeft out\n",
                     render::counted(answer.answer.counts.chosen, question.unit, question.units));
  for (const insights::Excluded& row : answer.answer.excluded)
    out += fmt::format("  {:>12}  {}\n", render::grouped(row.units), row.reason);
  if (answer.answer.excluded.empty()) out += "  nothing\n";
  out += "\nAs of " + (answer.as_of.empty() ? "no link yet" : answer.as_of) + "\n";
  out += "\nSQL that gives the same numbers (`clewline sql`)\n\n" + answer.answer.sql + "\n";
  return out;
}

std::vector<XlsxSheet> insight_sheets(const InsightAnswer& answer) {
  XlsxSheet words{"answer", {}};
  words.table.columns = {{std::string(answer.question->question)}};
  for (const std::string& sentence : answer.answer.sentences)
    words.table.rows.push_back({sentence});
  for (const std::string& note : answer.answer.notes) words.table.rows.push_back({note});
  words.table.rows.push_back({"As of " + answer.as_of});
  std::vector<XlsxSheet> sheets = {std::move(words)};
  for (const insights::NamedTable& table : answer.answer.tables)
    sheets.push_back({table.name, table.table});
  sheets.push_back({"left_out", excluded_table(answer)});
  sheets.push_back({"settings", settings_table(answer)});
  return sheets;
}

std::string insight_json(const InsightAnswer& answer) {
  std::string out = "{";
  add_member(out, "insight");
  render::add_json_string(out, answer.question->name);
  add_member(out, "question");
  render::add_json_string(out, answer.question->question);
  add_texts(out, "sentences", answer.answer.sentences);
  add_member(out, "as_of");
  if (answer.as_of.empty())
    out += "null";
  else
    render::add_json_string(out, answer.as_of);
  add_member(out, "units");
  out += std::to_string(answer.answer.counts.chosen);
  add_member(out, "customers");
  out += std::to_string(answer.answer.counts.customers);
  add_member(out, "resampled");
  render::add_json_string(out, "customer");
  add_table(out, "excluded", excluded_table(answer));
  add_table(out, "settings", settings_table(answer));
  add_texts(out, "notes", answer.answer.notes);
  add_member(out, "sql");
  render::add_json_string(out, answer.answer.sql);
  for (const insights::NamedTable& table : answer.answer.tables)
    add_table(out, table.name, table.table);
  return out + "}\n";
}

}  // namespace clewline::engine
