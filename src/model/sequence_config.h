#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace clewline {

/// A word that patterns use for a condition on fields of a step.
struct SequenceWord {
  std::string name;
  std::string condition;
};

/// A pattern with a name (`sequences.named`).
struct NamedPattern {
  std::string name;
  std::string pattern;
  std::string level;  // empty: the usual one; also below
  std::string step;
  std::string same;
  std::string meaning;
};

/// Words and patterns (`sequences`); those of the file come beside these, or in their place.
struct SequenceConfig {
  std::vector<SequenceWord> words = {
      {"ivr.fault",
       "event_type in ('ivr.no_input', 'ivr.no_match') or (system = 'ivr' and outcome = 'failed')"},
      {"resolved",
       "event_type = 'case.solved' or (event_type in ('wrapup.interval', 'agent.disconnected') and "
       "disposition in ('solved', 'resolved'))"},
      {"begins",
       "event_type in ('contact.started', 'ivr.entered', 'bot.entered', 'queue.entered', "
       "'agent.connected', 'message.received') and direction != 'out'"},
      {"cut_off",
       "(event_type in ('queue.abandoned', 'contact.rejected') or (event_type = 'contact.ended' "
       "and "
       "outcome in ('abandoned', 'abandoned_short', 'busy', 'failed', 'timeout'))) and direction "
       "!= "
       "'out'"},
      {"told_to_call_back",
       "event_type in ('wrapup.interval', 'contact.ended') and disposition in ('call_back', "
       "'call_again', 'told_to_call_back', 'customer_to_call_back', 'asked_to_call_again')"},
  };
  std::vector<NamedPattern> named = {
      {"research_across_channels",
       "[first_channel in ('web', 'app') and kind = 'contact'] <14d> [first_channel not in ('web', "
       "'app') and kind = 'contact']",
       "engagement", "interaction", "",
       "looked on the web or in the app, then turned to people about the same within 14 days"},
      {"cut_off_restart", "cut_off <2h> begins", "customer", "event", "channel",
       "gave up or was cut off, and began again in the same channel within 2 hours"},
      {"bounced_between_teams", "agent.connected -> agent.connected[other_team]{2,}", "engagement",
       "event", "", "met a third team, or a team again, about one issue"},
      {"told_to_call_back", "told_to_call_back -> !callback.connected <7d> begins", "engagement",
       "event", "", "was told to call again and did so within 7 days, before anybody called back"},
  };
};

/// Within which time of its first stage a funnel must be gone through (`funnel`).
struct FunnelConfig {
  std::int64_t window_us = 7 * kUsPerDay;
};

/// What a sequence of steps must have to be listed as frequent (`patterns`).
struct FrequentConfig {
  double share_min = 0.05;              // of the units that have it
  std::uint32_t length_max = 4;         // its steps
  std::uint32_t patterns_max = 10'000;  // above, an answer asks for a larger share
};

}  // namespace clewline
