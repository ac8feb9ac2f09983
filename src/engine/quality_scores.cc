#include <algorithm>
#include <cmath>
#include <map>

#include "engine/quality_facts_internal.h"

namespace clewline::engine {
namespace {

/// A stream that is silent for so many days is worth nothing as far as freshness goes.
constexpr double kStaleDays = 28;
constexpr std::int64_t kCasesMin = 100;
constexpr double kDriftPoints = .1;
constexpr double kDriftZ = 6;  // events of one call are not independent

double share(std::int64_t part, std::int64_t whole) {
  return whole <= 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// What is left in the last seven days of a field's completeness in the weeks before.
double kept(const RecentShares& shares) {
  return direction_of(shares) < 0 ? shares.recent.value() / shares.before.value() : 1.0;
}

QualityScore score_of(const SourceFacts& source, std::int64_t unusual_days) {
  QualityScore score;
  score.name = source.name;
  const std::int64_t received = std::max(source.delivered, source.records + source.rejected);
  score.validity = share(source.events - source.with_issue, source.events) *
                   share(received - source.rejected, received);
  score.freshness = std::max(0.0, 1 - static_cast<double>(source.behind_days) / kStaleDays);
  const std::int64_t distinct = std::max(source.accepted, source.twins);
  score.duplicates = share(distinct - source.twins, distinct);
  const auto days = static_cast<std::int64_t>(source.days_usual);
  score.drift = share(days - std::min(days, unusual_days), days);
  return score;
}

}  // namespace

int direction_of(const RecentShares& shares) {
  if (shares.before.whole < kCasesMin || shares.recent.whole < kCasesMin) return 0;
  const double points = shares.recent.value() - shares.before.value();
  const double z = statistics::share_change_z(shares.before, shares.recent);
  if (std::abs(points) < kDriftPoints || std::abs(z) < kDriftZ) return 0;
  return points < 0 ? -1 : 1;
}

std::vector<QualityScore> quality_scores(const QualityFacts& facts) {
  std::map<StreamName, std::int64_t> unusual;
  for (const UnusualDayFacts& day : facts.days) ++unusual[day.name];
  std::vector<QualityScore> out;
  for (const SourceFacts& source : facts.sources) {
    if (source.events == 0 && source.rejected == 0) continue;
    const std::size_t whole = out.size();
    out.push_back(score_of(source, unusual[source.name]));
    std::int64_t wanted = 0;
    std::int64_t filled = 0;
    double steady = 0;
    for (const FieldFacts& field : facts.fields) {
      if (field.name != source.name) continue;
      QualityScore score = out[whole];
      score.field = field.field;
      score.completeness = share(field.filled, field.applicable);
      score.drift *= kept(field.shares);
      steady += static_cast<double>(field.applicable) * kept(field.shares);
      out.push_back(score);
      wanted += field.applicable;
      filled += field.filled;
    }
    out[whole].completeness = share(filled, wanted);
    if (wanted > 0) out[whole].drift *= steady / static_cast<double>(wanted);
  }
  return out;
}

}  // namespace clewline::engine
