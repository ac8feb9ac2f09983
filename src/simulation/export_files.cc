#include "simulation/export_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace clewline::simulation {
namespace {

std::string seconds_utc(TimeUs time) { return format_utc(time - time % kUsPerSecond); }

/// Writes milliseconds always, as the vendors with millisecond clocks do.
std::string milliseconds_utc(TimeUs time) {
  const CivilTime civil = civil_from_us(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", civil.year, civil.month,
                     civil.day, civil.hour, civil.minute, civil.second, civil.microsecond / 1000);
}

std::string json_or_null(std::string_view text) {
  return text.empty() ? "null" : fmt::format("\"{}\"", text);
}

std::string queue_json(const CallRecord& call) {
  if (call.queue.empty()) return "null";
  const TimeUs left = call.dequeued_at == kNoTime ? call.disconnected_at : call.dequeued_at;
  return fmt::format(
      R"({{"ARN":"arn:aws:connect:eu-central-1:000000000000:instance/demo/queue/{0}","Name":"{0}","EnqueueTimestamp":"{1}","DequeueTimestamp":"{2}","Duration":{3}}})",
      call.queue, seconds_utc(call.enqueued_at), seconds_utc(left),
      (left - call.enqueued_at) / kUsPerSecond);
}

std::string agent_json(const CallRecord& call) {
  if (call.connected_at == kNoTime) return "null";
  const std::int64_t handled_s = (call.disconnected_at - call.connected_at) / kUsPerSecond;
  return fmt::format(
      R"({{"ARN":"arn:aws:connect:eu-central-1:000000000000:instance/demo/agent/{0}","Username":"{0}","ConnectedToAgentTimestamp":"{1}","AgentInteractionDuration":{2},"CustomerHoldDuration":{3},"NumberOfHolds":{4},"AfterContactWorkDuration":{5},"AfterContactWorkStartTimestamp":"{6}","AfterContactWorkEndTimestamp":"{7}"}})",
      call.agent, seconds_utc(call.connected_at), handled_s - call.hold_s, call.hold_s,
      call.hold_s > 0 ? 1 : 0, call.wrap_s, seconds_utc(call.disconnected_at),
      seconds_utc(call.disconnected_at + call.wrap_s * kUsPerSecond));
}

std::string attributes_json(const CallRecord& call) {
  std::string attributes;
  const auto add = [&attributes](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    attributes += fmt::format("{}\"{}\":\"{}\"", attributes.empty() ? "" : ",", name, value);
  };
  add("customerId", call.customer_number);
  add("intent", call.intent);
  return "{" + attributes + "}";
}

constexpr std::string_view kSurveyMapping = R"yaml(mapping: demo_surveys
version: 1.0.0
description: Post-call survey answers of the sample contact centre.
source: {vendor: demo_survey, stream: answers, channel: survey}
reader: {format: csv}
record: {key: response_id}
identifiers:
  - {kind: crm_id, value: customer_no, assurance: system}
common:
  occurred_at: ts(answered_at, 'iso')
  session_key: response_id
  links:
    - {rel: about, system: connect, id: contact_id}
emit:
  - {event_type: survey.answered, score: number(score), score_type: "'nps'", score_min: 0, score_max: 10}
)yaml";

constexpr std::string_view kCustomerMapping = R"yaml(mapping: demo_customers
version: 1.0.0
description: Customer records of the sample contact centre's CRM.
source: {vendor: demo_crm, stream: customers}
reader: {format: csv}
record: {key: customer_no, version: "ts(updated_at, 'iso')", kind: profile}
identifiers:
  - {kind: crm_id, value: customer_no, assurance: system}
  - {kind: user_id, value: customer_no, assurance: system}
  - {kind: phone, value: phone, assurance: system}
  - {kind: email, value: email, assurance: system}
profile:
  valid_from: ts(updated_at, 'iso')
  tier: tier
)yaml";

constexpr std::string_view kZendeskMapping = R"yaml(mapping: demo_zendesk
version: 1.0.0
description: Ticket audits of the sample contact centre; its help desk knows people by their e-mail address only.
extends: zendesk_audits
source: {vendor: zendesk, stream: audits, channel: email}
identifiers:
  - {kind: email, value: via.source.from.address, assurance: asserted}
)yaml";

Status write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.flush();
  if (out) return {};
  return Error{ErrorCode::io, "cannot write " + path.string(),
               "Check the folder's permissions and free space."};
}

}  // namespace

std::vector<ExportFiles::File> ExportFiles::make_files() {
  return {
      {"connect_contact_records.jsonl", "amazon_connect_ctr", "connect", "", {}},
      {"connect_flow_logs.jsonl", "amazon_connect_flow_logs", "connect", "", {}},
      {"web_segment.jsonl", "segment", "web", "", {}},
      {"zendesk_audits.jsonl", "demo_zendesk.yaml", "zendesk", "", {}},
      {"survey_answers.csv",
       "demo_surveys.yaml",
       "survey",
       "response_id,answered_at,contact_id,customer_no,score\n",
       {}},
      {"crm_customers.csv",
       "demo_customers.yaml",
       "crm",
       "customer_no,updated_at,phone,email,tier\n",
       {}},
      {"truth.csv", "", "", "source,stream,record_id,customer,interaction,engagement\n", {}},
  };
}

void ExportFiles::add(FileNumber file, TimeUs at, std::string text) {
  files_[file].rows.push_back({at, std::move(text)});
}

void ExportFiles::truth_row(std::string_view source, std::string_view stream,
                            std::string_view record_id, const Truth& truth) {
  add(kTruth, 0,
      fmt::format("{},{},{},{},{},{}\n", source, stream, record_id, truth.customer,
                  truth.interaction, truth.engagement));
}

void ExportFiles::call(const CallRecord& call, const Truth& truth) {
  const TimeUs updated = call.disconnected_at + (call.wrap_s + 60) * kUsPerSecond;
  add(kCalls, call.started_at,
      fmt::format(
          R"({{"ContactId":"{}","InitialContactId":{},"PreviousContactId":{},"Channel":"VOICE","InitiationMethod":"{}","InitiationTimestamp":"{}","ConnectedToSystemTimestamp":"{}","DisconnectTimestamp":"{}","DisconnectReason":{},"LastUpdateTimestamp":"{}","CustomerEndpoint":{},"SystemEndpoint":{{"Type":"TELEPHONE_NUMBER","Address":"+498001234567"}},"Queue":{},"Agent":{},"Attributes":{}}})"
          "\n",
          call.contact_id, json_or_null(call.initial_contact_id),
          json_or_null(call.previous_contact_id), call.initiation_method,
          seconds_utc(call.started_at), seconds_utc(call.started_at),
          seconds_utc(call.disconnected_at), json_or_null(call.disconnect_reason),
          seconds_utc(updated),
          call.phone.empty()
              ? std::string(R"({"Type":"TELEPHONE_NUMBER","Address":"anonymous"})")
              : fmt::format(R"({{"Type":"TELEPHONE_NUMBER","Address":"{}"}})", call.phone),
          queue_json(call), agent_json(call), attributes_json(call)));
  truth_row("connect", "ctr", call.contact_id, truth);
}

void ExportFiles::flow_block(std::string_view contact_id, TimeUs at, std::string_view block_type,
                             std::string_view block, std::string_view result) {
  add(kFlows, at,
      fmt::format(
          R"({{"ContactId":"{}","ContactFlowId":"arn:aws:connect:eu-central-1:000000000000:instance/demo/contact-flow/main","ContactFlowName":"Main menu","ContactFlowModuleType":"{}","Identifier":"{}","Timestamp":"{}","Parameters":{{}}{}}})"
          "\n",
          contact_id, block_type, block, milliseconds_utc(at),
          result.empty() ? std::string() : fmt::format(R"(,"Results":"{}")", result)));
}

void ExportFiles::web(std::string_view message_id, TimeUs at, std::string_view type,
                      std::string_view event, std::string_view anonymous_id,
                      std::string_view user_id, std::string_view properties, const Truth& truth) {
  const std::string time = milliseconds_utc(at);
  add(kWeb, at,
      fmt::format(
          R"({{"messageId":"{}","type":"{}",{}"anonymousId":"{}","userId":{},"properties":{},"originalTimestamp":"{}","sentAt":"{}","receivedAt":"{}","timestamp":"{}"}})"
          "\n",
          message_id, type,
          event.empty() ? std::string()
                        : fmt::format(R"("{}":"{}",)", type == "page" ? "name" : "event", event),
          anonymous_id, json_or_null(user_id), properties.empty() ? "{}" : properties, time, time,
          time, time));
  truth_row("web", "messages", message_id, truth);
}

void ExportFiles::ticket(std::string_view audit_id, std::string_view ticket_id, TimeUs at,
                         std::string_view author_id, std::string_view channel,
                         std::string_view email, std::string_view events, const Truth& truth) {
  add(kTickets, at,
      fmt::format(
          R"({{"id":{},"ticket_id":{},"created_at":"{}","author_id":{},"via":{{"channel":"{}","source":{{"from":{}}}}},"events":[{}]}})"
          "\n",
          audit_id, ticket_id, seconds_utc(at), author_id, channel,
          email.empty() ? std::string("{}") : fmt::format(R"({{"address":"{}"}})", email), events));
  truth_row("zendesk", "audits", audit_id, truth);
}

void ExportFiles::survey(std::string_view response_id, TimeUs at, std::string_view contact_id,
                         std::string_view customer_number, int score, const Truth& truth) {
  add(kSurveys, at,
      fmt::format("{},{},{},{},{}\n", response_id, seconds_utc(at), contact_id, customer_number,
                  score));
  truth_row("survey", "answers", response_id, truth);
}

void ExportFiles::customer(std::string_view customer_number, TimeUs valid_from,
                           std::string_view phone, std::string_view email, std::string_view tier) {
  add(kCustomers, valid_from,
      fmt::format("{},{},{},{},{}\n", customer_number, seconds_utc(valid_from), phone, email,
                  tier));
}

void ExportFiles::disturb(Noise noise, Random random) {
  if (noise == Noise::none) return;
  const double share = noise == Noise::low ? 0.01 : 0.06;
  for (const FileNumber file :
       {kCalls, kWeb, kTickets}) {  // streams with a record key: sent again is no new record
    std::vector<Row>& rows = files_[file].rows;
    const std::size_t original = rows.size();
    for (std::size_t i = 0; i < original; ++i) {
      const auto late_us = static_cast<std::int64_t>(random.exponential(3600)) * kUsPerSecond;
      if (random.chance(share))
        rows.push_back({rows[i].at + late_us, rows[i].text});
      else if (random.chance(share))
        rows[i].at += late_us;
    }
  }
}

Result<SimulationSummary> ExportFiles::write(const std::filesystem::path& folder) {
  SimulationSummary summary;
  CLEW_TRY_VOID(write_text(folder / "demo_surveys.yaml", kSurveyMapping));
  CLEW_TRY_VOID(write_text(folder / "demo_customers.yaml", kCustomerMapping));
  CLEW_TRY_VOID(write_text(folder / "demo_zendesk.yaml", kZendeskMapping));
  for (File& file : files_) {
    std::stable_sort(file.rows.begin(), file.rows.end(),
                     [](const Row& a, const Row& b) { return a.at < b.at; });
    std::string text(file.header);
    for (const Row& row : file.rows) text += row.text;
    CLEW_TRY_VOID(write_text(folder / file.name, text));
    if (file.mapping.empty()) continue;
    summary.files.push_back({std::string(file.name), std::string(file.mapping),
                             std::string(file.source), file.rows.size()});
    summary.records += file.rows.size();
  }
  return summary;
}

}  // namespace clewline::simulation
