// What the decoders' fuzzers share: any bytes are decoded, and what comes out must be sound.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "pipeline/decode/decoders.h"
#include "tests/fuzz/decode_input.h"
#include "tests/pipeline/decode/fixtures.h"

namespace senne::decode {

// Reads everything that a result points to, so that a stale pointer is found.
inline std::size_t read_all(const Decoded& decoded) {
  std::size_t sum = 0;
  const auto read = [&sum](std::string_view text) {
    for (const char c : text) sum += static_cast<unsigned char>(c);
  };
  std::size_t readings = 0;
  for (const auto& report : decoded.reports) {
    SENNE_CHECK(report.first_reading == readings && report.reading_count > 0);
    // A broken part says nobody's, and no reading that can be used.
    SENNE_CHECK(!report.device.empty() ||
                (report.reading_count == 1 && decoded.readings.at(readings).bad));
    readings += report.reading_count;
    read(report.device);
    read(report.other_device);
    read(report.sequence);
  }
  SENNE_CHECK(readings == decoded.readings.size() && readings > 0);
  for (const auto& reading : decoded.readings) {
    read(reading.name);
    read(reading.channel);
    read(reading.unit);
    if (const auto* text = std::get_if<std::string_view>(&reading.value)) read(*text);
  }
  return sum;
}

inline void fuzz_decoder(const Fixture& fixture, Decoder& decoder, Decoded& decoded,
                         const std::uint8_t* bytes, std::size_t size) {
  const DecodeInput input = input_of({reinterpret_cast<const char*>(bytes), size});
  std::vector<char> padded(input.payload.size() + payload_padding, '}');
  if (!input.payload.empty()) {
    std::memcpy(padded.data(), input.payload.data(), input.payload.size());
  }
  // To the byte, so that a read beyond is found.
  const auto topic = std::make_unique<char[]>(input.topic.size());
  if (!input.topic.empty()) std::memcpy(topic.get(), input.topic.data(), input.topic.size());
  Message message;
  message.topic = input.topic.empty() ? std::string_view(fixture.topic)
                                      : std::string_view(topic.get(), input.topic.size());
  message.payload = {padded.data(), input.payload.size()};
  message.payload_length = input.payload.size();
  decoded.clear();
  const auto result =
      decoder.decode(message, instant_from_nanos(1'795'000'000'000'000'000), decoded);
  if (result) {
    static volatile std::size_t sink = 0;
    sink = sink + read_all(decoded);
  } else if (const auto* rejected = std::get_if<Rejected>(&result.error())) {
    SENNE_CHECK(!rejected->detail.empty());
  }
}

}  // namespace senne::decode
