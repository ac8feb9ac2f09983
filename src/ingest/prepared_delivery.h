#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "ingest/batch_pipeline.h"
#include "ingest/delivery.h"
#include "ingest/evaluator.h"
#include "ingest/readers/typed_digits.h"
#include "ingest/row_builder.h"

namespace clewline::ingest {

/// A delivery with everything the pipeline needs to read it under a mapping.
class PreparedDelivery {
 public:
  /// `delivery` and `sandbox` must outlive the object.
  static Result<PreparedDelivery> prepare(Delivery& delivery, MappingSandbox& sandbox,
                                          DeliveryFacts facts,
                                          std::shared_ptr<const BlockList> block);
  const std::shared_ptr<const RowBuilder>& builder() const { return builder_; }
  PipelineParts parts() const;

 private:
  PreparedDelivery() = default;
  Delivery* delivery_ = nullptr;
  MappingSandbox* sandbox_ = nullptr;
  std::shared_ptr<const CompiledProjection> projection_;
  std::unique_ptr<TypedDigitsMask> mask_;
  std::shared_ptr<const RowBuilder> builder_;
  std::string file_name_;
};

}  // namespace clewline::ingest
