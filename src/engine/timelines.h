#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/linking_config.h"
#include "store/database.h"

namespace clewline::engine {

/// Makes the temporary table `clew_profiles`: each version of a customer record that names a
/// customer by an anchor (the first by priority, kind and value), from its valid-from to the next
/// version's: customer_id, profile (its row), source, record (its key), attributes, valid_from,
/// valid_to; open ends are infinite. Of versions with one valid-from the greatest record_version,
/// then record_id holds.
Status make_profile_pieces(store::Connection& connection, const LinkingConfig& linking);

/// Returns the SQL of pieces (unit, word, rank_key, valid_from, valid_to) whose word is an SQL
/// expression over `clew_profiles`; an empty source means records of any.
std::string profile_pieces_sql(std::string_view word, std::string_view source);
/// The same from the rows of a reference table, whose keys are identifiers of a kind.
std::string table_pieces_sql(std::string_view table, std::string_view key, std::string_view column);
/// Returns the SQL of a field of a customer record: its text, null when empty.
std::string profile_field_sql(std::string_view field);

/// Makes a temporary table (unit, word, valid_from, valid_to) in which a unit's pieces do not
/// overlap: at any moment the piece with the latest valid_from holds, of several the one with the
/// smaller rank_key. Neighbours of one word are one row.
Status make_timeline(store::Connection& connection, std::string_view name,
                     const std::string& pieces_sql);

}  // namespace clewline::engine
