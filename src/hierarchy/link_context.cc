#include "hierarchy/link_context.h"

#include <algorithm>
#include <tuple>

namespace clewline::hierarchy {

ReferenceIndex::ReferenceIndex(const std::vector<LinkReference>& references)
    : references_(references) {
  std::ranges::sort(references_, {}, [](const LinkReference& reference) {
    return std::tuple(reference.event, reference.id, reference.relation, reference.system);
  });
}

std::span<const LinkReference> ReferenceIndex::of_event(std::uint32_t event) const {
  const auto found = std::ranges::equal_range(references_, event, {}, &LinkReference::event);
  return {found.begin(), found.end()};
}

}  // namespace clewline::hierarchy
