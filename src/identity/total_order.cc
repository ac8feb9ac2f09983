#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "identity/sightings_internal.h"

namespace clewline::identity {
namespace {

struct Timed {
  std::uint64_t time;  // since the earliest event
  std::uint32_t event;
};

constexpr int kDigitBits = 11;
constexpr std::size_t kDigitCount = std::size_t{1} << kDigitBits;

/// Sorts by time, least significant digit first.
void radix_sort(std::vector<Timed>& items, int bits) {
  std::vector<Timed> other(items.size());
  for (int shift = 0; shift < bits; shift += kDigitBits) {
    std::array<std::uint32_t, kDigitCount + 1> begin{};
    for (const Timed& item : items) ++begin[((item.time >> shift) & (kDigitCount - 1)) + 1];
    for (std::size_t i = 0; i < kDigitCount; ++i) begin[i + 1] += begin[i];
    for (const Timed& item : items) other[begin[(item.time >> shift) & (kDigitCount - 1)]++] = item;
    items.swap(other);
  }
}

/// Orders events of one instant by the rest of the order.
void sort_equal_times(const LinkInput& input, std::vector<Timed>& items) {
  for (std::size_t begin = 0; begin < items.size();) {
    std::size_t end = begin + 1;
    while (end < items.size() && items[end].time == items[begin].time) ++end;
    if (end - begin > 1) {
      std::sort(items.begin() + static_cast<std::ptrdiff_t>(begin),
                items.begin() + static_cast<std::ptrdiff_t>(end),
                [&](const Timed& a, const Timed& b) {
                  return comes_before(input.events[a.event], input.events[b.event]);
                });
    }
    begin = end;
  }
}

}  // namespace

std::vector<std::uint32_t> total_order(const LinkInput& input) {
  TimeUs first = std::numeric_limits<TimeUs>::max();
  TimeUs last = std::numeric_limits<TimeUs>::min();
  for (const LinkEvent& event : input.events) {
    first = std::min(first, event.occurred_at);
    last = std::max(last, event.occurred_at);
  }
  std::vector<Timed> items(input.events.size());
  bool sorted = true;
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    items[i] = {
        static_cast<std::uint64_t>(input.events[i].occurred_at) - static_cast<std::uint64_t>(first),
        i};
    sorted = sorted && (i == 0 || items[i - 1].time <= items[i].time);
  }
  if (!sorted) {
    radix_sort(items, std::bit_width(static_cast<std::uint64_t>(last) -
                                     static_cast<std::uint64_t>(first)));
  }
  sort_equal_times(input, items);
  std::vector<std::uint32_t> order(items.size());
  for (std::size_t rank = 0; rank < items.size(); ++rank) order[rank] = items[rank].event;
  return order;
}

}  // namespace clewline::identity
