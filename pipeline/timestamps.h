// Between our instants and protobuf's timestamps.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include "core/time.h"

namespace senne::pipeline {

inline void set_timestamp(google::protobuf::Timestamp& timestamp, Instant instant) {
  const auto second = std::chrono::floor<std::chrono::seconds>(instant);
  timestamp.set_seconds(second.time_since_epoch().count());
  timestamp.set_nanos(static_cast<std::int32_t>((instant - second).count()));
}

inline Instant to_instant(const google::protobuf::Timestamp& timestamp) {
  return Instant{std::chrono::seconds{timestamp.seconds()} + Duration{timestamp.nanos()}};
}

}  // namespace senne::pipeline
