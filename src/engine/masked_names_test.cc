#include "engine/masked_names.h"

#include <gtest/gtest.h>

namespace clewline::engine {
namespace {

TEST(MaskedNames, HidesIdentifiersAndNothingElse) {
  EXPECT_EQ(masked_name("phone:+4930901820"), "phone:***");
  EXPECT_EQ(masked_name("session:connect/abc"), "session:connect/abc");
  EXPECT_EQ(masked_names("The event carries phone:+4930901820.", {}),
            "The event carries phone:***.");
  EXPECT_EQ(masked_names("12:30, session:a/b holds crm_id:17", {}),
            "12:30, session:a/b holds crm_id:***");
}

TEST(MaskedNames, HidesNamedValuesThatHoldSpaces) {
  EXPECT_EQ(masked_names("Both carry address:12 High Street, but", {"address:12 High Street"}),
            "Both carry address:***, but");
  EXPECT_EQ(masked_names("crm_id:1 and crm_id:17", {"crm_id:1", "crm_id:17"}),
            "crm_id:*** and crm_id:***");
}

}  // namespace
}  // namespace clewline::engine
