#include "hierarchy/testing/scenario.h"

#include <algorithm>
#include <cstdio>

#include "base/assert.h"
#include "hierarchy/build_hierarchy.h"
#include "hierarchy/conservation.h"

namespace clewline::hierarchy::testing {
namespace {

/// Spreads a number over 64 bits, so that ids do not follow the order in which events are added.
std::uint64_t spread(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

}  // namespace

TimeUs Scenario::time(std::string_view at) {
  int day = 0;
  CivilTime civil{2026, 1, 1};
  const std::string text(at);
  const int read =
      std::sscanf(text.c_str(), "%d %d:%d:%d", &day, &civil.hour, &civil.minute, &civil.second);
  CLEW_ASSERT(read >= 3);
  return us_from_civil(civil) + (day - 1) * kUsPerDay;
}

Scenario& Scenario::add(const std::string& name, std::string_view type, std::string_view at,
                        const EventFields& fields) {
  const auto number = find_event_type(type);
  CLEW_ASSERT(number.has_value());
  result_.reset();
  StringTable& strings = input_.strings;
  LinkEvent event;
  const std::uint64_t ordinal = input_.events.size() + 1;
  event.event_id = {spread(ordinal), spread(ordinal + 1'000'000)};
  event.occurred_at = time(at);
  event.ended_at = fields.until.empty() ? kNoTime : time(fields.until);
  event.source = strings.intern(fields.source);
  const std::string record = fields.record.empty() ? name : fields.record;
  event.record = static_cast<std::uint32_t>(input_.records.size());
  for (std::uint32_t i = 0; i < input_.records.size(); ++i) {
    if (input_.records[i].record_id == strings.intern(record)) event.record = i;
  }
  if (event.record == input_.records.size()) {
    input_.records.push_back({event.source, strings.intern("default"), strings.intern(record)});
  }
  event.session_key = strings.intern(fields.session);
  event.chain_key = strings.intern(fields.chain);
  event.case_key = strings.intern(fields.case_key);
  event.agent_id = strings.intern(fields.agent);
  event.queue_id = strings.intern(fields.queue);
  event.intent = strings.intern(fields.intent);
  event.disposition = strings.intern(fields.disposition);
  event.object = strings.intern(fields.object);
  const StatedMeasures& stated = fields.stated;
  if ((stated.wait_ms | stated.talk_ms | stated.hold_ms | stated.wrap_ms) != 0) {
    input_.measures.push_back(stated);
    event.measures = static_cast<std::uint32_t>(input_.measures.size());
  }
  event.type = *number;
  event.channel = fields.channel;
  event.actor = fields.actor.value_or(event_type_row(*number).actor);
  event.system = fields.system.value_or(default_system(*number, fields.channel));
  event.direction = fields.direction;
  event.outcome = fields.outcome;
  if (!fields.phone.empty()) {
    event.identifiers_begin = static_cast<std::uint32_t>(input_.identifiers.size());
    event.identifiers_count = 1;
    input_.identifiers.push_back(
        {strings.intern(fields.phone), 0, IdentifierRole::customer, Assurance::network});
  }
  const auto known = std::ranges::find(customer_names_, fields.customer);
  customer_of_event_.push_back(static_cast<std::uint32_t>(known - customer_names_.begin()));
  if (known == customer_names_.end()) customer_names_.push_back(fields.customer);
  input_.events.push_back(event);
  names_.push_back(name);
  return *this;
}

Scenario& Scenario::refer(const std::string& name, std::string_view relation, std::string_view id) {
  LinkReference reference;
  reference.event = event(name);
  reference.relation = input_.strings.intern(relation);
  reference.id = input_.strings.intern(id);
  input_.references.push_back(reference);
  result_.reset();
  return *this;
}

Scenario& Scenario::intent(const std::string& name, const std::string& goal,
                           bool exclusive_object) {
  Intent intent;
  intent.name = name;
  intent.goal = goal;
  intent.exclusive_object = exclusive_object;
  intents.intents[name] = intent;
  result_.reset();
  return *this;
}

const HierarchyResult& Scenario::link() {
  if (result_) return *result_;
  HierarchyOptions options;
  options.threads = threads;
  options.collect_join_candidates = collect_join_candidates;
  auto linked = build_hierarchy(input_, customer_of_event_, customer_names_.size(), config, intents,
                                counting, options);
  CLEW_ASSERT(linked.ok());
  result_ = std::move(linked).value();
  const Status conserved = check_conservation(input_, customer_of_event_, *result_, threads);
  if (!conserved.ok()) std::fprintf(stderr, "%s\n", conserved.error().message.c_str());
  CLEW_ASSERT(conserved.ok());
  return *result_;
}

std::uint32_t Scenario::event(const std::string& name) const {
  const auto found = std::ranges::find(names_, name);
  CLEW_ASSERT(found != names_.end());
  return static_cast<std::uint32_t>(found - names_.begin());
}

template <typename UnitOf>
std::string Scenario::names_by(std::size_t units, const UnitOf& unit_of) {
  std::vector<std::uint32_t> order(input_.events.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, [this](std::uint32_t a, std::uint32_t b) {
    return comes_before(input_.events[a], input_.events[b]);
  });
  std::vector<std::string> members(units);
  std::vector<std::uint32_t> customers(units);
  for (const std::uint32_t e : order) {
    std::string& text = members[unit_of(e)];
    if (!text.empty()) text += ' ';
    text += names_[e];
    customers[unit_of(e)] = customer_of_event_[e];
  }
  std::string all;
  for (std::size_t u = 0; u < units; ++u) {
    if (u != 0) all += customers[u] == customers[u - 1] ? " | " : " || ";
    all += members[u];
  }
  return all;
}

std::string Scenario::transactions() {
  const HierarchyResult& result = link();
  return names_by(result.transactions.size(),
                  [&](std::uint32_t e) { return result.transaction_of_event[e]; });
}

std::string Scenario::interactions() {
  const HierarchyResult& result = link();
  return names_by(result.interactions.size(), [&](std::uint32_t e) {
    return result.transactions[result.transaction_of_event[e]].interaction;
  });
}

std::string Scenario::engagements() {
  const HierarchyResult& result = link();
  return names_by(result.engagements.size(), [&](std::uint32_t e) {
    return result.interactions[result.transactions[result.transaction_of_event[e]].interaction]
        .engagement;
  });
}

const TransactionUnit& Scenario::transaction(const std::string& name) {
  const HierarchyResult& result = link();
  return result.transactions[result.transaction_of_event[event(name)]];
}

const InteractionUnit& Scenario::interaction(const std::string& name) {
  return link().interactions[transaction(name).interaction];
}

const EngagementUnit& Scenario::engagement(const std::string& name) {
  return link().engagements[interaction(name).engagement];
}

const LinkEvidence* Scenario::evidence(const std::string& name) {
  for (const LinkEvidence& row : link().evidence) {
    if (row.interaction == transaction(name).interaction) return &row;
  }
  return nullptr;
}

std::string Scenario::first_name_of_interaction(std::uint32_t interaction) {
  const Id128& id = link().interactions[interaction].id;
  for (std::size_t e = 0; e < input_.events.size(); ++e) {
    if (input_.events[e].event_id == id) return names_[e];
  }
  return "?";
}

std::string Scenario::links(std::string_view relation) {
  std::string all;
  for (const InteractionLink& row : link().interaction_links) {
    if (row.relation != relation) continue;
    if (!all.empty()) all += ' ';
    all += first_name_of_interaction(row.from) + ">" + first_name_of_interaction(row.to);
  }
  return all;
}

std::string Scenario::issues() {
  std::string all;
  for (const auto& [event, text] : link().issues) {
    if (!all.empty()) all += ' ';
    all += names_[event] + ":" + text;
  }
  return all;
}

}  // namespace clewline::hierarchy::testing
