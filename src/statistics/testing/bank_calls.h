#pragma once

#include <string>
#include <vector>

namespace clewline::statistics {

/// One call of the Anonymous Bank as its file tells it, PHANTOM rows left out.
struct BankCall {
  std::string customer;  // "0": nobody typed an id
  std::string type;
  std::string outcome;  // AGENT or HANG
  double begins = 0;    // seconds since the first of the month
  double wait = 0;      // q_time
  double service = 0;   // ser_time
  std::string priority = {};
};

/// Reads the calls of January 1999 below CLEWLINE_REAL_DATA; empty where that is absent.
std::vector<BankCall> bank_calls_of_january();

}  // namespace clewline::statistics
