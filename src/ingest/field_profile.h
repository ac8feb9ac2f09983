#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingest/sample.h"

namespace clewline::ingest {

/// What the values of a sample's field look like.
struct FieldProfile {
  const SampleField* field = nullptr;
  std::vector<std::string> words;  // of the name, lower case: "case:REG_DATE" → case, reg, date
  std::uint64_t filled = 0;
  std::uint64_t distinct = 0;
  bool unique = false;      // filled in every record, each value once
  std::string time_format;  // for ts(); empty: no time
  bool has_zone = false;    // every value carries its offset
  bool is_date_only = false;
  bool is_clock = false;  // a time of day without a date
  double email_share = 0;
  double phone_share = 0;
  double ip_share = 0;
  double number_share = 0;
  double placeholder_share = 0;  // "0", "null", "#N/B"
  double average_length = 0;
  std::vector<std::pair<std::string, std::uint64_t>>
      frequent;  // most frequent values first, at most 60

  bool path_is(std::initializer_list<std::string_view> paths) const;
  bool has_word(std::string_view word) const;
  bool has_any(std::initializer_list<std::string_view> wanted) const;
};

/// Looks at every field of a sample. `region` serves national telephone numbers.
std::vector<FieldProfile> profile_fields(const Sample& sample, const std::string& region);

/// Splits a name into lower-case words: at punctuation, blanks, and where a capital follows a small
/// letter.
std::vector<std::string> words_of(std::string_view name);

}  // namespace clewline::ingest
