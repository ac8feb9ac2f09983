#include "ingest/batch_pipeline.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace clewline::ingest {
namespace {

/// Work of one file, shared by reader, workers and consumer. All members after `mutex_` are guarded
/// by it.
class Pipeline {
 public:
  Pipeline(const PipelineParts& parts, unsigned workers) : parts_(parts), window_(workers * 2) {}

  /// One worker: reads the next batch, works on it, hands it over; until the end or an error.
  void work(unsigned number) {
    const Status status = work_on_batches(number);
    const std::lock_guard lock(mutex_);
    if (!status.ok() && !error_) error_ = status.error();
    --running_;
    changed_.notify_all();
  }

  /// Takes the batches in order.
  Status consume(const std::function<Status(FinishedBatch&)>& consumer) {
    while (true) {
      std::optional<FinishedBatch> batch;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return error_ || done_.contains(taken_) || running_ == 0; });
        if (error_) return *error_;
        const auto found = done_.find(taken_);
        if (found == done_.end()) return {};  // all workers ended and nothing waits
        batch.emplace(std::move(found->second));
        done_.erase(found);
        ++taken_;
        changed_.notify_all();
      }
      if (Status status = consumer(*batch); !status.ok()) {
        stop(status.error());
        return status;
      }
    }
  }

  void start(unsigned workers) { running_ = workers; }
  std::vector<KeyReport>& reports() { return reports_; }

 private:
  void stop(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
    changed_.notify_all();
  }

  /// Reads one batch in order of the file; false at the end or after an error elsewhere.
  Result<bool> take(RecordBatch& batch, std::uint64_t& ordinal) {
    const std::lock_guard reading(reading_);
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return error_ || read_ < taken_ + window_; });
      if (error_) return false;
    }
    CLEW_TRY(const bool more, parts_.delivery.next(batch));
    if (!more) return false;
    ordinal = read_++;
    return true;
  }

  Status work_on_batches(unsigned number) {
    CLEW_TRY(const std::unique_ptr<MappingEvaluator> evaluator,
             MappingEvaluator::create(parts_.sandbox, "rows_" + std::to_string(number)));
    Projector projector(parts_.projection);
    ProjectedBatch projected;
    while (true) {
      FinishedBatch batch;
      std::uint64_t ordinal = 0;
      CLEW_TRY(const bool more, take(batch.records, ordinal));
      if (!more) break;
      if (parts_.typed_digits != nullptr) parts_.typed_digits->apply(batch.records);
      if (parts_.select) parts_.select(batch.records);
      projector.project(batch.records, projected);
      CLEW_TRY(store::QueryResult answer,
               evaluator->evaluate(batch.records, projected, parts_.file_name));
      CLEW_TRY(batch.mapped, parts_.builder.build(answer, batch.records, projected));
      const std::lock_guard lock(mutex_);
      done_.emplace(ordinal, std::move(batch));
      changed_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    reports_.push_back(projector.key_report());
    return {};
  }

  const PipelineParts& parts_;
  std::uint64_t window_;
  std::mutex reading_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, FinishedBatch> done_;
  std::uint64_t read_ = 0;  // written under both mutexes' order: only inside take()
  std::uint64_t taken_ = 0;
  unsigned running_ = 0;
  std::optional<Error> error_;
  std::vector<KeyReport> reports_;
};

}  // namespace

Status run_pipeline(const PipelineParts& parts, unsigned workers,
                    const std::function<Status(FinishedBatch&)>& consume, KeyReport* keys) {
  workers = std::max(1U, workers);
  Pipeline pipeline(parts, workers);
  pipeline.start(workers);
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < workers; ++i) threads.emplace_back([&pipeline, i] { pipeline.work(i); });
  const Status status = pipeline.consume(consume);
  threads.clear();  // joins
  if (keys != nullptr) *keys = merge_key_reports(pipeline.reports());
  return status;
}

}  // namespace clewline::ingest
