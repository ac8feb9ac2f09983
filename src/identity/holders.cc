#include <algorithm>
#include <limits>
#include <numeric>

#include "base/parallel.h"
#include "identity/sightings_internal.h"

namespace clewline::identity {
namespace {

using What = AssertedName::What;

constexpr std::size_t kBlock = 16384;

/// Collects the identifiers of one sighting after another: anchors with assurance, and shareable
/// values.
class HolderLists {
 public:
  explicit HolderLists(Sightings& sightings) : sightings_(sightings) {}

  void add(const LinkIdentifier& identifier) {
    const KindClass kind_class = sightings_.config->kinds[identifier.kind].kind_class;
    if (identifier.role != IdentifierRole::customer || identifier.value == 0 ||
        kind_class == KindClass::never)
      return;
    add(sightings_.nodes.number(identifier.kind, identifier.value), kind_class,
        identifier.assurance);
  }

  void add(Node node, KindClass kind_class, Assurance assurance) {
    auto& items = kind_class == KindClass::anchor ? anchors_ : values_;
    const std::size_t begin =
        kind_class == KindClass::anchor ? anchors_begin_.back() : values_begin_.back();
    for (std::size_t i = begin; i < items.size(); ++i) {
      if (items[i] != node) continue;
      if (kind_class == KindClass::anchor) assurance_[i] = std::max(assurance_[i], assurance);
      return;
    }
    items.push_back(node);
    if (kind_class == KindClass::anchor) assurance_.push_back(assurance);
  }

  /// Takes a node out of the sighting being collected.
  void remove(Node node) {
    for (std::size_t i = anchors_begin_.back(); i < anchors_.size(); ++i) {
      if (anchors_[i] != node) continue;
      anchors_.erase(anchors_.begin() + static_cast<std::ptrdiff_t>(i));
      assurance_.erase(assurance_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
    const auto begin = values_.begin() + static_cast<std::ptrdiff_t>(values_begin_.back());
    values_.erase(std::remove(begin, values_.end(), node), values_.end());
  }

  /// Takes all anchors out of the sighting being collected.
  void clear_anchors() {
    anchors_.resize(anchors_begin_.back());
    assurance_.resize(anchors_begin_.back());
  }

  bool holds_anchor(Node node) const {
    return std::find(anchors_.begin() + static_cast<std::ptrdiff_t>(anchors_begin_.back()),
                     anchors_.end(), node) != anchors_.end();
  }

  void end_sighting() {
    anchors_begin_.push_back(static_cast<std::uint32_t>(anchors_.size()));
    values_begin_.push_back(static_cast<std::uint32_t>(values_.size()));
  }

  void finish(Lists& anchors, std::vector<Assurance>& assurance, Lists& values) {
    anchors = Lists(std::move(anchors_begin_), std::move(anchors_));
    values = Lists(std::move(values_begin_), std::move(values_));
    assurance = std::move(assurance_);
  }

 private:
  Sightings& sightings_;
  std::vector<std::uint32_t> anchors_begin_{0}, anchors_, values_begin_{0}, values_;
  std::vector<Assurance> assurance_;
};

void apply_overrides(Sightings& sightings, Rank rank, HolderLists& lists) {
  for (const LinkIdentifier& identifier :
       sightings.input->identifiers_of(sightings.event_of(rank))) {
    const Node node = sightings.nodes.find(identifier.kind, identifier.value);
    if (node != kNoIndex && sightings.overrides.removed.contains({rank, node})) lists.remove(node);
  }
  const auto asserted = sightings.overrides.asserted.find(rank);
  if (asserted == sightings.overrides.asserted.end() || lists.holds_anchor(asserted->second))
    return;
  lists.clear_anchors();
  lists.add(asserted->second, KindClass::anchor, Assurance::verified);
  sightings.added.insert({rank, asserted->second});
}

/// The identifiers of all events in order of rank, read by all threads: the numbering that follows
/// is serial and should not wait for memory.
struct RankedIdentifiers {
  std::vector<std::uint32_t> begin;  // by rank, and one more
  std::vector<LinkIdentifier> items;
};

RankedIdentifiers gather_identifiers(const Sightings& sightings, int threads) {
  const LinkInput& input = *sightings.input;
  RankedIdentifiers ranked;
  ranked.begin.assign(sightings.event_count() + 1, 0);
  for_each_block(threads, sightings.event_count(), kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t rank = begin; rank < end; ++rank)
      ranked.begin[rank + 1] = input.events[sightings.event[rank]].identifiers_count;
  });
  std::partial_sum(ranked.begin.begin(), ranked.begin.end(), ranked.begin.begin());
  ranked.items.resize(ranked.begin.back());
  for_each_block(threads, sightings.event_count(), kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t rank = begin; rank < end; ++rank) {
      const auto held = input.identifiers_of(input.events[sightings.event[rank]]);
      std::copy(held.begin(), held.end(), ranked.items.begin() + ranked.begin[rank]);
    }
  });
  return ranked;
}

void fill_events(Sightings& sightings, int threads) {
  constexpr std::size_t kAhead = 16;
  const RankedIdentifiers ranked = gather_identifiers(sightings, threads);
  HolderLists lists(sightings);
  const bool overridden =
      !sightings.overrides.removed.empty() || !sightings.overrides.asserted.empty();
  for (std::size_t rank = 0; rank < sightings.event_count(); ++rank) {
    for (std::size_t i = ranked.begin[rank]; i < ranked.begin[rank + 1]; ++i) {
      if (i + kAhead < ranked.items.size())
        sightings.nodes.prefetch(ranked.items[i + kAhead].value);
      lists.add(ranked.items[i]);
    }
    if (overridden) apply_overrides(sightings, static_cast<Rank>(rank), lists);
    lists.end_sighting();
  }
  lists.finish(sightings.anchors, sightings.assurance, sightings.values);
}

void fill_standing(const std::vector<StandingAssertion>& assertions, Sightings& sightings) {
  HolderLists lists(sightings);
  const LinkInput& input = *sightings.input;
  for (std::uint32_t i = 0; i < input.profiles.size(); ++i) {
    const LinkProfile& profile = input.profiles[i];
    for (const LinkIdentifier& identifier : input.identifiers_of(profile)) lists.add(identifier);
    lists.end_sighting();
    const TimeUs to =
        profile.valid_to == kNoTime ? std::numeric_limits<TimeUs>::max() : profile.valid_to;
    sightings.standing.push_back({profile.valid_from, to, profile.valid_from, i, kNoIndex});
  }
  for (const StandingAssertion& assertion : assertions) {
    if (assertion.kind != AssertionKind::link || assertion.subject.what != What::shareable)
      continue;
    const std::uint32_t value = input.strings.find(assertion.subject.value);
    const std::uint32_t anchor = input.strings.find(assertion.object.value);
    if (value == 0 || anchor == 0) continue;
    lists.add(sightings.nodes.number(assertion.subject.kind, value), KindClass::shareable,
              Assurance::verified);
    lists.add(sightings.nodes.number(assertion.object.kind, anchor), KindClass::anchor,
              Assurance::verified);
    lists.end_sighting();
    sightings.standing.push_back({kNoTime, std::numeric_limits<TimeUs>::max(),
                                  assertion.asserted_at, kNoIndex, assertion.assertion});
  }
  lists.finish(sightings.standing_anchors, sightings.standing_assurance, sightings.standing_values);
}

}  // namespace

void fill_holders(const std::vector<StandingAssertion>& assertions, Sightings& sightings,
                  int threads) {
  fill_events(sightings, threads);
  fill_standing(assertions, sightings);
}

void invert_holders(Sightings& sightings, int threads) {
  const std::size_t nodes = sightings.nodes.size();
  run_together(
      threads, [&] { sightings.anchor_holders = Lists::invert(sightings.anchors, nodes); },
      [&] {
        sightings.value_holders = Lists::invert(sightings.values, nodes);
        sightings.standing_of_value = Lists::invert(sightings.standing_values, nodes);
      });
}

}  // namespace clewline::identity
