// The CloudEvents 1.0 headers (Kafka protocol binding, binary mode) of an outgoing record.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "core/operator.h"
#include "core/sink.h"
#include "core/time.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

// senne.observations.v1 and so on: what stands in `ce_type`.
std::string_view event_type(Topic topic);

std::string_view content_type(Encoding encoding);

// `2026-11-22T08:00:01.200Z`: RFC 3339, UTC, with no, 3, 6 or 9 decimals, as proto3 JSON writes
// times. Returns the part of `text` that was written. Years 0 to 9999.
std::string_view format_time(Instant time, std::span<char, 32> text);

// THREAD  one.
// OWNS    the texts of the headers it made last; key and traceparent stay the emission's.
class CloudEventHeaders {
 public:
  explicit CloudEventHeaders(std::string_view instance);

  // Valid until the next call; allocates nothing.
  std::span<const Header> make(Topic topic, Encoding encoding, const Emission& emission);

 private:
  std::string source_;
  std::array<char, 32> id_{};
  std::array<char, 32> time_{};
  std::array<Header, 8> headers_{};
};

}  // namespace senne::sinks
