#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/string_table.h"
#include "insights/paths/paths.h"
#include "insights/paths/paths_internal.h"

namespace clewline::insights {
namespace {

// A name, or with a star at the end all that begin so.
bool fits(std::string_view name, std::string_view anchor) {
  if (!anchor.ends_with('*')) return name == anchor;
  anchor.remove_suffix(1);
  return name.starts_with(anchor);
}

/// Puts rows of steps together to paths and hands each to the scans.
class PathBuilder {
 public:
  PathBuilder(PathsReading& reading, PathDifference& difference, const PathsPlan& plan)
      : reading_(reading), difference_(difference), plan_(plan) {}

  void begin(std::uint32_t customer, Sides sides) {
    end();
    customer_ = customer;
    sides_ = sides;
  }
  void step(std::string_view name, TimeUs at) {
    const std::uint32_t activity = number(name);
    if (plan_.collapse == "repeats" && !activities_.empty() && activities_.back() == activity) {
      reading_.collapsed += sides_.chosen;
      return;
    }
    activities_.push_back(activity);
    times_.push_back(at);
  }
  void end() {
    if (activities_.empty()) return;
    const PathCase path{customer_, activities_, times_};
    if (sides_.chosen) {
      reading_.map.add(path);
      reading_.variants.add(path);
      reading_.flow.add(path);
    }
    if (reading_.compared) difference_.add(path, sides_);
    activities_.clear();
    times_.clear();
  }

 private:
  std::uint32_t number(std::string_view name) {
    if (last_ < reading_.names.size() && reading_.names[last_] == name) return last_;
    // Number 0 of the table is the empty string, which no step is named.
    last_ = numbers_.intern(name) - 1;
    if (last_ < reading_.names.size()) return last_;
    reading_.names.emplace_back(name);
    if (fits(name, plan_.anchor)) reading_.flow.add_anchor(last_);
    return last_;
  }

  PathsReading& reading_;
  PathDifference& difference_;
  const PathsPlan& plan_;
  StringTable numbers_;
  std::uint32_t last_ = 0;
  std::uint32_t customer_ = 0;
  Sides sides_;
  std::vector<std::uint32_t> activities_;
  std::vector<TimeUs> times_;
};

// Paths of one customer stand together, steps in the order of the tree (LINKING §7).
std::string ordered_steps(const PathsPlan& plan, bool compared) {
  const std::string sides = compared ? "in_period AND wanted AS is_chosen, in_others AS is_other"
                                     : "true AS is_chosen, false AS is_other";
  const std::string numbered = fmt::format(
      "SELECT unit_id, {}, customer_number, row_number() OVER (ORDER BY customer_number, unit_id) "
      "AS path_number FROM {}",
      sides,
      with_customer_number("true", compared ? "(SELECT * FROM units WHERE (in_period AND wanted) "
                                              "OR in_others)"
                                            : "chosen"));
  return fmt::format(
      "SELECT path_number, customer_number, is_chosen, is_other, s.\"at\", s.activity FROM ({}) "
      "JOIN (\n{}\n) s USING (unit_id) ORDER BY path_number, s.\"at\", s.rank, s.sequence, "
      "s.step_id",
      numbered, paths_steps_sql(plan));
}

Status scan(store::QueryResult& rows, PathBuilder& builder) {
  std::int64_t path_number = -1;
  while (true) {
    CLEW_TRY(const bool more, rows.next());
    if (!more) break;
    const auto paths = rows.column(0).ints<std::int64_t>();
    const auto customers = rows.column(1).ints<std::int64_t>();
    const auto chosen = rows.column(2).bools();
    const auto others = rows.column(3).bools();
    const auto times = rows.column(4).times();
    const auto names = rows.column(5).texts();
    for (std::size_t r = 0; r < rows.rows(); ++r) {
      if (paths[r] != path_number) {
        path_number = paths[r];
        builder.begin(static_cast<std::uint32_t>(customers[r]), {chosen[r], others[r]});
      }
      builder.step(names[r].view(), times[r]);
    }
  }
  builder.end();
  return {};
}

std::string first_names(const std::vector<std::string>& names) {
  constexpr std::size_t kNamesMax = 20;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesMax); ++i)
    out += (i == 0 ? "" : ", ") + names[i];
  return out + (names.size() > kNamesMax ? ", …" : "");
}

}  // namespace

Result<PathsReading> read_paths(const Asking& asking, const PathsPlan& plan,
                                const Population& population) {
  PathsReading reading;
  reading.flow = PathFlow({!plan.anchor.empty(), plan.direction, plan.flow_steps});
  reading.compared = !asking.compare.empty();
  PathDifference difference;
  PathBuilder builder(reading, difference, plan);
  const std::string steps = ordered_steps(plan, reading.compared);
  if (reading.compared) {
    CLEW_TRY(const std::string units, paths_units_sql(asking));
    const Selection others = others_of(asking);
    CLEW_TRY(const Population both,
             Population::choose(asking.connection, paths_insight().question(), units,
                                asking.selection, asking.settings.zone, &others));
    CLEW_TRY(auto rows, both.stream(asking.connection, steps));
    CLEW_TRY_VOID(scan(rows, builder));
  } else {
    CLEW_TRY(auto rows, population.stream(asking.connection, steps));
    CLEW_TRY_VOID(scan(rows, builder));
  }
  reading.map.finish();
  reading.variants.finish();
  reading.flow.finish();
  if (reading.compared) reading.differences = difference.finish();
  reading.others_paths = static_cast<std::int64_t>(difference.others_paths().total);
  if (reading.flow.has_anchors()) return reading;
  return Error{ErrorCode::usage, fmt::format("no step is named `{}`", plan.anchor),
               "the steps of these paths are: " + first_names(reading.names)};
}

}  // namespace clewline::insights
