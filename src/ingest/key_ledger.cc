#include "ingest/key_ledger.h"

#include <xxhash.h>

#include <array>
#include <tuple>

namespace clewline::ingest {

std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 5> kNames = {"accepted", "updated", "duplicate", "skipped",
                                                      "rejected"};
  return kNames[static_cast<std::size_t>(verdict)];
}

Id128 ledger_key(std::string_view source, std::string_view stream, std::string_view record_id) {
  static thread_local std::string joined;
  joined.clear();
  for (const std::string_view part : {source, stream, record_id}) {
    const auto length = static_cast<std::uint32_t>(part.size());
    joined.append(reinterpret_cast<const char*>(&length), sizeof length);
    joined.append(part);
  }
  const XXH128_hash_t hash = XXH3_128bits(joined.data(), joined.size());
  return {hash.high64, hash.low64};
}

Status KeyLedger::load(store::Connection& connection, std::string_view source,
                       std::string_view stream) {
  std::string sql =
      "SELECT source, stream, record_id, record_version, content_hash FROM store.records";
  if (!source.empty())
    sql += " WHERE source = " + store::quote_literal(source) +
           " AND stream = " + store::quote_literal(stream);
  CLEW_TRY(store::QueryResult rows, connection.stream(sql));
  while (true) {
    CLEW_TRY(const bool more, rows.next());
    if (!more) break;
    const store::ColumnView versions = rows.column(3);
    const store::ColumnView hashes = rows.column(4);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      Entry entry;
      entry.has_version = !versions.is_null(row);
      if (entry.has_version) entry.version = versions.ints<std::int64_t>()[row];
      entry.content_hash = hashes.id(row);
      entries_.insert_or_assign(
          ledger_key(rows.column(0).text(row), rows.column(1).text(row), rows.column(2).text(row)),
          entry);
    }
  }
  return {};
}

Decision KeyLedger::decide(const RecordFacts& facts) {
  Decision decision;
  if (facts.usable == Usable::reject) {
    decision.verdict = Verdict::rejected;
    return decision;
  }
  Entry offered{facts.version.value_or(0), facts.content_hash, facts.version.has_value()};
  const auto [found, is_new] =
      entries_.try_emplace(ledger_key(facts.source, facts.stream, facts.record_id), offered);
  Entry& current = found->second;
  const auto rank = [](const Entry& entry) {
    return std::tie(entry.has_version, entry.version, entry.content_hash);
  };
  decision.replaces = !is_new && rank(current) < rank(offered);
  decision.in_force = is_new || decision.replaces;
  if (decision.replaces) current = offered;
  if (facts.usable == Usable::skip) {
    decision.verdict = Verdict::skipped;
  } else {
    decision.verdict = is_new              ? Verdict::accepted
                       : decision.replaces ? Verdict::updated
                                           : Verdict::duplicate;
  }
  return decision;
}

}  // namespace clewline::ingest
