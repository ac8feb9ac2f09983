#include "ingest/role_guess.h"

#include <algorithm>
#include <functional>

namespace clewline::ingest {
namespace {

std::string percent(double share) {
  return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %";
}

/// Words of a name that speak for the later of two times, and for a change of the record.
bool speaks_of_end(const FieldProfile& profile) {
  return profile.has_any({"end", "ended", "stop", "exit", "finish", "finished", "max", "until",
                          "disconnect", "closed", "complete", "completed", "resolved"});
}
bool speaks_of_change(const FieldProfile& profile) {
  return profile.has_any(
      {"updated", "update", "modified", "changed", "recorded", "version", "lastupdate"});
}
bool speaks_of_start(const FieldProfile& profile) {
  return profile.has_any(
      {"start", "started", "begin", "entry", "min", "initiation", "opened", "created", "arrival"});
}

/// Chooses among the fields, one role after the other.
class Guesser {
 public:
  Guesser(const std::vector<FieldProfile>& profiles, std::uint64_t records)
      : profiles_(profiles), records_(records) {}

  GuessedRoles guess() {
    guess_times();
    guess_keys();
    guess_identifiers();
    guess_staff();
    guess_rest();
    return std::move(roles_);
  }

 private:
  using Score = std::function<double(const FieldProfile&)>;

  /// Returns the field of the greatest positive score; the first of equals. Taken fields only where
  /// `shared`.
  int best(const Score& score, bool shared = false) const {
    int found = -1;
    double most = 0;
    for (std::size_t i = 0; i < profiles_.size(); ++i) {
      if (profiles_[i].filled == 0 || profiles_[i].field->is_list) continue;
      if (!shared && roles_.is_taken(static_cast<int>(i))) continue;
      const double value = score(profiles_[i]);
      if (value > most) {
        most = value;
        found = static_cast<int>(i);
      }
    }
    return found;
  }

  const FieldProfile& at(int field) const { return profiles_[static_cast<std::size_t>(field)]; }

  void say(int field, const std::string& role, const std::string& reason) {
    roles_.reasons.push_back({at(field).field->path, role, reason});
  }

  static std::string named(const FieldProfile& profile) {
    return "its name is \"" + profile.field->path + "\"";
  }

  void guess_times() {
    roles_.time = best([](const FieldProfile& field) {
      if (field.time_format.empty()) return 0.0;
      double score = field.is_date_only ? 1 : 4;
      if (field.has_any({"timestamp", "occurred", "datetime"})) score += 3;
      if (field.has_any({"time", "ts", "at"})) score += 1;
      if (speaks_of_start(field)) score += 2;
      if (speaks_of_end(field)) score -= 1.5;
      if (speaks_of_change(field)) score -= 2;
      if (field.has_any({"due", "birth", "born", "expires", "reg"})) score -= 3;
      return std::max(score, 0.1);
    });
    if (roles_.time < 0) return;
    const FieldProfile& time = at(roles_.time);
    say(roles_.time, "time",
        "its values read as times (format " + time.time_format + ")" +
            (time.has_zone ? " and carry their zone" : ", without a zone"));
    if (time.is_date_only) {
      roles_.clock = best([](const FieldProfile& field) {
        return field.is_clock
                   ? 1.0 + (speaks_of_start(field) ? 2 : 0) - (speaks_of_end(field) ? 0.5 : 0)
                   : 0.0;
      });
      if (roles_.clock >= 0)
        say(roles_.clock, "time of day",
            "its values are times of day, beside the date in " + time.field->path);
    }
    roles_.end = best([&](const FieldProfile& field) {
      if (!speaks_of_end(field)) return 0.0;
      if (!field.time_format.empty() && !field.is_date_only) return 2.0;
      return field.is_clock && roles_.clock >= 0 ? 1.0 : 0.0;
    });
    if (roles_.end >= 0) {
      roles_.end_is_clock = at(roles_.end).is_clock;
      say(roles_.end, "end time", named(at(roles_.end)) + " and its values are times");
    }
    roles_.version = best([](const FieldProfile& field) {
      return !field.time_format.empty() && speaks_of_change(field) ? 1.0 : 0.0;
    });
    if (roles_.version >= 0) say(roles_.version, "version", "it says when the record changed");
  }

  void guess_keys() {
    roles_.key = best([](const FieldProfile& field) {
      if (!field.unique || !field.time_format.empty() || field.is_clock) return 0.0;
      double score = 0;
      if (field.has_any({"id", "key", "uuid", "guid", "number", "no", "sid", "uniqueid"}))
        score += 2;
      if (field.average_length >= 16) score += 1;
      return score;
    });
    if (roles_.key >= 0)
      say(roles_.key, "record key",
          "each of " + std::to_string(records_) + " records has its own value");
    roles_.case_key = best(
        [](const FieldProfile& field) {
          if (field.path_is({"case:concept:name"})) return 9.0;
          if (!field.has_any({"case", "ticket", "incident", "claim", "order", "request"}) ||
              !field.time_format.empty())
            return 0.0;
          return field.has_any({"id", "key", "number", "no", "name"}) ? 3.0
                 : field.words.size() == 1                            ? 2.0
                                                                      : 0.0;
        },
        true);
    if (roles_.case_key >= 0)
      say(roles_.case_key, "case",
          named(at(roles_.case_key)) + "; " + std::to_string(at(roles_.case_key).distinct) +
              " cases in the sample");
    roles_.session = best(
        [&](const FieldProfile& field) {
          if (!field.time_format.empty() || field.is_clock) return 0.0;
          const bool id = field.has_any({"id", "key", "sid", "uuid"});
          if (field.has_any(
                  {"session", "conversation", "uniqueid", "callid", "linkedid", "contactid"}))
            return id || field.words.size() <= 2 ? 4.0 : 1.0;
          if (field.has_any({"call", "contact", "chat", "interaction", "visit"}) && id) return 3.0;
          return 0.0;
        },
        true);
    if (roles_.session >= 0) {
      say(roles_.session, "session", named(at(roles_.session)));
    } else if (roles_.case_key >= 0) {
      roles_.session = roles_.case_key;
    } else {
      roles_.session = roles_.key;
    }
  }

  void add_identifier(const Score& score, const std::string& kind,
                      const std::function<std::string(const FieldProfile&)>& why) {
    const int field = best(score);
    if (field < 0) return;
    roles_.identifiers.push_back({field, kind});
    say(field, "customer " + kind, why(at(field)));
  }

  void guess_identifiers() {
    const auto by_name = [](const FieldProfile& field) { return named(field); };
    add_identifier([](const FieldProfile& field) { return field.email_share >= 0.8 ? 2.0 : 0.0; },
                   "email",
                   [](const FieldProfile& field) {
                     return percent(field.email_share) + " of its values are addresses";
                   });
    add_identifier(
        [](const FieldProfile& field) {
          const bool hint = field.has_any({"phone", "ani", "caller", "msisdn", "mobile", "tel",
                                           "telephone", "cli", "callerid"});
          const bool ours = field.has_any({"dnis", "called", "dialed", "dialled"});
          return !ours && hint && field.phone_share >= 0.3 ? 2.0 : 0.0;
        },
        "phone",
        [](const FieldProfile& field) {
          return named(field) + "; " + percent(field.phone_share) +
                 " of its values are telephone numbers";
        });
    add_identifier(
        [](const FieldProfile& field) {
          if (!field.time_format.empty() || field.is_clock) return 0.0;
          const bool id = field.has_any({"id", "no", "number", "key"}) || field.words.size() == 1;
          if (field.has_any({"customer", "client", "crm", "member", "subscriber"}) && id)
            return 3.0;
          return field.has_any({"custid", "customerid", "clientid", "requester"}) ? 2.0 : 0.0;
        },
        "account", by_name);
    add_identifier(
        [](const FieldProfile& field) {
          return field.has_any({"account", "policy", "contract"}) &&
                         field.has_any({"id", "no", "number", "key", "account"}) &&
                         field.time_format.empty()
                     ? 2.0
                     : 0.0;
        },
        "account", by_name);
    add_identifier(
        [](const FieldProfile& field) {
          return field.has_any({"user", "userid", "login", "username"}) &&
                         !field.has_any({"agent"}) &&
                         field.has_any({"id", "userid", "login", "username", "name"})
                     ? 2.0
                     : 0.0;
        },
        "user_id", by_name);
    add_identifier(
        [](const FieldProfile& field) {
          return field.has_any(
                     {"visitor", "cookie", "anonymous", "anonymousid", "clientid", "pseudo"}) &&
                         field.has_any({"id", "visitor", "cookie", "anonymousid"})
                     ? 2.0
                     : 0.0;
        },
        "cookie", by_name);
    add_identifier(
        [](const FieldProfile& field) {
          return field.has_any({"device", "idfa", "gaid"}) && field.has_any({"id", "idfa", "gaid"})
                     ? 2.0
                     : 0.0;
        },
        "device", by_name);
    add_identifier(
        [](const FieldProfile& field) { return field.ip_share >= 0.9 ? 2.0 : 0.0; }, "ip",
        [](const FieldProfile& field) {
          return percent(field.ip_share) + " of its values are network addresses (they never link)";
        });
  }

  void guess_one(int& role, const char* name, const Score& score) {
    role = best([&](const FieldProfile& field) {
      return !field.time_format.empty() || field.is_clock ? 0.0 : score(field);
    });
    if (role >= 0)
      say(role, name,
          named(at(role)) + "; " + std::to_string(at(role).distinct) + " different values");
  }

  void guess_staff() {
    guess_one(roles_.agent, "agent", [](const FieldProfile& field) {
      if (field.path_is({"org:resource"})) return 5.0;
      if (field.has_any({"user"}) && field.has_any({"agent"}) && field.average_length > 40)
        return 0.0;  // a browser's user agent
      if (field.has_any(
              {"agent", "server", "resource", "operator", "assignee", "rep", "advisor", "handler"}))
        return field.average_length < 40 ? 3.0 : 0.0;
      return field.has_any({"owner"}) ? 1.0 : 0.0;
    });
    guess_one(roles_.team, "team", [](const FieldProfile& field) {
      return field.has_any({"team", "workgroup", "group", "department"}) ? 2.0 : 0.0;
    });
    guess_one(roles_.queue, "queue", [](const FieldProfile& field) {
      return field.has_any({"queue", "skill", "queuename"}) && field.number_share < 0.95 ? 2.0
                                                                                         : 0.0;
    });
    guess_one(roles_.actor, "actor", [](const FieldProfile& field) {
      return field.has_any({"actor", "author", "role", "sender"}) && field.distinct <= 6 ? 2.0
                                                                                         : 0.0;
    });
  }

  void guess_rest() {
    const auto few = [&](const FieldProfile& field) {
      return field.distinct >= 2 && field.distinct <= 400 && field.distinct * 3 <= field.filled &&
             field.number_share < 0.95;
    };
    guess_one(roles_.outcome, "outcome", [&](const FieldProfile& field) {
      return field.has_any({"outcome", "result", "disposition"}) && few(field) ? 2.0 : 0.0;
    });
    guess_one(roles_.type, "type", [&](const FieldProfile& field) {
      if (field.path_is({"concept:name"})) return 9.0;
      if (!few(field)) return 0.0;
      if (field.has_any({"activity", "event", "verb", "action"})) return 4.0;
      if (field.has_any({"type", "step"})) return 2.0;
      return field.has_any({"status", "state"}) ? 1.0 : 0.0;
    });
    guess_one(roles_.channel, "channel", [&](const FieldProfile& field) {
      return field.has_any({"channel", "media", "medium"}) && few(field) ? 2.0 : 0.0;
    });
    guess_one(roles_.direction, "direction", [&](const FieldProfile& field) {
      return field.has_any({"direction"}) && few(field) ? 2.0 : 0.0;
    });
    guess_one(roles_.intent, "intent", [&](const FieldProfile& field) {
      return field.has_any({"reason", "topic", "category", "intent", "subject"}) && few(field)
                 ? 2.0
                 : 0.0;
    });
    guess_one(roles_.text, "text", [](const FieldProfile& field) {
      return field.has_any(
                 {"text", "message", "body", "comment", "description", "notes", "subject"}) &&
                     field.average_length >= 25
                 ? 2.0
                 : 0.0;
    });
  }

  const std::vector<FieldProfile>& profiles_;
  std::uint64_t records_;
  GuessedRoles roles_;
};

}  // namespace

bool GuessedRoles::is_taken(int field) const {
  const int taken[] = {time, clock,   end,     version,   agent, team,   queue,    actor,
                       type, outcome, channel, direction, text,  intent, case_key, session};
  if (std::find(std::begin(taken), std::end(taken), field) != std::end(taken)) return true;
  return std::any_of(identifiers.begin(), identifiers.end(),
                     [&](const Identifier& identifier) { return identifier.field == field; });
}

GuessedRoles guess_roles(const std::vector<FieldProfile>& profiles, std::uint64_t records) {
  return Guesser(profiles, records).guess();
}

}  // namespace clewline::ingest
