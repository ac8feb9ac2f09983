#include "engine/show.h"

#include <fmt/format.h>

#include <map>

#include "engine/customer_lookup.h"
#include "engine/narrative.h"
#include "engine/shown_standing.h"
#include "render/cell_text.h"
#include "text/zone.h"

namespace clewline::engine {
namespace {

constexpr std::size_t kEventsShown = 12;
/// Of one unit, without --all: each takes some kilobytes until it is printed.
constexpr std::int64_t kEventsMax = 20'000;

/// Children of each parent id, as row numbers in order.
using Children = std::map<std::string, std::vector<std::size_t>>;

Children group_by(const render::ResultTable& table, std::string_view parent) {
  Children children;
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    children[UnitRow(table, i).text(parent)].push_back(i);
  return children;
}

class TreeBuilder {
 public:
  TreeBuilder(const CustomerRows& rows, const text::Zone& zone, const ShowRequest& request)
      : rows_(rows),
        zone_(zone),
        request_(request),
        interactions_(group_by(rows.interactions, "engagement_id")),
        transactions_(group_by(rows.transactions, "interaction_id")),
        events_(group_by(rows.events, "transaction_id")) {}

  render::TreeNode customer() const {
    const UnitRow row(rows_.customer, 0);
    render::TreeNode node =
        make(row, render::Ink::customer, customer_words(row), "engagements", Nulls::keep);
    node.reference = row.text("customer_id");
    if (row.time("first_at") != kNoTime)
      node.remarks.push_back(day(row.time("first_at")) + " to " + day(row.time("last_at")) +
                             ", times in " + zone_.name());
    for (std::size_t i = 0; i < rows_.engagements.rows.size(); ++i)
      node.children.push_back(engagement(i));
    return node;
  }

  render::TreeNode engagement(std::size_t index) const {
    const UnitRow row(rows_.engagements, index);
    render::TreeNode node = make(row, render::Ink::engagement, "◆ " + engagement_words(row),
                                 "interactions", Nulls::keep);
    node.when = day(row.time("first_at"));
    node.reference = row.text("engagement_id");
    for (const std::size_t child : of(interactions_, row.text("engagement_id")))
      node.children.push_back(interaction(child));
    return node;
  }

  render::TreeNode interaction(std::size_t index) const {
    const UnitRow row(rows_.interactions, index);
    std::vector<UnitRow> transactions;
    std::vector<UnitRow> events;
    for (const std::size_t child : of(transactions_, row.text("interaction_id"))) {
      transactions.emplace_back(rows_.transactions, child);
      for (const std::size_t event : of(events_, transactions.back().text("transaction_id")))
        events.emplace_back(rows_.events, event);
    }
    const bool is_contact = row.text("kind") == "contact";
    render::TreeNode node =
        make(row, is_contact ? render::Ink::interaction : render::Ink::faint,
             (is_contact ? "● " : "○ ") + interaction_words(row, transactions, events),
             "transactions", Nulls::keep);
    node.when = day(row.time("first_at")) + " " + clock(row.time("first_at")).substr(0, 5);
    node.reference = row.text("interaction_id");
    for (const std::size_t child : of(transactions_, row.text("interaction_id")))
      node.children.push_back(transaction(child));
    return node;
  }

 private:
  enum class Nulls : std::uint8_t { keep, drop };

  render::TreeNode transaction(std::size_t index) const {
    const UnitRow row(rows_.transactions, index);
    const auto& events = of(events_, row.text("transaction_id"));
    render::TreeNode node =
        make(row, render::Ink::transaction, "▪ " + transaction_words(row, queue_name(events)),
             "events", Nulls::keep);
    const TimeUs from = row.time("presence_from");
    node.when = clock(from == kNoTime ? row.time("first_at") : from);
    for (const std::size_t child : events) node.children.push_back(event(child));
    node.children_shown =
        request_.everything ? node.children.size() : std::min(node.children.size(), kEventsShown);
    node.children_noun = "events";
    return node;
  }

  // Some events of a stay in a queue carry its id alone, others the name a person knows.
  std::string queue_name(const std::vector<std::size_t>& events) const {
    for (const std::size_t event : events) {
      if (std::string name = UnitRow(rows_.events, event).text("queue_name"); !name.empty())
        return name;
    }
    return {};
  }

  render::TreeNode event(std::size_t index) const {
    const UnitRow row(rows_.events, index);
    render::TreeNode node = make(row, render::Ink::event, event_words(row), "", Nulls::drop);
    node.when = clock(row.time("occurred_at"));
    return node;
  }

  static render::TreeNode make(const UnitRow& row, render::Ink ink, std::string headline,
                               std::string children_name, Nulls nulls) {
    render::TreeNode node;
    node.ink = ink;
    node.headline = std::move(headline);
    node.children_name = std::move(children_name);
    for (std::size_t i = 0; i < row.columns().size(); ++i) {
      if (nulls == Nulls::drop && std::holds_alternative<std::monostate>(row.cells()[i])) continue;
      node.fields.emplace_back(row.columns()[i], row.cells()[i]);
    }
    return node;
  }

  static const std::vector<std::size_t>& of(const Children& children, const std::string& parent) {
    static const std::vector<std::size_t> kNone;
    const auto found = children.find(parent);
    return found == children.end() ? kNone : found->second;
  }

  std::string local(TimeUs at) const {
    return at == kNoTime ? std::string(20, ' ')
                         : format_utc((at + zone_.offset_us_at(at)) / kUsPerSecond * kUsPerSecond);
  }
  std::string day(TimeUs at) const { return local(at).substr(0, 10); }
  std::string clock(TimeUs at) const { return local(at).substr(11, 8); }

  const CustomerRows& rows_;
  const text::Zone& zone_;
  const ShowRequest& request_;
  Children interactions_;
  Children transactions_;
  Children events_;
};

Result<Id128> customer_of(store::Connection& connection, std::string_view level,
                          const Id128& unit) {
  CLEW_TRY(const auto rows,
           connection.query_rows("SELECT customer_id FROM store." + std::string(level) +
                                     "s WHERE " + std::string(level) + "_id = $1",
                                 {unit}));
  if (rows.empty())
    return Error{ErrorCode::internal, "a place names a unit that is not stored", ""};
  return std::get<Id128>(rows[0][0]);
}

UnitScope scope_of(const ShowRequest& request) {
  UnitScope scope;
  if (!request.everything) scope.events_max = kEventsMax;
  return scope;
}

void tell_left_out(const CustomerRows& rows, render::TreeNode& node) {
  if (rows.events_left_out == 0) return;
  node.remarks.push_back(fmt::format(
      "only the latest {} events are shown, {} earlier ones are not (--all shows them all)",
      render::grouped(kEventsMax), render::grouped(rows.events_left_out)));
  node.fields.push_back({{"events_left_out", render::ColumnKind::integer}, rows.events_left_out});
}

Result<render::TreeNode> show_customer(Workspace& workspace, store::Connection& connection,
                                       const text::Zone& zone, const ShowRequest& request) {
  CLEW_TRY(const FoundCustomer found, find_customer(workspace, connection, request.name));
  CLEW_TRY(const CustomerRows rows,
           read_customer_rows(connection, found.customer_id, scope_of(request), request.masking));
  render::TreeNode node = TreeBuilder(rows, zone, request).customer();
  CLEW_TRY_VOID(add_standing(connection, found.customer_id, request.masking, node));
  tell_left_out(rows, node);
  if (!found.former_id.empty())
    node.remarks.push_back(found.former_id + " was the id of what is this customer's");
  for (const std::string& other : found.others) node.remarks.push_back("also carried by " + other);
  return node;
}

}  // namespace

Result<render::TreeNode> show(Workspace& workspace, const ShowRequest& request) {
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const text::Zone* zone, text::Zone::find(workspace.config().zone));
  if (request.level == "customer") return show_customer(workspace, connection, *zone, request);
  CLEW_TRY(const Id128 unit, find_unit(connection, request.level, request.name));
  CLEW_TRY(const Id128 customer, customer_of(connection, request.level, unit));
  UnitScope scope = scope_of(request);
  (request.level == "engagement" ? scope.engagement : scope.interaction) = unit;
  CLEW_TRY(const CustomerRows rows,
           read_customer_rows(connection, customer, scope, request.masking));
  const TreeBuilder builder(rows, *zone, request);
  render::TreeNode node =
      request.level == "engagement" ? builder.engagement(0) : builder.interaction(0);
  tell_left_out(rows, node);
  return node;
}

}  // namespace clewline::engine
