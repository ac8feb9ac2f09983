#pragma once

#include "base/id128.h"
#include "base/result.h"
#include "engine/unit_rows.h"
#include "render/tree.h"
#include "store/database.h"

namespace clewline::engine {

/// Adds to a customer's node what holds for them at the as-of of the last link: tier with its
/// reason, value and date; customer record; accounts and households. Remarks for a person, fields
/// for a program; nothing where nothing is set.
Status add_standing(store::Connection& connection, const Id128& customer_id, Masking masking,
                    render::TreeNode& node);

}  // namespace clewline::engine
