#include "insights/paths/path_variants.h"

#include <algorithm>

namespace clewline::insights {
namespace {

// Multiplies and folds: short sequences of small numbers spread over all 64 bits. Equal hashes are
// compared, so that only speed hangs on it.
std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29);
}

}  // namespace

void PathVariants::add(const PathCase& path) {
  if (has_customer_ && path.customer != customer_) end_customer();
  has_customer_ = true;
  customer_ = path.customer;
  const std::uint32_t variant = variant_of(path);
  variants_[variant].time_us += path.times.back() - path.times.front();
  of_customer_.push_back(variant);
}

std::uint32_t PathVariants::variant_of(const PathCase& path) {
  std::uint64_t hash = path.activities.size();
  for (const std::uint32_t activity : path.activities) hash = mixed(hash, activity);
  const auto next = static_cast<std::uint32_t>(variants_.size());
  const auto [head, is_new] = by_hash_.try_emplace(hash, next);
  std::uint32_t alike = head->second;
  while (!is_new) {
    if (std::ranges::equal(activities_of(variants_[alike]), path.activities)) return alike;
    if (variants_[alike].next_alike == alike) break;
    alike = variants_[alike].next_alike;
  }
  if (!is_new) variants_[alike].next_alike = next;
  Variant& variant = variants_.emplace_back();
  variant.first_step = steps_.size();
  variant.steps = static_cast<std::uint32_t>(path.activities.size());
  variant.next_alike = next;
  steps_.insert(steps_.end(), path.activities.begin(), path.activities.end());
  return next;
}

void PathVariants::end_customer() {
  const auto paths = static_cast<double>(of_customer_.size());
  if (of_customer_.size() > 1) std::ranges::sort(of_customer_);
  for (std::size_t i = 0; i < of_customer_.size();) {
    const std::size_t first = i;
    while (i < of_customer_.size() && of_customer_[i] == of_customer_[first]) ++i;
    variants_[of_customer_[first]].paths.add(static_cast<double>(i - first), paths);
  }
  of_customer_.clear();
}

void PathVariants::finish() {
  if (has_customer_) end_customer();
  has_customer_ = false;
}

}  // namespace clewline::insights
