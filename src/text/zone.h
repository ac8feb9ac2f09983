#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace clewline::text {

/// What a local wall-clock time means in a zone.
struct LocalReading {
  enum class Kind : std::uint8_t { unique, fold, gap };
  Kind kind = Kind::unique;
  /// unique: the instant. fold: the earlier one. gap: the instant by the offset in force before the
  /// gap.
  TimeUs earlier = 0;
  /// fold: the later instant; else the same as `earlier`.
  TimeUs later = 0;
};

/// A time zone with all its transitions from 1900 to 2200 (IANA data of ICU). Immutable; any thread
/// may use it.
class Zone {
 public:
  /// Finds an IANA zone ("Asia/Kolkata"), "UTC", or a fixed offset ("+05:30"). Zones live as long
  /// as the process.
  static Result<const Zone*> find(std::string_view name);

  const std::string& name() const { return name_; }
  /// Returns local minus UTC at an instant, in microseconds.
  std::int64_t offset_us_at(TimeUs utc) const;
  /// Returns the instants from which each offset of `offsets_us` holds, ascending.
  const std::vector<TimeUs>& starts() const { return starts_; }
  const std::vector<std::int64_t>& offsets_us() const { return offsets_; }
  /// Reads a wall-clock time, given as if it were UTC.
  LocalReading read_local(TimeUs local) const;

  Zone(std::string name, std::vector<TimeUs> starts, std::vector<std::int64_t> offsets);

 private:
  std::size_t span_of(TimeUs utc) const;

  std::string name_;
  std::vector<TimeUs>
      starts_;  // instant from which offsets_[i] holds; starts_[0] is the least instant
  std::vector<std::int64_t> offsets_;  // local minus UTC, us
  mutable std::atomic<std::uint32_t> recent_span_{0};
};

}  // namespace clewline::text
