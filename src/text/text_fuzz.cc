#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "text/identifier.h"
#include "text/timestamp.h"

namespace {

using namespace clewline;
using namespace clewline::text;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_times(std::string_view input) {
  for (const std::string_view format :
       {"iso", "rfc2822", "unix_auto", "%a, %d %b %Y %I:%M:%S.%f %p %z", "%y%m%d %-H:%M:%S"}) {
    const auto parsed = parse_timestamp(input, format, "Australia/Lord_Howe");
    require(parsed.ok());
    require(parsed->present() || parsed->issue != Issue::none);
    if (parsed->present())
      require(parse_timestamp(format_utc(parsed->time), "iso", "")->time == parsed->time);
  }
  if (const auto length = parse_duration(input)) require(*length >= 0);
}

/// A normalised value stays what it is when it is normalised again.
void check_identifiers(std::string_view input) {
  for (const std::string_view kind : {"phone", "email", "account", "user_id", "loyalty_card",
                                      "device", "social", "address", "ip"}) {
    const IdentifierValue once = normalise_identifier(kind, input, "GB");
    require(!once.value.empty() || once.issue != Issue::none);
    if (once.value.empty()) continue;
    require(normalise_identifier(kind, once.value, "GB").value == once.value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  check_times(input);
  check_identifiers(input);
  return 0;
}
