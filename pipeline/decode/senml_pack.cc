#include "pipeline/decode/senml_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/decode/json.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/senml_name.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {
namespace {

// Times below this are relative to now (RFC 8428, section 4.5.3).
constexpr std::int64_t relative_below = (std::int64_t{1} << 28) * 1'000'000'000;

// A device's id and a reading's name have less than that together.
constexpr std::size_t base_name_bytes_max = 400;

// What KPN's network adds to an uplink or says of a location it worked out: about the network, not
// from the device.
constexpr std::array<std::string_view, 18> network_names = {
    "port",   "FCntDn",    "LrrRSSI",     "LrrSNR",       "LrrESP",     "DevLrrCnt",
    "SpFact", "SubBand",   "Channel",     "ADRbit",       "timeOrigin", "locOrigin",
    "radius", "locMethod", "locAccuracy", "locPrecision", "locTime",    "Lrrid"};

bool equal(const SentTime& a, const SentTime& b) {
  return a.start == b.start && a.malformed == b.malformed;
}

std::string_view key_of(const Report& report) {
  return report.other_device.empty() ? report.device : report.other_device;
}

std::optional<Value> sum_of(const SenmlNumber& number, const std::optional<SenmlNumber>& base) {
  if (!base || !number.value) return number.value;
  const auto* const a = std::get_if<std::int64_t>(&*number.value);
  const auto* const b = base->value ? std::get_if<std::int64_t>(&*base->value) : nullptr;
  std::int64_t sum = 0;
  if (a != nullptr && b != nullptr && !__builtin_add_overflow(*a, *b, &sum)) return Value(sum);
  const auto x = number.as_double();
  const auto y = base->as_double();
  if (!x || !y || !std::isfinite(*x + *y)) return std::nullopt;
  return Value(*x + *y);
}

}  // namespace

void SenmlPack::begin(Instant receive_time, std::size_t records, Decoded& out) {
  receive_time_ = receive_time;
  base_ = {};
  kept_name_ = {};
  reports_.clear();
  placed_.clear();
  by_device_.clear();
  records_ = std::min(records, readings_limit_);
  out.readings.reserve(records_);
}

DecodeResult SenmlPack::append_record(const SenmlRecord& record, std::size_t index, Decoded& out) {
  if (record.base_name) {
    base_.name = *record.base_name;
    base_.valid = is_senml_name(base_.name);
  }
  if (record.base_time) base_.time = *record.base_time;
  if (record.base_unit) base_.unit = out.keep_name(*record.base_unit);
  if (record.base_value) base_.value = record.base_value;
  if (record.base_sum) base_.sum = record.base_sum;
  if (base_.name.size() > base_name_bytes_max) {
    return rejected(DeadLetterReason::limit,
                    fmt::format("expected a base name of at most {} bytes at /{}/bn, found {}",
                                base_name_bytes_max, index, base_.name.size()));
  }
  // A record of base fields alone says nothing by itself.
  if (!record.measures()) return {};
  const bool resolved = record.values() > 0 || record.sum || base_.value || base_.sum;
  if (!resolved && !record.name && !record.wrong_value) return {};

  const std::string_view name = record.name.value_or(std::string_view{});
  joined_.assign(base_.name);
  joined_.append(name);
  const bool valid = base_.valid ? has_senml_characters(name) : is_senml_name(joined_);
  if (!valid && !base_.valid) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected a name of letters, digits and - : . / _ at /{}", index));
  }
  const std::string_view joined = joined_;
  const auto split = split_senml_name(joined.substr(0, base_.name.size()),
                                      joined.substr(base_.name.size()), joined);
  if (!split) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected a name that names a device at /{}, found {}", index,
                                joined.substr(0, 100)));
  }
  RawReading reading;
  if (!valid) reading.bad = DeadLetterReason::malformed;
  reading.unit = record.unit ? out.keep_name(*record.unit) : base_.unit;
  if (!reading.unit.empty()) reading.unit_system = UnitSystem::senml;
  name_reading(split->reading, reading, out);

  std::int64_t time = 0;
  reading.time.from = "bt + t";
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
  if (append_value(record, reading, report_of(*split, reading.time, out), out)) return {};
  return too_many_readings(readings_limit_);
}

void SenmlPack::name_reading(std::string_view name, RawReading& reading, Decoded& out) {
  if (name.empty()) {
    reading.name = name_of_senml_unit(reading.unit);
    return;
  }
  // Records that have their name from the base name share it.
  if (name != kept_name_) kept_name_ = out.keep_name(name);
  reading.name = kept_name_;
  if (name.size() > RawReading::name_bytes_max) reading.bad = DeadLetterReason::limit;
}

// The number of the report of that device; a new one has its time from this first record.
std::size_t SenmlPack::report_of(const SenmlName& name, const SentTime& time, Decoded& out) {
  const std::string_view key = name.other_device.empty() ? name.device : name.other_device;
  const std::size_t count = out.reports.size();
  if (count > 0 && key_of(out.reports.back()) == key) return count - 1;
  if (const auto known = by_device_.find(key); known != by_device_.end()) return known->second;
  // Of a pack of many devices their reports are the most of what it costs: these do not grow beyond
  // what it needs.
  constexpr std::size_t few = 64;
  if (count == few) {
    out.reports.reserve(records_);
    reports_.reserve(records_);
    by_device_.reserve(records_);
  }
  Report& report = out.reports.emplace_back();
  Progress& progress = reports_.emplace_back();
  report.device = out.keep(key);
  report.time = time;
  if (const auto eui = DevEui::parse(name.device); eui && !name.other_device.empty()) {
    report.other_device = report.device;
    report.device = out.keep(eui->text());
    progress.network = true;
  }
  by_device_.emplace(key_of(report), static_cast<std::uint32_t>(count));
  return count;
}

bool SenmlPack::housekeeping(const SenmlRecord& record, std::string_view name, std::size_t report,
                             Decoded& out) {
  Progress& progress = reports_[report];
  if (!progress.network) return false;
  if (name == "FCntUp" && record.value) {
    if (record.value->value) {
      out.reports[report].sequence = keep_counter(*record.value->value, out);
    }
    return true;
  }
  if (name == "payload" && record.text) {
    progress.payload = true;
    return true;
  }
  return std::find(network_names.begin(), network_names.end(), name) != network_names.end();
}

// RFC 8428, section 4.5.4: of a sum and a base sum the one that is missing is zero, and so with
// values. What is a text, a flag or bytes has neither. False when there is no room for it.
bool SenmlPack::append_value(const SenmlRecord& record, RawReading reading, std::size_t report,
                             Decoded& out) {
  if (housekeeping(record, reading.name, report, out)) return true;
  if (record.wrong_value && !reading.bad) reading.bad = DeadLetterReason::malformed;
  const bool open = record.values() == 0 && !record.wrong_value;  // base fields may say it
  const bool summed = record.sum || (base_.sum && (open || record.value));
  if (summed && !append_sum(record, reading, report, out)) return false;
  const bool based = open && base_.value;
  if (summed && open && !based) return true;
  if (record.values() != 1 && !based) {
    if (!reading.bad) reading.bad = DeadLetterReason::malformed;
  } else if (record.value || based) {
    const SenmlNumber zero{Value(std::int64_t{0})};
    const auto value = sum_of(record.value.value_or(zero), base_.value);
    if (value) {
      reading.value = *value;
    } else if (!reading.bad) {
      reading.bad = DeadLetterReason::bad_value;
    }
    if (!reading.bad) note_coordinate(reading, value, report);
  } else if (record.text) {
    reading.value = out.keep(*record.text);
  } else if (record.flag) {
    reading.value = *record.flag;
  } else if (is_base64url(*record.data)) {
    reading.value = out.keep(*record.data);
  } else if (!reading.bad) {
    reading.bad = DeadLetterReason::bad_value;
  }
  return place(report, reading, out);
}

bool SenmlPack::append_sum(const SenmlRecord& record, RawReading reading, std::size_t report,
                           Decoded& out) {
  joined_.assign(reading.name);
  joined_.append(".sum");
  reading.name = out.keep(joined_);
  reading.unit = {};
  reading.unit_system = UnitSystem::none;
  const auto own = record.sum ? record.sum->as_double() : std::optional<double>(0);
  if (own && std::isfinite(*own + base_.sum.value_or(0))) {
    reading.value = *own + base_.sum.value_or(0);
  } else if (!reading.bad) {
    reading.bad = DeadLetterReason::bad_value;
  }
  return place(report, reading, out);
}

void SenmlPack::note_coordinate(const RawReading& reading, const std::optional<Value>& value,
                                std::size_t report) {
  const bool north = reading.unit == "lat";
  if (!north && reading.unit != "lon") return;
  const auto degrees = SenmlNumber{value}.as_double();
  Progress& progress = reports_[report];
  bool& known = north ? progress.has_latitude : progress.has_longitude;
  if (known || !degrees) return;
  known = true;
  (north ? progress.latitude : progress.longitude) = *degrees;
}

bool SenmlPack::place(std::size_t report, const RawReading& reading, Decoded& out) {
  if (!out.make_room(readings_limit_)) return false;
  out.readings.push_back(reading);
  placed_.push_back(static_cast<std::uint32_t>(report));
  ++out.reports[report].reading_count;
  return true;
}

DecodeResult SenmlPack::finish(Decoded& out) {
  if (placed_.empty()) {
    if (std::any_of(reports_.begin(), reports_.end(), [](const auto& r) { return r.payload; })) {
      return rejected(DeadLetterReason::no_codec,
                      "expected readings, found only the bytes of an uplink in record 'payload'");
    }
    if (!reports_.empty()) return suppressed(SuppressedReason::status);
    return rejected(DeadLetterReason::malformed, "expected a record with a value");
  }
  std::size_t first = 0;
  for (Report& report : out.reports) {
    report.first_reading = first;
    first += report.reading_count;
  }
  if (!std::is_sorted(placed_.begin(), placed_.end())) put_in_order(out);
  for (std::size_t i = 0; i < out.reports.size(); ++i) complete(i, out);
  // Those of which only the network spoke.
  std::erase_if(out.reports, [](const Report& report) { return report.reading_count == 0; });
  return {};
}

// Brings the readings of each report together, in their order, without another copy of them all.
void SenmlPack::put_in_order(Decoded& out) {
  for (std::uint32_t& place : placed_) {
    place = static_cast<std::uint32_t>(out.reports[place].first_reading++);
  }
  for (std::uint32_t i = 0; i < placed_.size(); ++i) {
    while (placed_[i] != i) {
      const std::uint32_t to = placed_[i];
      std::swap(out.readings[i], out.readings[to]);
      std::swap(placed_[i], placed_[to]);
    }
  }
  for (Report& report : out.reports) report.first_reading -= report.reading_count;
}

void SenmlPack::complete(std::size_t number, Decoded& out) const {
  Report& report = out.reports[number];
  const auto begin = out.readings.begin() + static_cast<std::ptrdiff_t>(report.first_reading);
  const auto end = begin + static_cast<std::ptrdiff_t>(report.reading_count);
  std::for_each(begin, end, [&](RawReading& reading) {
    if (equal(reading.time, report.time)) {
      reading.time = {};
    } else if (!reading.time.start && !reading.time.malformed) {
      reading.time.start = receive_time_;  // "now", beside records that say when
    }
  });
  const Progress& progress = reports_[number];
  if (progress.has_latitude && progress.has_longitude) {
    report.location = Location{progress.latitude, progress.longitude, std::nullopt};
  }
}

}  // namespace senne::decode
