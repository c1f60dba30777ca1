#include "pipeline/decode/tts_v3.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "pipeline/decode/json_lines.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/parts.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {
namespace {

// How far a gateway's clock may be from the network's before the network's is believed.
constexpr Duration oldest_gateway_time = std::chrono::hours{24};
constexpr Duration newest_gateway_time = std::chrono::minutes{5};

// Messages of the network about a device that are no observation, by the member that holds them.
struct Event {
  std::string_view member;
  SuppressedReason reason;
};
constexpr std::array<Event, 10> suppressed_events = {{
    {"join_accept", SuppressedReason::join},
    {"location_solved", SuppressedReason::location},
    {"service_data", SuppressedReason::status},
    {"downlink_ack", SuppressedReason::ack},
    {"downlink_nack", SuppressedReason::ack},
    {"downlink_sent", SuppressedReason::downlink},
    {"downlink_failed", SuppressedReason::downlink},
    {"downlink_queued", SuppressedReason::downlink},
    {"downlink_queue_invalidated", SuppressedReason::downlink},
    {"downlinks", SuppressedReason::downlink},  // what applications publish to down/push, replace
}};

std::optional<SuppressedReason> suppressed_event(object root) {
  for (const auto& event : suppressed_events) {
    if (root.at_key(event.member).error() == simdjson::SUCCESS) return event.reason;
  }
  return std::nullopt;
}

// Events of the network's parts (`ns.up.data.process`) tell how a message fared, not what it says.
SuppressedReason reason_of_event(std::string_view name) {
  struct Kind {
    std::string_view level;
    SuppressedReason reason;
  };
  constexpr std::array<Kind, 4> kinds = {{{".join.", SuppressedReason::join},
                                          {".down.", SuppressedReason::downlink},
                                          {".location.", SuppressedReason::location},
                                          {".service.", SuppressedReason::status}}};
  for (const Kind& kind : kinds) {
    if (name.find(kind.level) != name.npos) return kind.reason;
  }
  return SuppressedReason::log;
}

// The device of `v3/{application}/devices/{device}/...`; nothing for topics of another shape.
std::optional<std::string_view> device_of_topic(std::string_view topic) {
  std::array<std::string_view, 5> levels;
  if (split_topic(topic, levels) < 5 || levels[0] != "v3" || levels[2] != "devices") {
    return std::nullopt;
  }
  return levels[3];
}

tl::expected<void, NotDecoded> identify(object root, std::string_view topic, Report& report,
                                        Decoded& out) {
  const auto ids = object_member(root, "end_device_ids");
  const auto id = ids ? text_member(*ids, "device_id") : std::nullopt;
  const auto sent_eui = ids ? text_member(*ids, "dev_eui") : std::nullopt;
  if ((!id || id->empty()) && (!sent_eui || sent_eui->empty())) {
    return rejected(DeadLetterReason::malformed,
                    "expected a device id at /end_device_ids/device_id or /end_device_ids/dev_eui");
  }
  const auto named = device_of_topic(topic);
  if (named && id && !id->empty() && *named != *id) {
    return wrong_device(*named, "/end_device_ids/device_id", *id);
  }
  if (id) report.other_device = out.keep(*id);
  if (!sent_eui || sent_eui->empty()) {
    report.device = report.other_device;
    report.other_device = {};
    return {};
  }
  const auto eui = DevEui::parse(*sent_eui);
  if (!eui) {
    return rejected(DeadLetterReason::malformed,
                    "expected 16 hexadecimal digits at /end_device_ids/dev_eui");
  }
  report.device = out.keep(eui->text());
  return {};
}

// A time of the message; `unreadable` is set when there is one that is none.
std::optional<Instant> time_member(object from, std::string_view name, bool& unreadable) {
  const auto value = member(from, name);
  if (!value) return std::nullopt;
  std::string_view text;
  std::optional<Instant> time;
  if (value->get(text) == simdjson::SUCCESS) time = parse_rfc3339(text);
  if (!time) unreadable = true;
  return time;
}

// Gateway time where it is sane, else the network server's, else the application server's.
SentTime time_of(object root, object uplink, Instant receive_time) {
  bool unreadable = false;
  const auto network = time_member(uplink, "received_at", unreadable);
  const auto application = time_member(root, "received_at", unreadable);
  SentTime time;
  if (const auto settings = object_member(uplink, "settings")) {
    bool gateway_unreadable = false;
    const auto gateway = time_member(*settings, "time", gateway_unreadable);
    const Instant reference = network.value_or(receive_time);
    if (gateway && *gateway >= reference - oldest_gateway_time &&
        *gateway <= reference + newest_gateway_time) {
      time.start = gateway;
      time.from = "uplink_message.settings.time";
      return time;
    }
  }
  time.start = network ? network : application;
  time.from = network ? TimeMember("uplink_message.received_at") : TimeMember("received_at");
  time.malformed = !time.start && unreadable;
  return time;
}

// Where the device is: as entered by its owner, else as decoded from its payload, else as the
// network worked it out.
std::optional<Location> location_of_device(object uplink) {
  const auto locations = object_member(uplink, "locations");
  if (!locations) return std::nullopt;
  for (const std::string_view source : {"user", "frm-payload"}) {
    if (const auto place = object_member(*locations, source)) {
      if (const auto location = location_of(*place)) return location;
    }
  }
  for (const auto field : *locations) {
    object place;
    if (field.value.get(place) != simdjson::SUCCESS) continue;
    if (const auto location = location_of(place)) return location;
  }
  return std::nullopt;
}

// What it says of itself has been read, even where that is nothing.
bool is_sensecap(object uplink) {
  const auto decoded = object_member(uplink, "decoded_payload");
  return decoded && Sensecap::is_of(*decoded);
}

bool only_normalized(std::string_view filter) { return filter.ends_with("/up/normalized"); }

}  // namespace

TtsV3Decoder::TtsV3Decoder(const Route& route, DeviceCodecs* codecs)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      sensecap_(route.limits.readings_per_message),
      normalized_(route.limits.readings_per_message),
      bytes_(codecs, route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message),
      only_normalized_(only_normalized(route.topic)) {}

DecodeResult TtsV3Decoder::decode(const Message& message, Instant receive_time, Decoded& out) {
  const Arrival arrival{message.topic, receive_time};
  if (is_json_lines(message.payload)) return decode_lines(message, arrival, out);
  const auto root = json_.parse(message);
  if (!root) return tl::unexpected(root.error());
  array messages;
  if (root->get(messages) == simdjson::SUCCESS) return decode_list(messages, arrival, out);
  std::string_view device;
  return decode_one(*root, arrival, device, out);
}

DecodeResult TtsV3Decoder::decode_lines(const Message& message, const Arrival& arrival,
                                        Decoded& out) {
  std::string_view text = message.payload;
  const auto ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  Parts parts("", ends + 1, readings_limit_, out);
  for (auto line = take_json_line(text); !line.empty(); line = take_json_line(text)) {
    Message of_line;
    of_line.payload = line;
    parts.begin();
    std::string_view device;
    const auto root = json_.parse(of_line);
    auto result =
        root ? decode_one(*root, arrival, device, out) : DecodeResult(tl::unexpected(root.error()));
    if (auto ended = parts.end(std::move(result), device); !ended) return ended;
  }
  return *parts.finish();
}

DecodeResult TtsV3Decoder::decode_list(array messages, const Arrival& arrival, Decoded& out) {
  Parts parts("", messages.size(), readings_limit_, out);
  for (const auto item : messages) {
    parts.begin();
    std::string_view device;
    auto result = decode_one(item, arrival, device, out);
    if (auto ended = parts.end(std::move(result), device); !ended) return ended;
  }
  if (auto finished = parts.finish()) return std::move(*finished);
  return rejected(DeadLetterReason::malformed, "expected a message in the array");
}

DecodeResult TtsV3Decoder::decode_one(element root, const Arrival& arrival,
                                      std::string_view& device, Decoded& out) {
  object up;
  if (root.get(up) != simdjson::SUCCESS) {
    return rejected(DeadLetterReason::malformed, "expected a JSON object at byte 0");
  }
  if (member(up, "end_device_ids")) return decode_up(up, arrival, device, out);
  // Of a stream over HTTP.
  if (const auto result = object_member(up, "result")) up = *result;
  const auto event = text_member(up, "name");
  if (event && !member(up, "end_device_ids")) {
    const auto data = object_member(up, "data");
    const bool forwarded = event->starts_with("as.up.") && event->ends_with(".forward");
    if (!forwarded || !data) return suppressed(reason_of_event(*event));
    up = *data;
  }
  return decode_up(up, arrival, device, out);
}

DecodeResult TtsV3Decoder::decode_up(object root, const Arrival& arrival, std::string_view& device,
                                     Decoded& out) {
  // The one message that names no device: it comes from an application, not from the network.
  if (root.at_key("downlinks").error() == simdjson::SUCCESS) {
    return suppressed(SuppressedReason::downlink);
  }
  Report report;
  if (auto identified = identify(root, arrival.topic, report, out); !identified) {
    return identified;
  }
  device = report.device;
  bool simulated = false;
  if (root.at_key("simulated").get(simulated) == simdjson::SUCCESS && simulated) {
    return suppressed(SuppressedReason::simulated);
  }
  if (const auto uplink = object_member(root, "uplink_message")) {
    return decode_uplink(root, *uplink, arrival.time, report, out);
  }
  if (const auto uplink = object_member(root, "uplink_normalized")) {
    // Its content is also in the `uplink_message` of the same uplink, which counts.
    if (!only_normalized_) return suppressed(SuppressedReason::status);
    return decode_uplink(root, *uplink, arrival.time, report, out);
  }
  if (const auto reason = suppressed_event(root)) return suppressed(*reason);
  return rejected(DeadLetterReason::malformed,
                  "expected an event of The Things Stack v3 beside /end_device_ids, such as "
                  "/uplink_message");
}

DecodeResult TtsV3Decoder::decode_uplink(object root, object uplink, Instant receive_time,
                                         Report& report, Decoded& out) {
  const std::size_t first = out.readings.size();
  if (auto appended = append_readings(uplink, report, out); !appended) return appended;
  const auto counter = member(uplink, "f_cnt");
  // Zero is omitted, as every empty field.
  report.sequence = counter ? keep_counter(*counter, out) : std::string_view("0");
  report.time = time_of(root, uplink, receive_time);
  bool unreadable = false;
  report.result_time = time_member(root, "received_at", unreadable);
  if (const auto location = location_of_device(uplink)) report.location = location;
  hear_all(uplink, "rx_metadata", "rssi", "snr", out.link);
  if (const auto battery = object_member(uplink, "last_battery_percentage")) {
    out.link.battery = number_member(*battery, "value");
  }
  if (out.readings.size() > first) {
    add_report(report, first, out);
    return {};
  }
  const auto bytes = text_member(uplink, "frm_payload");
  if (!bytes || bytes->empty() || is_sensecap(uplink)) return only_heard(report, out);
  return bytes_.decode(
      {*bytes, BytesEncoding::base64, "/uplink_message/frm_payload", port_of(uplink, "f_port")},
      report, out);
}

DecodeResult TtsV3Decoder::append_readings(object uplink, Report& report, Decoded& out) {
  normalized_.clear();
  bool within = true;
  if (const auto measurements = member(uplink, "normalized_payload")) {
    within = normalized_.append(*measurements, out);
  }
  if (const auto decoded = member(uplink, "decoded_payload"); decoded && within) {
    object fields;
    if (decoded->get(fields) != simdjson::SUCCESS) {
      return rejected(DeadLetterReason::malformed,
                      "expected an object at /uplink_message/decoded_payload");
    }
    within = Sensecap::is_of(fields) ? sensecap_.append(fields, report.location, out)
                                     : fields_.append(fields, &normalized_, out);
  }
  if (!within) {
    return too_many_readings(readings_limit_);
  }
  return {};
}

}  // namespace senne::decode
