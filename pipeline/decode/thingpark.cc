#include "pipeline/decode/thingpark.h"

#include <array>

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/text_value.h"

namespace senne::decode {
namespace {

struct Event {
  std::string_view member;
  SuppressedReason reason;
};
constexpr std::array<Event, 6> suppressed_events = {{
    {"DevEUI_location", SuppressedReason::location},
    {"DevEUI_downlink_Sent", SuppressedReason::downlink},
    {"DevEUI_downlink_Rejected", SuppressedReason::downlink},
    {"DevEUI_downlink", SuppressedReason::downlink},
    {"DevEUI_multicast_summary", SuppressedReason::downlink},
    {"DevEUI_notification", SuppressedReason::status},
}};

// A number, or a text that is one.
std::optional<double> degrees(object place, std::string_view name) {
  const auto text = text_member(place, name);
  return text ? double_in(*text) : number_member(place, name);
}

// Where its owner says that it stands. LrrLAT and LrrLON are the gateway's.
std::optional<Location> location_of_customer(object uplink) {
  const auto customer = object_member(uplink, "CustomerData");
  const auto place = customer ? object_member(*customer, "loc") : std::nullopt;
  if (!place) return std::nullopt;
  return location_at(degrees(*place, "lat"), degrees(*place, "lon"));
}

}  // namespace

ThingparkDecoder::ThingparkDecoder(const Route& route, DeviceCodecs* codecs)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      bytes_(codecs, route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult ThingparkDecoder::decode(const Message& message, Instant /*receive_time*/,
                                      Decoded& out) {
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  if (const auto uplink = object_member(*root, "DevEUI_uplink")) {
    return decode_uplink(*uplink, out);
  }
  for (const Event& event : suppressed_events) {
    const auto body = object_member(*root, event.member);
    if (!body) continue;
    const auto type = text_member(*body, "Type");
    return suppressed(type && *type == "join" ? SuppressedReason::join : event.reason);
  }
  return rejected(DeadLetterReason::malformed,
                  "expected an event of ThingPark, such as /DevEUI_uplink");
}

DecodeResult ThingparkDecoder::decode_uplink(object uplink, Decoded& out) {
  const auto sent = text_member(uplink, "DevEUI");
  const auto eui = sent ? DevEui::parse(*sent) : std::nullopt;
  if (!eui) {
    return rejected(DeadLetterReason::malformed,
                    "expected 16 hexadecimal digits at /DevEUI_uplink/DevEUI");
  }
  Report report;
  report.device = out.keep(eui->text());
  if (const auto counter = member(uplink, "FCntUp")) {
    report.sequence = keep_counter(*counter, out);
  }
  report.time = rfc3339_time_member(uplink, "Time");
  report.location = location_of_customer(uplink);
  hear(uplink, "LrrRSSI", "LrrSNR", out.link);
  if (const auto decoded = object_member(uplink, "payload")) {
    if (!fields_.append(*decoded, nullptr, out)) return too_many_readings(readings_limit_);
    if (!out.readings.empty()) {
      add_report(report, 0, out);
      return {};
    }
  }
  const auto bytes = text_member(uplink, "payload_hex");
  if (!bytes || bytes->empty()) {
    return rejected(DeadLetterReason::malformed,
                    "expected the bytes of a device at /DevEUI_uplink/payload_hex, found an uplink "
                    "without payload");
  }
  return bytes_.decode(
      {*bytes, BytesEncoding::hex, "/DevEUI_uplink/payload_hex", port_of(uplink, "FPort")}, report,
      out);
}

}  // namespace senne::decode
