#include <fmt/format.h>

#include <cmath>

#include "engine/gap_study_internal.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

using render::Cell;
using statistics::GapVerdict;

std::int64_t signed_count(std::uint64_t count) { return static_cast<std::int64_t>(count); }

std::string duration_of(double seconds) {
  return render::duration_words(std::llround(seconds) * kUsPerSecond);
}

std::string interval_words(const GapStudy& study) {
  if (!study.natural.interval) return "";
  return fmt::format("{} to {}", duration_of(study.natural.interval->low),
                     duration_of(study.natural.interval->high));
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i)
    out += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return out;
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string first_sentence(const std::vector<GapStudy>& studies) {
  if (studies.empty())
    return "No customer came a second time in these data: there are no gaps to look at. Import "
           "more, then ask again.";
  std::vector<std::string> natural;
  for (const GapStudy& study : studies) {
    if (const auto gap = study.natural_us())
      natural.push_back(render::duration_words(*gap) + " in " + study.name);
  }
  if (natural.empty())
    return "Nothing in these data shows after how much silence a visit is over: the default gaps "
           "hold.";
  std::string sentence = "A visit is over after silence of about " + joined(natural) + ".";
  if (natural.size() < studies.size())
    sentence += " Elsewhere nothing in these data shows it: the default gaps hold.";
  return sentence;
}

std::string holds_words(const GapStudy& study) {
  std::string words = "the default of " + render::duration_words(study.default_us) + " holds";
  if (study.current_us != study.default_us)
    words += " (set is " + render::duration_words(study.current_us) + ")";
  return words;
}

std::string reason_words(const GapStudy& study) {
  const statistics::NaturalGap& natural = study.natural;
  switch (natural.verdict) {
    case GapVerdict::none_short:
      return fmt::format(
          "no group of short gaps stands out below an hour; half of the gaps are "
          "longer than {}",
          duration_of(study.median_seconds.value_or(0)));
    case GapVerdict::none_long: return "no group of long gaps stands out above an hour";
    default:
      return fmt::format("short and long gaps run into one another (Ashman's D {:.2f}, below 2)",
                         natural.ashman_d);
  }
}

std::string study_sentence(const GapStudy& study) {
  const std::string from = render::counted(signed_count(study.gaps.gaps.size()), "gap") + " of " +
                           render::counted(signed_count(study.gaps.customers), "customer");
  if (const auto gap = study.natural_us()) {
    std::string sentence = fmt::format("{}: {} part short gaps from long ones", capital(study.name),
                                       render::duration_words(*gap));
    if (study.natural.interval) sentence += " (95 %: " + interval_words(study) + ")";
    return sentence + ", from " + from + "; set is " + render::duration_words(study.current_us) +
           ".";
  }
  return fmt::format("{}: no natural gap in {}: {}; {}.", capital(study.name), from,
                     reason_words(study), holds_words(study));
}

std::string too_few_sentence(const std::vector<std::string>& few) {
  return "Too few gaps to tell (fewer than 500), so the default holds: " + joined(few) + ".";
}

Cell text_or_null(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

Cell change_words(std::uint64_t before, std::uint64_t after) {
  if (before == 0) return {};
  const double percent = 100.0 * (static_cast<double>(after) - static_cast<double>(before)) /
                         static_cast<double>(before);
  return before == after ? std::string("0 %") : fmt::format("{:+.1f} %", percent);
}

}  // namespace

std::vector<std::string> gap_sentences(const std::vector<GapStudy>& studies) {
  std::vector<std::string> sentences = {first_sentence(studies)};
  std::vector<std::string> few;
  for (const GapStudy& study : studies) {
    if (study.natural.verdict != GapVerdict::too_few)
      sentences.push_back(study_sentence(study));
    else
      few.push_back(study.name + " " + render::grouped(signed_count(study.natural.gaps)));
  }
  if (!few.empty()) sentences.push_back(too_few_sentence(few));
  return sentences;
}

render::ResultTable gap_summary(const std::vector<GapStudy>& studies) {
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"channels"},
                   {"customers", ColumnKind::integer},
                   {"gaps", ColumnKind::integer},
                   {"half are longer than"},
                   {"natural gap"},
                   {"95 %"},
                   {"set"},
                   {"default"},
                   {.name = "elasticity", .kind = ColumnKind::number, .decimals = 3}};
  for (const GapStudy& study : studies) {
    const auto natural = study.natural_us();
    const auto elasticity = study.choice(study.recommended_us()).elasticity;
    table.rows.push_back(
        {study.name, signed_count(study.gaps.customers), signed_count(study.gaps.gaps.size()),
         study.median_seconds ? Cell(duration_of(*study.median_seconds)) : Cell(),
         natural ? render::duration_words(*natural)
                 : std::string(study.natural.verdict == GapVerdict::too_few ? "too few" : "none"),
         text_or_null(interval_words(study)), render::duration_words(study.current_us),
         render::duration_words(study.default_us), elasticity ? Cell(*elasticity) : Cell()});
  }
  return table;
}

render::ResultTable choice_table_for_people(const GapStudy& study) {
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"gap"},
                   {"is"},
                   {"sessions", ColumnKind::integer},
                   {"contacts", ColumnKind::integer},
                   {"change of contacts"},
                   {.name = "elasticity", .kind = ColumnKind::number, .decimals = 3}};
  const std::uint64_t contacts = study.choice(study.current_us).counts.contacts;
  for (const GapChoice& choice : study.choices) {
    table.rows.push_back({render::duration_words(choice.gap_us), text_or_null(joined(choice.names)),
                          signed_count(choice.sessions), signed_count(choice.counts.contacts),
                          change_words(contacts, choice.counts.contacts),
                          choice.elasticity ? Cell(*choice.elasticity) : Cell()});
  }
  return table;
}

}  // namespace clewline::engine
