#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/quality.h"
#include "engine/workspace.h"
#include "statistics/share_change.h"

namespace clewline::engine {

struct StreamName {
  std::string source;
  std::string stream;  // empty: all streams of the source
  auto operator<=>(const StreamName&) const = default;
  std::string text() const { return stream.empty() ? source : source + "/" + stream; }
};

/// Counts of one source and stream.
struct SourceFacts {
  StreamName name;
  std::int64_t records = 0;  // received, each time anew
  std::int64_t accepted = 0;
  std::int64_t updated = 0;
  std::int64_t duplicates = 0;
  std::int64_t skipped = 0;
  std::int64_t rejected = 0;  // still kept aside
  std::int64_t events = 0;
  std::int64_t with_issue = 0;
  std::int64_t unmapped = 0;  // events of type other.unmapped
  std::int64_t delivered =
      0;  // records of imports in this name: a mapping may name another source a record
  std::int64_t twins = 0;  // records whose events repeat those of another record
  std::optional<TimeUs> first_at;
  std::optional<TimeUs> last_at;
  std::optional<TimeUs> received_at;     // the latest
  std::optional<double> delay_median_s;  // from the event to the source's own recording of it
  std::optional<double> delay_most_s;    // 95 of 100 are recorded sooner
  std::vector<std::int64_t> days;        // events by day, from first_day
  std::int32_t first_day = 0;            // days since 1970-01-01 in the workspace's zone
  std::size_t days_usual = 0;            // how many of `days`, up to the last usual one
  /// Silence before the last usual day of the stream that lasts longest.
  std::int64_t behind_days = 0;
};

/// A field that answers need, and what its absence does.
struct FieldNeed {
  std::string_view field;
  std::string_view applies;  // SQL over store.events e (or `unit`): the rows that should have it
  std::string_view filled;   // SQL: the row has it
  std::string_view does;     // what its absence does to which answer
  std::string_view todo;
};
std::span<const FieldNeed> event_fields();
/// Those of units: disposition, ended_at, intent; without SQL.
std::span<const FieldNeed> unit_fields();

/// The last seven days up to the stream's last usual one, and the 28 before them.
struct RecentShares {
  statistics::Share before;
  statistics::Share recent;
};

/// −1 fell, 1 rose, 0 neither: by ten points, beyond chance, in a hundred cases each.
int direction_of(const RecentShares& shares);

struct FieldFacts {
  StreamName name;
  std::string field;
  std::int64_t applicable = 0;
  std::int64_t filled = 0;
  RecentShares shares = {};
};

struct IssueFacts {
  StreamName name;
  std::string issue;
  std::int64_t events = 0;
  std::int64_t of = 0;
  RecentShares shares = {};
};

struct UnusualDayFacts {
  StreamName name;
  std::int32_t day = 0;
  std::int64_t events = 0;
  double usual = 0;
};

/// Contacts of one group: all, a channel, a source, with or without a queue stay …
struct CoverageFacts {
  std::string by;
  std::string value;
  std::int64_t contacts = 0;
  std::int64_t with_anchor = 0;  // an anchor in their own session or chain
  std::int64_t by_shared = 0;    // else through a shared value (phone, cookie) seen elsewhere
};

/// Two streams that share sessions: how far the second one's clock is ahead.
struct ClockFacts {
  StreamName a;
  StreamName b;
  std::int64_t sessions = 0;
  std::int64_t apart = 0;          // of them, those whose parts stand in different contacts
  std::int64_t pairs = 0;          // of events of the same type in one session
  std::optional<double> offset_s;  // median of b − a of these pairs
  std::optional<double> low_s;     // its interval; without such pairs, the least and greatest
  std::optional<double> high_s;    //   offset at which one stream's events lie inside the other's
  std::optional<double> spread_s;  // interquartile range
  bool same_type = false;
};

/// What rests on one field of a source: contacts, events or joins that would be lost without it.
struct WorthFacts {
  std::string source;
  std::string field;  // identifier kind or key
  std::string what;   // contacts, events, joins
  std::int64_t of = 0;
  std::int64_t with = 0;   // that carry or use it
  std::int64_t alone = 0;  // that rest on it alone
};

struct QualityFacts {
  bool linked = false;
  std::string zone;
  std::vector<SourceFacts> sources;
  std::vector<FieldFacts> fields;
  std::vector<IssueFacts> issues;
  std::vector<UnusualDayFacts> days;
  std::vector<CoverageFacts> coverage;
  std::vector<ClockFacts> clocks;
  std::vector<WorthFacts> worth;
};

Result<QualityFacts> read_quality(Workspace& workspace);

/// What each field is worth, by what the last link rests on. Nothing before it.
Status read_worth(store::Connection& connection, const LinkingConfig& config, QualityFacts& facts);

/// The parts of a score, each 0 to 1; the score is their product.
struct QualityScore {
  StreamName name;
  std::string field;  // empty: the stream as a whole
  double completeness = 1;
  double validity = 1;
  double freshness = 1;
  double duplicates = 1;
  double drift = 1;
  double product() const { return completeness * validity * freshness * duplicates * drift; }
};

/// One score a stream, and one each of its fields.
std::vector<QualityScore> quality_scores(const QualityFacts& facts);

/// A problem, worst first by severity and share.
struct QualityProblem {
  int severity = 2;  // 1: answers are wrong; 2: answers are incomplete; 3: good to know
  std::string where;
  std::string problem;  // a sentence with its figures
  std::string does;     // what it does to which answer
  std::string todo;
  std::optional<double> share;  // of what it concerns, 0..1
};

std::vector<QualityProblem> find_problems(const QualityFacts& facts, const std::string& folder);

/// Fills the tables of an answer.
void add_quality_tables(const QualityFacts& facts, QualityAnswer& answer);

}  // namespace clewline::engine
