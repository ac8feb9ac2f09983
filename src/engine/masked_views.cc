#include "engine/masked_views.h"

#include <string_view>

namespace clewline::engine {
namespace {

/// A view and its replaced columns, as in SELECT * REPLACE (…). Null stays null; lists become
/// empty.
struct MaskedView {
  std::string_view name;
  std::string_view texts;  // columns whose text becomes ***, separated by spaces
  std::string_view lists;  // columns whose list becomes empty
};

constexpr MaskedView kViews[] = {
    {"events", "agent_name text attributes", "identifiers"},
    {"identifiers", "value raw", ""},
    {"customers", "naming_value", ""},
    {"customer_aliases", "name", ""},
    {"identity_links", "value_a value_b", ""},
    {"identity_conflicts", "value_a value_b reason", ""},
    {"identity_hubs", "value", ""},
    {"profiles", "profile_id record_id attributes", "identifiers"},
    {"customer_profiles", "profile_id record_id attributes", ""},
    {"event_profiles", "profile_id profile_record_id attributes", ""},
    {"interaction_profiles", "profile_id profile_record_id attributes", ""},
    {"engagement_profiles", "profile_id profile_record_id attributes", ""},
    {"group_members", "group_key", ""},
    {"group_tiers", "group_key", ""},
    {"groups", "group_key", ""},
    {"reference_rows", "key columns", ""},
    {"assertions", "a b note", ""},
};

void add_columns(std::string& out, std::string_view columns, std::string_view before,
                 std::string_view after) {
  while (!columns.empty()) {
    const std::size_t space = columns.find(' ');
    const std::string name = "\"" + std::string(columns.substr(0, space)) + "\"";
    if (!out.empty()) out += ", ";
    out += std::string(before) + name + std::string(after) + " AS " + name;
    columns = space == std::string_view::npos ? std::string_view() : columns.substr(space + 1);
  }
}

}  // namespace

std::string masked_views() {
  std::string out;
  for (const MaskedView& view : kViews) {
    std::string replaced;
    add_columns(replaced, view.texts, "CASE WHEN ", " IS NOT NULL THEN '***' END");
    add_columns(replaced, view.lists, "", "[0:0]");
    const std::string name(view.name);
    out += "CREATE TEMP VIEW " + name + " AS SELECT * REPLACE (" + replaced +
           ") FROM clewline.main." + name + ";\n";
  }
  // The bytes of rejected records are a blob.
  return out +
         "CREATE TEMP VIEW rejected AS SELECT * REPLACE (CASE WHEN record_id IS NOT NULL THEN "
         "'***' END AS record_id, '***'::BLOB AS raw) FROM clewline.main.rejected;\n";
}

}  // namespace clewline::engine
