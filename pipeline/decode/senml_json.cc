#include "pipeline/decode/senml_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/senml_name.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {
namespace {

// Times below this are relative to now (RFC 8428, section 4.5.3).
constexpr std::int64_t relative_below = (std::int64_t{1} << 28) * 1'000'000'000;

// What KPN's network adds to an uplink or says of a location it worked out: about the network, not
// from the device.
constexpr std::array<std::string_view, 18> network_names = {
    "port",   "FCntDn",    "LrrRSSI",     "LrrSNR",       "LrrESP",     "DevLrrCnt",
    "SpFact", "SubBand",   "Channel",     "ADRbit",       "timeOrigin", "locOrigin",
    "radius", "locMethod", "locAccuracy", "locPrecision", "locTime",    "Lrrid"};

bool equal(const SentTime& a, const SentTime& b) {
  return a.start == b.start && a.malformed == b.malformed;
}

std::optional<Value> sum_of(element value, const std::optional<element>& base, Decoded& out) {
  if (!base) return as_value(value, out);
  std::int64_t a = 0;
  std::int64_t b = 0;
  std::int64_t sum = 0;
  if (value.is_int64() && base->is_int64() && value.get(a) == simdjson::SUCCESS &&
      base->get(b) == simdjson::SUCCESS && !__builtin_add_overflow(a, b, &sum)) {
    return Value(sum);
  }
  const auto x = as_number(value);
  const auto y = as_number(*base);
  if (!x || !y || !std::isfinite(*x + *y)) return std::nullopt;
  return Value(*x + *y);
}

}  // namespace

SenmlJsonDecoder::SenmlJsonDecoder(const Route& route)
    : json_(route.limits), readings_limit_(route.limits.readings_per_message) {}

DecodeResult SenmlJsonDecoder::decode(const Message& message, Instant receive_time, Decoded& out) {
  const auto root = json_.parse(message);
  if (!root) return tl::unexpected(root.error());
  array pack;
  if (root->get(pack) != simdjson::SUCCESS) {
    return rejected(DeadLetterReason::malformed, "expected an array of SenML records at byte 0");
  }
  receive_time_ = receive_time;
  base_ = {};
  buildings_.clear();
  placed_.clear();
  by_device_.clear();
  std::size_t index = 0;
  for (const auto item : pack) {
    object fields;
    if (item.get(fields) != simdjson::SUCCESS) {
      return rejected(DeadLetterReason::malformed,
                      fmt::format("expected a SenML record, that is an object, at /{}", index));
    }
    const auto record = read_senml_record(fields, index);
    if (!record) return tl::unexpected(record.error());
    if (auto appended = append_record(*record, index, out); !appended) return appended;
    if (placed_.size() > readings_limit_) {
      return rejected(DeadLetterReason::limit,
                      fmt::format("expected at most {} readings in a message", readings_limit_));
    }
    ++index;
  }
  return finish(out);
}

DecodeResult SenmlJsonDecoder::append_record(const SenmlRecord& record, std::size_t index,
                                             Decoded& out) {
  if (record.base_name) base_.name = *record.base_name;
  if (record.base_time) base_.time = *record.base_time;
  if (record.base_unit) base_.unit = *record.base_unit;
  if (record.base_value) base_.value = record.base_value;
  if (record.base_sum) base_.sum = *record.base_sum;
  // A record of base fields alone says nothing by itself.
  if (record.values() == 0 && !record.sum && !record.name) return {};

  const std::string_view name = record.name.value_or(std::string_view{});
  joined_.assign(base_.name);
  joined_.append(name);
  const bool valid = is_senml_name(joined_);
  if (!valid && !is_senml_name(base_.name)) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected a name of letters, digits and - : . / _ at /{}", index));
  }
  const std::string_view joined = out.keep(joined_);
  const auto split = split_senml_name(joined.substr(0, base_.name.size()),
                                      joined.substr(base_.name.size()), joined);
  if (!split) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected a name that names a device at /{}, found {}", index,
                                joined.substr(0, 100)));
  }
  RawReading reading;
  reading.name = split->reading;
  if (!valid) reading.bad = DeadLetterReason::malformed;
  const auto unit = record.unit ? *record.unit : base_.unit;
  if (!unit.empty()) {
    reading.unit = out.keep(unit);
    reading.unit_system = UnitSystem::senml;
  }
  if (reading.name.empty()) reading.name = name_of_senml_unit(unit);

  std::int64_t time = 0;
  if (__builtin_add_overflow(base_.time, record.time.value_or(0), &time)) {
    reading.time.malformed = true;
  } else if (time >= relative_below) {
    reading.time.start = instant_from_nanos(time);
  } else if (time != 0) {
    std::int64_t absolute = 0;
    if (__builtin_add_overflow(to_nanos(receive_time_), time, &absolute)) {
      reading.time.malformed = true;
    } else {
      reading.time.start = instant_from_nanos(absolute);
    }
  }
  append_value(record, reading, building_of(*split, reading.time, out), out);
  return {};
}

std::size_t SenmlJsonDecoder::building_of(const SenmlName& name, const SentTime& time,
                                          Decoded& out) {
  const std::string_view key = name.other_device.empty() ? name.device : name.other_device;
  if (!buildings_.empty()) {
    const Report& last = buildings_.back().report;
    if ((last.other_device.empty() ? last.device : last.other_device) == key) {
      return buildings_.size() - 1;
    }
  }
  const auto [known, added] = by_device_.try_emplace(key, buildings_.size());
  if (!added) return known->second;
  Building& building = buildings_.emplace_back();
  building.report.device = key;
  building.report.time = time;
  if (const auto eui = DevEui::parse(name.device); eui && !name.other_device.empty()) {
    building.report.device = out.keep(eui->text());
    building.report.other_device = name.other_device;
    building.network = true;
  }
  return buildings_.size() - 1;
}

bool SenmlJsonDecoder::housekeeping(const SenmlRecord& record, std::string_view name,
                                    Building& building, Decoded& out) {
  if (!building.network) return false;
  if (name == "FCntUp" && record.value) {
    building.report.sequence = keep_counter(*record.value, out);
    return true;
  }
  if (name == "payload" && record.text) {
    building.payload = true;
    return true;
  }
  return std::find(network_names.begin(), network_names.end(), name) != network_names.end();
}

void SenmlJsonDecoder::append_value(const SenmlRecord& record, RawReading reading,
                                    std::size_t building_index, Decoded& out) {
  Building& building = buildings_[building_index];
  if (housekeeping(record, reading.name, building, out)) return;
  if (record.sum) {
    RawReading sum = reading;
    joined_.assign(reading.name);
    joined_.append(".sum");
    sum.name = out.keep(joined_);
    sum.unit = {};
    sum.unit_system = UnitSystem::none;
    const auto number = as_number(*record.sum);
    if (number && std::isfinite(*number + base_.sum)) {
      sum.value = *number + base_.sum;
    } else if (!sum.bad) {
      sum.bad = DeadLetterReason::bad_value;
    }
    place(building_index, sum);
    if (record.values() == 0) return;
  }
  if (record.values() != 1) {
    if (!reading.bad) reading.bad = DeadLetterReason::malformed;
  } else if (record.value) {
    if (const auto value = sum_of(*record.value, base_.value, out)) {
      reading.value = *value;
    } else if (!reading.bad) {
      reading.bad = DeadLetterReason::bad_value;
    }
  } else if (record.text) {
    reading.value = out.keep(*record.text);
  } else if (record.flag) {
    reading.value = *record.flag;
  } else if (is_base64url(*record.data)) {
    reading.value = out.keep(*record.data);
  } else if (!reading.bad) {
    reading.bad = DeadLetterReason::bad_value;
  }
  if (record.value && !reading.bad) {
    const auto number = as_number(*record.value);
    if (reading.unit == "lat" && !building.latitude) building.latitude = number;
    if (reading.unit == "lon" && !building.longitude) building.longitude = number;
  }
  place(building_index, reading);
}

void SenmlJsonDecoder::place(std::size_t building, const RawReading& reading) {
  placed_.push_back({building, placed_.size(), reading});
}

DecodeResult SenmlJsonDecoder::finish(Decoded& out) {
  if (placed_.empty()) {
    if (std::any_of(buildings_.begin(), buildings_.end(),
                    [](const auto& b) { return b.payload; })) {
      return rejected(DeadLetterReason::no_codec,
                      "expected readings, found only the bytes of an uplink in record 'payload'");
    }
    if (!buildings_.empty()) return suppressed(SuppressedReason::status);
    return rejected(DeadLetterReason::malformed, "expected a record with a value");
  }
  const auto in_order = [](const Placed& a, const Placed& b) {
    return a.report != b.report ? a.report < b.report : a.order < b.order;
  };
  if (!std::is_sorted(placed_.begin(), placed_.end(), in_order)) {
    std::sort(placed_.begin(), placed_.end(), in_order);
  }
  for (std::size_t i = 0; i < placed_.size();) {
    Building& building = buildings_[placed_[i].report];
    Report& report = building.report;
    report.first_reading = out.readings.size();
    const std::size_t number = placed_[i].report;
    for (; i < placed_.size() && placed_[i].report == number; ++i) {
      RawReading& reading = out.readings.emplace_back(placed_[i].reading);
      if (equal(reading.time, report.time)) {
        reading.time = {};
      } else if (!reading.time.start && !reading.time.malformed) {
        reading.time.start = receive_time_;  // "now", beside records that say when
      }
    }
    report.reading_count = out.readings.size() - report.first_reading;
    if (building.latitude && building.longitude && std::abs(*building.latitude) <= 90 &&
        std::abs(*building.longitude) <= 180) {
      report.location = Location{*building.latitude, *building.longitude, std::nullopt};
    }
    out.reports.push_back(report);
  }
  return {};
}

}  // namespace senne::decode
