#include <fmt/format.h>

#include <cmath>

#include "engine/evaluate_words_internal.h"
#include "evaluation/measures.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

using evaluation::Estimate;
using evaluation::Measure;

// A share of 100, never rounded to none or all.
std::string of_hundred(double share) {
  const double percent = share * 100;
  if (share >= 1) return "all";
  if (share <= 0) return "none";
  if (percent > 99.9) return "more than 99.9";
  if (percent < 0.1) return "fewer than 0.1";
  const bool near_an_end = percent > 99 || percent < 1;
  return near_an_end ? fmt::format("{:.1f}", percent) : fmt::format("{:.0f}", percent);
}

std::string interval_words(const Estimate& estimate) {
  if (!estimate.interval) return "";
  return fmt::format(" (95 %: {:.1f} to {:.1f})", estimate.interval->low * 100,
                     estimate.interval->high * 100);
}

std::string sentence_of(const char* what, const Estimate& estimate, const char* verb) {
  return fmt::format("of 100 pairs of events that {}, {} {}{}", what, of_hundred(estimate.value),
                     verb, interval_words(estimate));
}

const Estimate& estimate_of(std::span<const Estimate> measures, Measure measure) {
  return measures[static_cast<std::size_t>(measure)];
}

}  // namespace

std::string counted_events(std::uint64_t count) {
  return render::counted(static_cast<std::int64_t>(count), "event");
}

std::string level_sentence(std::string_view level, const evaluation::Sums& sums,
                           std::span<const Estimate> measures) {
  std::string sentence(level);
  sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
  sentence += "s: ";
  if (measures.empty()) return sentence + "no event has truth at this level.";
  const std::string one = level == "engagement" || level == "interaction" ? "an " : "a ";
  if (at(sums, evaluation::Sum::found_pairs) > 0) {
    const std::string what = "Clewline put into one " + std::string(level);
    sentence += sentence_of(what.c_str(), estimate_of(measures, Measure::pairwise_precision),
                            "belong together");
  } else {
    sentence += "Clewline put no two of the events into one " + std::string(level);
  }
  sentence += "; ";
  if (at(sums, evaluation::Sum::true_pairs) > 0) {
    const std::string what = "truly share " + one + std::string(level);
    sentence += sentence_of(what.c_str(), estimate_of(measures, Measure::pairwise_recall),
                            "were put together");
  } else {
    sentence += "in truth no two events share " + one + std::string(level);
  }
  return sentence + ".";
}

void add_notes(const TruthCounts& counts, const EvaluateRequest& request, EvaluateAnswer& answer) {
  auto& notes = answer.measures.notes;
  notes.push_back(fmt::format(
      "n: events scored. Intervals: 95 %, {} resamples of the groups of customers (seed {}); "
      "customers with a true unit in common are one group.",
      render::grouped(request.resamples), request.seed));
  notes.push_back(
      "window_diff and pk are shares of errors: 0 is best. Every measure: "
      "docs/methods/evaluation.md.");
  const auto note_if = [&answer](std::int64_t count, const std::string& text) {
    if (count > 0) answer.counts.notes.push_back(text);
  };
  const std::string example = request.masking == Masking::none && !counts.unmatched_example.empty()
                                  ? ", e.g. " + counts.unmatched_example
                                  : "";
  note_if(counts.rows_without_event,
          "Without an event in the workspace: " +
              render::counted(counts.rows_without_event, "row") + " of the truth" + example + "." +
              (counts.other_names.empty() ? "" : " ") + counts.other_names);
  note_if(counts.events_without_truth,
          "Not scored for want of truth: " + counted_events(counts.events_without_truth) +
              " of the workspace.");
  note_if(counts.events_contradicted,
          "Rows of the truth contradict one another about " +
              counted_events(counts.events_contradicted) +
              (counts.events_contradicted == 1 ? "; this was" : "; these were") + " not scored.");
  note_if(counts.events_outside_tree, "Outside the tree, each scored as a unit of its own: " +
                                          counted_events(counts.events_outside_tree) + ".");
  note_if(counts.events_too_coarse,
          "Of records of several events, whose transactions were not scored: " +
              counted_events(counts.events_too_coarse) + "; give event_type or ordinal.");
  note_if(counts.units_across_customers,
          "In several true customers at once: " +
              render::counted(counts.units_across_customers, "true unit") +
              "; names of units must be unique in the whole file.");
}

}  // namespace clewline::engine
