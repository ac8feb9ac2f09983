#include "identity/why.h"

#include <algorithm>
#include <set>

#include "identity/why_internal.h"

namespace clewline::identity {
namespace {

/// More routes than this between two names are not listed one by one; none has been seen with more.
constexpr int kRoutesMax = 256;

/// So many events are resolved anew for alternatives, at most: some seconds. A small neighbourhood
/// never gets there.
constexpr std::uint64_t kEffortMax = 500'000;

struct Meeting {
  WhyPlace a;
  WhyPlace b;
};

/// The first places of both names that belong to one customer.
std::optional<Meeting> meet(const WhyWorld& world, const WhyName& a, const WhyName& b) {
  const std::vector<WhyPlace> places_b = places_of(world, b);
  for (const WhyPlace& place_a : places_of(world, a)) {
    for (const WhyPlace& place_b : places_b) {
      if (customer_of(world, place_a) == customer_of(world, place_b))
        return Meeting{place_a, place_b};
    }
  }
  return std::nullopt;
}

/// Facts in the order in which they came, each once.
class FactList {
 public:
  void take(const std::vector<WhyFact>& facts) {
    for (const WhyFact& fact : facts) {
      if (known_.insert(fact).second) list_.push_back(fact);
    }
  }
  bool contains(const WhyFact& fact) const { return known_.contains(fact); }
  const std::vector<WhyFact>& list() const { return list_; }

 private:
  std::vector<WhyFact> list_;
  std::set<WhyFact> known_;
};

/// The link of another chain that stands in for what was taken away: the first whose evidence the
/// first chain did not use.
const WhyLink& substitute(const std::vector<WhyLink>& chain, const FactList& used_before) {
  for (const WhyLink& link : chain) {
    const bool is_new =
        std::none_of(link.step.used.begin(), link.step.used.end(),
                     [&](const WhyFact& fact) { return used_before.contains(fact); });
    if (is_new) return link;
  }
  return chain.front();
}

WhyAlternative alternative(const std::string& rule, const std::string& text, const WhyLink& link,
                           bool with_used) {
  FactList facts;
  if (with_used) facts.take(link.step.used);
  facts.take(link.same_kind);
  return {rule, text, facts.list()};
}

/// What may still be spent on alternatives: events resolved anew.
class Effort {
 public:
  explicit Effort(std::uint64_t events_max) : left_(events_max) {}
  /// False when it is spent.
  bool spend(std::uint64_t events) {
    if (events > left_) return false;
    left_ -= events;
    return true;
  }

 private:
  std::uint64_t left_;
};

/// Finds what would take the place of one step: takes its evidence away and resolves again, as
/// often as another way is found, or until the effort is spent.
Status find_alternatives(WhyWorld& world, const WhyName& a, const WhyName& b,
                         const FactList& used_before, Effort& effort, WhyLink& link) {
  FactList taken;
  taken.take(link.step.used);
  taken.take(link.same_kind);
  if (!link.same_kind.empty()) {
    const std::size_t further = link.same_kind.size();
    link.step.alternatives.push_back(alternative(
        link.step.rule,
        std::to_string(further) + (further == 1 ? " further sighting" : " further sightings") +
            " of the same kind.",
        link, false));
  }
  for (int route = 0; route < kRoutesMax; ++route) {
    link.step.alternatives_complete = effort.spend(world.input().events.size());
    if (!link.step.alternatives_complete) return {};
    CLEW_TRY_VOID(world.resolve_without(taken.list()));
    const auto meeting = meet(world, a, b);
    if (!meeting) return {};
    const std::vector<WhyLink> chain = find_chain(world, meeting->a, meeting->b);
    if (chain.empty()) return {};  // one and the same thing
    const WhyLink& other = substitute(chain, used_before);
    link.step.alternatives.push_back(alternative(other.step.rule, other.step.text, other, true));
    taken.take(link.step.alternatives.back().facts);
  }
  return Error{
      ErrorCode::limit,
      "why: more than " + std::to_string(kRoutesMax) + " ways lead from one name to the other",
      "Ask about two events instead of identifiers that many events share."};
}

Id128 customer_id(const WhyWorld& world, const IdentityResult& result, const WhyPlace& place) {
  if (!place.is_anchor)
    return result.customers[result.customer_of_event[world.whole_event(place.number)]].customer_id;
  const Sightings& sightings = world.resolution().sightings;
  // An event, else any name, of the anchor's customer tells the id.
  for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
    if (customer_of(world, {false, rank, {}}) == customer_of(world, place))
      return customer_id(world, result, {false, rank, {}});
  }
  return {};
}

Id128 customer_id_of_anchor(const LinkInput& input, const LinkingConfig& config,
                            const IdentityResult& result, const std::string& text) {
  for (const CustomerAliasRow& row : result.alias_rows) {
    if (row.name != AliasName::identifier) continue;
    if (std::string(config.kinds[row.kind].name) + ":" + std::string(input.strings.at(row.value)) ==
        text)
      return result.customers[row.customer].customer_id;
  }
  return {};
}

/// Turns the indexes of facts into those of the whole input.
void name_in_whole(const Neighbourhood& here, std::vector<WhyFact>& facts) {
  for (WhyFact& fact : facts) {
    const std::vector<std::uint32_t>& whole = fact.about == WhyFact::About::event ? here.event_of
                                              : fact.about == WhyFact::About::profile
                                                  ? here.profile_of
                                                  : here.assertion_of;
    fact.index = whole[fact.index];
  }
}

}  // namespace

Result<WhyAnswer> why(const LinkInput& input, const LinkingConfig& config,
                      const IdentityResult& result, std::string_view a, std::string_view b,
                      const ResolveOptions& options) {
  CLEW_TRY(const WhyName name_a, parse_why_name(input, config, result, a));
  CLEW_TRY(const WhyName name_b, parse_why_name(input, config, result, b));
  WhyWorld world(extract_neighbourhood(input, config, {name_a, name_b}), config, options);
  CLEW_TRY_VOID(world.resolve_without({}));
  const std::vector<WhyPlace> places_a = places_of(world, name_a);
  const std::vector<WhyPlace> places_b = places_of(world, name_b);
  for (const auto& [places, name] :
       {std::pair(&places_a, &name_a), std::pair(&places_b, &name_b)}) {
    if (!places->empty()) continue;
    const std::string words = words_that_took(world, *name);
    if (!words.empty())
      return Error{ErrorCode::not_found, "why: nothing carries " + name->text + ": " + words,
                   "`clewline link --assert` with the same names takes that back."};
    return Error{ErrorCode::not_found, "why: nothing here is called " + name->text,
                 "Look the name up with `clewline show`, or check its spelling and kind."};
  }
  const auto meeting = meet(world, name_a, name_b);
  WhyAnswer answer;
  answer.together = meeting.has_value();
  const auto id_of = [&](const WhyPlace& place) {
    const Id128 id = customer_id(world, result, place);
    if (!id.is_zero() || !place.is_anchor) return id;
    const Sightings& sightings = world.resolution().sightings;
    return customer_id_of_anchor(input, config, result,
                                 std::string(sightings.kind_row(place.number).name) + ":" +
                                     std::string(sightings.value_of(place.number)));
  };
  answer.customer_a = id_of(meeting ? meeting->a : places_a.front());
  answer.customer_b = id_of(meeting ? meeting->b : places_b.front());
  if (!meeting) {
    answer.apart = find_apart(world, places_a.front(), places_b.front());
    return answer;
  }
  std::vector<WhyLink> chain = find_chain(world, meeting->a, meeting->b);
  FactList used;
  for (const WhyLink& link : chain) used.take(link.step.used);
  Effort effort(kEffortMax);
  for (WhyLink& link : chain) {
    CLEW_TRY_VOID(find_alternatives(world, name_a, name_b, used, effort, link));
    answer.chain.push_back(std::move(link.step));
  }
  return answer;
}

Result<WhyAnswer> why(const LinkInput& input, const LinkingConfig& config,
                      std::string_view workspace_key, std::string_view a, std::string_view b,
                      const ResolveOptions& options) {
  if (a.starts_with("c_") || b.starts_with("c_")) {
    CLEW_TRY(const IdentityResult everybody, resolve(input, config, workspace_key, options));
    return why(input, config, everybody, a, b, options);
  }
  const IdentityResult nobody;
  CLEW_TRY(const WhyName name_a, parse_why_name(input, config, nobody, a));
  CLEW_TRY(const WhyName name_b, parse_why_name(input, config, nobody, b));
  const Neighbourhood here = extract_neighbourhood(input, config, {name_a, name_b});
  CLEW_TRY(const IdentityResult result, resolve(here.input, config, workspace_key, options));
  CLEW_TRY(WhyAnswer answer, why(here.input, config, result, a, b, options));
  for (WhyStep& step : answer.chain) {
    name_in_whole(here, step.used);
    for (WhyAlternative& alternative : step.alternatives) name_in_whole(here, alternative.facts);
  }
  return answer;
}

}  // namespace clewline::identity
