#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ingest/field_profile.h"
#include "ingest/mapping_suggestion.h"

namespace clewline::ingest {

/// The fields chosen for a mapping; numbers of the profiles, -1: none.
struct GuessedRoles {
  int time = -1;
  int clock = -1;  // with `time` a date: the time of day beside it
  int end = -1;
  bool end_is_clock = false;
  int version = -1;
  int key = -1;
  int session = -1;
  int case_key = -1;
  int agent = -1;
  int team = -1;
  int queue = -1;
  int actor = -1;
  int type = -1;
  int outcome = -1;
  int channel = -1;
  int direction = -1;
  int text = -1;
  int intent = -1;
  struct Identifier {
    int field = -1;
    std::string kind;
  };
  std::vector<Identifier> identifiers;
  std::vector<SuggestedRole> reasons;

  bool is_taken(int field) const;
};

/// Chooses roles by names and values, saying why.
GuessedRoles guess_roles(const std::vector<FieldProfile>& profiles, std::uint64_t records);

}  // namespace clewline::ingest
