#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/mapping_compiler.h"
#include "ingest/readers/projector.h"
#include "ingest/readers/record.h"
#include "ingest/sql_functions.h"
#include "store/database.h"
#include "store/functions.h"

namespace clewline::ingest {

/// A compiled mapping with a database of its own, in memory and without access to anything outside,
/// in which its SELECT runs. Threads share it; each evaluates with its own MappingEvaluator.
class MappingSandbox {
 public:
  static Result<std::unique_ptr<MappingSandbox>> create(std::shared_ptr<const Mapping> mapping,
                                                        RecordShape shape,
                                                        const WorkspaceDefaults& workspace);
  const CompiledMapping& compiled() const { return compiled_; }
  store::Database& database() { return *database_; }

 private:
  std::unique_ptr<store::Database> database_;
  std::shared_ptr<TimeFormats> formats_;
  CompiledMapping compiled_;
};

/// Offers the rows of one projected batch to the generated SELECT.
class RowSource;

/// Runs the SELECT of a mapping over batches. One object a thread; the sandbox must outlive it.
class MappingEvaluator {
 public:
  static Result<std::unique_ptr<MappingEvaluator>> create(MappingSandbox& sandbox,
                                                          const std::string& name);
  ~MappingEvaluator();

  /// Evaluates all rows of a batch; the columns of the answer are `CompiledMapping::columns`. The
  /// batches must live until the answer was read.
  Result<store::QueryResult> evaluate(const RecordBatch& records, const ProjectedBatch& rows,
                                      std::string_view file_name);

 private:
  MappingEvaluator();
  std::unique_ptr<store::Connection> connection_;
  std::unique_ptr<RowSource> source_;
  std::unique_ptr<store::SourceRegistration> registration_;
  std::string sql_;
};

}  // namespace clewline::ingest
