#include "pipeline/decode/chirpstack_v3.h"

#include <fmt/format.h>

#include <array>

#include "pipeline/decode/chirpstack_topic.h"
#include "pipeline/decode/json_time.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

using Event = ChirpstackEvent;

// Members that only one event has, for topics that do not say which it is.
struct Shape {
  std::string_view member;
  Event event;
};
constexpr std::array<Shape, 12> shapes = {{{"data", Event::up},
                                           {"object", Event::up},
                                           {"objectJSON", Event::up},
                                           {"fPort", Event::up},
                                           {"acknowledged", Event::ack},
                                           {"error", Event::log},
                                           {"integrationName", Event::integration},
                                           {"location", Event::location},
                                           {"margin", Event::status},
                                           {"battery", Event::status},
                                           {"batteryLevel", Event::status},
                                           {"devAddr", Event::join}}};

std::optional<Event> event_of_body(object root) {
  for (const auto& shape : shapes) {
    if (member(root, shape.member)) return shape.event;
  }
  return std::nullopt;
}

// In hexadecimal digits, or, as its protobuf JSON has it, 8 bytes in base64.
std::optional<DevEui> eui_of(std::string_view text) {
  if (const auto eui = DevEui::parse(text)) return eui;
  std::string bytes;
  if (text.size() > 12 || !bytes_from_base64(text, bytes) || bytes.size() != 8) {
    return std::nullopt;
  }
  std::string digits;
  for (const char byte : bytes) digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return DevEui::parse(digits);
}

// The network server's own, else that of the first gateway which knows it.
SentTime time_of(object root) {
  if (member(root, "time")) return rfc3339_time_member(root, "time");
  const auto gateways = array_member(root, "rxInfo");
  if (!gateways) return {};
  for (const auto item : *gateways) {
    object gateway;
    if (item.get(gateway) != simdjson::SUCCESS) continue;
    if (!member(gateway, "time")) continue;
    SentTime time = rfc3339_time_member(gateway, "time");
    time.from = "rxInfo[].time";
    return time;
  }
  return {};
}

// In percent; of versions before 3.3 as LoRaWAN has it.
std::optional<double> battery_of_status(object root) {
  if (const auto percent = number_member(root, "batteryLevel")) {
    return chirpstack_battery(true_member(root, "externalPowerSource"),
                              true_member(root, "batteryLevelUnavailable"), percent);
  }
  return battery_of(number_member(root, "battery"));
}

}  // namespace

ChirpstackV3Decoder::ChirpstackV3Decoder(const Route& route, DeviceCodecs* codecs)
    : json_(route.limits),
      inner_(route.limits),
      fields_(route.limits.readings_per_message),
      sensecap_(route.limits.readings_per_message),
      bytes_(codecs, route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult ChirpstackV3Decoder::decode(const Message& message, Instant /*receive_time*/,
                                         Decoded& out) {
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  const auto topic = chirpstack_topic(message.topic);
  if (topic && topic->event == Event::command) return suppressed(SuppressedReason::command);
  if (member(*root, "deviceInfo")) {
    return rejected(DeadLetterReason::unsupported_version,
                    "expected an event of ChirpStack v3, found /deviceInfo of v4");
  }
  const auto sent = text_member(*root, "devEUI");
  const auto eui = sent ? eui_of(*sent) : std::nullopt;
  if (!eui) {
    return rejected(DeadLetterReason::malformed,
                    "expected 16 hexadecimal digits, or 8 bytes in base64, at /devEUI");
  }
  if (topic) {
    const auto named = DevEui::parse(topic->device);
    if (!named || named->text() != eui->text()) {
      return wrong_device(topic->device, "/devEUI", eui->text());
    }
  }
  const auto event = topic && topic->event ? topic->event : event_of_body(*root);
  if (!event) {
    return rejected(DeadLetterReason::malformed,
                    "expected members of an event of ChirpStack v3 beside /devEUI");
  }
  Report report;
  report.device = out.keep(eui->text());
  if (*event == Event::status) {
    out.link.battery = battery_of_status(*root);
    return only_heard(report, out);
  }
  if (*event != Event::up) return suppressed(reason_of(*event));
  const auto counter = member(*root, "fCnt");
  report.sequence = counter ? keep_counter(*counter, out) : std::string_view("0");
  report.time = time_of(*root);
  hear_all(*root, "rxInfo", "rssi", "loRaSNR", out.link);
  return decode_uplink(*root, report, out);
}

DecodeResult ChirpstackV3Decoder::decode_uplink(object root, Report& report, Decoded& out) {
  bool sensecap = false;
  if (const auto fields = object_member(root, "object")) {
    if (auto appended = append_fields(*fields, report, sensecap, out); !appended) return appended;
  } else if (const auto json = text_member(root, "objectJSON"); json && !json->empty()) {
    if (auto appended = append_text(*json, report, sensecap, out); !appended) return appended;
  }
  if (!out.readings.empty()) {
    add_report(report, 0, out);
    return {};
  }
  const auto bytes = text_member(root, "data");
  if (!bytes || bytes->empty() || sensecap) return only_heard(report, out);
  return bytes_.decode({*bytes, BytesEncoding::base64, "/data", port_of(root, "fPort")}, report,
                       out);
}

DecodeResult ChirpstackV3Decoder::append_fields(object fields, Report& report, bool& sensecap,
                                                Decoded& out) {
  sensecap = Sensecap::is_of(fields);
  const bool within = sensecap ? sensecap_.append(fields, report.location, out)
                               : fields_.append(fields, nullptr, out);
  if (!within) return too_many_readings(readings_limit_);
  return {};
}

DecodeResult ChirpstackV3Decoder::append_text(std::string_view json, Report& report, bool& sensecap,
                                              Decoded& out) {
  inner_text_.assign(json);
  inner_text_.append(payload_padding, ' ');
  Message message;
  message.payload = std::string_view(inner_text_).substr(0, json.size());
  message.payload_length = json.size();
  auto fields = inner_.parse_object(message);
  if (!fields) {
    if (auto* why = std::get_if<Rejected>(&fields.error())) {
      why->detail.insert(0, "in the text at /objectJSON: ");
    }
    return tl::unexpected(fields.error());
  }
  return append_fields(*fields, report, sensecap, out);
}

}  // namespace senne::decode
