#include "pipeline/decode/loriot.h"

#include <fmt/format.h>

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

// LoRaWAN 1.0.4, 5.5: 0 is external power, 1 to 254 from empty to full, 255 not measured.
std::optional<double> battery_of(object uplink) {
  const auto level = number_member(uplink, "bat");
  if (!level || *level < 1 || *level > 254) return std::nullopt;
  return *level / 254 * 100;
}

}  // namespace

LoriotDecoder::LoriotDecoder(const Route& route, DeviceCodecs* codecs)
    : json_(route.limits), bytes_(codecs, route.limits.readings_per_message) {}

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
    const bool downlink = *command == "tx" || *command == "txd";
    return suppressed(downlink ? SuppressedReason::downlink : SuppressedReason::status);
  }
  const auto sent = text_member(*root, "EUI");
  const auto eui = sent ? DevEui::parse(*sent) : std::nullopt;
  if (!eui) {
    return rejected(DeadLetterReason::malformed, "expected 16 hexadecimal digits at /EUI");
  }
  const auto bytes = text_member(*root, "data");
  if (!bytes || bytes->empty()) {
    return rejected(DeadLetterReason::malformed,
                    text_member(*root, "encdata")
                        ? "expected the bytes of a device at /data, found only encrypted ones at "
                          "/encdata"
                        : "expected the bytes of a device at /data, found an uplink without "
                          "payload");
  }
  Report report;
  report.device = out.keep(eui->text());
  if (const auto counter = member(*root, "fcnt")) report.sequence = keep_counter(*counter, out);
  report.time = epoch_time_member(*root, "ts", EpochUnit::milliseconds);
  hear(*root, "rssi", "snr", out.link);
  hear_all(*root, "gws", "rssi", "snr", out.link);
  out.link.battery = battery_of(*root);
  return bytes_.decode({*bytes, BytesEncoding::hex, "/data", port_of(*root, "port")}, report, out);
}

}  // namespace senne::decode
