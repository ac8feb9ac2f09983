#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "insights/menu/menu_internal.h"
#include "render/cell_text.h"
#include "statistics/rate_changes.h"

namespace clewline::insights {
namespace {

using render::Cell;
using render::ColumnKind;

/// A share that is watched from day to day, and how it is said.
struct Watched {
  std::string_view name;
  std::string_view counted;  // results in the numerator
  std::string_view among;    // and in the denominator
  std::string_view words;
};

constexpr Watched kWatched[] = {
    {"no_input", "'no_input'", "'answered', 'no_input', 'no_match'", "gave no input"},
    {"no_match", "'no_match'", "'answered', 'no_input', 'no_match'", "were not understood"},
    {"fault", "'fault'", "'ran', 'fault', 'timeout'", "met a fault"},
    {"timeout", "'timeout'", "'ran', 'fault', 'timeout'", "met a time-out"}};

/// The days of one node; a share a watched measure.
struct NodeDays {
  std::string flow;
  std::string node;
  std::vector<std::string> days;
  std::vector<statistics::Share> shares[std::size(kWatched)];
};

struct FoundChange {
  const NodeDays* node;
  const Watched* measure;
  statistics::RateChange change;
};

std::string sums_sql() {
  std::string out;
  for (const Watched& watched : kWatched)
    out += fmt::format(", count(*) FILTER (result = {}), count(*) FILTER (result IN ({}))",
                       watched.counted, watched.among);
  return out;
}

Result<std::vector<NodeDays>> read_days(const Asking& asking, const Population& population) {
  CLEW_TRY(const auto rows,
           population.rows(asking.connection,
                           "SELECT coalesce(flow, ''), coalesce(node, ''), \"day\"" + sums_sql() +
                               " FROM chosen GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"));
  std::vector<NodeDays> nodes;
  for (const auto& row : rows) {
    const auto& flow = std::get<std::string>(row[0]);
    const auto& node = std::get<std::string>(row[1]);
    if (nodes.empty() || nodes.back().flow != flow || nodes.back().node != node) {
      nodes.emplace_back();
      nodes.back().flow = flow;
      nodes.back().node = node;
    }
    nodes.back().days.push_back(std::get<std::string>(row[2]));
    for (std::size_t m = 0; m < std::size(kWatched); ++m)
      nodes.back().shares[m].push_back(
          {std::get<std::int64_t>(row[3 + 2 * m]), std::get<std::int64_t>(row[4 + 2 * m])});
  }
  return nodes;
}

// A series in which nothing, or everything, happens cannot change.
bool varies(const std::vector<statistics::Share>& days) {
  std::int64_t part = 0;
  std::int64_t whole = 0;
  for (const statistics::Share& day : days) {
    part += day.part;
    whole += day.whole;
  }
  return part > 0 && part < whole;
}

std::vector<FoundChange> find_changes(const std::vector<NodeDays>& nodes) {
  std::size_t series = 0;
  for (const NodeDays& node : nodes)
    series += static_cast<std::size_t>(std::ranges::count_if(node.shares, varies));
  std::vector<FoundChange> found;
  for (const NodeDays& node : nodes) {
    for (std::size_t m = 0; m < std::size(kWatched); ++m) {
      if (!varies(node.shares[m])) continue;
      for (const auto& change : statistics::rate_changes(node.shares[m], series))
        found.push_back({&node, &kWatched[m], change});
    }
  }
  std::ranges::stable_sort(found, std::greater(),
                           [](const FoundChange& one) { return one.change.gain; });
  return found;
}

Cell name_cell(const std::string& name) { return name.empty() ? Cell() : Cell(name); }

render::ResultTable changes_table(std::span<const FoundChange> found) {
  render::ResultTable table;
  table.columns = {{"flow", ColumnKind::text, render::Audience::machines},
                   {"node"},
                   {"measure"},
                   {"from_day"},
                   {"until_day"},
                   {"before", ColumnKind::number, render::Audience::everybody, {}, 3},
                   {"after", ColumnKind::number, render::Audience::everybody, {}, 3},
                   {"n_before", ColumnKind::integer},
                   {"n_after", ColumnKind::integer},
                   {"gain", ColumnKind::number, render::Audience::machines}};
  for (const FoundChange& one : found) {
    table.rows.push_back({name_cell(one.node->flow), name_cell(one.node->node),
                          std::string(one.measure->name), one.node->days[one.change.first],
                          one.node->days[one.change.until - 1], one.change.before.value(),
                          one.change.after.value(), one.change.before.whole, one.change.after.whole,
                          one.change.gain});
  }
  table.notes.emplace_back(
      "A change is a day from which on a share is another than before. Where nothing changes one "
      "to three answers in a hundred name one all the same.");
  return table;
}

void say_changes(std::span<const FoundChange> found, Answer& answer) {
  const auto worse = std::ranges::find_if(found, [](const FoundChange& one) {
    return one.change.after.value() > one.change.before.value();
  });
  if (worse == found.end()) return;
  const statistics::RateChange& change = worse->change;
  const bool lasts = change.until == worse->node->days.size();
  answer.sentences.push_back(fmt::format(
      "{} {} of those at {} {} ({:.1f} % before){}.",
      (lasts ? "Since " : "From ") + worse->node->days[change.first] +
          (lasts ? "" : " to " + worse->node->days[change.until - 1]),
      fmt::format("{:.1f} %", 100 * change.after.value()),
      worse->node->node.empty() ? "a node without a name" : "`" + worse->node->node + "`",
      worse->measure->words, 100 * change.before.value(),
      found.size() > 1
          ? fmt::format("; {} more", render::counted(std::ssize(found) - 1, "change", "changes"))
          : ""));
}

}  // namespace

Status add_changes(const Asking& asking, const Population& population, Answer& answer) {
  CLEW_TRY(const auto nodes, read_days(asking, population));
  const auto found = find_changes(nodes);
  say_changes(found, answer);
  render::ResultTable table = changes_table(found);
  answer.tables.push_back({"changes", "Changes", table});
  if (!found.empty())
    answer.tables_for_people.push_back({"changes", "When shares changed", std::move(table)});
  return {};
}

}  // namespace clewline::insights
