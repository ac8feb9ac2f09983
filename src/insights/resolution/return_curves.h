#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluation/interval.h"
#include "statistics/incidence.h"
#include "statistics/survival.h"

namespace clewline::insights {

/// What the customer's next contact was, if one came while the customer was watched.
enum class NextContact : std::uint8_t { none, same_intent, other_intent, lost };

/// A contact and what came after it. Times in days.
struct HandledContact {
  double watched_days = 0;  // until the data end
  std::optional<double> next_days;
  std::optional<double> same_intent_days;
  NextContact next = NextContact::none;
  bool intent_known = false;
  bool one_contact_can = true;  // the intent is not one of those that no single contact resolves
  std::uint32_t customer = 0;
};

/// The share of contacts without a further one until some time after.
struct ReturnPoint {
  double days = 0;
  double share = 1;
  std::optional<evaluation::Interval> interval;  // between customers
  double error = 0;                              // customers independent
  double naive_error = 0;                        // contacts independent
  double at_risk = 0;                            // contacts watched for that long
};

struct ReturnCurve {
  std::string name;  // any_intent, same_intent, net
  std::size_t contacts = 0;
  std::size_t returned = 0;
  std::vector<ReturnPoint> points;
};

/// Which further contacts count, and after which contacts.
enum class Counted : std::uint8_t { any_intent, same_intent, net };

/// Kaplan-Meier at the given days: contacts of which the data end sooner count for as long as they
/// were watched.
ReturnCurve return_curve(std::span<const HandledContact> contacts, Counted counted,
                         std::span<const double> days);

/// What the next contact was, until each of `days`, for same_intent, other_intent, lost in turn;
/// together with the share without any they make 1.
struct NextShares {
  double days = 0;
  std::vector<double> shares;
  std::vector<double> errors;  // customers independent
};
std::vector<NextShares> next_contacts(std::span<const HandledContact> contacts,
                                      std::span<const double> days);

}  // namespace clewline::insights
