#include "insights/resolution/return_curves.h"

namespace clewline::insights {
namespace {

std::string curve_name(Counted counted) {
  switch (counted) {
    case Counted::any_intent: return "any_intent";
    case Counted::same_intent: return "same_intent";
    case Counted::net: return "net";
  }
  return "";
}

std::vector<statistics::SurvivalTime> times_of(std::span<const HandledContact> contacts,
                                               Counted counted) {
  std::vector<statistics::SurvivalTime> times;
  for (const HandledContact& contact : contacts) {
    if (counted != Counted::any_intent && !contact.intent_known) continue;
    if (counted == Counted::net && !contact.one_contact_can) continue;
    const auto& next =
        counted == Counted::any_intent ? contact.next_days : contact.same_intent_days;
    times.push_back({next.value_or(contact.watched_days), next.has_value(), contact.customer});
  }
  return times;
}

}  // namespace

ReturnCurve return_curve(std::span<const HandledContact> contacts, Counted counted,
                         std::span<const double> days) {
  const auto times = times_of(contacts, counted);
  const statistics::SurvivalCurve curve(times);
  ReturnCurve out{curve_name(counted), curve.units(), curve.events(), {}};
  const auto errors = statistics::clustered_errors(curve, times, days);
  for (std::size_t i = 0; i < days.size(); ++i) {
    ReturnPoint point{days[i],   curve.survival(days[i]),        {},
                      errors[i], curve.greenwood_error(days[i]), curve.at_risk(days[i])};
    if (point.at_risk == 0) continue;  // nobody was watched for that long
    point.interval = evaluation::survival_interval(point.share, point.error);
    out.points.push_back(point);
  }
  return out;
}

std::vector<NextShares> next_contacts(std::span<const HandledContact> contacts,
                                      std::span<const double> days) {
  std::vector<statistics::CompetingTime> times;
  for (const HandledContact& contact : contacts) {
    // Without an intent nobody can say whether the next contact was about the same.
    if (!contact.intent_known) continue;
    times.push_back({contact.next_days.value_or(contact.watched_days),
                     static_cast<std::uint8_t>(contact.next), contact.customer});
  }
  const auto found = statistics::cumulative_incidence(times, 3, days);
  std::vector<NextShares> out;
  for (std::size_t i = 0; i < days.size(); ++i)
    out.push_back({days[i], found[i].shares, found[i].errors});
  return out;
}

}  // namespace clewline::insights
