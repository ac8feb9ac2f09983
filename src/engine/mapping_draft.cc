#include "engine/import.h"
#include "engine/mapping_answers.h"
#include "ingest/mapping_suggestion.h"

namespace clewline::engine {

Result<MappingDraft> suggest_mapping(const SuggestRequest& request) {
  CLEW_TRY_VOID(check_zone_and_region(request.zone, request.region));
  ingest::WorkspaceDefaults defaults;
  if (!request.zone.empty()) defaults.zone = request.zone;
  defaults.region = request.region;
  CLEW_TRY(auto suggestion,
           ingest::suggest_mapping(request.file, request.name,
                                   ingest::MappingFolders{mapping_folders(".")}, defaults));
  MappingDraft draft;
  draft.mapping = std::move(suggestion.mapping);
  draft.warnings = std::move(suggestion.warnings);
  draft.sampled = suggestion.sampled;
  draft.roles.columns = {{"field"}, {"role"}, {"reason"}};
  for (ingest::SuggestedRole& role : suggestion.roles)
    draft.roles.rows.push_back(
        {std::move(role.field), std::move(role.role), std::move(role.reason)});
  return draft;
}

}  // namespace clewline::engine
