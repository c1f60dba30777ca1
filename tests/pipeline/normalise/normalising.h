// Reports that are normalised under a configuration with three routes and two devices, one of them
// another provider's.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "pipeline/normalise/normalise.h"

namespace senne::normalise {

inline constexpr Instant received{std::chrono::milliseconds{1'795'334'400'250}};

inline Instant instant(const google::protobuf::Timestamp& timestamp) {
  return Instant{std::chrono::seconds{timestamp.seconds()} + Duration{timestamp.nanos()}};
}

inline std::vector<int> flags(const google::protobuf::RepeatedField<int>& quality) {
  return {quality.begin(), quality.end()};
}

class Normalising : public testing::Test {
 protected:
  Normalising() {
    configuration_.instance = "brussels-1";
    Route lora;
    lora.name = "lora";
    lora.format = Format::tts_v3;
    lora.provider = "environment";
    lora.units["soil"] = "%";
    configuration_.routes.push_back(lora);
    Route strict = lora;
    strict.name = "strict";
    strict.unknown_devices = UnknownDevices::reject;
    configuration_.routes.push_back(strict);
    Route mapping;
    mapping.name = "mapped";
    mapping.format = Format::mapping;
    configuration_.routes.push_back(mapping);

    Device school;
    school.id = "70B3D57ED0001A2B";
    school.provider = "environment";
    school.location = Location{50.8466, 4.3528, 25};
    school.interval = std::chrono::minutes{10};
    configuration_.devices.push_back(school);
    Device foreign;
    foreign.id = "foreign";
    foreign.provider = "mobility";
    configuration_.devices.push_back(foreign);

    record_.position = Position{64};
    record_.kind = RecordKind::message;
    record_.receive_time = received;
    record_.message.route = RouteIndex{0};
    report_.device = "70b3d57ed0001a2b";
  }

  RawReading& add(std::string_view name, Value value, std::string_view unit = {}) {
    RawReading reading;
    reading.name = name;
    reading.value = value;
    reading.unit = unit;
    reading.unit_system = unit.empty() ? UnitSystem::none : UnitSystem::ucum;
    decoded_.readings.push_back(reading);
    report_.reading_count = decoded_.readings.size() - report_.first_reading;
    return decoded_.readings.back();
  }

  NormaliseResult normalise() {
    if (!normaliser_) normaliser_.emplace(configuration_);
    return normaliser_->normalise(record_, report_, decoded_, out_);
  }
  const v1::ObservationCollection& collection() {
    const auto result = normalise();
    EXPECT_TRUE(result);
    return out_.collection;
  }
  DeadLetterReason rejection() {
    const auto result = normalise();
    EXPECT_FALSE(result);
    const auto& rejected = std::get<Rejected>(result.error());
    EXPECT_NE(rejected.detail, "");
    return rejected.reason;
  }

  PipelineConfiguration configuration_;
  Record record_;
  Report report_;
  Decoded decoded_;
  NormalisedReport out_;
  std::optional<Normaliser> normaliser_;
};

}  // namespace senne::normalise
