#include "insights/effort/effort.h"

#include <fmt/format.h>

#include <algorithm>

#include "insights/effort/effort_internal.h"
#include "insights/effort/effort_model.h"
#include "insights/frame/answer_words.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

using render::ColumnKind;

constexpr Field kFields[] = {
    {"channel", FieldKind::text, "channel it began in"},
    {"intent", FieldKind::text, "what the customer wanted"},
    {"goal", FieldKind::text, "goal of the engagement, by the intent dictionary"},
    {"result", FieldKind::text, "how the engagement ended"},
    {"known", FieldKind::boolean, "whether the customer would be recognised again"},
    {"length", FieldKind::seconds, "the customer's time"},
    {"events", FieldKind::number, "number of events"},
    {"wait", FieldKind::seconds, "time in queues"},
    {"effort", FieldKind::number, "the index, in thousandths of a point: 0 to 100000"},
    {"extra_contacts", FieldKind::number, "earlier sittings about the same"},
    {"transfers", FieldKind::number, "times an agent passed the customer on"},
    {"switches_after_failure", FieldKind::number, "changes of channel after what did not succeed"},
    {"self_service_failed", FieldKind::number, "menus and bots left after a fault or hand-over"},
    {"abandoned", FieldKind::boolean, "gave up waiting, nobody reached"},
    {"repeated", FieldKind::boolean, "came back within resolution.window"},
    {"cancelled", FieldKind::boolean, "asked to cancel within effort.cancelled_within"},
    {"sale_lost", FieldKind::boolean, "ended without a sale; null: no sale was sought"},
};

const Question& question() {
  static const Question kQuestion = {
      .name = "effort",
      .question = "How much effort does it cost customers, and what does that foretell?",
      .definition =
          "A unit is a contact (interaction) that the customer began; with --level engagement all "
          "of an engagement's. Plain measure: the customer's time and the number of events. Index: "
          "100 (1 - exp(-sum of weight times part)), weights of effort.weights, uncalibrated. "
          "Fitted: the parts' weights as surveyed answers (CES, CSAT) have them, by proportional "
          "odds; without enough surveys as abandoning or coming back within resolution.window has "
          "them, by a logistic regression. Foretold are coming back (about the same; with --level "
          "engagement about anything), a request to cancel, a lost sale: AUC, the chance that of "
          "two units the one it befell has the higher number.",
      .limits =
          "The weights of the index are an opinion. What foretells need not cause: easy issues "
          "take short contacts. Customers who are not recognised again, and units not followed for "
          "the whole window, are in no outcome. Who answers surveys differs from who does not.",
      .unit = "unit",
      .units = "units",
      .fields = kFields,
      .usual_groupings = {"channel", "intent"},
      .options = {{.name = "level",
                   .value = "LEVEL",
                   .meaning = "interaction or engagement (default: interaction)",
                   .choices = {"interaction", "engagement"}}},
      .also_reads = {"counting.resolution.window"}};
  return kQuestion;
}

// More units than these are fitted to and judged by a sample of customers.
constexpr std::int64_t kUnitsMax = 200'000;
constexpr double kUsPerDayExact = static_cast<double>(kUsPerDay);
constexpr std::string_view kShownByGroup[] = {"units",  "length",   "events",
                                              "effort", "repeated", "abandoned"};

/// What is fitted and judged.
struct ReadUnits {
  std::vector<EffortUnit> units;
  std::vector<double> parts;
  std::size_t width = 0;
  std::int64_t every = 1;  // customer taken
};

std::string fate_sql(std::string_view known, std::string_view happened) {
  return fmt::format("CASE WHEN {} THEN CAST({} AS TINYINT) ELSE -1 END", known, happened);
}

Result<ReadUnits> read_units(const Asking& asking, const Population& population,
                             std::span<const EffortPart> used, std::int64_t chosen) {
  ReadUnits out;
  out.width = used.size();
  out.every = (chosen + kUnitsMax - 1) / kUnitsMax;
  std::string parts;
  for (const EffortPart& part : used)
    parts += fmt::format(", CAST({} AS DOUBLE)", store::quote_identifier(part.name));
  CLEW_TRY(auto result,
           population.query(
               asking.connection,
               "SELECT CAST(epoch_us(\"at\") AS DOUBLE), CAST(length AS DOUBLE), CAST(events AS "
               "DOUBLE), CAST(effort AS DOUBLE), abandoned, CAST(" +
                   fate_sql("followed", "repeated") + " AS DOUBLE), CAST(" +
                   fate_sql("followed_to_cancel", "cancelled") + " AS DOUBLE), CAST(" +
                   fate_sql("sale_lost IS NOT NULL", "coalesce(sale_lost, false)") +
                   " AS DOUBLE), CAST(coalesce(survey, -1) AS DOUBLE), customer_number" + parts +
                   " FROM " + with_customer_number("true") +
                   fmt::format(" WHERE customer_number % {} = 0", out.every) +
                   " ORDER BY \"at\", unit_id"));
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return out;
    std::vector<std::span<const double>> numbers(10 + out.width);
    for (std::size_t c = 0; c < numbers.size(); ++c) {
      if (c != 4 && c != 9) numbers[c] = result.column(c).doubles();
    }
    const auto abandoned = result.column(4).bools();
    const auto customer = result.column(9).ints<std::int64_t>();
    for (std::size_t r = 0; r < result.rows(); ++r) {
      EffortUnit unit;
      unit.at_days = numbers[0][r] / kUsPerDayExact;
      unit.length = numbers[1][r];
      unit.events = numbers[2][r];
      unit.index = numbers[3][r];
      unit.abandoned = abandoned[r];
      unit.repeated = static_cast<Fate>(numbers[5][r]);
      unit.cancelled = static_cast<Fate>(numbers[6][r]);
      unit.sale_lost = static_cast<Fate>(numbers[7][r]);
      if (numbers[8][r] >= 0) unit.survey = static_cast<std::uint8_t>(numbers[8][r]);
      unit.customer = static_cast<std::uint32_t>(customer[r] / out.every);
      out.units.push_back(unit);
      for (std::size_t p = 0; p < out.width; ++p) out.parts.push_back(numbers[10 + p][r]);
    }
  }
}

std::optional<FittedEffort> fitted(const Asking& asking, const ReadUnits& read) {
  const EffortConfig& config = asking.settings.counting.effort;
  std::size_t surveys = 0;
  std::size_t worse = 0;
  for (const EffortUnit& unit : read.units) {
    surveys += unit.survey ? 1 : 0;
    worse +=
        unit.repeated != Fate::unknown && (unit.abandoned || unit.repeated == Fate::yes) ? 1 : 0;
  }
  FitOptions options;
  options.ridge = config.ridge;
  options.window_days =
      static_cast<double>(asking.settings.counting.resolution.window_us) / kUsPerDayExact;
  if (surveys >= config.fitted_min) {
    options.basis = EffortBasis::survey;
    if (auto fit = fit_effort(read.units, read.parts, read.width, options)) return fit;
    options.basis = EffortBasis::abandoned_or_repeated;
  }
  if (worse < config.fitted_min) return std::nullopt;
  return fit_effort(read.units, read.parts, read.width, options);
}

void add_auc(std::vector<render::Cell>& row, const std::optional<statistics::ClusteredAuc>& auc) {
  if (!auc) {
    row.resize(row.size() + 6);
    return;
  }
  const double half = evaluation::kNormalQuantile95 * auc->error;
  row.emplace_back(auc->value);
  row.emplace_back(std::max(0.0, auc->value - half));
  row.emplace_back(std::min(1.0, auc->value + half));
  row.emplace_back(static_cast<std::int64_t>(auc->units));
  row.emplace_back(static_cast<std::int64_t>(auc->happened));
  row.emplace_back(static_cast<std::int64_t>(auc->clusters));
}

void add_auc_columns(render::ResultTable& table) {
  for (const char* name : {"auc", "low", "high"})
    table.columns.push_back({name, ColumnKind::number, render::Audience::everybody, {}, 3});
  for (const char* name : {"n", "happened", "customers"})
    table.columns.push_back({name, ColumnKind::integer});
}

render::ResultTable foretells_table(const ReadUnits& read, const std::optional<FittedEffort>& fit) {
  render::ResultTable table;
  table.columns = {{"measure"}, {"foretells"}};
  add_auc_columns(table);
  std::vector<std::pair<const char*, std::vector<double>>> measures = {
      {"length", {}}, {"events", {}}, {"effort", {}}};
  for (const EffortUnit& unit : read.units) {
    measures[0].second.push_back(unit.length);
    measures[1].second.push_back(unit.events);
    measures[2].second.push_back(unit.index);
  }
  if (fit) measures.emplace_back("fitted", fit->held_out);
  const std::pair<const char*, Fate EffortUnit::*> fates[] = {
      {"repeated", &EffortUnit::repeated},
      {"cancelled", &EffortUnit::cancelled},
      {"sale_lost", &EffortUnit::sale_lost}};
  for (const auto& [name, fate] : fates) {
    for (const auto& [measure, scores] : measures) {
      std::vector<render::Cell> row = {std::string(measure), std::string(name)};
      add_auc(row, foretells(read.units, scores, fate));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

render::ResultTable parts_table(std::span<const EffortPart> parts,
                                const std::optional<FittedEffort>& fit) {
  render::ResultTable table;
  table.columns = {{"part"},
                   {"weight", ColumnKind::number},
                   {"fitted", ColumnKind::number, render::Audience::everybody, {}, 3},
                   {"error", ColumnKind::number, render::Audience::everybody, {}, 3},
                   {"sign_as_expected", ColumnKind::boolean},
                   {"left_out"},
                   {"means"}};
  std::size_t used = 0;
  for (const EffortPart& part : parts) {
    std::vector<render::Cell> row = {std::string(part.name), render::Cell(), render::Cell(),
                                     render::Cell(), render::Cell()};
    if (part.left_out.empty()) {
      row[1] = part.weight;
      if (fit) {
        row[2] = fit->parts[used].coefficient;
        row[3] = fit->parts[used].error;
        row[4] = fit->parts[used].as_expected;
      }
      ++used;
    }
    row.emplace_back(part.left_out);
    row.emplace_back(std::string(part.meaning));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string basis_name(const FittedEffort& fit) {
  return fit.basis == EffortBasis::survey ? "survey" : "abandoned_or_repeated";
}

render::ResultTable fit_table(const FittedEffort& fit) {
  render::ResultTable table;
  table.columns = {{"fitted_to"}, {"judged_on"}};
  add_auc_columns(table);
  table.columns.push_back(
      {"calibration_slope", ColumnKind::number, render::Audience::everybody, {}, 3});
  const auto add = [&](const char* judged, const auto& auc, render::Cell slope) {
    std::vector<render::Cell> row = {basis_name(fit), std::string(judged)};
    add_auc(row, auc);
    row.push_back(std::move(slope));
    table.rows.push_back(std::move(row));
  };
  add("other customers", fit.across_customers, fit.calibration_slope);
  add("later units", fit.out_of_time, render::Cell());
  return table;
}

std::string words_of(const Answer& answer, std::string_view name) {
  const auto found = std::ranges::find(answer.measures, name, &Measure::name);
  return estimate_words(found->kind, estimate_of(answer.measures, answer.groups.front(), name));
}

// The best of each outcome would flatter: all of them are named for coming back.
std::string foretold_words(const render::ResultTable& foretold) {
  std::string out;
  for (const auto& row : foretold.rows) {
    const auto* auc = std::get_if<double>(&row[2]);
    if (std::get<std::string>(row[1]) != "repeated" || auc == nullptr) continue;
    out += fmt::format("{}{} {:.2f}", out.empty() ? "" : ", ", std::get<std::string>(row[0]), *auc);
  }
  return out.empty() ? "Whether customers come back cannot be judged yet: too little was followed."
                     : "How well each foretells that the customer comes back (AUC; 0.5 is a coin, "
                       "1 is certain): " +
                           out + ".";
}

void add_notes(const Asking& asking, std::span<const EffortPart> parts, const ReadUnits& read,
               const std::optional<FittedEffort>& fit, Answer& answer) {
  std::string left_out;
  for (const EffortPart& part : parts) {
    if (!part.left_out.empty())
      left_out += fmt::format("{}{} ({})", left_out.empty() ? "" : ", ", part.name, part.left_out);
  }
  if (!left_out.empty())
    answer.notes.push_back("Parts of the index that are left out, not taken for 0: " + left_out +
                           ".");
  answer.notes.emplace_back(
      "The weights of the index are uncalibrated (effort.weights): compare units by it, and look "
      "at what it foretells before you trust it.");
  if (!fit)
    answer.notes.push_back(
        fmt::format("Nothing was fitted: fewer than {} surveys with CES or CSAT, and fewer than as "
                    "many contacts that were abandoned or repeated (effort.fitted_min).",
                    asking.settings.counting.effort.fitted_min));
  if (read.every > 1)
    answer.notes.push_back(fmt::format(
        "Fitted and judged on every {}th customer, to answer soon; the measures count all.",
        read.every));
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  CLEW_TRY(const auto parts, effort_parts(asking));
  std::vector<EffortPart> used;
  for (const EffortPart& part : parts) {
    if (part.left_out.empty()) used.push_back(part);
  }
  CLEW_TRY(const ReadUnits read, read_units(asking, population, used, answer.counts.chosen));
  const std::optional<FittedEffort> fit = fitted(asking, read);
  const render::ResultTable foretold = foretells_table(read, fit);
  answer.sentences = {
      fmt::format(
          "A customer's {} takes {} and {} events on average; the effort index is {} of 100.",
          asking.option("level") == "engagement" ? "issue" : "contact",
          render::duration_words(
              std::llround(*estimate_of(answer.measures, answer.groups.front(), "length").value) *
              kUsPerSecond),
          words_of(answer, "events"), words_of(answer, "effort")),
      foretold_words(foretold)};
  const std::vector<std::string> shown =
      asking.selection.by.empty() ? std::vector<std::string>{"channel"} : asking.selection.by;
  answer.chart = measure_chart(question(), answer.measures, answer.groups, shown, "effort");
  auto& people = answer.tables_for_people;
  people.push_back({"groups", "By " + joined(shown, " and "),
                    groups_for_people(answer.measures, answer.groups, shown, kShownByGroup)});
  people.push_back({"measures", "All", group_for_people(answer.measures, answer.groups.front())});
  const std::pair<const char*, const char*> names[] = {
      {"foretells", "What each measure foretells"},
      {"parts", "Parts of the index, and as fitted (log-odds of the worse for one more)"}};
  render::ResultTable tables[] = {foretold, parts_table(parts, fit)};
  for (std::size_t i = 0; i < 2; ++i) {
    people.push_back({names[i].first, names[i].second, tables[i]});
    answer.tables.push_back({names[i].first, names[i].second, std::move(tables[i])});
  }
  if (fit) {
    people.push_back({"fit", "How the fitted version holds", fit_table(*fit)});
    answer.tables.push_back({"fit", "Fit", fit_table(*fit)});
  }
  add_notes(asking, parts, read, fit, answer);
  return {};
}

}  // namespace

const Insight& effort_insight() {
  static const Insight kInsight = {question, effort_units_sql, effort_measures, effort_excluded_sql,
                                   fill};
  return kInsight;
}

}  // namespace clewline::insights
