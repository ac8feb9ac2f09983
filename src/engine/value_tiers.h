#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "engine/tiers_config.h"
#include "store/database.h"
#include "text/zone.h"

namespace clewline::engine {

/// Makes the temporary tables `clew_dates` (number, at) of the dates on which tiers are set, and
/// `clew_customer_values` (unit, number, value): what each identified customer with a value is
/// worth on each date. Reads `clew_profiles`. Error: `bad_input` when there are too many dates.
Status make_customer_values(store::Connection& connection, const ValueSetting& value,
                            const text::Zone& zone, TimeUs as_of);

/// Why a unit has no tier at a time.
struct TierReasons {
  std::string_view before;   // earlier than its first piece
  std::string_view between;  // after a piece
  std::string_view never;    // no piece at all
};

/// Makes the temporary table `clew_tier_pieces` (unit, tier, reason, value, valid_from, valid_to)
/// from values (unit, number, value): units in order of value, those before whom less than the top
/// share of the positive values lies are top, and so on; equal values have one tier. Definition:
/// docs/methods/tiers.md.
Status make_value_tiers(store::Connection& connection, const TierSetting& tier,
                        std::string_view values_table);

/// Inserts the pieces into a stored table, and `none` with its reason for each time at which a unit
/// has no piece. `unit_sql` is the stored columns of a unit; `units_sql` selects all units.
Status store_tiers(store::Connection& connection, std::string_view table, std::string_view unit_sql,
                   std::string_view units_sql, const TierReasons& reasons);

}  // namespace clewline::engine
