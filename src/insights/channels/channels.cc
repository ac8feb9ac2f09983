#include "insights/channels/channels.h"

#include <fmt/format.h>

#include <algorithm>

#include "insights/channels/channels_internal.h"
#include "insights/frame/answer_words.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

constexpr Field kFields[] = {
    {"intent", FieldKind::text, "what the customer wanted"},
    {"goal", FieldKind::text, "goal of the engagement, by the intent dictionary"},
    {"result", FieldKind::text, "how the engagement ended"},
    {"first_channel", FieldKind::text, "channel the customer chose first"},
    {"last_channel", FieldKind::text, "channel the customer's last sitting ended in"},
    {"known", FieldKind::boolean, "whether the customer would be recognised again"},
    {"contacts", FieldKind::number, "the customer's sittings"},
    {"sitting_channels", FieldKind::number, "channels of the first sitting"},
    {"switched", FieldKind::boolean, "whether it went through more than one channel"},
    {"begun_digital", FieldKind::boolean, "whether it began in one of channels.digital"},
    {"phoned", FieldKind::boolean, "whether the customer called (channels.phone)"},
    {"age_band", FieldKind::text,
     "the customer's age when it began, by channels.birth_field of the customer record"},
};

const Question& question() {
  static const Question kQuestion = {
      .name = "channels",
      .question = "Which channels do customers choose, and where are they helped?",
      .definition =
          "A unit is an engagement in which the customer got in touch; it begins in the channel of "
          "the customer's first sitting (preferred channel). It is settled there (effective "
          "channel) when that sitting stayed in one channel and no further sitting about the same "
          "(of the engagement, or of a later one with its intent) begins within resolution.window "
          "of its beginning; only engagements with an intent, of customers who would be "
          "recognised again, followed for the whole window, count. Leaked: begun in "
          "channels.digital, and the customer called. What the company dialled is no choice of "
          "the customer's.",
      .limits =
          "Who gives up for good counts as settled. Easy issues and patient customers choose other "
          "channels than hard ones: the adjusted difference compares a channel with the others "
          "for the same intents, which makes it fairer, but an association all the same.",
      .unit = "engagement",
      .units = "engagements",
      .fields = kFields,
      .usual_groupings = {"first_channel", "intent", "month"},
      .also_reads = {"counting.resolution.window"}};
  return kQuestion;
}

constexpr std::string_view kShownByChannel[] = {"engagements", "switched", "leaked", "settled",
                                                "settled_there"};
constexpr std::size_t kSwitchesShown = 12;

std::string words_of(const Answer& answer, const MeasureGroup& group, std::string_view name) {
  const auto found = std::ranges::find(answer.measures, name, &Measure::name);
  return estimate_words(found->kind, estimate_of(answer.measures, group, name));
}

struct ChannelShare {
  std::string channel;
  double share = 0;
};

std::vector<ChannelShare> begun_shares(const Answer& answer) {
  std::vector<ChannelShare> out;
  for (std::size_t i = 0; i < answer.measures.size(); ++i) {
    const std::string_view name = answer.measures[i].name;
    const auto& value = answer.groups.front().estimates[i].value;
    if (name.starts_with(kBegun) && value && *value > 0)
      out.push_back({std::string(name.substr(kBegun.size())), *value});
  }
  std::ranges::stable_sort(out, std::ranges::greater(), &ChannelShare::share);
  return out;
}

std::vector<std::string> sentences(const Answer& answer, const render::ResultTable& effective) {
  std::string chosen;
  const auto shares = begun_shares(answer);
  for (std::size_t i = 0; i < shares.size() && i < 3; ++i)
    chosen +=
        fmt::format("{}{} {:.1f} %", i == 0 ? "" : ", ", shares[i].channel, 100 * shares[i].share);
  const MeasureGroup& all = answer.groups.front();
  std::vector<std::string> out = {fmt::format(
      "Customers began {} issues, most often by {}; {} of those begun in a digital channel came to "
      "a call.",
      render::grouped(answer.counts.chosen), chosen, words_of(answer, all, "leaked"))};
  const std::vector<render::Cell>* best = nullptr;
  for (const auto& row : effective.rows) {
    const auto* difference = std::get_if<double>(&row[5]);
    const auto* p_value = std::get_if<double>(&row[9]);
    if (difference == nullptr || p_value == nullptr || *p_value > .05) continue;
    if (best == nullptr || *difference > std::get<double>((*best)[5])) best = &row;
  }
  if (best == nullptr || std::get<double>((*best)[5]) <= 0) {
    out.emplace_back(
        "For the same issues no channel settles more than the others by more than chance.");
    return out;
  }
  out.push_back(fmt::format(
      "For the same issues {} settles most where they begin: {:.1f} points more than the other "
      "channels ({:.1f} to {:.1f}); an association.",
      std::get<std::string>((*best)[0]), 100 * std::get<double>((*best)[5]),
      100 * std::get<double>((*best)[6]), 100 * std::get<double>((*best)[7])));
  return out;
}

render::ResultTable first_rows(const render::ResultTable& table, std::size_t rows) {
  render::ResultTable out = table;
  if (out.rows.size() <= rows) return out;
  std::int64_t rest = 0;
  for (std::size_t r = rows; r < table.rows.size(); ++r)
    rest += std::get<std::int64_t>(table.rows[r][2]);
  out.rows.resize(rows);
  out.rows.push_back(
      {std::string("(others)"), std::string(), rest, render::Cell(), render::Cell()});
  return out;
}

std::string percent(const render::Cell& cell) {
  const auto* share = std::get_if<double>(&cell);
  return share == nullptr ? "–" : fmt::format("{:.1f}", 100 * *share);
}

render::ResultTable effective_for_people(const render::ResultTable& effective) {
  render::ResultTable out;
  out.columns = {{"channel"},
                 {"followed", render::ColumnKind::integer},
                 {"settled there, % (95 %)"},
                 {"against the others for the same intents, points (95 %)"}};
  for (const auto& row : effective.rows) {
    std::string settled = percent(row[2]);
    if (!std::holds_alternative<std::monostate>(row[3]))
      settled += " (" + percent(row[3]) + "–" + percent(row[4]) + ")";
    std::string against = "–";
    if (!std::holds_alternative<std::monostate>(row[5]))
      against = fmt::format("{} ({} to {})", percent(row[5]), percent(row[6]), percent(row[7]));
    out.rows.push_back({row[0], row[1], std::move(settled), std::move(against)});
  }
  return out;
}

render::Chart preferred_chart(const Answer& answer) {
  render::Chart chart;
  chart.title = question().question;
  chart.subtitle =
      fmt::format("Where engagements begin; {} engagements; whiskers: 95 % between customers",
                  render::grouped(answer.counts.chosen));
  chart.x_label = "channel chosen first";
  chart.y_label = "share of engagements";
  chart.is_share = true;
  chart.series.push_back({"begun there", {}});
  for (std::size_t i = 0; i < answer.measures.size(); ++i) {
    const std::string_view name = answer.measures[i].name;
    const Estimate& share = answer.groups.front().estimates[i];
    if (!name.starts_with(kBegun) || !share.value || *share.value == 0) continue;
    chart.bars.emplace_back(name.substr(kBegun.size()));
    render::ChartPoint point{0, *share.value, {}, {}};
    if (share.interval) {
      point.low = share.interval->low;
      point.high = share.interval->high;
    }
    chart.series[0].points.push_back(point);
  }
  return chart;
}

// By month, a column for each channel that is used.
render::ResultTable change_table(const Answer& answer) {
  std::vector<std::string_view> names;
  const auto shares = begun_shares(answer);
  std::vector<std::string> measures;
  for (const ChannelShare& share : shares) measures.push_back(std::string(kBegun) + share.channel);
  for (const std::string& measure : measures) names.push_back(measure);
  const std::string month[] = {"month"};
  return groups_for_people(answer.measures, answer.groups, month, names);
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  CLEW_TRY(const auto effective, effective_table(asking, population));
  CLEW_TRY(auto switches, switches_table(asking, population));
  CLEW_TRY(auto levels, levels_table(asking, population));
  std::vector<std::string> segments = asking.selection.by;
  if (segments.empty()) segments = {"intent"};
  const std::vector<std::string> shown =
      asking.selection.by.empty() ? std::vector<std::string>{"first_channel"} : segments;
  std::erase(segments, "first_channel");
  CLEW_TRY(auto best, best_table(asking, population, segments));
  answer.sentences = sentences(answer, effective);
  answer.chart = preferred_chart(answer);
  auto& people = answer.tables_for_people;
  people.push_back({"measures", "What became of them",
                    groups_for_people(answer.measures, answer.groups, shown, kShownByChannel)});
  people.push_back(
      {"effective", "Settled in the channel it began in", effective_for_people(effective)});
  people.push_back({"best", "Chosen most and settled most", best});
  if (asking.selection.by.empty())
    people.push_back({"change", "How the choice changes", change_table(answer)});
  people.push_back({"switches", "From channel to channel", first_rows(switches, kSwitchesShown)});
  people.push_back({"levels", "Units of all levels by channel", levels});
  answer.tables.push_back({"preferred", "Preferred channel", preferred_table(answer)});
  answer.tables.push_back({"effective", "Effective channel", effective});
  answer.tables.push_back({"best", "Chosen most and settled most", std::move(best)});
  answer.tables.push_back({"switches", "Switches", std::move(switches)});
  answer.tables.push_back({"levels", "Levels", std::move(levels)});
  answer.notes.emplace_back(
      "Levels: a transaction has one channel, and its events count there. Interactions, "
      "engagements and customers count once, by the channel they begin in; the columns `touching` "
      "count them in every channel they went through, and do not add up.");
  return {};
}

}  // namespace

const Insight& channels_insight() {
  static const Insight kInsight = {question, channels_units_sql, channels_measures,
                                   channels_excluded_sql, fill};
  return kInsight;
}

}  // namespace clewline::insights
