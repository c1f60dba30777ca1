// What the decoder tests share: a payload with the padding that a log guarantees, and the outcome
// of decoding it in a form that is easy to state.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/decoder.h"
#include "pipeline/decode/decoders.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {

inline Instant at(std::string_view rfc3339) {
  const auto time = parse_rfc3339(rfc3339);
  EXPECT_TRUE(time.has_value()) << rfc3339;
  return time.value_or(Instant{});
}

inline const Instant received = instant_from_nanos(1'795'000'000'000'000'000);  // 2026-11-18

// Bytes that stand at the very end of an allocation but for the padding, which is not zero: a
// parser that takes anything from there is found out.
class PaddedPayload {
 public:
  explicit PaddedPayload(std::string_view bytes)
      : size_(bytes.size()), bytes_(std::make_unique<char[]>(bytes.size() + payload_padding)) {
    if (size_ > 0) std::memcpy(bytes_.get(), bytes.data(), size_);
    std::memset(bytes_.get() + size_, '}', payload_padding);
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

inline Route route_of(Format format) {
  Route route;
  route.name = "test";
  route.topic = "#";
  route.format = format;
  return route;
}

// Decodes one message and keeps everything that the result points to.
class Decoding {
 public:
  Decoding(const Route& route, std::string_view json, std::string topic = "any/topic",
           Instant receive_time = received, DeviceCodecs* codecs = nullptr)
      : payload_(json), topic_(std::move(topic)), decoder_(make_decoder(route, codecs)) {
    decode(*decoder_, receive_time, false);
  }
  // By a decoder that lives on.
  Decoding(Decoder& decoder, std::string_view payload, std::string topic, Instant receive_time,
           bool delivered_again)
      : payload_(payload), topic_(std::move(topic)) {
    decode(decoder, receive_time, delivered_again);
  }

  bool ok() const { return result.has_value(); }
  // `ok`, `suppressed:join`, `rejected:malformed`.
  std::string outcome() const {
    if (result) return "ok";
    if (const auto* out = std::get_if<Suppressed>(&result.error())) {
      return "suppressed:" + std::string(name(out->reason));
    }
    return "rejected:" + std::string(name(std::get<Rejected>(result.error()).reason));
  }
  std::string detail() const {
    if (result || !std::holds_alternative<Rejected>(result.error())) return {};
    return std::get<Rejected>(result.error()).detail;
  }
  const Report& report(std::size_t index = 0) const { return decoded.reports.at(index); }

  // The readings of a report as `name[#channel]=value[ unit][ !reason]`.
  std::vector<std::string> readings(std::size_t index = 0) const {
    std::vector<std::string> lines;
    if (index >= decoded.reports.size()) return lines;
    const Report& from = decoded.reports[index];
    for (std::size_t i = 0; i < from.reading_count; ++i) {
      lines.push_back(line_of(decoded.readings.at(from.first_reading + i)));
    }
    return lines;
  }

  Decoded decoded;
  DecodeResult result;

 private:
  void decode(Decoder& decoder, Instant receive_time, bool delivered_again) {
    Message message;
    message.topic = topic_;
    message.payload = payload_.view();
    message.payload_length = message.payload.size();
    message.duplicate = delivered_again;
    result = decoder.decode(message, receive_time, decoded);
  }
  static std::string line_of(const RawReading& reading) {
    std::string line(reading.name);
    if (!reading.channel.empty()) line += "#" + std::string(reading.channel);
    line += "=";
    if (reading.bad) return line + "!" + std::string(name(*reading.bad));
    line += std::visit([](const auto& value) { return text_of(value); }, reading.value);
    if (!reading.unit.empty()) line += " " + std::string(reading.unit);
    if (reading.historical) line += " (historical)";
    return line;
  }
  static std::string text_of(bool value) { return value ? "true" : "false"; }
  static std::string text_of(std::string_view value) { return "'" + std::string(value) + "'"; }
  static std::string text_of(std::int64_t value) { return std::to_string(value); }
  static std::string text_of(std::uint64_t value) { return std::to_string(value) + "u"; }
  static std::string text_of(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.10g", value);
    return text;
  }

  PaddedPayload payload_;
  std::string topic_;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace senne::decode
