#include <algorithm>
#include <limits>
#include <tuple>

#include "base/parallel.h"
#include "identity/customers_internal.h"

namespace clewline::identity {
namespace {

constexpr std::size_t kBlock = 8192;

/// One appearance of a name with a customer.
struct Appearance {
  std::uint32_t customer = 0;
  TimeUs from = 0;
  TimeUs to = 0;
  bool anonymous = false;  // through an event of an anonymous customer that the name holds together
};

/// Turns the appearances of one name into its rows. Used by one thread.
class AliasWriter {
 public:
  AliasWriter(const Resolution& resolution, const Customers& customers,
              std::vector<CustomerAliasRow>& rows)
      : resolution_(resolution),
        sightings_(resolution.sightings),
        customers_(customers),
        rows_(rows) {}

  void anchor(Node node) {
    const std::uint32_t customer = customers_.of_root[resolution_.anchored.root[node]];
    if (customer == kNoIndex) return;
    TimeUs last = resolution_.anchored.first_at[node];
    if (last == std::numeric_limits<TimeUs>::max()) return;
    const auto holders = sightings_.anchor_holders.of(node);
    if (!holders.empty()) last = std::max(last, sightings_.time[holders.back()]);
    CustomerAliasRow row = identifier_row(node);
    row.customer = customer;
    row.first_at = resolution_.anchored.first_at[node];
    row.last_at = last;
    rows_.push_back(row);
  }

  void shareable(Node node) {
    appearances_.clear();
    for (const Rank rank : sightings_.value_holders.of(node)) {
      add_event(rank, is_live(sightings_, resolution_.hubs, node, rank));
    }
    const bool seen = !appearances_.empty();
    for (const std::uint32_t standing : sightings_.standing_of_value.of(node))
      add_standing(standing);
    write(identifier_row(node), seen);
  }

  void events(AliasName name, std::uint32_t source, std::uint32_t value,
              std::span<const std::uint32_t> ranks) {
    appearances_.clear();
    for (const Rank rank : ranks) add_event(rank, true);
    CustomerAliasRow row;
    row.name = name;
    row.source = source;
    row.value = value;
    write(row, true);
  }

 private:
  CustomerAliasRow identifier_row(Node node) const {
    CustomerAliasRow row;
    row.kind = static_cast<IdentifierKind>(sightings_.nodes.at(node).space);
    row.value = sightings_.nodes.at(node).value;
    return row;
  }

  void add_event(Rank rank, bool live) {
    const TimeUs at = sightings_.time[rank];
    const std::uint32_t customer = customers_.of_event[rank];
    const bool anonymous = live && !resolution_.attribution.named(rank);
    if (!appearances_.empty() && appearances_.back().customer == customer) {
      appearances_.back().to = at;
      appearances_.back().anonymous |= anonymous;
      return;
    }
    appearances_.push_back({customer, at, at, anonymous});
  }

  void add_standing(std::uint32_t standing) {
    const auto anchors = sightings_.standing_anchors.of(standing);
    if (anchors.empty()) return;
    const auto least = std::min_element(anchors.begin(), anchors.end(),
                                        [&](Node a, Node b) { return sightings_.key_less(a, b); });
    const Standing& valid = sightings_.standing[standing];
    const bool ends = valid.to != std::numeric_limits<TimeUs>::max();
    standings_.push_back(
        {customers_.of_root[resolution_.anchored.root[*least]], valid.preferred_from,
         ends ? std::max(valid.to, valid.preferred_from) : valid.preferred_from, false});
  }

  /// The customer that a look-up gives first: the anonymous one that holds the name, else that of
  /// the latest appearance; of one time the smaller id.
  static std::uint32_t current_of(const std::vector<Appearance>& appearances) {
    const Appearance* best = nullptr;
    const auto order = [](const Appearance& item) { return std::tuple(item.anonymous, item.to); };
    for (const Appearance& item : appearances) {
      const bool better = best == nullptr || order(item) > order(*best) ||
                          (order(item) == order(*best) && item.customer < best->customer);
      if (better) best = &item;
    }
    return best == nullptr ? kNoIndex : best->customer;
  }

  void write(CustomerAliasRow row, bool seen_in_events) {
    const std::uint32_t current = current_of(seen_in_events ? appearances_ : standings_);
    appearances_.insert(appearances_.end(), standings_.begin(), standings_.end());
    standings_.clear();
    if (appearances_.size() > 1) {
      std::sort(appearances_.begin(), appearances_.end(),
                [](const Appearance& a, const Appearance& b) { return a.customer < b.customer; });
    }
    for (std::size_t i = 0; i < appearances_.size();) {
      row.customer = appearances_[i].customer;
      row.first_at = appearances_[i].from;
      row.last_at = appearances_[i].to;
      for (++i; i < appearances_.size() && appearances_[i].customer == row.customer; ++i) {
        row.first_at = std::min(row.first_at, appearances_[i].from);
        row.last_at = std::max(row.last_at, appearances_[i].to);
      }
      row.current = row.customer == current;
      rows_.push_back(row);
    }
  }

  const Resolution& resolution_;
  const Sightings& sightings_;
  const Customers& customers_;
  std::vector<CustomerAliasRow>& rows_;
  std::vector<Appearance> appearances_;
  std::vector<Appearance> standings_;
};

/// Writes the rows of names 0..count with several threads, in the order of the names.
template <typename Each>
void write_names(const Resolution& resolution, const Customers& customers, std::size_t count,
                 int threads, std::vector<CustomerAliasRow>& rows, const Each& each) {
  std::vector<std::vector<CustomerAliasRow>> parts((count + kBlock - 1) / kBlock);
  for_each_block(threads, count, kBlock, [&](std::size_t begin, std::size_t end) {
    auto& part = parts[begin / kBlock];
    part.reserve(end - begin);
    AliasWriter writer(resolution, customers, part);
    for (auto name = static_cast<std::uint32_t>(begin); name < end; ++name) each(writer, name);
  });
  std::vector<std::size_t> place(parts.size());
  std::size_t total = rows.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    place[i] = total;
    total += parts[i].size();
  }
  rows.resize(total);
  for_each_block(threads, parts.size(), 1, [&](std::size_t begin, std::size_t) {
    std::copy(parts[begin].begin(), parts[begin].end(),
              rows.begin() + static_cast<std::ptrdiff_t>(place[begin]));
  });
}

}  // namespace

std::vector<CustomerAliasRow> list_aliases(const Resolution& resolution, const Customers& customers,
                                           const ResolveOptions& options) {
  const Sightings& sightings = resolution.sightings;
  const int threads = options.threads;
  std::vector<CustomerAliasRow> rows;
  write_names(resolution, customers, sightings.nodes.size(), threads, rows,
              [&](AliasWriter& writer, std::uint32_t node) {
                sightings.is_anchor(node) ? writer.anchor(node) : writer.shareable(node);
              });
  if (!options.alias_keys) return rows;
  const Lists record_events = Lists::group(sightings.record, sightings.input->records.size());
  write_names(resolution, customers, sightings.sessions.size(), threads, rows,
              [&](AliasWriter& writer, std::uint32_t session) {
                const auto& key = sightings.sessions.at(session);
                writer.events(AliasName::session, key.space, key.value,
                              sightings.session_events.of(session));
              });
  write_names(resolution, customers, sightings.chains.size(), threads, rows,
              [&](AliasWriter& writer, std::uint32_t chain) {
                const auto& key = sightings.chains.at(chain);
                writer.events(AliasName::chain, key.space, key.value,
                              sightings.chain_events.of(chain));
              });
  write_names(resolution, customers, record_events.size(), threads, rows,
              [&](AliasWriter& writer, std::uint32_t record) {
                if (!record_events.of(record).empty())
                  writer.events(AliasName::record, 0, record, record_events.of(record));
              });
  return rows;
}

}  // namespace clewline::identity
