#include "engine/mapping_answers.h"

#include <unistd.h>

#include <filesystem>

#include "engine/import.h"
#include "engine/link.h"
#include "engine/show.h"
#include "ingest/mapping_check.h"
#include "render/cell_text.h"
#include "text/phone.h"
#include "text/zone.h"

namespace clewline::engine {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kTreeBytesMax = 32ULL << 20;

/// A workspace that is thrown away.
class ScratchWorkspace {
 public:
  ScratchWorkspace()
      : folder_(
            (fs::temp_directory_path() / ("clewline_try_" + std::to_string(::getpid()))).string()) {
  }
  ~ScratchWorkspace() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

render::TreeNode event_node(const std::string& json) {
  render::TreeNode node;
  node.ink = render::Ink::event;
  node.headline = json;
  node.fields = {{{"event", render::ColumnKind::json}, json}};
  return node;
}

render::TreeNode record_node(const ingest::TriedRecord& record) {
  render::TreeNode node;
  node.ink = render::Ink::strong;
  node.headline = record.outcome == "reject"
                      ? "rejected: " + record.reason +
                            (record.field.empty() ? "" : " (field " + record.field + ")")
                  : record.outcome == "skip"
                      ? "skipped by the mapping"
                      : render::counted(static_cast<std::int64_t>(record.events.size()), "event") +
                            " of record " + record.record_id;
  node.when = "line " + std::to_string(record.line);
  node.remarks.push_back("raw: " + record.raw);
  node.fields = {{{"line", render::ColumnKind::integer}, static_cast<std::int64_t>(record.line)},
                 {{"outcome"}, record.outcome},
                 {{"reason"}, record.reason},
                 {{"field"}, record.field},
                 {{"record_id"}, record.record_id},
                 {{"version"}, record.version},
                 {{"raw"}, record.raw}};
  node.children_name = "events";
  for (const std::string& event : record.events) node.children.push_back(event_node(event));
  return node;
}

// Hides the record's bytes, and of its events the fields that name persons.
Status mask(ingest::TriedRecord& record) {
  record.raw = "***";
  CLEW_TRY(auto database, store::Database::open(":memory:"));
  CLEW_TRY(auto connection, database.connect());
  for (std::string& event : record.events) {
    CLEW_TRY(event,
             connection.query_text(
                 "SELECT json_merge_patch($1::JSON, '{\"identifiers\": null, \"agent_name\": "
                 "null, \"text\": null, \"attributes\": null}'::JSON)::VARCHAR",
                 {std::string_view(event)}));
  }
  return {};
}

Result<render::TreeNode> place_in_tree(const TryRequest& request, const std::string& record_id) {
  const ScratchWorkspace scratch;
  CLEW_TRY_VOID(Workspace::create(scratch.folder(), {request.zone, request.region, ""}));
  CLEW_TRY(auto workspace, Workspace::open_to_write(scratch.folder()));
  ImportRequest import;
  import.files = {request.file};
  import.mapping = request.mapping;
  CLEW_TRY_VOID(import_records(workspace, import, {}));
  CLEW_TRY_VOID(link(workspace, {}));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const std::string interaction,
           connection.query_text(
               "SELECT 'i_' || replace(min(p.interaction_id)::VARCHAR, '-', '') FROM "
               "store.event_places p JOIN store.events e USING (event_id) WHERE e.record_id = $1",
               {std::string_view(record_id)}));
  return show(workspace, {"interaction", interaction, request.masking, true});
}

}  // namespace

Result<MappingTestAnswer> test_mapping(const std::string& mapping, bool rewrite) {
  CLEW_TRY(const auto report,
           ingest::test_mapping(mapping, ingest::MappingFolders{mapping_folders(".")}, {},
                                rewrite ? ingest::Rewrite::yes : ingest::Rewrite::no));
  MappingTestAnswer answer;
  answer.failed = report.failed;
  answer.summary.single = true;
  answer.summary.columns = {{"passed", render::ColumnKind::integer},
                            {"failed", render::ColumnKind::integer}};
  answer.summary.rows.push_back(
      {static_cast<std::int64_t>(report.passed), static_cast<std::int64_t>(report.failed)});
  answer.messages = report.failures;
  for (const std::string& file : report.rewritten)
    answer.messages.push_back("wrote " + file + ": read the difference");
  return answer;
}

Status check_zone_and_region(const std::string& zone, const std::string& region) {
  if (!zone.empty() && !text::Zone::find(zone).ok())
    return Error{ErrorCode::usage, "--zone: unknown time zone: " + zone,
                 "Use an IANA name such as Europe/Berlin, UTC, or an offset such as +05:30."};
  if (!region.empty() && !text::is_phone_region(region))
    return Error{ErrorCode::usage, "--region: no country has the code " + region,
                 "Use its two letters of ISO 3166, e.g. --region DE."};
  return {};
}

Result<render::TreeNode> try_mapping(const TryRequest& request) {
  CLEW_TRY_VOID(check_zone_and_region(request.zone, request.region));
  CLEW_TRY(auto record,
           ingest::try_mapping(request.mapping, ingest::MappingFolders{mapping_folders(".")},
                               {request.zone, request.region}, request.file, request.row));
  if (request.masking == Masking::personal) CLEW_TRY_VOID(mask(record));
  render::TreeNode node = record_node(record);
  std::error_code failed;
  const std::uintmax_t bytes = fs::file_size(request.file, failed);
  if (record.events.empty() || failed || bytes > kTreeBytesMax) return node;
  auto place = place_in_tree(request, record.record_id);
  if (!place.ok()) {
    node.remarks.push_back("its place in the tree is not known: " + place.error().message);
    return node;
  }
  node.fields.push_back({{"place", render::ColumnKind::json}, render::tree_json(*place, false)});
  std::string& json = std::get<std::string>(node.fields.back().second);
  while (json.ends_with('\n')) json.pop_back();
  place->headline = "its place in the tree: " + place->headline;
  node.children.push_back(std::move(*place));
  node.children_in_json = record.events.size();
  return node;
}

}  // namespace clewline::engine
