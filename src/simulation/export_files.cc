#include "simulation/export_files.h"

#include <algorithm>
#include <fstream>

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

}  // namespace

ExportFiles::ExportFiles()
    : files_{{"connect_contact_records.jsonl", "demo_connect.yaml", "connect", "", true, {}},
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
              "tier\n",
              true,
              {}}} {}

void ExportFiles::disturb(const NoisePlan& noise, Random random) {
  if (noise.repeated == 0 && noise.late == 0) return;
  for (File& file : files_) {
    if (!file.has_keys) continue;  // the same line again would be a second record
    const std::size_t original = file.rows.size();
    for (std::size_t i = 0; i < original; ++i) {
      const auto late_us = static_cast<std::int64_t>(random.exponential(3600)) * kUsPerSecond;
      if (random.chance(noise.repeated))
        file.rows.push_back({file.rows[i].at + late_us, file.rows[i].text});
      else if (random.chance(noise.late))
        file.rows[i].at += late_us;
    }
  }
}

Result<SimulationSummary> ExportFiles::write(const std::filesystem::path& folder) {
  SimulationSummary summary;
  std::error_code failed;
  std::filesystem::create_directories(folder / "config", failed);
  for (const SampleMapping& mapping : sample_mappings())
    CLEW_TRY_VOID(write_text(folder / mapping.file, mapping.text));
  for (File& file : files_) {
    std::stable_sort(file.rows.begin(), file.rows.end(),
                     [](const Row& a, const Row& b) { return a.at < b.at; });
    std::string text(file.header);
    for (const Row& row : file.rows) text += row.text;
    CLEW_TRY_VOID(write_text(folder / file.name, text));
    summary.files.push_back({std::string(file.name), std::string(file.mapping),
                             std::string(file.source), file.rows.size()});
    summary.records += file.rows.size();
  }
  return summary;
}

}  // namespace clewline::simulation
