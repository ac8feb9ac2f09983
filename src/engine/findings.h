#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/database.h"

namespace clewline::engine {

/// One answer in a sentence, and the SELECT over the views that anybody can run to check it.
struct Finding {
  std::string sentence;
  std::string sql;
};

/// Reads the first answers from a linked workspace: issues settled in one sitting, contacts that
/// came back, and how many left the menu or the queue and what they had come for. A question
/// without enough cases (30) says so instead.
Result<std::vector<Finding>> first_findings(store::Connection& connection);

/// Returns the id of a customer whose tree is worth a look: several issues, several channels, not
/// too long; empty when there is none.
Result<std::string> telling_customer(store::Connection& connection);

}  // namespace clewline::engine
