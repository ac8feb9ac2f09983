#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/mapping.h"
#include "ingest/mapping_compiler.h"
#include "ingest/readers/byte_source.h"
#include "ingest/readers/record.h"
#include "ingest/readers/record_reader.h"

namespace clewline::ingest {

/// One delivered input as batches of records, whatever its format. Used by one thread at a time.
class Delivery {
 public:
  virtual ~Delivery() = default;
  /// Fills the next batch; false at the end.
  virtual Result<bool> next(RecordBatch& batch) = 0;
  virtual const FileOutcome& outcome() const = 0;
  virtual const ReaderOptions& options() const = 0;
  /// Returns a name of the packing for the ledger: none, gzip, zstd, parquet, xes, ocel.
  virtual std::string packing() const = 0;
};

/// Returns how expressions see the records of a reader.
RecordShape shape_of(const ReaderOptions& options);

/// Settles `format: auto` by the first bytes of a text: JSON by its bracket, else CSV with the
/// delimiter that its first line holds most of.
ReaderOptions settle_format(const MappingReader& reader, std::string_view first_bytes);

/// Opens an input for a mapping. Parquet is recognised by its first bytes and read by
/// DuckDB, XES by its first element.
Result<std::unique_ptr<Delivery>> open_delivery(const std::string& path,
                                                const MappingReader& reader);

/// Serves bytes held in memory.
Result<std::unique_ptr<Delivery>> delivery_from_bytes(std::string bytes,
                                                      const MappingReader& reader);

/// Delivers the events of an XES file, each as a JSON object (see `XesEvents`). `outcome` holds the
/// hash and number of the original bytes.
std::unique_ptr<Delivery> deliver_xes(std::unique_ptr<ByteSource> source, FileOutcome outcome);

/// Delivers the events of an OCEL 2.0 document in JSON, each as a JSON object with its id, type,
/// time and attributes, `object:TYPE` for the first object of each type and `objects` for all. The
/// document is held in memory. Attributes of objects and relations between objects are no events.
Result<std::unique_ptr<Delivery>> deliver_ocel(std::string packed);

/// Opens a Parquet file: each row becomes a JSON object.
Result<std::unique_ptr<Delivery>> open_parquet(const std::string& path);

}  // namespace clewline::ingest
