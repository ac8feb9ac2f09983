#include "simulation/export_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <queue>
#include <utility>

#include "simulation/sample_mappings.h"

namespace clewline::simulation {
namespace {

Status write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.flush();
  if (out) return {};
  return Error{ErrorCode::io, "cannot write " + path.string(),
               "Check the folder's permissions and free space."};
}

constexpr std::size_t kHeldBytes = 64 << 20;

/// Reads one sorted run, row by row.
class RunReader {
 public:
  explicit RunReader(const std::filesystem::path& file) : in_(file, std::ios::binary) {}

  /// Goes to the next row; false at the end.
  bool advance() {
    std::uint32_t size = 0;
    if (!in_.read(reinterpret_cast<char*>(&at_), sizeof at_)) return false;
    if (!in_.read(reinterpret_cast<char*>(&size), sizeof size)) return false;
    text_.resize(size);
    return static_cast<bool>(in_.read(text_.data(), size));
  }
  TimeUs at() const { return at_; }
  const std::string& text() const { return text_; }

 private:
  std::ifstream in_;
  TimeUs at_ = 0;
  std::string text_;
};

}  // namespace

ExportFiles::ExportFiles(const std::filesystem::path& folder, const NoisePlan& noise, Random random)
    : folder_(folder),
      noise_(noise),
      files_{{"connect_contact_records.jsonl", "demo_connect.yaml", "connect", "", true, {}},
             {"connect_flow_logs.jsonl", "amazon_connect_flow_logs", "connect", "", false, {}},
             {"hotline_queue_log.txt", "asterisk_queue_log", "hotline", "", false, {}},
             {"web_segment.jsonl", "demo_web.yaml", "web", "", true, {}},
             {"zendesk_audits.jsonl", "demo_zendesk.yaml", "zendesk", "", true, {}},
             {"survey_answers.csv",
              "demo_surveys.yaml",
              "survey",
              "response_id,answered_at,contact_id,customer_no,score\n",
              true,
              {}},
             {"crm_notes.csv",
              "demo_notes.yaml",
              "crm",
              "note_id,written_at,agent,customer_no,note\n",
              true,
              {}},
             {"outreach.csv",
              "demo_outreach.yaml",
              "outreach",
              "message_id,sent_at,kind,channel,customer_no,name,intent,order_id\n",
              true,
              {}},
             {"back_office.csv",
              "demo_back_office.yaml",
              "zendesk",
              "work_id,started_at,done_at,customer_no,ticket,task\n",
              true,
              {}},
             {"contracts.csv",
              "demo_contracts.yaml",
              "contracts",
              "change_id,changed_at,customer_no,change,plan\n",
              true,
              {}},
             {"crm_customers.csv",
              "demo_customers.yaml",
              "crm",
              "customer_no,updated_at,first_name,last_name,birth_date,street,phone,landline,email,"
              "tier,social\n",
              true,
              {}},
             {"chat_events.csv",
              "demo_chat.yaml",
              "chat",
              "event_id,happened_at,chat_id,event,customer_no,cookie,agent,intent\n",
              true,
              {}},
             {"messaging.csv",
              "demo_messaging.yaml",
              "messaging",
              "message_id,sent_at,conversation_id,direction,phone,agent\n",
              true,
              {}},
             {"social.csv",
              "demo_social.yaml",
              "social",
              "post_id,posted_at,thread_id,kind,handle,agent\n",
              true,
              {}}} {
  for (std::size_t i = 0; i < files_.size(); ++i) random_.push_back(random.fork(i));
}

ExportFiles::~ExportFiles() {
  std::error_code ignored;
  for (const File& file : files_) {
    for (std::size_t run = 0; run < file.runs; ++run)
      std::filesystem::remove(run_path(file, run), ignored);
  }
}

std::filesystem::path ExportFiles::run_path(const File& file, std::size_t run) const {
  return folder_ / fmt::format(".{}.{}", file.name, run);
}

void ExportFiles::add(Export which, TimeUs arrives_at, std::string row) {
  const auto number = static_cast<std::size_t>(which);
  File& file = files_[number];
  // The same line again, where there is no key, would be a second record.
  if (file.has_keys && (noise_.repeated > 0 || noise_.late > 0)) {
    Random& random = random_[number];
    const auto late_us = static_cast<std::int64_t>(random.exponential(3600)) * kUsPerSecond;
    if (random.chance(noise_.repeated))
      push(file, arrives_at + late_us, row);
    else if (random.chance(noise_.late))
      arrives_at += late_us;
  }
  push(file, arrives_at, std::move(row));
  if (held_bytes_ > kHeldBytes) put_away();
}

void ExportFiles::push(File& file, TimeUs at, std::string text) {
  held_bytes_ += sizeof(Row) + text.size();
  file.rows.push_back({at, std::move(text)});
  ++file.count;
}

// Each file's rows become a sorted run.
void ExportFiles::put_away() {
  for (File& file : files_) {
    if (file.rows.empty()) continue;
    std::ranges::stable_sort(file.rows, {}, &Row::at);
    std::ofstream out(run_path(file, file.runs++), std::ios::binary | std::ios::trunc);
    for (const Row& row : file.rows) {
      const auto size = static_cast<std::uint32_t>(row.text.size());
      out.write(reinterpret_cast<const char*>(&row.at), sizeof row.at);
      out.write(reinterpret_cast<const char*>(&size), sizeof size);
      out.write(row.text.data(), size);
    }
    out.flush();
    failed_ |= !out.good();
    file.rows.clear();
  }
  held_bytes_ = 0;
}

Status ExportFiles::write_merged(File& file) {
  std::ofstream out(folder_ / file.name, std::ios::binary | std::ios::trunc);
  out << file.header;
  std::vector<RunReader> runs;
  for (std::size_t run = 0; run < file.runs; ++run) runs.emplace_back(run_path(file, run));
  // Of one moment the rows keep the order in which they were added: that of their runs.
  using Next = std::pair<TimeUs, std::size_t>;
  std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    if (runs[run].advance()) next.emplace(runs[run].at(), run);
  }
  while (!next.empty()) {
    RunReader& run = runs[next.top().second];
    out << run.text();
    const std::size_t number = next.top().second;
    next.pop();
    if (run.advance()) next.emplace(run.at(), number);
  }
  out.flush();
  if (out && !failed_) return {};
  return Error{ErrorCode::io, "cannot write " + (folder_ / file.name).string(),
               "Check the folder's permissions and free space."};
}

Result<SimulationSummary> ExportFiles::write() {
  SimulationSummary summary;
  std::error_code failed;
  std::filesystem::create_directories(folder_ / "config", failed);
  for (const SampleMapping& mapping : sample_mappings())
    CLEW_TRY_VOID(write_text(folder_ / mapping.file, mapping.text));
  put_away();
  for (File& file : files_) {
    CLEW_TRY_VOID(write_merged(file));
    summary.files.push_back(
        {std::string(file.name), std::string(file.mapping), std::string(file.source), file.count});
    summary.records += file.count;
  }
  return summary;
}

}  // namespace clewline::simulation
