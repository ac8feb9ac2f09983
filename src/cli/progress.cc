#include "cli/progress.h"

#include "render/cell_text.h"

namespace clewline::cli {
namespace {

constexpr auto kFirstShown = std::chrono::milliseconds(1000);
constexpr auto kBetween = std::chrono::milliseconds(200);

}  // namespace

std::string progress_words(const engine::ImportStep& step, double seconds) {
  const auto count = [](double number) {
    return render::grouped(static_cast<std::int64_t>(number));
  };
  std::string out = render::counted(static_cast<std::int64_t>(step.records), "record");
  if (seconds > 0) out += ", " + count(static_cast<double>(step.records) / seconds) + "/s";
  if (step.rejected > 0) out += ", " + count(static_cast<double>(step.rejected)) + " rejected";
  if (step.bytes_total > step.bytes && step.bytes > 0 && seconds > 0) {
    const double left = seconds * static_cast<double>(step.bytes_total - step.bytes) /
                        static_cast<double>(step.bytes);
    out += ", about " +
           render::duration_words(static_cast<std::int64_t>(left) * kUsPerSecond + kUsPerSecond) +
           " left";
  }
  return out;
}

void ProgressLine::show(const engine::ImportStep& step) {
  if (!enabled_) return;
  const auto now = Clock::now();
  if (now - begun_ < kFirstShown || now - last_ < kBetween) return;
  last_ = now;
  shown_ = true;
  terminal_.message("\r\x1b[K" +
                    progress_words(step, std::chrono::duration<double>(now - begun_).count()));
}

void ProgressLine::clear() {
  if (shown_) terminal_.message("\r\x1b[K");
  shown_ = false;
}

}  // namespace clewline::cli
