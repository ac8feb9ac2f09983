#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/workspace.h"
#include "engine/xlsx_answer.h"
#include "insights/frame/insight.h"
#include "render/result_table.h"
#include "render/row_writer.h"

namespace clewline::engine {

/// A question of `clewline insight`.
struct InsightRequest {
  std::string name;
  insights::Selection selection;
  std::string compare = {};                         // see insights::Asking
  std::vector<insights::GivenOption> options = {};  // of the insight's own
};

/// An answer with what it rests on.
struct InsightAnswer {
  insights::Answer answer;
  const insights::Question* question = nullptr;
  std::string as_of;                 // of the last link
  std::vector<SettingRow> settings;  // of counting.yaml, with their origin
};

/// Returns what insights go by in a workspace.
Result<insights::Settings> insight_settings(const Workspace& workspace,
                                            store::Connection& connection);

/// Returns the options that single insights understand, by name; where several mean something else
/// by one name, its meaning tells each.
std::vector<insights::InsightOption> insight_options();

/// Returns one row an insight: name and question.
render::ResultTable list_insights();

/// Answers a question from the linked tables. Errors: `usage` for an unknown insight, field or
/// expression.
Result<InsightAnswer> ask_insight(Workspace& workspace, const InsightRequest& request);

/// Hands the units behind a cell ("abandoned@queue=Billing") to the writer; returns how many.
Result<std::int64_t> list_insight_units(Workspace& workspace, const InsightRequest& request,
                                        const std::string& cell, render::RowWriter& writer);

/// Saves the customers behind a cell under a name; returns how many they are (see
/// `insights::save_cohort`). The workspace must be open for writing.
Result<std::int64_t> save_cohort(Workspace& workspace, const InsightRequest& request,
                                 const std::string& cell, const std::string& name);

/// What an insight is: definition, limits, measures, fields, settings, what was left out, and SQL
/// over the documented views that gives the same numbers. Text for people.
std::string explain_insight(const InsightAnswer& answer);

/// The answer as one JSON object: insight, question, sentences, as_of, units, excluded, settings,
/// notes, sql, and every table by its name.
std::string insight_json(const InsightAnswer& answer);

/// The answer as sheets of a workbook: the sentences, every table, the settings.
std::vector<XlsxSheet> insight_sheets(const InsightAnswer& answer);

}  // namespace clewline::engine
