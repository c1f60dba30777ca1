#include "pipeline/decode/kpn.h"

#include <fmt/format.h>

#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/senml_record.h"

namespace senne::decode {
namespace {

// `urn:dev:DEVEUI:<16 hexadecimal digits>:`
std::optional<DevEui> eui_of(std::string_view base_name) {
  constexpr std::string_view prefix = "urn:dev:DEVEUI:";
  if (!base_name.starts_with(prefix)) return std::nullopt;
  base_name.remove_prefix(prefix.size());
  if (base_name.ends_with(':')) base_name.remove_suffix(1);
  return DevEui::parse(base_name);
}

}  // namespace

KpnDecoder::KpnDecoder(const Route& route, DeviceCodecs* codecs)
    : json_(route.limits), senml_(route), bytes_(codecs, route.limits.readings_per_message) {}

DecodeResult KpnDecoder::decode(const Message& message, Instant receive_time, Decoded& out) {
  const auto root = json_.parse(message);
  if (!root) return tl::unexpected(root.error());
  array pack;
  if (root->get(pack) != simdjson::SUCCESS) {
    return rejected(DeadLetterReason::malformed, "expected an array of SenML records at byte 0");
  }
  Uplink uplink;
  if (auto done = read(pack, uplink, out); !done) return done;
  if (uplink.payload) return decode_bytes(uplink, out);
  if (uplink.located) return suppressed(SuppressedReason::location);
  // Decoded by the network: readings like those of any other pack.
  return senml_.decode(pack, receive_time, out);
}

DecodeResult KpnDecoder::read(array pack, Uplink& uplink, Decoded& out) {
  std::size_t index = 0;
  for (const auto item : pack) {
    object fields;
    if (item.get(fields) != simdjson::SUCCESS) {
      return rejected(DeadLetterReason::malformed,
                      fmt::format("expected a SenML record, that is an object, at /{}", index));
    }
    const auto record = read_senml_record(fields, index++);
    if (!record) return tl::unexpected(record.error());
    if (!uplink.base_name) uplink.base_name = record->base_name;
    if (!uplink.base_time) uplink.base_time = record->base_time;
    const std::string_view name = record->name.value_or(std::string_view{});
    if (name == "payload" && record->text) uplink.payload = record->text;
    if (name == "port") uplink.port = port_of(fields, "v");
    if (name == "FCntUp" && record->value && record->value->value) {
      uplink.sequence = keep_counter(*record->value->value, out);
    }
    if (name == "LrrRSSI" && record->value) uplink.rssi = record->value->as_double();
    if (name == "LrrSNR" && record->value) uplink.snr = record->value->as_double();
    if (name == "locOrigin" || name == "locTime") uplink.located = true;
  }
  return {};
}

DecodeResult KpnDecoder::decode_bytes(const Uplink& uplink, Decoded& out) {
  const auto eui = uplink.base_name ? eui_of(*uplink.base_name) : std::nullopt;
  if (!eui) {
    return rejected(DeadLetterReason::malformed,
                    "expected urn:dev:DEVEUI: and 16 hexadecimal digits as base name");
  }
  Report report;
  report.device = out.keep(eui->text());
  report.other_device = out.keep(*uplink.base_name);
  if (report.other_device.ends_with(':')) report.other_device.remove_suffix(1);
  report.sequence = uplink.sequence;
  hear(uplink.rssi, uplink.snr, out.link);
  report.time.from = "bt";
  if (uplink.base_time) report.time.start = instant_from_nanos(*uplink.base_time);
  return bytes_.decode({*uplink.payload, BytesEncoding::hex, "record 'payload'", uplink.port},
                       report, out);
}

}  // namespace senne::decode
