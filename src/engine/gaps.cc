#include "engine/gaps.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/config_edit.h"
#include "engine/duration_text.h"
#include "engine/gap_study_internal.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

constexpr std::int64_t kResamplesMax = 100'000;
constexpr std::int64_t kRestartsMax = 10'000;
constexpr const char* kFile = "config/linking.yaml";

Status check(const GapsRequest& request) {
  if (request.resamples < 0 || request.resamples > kResamplesMax)
    return Error{ErrorCode::usage, fmt::format("--resamples wants 0 to {}", kResamplesMax),
                 "200 are enough for most; 0 gives no intervals"};
  if (request.restarts < 0 || request.restarts > kRestartsMax)
    return Error{ErrorCode::usage, fmt::format("--restarts wants 0 to {}", kRestartsMax),
                 "20 are enough for most"};
  return {};
}

/// A gap that changes.
struct Change {
  const GapStudy* study = nullptr;
  std::int64_t to_us = 0;
};

std::vector<Change> changes_of(const std::vector<GapStudy>& studies) {
  std::vector<Change> changes;
  for (const GapStudy& study : studies) {
    const auto natural = study.natural_us();
    if (natural && *natural != study.current_us) changes.push_back({&study, *natural});
  }
  return changes;
}

// The settings that hold a gap: a pair may stand in the file in either order, and a channel's own
// gap also as a pair with itself.
std::vector<ConfigChange> settings_of(const Change& change,
                                      const std::vector<SettingRow>& settings) {
  const std::string a(enum_name(change.study->a));
  const std::string b(enum_name(change.study->b));
  const std::string value = duration_text(change.to_us);
  std::vector<ConfigChange> out;
  if (a == b) out.push_back({{"channels", a, "transaction_gap"}, value});
  for (const std::string& pair : {a + "-" + b, b + "-" + a}) {
    const bool stands = std::any_of(settings.begin(), settings.end(), [&](const SettingRow& row) {
      return row.name == "linking.interaction_gaps." + pair && row.origin != "default";
    });
    const bool known = std::any_of(out.begin(), out.end(), [&](const ConfigChange& other) {
      return other.path.back() == pair;
    });
    if (stands && !known) out.push_back({{"interaction_gaps", pair}, value});
  }
  if (out.empty()) out.push_back({{"interaction_gaps", a + "-" + b}, value});
  return out;
}

// Contacts with the gaps in force, and with all changes together.
Result<std::pair<std::uint64_t, std::uint64_t>> contacts_of(GapInput& input,
                                                            const std::vector<Change>& changes) {
  LinkingConfig after = input.config();
  const auto count = [&](const LinkingConfig& config) -> Result<std::uint64_t> {
    const GapStudy& study = *changes.front().study;
    const auto i = static_cast<std::size_t>(study.a);
    const auto j = static_cast<std::size_t>(study.b);
    const hierarchy::GapTrial same[] = {{study.a, study.b, config.interaction_gap_us[i][j]}};
    CLEW_TRY(const auto counts, input.count(config, same));
    return counts.front().contacts;
  };
  CLEW_TRY(const std::uint64_t contacts, count(after));
  for (const Change& change : changes)
    after = hierarchy::with_gap(after, {change.study->a, change.study->b, change.to_us});
  CLEW_TRY(const std::uint64_t changed, count(after));
  return std::pair(contacts, changed);
}

render::ResultTable changes_table() {
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"channels"},
                   {"setting"},
                   {"before_seconds", ColumnKind::number},
                   {"after_seconds", ColumnKind::number},
                   {"contacts_before", ColumnKind::integer},
                   {"contacts_after", ColumnKind::integer}};
  return table;
}

std::string path_text(const std::vector<std::string>& path) {
  std::string out;
  for (const std::string& key : path) out += (out.empty() ? "" : ".") + key;
  return out;
}

}  // namespace

Result<GapsAnswer> find_gaps(Workspace& workspace, const GapsRequest& request) {
  CLEW_TRY_VOID(check(request));
  CLEW_TRY(auto linking, link_settings(workspace));
  GapInput input(workspace.database(), std::move(linking));
  CLEW_TRY(const std::vector<GapStudy> studies, study_gaps(input, request));
  GapsAnswer answer;
  answer.sentences = gap_sentences(studies);
  answer.summary = gap_summary(studies);
  answer.gaps = gaps_table(studies);
  answer.choices = choices_table(studies);
  answer.mixtures = mixtures_table(studies);
  for (const GapStudy& study : studies) {
    if (!request.channels.empty() || study.natural.verdict != statistics::GapVerdict::too_few)
      answer.choice_tables.emplace_back(study.name, choice_table_for_people(study));
  }
  return answer;
}

Result<GapsApplied> apply_gaps(Workspace& workspace, const GapsRequest& request) {
  CLEW_TRY_VOID(check(request));
  if (request.start_to_start)
    return Error{ErrorCode::usage, "--apply goes with gaps from end to start, as link counts them",
                 "leave out --definition start-to-start"};
  CLEW_TRY(auto linking, link_settings(workspace));
  GapInput input(workspace.database(), std::move(linking));
  GapsRequest without_intervals = request;
  without_intervals.resamples = 0;
  CLEW_TRY(const std::vector<GapStudy> studies, study_gaps(input, without_intervals));
  GapsApplied applied;
  applied.changes = changes_table();
  const std::vector<Change> changes = changes_of(studies);
  if (changes.empty()) {
    applied.sentences = {"Nothing was changed: no natural gap differs from what is set.",
                         "`clewline gaps -w " + workspace.folder() + "` says why."};
    return applied;
  }
  CLEW_TRY(const auto contacts, contacts_of(input, changes));
  const auto [before, after] = contacts;
  const std::vector<SettingRow> settings = read_workspace_config(workspace.folder()).settings;
  std::vector<ConfigChange> edits;
  for (const Change& change : changes) {
    const GapStudy& study = *change.study;
    for (ConfigChange& edit : settings_of(change, settings)) {
      applied.changes.rows.push_back(
          {study.name, path_text(edit.path), static_cast<double>(study.current_us) / kUsPerSecond,
           static_cast<double>(change.to_us) / kUsPerSecond, static_cast<std::int64_t>(before),
           static_cast<std::int64_t>(after)});
      edits.push_back(std::move(edit));
    }
    applied.sentences.push_back(fmt::format("{}: {} (was {}).", study.name,
                                            render::duration_words(change.to_us),
                                            render::duration_words(study.current_us)));
  }
  CLEW_TRY_VOID(change_config_file(workspace.folder(), kFile, edits));
  applied.sentences.insert(applied.sentences.begin(),
                           "Wrote to " + workspace.path(kFile) + ", and nothing else there:");
  applied.sentences.push_back(fmt::format(
      "`clewline link -w {}` will make {} where the gaps before make {}; until then the tables "
      "stay as they are.",
      workspace.folder(), render::counted(static_cast<std::int64_t>(after), "contact"),
      render::grouped(static_cast<std::int64_t>(before))));
  return applied;
}

}  // namespace clewline::engine
