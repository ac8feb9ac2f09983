#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/link_input.h"
#include "model/link_result.h"
#include "model/linking_config.h"

namespace clewline::identity::testing {

/// An identifier in words.
struct SampleIdentifier {
  std::string kind;
  std::string value;  // empty: null
  Assurance assurance = Assurance::system;
  IdentifierRole role = IdentifierRole::customer;
};

/// An event in words. `number` is its event id; events of one record share `record`.
struct SampleEvent {
  std::uint64_t number = 0;
  TimeUs at = 0;
  std::vector<SampleIdentifier> identifiers;
  std::string type = "web.page_viewed";
  std::string source = "web";
  std::string session;
  std::string chain;
  std::string record;  // empty: a record of its own
  std::string case_key;
  std::string agent;
  TimeUs ended_at = kNoTime;
  Channel channel = Channel::web;
  Actor actor = Actor::customer;
};

struct SampleProfile {
  std::string record;
  TimeUs valid_from = 0;
  TimeUs valid_to = kNoTime;
  std::vector<SampleIdentifier> identifiers;
};

/// A small input in words, for tests: easy to write, to permute, to shrink and to print.
struct Sample {
  std::vector<SampleEvent> events;
  std::vector<SampleProfile> profiles;
  std::vector<LinkAssertion> assertions;

  /// Adds an event; returns it so that fields can be set: `sample.event(1, at,
  /// {"crm_id:A"}).session = "s"`.
  SampleEvent& event(std::uint64_t number, TimeUs at,
                     const std::vector<std::string>& identifiers = {});
  SampleProfile& profile(const std::string& record, TimeUs valid_from,
                         const std::vector<std::string>& identifiers);
  void assertion(AssertionKind kind, const std::string& a, const std::string& b, TimeUs at = 0);

  /// Writes the sample as text that a person can read in a failure.
  std::string describe() const;
};

/// Reads "kind:value".
SampleIdentifier identifier(std::string_view text);

/// The name of an event in assertions and `why`: "event:" and 32 hexadecimal digits.
std::string event_name(std::uint64_t number);

/// The record name of an event, its own one when it names none.
std::string record_of(const SampleEvent& event);

LinkInput to_link_input(const Sample& sample);

/// "2024-02-01 14:30" as UTC.
TimeUs at(std::string_view text);

/// Writes what names a customer: "crm_id:A", "session:web/s1", "chain:/c1",
/// "record:web/default/r1".
std::string naming(const LinkInput& input, const LinkingConfig& config,
                   const LinkedCustomer& customer);

}  // namespace clewline::identity::testing
