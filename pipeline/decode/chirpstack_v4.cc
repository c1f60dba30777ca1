#include "pipeline/decode/chirpstack_v4.h"

#include <fmt/format.h>

#include <array>

#include "pipeline/decode/chirpstack_topic.h"
#include "pipeline/decode/json_time.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

using Event = ChirpstackEvent;

// Members that only one event has. Fields with their default value are omitted, so that a body may
// have none of them: then it does not contradict any topic.
struct Shape {
  std::string_view member;
  Event event;
};
constexpr std::array<Shape, 24> shapes = {{{"integrationName", Event::integration},
                                           {"level", Event::log},
                                           {"code", Event::log},
                                           {"description", Event::log},
                                           {"downlinkId", Event::txack},
                                           {"gatewayId", Event::txack},
                                           {"acknowledged", Event::ack},
                                           {"queueItemId", Event::ack},
                                           {"object", Event::up},
                                           {"data", Event::up},
                                           {"rxInfo", Event::up},
                                           {"txInfo", Event::up},
                                           {"fCnt", Event::up},
                                           {"fPort", Event::up},
                                           {"dr", Event::up},
                                           {"adr", Event::up},
                                           {"confirmed", Event::up},
                                           {"location", Event::location},
                                           {"margin", Event::status},
                                           {"batteryLevel", Event::status},
                                           {"externalPowerSource", Event::status},
                                           {"batteryLevelUnavailable", Event::status},
                                           {"devAddr", Event::join},
                                           {"eventType", Event::integration}}};

std::optional<Event> event_of_body(object root) {
  for (const auto& shape : shapes) {
    if (member(root, shape.member)) return shape.event;
  }
  return std::nullopt;
}

// An uplink with nothing but an address looks like a join, an acknowledgement of a transmission
// like one of a downlink.
bool agree(Event topic, std::optional<Event> body) {
  if (!body || *body == topic) return true;
  return (topic == Event::up && *body == Event::join) ||
         (topic == Event::txack && *body == Event::ack) ||
         (topic == Event::location && *body == Event::status);
}

}  // namespace

ChirpstackV4Decoder::ChirpstackV4Decoder(const Route& route, DeviceCodecs* codecs)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      sensecap_(route.limits.readings_per_message),
      bytes_(codecs, route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult ChirpstackV4Decoder::decode(const Message& message, Instant /*receive_time*/,
                                         Decoded& out) {
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  const auto topic = chirpstack_topic(message.topic);
  if (topic && topic->event == Event::command) return suppressed(SuppressedReason::command);
  const auto info = object_member(*root, "deviceInfo");
  if (!info) {
    if (member(*root, "applicationID") || member(*root, "devEUI")) {
      return rejected(DeadLetterReason::unsupported_version,
                      "expected /deviceInfo of ChirpStack v4, found an event of ChirpStack v3");
    }
    return rejected(DeadLetterReason::malformed, "expected an object at /deviceInfo");
  }
  const auto sent_eui = text_member(*info, "devEui");
  const auto eui = sent_eui ? DevEui::parse(*sent_eui) : std::nullopt;
  if (!eui) {
    return rejected(DeadLetterReason::malformed,
                    "expected 16 hexadecimal digits at /deviceInfo/devEui");
  }
  if (topic) {
    const auto named = DevEui::parse(topic->device);
    if (!named || named->text() != eui->text()) {
      return wrong_device(topic->device, "/deviceInfo/devEui", eui->text());
    }
  }
  const auto body = event_of_body(*root);
  const auto event = topic && topic->event ? topic->event : body;
  if (!event) {
    return rejected(DeadLetterReason::malformed,
                    topic ? fmt::format("expected an event of ChirpStack v4 as last level of the "
                                        "topic, found {}",
                                        topic->event_name)
                          : "expected members of an event of ChirpStack v4 beside /deviceInfo");
  }
  if (!agree(*event, body)) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected the body of event {} of the topic, found another's",
                                topic->event_name));
  }
  const std::string_view device = out.keep(eui->text());
  if (*event == Event::status) {
    Report report;
    report.device = device;
    out.link.battery = chirpstack_battery(true_member(*root, "externalPowerSource"),
                                          true_member(*root, "batteryLevelUnavailable"),
                                          number_member(*root, "batteryLevel"));
    return only_heard(report, out);
  }
  if (*event != Event::up) return suppressed(reason_of(*event));
  return decode_uplink(*root, device, out);
}

DecodeResult ChirpstackV4Decoder::decode_uplink(object root, std::string_view device,
                                                Decoded& out) {
  Report report;
  report.device = device;
  bool sensecap = false;
  if (const auto decoded = member(root, "object")) {
    object fields;
    if (decoded->get(fields) != simdjson::SUCCESS) {
      return rejected(DeadLetterReason::malformed, "expected an object at /object");
    }
    sensecap = Sensecap::is_of(fields);
    const bool within = sensecap ? sensecap_.append(fields, report.location, out)
                                 : fields_.append(fields, nullptr, out);
    if (!within) return too_many_readings(readings_limit_);
  }
  const auto counter = member(root, "fCnt");
  report.sequence = counter ? keep_counter(*counter, out) : std::string_view("0");
  report.time = rfc3339_time_member(root, "time");
  hear_all(root, "rxInfo", "rssi", "snr", out.link);
  if (!out.readings.empty()) {
    add_report(report, 0, out);
    return {};
  }
  const auto bytes = text_member(root, "data");
  if (!bytes || bytes->empty() || sensecap) return only_heard(report, out);
  return bytes_.decode({*bytes, BytesEncoding::base64, "/data", port_of(root, "fPort")}, report,
                       out);
}

}  // namespace senne::decode
