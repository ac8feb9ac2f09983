#include "matching/comparator.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

#include "matching/text_similarity.h"

namespace clewline::matching {
namespace {

constexpr std::int32_t kNoDay = std::numeric_limits<std::int32_t>::min();
constexpr unsigned kMetBits = 12;  // small enough to stay in the cache
constexpr double kSlack = 1e-12;   // a similarity computed as 0.92 reaches 0.92

struct Date {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
};

std::int32_t day_number(const Date& date) {
  const std::chrono::year_month_day ymd{std::chrono::year(date.year),
                                        std::chrono::month(date.month), std::chrono::day(date.day)};
  if (!ymd.ok()) return kNoDay;
  return static_cast<std::int32_t>(std::chrono::sys_days(ymd).time_since_epoch().count());
}

int digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Reads YYYY-MM-DD (any one separator) and YYYYMMDD; what follows a date (a time) is left.
Date date_of(std::string_view text) {
  const bool plain = text.size() >= 8 && digits(text.substr(0, 8)) >= 0;
  const bool parted = text.size() >= 10 && digits(text.substr(4, 1)) < 0;
  if (!plain && !parted) return {};
  const int year = digits(text.substr(0, 4));
  const int month = digits(text.substr(plain ? 4 : 5, 2));
  const int day = digits(text.substr(plain ? 6 : 8, 2));
  if (year < 0 || month < 0 || day < 0) return {};
  return {year, static_cast<unsigned>(month), static_cast<unsigned>(day)};
}

std::int32_t day_of(std::string_view text) { return day_number(date_of(text)); }

std::int32_t swapped_day_of(std::int32_t day) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(day))};
  return day_number({static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.day()),
                     static_cast<unsigned>(ymd.month())});
}

double number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
}

bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Numbers the distinct words of every value; ASCII letters count as lower case.
void split_words(const Field& field, ComparedFields::FieldFacts& facts) {
  StringTable table;
  facts.places = {0, 0};
  for (std::uint32_t code = 1; code < field.distinct(); ++code) {
    const std::size_t first = facts.words.size();
    std::string word;
    for (const char c : std::string(field.value(code)) + " ") {
      if (is_word_byte(c)) {
        word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      } else if (!word.empty()) {
        facts.words.push_back(table.intern(word));
        word.clear();
      }
    }
    const auto begin = facts.words.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(begin, facts.words.end());
    facts.words.erase(std::unique(begin, facts.words.end()), facts.words.end());
    facts.places.push_back(static_cast<std::uint32_t>(facts.words.size()));
  }
}

double token_jaccard(const ComparedFields::FieldFacts& facts, std::uint32_t a, std::uint32_t b) {
  std::size_t i = facts.places[a];
  std::size_t j = facts.places[b];
  const std::size_t end_i = facts.places[a + 1];
  const std::size_t end_j = facts.places[b + 1];
  const std::size_t total = (end_i - i) + (end_j - j);
  std::size_t shared = 0;
  while (i < end_i && j < end_j) {
    const std::uint32_t left = facts.words[i];
    const std::uint32_t right = facts.words[j];
    shared += left == right;
    i += left <= right;
    j += right <= left;
  }
  return total == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(total - shared);
}

bool same_user(std::string_view a, std::string_view b) {
  const std::size_t at_a = a.find('@');
  const std::size_t at_b = b.find('@');
  return at_a != std::string_view::npos && at_a > 0 && at_a == at_b &&
         a.substr(0, at_a) == b.substr(0, at_b);
}

/// The similarities of one pair of values, each computed once however many levels ask.
class PairOfValues {
 public:
  PairOfValues(const ComparedFields::FieldFacts& facts, std::uint32_t a, std::uint32_t b)
      : facts_(facts), a_(a), b_(b), text_a_(facts.text(a)), text_b_(facts.text(b)) {}

  bool reaches(const Level& level) {
    const auto count = static_cast<std::size_t>(level.threshold);
    switch (level.kind) {
      case LevelKind::exact: return a_ == b_;
      case LevelKind::jaro: return jaro(text_a_, text_b_) + kSlack >= level.threshold;
      case LevelKind::jaro_winkler: return once(jaro_winkler_, &jaro_winkler, level.threshold);
      case LevelKind::levenshtein: return levenshtein(text_a_, text_b_) <= count;
      case LevelKind::damerau: return damerau_within(count);
      case LevelKind::levenshtein_similarity:
        return once(edit_, &levenshtein_similarity, level.threshold);
      case LevelKind::token_jaccard:
        return token_jaccard(facts_, a_, b_) + kSlack >= level.threshold;
      case LevelKind::prefix:
        return text_a_.size() >= count && text_a_.substr(0, count) == text_b_.substr(0, count);
      case LevelKind::suffix: return same_end(count);
      case LevelKind::user_part: return same_user(text_a_, text_b_);
      case LevelKind::otherwise: return true;
      case LevelKind::swapped: return false;  // seen by the records, not by two values
      default: return reaches_by_number(level);
    }
  }

 private:
  bool once(double& kept, double (*similarity)(std::string_view, std::string_view), double least) {
    if (kept < 0) kept = similarity(text_a_, text_b_);
    return kept + kSlack >= least;
  }
  /// A swap saves one step of Levenshtein's two: his distance, which is fast, decides most pairs.
  bool damerau_within(std::size_t steps) {
    if (!near_in_length(steps)) return false;
    const std::size_t plain = levenshtein(text_a_, text_b_);
    if (plain <= steps) return true;
    return plain <= 2 * steps && damerau_levenshtein(text_a_, text_b_) <= steps;
  }
  /// Bytes may differ by at most four for each code point that differs.
  bool near_in_length(std::size_t steps) const {
    const std::size_t longer = std::max(text_a_.size(), text_b_.size());
    return longer - std::min(text_a_.size(), text_b_.size()) <= 4 * steps;
  }
  bool same_end(std::size_t count) const {
    return text_a_.size() >= count && text_b_.size() >= count &&
           text_a_.substr(text_a_.size() - count) == text_b_.substr(text_b_.size() - count);
  }
  bool reaches_by_number(const Level& level) const {
    if (level.kind == LevelKind::number)
      return std::abs(facts_.numbers[a_] - facts_.numbers[b_]) <= level.threshold;
    const std::int32_t a = facts_.days[a_];
    const std::int32_t b = facts_.days[b_];
    if (a == kNoDay || b == kNoDay) return false;
    if (level.kind == LevelKind::day_month_swapped) return swapped_day_of(a) == b;
    return std::abs(std::int64_t{a} - b) <= static_cast<std::int64_t>(level.threshold);
  }

  const ComparedFields::FieldFacts& facts_;
  std::uint32_t a_;
  std::uint32_t b_;
  std::string_view text_a_;
  std::string_view text_b_;
  double jaro_winkler_ = -1;
  double edit_ = -1;
};

bool uses(const Comparison& comparison, LevelKind kind) {
  return std::any_of(comparison.levels.begin(), comparison.levels.end(),
                     [&](const Level& level) { return level.kind == kind; });
}

Status check(const Comparison& comparison) {
  const auto bad = [&](const char* what, const char* hint) {
    return Error{ErrorCode::bad_input, "comparison of " + comparison.field + " " + what, hint};
  };
  if (comparison.levels.size() < 2 || comparison.levels.size() > kLevelsMax)
    return bad("has too few or too many levels", "Give 2 to 15 levels.");
  if (comparison.levels.back().kind != LevelKind::otherwise)
    return bad("does not end with otherwise", "Let `otherwise` be the last level.");
  for (const Level& level : comparison.levels)
    if (level.term_weight > 0 && !uses(comparison, LevelKind::exact))
      return bad("weighs frequencies but has no level exact", "Add the level `exact`.");
  return {};
}

std::vector<double> shares_of(const Field& field, const TermCounts* terms) {
  std::vector<double> out(field.distinct(), 0);
  const auto present = static_cast<double>(terms == nullptr ? field.present() : terms->present);
  for (std::uint32_t code = 1; code < field.distinct(); ++code) {
    double count = terms == nullptr ? static_cast<double>(field.records_of(code)) : 1;
    if (terms != nullptr) {
      const std::string_view value = field.value(code);
      const auto found = std::lower_bound(
          terms->counts.begin(), terms->counts.end(), value,
          [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
      if (found != terms->counts.end() && found->first == value)
        count = static_cast<double>(found->second);
    }
    out[code] = std::log2(count / std::max(present, 1.0));
  }
  return out;
}

ComparedFields::FieldFacts facts_of(const Comparison& comparison, const Field& field,
                                    const Model& model) {
  ComparedFields::FieldFacts facts;
  facts.field = &field;
  facts.near.resize(field.distinct());
  for (std::uint32_t code = 0; code < field.distinct(); ++code) {
    const std::string_view value = field.value(code);
    ComparedFields::NearText& here = facts.near[code];
    if (value.size() > sizeof here.bytes) continue;
    here.length = static_cast<std::uint8_t>(value.size());
    std::copy(value.begin(), value.end(), here.bytes);
  }
  if (uses(comparison, LevelKind::days) || uses(comparison, LevelKind::day_month_swapped)) {
    facts.days.resize(field.distinct());
    for (std::uint32_t code = 0; code < field.distinct(); ++code)
      facts.days[code] = day_of(field.value(code));
  }
  if (uses(comparison, LevelKind::number)) {
    facts.numbers.resize(field.distinct());
    for (std::uint32_t code = 0; code < field.distinct(); ++code)
      facts.numbers[code] = number_of(field.value(code));
  }
  if (uses(comparison, LevelKind::token_jaccard)) split_words(field, facts);
  const auto terms = std::find_if(model.terms.begin(), model.terms.end(),
                                  [&](const TermCounts& t) { return t.field == field.name(); });
  facts.log2_share = shares_of(field, terms == model.terms.end() ? nullptr : &*terms);
  return facts;
}

Result<const Field*> find_field(const Records& records, const std::string& name) {
  for (const Field& field : records.fields)
    if (field.name() == name) return &field;
  return Error{ErrorCode::bad_input, "the records have no field " + name,
               "Use a model whose fields are columns of these records."};
}

/// Finds the level `swapped` of a comparison, if it has one.
Result<std::vector<ComparedFields::Swap>> swaps_of(const std::vector<Comparison>& comparisons,
                                                   const Records& records) {
  std::vector<ComparedFields::Swap> out;
  for (std::size_t c = 0; c < comparisons.size(); ++c) {
    const auto& levels = comparisons[c].levels;
    const auto level = std::find_if(levels.begin(), levels.end(), [](const Level& each) {
      return each.kind == LevelKind::swapped;
    });
    if (level == levels.end()) continue;
    ComparedFields::Swap swap;
    swap.comparison = c;
    swap.level = static_cast<std::size_t>(level - levels.begin());
    CLEW_TRY(swap.other, find_field(records, comparisons[c].other_field));
    CLEW_TRY(const Field* field, find_field(records, comparisons[c].field));
    for (std::size_t p = 0; p < comparisons.size(); ++p)
      if (comparisons[p].field == comparisons[c].other_field) swap.partner = p;
    for (std::uint32_t code = 0; code < field->distinct(); ++code)
      swap.in_other.push_back(swap.other->find(field->value(code)));
    out.push_back(std::move(swap));
  }
  return out;
}

}  // namespace

Result<ComparedFields> ComparedFields::make(const Model& model, const Records& records) {
  ComparedFields out;
  out.records_ = &records;
  out.comparisons_ = model.comparisons;
  if (model.comparisons.empty() || model.comparisons.size() > kComparisonsMax)
    return Error{ErrorCode::bad_input, "a model compares 1 to 16 fields",
                 "Name the fields that tell people apart: names, dates, phones, mails."};
  for (const Comparison& comparison : model.comparisons) {
    CLEW_TRY_VOID(check(comparison));
    CLEW_TRY(const Field* field, find_field(records, comparison.field));
    out.facts_.push_back(facts_of(comparison, *field, model));
  }
  CLEW_TRY(out.swaps_, swaps_of(model.comparisons, records));
  out.codes_.reserve(std::size_t{records.size} * out.facts_.size());
  for (RecordIndex record = 0; record < records.size; ++record)
    for (const FieldFacts& facts : out.facts_) out.codes_.push_back(facts.field->code(record));
  return out;
}

Comparator::Comparator(const ComparedFields& fields) : fields_(fields) {
  for (const Comparison& comparison : fields.comparisons()) {
    met_.emplace_back(std::size_t{1} << kMetBits);
    const bool weighs = std::any_of(comparison.levels.begin(), comparison.levels.end(),
                                    [](const Level& level) { return level.term_weight > 0; });
    has_terms_.push_back(weighs ? 1 : 0);
    any_terms_ = any_terms_ || weighs;
  }
}

std::size_t Comparator::level(std::size_t comparison, std::uint32_t a, std::uint32_t b) {
  if (a > b) std::swap(a, b);
  const std::uint64_t values = (std::uint64_t{a} << 32) | b;
  Met& met = met_[comparison][(values * 0x9E3779B97F4A7C15ULL) >> (64 - kMetBits)];
  if (met.values == values) return met.level;
  const auto& levels = fields_.comparisons()[comparison].levels;
  PairOfValues pair(fields_.facts()[comparison], a, b);
  std::size_t found = 0;
  while (found + 1 < levels.size() && !pair.reaches(levels[found])) ++found;
  met = {values, static_cast<std::uint8_t>(found)};
  return found;
}

Pattern Comparator::compare(RecordIndex a, RecordIndex b) {
  Pattern pattern = 0;
  const std::uint32_t* codes_a = fields_.codes_of(a);
  const std::uint32_t* codes_b = fields_.codes_of(b);
  const std::size_t comparisons = fields_.facts().size();
  for (std::size_t c = 0; c < comparisons; ++c) {
    const std::uint32_t left = codes_a[c];
    const std::uint32_t right = codes_b[c];
    const std::uint64_t found = left == 0 || right == 0 ? kAbsent : level(c, left, right);
    pattern |= found << (4 * c);
  }
  return fields_.swaps().empty() ? pattern : with_swaps(pattern, a, b);
}

Pattern Comparator::with_swaps(Pattern pattern, RecordIndex a, RecordIndex b) const {
  for (const ComparedFields::Swap& swap : fields_.swaps()) {
    const std::size_t found = level_of(pattern, swap.comparison);
    if (found == kAbsent || found <= swap.level) continue;
    const Field& field = *fields_.facts()[swap.comparison].field;
    const std::uint32_t left = swap.in_other[field.code(a)];
    const std::uint32_t right = swap.in_other[field.code(b)];
    if (left == 0 || left != swap.other->code(b) || right == 0 || right != swap.other->code(a))
      continue;
    pattern &= ~(Pattern{15} << (4 * swap.comparison));
    pattern |= Pattern{swap.level} << (4 * swap.comparison);
    if (swap.partner != ComparedFields::Swap::kNoPartner) pattern |= kAbsent << (4 * swap.partner);
  }
  return pattern;
}

double Comparator::term(std::size_t comparison, std::size_t level, RecordIndex a,
                        RecordIndex b) const {
  const double weight = fields_.comparisons()[comparison].levels[level].term_weight;
  if (weight <= 0) return 0;
  const auto& facts = fields_.facts()[comparison];
  return weight *
         std::max(facts.log2_share[facts.field->code(a)], facts.log2_share[facts.field->code(b)]);
}

double Comparator::terms(Pattern pattern, RecordIndex a, RecordIndex b) const {
  if (!any_terms_) return 0;
  double sum = 0;
  for (std::size_t c = 0; c < has_terms_.size(); ++c) {
    const std::size_t level = level_of(pattern, c);
    if (has_terms_[c] != 0 && level != kAbsent) sum += term(c, level, a, b);
  }
  return sum;
}

}  // namespace clewline::matching
