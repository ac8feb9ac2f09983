#include "engine/profile_matches.h"

#include <absl/container/flat_hash_map.h>

#include <filesystem>
#include <string>
#include <utility>

#include "engine/dedupe.h"
#include "model/identifier_kinds.h"

namespace clewline::engine {
namespace {

/// The anchor that stands for a profile, and since when the profile says so.
struct ProfileAnchor {
  std::string name;  // kind:value
  TimeUs valid_from = 0;
};
using ProfileAnchors = absl::flat_hash_map<std::string, ProfileAnchor>;

std::string text_of(const store::Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string() : *text;
}

Result<ProfileAnchors> anchors_of_profiles(store::Connection& connection,
                                           const LinkingConfig& linking) {
  std::string ranks;
  for (std::size_t kind = 0; kind < linking.kinds.size(); ++kind) {
    if (linking.kinds[kind].kind_class != KindClass::anchor) continue;
    ranks += (ranks.empty() ? "(" : ", (") + store::quote_literal(linking.kinds[kind].name) + ", " +
             std::to_string(linking.kinds[kind].priority) + ")";
  }
  CLEW_TRY(
      const auto rows,
      connection.query_rows(
          "SELECT source || '/' || CASE WHEN stream = 'default' THEN '' ELSE stream || '/' END || "
          "profile_id, arg_min(id.kind || ':' || id.value, (rank, id.kind, id.value)), "
          "max(valid_from) FROM (SELECT source, stream, profile_id, valid_from, "
          "unnest(identifiers) "
          "AS id FROM store.profiles QUALIFY rank() OVER (PARTITION BY source, stream, profile_id "
          "ORDER BY valid_from DESC NULLS LAST, record_version DESC NULLS LAST, record_id DESC) = "
          "1) JOIN (VALUES " +
          ranks +
          ") AS anchors(kind, rank) ON id.kind = anchors.kind WHERE id.value IS NOT NULL AND "
          "id.role = 'customer' GROUP BY 1"));
  ProfileAnchors out;
  for (const auto& row : rows) {
    const auto* from = std::get_if<store::TimeValue>(&row[2]);
    out[text_of(row[0])] = {text_of(row[1]), from == nullptr ? 0 : from->us};
  }
  return out;
}

LinkAssertion match(std::string a, std::string b, double probability, TimeUs at) {
  LinkAssertion out;
  out.kind = AssertionKind::match;
  if (b < a) std::swap(a, b);
  out.a = std::move(a);
  out.b = std::move(b);
  out.probability = probability;
  out.asserted_at = at;
  out.actor = "model";
  return out;
}

}  // namespace

Result<std::vector<LinkAssertion>> find_profile_matches(Workspace& workspace) {
  std::vector<LinkAssertion> out;
  if (!std::filesystem::exists(workspace.path(kDedupeModelFile))) return out;
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const std::int64_t profiles,
           connection.query_int64("SELECT count(*) FROM store.profiles"));
  if (profiles == 0) return out;
  DedupeRequest request;
  request.model_file = workspace.path(kDedupeModelFile);
  CLEW_TRY(const DedupeRun run, DedupeRun::of_workspace(workspace, request));
  CLEW_TRY(const ProfileAnchors anchors,
           anchors_of_profiles(connection, workspace.config().linking));
  absl::flat_hash_map<std::pair<std::string, std::string>, std::size_t> place_of;
  for (const matching::Link& link : run.links()) {
    const auto a = anchors.find(run.records().names[link.a]);
    const auto b = anchors.find(run.records().names[link.b]);
    if (a == anchors.end() || b == anchors.end() || a->second.name == b->second.name) continue;
    LinkAssertion found =
        match(a->second.name, b->second.name, matching::probability_of(link.weight),
              std::max(a->second.valid_from, b->second.valid_from));
    const auto [place, is_first] = place_of.try_emplace(std::pair(found.a, found.b), out.size());
    if (is_first) {
      out.push_back(std::move(found));
    } else if (found.probability > out[place->second].probability) {
      out[place->second] = std::move(found);
    }
  }
  return out;
}

Result<std::vector<LinkAssertion>> stored_profile_matches(Workspace& workspace) {
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const auto rows,
           connection.query_rows(
               "SELECT kind_a || ':' || value_a, kind_b || ':' || value_b, probability, last_at "
               "FROM store.identity_links WHERE rule = 'profile_match' ORDER BY ALL"));
  std::vector<LinkAssertion> out;
  for (const auto& row : rows) {
    const auto* probability = std::get_if<double>(&row[2]);
    const auto* at = std::get_if<store::TimeValue>(&row[3]);
    out.push_back(match(text_of(row[0]), text_of(row[1]), probability == nullptr ? 1 : *probability,
                        at == nullptr ? 0 : at->us));
  }
  return out;
}

}  // namespace clewline::engine
