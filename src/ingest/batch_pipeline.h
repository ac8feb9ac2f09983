#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "ingest/delivery.h"
#include "ingest/evaluator.h"
#include "ingest/mapped_batch.h"
#include "ingest/readers/typed_digits.h"
#include "ingest/row_builder.h"

namespace clewline::ingest {

/// One batch through all steps before the import core.
struct FinishedBatch {
  RecordBatch records;
  MappedBatch mapped;
};

/// Everything the workers of one file share.
struct PipelineParts {
  Delivery& delivery;
  MappingSandbox& sandbox;
  std::shared_ptr<const CompiledProjection> projection;
  const TypedDigitsMask* typed_digits = nullptr;  // may be null
  const RowBuilder& builder;
  std::string file_name;
  /// Narrows a batch to the records wanted (replay); may be empty.
  std::function<void(RecordBatch&)> select;
};

/// Reads a delivery to its end: workers mask, project and evaluate batches; `consume` gets them in
/// the order of the file, on the calling thread. At most 2 batches a worker are held. An error of
/// any step stops all.
Status run_pipeline(const PipelineParts& parts, unsigned workers,
                    const std::function<Status(FinishedBatch&)>& consume, KeyReport* keys);

}  // namespace clewline::ingest
