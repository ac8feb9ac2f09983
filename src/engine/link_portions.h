#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "engine/link_load.h"
#include "model/linking_config.h"
#include "store/database.h"

namespace clewline::engine {

/// The input of one link run in portions: nothing in one has to do with anything in another, so
/// that each is linked alone and the results together are those of the whole (see README). More
/// than one portion waits on disk beside the workspace.
class LinkPortions {
 public:
  /// Reads the events' keys and then the events, each once; a whole input that fits
  /// `portion_events` is read by `take` alone.
  static Result<LinkPortions> open(store::Database& database, const IntentDictionary& intents,
                                   const LinkingConfig& linking, const LoadOptions& options,
                                   std::uint64_t portion_events);
  LinkPortions(LinkPortions&&) noexcept;
  LinkPortions& operator=(LinkPortions&&) noexcept;
  ~LinkPortions();

  std::uint32_t size() const;
  /// Reads a portion; each can be taken once.
  Result<LoadedInput> take(std::uint32_t portion);

 private:
  struct State;
  explicit LinkPortions(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace clewline::engine
