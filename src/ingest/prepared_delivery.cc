#include "ingest/prepared_delivery.h"

namespace clewline::ingest {

Result<PreparedDelivery> PreparedDelivery::prepare(Delivery& delivery, MappingSandbox& sandbox,
                                                   DeliveryFacts facts,
                                                   std::shared_ptr<const BlockList> block) {
  PreparedDelivery prepared;
  prepared.delivery_ = &delivery;
  prepared.sandbox_ = &sandbox;
  prepared.file_name_ = facts.file_name;
  const CompiledMapping& compiled = sandbox.compiled();
  CLEW_TRY(prepared.projection_, CompiledProjection::compile(compiled.plan, delivery.options()));
  if (!compiled.mapping->typed_digits.empty()) {
    CLEW_TRY(TypedDigitsMask mask,
             TypedDigitsMask::compile(compiled.mapping->typed_digits, delivery.options()));
    prepared.mask_ = std::make_unique<TypedDigitsMask>(std::move(mask));
  }
  prepared.builder_ =
      std::make_shared<const RowBuilder>(compiled, std::move(facts), std::move(block));
  return prepared;
}

PipelineParts PreparedDelivery::parts() const {
  return {*delivery_, *sandbox_, projection_, mask_.get(), *builder_, file_name_, {}};
}

}  // namespace clewline::ingest
