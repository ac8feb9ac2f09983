#include "ingest/mapping_suggestion.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "ingest/field_profile.h"
#include "ingest/mapping_check.h"
#include "ingest/role_guess.h"
#include "ingest/sample.h"
#include "text/ascii.h"

namespace clewline::ingest {
namespace {

constexpr std::uint64_t kSampleRecords = 50'000;
constexpr std::uint64_t kTriedRecords = 2'000;
constexpr std::size_t kAttributesMax = 40;

std::string name_from_file(const std::string& file) {
  std::string name = std::filesystem::path(file).filename().string();
  name = name.substr(0, name.find('.'));
  std::string out;
  for (const char c : name) {
    const char lower = text::to_lower(c);
    const bool good = text::is_digit(lower) || (lower >= 'a' && lower <= 'z');
    if (good) {
      out += lower;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out.empty() ? "records" : out;
}

bool contains_word(const std::string& value, std::initializer_list<std::string_view> parts) {
  const std::string lower = text::lower_ascii(value);
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

/// Guesses an event type from a native value; empty: no idea.
std::string guess_event_type(const std::string& value) {
  if (contains_word(value, {"reopen"})) return "case.reopened";
  if (contains_word(value, {"escalat"})) return "case.escalated";
  if (contains_word(value, {"resolve", "solved", "closed", "close", "declined", "approved"}))
    return "case.solved";
  if (contains_word(value, {"assign", "take in charge", "reassign", "transfer"}))
    return "case.assigned";
  if (contains_word(value, {"insert", "create", "submitted", "opened", "registered", "new ticket"}))
    return "case.created";
  if (contains_word(value, {"cancel"})) return "order.cancelled";
  if (contains_word(value, {"enterqueue", "queued", "enqueue"})) return "queue.entered";
  if (contains_word(value, {"abandon", "hangup in queue"})) return "queue.abandoned";
  if (contains_word(value, {"connect", "answer"})) return "agent.connected";
  if (contains_word(value, {"complete", "disconnect"})) return "work.completed";
  if (contains_word(value, {"page", "view"})) return "web.page_viewed";
  if (contains_word(value, {"reply", "sent"})) return "message.sent";
  if (contains_word(value, {"received", "comment", "inbound"})) return "message.received";
  return {};
}

std::string guess_outcome(const std::string& value) {
  if (contains_word(value, {"abandon", "hang"})) return "abandoned";
  if (contains_word(value, {"agent", "answer", "handled", "connected"})) return "answered";
  if (contains_word(value, {"busy"})) return "busy";
  if (contains_word(value, {"no answer", "no_answer", "noanswer", "missed"})) return "no_answer";
  if (contains_word(value, {"fail", "error"})) return "failed";
  if (contains_word(value, {"transfer"})) return "transferred";
  if (contains_word(value, {"voicemail"})) return "voicemail";
  if (contains_word(value, {"complete", "success", "done"})) return "completed";
  if (contains_word(value, {"cancel"})) return "cancelled";
  if (contains_word(value, {"solved", "resolved", "closed"})) return "solved";
  return {};
}

std::string guess_actor(const std::string& value) {
  if (contains_word(
          value, {"customer", "client", "visitor", "end-user", "end_user", "requester", "contact"}))
    return "customer";
  if (contains_word(value, {"agent", "operator", "staff", "employee", "admin"})) return "agent";
  if (contains_word(value, {"system", "bot", "company", "auto"})) return "company";
  return {};
}

/// Writes the suggested mapping.
class Writer {
 public:
  Writer(const Sample& sample, const std::vector<FieldProfile>& profiles, const GuessedRoles& roles,
         std::string name)
      : sample_(sample), profiles_(profiles), roles_(roles), name_(std::move(name)) {}

  MappingSuggestion write() {
    settle_channel();
    write_head();
    write_record();
    write_identifiers();
    write_common();
    write_emit();
    write_maps();
    MappingSuggestion suggestion;
    suggestion.mapping = std::move(out_);
    suggestion.roles = roles_.reasons;
    suggestion.warnings = std::move(warnings_);
    suggestion.sampled = sample_.records;
    return suggestion;
  }

 private:
  const FieldProfile& at(int field) const { return profiles_[static_cast<std::size_t>(field)]; }
  std::string expression(int field) const { return at(field).field->expression; }

  void settle_channel() {
    const auto any_named = [&](std::initializer_list<std::string_view> words) {
      return std::any_of(profiles_.begin(), profiles_.end(), [&](const FieldProfile& field) {
        return std::any_of(words.begin(), words.end(),
                           [&](std::string_view word) { return field.has_word(word); });
      });
    };
    const bool cookie =
        std::any_of(roles_.identifiers.begin(), roles_.identifiers.end(),
                    [](const auto& identifier) { return identifier.kind == "cookie"; });
    if (cookie || any_named({"url", "page", "referrer", "useragent", "browser"})) {
      channel_ = "web";
    } else if (any_named({"call", "vru", "ivr", "ani", "dnis", "callid", "caller"})) {
      channel_ = "voice";
    } else if (any_named({"chat"})) {
      channel_ = "chat";
    } else if (roles_.case_key >= 0) {
      channel_ = "case";
    }
  }

  void write_head() {
    const bool needs_zone = roles_.time >= 0 && !at(roles_.time).has_zone;
    const bool needs_region =
        std::any_of(roles_.identifiers.begin(), roles_.identifiers.end(),
                    [](const auto& identifier) { return identifier.kind == "phone"; });
    out_ = "# A draft from " + std::to_string(sample_.records) +
           " records. Read it, try it (clewline mapping try), give it tests.\n";
    for (const SuggestedRole& role : roles_.reasons)
      out_ += "# - " + one_line(role.field) + ": " + role.role + ", because " +
              one_line(role.reason) + ".\n";
    out_ += "mapping: " + name_ + "\nversion: 0.1.0\nsource: {vendor: " + name_ +
            ", channel: " + channel_;
    if (needs_zone) out_ += ", zone: workspace";
    if (needs_region) out_ += ", region: workspace";
    out_ += "}\n";
    if (needs_zone)
      warnings_.push_back(
          "The times carry no zone: the workspace's zone is assumed. If the source writes another, "
          "name it in source.zone.");
    write_reader();
  }

  static std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
  }

  void write_reader() {
    const ReaderOptions& options = sample_.options;
    out_ += "reader: {";
    if (options.format == RecordFormat::csv) {
      out_ += options.csv.delimiter == '\t' ? "format: tsv" : "format: csv";
      if (options.csv.delimiter != ',' && options.csv.delimiter != '\t')
        out_ += ", delim: " + yaml_quoted(std::string(1, options.csv.delimiter));
    } else {
      out_ += "format: json";
    }
    out_ += "}\n";
  }

  void write_record() {
    out_ += "record:\n";
    if (roles_.key >= 0) {
      out_ += "  key: " + yaml_quoted(expression(roles_.key)) + "\n";
    } else {
      out_ += "  key: none\n";
      warnings_.push_back(
          "No field tells every record from the others: a record is its content, so a row that "
          "changes later would count as another one.");
    }
    if (roles_.version >= 0) {
      out_ += "  version: " +
              yaml_quoted("ts(" + expression(roles_.version) + ", '" +
                          at(roles_.version).time_format + "')") +
              "\n";
    } else if (roles_.key >= 0) {
      warnings_.push_back(
          "No field says when a record changed. If this source delivers a record again with other "
          "content, name its version, or chance decides which content stays.");
    }
  }

  void write_identifiers() {
    std::string list;
    for (const auto& [field, kind] : roles_.identifiers) {
      list += "  - {kind: " + kind + ", value: " + yaml_quoted(expression(field)) + "}\n";
      if (at(field).placeholder_share > 0.02) {
        warnings_.push_back(
            at(field).field->path +
            " often holds a placeholder (such as 0): those records stay anonymous.");
      }
    }
    const bool customer =
        std::any_of(roles_.identifiers.begin(), roles_.identifiers.end(),
                    [](const auto& identifier) { return identifier.kind != "ip"; });
    if (!customer && roles_.case_key >= 0) {
      list += "  - {kind: account, value: " + yaml_quoted(expression(roles_.case_key)) +
              "}   # no field names the customer: the case stands for it\n";
      warnings_.push_back("No field names the customer: the case (" +
                          at(roles_.case_key).field->path +
                          ") stands for the customer, so nobody is recognised across cases.");
    } else if (!customer) {
      warnings_.push_back("No field names the customer: every session stays anonymous.");
    }
    if (!list.empty()) out_ += "identifiers:\n" + list;
  }

  std::string time_expression(int date, int clock, const std::string& format) const {
    if (clock < 0) return "ts(" + expression(date) + ", '" + format + "')";
    return "ts(concat(" + expression(date) + ", ' ', " + expression(clock) + "), '" + format +
           " %-H:%M:%S')";
  }

  static std::string date_format(const FieldProfile& field) {
    return field.time_format == "iso" ? "%Y-%m-%d" : field.time_format;
  }

  void common(const std::string& field, const std::string& expression) {
    out_ += "  " + field + ": " + yaml_quoted(expression) + "\n";
  }

  void write_times() {
    if (roles_.time < 0) {
      warnings_.push_back(
          "No field reads as a time. Set occurred_at yourself: records without a time are "
          "rejected.");
      common("occurred_at", "ts(NULL::VARCHAR, 'unix_s')");
      return;
    }
    const FieldProfile& time = at(roles_.time);
    common("occurred_at",
           time_expression(roles_.time, roles_.clock,
                           roles_.clock >= 0 ? date_format(time) : time.time_format));
    if (time.is_date_only && roles_.clock < 0) common("occurred_precision", "'day'");
    if (roles_.end < 0) return;
    if (roles_.end_is_clock) {
      common("ended_at", time_expression(roles_.time, roles_.end, date_format(time)));
      warnings_.push_back("The end (" + at(roles_.end).field->path +
                          ") has no date of its own: across midnight it would come before the "
                          "start (issue end_before_start).");
    } else {
      common("ended_at", time_expression(roles_.end, -1, at(roles_.end).time_format));
    }
  }

  void write_common() {
    out_ += "common:\n";
    write_times();
    if (roles_.session >= 0) {
      common("session_key", expression(roles_.session));
    } else {
      warnings_.push_back(
          "No field names a session: steps of one sitting are kept together by time only.");
    }
    if (roles_.case_key >= 0) common("case_key", expression(roles_.case_key));
    if (roles_.agent >= 0) common("agent_id", expression(roles_.agent));
    if (roles_.team >= 0) common("team", expression(roles_.team));
    if (roles_.queue >= 0) common("queue_id", expression(roles_.queue));
    if (roles_.intent >= 0) common("intent", expression(roles_.intent));
    if (roles_.text >= 0) common("text", expression(roles_.text));
    if (roles_.type >= 0) {
      common("source_event_type", expression(roles_.type));
      common("activity", expression(roles_.type));
    }
    if (roles_.actor >= 0) common("actor", "enum(actors, " + expression(roles_.actor) + ")");
    if (roles_.outcome >= 0) {
      common("outcome", "enum(outcomes, " + expression(roles_.outcome) + ")");
      common("outcome_reason", expression(roles_.outcome));
    }
    if (roles_.direction >= 0)
      common("direction", "enum(directions, lower(" + expression(roles_.direction) + "))");
    if (sample_.options.format == RecordFormat::csv && roles_.type >= 0)
      common("sequence", "line_number");
    write_attributes();
  }

  void write_attributes() {
    std::string list;
    std::size_t count = 0;
    for (std::size_t i = 0; i < profiles_.size() && count < kAttributesMax; ++i) {
      if (profiles_[i].filled == 0 || roles_.is_taken(static_cast<int>(i)) ||
          static_cast<int>(i) == roles_.key)
        continue;
      list += "    " + yaml_quoted(name_ + "." + profiles_[i].field->path) + ": " +
              yaml_quoted(profiles_[i].field->expression) + "\n";
      ++count;
    }
    if (!list.empty()) out_ += "  attributes:\n" + list;
  }

  std::string fallback_type() const {
    if (roles_.case_key >= 0 && channel_ != "voice") return "case.status_changed";
    if (channel_ == "web") return roles_.type >= 0 ? "web.event" : "web.session_started";
    if (channel_ == "voice") return "contact.started";
    if (channel_ == "chat") return "contact.started";
    return "other.unmapped";
  }

  void write_emit() {
    out_ += "emit:\n";
    if (roles_.type >= 0) {
      out_ +=
          "  - event_type: " + yaml_quoted("enum(event_types, " + expression(roles_.type) + ")") +
          "\n";
      warnings_.push_back("The event types were guessed from the words in " +
                          at(roles_.type).field->path + ": check the map event_types.");
    } else {
      out_ += "  - event_type: " + fallback_type() + "\n";
      if (fallback_type() == "other.unmapped")
        warnings_.push_back(
            "Nothing says what kind of step a record is: its event type is other.unmapped. Name "
            "one of docs/reference/event_types.md.");
    }
  }

  void write_map(const std::string& name, int field, std::string (*guess)(const std::string&),
                 const std::string& fallback, bool keep_unknown) {
    out_ += "  " + name + ":\n";
    for (const auto& [value, count] : at(field).frequent) {
      const std::string meaning = guess(value);
      if (meaning.empty() && !keep_unknown) continue;
      if (value == "default") continue;
      out_ += "    " + yaml_quoted(value) + ": " + (meaning.empty() ? fallback : meaning) +
              "   # " + std::to_string(count) + "\n";
    }
    out_ += "    default: " + fallback + "\n";
  }

  static std::string guess_direction(const std::string& value) {
    if (contains_word(value, {"in"}) && !contains_word(value, {"internal"})) return "in";
    if (contains_word(value, {"out"})) return "out";
    if (contains_word(value, {"internal"})) return "internal";
    return {};
  }

  void write_maps() {
    if (roles_.type < 0 && roles_.actor < 0 && roles_.outcome < 0 && roles_.direction < 0) return;
    out_ += "maps:\n";
    if (roles_.type >= 0)
      write_map("event_types", roles_.type, guess_event_type, fallback_type(), true);
    if (roles_.actor >= 0) write_map("actors", roles_.actor, guess_actor, "null", true);
    if (roles_.outcome >= 0) write_map("outcomes", roles_.outcome, guess_outcome, "null", true);
    if (roles_.direction >= 0)
      write_map("directions", roles_.direction, guess_direction, "null", true);
  }

  const Sample& sample_;
  const std::vector<FieldProfile>& profiles_;
  const GuessedRoles& roles_;
  std::string name_;
  std::string channel_ = "other";
  std::string out_;
  std::vector<std::string> warnings_;
};

/// Loads the draft and runs it over the first records; says what does not work.
Status try_draft(MappingSuggestion& suggestion, const std::string& file,
                 const MappingFolders& folders, const WorkspaceDefaults& defaults) {
  CLEW_TRY(Mapping mapping, parse_mapping(suggestion.mapping, "the suggested mapping", folders));
  CLEW_TRY(const std::vector<TriedRecord> tried,
           try_records(std::make_shared<const Mapping>(std::move(mapping)), defaults, file, "",
                       kTriedRecords));
  std::map<std::string, std::uint64_t> reasons;
  for (const TriedRecord& record : tried) {
    if (record.outcome == "reject") ++reasons[record.reason];
  }
  for (const auto& [reason, count] : reasons) {
    suggestion.warnings.push_back(std::to_string(count) + " of the first " +
                                  std::to_string(tried.size()) +
                                  " records are rejected: " + reason);
  }
  return {};
}

}  // namespace

Result<MappingSuggestion> suggest_mapping(const std::string& file, const std::string& name,
                                          const MappingFolders& folders,
                                          const WorkspaceDefaults& defaults) {
  CLEW_TRY(const Sample sample, read_sample(file, MappingReader{}, kSampleRecords));
  if (sample.records == 0) {
    return Error{ErrorCode::bad_input, file + " holds no record that can be read",
                 "Check the file; a CSV file begins with the names of its columns."};
  }
  const std::vector<FieldProfile> profiles = profile_fields(sample, defaults.region);
  const GuessedRoles roles = guess_roles(profiles, sample.records);
  MappingSuggestion suggestion =
      Writer(sample, profiles, roles, name.empty() ? name_from_file(file) : name_from_file(name))
          .write();
  CLEW_TRY_VOID(try_draft(suggestion, file, folders, defaults));
  return suggestion;
}

}  // namespace clewline::ingest
