#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/batch_pipeline.h"
#include "ingest/import.h"
#include "ingest/key_ledger.h"
#include "ingest/mapped_batch.h"
#include "ingest/readers/record.h"
#include "ingest/row_builder.h"
#include "store/chunk_appender.h"
#include "store/database.h"

namespace clewline::ingest {

/// Writes what batches made into the workspace's tables, inside the transaction of the caller. New
/// records go straight to their table; contents that replace another one wait in side tables until
/// `finish`, which takes the losers out.
class ImportWriter {
 public:
  struct Target {
    std::int64_t import_id = 0;
    TimeUs received_at = 0;
    RecordKind kind = RecordKind::event;
    std::string mapping_label;
    bool write_receipts = true;  // false: the ledger already knows these records
    const absl::flat_hash_set<Id128>* wanted =
        nullptr;  // only these keys are decided and written; null: all
  };

  static Result<std::unique_ptr<ImportWriter>> open(store::Connection& connection,
                                                    KeyLedger& ledger, Target target);

  /// Decides and writes one batch. `records` are its records and reader's rejects; counts go to
  /// `summary`. Batch and builder are kept until their rows are stored.
  Status write(std::shared_ptr<FinishedBatch> batch, std::shared_ptr<const RowBuilder> builder,
               const DeliveryFacts& delivery, ImportSummary& summary);

  /// Replaces what lost, closes the appenders. Call once, before the transaction commits.
  Status finish(ImportSummary& summary);

 private:
  ImportWriter(store::Connection& connection, KeyLedger& ledger, Target target);

  struct Replaced {
    std::string source;
    std::string stream;
    std::string record_id;
    std::string place;
  };

  /// Rows that wait to be stored together, with everything their texts point into.
  struct Held {
    std::shared_ptr<FinishedBatch> batch;  // its mapped.rows are the rows of the target table
    std::shared_ptr<const RowBuilder> builder;
    RowTable receipts;
    RowTable records;
  };

  std::vector<Decision> decide(MappedBatch& mapped, const RowBuilder& builder,
                               ImportSummary& summary);
  RowTable receipt_rows(const RecordBatch& records, const MappedBatch& mapped,
                        const std::vector<Decision>& decisions,
                        const DeliveryFacts& delivery) const;
  Status write_rejected(const RecordBatch& records, const MappedBatch& mapped,
                        const DeliveryFacts& delivery);
  Status write_waiting(const RecordBatch& records, const MappedBatch& mapped,
                       const std::vector<Decision>& decisions, const DeliveryFacts& delivery);
  RowTable record_rows(const RecordBatch& records, const MappedBatch& mapped,
                       const std::vector<Decision>& decisions, const DeliveryFacts& delivery,
                       bool waiting) const;
  /// Stores what is held.
  Status flush();
  Status open_waiting();
  Status replace_losers(ImportSummary& summary);
  Status count_made(ImportSummary& summary);
  void note_replaced(const RecordFacts& facts, std::string place);

  store::Connection& connection_;
  KeyLedger& ledger_;
  Target target_;
  std::string_view table_;
  std::vector<Held> held_;
  std::size_t held_rows_ = 0;
  std::size_t held_bytes_ = 0;
  std::optional<store::ChunkAppender> rejected_;
  std::optional<store::ChunkAppender> waiting_rows_;
  std::optional<store::ChunkAppender> waiting_records_;
  absl::flat_hash_map<Id128, Replaced> replaced_;
};

}  // namespace clewline::ingest
