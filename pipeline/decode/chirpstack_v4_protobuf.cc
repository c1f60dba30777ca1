#include "pipeline/decode/chirpstack_v4_protobuf.h"

#include <fmt/format.h>

#include <bit>

#include "pipeline/decode/chirpstack_topic.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/wire_fields.h"

namespace senne::decode {
namespace {

using Kind = WireField::Kind;

// integration.UplinkEvent of chirpstack/chirpstack, api/proto/integration/integration.proto.
struct Uplink {
  std::string_view time;         // 2, google.protobuf.Timestamp
  std::string_view device_info;  // 3
  std::uint64_t counter = 0;     // 7, f_cnt
  std::uint64_t port = 0;        // 8, f_port
  std::string_view data;         // 10
  std::string_view object;       // 11, google.protobuf.Struct
  Link link;                     // of 12, rx_info
};

// rssi and snr of gw.UplinkRxInfo; what is 0 is omitted.
void hear_gateway(std::string_view rx_info, Link& link) {
  WireFields fields(rx_info);
  WireField field;
  std::int32_t rssi = 0;
  float snr = 0;
  while (fields.next(field)) {
    if (field.is(6, Kind::varint)) rssi = static_cast<std::int32_t>(field.integer);
    if (field.is(7, Kind::fixed32)) {
      snr = std::bit_cast<float>(static_cast<std::uint32_t>(field.integer));
    }
  }
  if (!fields.broken()) hear(static_cast<double>(rssi), static_cast<double>(snr), link);
}

// integration.StatusEvent.
struct Status {
  std::string_view device_info;         // 3
  bool external_power = false;          // 6, external_power_source
  bool battery_unavailable = false;     // 7, battery_level_unavailable
  std::optional<double> battery_level;  // 8, %
};

bool read(std::string_view message, Status& status) {
  WireFields fields(message);
  WireField field;
  while (fields.next(field)) {
    if (field.is(3, Kind::bytes)) status.device_info = field.bytes;
    if (field.is(6, Kind::varint)) status.external_power = field.integer != 0;
    if (field.is(7, Kind::varint)) status.battery_unavailable = field.integer != 0;
    if (field.is(8, Kind::fixed32)) {
      status.battery_level = std::bit_cast<float>(static_cast<std::uint32_t>(field.integer));
    }
  }
  return !fields.broken();
}

bool read(std::string_view message, Uplink& uplink) {
  WireFields fields(message);
  WireField field;
  while (fields.next(field)) {
    if (field.is(2, Kind::bytes)) uplink.time = field.bytes;
    if (field.is(3, Kind::bytes)) uplink.device_info = field.bytes;
    if (field.is(7, Kind::varint)) uplink.counter = field.integer;
    if (field.is(8, Kind::varint)) uplink.port = field.integer;
    if (field.is(10, Kind::bytes)) uplink.data = field.bytes;
    if (field.is(11, Kind::bytes)) uplink.object = field.bytes;
    if (field.is(12, Kind::bytes)) hear_gateway(field.bytes, uplink.link);
  }
  return !fields.broken();
}

// dev_eui of integration.DeviceInfo.
std::optional<DevEui> eui_of(std::string_view device_info) {
  WireFields fields(device_info);
  WireField field;
  std::string_view text;
  while (fields.next(field)) {
    if (field.is(8, Kind::bytes)) text = field.bytes;
  }
  return fields.broken() ? std::nullopt : DevEui::parse(text);
}

// google.protobuf.Timestamp: seconds, and nanoseconds from 0 to 999,999,999.
SentTime time_of(std::string_view message) {
  SentTime time;
  time.from = "time";
  if (message.empty()) return time;
  WireFields fields(message);
  WireField field;
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  while (fields.next(field)) {
    if (field.is(1, Kind::varint)) seconds = static_cast<std::int64_t>(field.integer);
    if (field.is(2, Kind::varint)) nanos = static_cast<std::int64_t>(field.integer);
  }
  constexpr std::int64_t nanos_per_second = 1'000'000'000;
  std::int64_t total = 0;
  if (fields.broken() || nanos < 0 || nanos >= nanos_per_second ||
      __builtin_mul_overflow(seconds, nanos_per_second, &total) ||
      __builtin_add_overflow(total, nanos, &total)) {
    time.malformed = true;
  } else {
    time.start = instant_from_nanos(total);
  }
  return time;
}

}  // namespace

ChirpstackV4ProtobufDecoder::ChirpstackV4ProtobufDecoder(const Route& route, DeviceCodecs* codecs)
    : fields_(route.limits.readings_per_message, route.limits.depth),
      bytes_(codecs, route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message),
      depth_max_(route.limits.depth) {}

// What cannot be read, or is another device's than the topic's, says nothing.
DecodeResult ChirpstackV4ProtobufDecoder::decode_status(std::string_view payload,
                                                        std::string_view named, Decoded& out) {
  Status status;
  if (!read(payload, status)) return suppressed(SuppressedReason::status);
  const auto eui = eui_of(status.device_info);
  const auto of_topic = DevEui::parse(named);
  if (!eui || !of_topic || of_topic->text() != eui->text()) {
    return suppressed(SuppressedReason::status);
  }
  Report report;
  report.device = out.keep(eui->text());
  out.link.battery =
      chirpstack_battery(status.external_power, status.battery_unavailable, status.battery_level);
  return only_heard(report, out);
}

// The bytes of the events look alike, so the topic must say which one it is.
DecodeResult ChirpstackV4ProtobufDecoder::decode(const Message& message, Instant /*receive_time*/,
                                                 Decoded& out) {
  const auto topic = chirpstack_topic(message.topic);
  if (!topic || !topic->event) {
    return rejected(DeadLetterReason::malformed,
                    "expected a topic application/{id}/device/{devEui}/event/{event}: the payload "
                    "does not say which event it is");
  }
  if (*topic->event == ChirpstackEvent::status) {
    return decode_status(message.payload, topic->device, out);
  }
  if (*topic->event != ChirpstackEvent::up) return suppressed(reason_of(*topic->event));
  Uplink uplink;
  if (!read(message.payload, uplink)) {
    return rejected(DeadLetterReason::malformed, "expected a protobuf UplinkEvent");
  }
  const auto eui = eui_of(uplink.device_info);
  if (!eui) {
    return rejected(DeadLetterReason::malformed,
                    "expected 16 hexadecimal digits as dev_eui of device_info");
  }
  const auto named = DevEui::parse(topic->device);
  if (!named || named->text() != eui->text()) {
    return wrong_device(topic->device, "device_info.dev_eui", eui->text());
  }
  Report report;
  report.device = out.keep(eui->text());
  report.sequence = keep_integer(uplink.counter, out);
  report.time = time_of(uplink.time);
  out.link = uplink.link;
  switch (fields_.append(uplink.object, out)) {
    case StructFields::Result::done:
      break;
    case StructFields::Result::broken:
      return rejected(DeadLetterReason::malformed, "expected a protobuf Struct as object");
    case StructFields::Result::too_many:
      return too_many_readings(readings_limit_);
    case StructFields::Result::too_deep:
      return rejected(DeadLetterReason::too_deep,
                      fmt::format("expected at most {} levels of nesting", depth_max_));
  }
  if (!out.readings.empty()) {
    add_report(report, 0, out);
    return {};
  }
  if (uplink.data.empty()) return only_heard(report, out);
  constexpr std::uint64_t port_max = 255;
  const int port = uplink.port <= port_max ? static_cast<int>(uplink.port) : 0;
  return bytes_.decode({uplink.data, BytesEncoding::none, "data", port}, report, out);
}

}  // namespace senne::decode
