#include "pipeline/decode/loriot.h"

#include <fmt/format.h>

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {

LoriotDecoder::LoriotDecoder(const Route& route, DeviceCodecs* codecs)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      bytes_(codecs, route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult LoriotDecoder::decode(const Message& message, Instant /*receive_time*/, Decoded& out) {
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  const auto command = text_member(*root, "cmd");
  if (!command) {
    return rejected(DeadLetterReason::malformed, "expected a command, such as rx, at /cmd");
  }
  // `gw` says the same uplink as `rx` again, with the gateways that heard it; an application may
  // have switched off either.
  if (*command != "rx" && *command != "gw") {
    if (command->starts_with("tx")) return suppressed(SuppressedReason::downlink);
    return suppressed(command->starts_with("join") ? SuppressedReason::join
                                                   : SuppressedReason::status);
  }
  const auto sent = text_member(*root, "EUI");
  const auto eui = sent ? DevEui::parse(*sent) : std::nullopt;
  if (!eui) {
    return rejected(DeadLetterReason::malformed, "expected 16 hexadecimal digits at /EUI");
  }
  Report report;
  report.device = out.keep(eui->text());
  if (const auto counter = member(*root, "fcnt")) report.sequence = keep_counter(*counter, out);
  report.time = epoch_time_member(*root, "ts", EpochUnit::milliseconds);
  hear(*root, "rssi", "snr", out.link);
  hear_all(*root, "gws", "rssi", "snr", out.link);
  out.link.battery = battery_of(number_member(*root, "bat"));
  if (const auto decoded = object_member(*root, "decoded")) {
    // What a codec on the server made of the bytes, where it could.
    if (const auto fields = object_member(*decoded, "data")) {
      if (!fields_.append(*fields, nullptr, out)) return too_many_readings(readings_limit_);
    }
    if (!out.readings.empty()) {
      add_report(report, 0, out);
      return {};
    }
  }
  const auto bytes = text_member(*root, "data");
  if (!bytes || bytes->empty()) {
    if (!text_member(*root, "encdata")) return only_heard(report, out);
    return rejected(DeadLetterReason::malformed,
                    "expected the bytes of a device at /data, found only encrypted ones at "
                    "/encdata");
  }
  return bytes_.decode({*bytes, BytesEncoding::hex, "/data", port_of(*root, "port")}, report, out);
}

}  // namespace senne::decode
