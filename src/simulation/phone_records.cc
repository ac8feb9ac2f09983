#include <fmt/format.h>

#include <algorithm>

#include "simulation/recorder.h"

namespace clewline::simulation {
namespace {

constexpr std::string_view kConnect = "connect";
constexpr std::string_view kRecords = "ctr";

void put_digits(char*& out, int number, int width) {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  out += width;
}

char* put_time(char* out, const CivilTime& civil) {
  put_digits(out, civil.year, 4);
  *out++ = '-';
  put_digits(out, civil.month, 2);
  *out++ = '-';
  put_digits(out, civil.day, 2);
  *out++ = 'T';
  put_digits(out, civil.hour, 2);
  *out++ = ':';
  put_digits(out, civil.minute, 2);
  *out++ = ':';
  put_digits(out, civil.second, 2);
  return out;
}

std::string json_or_null(std::string_view text) {
  return text.empty() ? "null" : fmt::format("\"{}\"", text);
}

std::string time_or_null(TimeUs time) {
  return time == kNoTime ? "null" : fmt::format("\"{}\"", seconds_utc(time));
}

std::string queue_json(const CallRecord& call) {
  if (call.queue.empty()) return "null";
  const TimeUs left = call.dequeued_at == kNoTime ? call.disconnected_at : call.dequeued_at;
  return fmt::format(
      R"({{"ARN":"arn:aws:connect:eu-central-1:000000000000:instance/demo/queue/{0}","Name":"{0}","EnqueueTimestamp":"{1}","DequeueTimestamp":"{2}","Duration":{3}}})",
      call.queue, seconds_utc(call.enqueued_at), seconds_utc(left),
      (left - call.enqueued_at) / kUsPerSecond);
}

std::string agent_json(const CallRecord& call, bool finished) {
  if (call.connected_at == kNoTime) return "null";
  const TimeUs met = std::max(call.connected_at, call.reached_at);
  const std::int64_t handled_s = (call.disconnected_at - met) / kUsPerSecond;
  std::string json = fmt::format(
      R"({{"ARN":"arn:aws:connect:eu-central-1:000000000000:instance/demo/agent/{0}","Username":"{0}","ConnectedToAgentTimestamp":"{1}","AgentInteractionDuration":{2},"CustomerHoldDuration":{3},"NumberOfHolds":{4})",
      call.agent, seconds_utc(call.connected_at), handled_s - call.hold_s, call.hold_s,
      call.hold_s > 0 ? 1 : 0);
  if (finished && call.wrap_s >= 0)
    json += fmt::format(
        R"(,"AfterContactWorkDuration":{},"AfterContactWorkStartTimestamp":"{}","AfterContactWorkEndTimestamp":"{}")",
        call.wrap_s, seconds_utc(call.disconnected_at),
        seconds_utc(call.disconnected_at + call.wrap_s * kUsPerSecond));
  return json + "}";
}

std::string attributes_json(const CallRecord& call) {
  std::string attributes;
  const auto add = [&attributes](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    attributes += fmt::format("{}\"{}\":\"{}\"", attributes.empty() ? "" : ",", name, value);
  };
  add("customerId", call.customer_no);
  add("intent", call.intent);
  add("orderId", call.order_id);
  if (call.case_number != 0) add("caseId", std::to_string(call.case_number));
  add("wrapUp", call.wrap_up);
  add("onBehalfOf", call.on_behalf_of);
  add("relation", call.relation);
  return "{" + attributes + "}";
}

std::string record_json(const CallRecord& call, TimeUs updated, bool finished) {
  const bool dialled = call.method == "OUTBOUND" || call.method == "CALLBACK";
  const TimeUs to_system = dialled ? call.reached_at : call.started_at;
  return fmt::format(
      R"({{"ContactId":"{}","InitialContactId":{},"PreviousContactId":{},"NextContactId":{},"Channel":"VOICE","InitiationMethod":"{}","InitiationTimestamp":"{}","ConnectedToSystemTimestamp":{},"TransferCompletedTimestamp":{},"DisconnectTimestamp":"{}","DisconnectReason":"{}","LastUpdateTimestamp":"{}","CustomerEndpoint":{{"Type":"TELEPHONE_NUMBER","Address":"{}"}},"SystemEndpoint":{{"Type":"TELEPHONE_NUMBER","Address":"+498001234567"}},"Queue":{},"Agent":{},"Attributes":{}}})"
      "\n",
      call.contact_id, json_or_null(call.initial_contact_id),
      json_or_null(call.previous_contact_id), json_or_null(call.next_contact_id), call.method,
      seconds_utc(call.started_at), time_or_null(to_system), time_or_null(call.transferred_at),
      seconds_utc(call.disconnected_at), call.disconnect_reason, seconds_utc(updated),
      call.phone.empty() ? std::string_view("anonymous") : std::string_view(call.phone),
      queue_json(call), agent_json(call, finished), attributes_json(call));
}

}  // namespace

std::string seconds_utc(TimeUs time) {
  char text[20];
  char* end = put_time(text, civil_from_us(time));
  *end++ = 'Z';
  return {text, end};
}

std::string milliseconds_utc(TimeUs time) {
  char text[24];
  const CivilTime civil = civil_from_us(time);
  char* end = put_time(text, civil);
  *end++ = '.';
  put_digits(end, civil.microsecond / 1000, 3);
  *end++ = 'Z';
  return {text, end};
}

void Recorder::call(CallRecord call, const CallPlaces& places) {
  if (loses_id()) call.phone.clear();
  if (loses_id()) call.customer_no.clear();
  if (loses_id()) call.case_number = 0;
  const TimeUs updated =
      call.disconnected_at + (std::max<std::int64_t>(call.wrap_s, 0) + 60) * kUsPerSecond;
  if (random_.chance(noise_.revised) && call.connected_at != kNoTime) {
    // The unfinished version: without wrap-up, and now and then after the finished one.
    const TimeUs early = call.disconnected_at + 5 * kUsPerSecond;
    const bool last = random_.chance(noise_.out_of_order);
    files_.add(Export::calls, last ? updated + 600 * kUsPerSecond : early,
               record_json(call, early, false));
  }
  files_.add(Export::calls, updated, record_json(call, updated, true));
  call_truth(call, places);
}

void Recorder::call_truth(const CallRecord& call, const CallPlaces& places) {
  const auto event = [&](std::string_view type, const Place& place) {
    truth_.record_event(kConnect, kRecords, call.contact_id, type, place);
  };
  const bool inbound = call.method == "INBOUND";
  const bool callback = call.method == "CALLBACK";
  const bool dialled = callback || call.method == "OUTBOUND";
  const bool met = call.connected_at != kNoTime && (!dialled || call.reached_at != kNoTime);
  // What says when the whole contact began and ended goes with its first part.
  const Place& whole = inbound ? places.menu : met && dialled ? places.agent : places.queue;
  if (!callback) event("contact.started", whole);
  if (call.method == "OUTBOUND") event("outbound.attempted", places.queue);
  if (callback) event("callback.requested", places.menu);
  if (inbound) {
    event("ivr.entered", places.menu);
    event("ivr.exited", places.menu);
  }
  if (!callback && call.enqueued_at != kNoTime) {
    event("queue.entered", places.queue);
    const bool served = call.connected_at != kNoTime;
    const bool passed_on = !call.next_contact_id.empty() && !served;
    event(served || passed_on ? "queue.left" : "queue.abandoned", places.queue);
  }
  if (callback && call.connected_at != kNoTime) event("callback.attempted", places.queue);
  if (callback && met) event("callback.connected", places.agent);
  if (met) event("agent.connected", places.agent);
  if (call.transferred_at != kNoTime) event("transfer.blind", places.agent);
  if (met) event("agent.disconnected", places.agent);
  if (met && call.wrap_s >= 0) event("wrapup.interval", places.agent);
  event("contact.ended", whole);
}

void Recorder::flow_block(std::string_view contact_id, TimeUs at, std::string_view block_type,
                          std::string_view block, std::string_view result) {
  files_.add(
      Export::flows, at,
      fmt::format(
          R"({{"ContactId":"{}","ContactFlowId":"arn:aws:connect:eu-central-1:000000000000:instance/demo/contact-flow/main","ContactFlowName":"Main menu","ContactFlowModuleType":"{}","Identifier":"{}","Timestamp":"{}","Parameters":{{}}{}}})"
          "\n",
          contact_id, block_type, block, milliseconds_utc(at),
          result.empty() ? std::string() : fmt::format(R"(,"Results":"{}")", result)));
}

void Recorder::flow_truth(std::string_view contact_id, const Place& menu) {
  truth_.session_events(kConnect, "flow_log", contact_id, {}, menu);
}

void Recorder::hotline_call(const HotlineCall& call, const Place& queue, const Place& agent) {
  const auto seconds = [](TimeUs from, TimeUs to) { return (to - from) / kUsPerSecond; };
  const auto line = [&](TimeUs at, std::string_view who, std::string_view rest) {
    const TimeUs written = at + noise_.hotline_skew_us;
    files_.add(Export::hotline, written,
               fmt::format("{}|{}|{}|{}|{}\n", written / kUsPerSecond, call.call_id, call.queue,
                           who, rest));
  };
  const auto event = [&](std::string_view type, const Place& place) {
    truth_.session_events("hotline", "queue_log", call.call_id, type, place);
  };
  const std::string phone = call.phone.empty() || loses_id() ? "anonymous" : call.phone;
  line(call.entered_at, "NONE", fmt::format("ENTERQUEUE||{}|1", phone));
  event("queue.entered", queue);
  if (call.connected_at == kNoTime) {
    line(call.ended_at, "NONE",
         fmt::format("ABANDON|1|1|{}", seconds(call.entered_at, call.ended_at)));
    event("queue.abandoned", queue);
    return;
  }
  const std::int64_t waited = seconds(call.entered_at, call.connected_at);
  line(call.connected_at, call.agent, fmt::format("CONNECT|{}|{}.1|6", waited, call.call_id));
  line(call.ended_at, call.agent,
       fmt::format("COMPLETECALLER|{}|{}|1", waited, seconds(call.connected_at, call.ended_at)));
  event("agent.connected", agent);
  event("agent.disconnected", agent);
}

}  // namespace clewline::simulation
