#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/gaps.h"
#include "engine/link.h"
#include "engine/linked_portions.h"
#include "hierarchy/presence_gaps.h"
#include "statistics/natural_gap.h"

namespace clewline::engine {

/// One choice of a gap and what it would make.
struct GapChoice {
  std::int64_t gap_us = 0;
  std::vector<std::string> names;  // current, default, natural; none: one of the fixed ones
  std::uint64_t sessions = 0;
  std::optional<double> elasticity;  // d ln sessions / d ln gap; none at a gap of 0
  hierarchy::TrialCounts counts;
};

/// All that is known of the gaps of one channel, or of two.
struct GapStudy {
  Channel a = Channel::other;
  Channel b = Channel::other;
  std::string name;  // "voice", "web-voice"
  hierarchy::ChannelGaps gaps;
  statistics::NaturalGap natural;
  std::optional<double> median_seconds;
  std::int64_t current_us = 0;
  std::int64_t default_us = 0;
  std::vector<GapChoice> choices;  // by gap, ascending

  std::optional<std::int64_t> natural_us() const;
  /// The gap to use: the natural one, else the default.
  std::int64_t recommended_us() const { return natural_us().value_or(default_us); }
  const GapChoice& choice(std::int64_t gap_us) const;
};

/// The events of a workspace. What memory holds at once is read once for all questions; else each
/// question reads portion after portion.
class GapInput {
 public:
  GapInput(store::Database& database, LinkSettings settings)
      : database_(database), settings_(std::move(settings)) {}

  const LinkingConfig& config() const { return settings_.linking; }
  /// Presences of customers who can be seen again: those that an identifier names.
  Result<std::vector<hierarchy::ContactPresence>> presences();
  /// What the trials would make of all events under a configuration.
  Result<std::vector<hierarchy::TrialCounts>> count(const LinkingConfig& config,
                                                    std::span<const hierarchy::GapTrial> trials);

 private:
  Status visit(const PortionVisitor& visitor);
  hierarchy::LinkedEvents events(const LinkedPortion& portion, const LinkingConfig& config) const;

  store::Database& database_;
  LinkSettings settings_;
  std::optional<LinkedPortion> whole_;
};

/// Studies the channels and pairs of channels that were asked for, most gaps first.
Result<std::vector<GapStudy>> study_gaps(GapInput& input, const GapsRequest& request);

/// The sentences and the table for a person.
std::vector<std::string> gap_sentences(const std::vector<GapStudy>& studies);
render::ResultTable gap_summary(const std::vector<GapStudy>& studies);
render::ResultTable choice_table_for_people(const GapStudy& study);

/// The tables for programs.
render::ResultTable gaps_table(const std::vector<GapStudy>& studies);
render::ResultTable choices_table(const std::vector<GapStudy>& studies);
render::ResultTable mixtures_table(const std::vector<GapStudy>& studies);

}  // namespace clewline::engine
