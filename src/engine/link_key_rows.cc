#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "engine/link_keys.h"

namespace clewline::engine {
namespace {

/// Keys of texts seen lately: a source's session repeats from event to event, and a look-up is
/// cheaper than a hash.
class KeyMemory {
 public:
  template <typename Make>
  std::uint64_t key(std::uint32_t source, std::uint32_t text, const Make& make) {
    Slot& slot = slots_[(text * 0x9E3779B1U) >> (32 - kSlotBits)];
    if (slot.text != text || slot.source != source) slot = {source, text, make()};
    return slot.key;
  }

 private:
  struct Slot {
    std::uint32_t source = 0;
    std::uint32_t text = 0;  // 0: free, for no key is empty
    std::uint64_t key = 0;
  };
  static constexpr unsigned kSlotBits = 12;
  std::vector<Slot> slots_ = std::vector<Slot>(1U << kSlotBits);
};

/// Collects rows without most of the repetitions.
class RowList {
 public:
  void add(LinkKeyRow row) {
    LinkKeyRow& recent = recent_[(row.key ^ row.customer) & (kRecent - 1)];
    if (recent == row) return;
    recent = row;
    rows_.push_back(row);
  }
  std::vector<LinkKeyRow> take() {
    std::ranges::sort(rows_);
    const auto repeated = std::ranges::unique(rows_);
    rows_.erase(repeated.begin(), repeated.end());
    return std::move(rows_);
  }

 private:
  static constexpr std::size_t kRecent = 1 << 14;
  std::vector<LinkKeyRow> recent_ = std::vector<LinkKeyRow>(kRecent, {0, kNoIndex});
  std::vector<LinkKeyRow> rows_;
};

/// Lists the keys of events [begin, end).
class KeyLister {
 public:
  KeyLister(const LinkInput& input, const LinkingConfig& config) : input_(input), keys_(config) {}

  void add(const LinkEvent& event, std::uint32_t customer) {
    const auto text = [this](std::uint32_t number) { return input_.strings.at(number); };
    const auto add_key = [&](KeyMemory& memory, std::uint32_t number, auto make) {
      if (number == 0) return;
      rows_.add(
          {memory.key(event.source, number, [&] { return make(text(event.source), text(number)); }),
           customer});
    };
    add_key(sessions_, event.session_key,
            [&](auto source, auto key) { return keys_.session(source, key); });
    add_key(chains_, event.chain_key,
            [&](auto source, auto key) { return keys_.chain(source, key); });
    add_key(cases_, event.case_key,
            [&](auto source, auto key) { return keys_.case_key(source, key); });
    for (const LinkIdentifier& identifier : input_.identifiers_of(event)) {
      if (identifier.value == 0 || !keys_.links(identifier.kind, identifier.role)) continue;
      rows_.add({identifiers_.key(
                     identifier.kind, identifier.value,
                     [&] { return keys_.identifier(identifier.kind, text(identifier.value)); }),
                 customer});
    }
    const LinkRecord& record = input_.records[event.record];
    if (record.record_id != 0) {
      rows_.add({keys_.record(text(record.source), text(record.stream), text(record.record_id)),
                 customer});
    }
  }

  void add(const LinkedCustomer& customer, std::uint32_t number) {
    if (customer.named_by != AliasName::identifier) return;
    rows_.add(
        {keys_.identifier(customer.naming_kind, input_.strings.at(customer.naming_value)), number});
  }
  std::vector<LinkKeyRow> take() { return rows_.take(); }

 private:
  const LinkInput& input_;
  LinkKeys keys_;
  KeyMemory sessions_, chains_, cases_, identifiers_;
  RowList rows_;
};

}  // namespace

std::vector<LinkKeyRow> list_link_keys(const LinkInput& input, const LinkingConfig& config,
                                       const IdentityResult& identity, unsigned threads) {
  std::vector<std::vector<LinkKeyRow>> lists(threads);
  for_each_block(static_cast<int>(threads), threads, 1, [&](std::size_t part, std::size_t) {
    KeyLister lister(input, config);
    const auto share = [&](std::size_t size) {
      return std::pair(size * part / threads, size * (part + 1) / threads);
    };
    const auto [event, events_end] = share(input.events.size());
    for (std::size_t i = event; i < events_end; ++i)
      lister.add(input.events[i], identity.customer_of_event[i]);
    const auto [customer, customers_end] = share(identity.customers.size());
    for (std::size_t i = customer; i < customers_end; ++i)
      lister.add(identity.customers[i], static_cast<std::uint32_t>(i));
    lists[part] = lister.take();
  });
  std::vector<LinkKeyRow> rows = std::move(lists.front());
  for (std::size_t i = 1; i < lists.size(); ++i) {
    const auto middle = static_cast<std::ptrdiff_t>(rows.size());
    rows.insert(rows.end(), lists[i].begin(), lists[i].end());
    std::inplace_merge(rows.begin(), rows.begin() + middle, rows.end());
    std::vector<LinkKeyRow>().swap(lists[i]);
  }
  const auto repeated = std::ranges::unique(rows);
  rows.erase(repeated.begin(), repeated.end());
  return rows;
}

}  // namespace clewline::engine
