#pragma once

#include <memory>

#include "base/result.h"
#include "render/row_writer.h"

namespace clewline::engine {

/// Collects rows and turns them into one Parquet file: lists and structures become JSON text.
class ParquetAnswer final : public render::RowWriter {
 public:
  ParquetAnswer();
  ~ParquetAnswer() override;

  void begin(std::span<const render::Column> columns) override;
  void row(std::span<const render::Cell> cells) override;
  void end() override {}

  /// Hands the bytes of the file to the sink, or says what went wrong on the way.
  Status write(const render::Sink& sink);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace clewline::engine
