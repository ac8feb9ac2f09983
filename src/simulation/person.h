#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "simulation/centre_plan.h"
#include "simulation/random.h"

namespace clewline::simulation {

/// One true customer: names, numbers and devices, and how they are inclined.
struct Person {
  std::uint32_t number = 0;
  std::uint32_t household = 0;  // number of its first member
  std::uint32_t household_size = 1;
  std::string customer_no;
  std::string first_name;
  std::string last_name;
  std::string birth_date;
  std::string street;
  std::string email;
  std::string tier;
  std::string mobile;
  std::string landline;  // empty: none
  TimeUs mobile_changed_at = kNoTime;
  std::string mobile_after;            // from then on
  std::vector<std::string> cookies;    // browsers of their own
  std::vector<bool> logged_in_before;  // of each of them, in the weeks before
  std::string shared_cookie;           // the household's tablet; empty: none
  std::string app_device;              // empty: no app
  std::string handle;                  // on social media
  bool handle_known = false;           // to the CRM
  double patience_mean_s = 420;
  double offer_response = 0;  // chance to take up an offer that was sent

  const std::string& mobile_at(TimeUs time) const {
    return mobile_changed_at != kNoTime && time >= mobile_changed_at ? mobile_after : mobile;
  }
};

/// Makes the person of that number; persons of one household agree about it. The number of one in
/// forty passes on to the next person during the time simulated.
Person make_person(std::uint32_t number, const CentrePlan& plan, Random random);

/// Writes a random RFC 4122 looking id.
std::string random_id(Random& random);

}  // namespace clewline::simulation
