#include "engine/link_words.h"

#include <cstdint>

#include "render/cell_text.h"

namespace clewline::engine {

std::string engagement_link_words(const std::string& rule, double probability,
                                  const std::string& detail) {
  if (rule == "case") return "the same case";
  if (rule == "thread") return "the same thread";
  if (rule == "chain") return "the same chain of calls";
  if (rule == "callback") return "a callback that was booked";
  if (rule == "order") return "the same order";
  if (rule == "score")
    return "probably the same issue (" +
           render::share_words(static_cast<std::int64_t>(probability * 1000), 1000) +
           "): " + detail;
  return rule + (detail.empty() ? "" : ": " + detail);
}

}  // namespace clewline::engine
