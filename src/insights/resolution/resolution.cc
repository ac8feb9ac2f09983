#include "insights/resolution/resolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "insights/frame/answer_words.h"
#include "insights/resolution/resolution_internal.h"
#include "insights/resolution/return_curves.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

constexpr double kUsPerDayExact = static_cast<double>(kUsPerDay);
constexpr const char* kNextNames[] = {"same_intent", "other_intent", "lost"};

constexpr Field kFields[] = {
    {"intent", FieldKind::text, "what the customer wanted"},
    {"channel", FieldKind::text, "channel it began in"},
    {"agent", FieldKind::text, "the last agent"},
    {"team", FieldKind::text, "the last agent's team"},
    {"queue_id", FieldKind::text, "the last agent's queue"},
    {"goal", FieldKind::text, "goal of its engagement, by the intent dictionary"},
    {"known", FieldKind::boolean, "whether the customer would be recognised again"},
    {"handling_transactions", FieldKind::number, "self-service and agents' transactions inside"},
    {"systems", FieldKind::number, "systems it touched"},
    {"channels", FieldKind::number, "channels it touched"},
};

const Question& question() {
  static const Question kQuestion = {.name = "resolution",
                                     .question = "Did the contact settle the issue?",
                                     .definition =
                                         "A unit is a contact (interaction) in which a person was "
                                         "reached. It resolved the issue when no "
                                         "further contact of the customer about the same intent "
                                         "begins within resolution.window of its "
                                         "beginning, whoever handled that one. Shares of a window "
                                         "count only contacts that were watched for "
                                         "all of it; the curve (Kaplan-Meier) takes every contact "
                                         "for as long as it was watched. Gross counts all "
                                         "intents, net leaves out resolution.not_in_one_contact.",
                                     .limits =
                                         "Customers who are not recognised again seem never to "
                                         "return: they are left out, and identity_coverage "
                                         "says how many. Who comes back elsewhere, or gives up for "
                                         "good, counts as resolved. A comparison of agents or "
                                         "teams is an association: their cases differ.",
                                     .unit = "contact",
                                     .units = "contacts",
                                     .fields = kFields,
                                     .usual_groupings = {"intent", "channel", "team"}};
  return kQuestion;
}

constexpr std::string_view kShownByGroup[] = {"handled", "identity_coverage", "resolved_any_intent",
                                              "resolved_gross", "one_handling_transaction"};

/// The contacts of customers who would be recognised, by label of a grouping.
using ContactsByLabel = std::map<std::string, std::vector<HandledContact>>;

std::string label_sql(const std::vector<std::string>& fields) {
  std::string out;
  for (const std::string& field : fields)
    out += (out.empty() ? "" : " || ', ' || ") +
           fmt::format("coalesce(CAST({} AS VARCHAR), '(none)')", store::quote_identifier(field));
  return out.empty() ? "''" : out;
}

NextContact next_of(bool returned, bool same_first, bool cancels) {
  if (!returned) return NextContact::none;
  if (same_first) return NextContact::same_intent;
  return cancels ? NextContact::lost : NextContact::other_intent;
}

Result<ContactsByLabel> read_contacts(const Asking& asking, const Population& population,
                                      const std::vector<std::string>& grouping) {
  std::string hopeless = "false";
  for (const std::string& intent : asking.settings.counting.resolution.not_in_one_contact)
    hopeless += " OR intent = " + store::quote_literal(intent);
  CLEW_TRY(
      auto result,
      population.query(asking.connection,
                       "SELECT " + label_sql(grouping) +
                           ", CAST(watched_us AS DOUBLE), CAST(coalesce(next_us, -1) AS DOUBLE), "
                           "CAST(coalesce(same_us, -1) AS DOUBLE), coalesce(next_is_cancellation, "
                           "false), intent IS NOT NULL, "
                           "NOT coalesce(" +
                           hopeless + ", false), customer_number FROM " +
                           with_customer_number("known AND watched_us >= 0") +
                           " ORDER BY \"at\", unit_id"));
  ContactsByLabel out;
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return out;
    const auto labels = result.column(0);
    const auto watched = result.column(1).doubles();
    const auto next = result.column(2).doubles();
    const auto same = result.column(3).doubles();
    const auto cancels = result.column(4).bools();
    const auto known_intent = result.column(5).bools();
    const auto one_can = result.column(6).bools();
    const auto customer = result.column(7).ints<std::int64_t>();
    for (std::size_t r = 0; r < result.rows(); ++r) {
      HandledContact contact;
      contact.watched_days = watched[r] / kUsPerDayExact;
      if (next[r] >= 0) contact.next_days = next[r] / kUsPerDayExact;
      if (same[r] >= 0) contact.same_intent_days = same[r] / kUsPerDayExact;
      contact.next = next_of(next[r] >= 0, same[r] >= 0 && same[r] == next[r], cancels[r]);
      contact.intent_known = known_intent[r];
      contact.one_contact_can = one_can[r];
      contact.customer = static_cast<std::uint32_t>(customer[r]);
      out[std::string(labels.text(r))].push_back(contact);
    }
  }
}

std::vector<double> windows_of(const Settings& settings) {
  std::vector<double> days;
  for (const std::int64_t window : settings.counting.resolution.windows_us)
    days.push_back(static_cast<double>(window) / kUsPerDayExact);
  return days;
}

render::ResultTable curve_table() {
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"by"},
                   {"group"},
                   {"curve"},
                   {"days", ColumnKind::number},
                   {"share", ColumnKind::number},
                   {"low", ColumnKind::number},
                   {"high", ColumnKind::number},
                   {"error", ColumnKind::number},
                   {"naive_error", ColumnKind::number},
                   {"watched_for_that_long", ColumnKind::integer},
                   {"contacts", ColumnKind::integer},
                   {"returned", ColumnKind::integer}};
  return table;
}

void add_curve(const std::string& by, const std::string& group, const ReturnCurve& curve,
               render::ResultTable& table) {
  for (const ReturnPoint& point : curve.points) {
    const auto end = [&](bool low) {
      return point.interval ? render::Cell(low ? point.interval->low : point.interval->high)
                            : render::Cell();
    };
    table.rows.push_back({by, group, curve.name, point.days, point.share, end(true), end(false),
                          point.error, point.naive_error, static_cast<std::int64_t>(point.at_risk),
                          static_cast<std::int64_t>(curve.contacts),
                          static_cast<std::int64_t>(curve.returned)});
  }
}

render::ResultTable curve_for_people(std::span<const ReturnCurve> curves) {
  render::ResultTable table;
  table.columns = {{"without a further contact for"}};
  for (const ReturnCurve& curve : curves)
    table.columns.push_back({curve.name == "any_intent"    ? "about anything"
                             : curve.name == "same_intent" ? "about the same (gross)"
                                                           : "the same, net"});
  for (std::size_t i = 0; i < curves.front().points.size(); ++i) {
    const double days = curves.front().points[i].days;
    std::vector<render::Cell> row;
    row.emplace_back(render::duration_words(static_cast<std::int64_t>(days * kUsPerDayExact)));
    for (const ReturnCurve& curve : curves) {
      if (i >= curve.points.size()) {
        row.emplace_back(std::string("–"));
        continue;
      }
      const ReturnPoint& point = curve.points[i];
      std::string words = fmt::format("{:.1f} %", 100 * point.share);
      if (point.interval)
        words +=
            fmt::format(" ({:.1f}–{:.1f})", 100 * point.interval->low, 100 * point.interval->high);
      row.emplace_back(std::move(words));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

render::ResultTable next_table(std::span<const NextShares> moments) {
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"days", ColumnKind::number},
                   {"next"},
                   {"share", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"error", ColumnKind::number, render::Audience::everybody, {}, 4}};
  for (const NextShares& moment : moments) {
    double none = 1;
    for (std::size_t c = 0; c < moment.shares.size(); ++c) {
      none -= moment.shares[c];
      table.rows.push_back(
          {moment.days, std::string(kNextNames[c]), moment.shares[c], moment.errors[c]});
    }
    table.rows.push_back({moment.days, std::string("none"), none, render::Cell()});
  }
  return table;
}

render::Chart curve_chart(std::span<const ReturnCurve> curves) {
  render::Chart chart;
  chart.title = question().question;
  chart.subtitle = fmt::format(
      "Share without a further contact (Kaplan-Meier); {} contacts; whiskers: 95 %, customers "
      "drawn",
      render::grouped(static_cast<std::int64_t>(curves.front().contacts)));
  chart.x_label = "days since the contact";
  chart.is_share = true;
  for (const ReturnCurve& curve : curves) {
    render::ChartSeries series{curve.name, {{0, 1, {}, {}}}};
    for (const ReturnPoint& point : curve.points) {
      series.points.push_back({point.days, point.share, {}, {}});
      if (!point.interval) continue;
      series.points.back().low = point.interval->low;
      series.points.back().high = point.interval->high;
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

Status add_curves(const Asking& asking, const Population& population, Answer& answer) {
  const std::vector<double> days = windows_of(asking.settings);
  const bool with_net = !asking.settings.counting.resolution.not_in_one_contact.empty();
  render::ResultTable table = curve_table();
  for (const auto& grouping : groupings_of(question(), asking.selection.by)) {
    CLEW_TRY(const auto by_label, read_contacts(asking, population, grouping));
    std::string by;
    for (const std::string& field : grouping) by += (by.empty() ? "" : ", ") + field;
    for (const auto& [label, contacts] : by_label) {
      std::vector<ReturnCurve> curves = {return_curve(contacts, Counted::any_intent, days),
                                         return_curve(contacts, Counted::same_intent, days)};
      if (with_net) curves.push_back(return_curve(contacts, Counted::net, days));
      for (const ReturnCurve& curve : curves) add_curve(by, label, curve, table);
      if (!grouping.empty()) continue;
      answer.chart = curve_chart(curves);
      answer.tables_for_people.push_back(
          {"curve", "How long nothing more comes", curve_for_people(curves)});
      render::ResultTable next = next_table(next_contacts(contacts, days));
      answer.tables.push_back({"next", "What comes next", next});
      answer.tables_for_people.push_back(
          {"next", "What the next contact is about (share of contacts with an intent)",
           std::move(next)});
    }
  }
  answer.tables.insert(answer.tables.begin() + 1, {"curve", "Curve", std::move(table)});
  return {};
}

std::vector<std::string> sentences(const Settings& settings, std::span<const Measure> measures,
                                   const MeasureGroup& all) {
  const auto words = [&](std::string_view name) {
    const auto found = std::ranges::find(measures, name, &Measure::name);
    return estimate_words(found->kind, estimate_of(measures, all, name));
  };
  const std::string window = render::duration_words(settings.counting.resolution.window_us);
  const Estimate& gross = estimate_of(measures, all, "resolved_gross");
  if (!estimate_of(measures, all, "resolved_any_intent").value)
    return {
        fmt::format("It cannot be told yet: no contact of a customer who would be recognised was "
                    "watched for {}.",
                    window)};
  if (!gross.value)
    return {
        fmt::format("{} of contacts with a person had no further one within {}; what they were "
                    "about is not known.",
                    words("resolved_any_intent"), window)};
  return {
      fmt::format("{} of contacts with a person settled the issue: nothing more about the same "
                  "came within {} "
                  "({} contacts followed for that long). No further contact at all: {}.",
                  words("resolved_gross"), window,
                  render::grouped(static_cast<std::int64_t>(gross.units)),
                  words("resolved_any_intent")),
      fmt::format("{} were settled by one handling transaction, {} with a single system in all.",
                  words("one_handling_transaction"), words("one_system"))};
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  const auto measures = resolution_measures(asking);
  const MeasureGroup& all = answer.groups.front();
  answer.sentences = sentences(asking.settings, measures, all);
  answer.tables_for_people.push_back(
      {"measures", "All contacts with a person", group_for_people(measures, all)});
  CLEW_TRY_VOID(add_curves(asking, population, answer));
  add_group_tables(question(), asking, measures, kShownByGroup, answer);
  const Estimate& coverage = estimate_of(measures, all, "identity_coverage");
  if (coverage.value && *coverage.value < asking.settings.counting.resolution.identity_coverage_min)
    answer.notes.push_back(
        fmt::format("Only {} of these contacts name a customer who would be recognised again. The "
                    "others are left out; if who is "
                    "named differs from who is not, so does the answer. `clewline quality` says "
                    "why they are not named.",
                    value_words(MeasureKind::share, coverage)));
  return {};
}

}  // namespace

const Insight& resolution_insight() {
  static const Insight kInsight = {question, resolution_units_sql, resolution_measures,
                                   resolution_excluded_sql, fill};
  return kInsight;
}

}  // namespace clewline::insights
