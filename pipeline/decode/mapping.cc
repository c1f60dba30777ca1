#include "pipeline/decode/mapping.h"

#include <absl/strings/charconv.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/check.h"
#include "pipeline/decode/decoders.h"
#include "pipeline/decode/json_time.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/text_value.h"

namespace senne::decode {
namespace {

// Of a mapping that was checked.
JsonPointer compile(const std::string& text) {
  auto pointer = JsonPointer::parse(text);
  SENNE_CHECK(pointer.has_value());
  return std::move(*pointer);
}
std::optional<JsonPointer> compile(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return compile(*text);
}

Result<void> check_pointer(std::string_view key, const std::string& text) {
  if (JsonPointer::parse(text)) return {};
  return fail(
      ErrorKind::configuration,
      fmt::format("mapping.{}: expected a JSON Pointer such as /station/id, found {}", key, text));
}

bool is_number(const Value& value) {
  return !std::holds_alternative<bool>(value) && !std::holds_alternative<std::string_view>(value);
}

bool equal_numbers(const Value& a, const Value& b) {
  const auto as_double = [](const Value& value) {
    if (const auto* i = std::get_if<std::int64_t>(&value)) return static_cast<double>(*i);
    if (const auto* u = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*u);
    return std::get<double>(value);
  };
  if (a.index() == b.index()) return a == b;
  return as_double(a) == as_double(b);
}

// Whether a scalar is the one that `listed` writes.
bool is_listed(const Value& value, std::string_view listed) {
  if (const auto* flag = std::get_if<bool>(&value)) return listed == (*flag ? "true" : "false");
  if (const auto* text = std::get_if<std::string_view>(&value)) return *text == listed;
  const auto number = number_in(listed);
  return number && equal_numbers(value, *number);
}

// A scalar as an identifier, kept in `out`; empty for what cannot be one.
std::string_view keep_identifier(element value, Decoded& out) {
  std::int64_t integer = 0;
  std::uint64_t wide = 0;
  if (value.get(integer) == simdjson::SUCCESS) return keep_integer(integer, out);
  if (value.get(wide) == simdjson::SUCCESS) return keep_integer(wide, out);
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    return beyond_double(text) ? std::string_view{} : out.keep(text);
  }
  double number = 0;
  if (value.get(number) != simdjson::SUCCESS) return {};
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return out.keep({digits, static_cast<std::size_t>(end - digits)});
}

std::optional<double> coordinate(const std::optional<JsonPointer>& at, element from) {
  const auto value = at ? at->follow(from) : std::nullopt;
  if (!value) return std::nullopt;
  auto number = as_number(*value);
  std::string_view text;
  if (!number && value->get(text) == simdjson::SUCCESS) {
    double read = 0;
    const auto whole = number_in(text);
    if (whole && absl::from_chars(text.data(), text.data() + text.size(), read).ec == std::errc{}) {
      number = read;
    }
  }
  return number;
}

}  // namespace

Result<void> check_mapping(const Mapping& mapping) {
  Result<void> result;
  const auto check = [&result](std::string_view key, const std::optional<std::string>& text) {
    if (result && text) result = check_pointer(key, *text);
  };
  check("each", mapping.each);
  if (!mapping.device.topic_level) check("device", mapping.device.pointer);
  if (mapping.has_time) {
    check("time.at", mapping.time.at);
    if (result && mapping.time.form == TimeForm::naive && !CivilZone::load(mapping.time.zone)) {
      result = fail(ErrorKind::configuration,
                    fmt::format("mapping.time.zone: expected a time zone such as Europe/Brussels, "
                                "found '{}'",
                                mapping.time.zone));
    }
  }
  check("sequence", mapping.sequence);
  check("location.latitude", mapping.latitude);
  check("location.longitude", mapping.longitude);
  for (std::size_t i = 0; i < mapping.readings.size(); ++i) {
    const auto& reading = mapping.readings[i];
    check(fmt::format("readings[{}].each", i), reading.each);
    check(fmt::format("readings[{}].at", i), reading.at);
    check(fmt::format("readings[{}].channel", i), reading.channel);
  }
  return result;
}

MappingDecoder::MappingDecoder(const Route& route)
    : json_(route.limits), readings_limit_(route.limits.readings_per_message) {
  const Mapping& mapping = *route.mapping;
  each_ = compile(mapping.each);
  if (mapping.device.topic_level) {
    device_level_ = *mapping.device.topic_level;
  } else {
    device_ = compile(mapping.device.pointer);
  }
  if (mapping.has_time) {
    time_ = compile(mapping.time.at);
    time_form_ = mapping.time.form;
    if (time_form_ == TimeForm::naive) zone_ = CivilZone::load(mapping.time.zone);
  }
  sequence_ = compile(mapping.sequence);
  latitude_ = compile(mapping.latitude);
  longitude_ = compile(mapping.longitude);
  for (const auto& reading : mapping.readings) {
    const Property* const property = find_property(reading.property);
    readings_.push_back({compile(reading.each), compile(reading.at), reading.property, reading.unit,
                         compile(reading.channel), reading.true_when,
                         property != nullptr && property->kind == PropertyKind::number,
                         property == nullptr});
  }
}

DecodeResult MappingDecoder::decode(const Message& message, Instant receive_time, Decoded& out) {
  const auto root = json_.parse(message);
  if (!root) return tl::unexpected(root.error());
  if (!each_) {
    if (auto decoded = decode_report(*root, message, receive_time, 0, out); !decoded)
      return decoded;
  } else {
    const auto place = each_->follow(*root);
    array elements;
    if (!place || place->get(elements) != simdjson::SUCCESS) {
      return rejected(DeadLetterReason::malformed,
                      fmt::format("expected an array at {}", each_->text()));
    }
    out.reports.reserve(std::min(elements.size(), readings_limit_));
    std::size_t index = 0;
    for (const auto item : elements) {
      if (auto decoded = decode_report(item, message, receive_time, index++, out); !decoded)
        return decoded;
    }
  }
  if (out.reports.empty()) {
    return rejected(
        DeadLetterReason::malformed,
        readings_.empty()
            ? "expected a mapping with readings"
            : fmt::format("expected a reading, such as at {}",
                          where(0, readings_.front().each.value_or(readings_.front().at).text())));
  }
  return {};
}

std::string MappingDecoder::where(std::size_t index, const std::string& pointer) const {
  if (!each_) return pointer.empty() ? "the root" : pointer;
  return fmt::format("{}/{}{}", each_->text(), index, pointer);
}

DecodeResult MappingDecoder::identify(element from, const Message& message, std::size_t index,
                                      Report& report, Decoded& out) const {
  if (!device_) {
    std::string_view rest = message.topic;
    for (std::size_t level = 0; level < device_level_; ++level) {
      const auto slash = rest.find('/');
      rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    }
    report.device = rest.substr(0, rest.find('/'));
    if (!report.device.empty()) return {};
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected a device id at level {} of the topic", device_level_));
  }
  if (const auto value = device_->follow(from)) report.device = keep_identifier(*value, out);
  if (!report.device.empty()) return {};
  return rejected(DeadLetterReason::malformed,
                  fmt::format("expected a device id at {}", where(index, device_->text())));
}

DecodeResult MappingDecoder::decode_report(element from, const Message& message,
                                           Instant receive_time, std::size_t index, Decoded& out) {
  Report report;
  if (auto identified = identify(from, message, index, report, out); !identified) {
    return identified;
  }
  report.first_reading = out.readings.size();
  for (const auto& reading : readings_) {
    if (!append(reading, from, out)) {
      return too_many_readings(readings_limit_);
    }
  }
  report.reading_count = out.readings.size() - report.first_reading;
  if (report.reading_count == 0) return {};
  report.time = time_of(from, receive_time);
  report.time.from = "the place that the mapping names";
  if (sequence_) {
    if (const auto value = sequence_->follow(from)) report.sequence = keep_identifier(*value, out);
  }
  const auto latitude = coordinate(latitude_, from);
  const auto longitude = coordinate(longitude_, from);
  if (latitude && longitude) report.location = Location{*latitude, *longitude, std::nullopt};
  out.reports.push_back(report);
  return {};
}

bool MappingDecoder::append(const Reading& reading, element from, Decoded& out) const {
  if (!reading.each) return append_one(reading, from, out);
  const auto place = reading.each->follow(from);
  if (!place) return true;
  array elements;
  if (place->get(elements) != simdjson::SUCCESS) {
    if (!out.make_room(readings_limit_)) return false;
    RawReading& raw = out.readings.emplace_back();
    raw.name = reading.property;
    raw.bad = DeadLetterReason::bad_value;
    return true;
  }
  std::int64_t index = 0;
  for (const auto item : elements) {
    const std::size_t before = out.readings.size();
    if (!append_one(reading, item, out)) return false;
    // Which of several must be told: by its index where the mapping names no channel.
    if (out.readings.size() > before && !reading.channel) {
      out.readings.back().channel = keep_integer(index, out);
    }
    ++index;
  }
  return true;
}

bool MappingDecoder::append_one(const Reading& reading, element from, Decoded& out) const {
  const auto place = reading.at.follow(from);
  if (!place) return true;
  if (!out.make_room(readings_limit_)) return false;
  RawReading& raw = out.readings.emplace_back();
  raw.name = reading.property;
  raw.raw = reading.raw;
  raw.unit = reading.unit;
  if (!raw.unit.empty()) raw.unit_system = UnitSystem::ucum;
  if (reading.channel) {
    if (const auto channel = reading.channel->follow(from)) {
      raw.channel = keep_identifier(*channel, out);
      if (raw.channel.empty()) raw.bad = DeadLetterReason::bad_value;
    }
  }
  auto value = as_value(*place, out);
  if (value && !reading.true_when.empty()) {
    raw.value = std::any_of(reading.true_when.begin(), reading.true_when.end(),
                            [&](const std::string& listed) { return is_listed(*value, listed); });
    return true;
  }
  if (const auto* text = value ? std::get_if<std::string_view>(&*value) : nullptr) {
    if (const auto number = number_in(*text)) value = number;
  }
  if (!value || (reading.number && !is_number(*value))) {
    raw.bad = DeadLetterReason::bad_value;
  } else {
    raw.value = *value;
  }
  return true;
}

SentTime MappingDecoder::time_of(element from, Instant receive_time) const {
  const auto value = time_ ? time_->follow(from) : std::nullopt;
  if (!value) return {};
  switch (time_form_) {
    case TimeForm::epoch_s:
      return epoch_time(*value, EpochUnit::seconds);
    case TimeForm::epoch_ms:
      return epoch_time(*value, EpochUnit::milliseconds);
    case TimeForm::epoch_us:
      return epoch_time(*value, EpochUnit::microseconds);
    case TimeForm::rfc3339:
    case TimeForm::naive:
      break;
  }
  std::string_view text;
  if (time_form_ == TimeForm::rfc3339 || value->get(text) != simdjson::SUCCESS) {
    return rfc3339_time(*value);
  }
  return zone_->parse_or_interval(text, receive_time);
}

}  // namespace senne::decode
