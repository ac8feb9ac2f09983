#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "ingest/gathered_rows.h"
#include "ingest/identifier_builder.h"
#include "ingest/mapped_batch.h"
#include "ingest/mapping_compiler.h"
#include "ingest/readers/projector.h"
#include "ingest/readers/record.h"
#include "store/query_result.h"

namespace clewline::ingest {

/// Makes table rows of a mapping's answer: defaults, identifiers, ids, issues. Immutable; threads
/// share it.
class RowBuilder {
 public:
  RowBuilder(const CompiledMapping& compiled, DeliveryFacts delivery,
             std::shared_ptr<const BlockList> block);

  /// Makes the rows of one batch. Records that failed to project are rejected; a record without
  /// rows and without reason to skip is rejected too.
  Result<MappedBatch> build(store::QueryResult& answer, const RecordBatch& records,
                            const ProjectedBatch& projected) const;

  /// Gives the rows of a keyless record its final id and event ids (twins have ordinals beyond 0).
  void rename_record(MappedBatch& batch, std::size_t record, const std::string& record_id) const;

 private:
  void read_records(const GatheredRows& gathered, const RecordBatch& records,
                    const ProjectedBatch& projected, MappedBatch& out) const;
  void settle_times(GatheredRows& gathered, MappedBatch& out,
                    std::vector<std::uint64_t>& issues) const;

  const CompiledMapping& compiled_;
  DeliveryFacts delivery_;
  std::shared_ptr<const BlockList> block_;
};

/// Returns the name of the table a mapping's records go to.
std::string_view target_table(RecordKind kind);

/// Computes an event's id: SHA-256/128 of the length-prefixed parts.
Id128 event_id_of(std::string_view source, std::string_view stream, std::string_view record_id,
                  std::string_view event_type, std::uint32_t ordinal);

}  // namespace clewline::ingest
