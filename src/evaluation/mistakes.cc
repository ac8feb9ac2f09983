#include "evaluation/mistakes.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace clewline::evaluation {
namespace {

/// A customer's mistakes while the largest of each kind is sought.
struct Tally {
  CustomerMistakes mistakes;
  std::uint64_t largest_joined = 0;
  std::uint64_t largest_parted = 0;
};
using Tallies = std::map<std::uint32_t, Tally>;

void note_joined(Tally& tally, const SharedEvents& kept, const SharedEvents& stray) {
  tally.mistakes.wrongly_joined += stray.events;
  if (stray.events <= tally.largest_joined) return;
  tally.largest_joined = stray.events;
  tally.mistakes.joined = {kept.example, stray.example};
}

void note_parted(Tally& tally, const SharedEvents& kept, const SharedEvents& stray) {
  tally.mistakes.wrongly_parted += stray.events;
  if (stray.events <= tally.largest_parted) return;
  tally.largest_parted = stray.events;
  tally.mistakes.parted = {kept.example, stray.example};
}

using Unit = std::uint32_t SharedEvents::*;

// Walks the units of one side; whatever is not a unit's largest share is a mistake.
template <typename Note>
void walk(std::vector<SharedEvents>& rows, Unit unit, Unit other, Tallies& tallies, Note note) {
  std::sort(rows.begin(), rows.end(), [&](const SharedEvents& a, const SharedEvents& b) {
    return std::tie(a.*unit, b.events, a.*other) < std::tie(b.*unit, a.events, b.*other);
  });
  std::size_t first = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].*unit != rows[first].*unit) first = i;
    if (i != first) note(tallies[rows[i].customer], rows[first], rows[i]);
  }
}

}  // namespace

std::vector<CustomerMistakes> count_mistakes(std::span<const SharedEvents> table) {
  std::vector<SharedEvents> rows(table.begin(), table.end());
  Tallies tallies;
  walk(rows, &SharedEvents::found, &SharedEvents::truth, tallies, note_joined);
  walk(rows, &SharedEvents::truth, &SharedEvents::found, tallies, note_parted);
  std::vector<CustomerMistakes> out;
  for (auto& [customer, tally] : tallies) {
    tally.mistakes.customer = customer;
    out.push_back(tally.mistakes);
  }
  return out;
}

}  // namespace clewline::evaluation
