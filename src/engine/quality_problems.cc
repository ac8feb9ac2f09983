#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engine/quality_facts_internal.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

constexpr double kCompleteEnough = 0.95;
constexpr std::int64_t kGroupMin = 100;
constexpr double kBias = 0.2;  // difference of coverage between groups
constexpr double kClockSeconds = 1;

double share_of(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// What an issue of an event does, and what to do; issues that are meant to be are not in it.
struct IssueMeaning {
  std::string_view issue;
  double least;  // share of events from which it is told
  std::string_view does;
  std::string_view todo;
};

constexpr IssueMeaning kIssues[] = {
    {"mangled_key", 0, "A spreadsheet rounded these ids: their customers stay anonymous.",
     "Export the column as text, and import again."},
    {"placeholder_key", .01, "A placeholder stood for the key: nothing is joined by it.",
     "Ask the source to leave it empty, or map the real key."},
    {"phone_withheld", .1, "Callers who hide their number are not known by it.",
     "Ask for a number or login in the menu; map what is typed there."},
    {"phone_no_region", .01, "National numbers link nothing: their country would be a guess.",
     "Set region in workspace.yaml or in the mapping, then replay."},
    {"phone_malformed", .01, "These numbers link nothing.", "Look at them: clewline sql."},
    {"phone_invalid", .05, "Numbers that no network gives: they may be typed wrongly.",
     "Check what the source writes into the field."},
    {"email_malformed", .01, "These addresses link nothing.", "Look at them: clewline sql."},
    {"zone_assumed", .01,
     "Times without a zone were read in the assumed one: hours and gaps to other systems may be "
     "off by whole hours.",
     "State the zone in the mapping (source: zone)."},
    {"fold_ambiguous", .001, "Times of the repeated hour may be an hour off.",
     "Export times with their offset."},
    {"nonexistent_local_time", 0, "Times that no clock showed: the zone is likely wrong.",
     "Check the zone in the mapping."},
    {"ts_malformed", 0, "These times could not be read.", "Correct the format in the mapping."},
    {"ts_out_of_range", 0, "These times cannot be.", "Correct the format in the mapping."},
    {"ts_future", 0, "Events of the future: the clock or the zone is wrong.",
     "Check the clock of the source and the zone in the mapping."},
    {"time_missing", 0, "Events without a time stand at the time of their receipt.",
     "Map a time to occurred_at."},
    {"end_before_start", .001, "These intervals count as nothing: durations are too short.",
     "Check which fields the mapping takes for start and end."},
    {"presence_clipped", .001, "Sessions without an end were cut: durations are a guess.",
     "Map the end of the session."},
    {"unknown_enum", .001, "Words that are not mapped became null.",
     "Add them to the mapping's maps: `clewline mapping test` lists them."},
    {"unknown_event_type", 0, "Steps without a type mean nothing.", "Name them in the mapping."},
    {"number_malformed", .001, "These numbers are null.", "Correct the mapping."},
    {"duration_malformed", .001, "These durations are null.", "Correct the mapping."},
    {"boolean_malformed", .001, "These are null.", "Correct the mapping."},
    {"json_malformed", .001, "Lists and attributes are null.", "Correct the mapping."},
};

class Problems {
 public:
  Problems(const QualityFacts& facts, const std::string& folder) : facts_(facts), folder_(folder) {}

  std::vector<QualityProblem> find() {
    for (const SourceFacts& source : facts_.sources) look_at(source);
    add_unusual_days();
    add_thin_ends();
    for (const FieldFacts& field : facts_.fields) look_at(field);
    for (const IssueFacts& issue : facts_.issues) look_at(issue);
    add_coverage();
    add_bias();
    for (const ClockFacts& clock : facts_.clocks) {
      look_at(clock);
      add_untied(clock);
    }
    std::stable_sort(out_.begin(), out_.end(), [](const auto& a, const auto& b) {
      if (a.severity != b.severity) return a.severity < b.severity;
      return a.share.value_or(0) > b.share.value_or(0);
    });
    return std::move(out_);
  }

 private:
  void add(int severity, const std::string& where, std::string problem, std::string_view does,
           std::string_view todo, std::optional<double> share = {}) {
    out_.push_back(
        {severity, where, std::move(problem), std::string(does), std::string(todo), share});
  }

  void look_at(const SourceFacts& source) {
    const std::string where = source.name.text();
    if (source.rejected > 0) {
      const std::int64_t of = std::max({source.delivered, source.records, source.rejected});
      const double share = share_of(source.rejected, of);
      add(share >= .01 ? 1 : 2, where,
          fmt::format("{} of {} could not be read.", render::counted(source.rejected, "record"),
                      render::grouped(of)),
          "Every count of the source lacks them.",
          "clewline rejected -w " + folder_ + "; mend the mapping; clewline replay.", share);
    }
    if (share_of(source.unmapped, source.events) >= .001)
      add(2, where,
          fmt::format("{} of the events have a native type that no mapping names.",
                      render::share_words(source.unmapped, source.events)),
          "These steps mean nothing to any answer.",
          "Name their types in the mapping, then replay.",
          share_of(source.unmapped, source.events));
    const double twins = share_of(source.twins, source.accepted);
    if (twins >= .001)
      add(twins >= .01 ? 1 : 2, where,
          fmt::format("{} say the same as another one under another key.",
                      render::counted(source.twins, "record")),
          "If they are copies, counts and durations hold them twice.",
          "Check record: key in the mapping: it should be the vendor's own id.", twins);
    add_silence(source);
    if (source.delay_most_s && *source.delay_most_s > 86'400)
      add(3, where,
          fmt::format("One event in twenty is recorded more than {} after it happened.",
                      render::duration_words(std::llround(*source.delay_most_s) * kUsPerSecond)),
          "The last days are not complete yet.", "Leave them out when comparing periods.");
  }

  // Silent: longer behind the other streams than three times its own longest silence.
  void add_silence(const SourceFacts& source) {
    std::int64_t longest = 0;
    std::int64_t empty = 0;
    for (const std::int64_t count : source.days) {
      empty = count == 0 ? empty + 1 : 0;
      longest = std::max(longest, empty);
    }
    if (source.behind_days >= std::max<std::int64_t>(3, 3 * longest)) {
      add(1, source.name.text(),
          fmt::format("Nothing since {}, while others went on for {}.", format_utc(*source.last_at),
                      render::counted(source.behind_days, "day")),
          "Its steps are missing from every contact since: counts fall without a cause.",
          "Import what it wrote since, or ask why it stopped.");
    }
  }

  // Streams whose last days have less than half of the usual, all in one.
  void add_thin_ends() {
    std::string streams;
    std::int32_t since = std::numeric_limits<std::int32_t>::max();
    for (const SourceFacts& source : facts_.sources) {
      if (source.days.size() < source.days_usual + 2 || source.days_usual < 7) continue;
      streams += (streams.empty() ? "" : ", ") + source.name.text();
      since = std::min(since, source.first_day + static_cast<std::int32_t>(source.days_usual));
    }
    if (streams.empty()) return;
    add(3, streams, "Less than half of the usual events from " + day_text(since) + " on.",
        "These days may not be delivered yet: a fall there says nothing.",
        "Leave them out when comparing periods.");
  }

  static std::string day_text(std::int32_t day) {
    return format_utc(day * kUsPerDay).substr(0, 10);
  }

  void add_unusual_days() {
    std::map<StreamName, std::vector<const UnusualDayFacts*>> by_stream;
    for (const UnusualDayFacts& day : facts_.days) by_stream[day.name].push_back(&day);
    for (const auto& [name, days] : by_stream) {
      const auto worst =
          *std::max_element(days.begin(), days.end(),
                            [](const auto* a, const auto* b) { return ratio(*a) < ratio(*b); });
      const bool missing =
          std::any_of(days.begin(), days.end(), [](const auto* day) { return day->events == 0; });
      add(missing ? 1 : 3, name.text(),
          fmt::format("{} unlike the usual; most of all {}: {} where {} are usual.",
                      days.size() == 1 ? "1 day is" : fmt::format("{} days are", days.size()),
                      day_text(worst->day), render::counted(worst->events, "event"),
                      render::grouped(std::llround(worst->usual))),
          missing ? "A day without events is most likely a file that was not imported: every count "
                    "of that day is wrong."
                  : "Counts of these days say more of the day than of the trend.",
          "clewline quality -w " + folder_ + " --days lists them; compare with the source.");
    }
  }
  static double ratio(const UnusualDayFacts& day) {
    return std::abs(std::log((static_cast<double>(day.events) + 1) / (day.usual + 1)));
  }

  void look_at(const FieldFacts& field) {
    const FieldNeed* need = need_of(field.field);
    if (need == nullptr || field.applicable < kGroupMin) return;
    const RecentShares& shares = field.shares;
    if (direction_of(shares) < 0) {
      add(2, field.name.text(),
          fmt::format("{} is there in {} of the last seven days, in {} of the four weeks before.",
                      field.field, words(shares.recent), words(shares.before)),
          need->does, "Look for a change of the vendor's format or of the mapping, then replay.",
          shares.before.value() - shares.recent.value());
      return;
    }
    const double filled = share_of(field.filled, field.applicable);
    if (filled >= kCompleteEnough || field.field == "customer") return;
    add(filled < .5 ? 2 : 3, field.name.text(),
        fmt::format("{} is {} ({} of {}).", field.field,
                    field.filled == 0 ? "never there" : "often missing",
                    render::grouped(field.applicable - field.filled),
                    render::grouped(field.applicable)),
        need->does, need->todo, 1 - filled);
  }

  static const FieldNeed* need_of(std::string_view field) {
    for (const auto& needs : {event_fields(), unit_fields()}) {
      for (const FieldNeed& need : needs) {
        if (need.field == field) return &need;
      }
    }
    return nullptr;
  }

  static std::string words(const statistics::Share& share) {
    return render::share_words(share.part, share.whole);
  }

  void look_at(const IssueFacts& issue) {
    const double share = share_of(issue.events, issue.of);
    for (const IssueMeaning& meaning : kIssues) {
      if (meaning.issue != issue.issue) continue;
      const bool rose = direction_of(issue.shares) > 0;
      if (!rose && share < meaning.least) continue;
      std::string problem =
          fmt::format("{} on {} ({})", issue.issue, render::counted(issue.events, "event"),
                      render::share_words(issue.events, issue.of));
      if (rose)
        problem += fmt::format("; {} in the last seven days, {} in the four weeks before",
                               words(issue.shares.recent), words(issue.shares.before));
      add(rose || share >= .1 ? 2 : 3, issue.name.text(), problem + ".", meaning.does, meaning.todo,
          share);
    }
  }

  void add_coverage() {
    for (const CoverageFacts& group : facts_.coverage) {
      if (group.by != "all" || group.contacts == 0) continue;
      const std::int64_t known = group.with_anchor + group.by_shared;
      const double unknown = 1 - share_of(known, group.contacts);
      if (unknown <= .1) continue;
      add(unknown >= .5 ? 1 : 2, "all sources",
          fmt::format("Of {}, {} name the customer, {} more are known through a shared value, {} "
                      "by nothing.",
                      render::counted(group.contacts, "contact"),
                      render::share_words(group.with_anchor, group.contacts),
                      render::share_words(group.by_shared, group.contacts),
                      render::share_words(group.contacts - known, group.contacts)),
          "A contact of nobody is never a repeat: first-contact resolution, journeys and reach are "
          "told of the known ones alone.",
          "Map identifiers in the sources that have least: clewline quality -w " + folder_ +
              " --coverage.",
          unknown);
    }
  }

  // Where customers are known much more often in one group than in another of its kind.
  void add_bias() {
    std::map<std::string, std::pair<const CoverageFacts*, const CoverageFacts*>> ends;
    for (const CoverageFacts& group : facts_.coverage) {
      if (group.by == "all" || group.by == "source" || group.contacts < kGroupMin) continue;
      auto& [least, most] = ends[group.by];
      if (least == nullptr || known(group) < known(*least)) least = &group;
      if (most == nullptr || known(group) > known(*most)) most = &group;
    }
    for (const auto& [by, pair] : ends) {
      const auto& [least, most] = pair;
      if (known(*most) - known(*least) < kBias) continue;
      add(1, "all sources",
          fmt::format(
              "The customer is known in {} of the contacts that {}, but in {} of those that "
              "{}.",
              words(*most), group_words(*most), words(*least), group_words(*least)),
          "The known ones are not like the others: repeat rates and first-contact resolution are "
          "biased, not only incomplete.",
          "Compare only inside one of the groups, or identify customers in both.",
          known(*most) - known(*least));
    }
  }
  static double known(const CoverageFacts& group) {
    return share_of(group.with_anchor + group.by_shared, group.contacts);
  }
  static std::string words(const CoverageFacts& group) {
    return render::share_words(group.with_anchor + group.by_shared, group.contacts);
  }
  static std::string group_words(const CoverageFacts& group) {
    return group.by == "channel" ? "begin by " + group.value : group.value;
  }

  void look_at(const ClockFacts& clock) {
    if (!clock.low_s || !clock.high_s) return;
    const bool ahead = *clock.low_s > 0 && *clock.low_s + *clock.high_s >= 2 * kClockSeconds;
    const bool behind = *clock.high_s < 0 && *clock.low_s + *clock.high_s <= -2 * kClockSeconds;
    if (!ahead && !behind) return;
    const double low = std::min(std::abs(*clock.low_s), std::abs(*clock.high_s));
    const double high = std::max(std::abs(*clock.low_s), std::abs(*clock.high_s));
    const std::string size = clock.offset_s ? fmt::format("{:.1f} s ({:.1f} to {:.1f})",
                                                          std::abs(*clock.offset_s), low, high)
                                            : fmt::format("{:.1f} to {:.1f} s", low, high);
    add(2, clock.b.text(),
        fmt::format("Its clock is {} {} that of {}, by {}.", size, ahead ? "ahead of" : "behind",
                    clock.a.text(), render::counted(clock.sessions, "shared session")),
        "Steps of both systems may stand in the wrong order; waits between them and links by agent "
        "and time are off by as much.",
        "Correct it in the mapping (plus_ms), or set clock_offset of the agent_time rule.");
  }

  // Sessions of two sources under one id that link does not bring together.
  void add_untied(const ClockFacts& clock) {
    if (clock.a.source == clock.b.source || clock.apart * 2 < clock.sessions) return;
    add(1, clock.a.text() + ", " + clock.b.text(),
        fmt::format("They share {}, but in {} of them the two parts stand in different contacts.",
                    render::counted(clock.sessions, "session id"), render::grouped(clock.apart)),
        "One call counts as two contacts, and what one system knows of the customer the other does "
        "not.",
        "Map the id to chain_key in both, and name both in key_spaces.shared_chain_sources "
        "(config/linking.yaml).",
        share_of(clock.apart, clock.sessions));
  }

  const QualityFacts& facts_;
  const std::string& folder_;
  std::vector<QualityProblem> out_;
};

}  // namespace

std::vector<QualityProblem> find_problems(const QualityFacts& facts, const std::string& folder) {
  return Problems(facts, folder).find();
}

}  // namespace clewline::engine
