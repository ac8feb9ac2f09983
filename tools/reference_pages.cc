// Writes the reference pages that are generated from the tables in src/model: `reference_pages
// tables|event_types`.

#include <fmt/format.h>

#include <iostream>
#include <string>
#include <string_view>

#include "model/event_types.h"
#include "model/identifier_kinds.h"
#include "model/linking_config.h"
#include "model/tables.h"

namespace {

using namespace clewline;

std::string tables_page() {
  std::string page =
      "# Tables and views\n\n"
      "Generated from the contracts in `src/model/tables.cc` and `views.cc` by `./dev docs`; do "
      "not edit.\n\n"
      "Query the **views**: they are the public interface, and `clewline sql` sees nothing else. "
      "Ids are text there: `c_` customer, `g_` engagement, "
      "`i_` interaction, `t_` transaction, and the bare event id. Below them lie the stored tables "
      "of schema `store`, where ids are 128-bit numbers. "
      "Times are UTC.\n\n## Views\n\n| view | what |\n|---|---|\n";
  for (const ViewContract& view : view_contracts())
    page += fmt::format("| `{}` | {} |\n", view.name, view.comment);
  page += "\n## Stored tables\n";
  for (const TableContract& table : table_contracts()) {
    page += fmt::format("\n### {}\n\n{}\n\n| column | type | meaning |\n|---|---|---|\n",
                        table.name, table.comment);
    for (const ColumnContract& column : table.columns) {
      page += fmt::format("| `{}` | {} | {} |\n", column.name, column.type, column.comment);
    }
  }
  return page;
}

std::string event_types_page() {
  std::string page =
      "# Event types\n\n"
      "Generated from `src/model/event_types.cc` by `./dev docs`; do not edit. The list is closed: "
      "an unknown native type becomes `other.unmapped`, "
      "never nothing. *Rank* orders events of one instant. *Leg*: whether the event opens or "
      "closes a leg of its session. Events outside the tree are counted on "
      "a line of their own.\n\n"
      "| event type | who acts | system | role of its transaction | presence of the customer | leg "
      "| rank | in the tree | meaning |\n"
      "|---|---|---|---|---|---|---|---|---|\n";
  constexpr std::string_view kLegs[] = {"", "opens", "closes"};
  for (const EventTypeRow& row : event_types()) {
    page += fmt::format(
        "| `{}` | {} | {} | {} | {} | {} | {} | {} | {} |\n", row.name, enum_name(row.actor),
        row.system_by_channel ? "by channel" : enum_name(row.system), enum_name(row.role),
        enum_name(row.presence), kLegs[static_cast<int>(row.leg)], row.rank,
        row.in_tree ? "yes" : "no", row.meaning);
  }
  page +=
      "\nA mapping may set another actor. A step of the customer in a type that is staff work by "
      "default is self-service at a point; a step of "
      "staff or the company in a type that is the customer's by default is record or company work "
      "without presence. `contact.*` joins the first "
      "transaction of its session; outbound, it is company work.\n";
  page +=
      "\n## Channels\n\n| channel | transaction gap | longest presence | momentary "
      "|\n|---|---|---|---|\n";
  const auto rules = LinkingConfig::default_channels();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    page += fmt::format("| {} | {} min | {} h | {} |\n", enum_name(static_cast<Channel>(i)),
                        rules[i].transaction_gap_us / kUsPerMinute,
                        rules[i].max_presence_us / kUsPerHour, rules[i].momentary ? "yes" : "no");
  }
  page +=
      "\n## Identifier kinds\n\n| kind | class | exclusive | priority | time-to-live | hub guard "
      "|\n|---|---|---|---|---|---|\n";
  constexpr std::string_view kClasses[] = {"anchor", "shareable", "never links"};
  for (const IdentifierKindRow& row : identifier_kinds()) {
    const bool shareable = row.kind_class == KindClass::shareable;
    page += fmt::format("| {} | {} | {} | {} | {} | {} |\n", row.name,
                        kClasses[static_cast<int>(row.kind_class)], row.exclusive ? "yes" : "no",
                        row.kind_class == KindClass::never ? "–" : std::to_string(row.priority),
                        shareable ? fmt::format("{} d", row.ttl_us / kUsPerDay) : "–",
                        shareable ? fmt::format("{} values", row.hub_guard) : "–");
  }
  return page;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view page = argc == 2 ? argv[1] : "";
  if (page == "tables")
    std::cout << tables_page();
  else if (page == "event_types")
    std::cout << event_types_page();
  else {
    std::cerr << "usage: reference_pages tables|event_types\n";
    return 2;
  }
  return 0;
}
