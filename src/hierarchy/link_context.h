#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hierarchy/key_guards.h"
#include "hierarchy/link_rules.h"
#include "model/link_input.h"

namespace clewline::hierarchy {

/// Finds the references (`links`) of an event.
class ReferenceIndex {
 public:
  ReferenceIndex() = default;
  /// Sorts a copy of the references by event, so that their order in the input carries no meaning.
  explicit ReferenceIndex(const std::vector<LinkReference>& references);

  std::span<const LinkReference> of_event(std::uint32_t event) const;
  bool empty() const { return references_.empty(); }

 private:
  std::vector<LinkReference> references_;
};

/// What every customer's linking reads; immutable and shared between threads.
struct LinkContext {
  const LinkInput* input = nullptr;
  const LinkRules* rules = nullptr;
  KeyGuards guards;
  ReferenceIndex references;
  bool collect_join_candidates = false;
};

}  // namespace clewline::hierarchy
