#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "engine/dedupe_settings.h"

namespace clewline::engine {
namespace {

using matching::BlockingRule;
using matching::Level;
using matching::LevelKind;

/// Up to so many records rules may be loose: one field, or a part of one.
constexpr std::uint64_t kFewRecords = 20'000;
constexpr std::size_t kStrictRulesMin = 4;

enum class Meaning : std::uint8_t {
  first_name,
  last_name,
  full_name,
  birth,
  email,
  phone,
  street,
  city,
  post_code,
  document,
  category
};

struct KnownName {
  std::string_view name;
  Meaning meaning;
};

constexpr std::array kKnownNames = std::to_array<KnownName>({{"first_name", Meaning::first_name},
                                                             {"firstname", Meaning::first_name},
                                                             {"given_name", Meaning::first_name},
                                                             {"givenname", Meaning::first_name},
                                                             {"forename", Meaning::first_name},
                                                             {"fname", Meaning::first_name},
                                                             {"surname", Meaning::last_name},
                                                             {"last_name", Meaning::last_name},
                                                             {"lastname", Meaning::last_name},
                                                             {"family_name", Meaning::last_name},
                                                             {"lname", Meaning::last_name},
                                                             {"name", Meaning::full_name},
                                                             {"full_name", Meaning::full_name},
                                                             {"fullname", Meaning::full_name},
                                                             {"customer_name", Meaning::full_name},
                                                             {"dob", Meaning::birth},
                                                             {"date_of_birth", Meaning::birth},
                                                             {"birth_date", Meaning::birth},
                                                             {"birthdate", Meaning::birth},
                                                             {"birthday", Meaning::birth},
                                                             {"email", Meaning::email},
                                                             {"e_mail", Meaning::email},
                                                             {"mail", Meaning::email},
                                                             {"email_address", Meaning::email},
                                                             {"phone", Meaning::phone},
                                                             {"phone_number", Meaning::phone},
                                                             {"mobile", Meaning::phone},
                                                             {"telephone", Meaning::phone},
                                                             {"tel", Meaning::phone},
                                                             {"address", Meaning::street},
                                                             {"address_1", Meaning::street},
                                                             {"address1", Meaning::street},
                                                             {"street", Meaning::street},
                                                             {"street_address", Meaning::street},
                                                             {"city", Meaning::city},
                                                             {"town", Meaning::city},
                                                             {"suburb", Meaning::city},
                                                             {"postcode", Meaning::post_code},
                                                             {"post_code", Meaning::post_code},
                                                             {"postal_code", Meaning::post_code},
                                                             {"zip", Meaning::post_code},
                                                             {"zip_code", Meaning::post_code},
                                                             {"soc_sec_id", Meaning::document},
                                                             {"ssn", Meaning::document},
                                                             {"national_id", Meaning::document},
                                                             {"tax_id", Meaning::document},
                                                             {"passport", Meaning::document},
                                                             {"state", Meaning::category},
                                                             {"country", Meaning::category},
                                                             {"sex", Meaning::category},
                                                             {"gender", Meaning::category}});

FieldKind kind_of(Meaning meaning) {
  switch (meaning) {
    case Meaning::first_name:
    case Meaning::last_name:
    case Meaning::full_name: return FieldKind::name;
    case Meaning::birth: return FieldKind::date;
    case Meaning::email: return FieldKind::email;
    case Meaning::phone: return FieldKind::phone;
    case Meaning::street:
    case Meaning::city: return FieldKind::address;
    case Meaning::post_code:
    case Meaning::document: return FieldKind::number;
    case Meaning::category: return FieldKind::category;
  }
  return FieldKind::raw;
}

std::string plain(std::string_view column) {
  std::string out;
  for (const char c : column) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital) out += static_cast<char>(c - 'A' + 'a');
    if (!capital) out += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
  }
  return out;
}

/// The first column of each meaning.
using Found = std::map<Meaning, std::string>;

/// Rules are written by meaning; those of absent columns fall away.
class Rules {
 public:
  explicit Rules(const Found& found) : found_(found) {}
  void add(std::initializer_list<std::pair<Meaning, std::string_view>> keys) {
    BlockingRule rule;
    for (const auto& [meaning, part] : keys) {
      const auto column = found_.find(meaning);
      if (column == found_.end()) return;
      auto key = matching::parse_block_key("x" + std::string(part)).value();
      key.field = column->second;
      rule.keys.push_back(std::move(key));
    }
    rules_.push_back(std::move(rule));
  }
  std::size_t size() const { return rules_.size(); }
  std::vector<BlockingRule> take() { return std::move(rules_); }

 private:
  const Found& found_;
  std::vector<BlockingRule> rules_;
};

std::vector<BlockingRule> propose_rules(const Found& found, std::uint64_t records) {
  using enum Meaning;
  Rules rules(found);
  rules.add({{document, ""}});
  rules.add({{email, ""}});
  rules.add({{phone, "[-9:]"}});
  rules.add({{first_name, ""}, {last_name, ""}});
  rules.add({{last_name, ""}, {birth, ""}});
  rules.add({{first_name, ""}, {birth, ""}});
  rules.add({{full_name, ""}});
  rules.add({{full_name, "[:4]"}, {birth, ""}});
  rules.add({{last_name, ""}, {post_code, ""}});
  rules.add({{birth, ""}, {post_code, ""}});
  rules.add({{street, ""}, {last_name, "[:3]"}});
  rules.add({{street, ""}, {full_name, "[:3]"}});
  rules.add({{last_name, ""}, {city, ""}});
  rules.add({{birth, ""}, {city, ""}});
  if (records > kFewRecords && rules.size() >= kStrictRulesMin) return rules.take();
  rules.add({{last_name, ""}});
  rules.add({{first_name, ""}});
  rules.add({{birth, "[:7]"}});
  rules.add({{email, "[:6]"}});
  rules.add({{street, ""}});
  rules.add({{full_name, "[:6]"}});
  if (records <= kFewRecords) return rules.take();
  rules.add({{post_code, ""}});
  rules.add({{city, ""}});
  return rules.take();
}

void swap_names(const Found& found, DedupeSettings& settings) {
  const auto first = found.find(Meaning::first_name);
  const auto last = found.find(Meaning::last_name);
  if (first == found.end() || last == found.end()) return;
  for (DedupeField& field : settings.fields) {
    if (field.comparison.field != first->second) continue;
    auto& levels = field.comparison.levels;
    levels.insert(levels.begin() + 1, {LevelKind::swapped, 0, 0, .02, 0});
    field.comparison.other_field = last->second;
  }
}

}  // namespace

std::vector<Level> default_levels(FieldKind kind) {
  using enum LevelKind;
  switch (kind) {
    case FieldKind::name:
      return {{exact, 0, 1, .8, 0},
              {jaro_winkler, .92, 0, .08, 0},
              {jaro_winkler, .8, 0, .06, 0},
              {otherwise, 0, 0, .06, 0}};
    case FieldKind::date:
      return {{exact, 0, 0, .8, 0},  {damerau, 1, 0, .05, 0}, {day_month_swapped, 0, 0, .05, 0},
              {days, 31, 0, .05, 0}, {days, 366, 0, .03, 0},  {otherwise, 0, 0, .02, 0}};
    case FieldKind::phone:
      return {{exact, 0, 0, .8, 0},
              {damerau, 1, 0, .1, 0},
              {suffix, 7, 0, .05, 0},
              {otherwise, 0, 0, .05, 0}};
    case FieldKind::email:
      return {{exact, 0, 1, .75, 0},         {damerau, 2, 0, .08, 0},
              {user_part, 0, 0, .05, 0},     {jaro_winkler, .9, 0, .05, 0},
              {jaro_winkler, .8, 0, .03, 0}, {otherwise, 0, 0, .04, 0}};
    case FieldKind::address:
      return {{exact, 0, 1, .7, 0},
              {jaro_winkler, .92, 0, .15, 0},
              {jaro_winkler, .8, 0, .05, 0},
              {otherwise, 0, 0, .1, 0}};
    case FieldKind::number:
      return {{exact, 0, 0, .85, 0}, {damerau, 1, 0, .1, 0}, {otherwise, 0, 0, .05, 0}};
    case FieldKind::words:
      return {{exact, 0, 0, .5, 0},           {token_jaccard, .9, 0, .15, 0},
              {token_jaccard, .8, 0, .1, 0},  {token_jaccard, .6, 0, .1, 0},
              {token_jaccard, .4, 0, .05, 0}, {token_jaccard, .2, 0, .05, 0},
              {otherwise, 0, 0, .05, 0}};
    case FieldKind::category:
    case FieldKind::raw: break;
  }
  return {{exact, 0, 0, .9, 0}, {otherwise, 0, 0, .1, 0}};
}

Result<DedupeSettings> propose_settings(ColumnNames columns, std::uint64_t records) {
  DedupeSettings out;
  Found found;
  std::string seen;
  for (const std::string& column : columns) {
    seen += (seen.empty() ? "" : ", ") + column;
    const std::string name = plain(column);
    const auto known = std::find_if(kKnownNames.begin(), kKnownNames.end(),
                                    [&](const KnownName& each) { return each.name == name; });
    if (known == kKnownNames.end() || !found.try_emplace(known->meaning, column).second) continue;
    const FieldKind kind = kind_of(known->meaning);
    out.fields.push_back({kind, {column, default_levels(kind), {}}});
  }
  swap_names(found, out);
  out.block = propose_rules(found, records);
  if (out.block.empty())
    return Error{
        ErrorCode::usage, "no column is known as one that tells people apart: " + seen,
        "Say what to compare in a file and give it with --settings: docs/methods/dedupe.md"};
  return out;
}

}  // namespace clewline::engine
