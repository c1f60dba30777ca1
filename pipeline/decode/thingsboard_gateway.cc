#include "pipeline/decode/thingsboard_gateway.h"

#include <fmt/format.h>

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {

ThingsboardGatewayDecoder::ThingsboardGatewayDecoder(const Route& route)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult ThingsboardGatewayDecoder::decode(const Message& message, Instant /*receive_time*/,
                                               Decoded& out) {
  for (const std::string_view other : {"/attributes", "/connect", "/disconnect", "/claim"}) {
    if (message.topic.ends_with(other)) return suppressed(SuppressedReason::status);
  }
  if (message.topic.ends_with("/rpc")) return suppressed(SuppressedReason::command);
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  std::size_t moments = 0;
  for (const auto field : *root) {
    array several;
    moments += field.value.get(several) == simdjson::SUCCESS ? several.size() : 1;
  }
  expect_reports(moments, readings_limit_, out);
  for (const auto field : *root) {
    if (auto appended = append_device(field.key, field.value, out); !appended) return appended;
  }
  if (!out.reports.empty()) return {};
  return rejected(DeadLetterReason::malformed, "expected a device with values");
}

DecodeResult ThingsboardGatewayDecoder::append_device(std::string_view device, element telemetry,
                                                      Decoded& out) {
  if (device.empty()) {
    return rejected(DeadLetterReason::malformed, "expected the name of a device as member");
  }
  const std::string_view kept = out.keep(device);
  array moments;
  if (telemetry.get(moments) != simdjson::SUCCESS) return append_moment(kept, telemetry, out);
  for (const auto moment : moments) {
    if (auto appended = append_moment(kept, moment, out); !appended) return appended;
  }
  return {};
}

// {"ts": ..., "values": {...}}, or the values alone: then it is now.
DecodeResult ThingsboardGatewayDecoder::append_moment(std::string_view device, element moment,
                                                      Decoded& out) {
  object fields;
  if (moment.get(fields) != simdjson::SUCCESS) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected objects with /ts and /values below {}", device));
  }
  Report report;
  report.device = device;
  const auto values = object_member(fields, "values");
  if (values && member(fields, "ts")) {
    report.time = epoch_time_member(fields, "ts", EpochUnit::milliseconds);
    fields = *values;
  }
  const std::size_t first = out.readings.size();
  if (!fields_.append(fields, nullptr, out)) return too_many_readings(readings_limit_);
  if (out.readings.size() > first) add_report(report, first, out);
  return {};
}

}  // namespace senne::decode
