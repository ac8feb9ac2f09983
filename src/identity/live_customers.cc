#include "identity/live_customers.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "identity/reach_internal.h"

namespace clewline::identity {

LiveCustomers::LiveCustomers(LinkInput input, LinkingConfig config, std::string workspace_key,
                             ResolveOptions options)
    : input_(std::move(input)),
      config_(std::move(config)),
      workspace_key_(std::move(workspace_key)),
      options_(std::move(options)) {}

Result<LiveCustomers> LiveCustomers::build(LinkInput input, LinkingConfig config,
                                           std::string workspace_key, ResolveOptions options) {
  LiveCustomers live(std::move(input), std::move(config), std::move(workspace_key),
                     std::move(options));
  live.options_.alias_names = false;
  CLEW_TRY(const IdentityResult all,
           resolve(live.input_, live.config_, live.workspace_key_, live.options_));
  live.customer_of_.reserve(live.input_.events.size());
  for (const std::uint32_t customer : all.customer_of_event)
    live.customer_of_.push_back(all.customers[customer].customer_id);
  live.options_.threads = 1;  // what is touched is little
  live.join_all();
  return live;
}

void LiveCustomers::join_all() {
  const std::size_t events = input_.events.size();
  std::ranges::sort(input_.references, {}, &LinkReference::event);
  references_begin_.assign(events + 1, 0);
  for (const LinkReference& reference : input_.references) ++references_begin_[reference.event + 1];
  std::partial_sum(references_begin_.begin(), references_begin_.end(), references_begin_.begin());
  parent_.resize(events + input_.profiles.size());
  std::iota(parent_.begin(), parent_.end(), 0);
  next_ = parent_;
  item_of_key_.reserve(parent_.size() * 2);
  const ReachKeys reach(input_, config_);
  for (std::uint32_t item = 0; item < parent_.size(); ++item) {
    const auto each = [&](std::uint64_t key) { join(item, key); };
    if (item < events)
      reach.for_each_key(input_.events[item], each);
    else
      reach.for_each_key(input_.profiles[item - events], each);
  }
  for (const LinkAssertion& assertion : input_.assertions) add_assertion(assertion);
}

std::uint32_t LiveCustomers::root_of(std::uint32_t item) {
  while (parent_[item] != item) {
    parent_[item] = parent_[parent_[item]];
    item = parent_[item];
  }
  return item;
}

void LiveCustomers::join(std::uint32_t item, std::uint64_t key) {
  const auto [place, is_new] = item_of_key_.try_emplace(key, item);
  if (is_new) return;
  const std::uint32_t a = root_of(item);
  const std::uint32_t b = root_of(place->second);
  if (a == b) return;
  parent_[std::max(a, b)] = std::min(a, b);
  std::swap(next_[a], next_[b]);  // two rings become one
}

std::uint32_t LiveCustomers::add_assertion(const LinkAssertion& assertion) {
  const auto item = static_cast<std::uint32_t>(parent_.size());
  parent_.push_back(item);
  next_.push_back(item);
  stands_.push_back(1);
  const ReachKeys reach(input_, config_);
  for (const std::string* side : {&assertion.a, &assertion.b}) {
    const auto name = parse_asserted_name(*side, config_);
    if (!name.ok()) continue;  // `resolve` has refused it before
    input_.strings.intern(name->value);
    input_.strings.intern(name->source);
    join(item, reach.asserted_key(*name));
  }
  return item;
}

Result<TouchedCustomers> LiveCustomers::say(LinkAssertion assertion) {
  CLEW_TRY_VOID(check_assertion(assertion, config_));
  input_.assertions.push_back(std::move(assertion));
  return resolve_around(add_assertion(input_.assertions.back()));
}

Result<TouchedCustomers> LiveCustomers::take_back(std::string_view content_hash) {
  for (std::size_t i = stands_.size(); i > 0; --i) {
    if (stands_[i - 1] == 0 || input_.assertions[i - 1].content_hash != content_hash) continue;
    stands_[i - 1] = 0;
    return resolve_around(static_cast<std::uint32_t>(parent_.size() - stands_.size() + i - 1));
  }
  return Error{ErrorCode::not_found, "no such assertion stands", "list them: the view assertions"};
}

Result<TouchedCustomers> LiveCustomers::resolve_around(std::uint32_t item) {
  const auto events = static_cast<std::uint32_t>(input_.events.size());
  const auto assertions = static_cast<std::uint32_t>(parent_.size() - stands_.size());
  TouchedCustomers touched;
  InputCopier copier(input_, touched.input);
  std::uint32_t at = item;
  do {
    if (at < events) {
      copier.event(input_.events[at]);
      copier.references(
          std::span(input_.references)
              .subspan(references_begin_[at], references_begin_[at + 1] - references_begin_[at]));
      touched.event_of.push_back(at);
    } else if (at < assertions) {
      copier.profile(input_.profiles[at - events]);
    } else if (stands_[at - assertions] != 0) {
      copier.assertion(input_.assertions[at - assertions]);
    }
    at = next_[at];
  } while (at != item);
  CLEW_TRY(touched.identity, resolve(touched.input, config_, workspace_key_, options_));
  for (std::size_t i = 0; i < touched.event_of.size(); ++i) {
    Id128& known = customer_of_[touched.event_of[i]];
    const Id128 now = touched.identity.customers[touched.identity.customer_of_event[i]].customer_id;
    touched.moved += known != now ? 1 : 0;
    known = now;
  }
  return touched;
}

}  // namespace clewline::identity
