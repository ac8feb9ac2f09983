#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

/// One stored unit or event, by column name.
class UnitRow {
 public:
  UnitRow(const render::ResultTable& table, std::size_t row) : table_(&table), row_(row) {}

  /// Returns a text; empty when null.
  std::string text(std::string_view column) const;
  /// Returns a whole number; 0 when null.
  std::int64_t number(std::string_view column) const;
  /// Returns a time; kNoTime when null.
  TimeUs time(std::string_view column) const;
  const render::Cell& cell(std::string_view column) const;
  const std::vector<render::Column>& columns() const { return table_->columns; }
  const std::vector<render::Cell>& cells() const { return table_->rows[row_]; }

 private:
  const render::ResultTable* table_;
  std::size_t row_;
};

/// A customer's units of all levels in order of time; ids with their prefixes.
struct CustomerRows {
  render::ResultTable customer;  // one row: customer and journey
  render::ResultTable engagements;
  render::ResultTable interactions;
  render::ResultTable transactions;
  render::ResultTable events;
  std::int64_t events_left_out = 0;  // the oldest, with the units of which no event is left
};

/// Which part of a customer's tree is read.
struct UnitScope {
  std::optional<Id128> engagement;
  std::optional<Id128> interaction;
  std::int64_t events_max = std::numeric_limits<std::int64_t>::max();  // the latest
};

/// Hides personal values in what is read: identifiers, names, texts.
enum class Masking : std::uint8_t { none, personal };

/// The text that stands for a hidden value.
extern const std::string_view kMasked;

/// Reads the tree of one customer, or of one unit of theirs.
Result<CustomerRows> read_customer_rows(store::Connection& connection, const Id128& customer_id,
                                        const UnitScope& scope, Masking masking);

/// Reads interactions of many customers at once, with what is inside and their customers (no
/// engagements): those of the temporary table `chosen_interactions(interaction_id UUID)`.
Result<CustomerRows> read_chosen_rows(store::Connection& connection, Masking masking);

}  // namespace clewline::engine
