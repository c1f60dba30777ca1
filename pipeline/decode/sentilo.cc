#include "pipeline/decode/sentilo.h"

#include <fmt/format.h>

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/parts.h"
#include "pipeline/decode/text_value.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {
namespace {

// `latitude longitude`, in degrees.
std::optional<Location> location_in(std::string_view text) {
  const auto space = text.find_first_of(" ,");
  if (space == std::string_view::npos) return std::nullopt;
  std::string_view rest = text.substr(space + 1);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return location_at(double_in(text.substr(0, space)), double_in(rest));
}

std::optional<Location> location_member(object from) {
  const auto place = text_member(from, "location");
  return place ? location_in(*place) : std::nullopt;
}

// `timestamp`; what the platform sends on says the same in milliseconds as `time`.
SentTime time_of(object observation) {
  SentTime time;
  if (const auto sent = member(observation, "timestamp"); sent && !sent->is_null()) {
    std::string_view text;
    time.from = "timestamp";
    if (sent->get(text) == simdjson::SUCCESS) time.start = parse_day_first(text);
    time.malformed = !time.start;
  }
  if (time.start) return time;
  const SentTime again = epoch_time_member(observation, "time", EpochUnit::milliseconds);
  return again.start ? again : time;
}

// What an event is; one without a type is told by its topic (`/data/{provider}/{sensor}`).
std::string_view type_of(object event) {
  if (const auto type = text_member(event, "type")) return *type;
  const auto topic = text_member(event, "topic").value_or(std::string_view{});
  if (topic.starts_with("/data/")) return "DATA";
  if (topic.starts_with("/order/")) return "ORDER";
  return topic.starts_with("/alarm/") ? "ALARM" : "";
}

}  // namespace

SentiloDecoder::SentiloDecoder(const Route& route)
    : json_(route.limits), readings_limit_(route.limits.readings_per_message) {}

DecodeResult SentiloDecoder::decode(const Message& message, Instant /*receive_time*/,
                                    Decoded& out) {
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  const std::string_view type = type_of(*root);
  if (!type.empty() && member(*root, "message")) return decode_event(type, *root, out);
  if (const auto sensors = array_member(*root, "sensors")) {
    std::size_t observations = 0;
    for (const auto item : *sensors) {
      object sensor;
      if (item.get(sensor) != simdjson::SUCCESS) continue;
      if (const auto several = array_member(sensor, "observations"))
        observations += several->size();
    }
    Parts parts("/sensors", observations + sensors->size(), readings_limit_, out);
    for (const auto item : *sensors) {
      parts.begin();
      if (auto ended = parts.end(append_item(item, out)); !ended) return ended;
    }
    if (auto finished = parts.finish(); finished && !*finished) return std::move(*finished);
  } else if (member(*root, "observations")) {
    // Of one sensor: /data/{provider}/{sensor}.
    const std::string_view id = last_level(message.topic);
    if (id.empty()) {
      return rejected(DeadLetterReason::malformed,
                      "expected the id of a sensor as last level of the topic");
    }
    if (auto appended = append_sensor(out.keep(id), *root, out); !appended) return appended;
  }
  if (!out.reports.empty()) return {};
  return rejected(DeadLetterReason::malformed, "expected observations at /sensors");
}

DecodeResult SentiloDecoder::append_item(element item, Decoded& out) {
  object sensor;
  const bool is_object = item.get(sensor) == simdjson::SUCCESS;
  const auto id = is_object ? text_member(sensor, "sensor") : std::nullopt;
  if (!id || id->empty()) {
    return rejected(DeadLetterReason::malformed,
                    "expected the id of a sensor at /sensors/.../sensor");
  }
  return append_sensor(out.keep(*id), sensor, out);
}

// A report for each observation: each has its own time.
DecodeResult SentiloDecoder::append_sensor(std::string_view sensor, object from, Decoded& out) {
  const auto observations = array_member(from, "observations");
  if (!observations) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected an array of observations of sensor {}", sensor));
  }
  const auto place = location_member(from);  // of all that say none themselves
  for (const auto item : *observations) {
    object observation;
    if (item.get(observation) != simdjson::SUCCESS) {
      return rejected(DeadLetterReason::malformed,
                      fmt::format("expected observations with a value of sensor {}", sensor));
    }
    if (!append_observation(sensor, observation, "value", place, out)) {
      return too_many_readings(readings_limit_);
    }
  }
  return {};
}

// False when there is no room for it.
bool SentiloDecoder::append_observation(std::string_view sensor, object observation,
                                        std::string_view value_name,
                                        const std::optional<Location>& place, Decoded& out) {
  const auto sent = member(observation, value_name);
  if (!sent) return true;
  RawReading reading;
  reading.name = "value";
  if (const auto text = text_member(observation, value_name)) {
    if (!read_text_value(*text, reading, out)) return true;
  } else if (const auto value = as_value(*sent, out)) {
    reading.value = *value;
  } else {
    reading.bad = DeadLetterReason::bad_value;
  }
  if (!out.make_room(readings_limit_)) return false;
  Report report;
  report.device = sensor;
  report.time = time_of(observation);
  if (const auto published = member(observation, "publishedAt")) {
    report.result_time = epoch_time(*published, EpochUnit::milliseconds).start;
  }
  report.location = location_member(observation);
  if (!report.location) report.location = place;
  out.readings.push_back(reading);
  add_report(report, out.readings.size() - 1, out);
  return true;
}

// What Sentilo itself sends on to a subscriber: one observation, as `message`.
DecodeResult SentiloDecoder::decode_event(std::string_view type, object event, Decoded& out) {
  if (type == "ORDER") return suppressed(SuppressedReason::command);
  if (type != "DATA") return suppressed(SuppressedReason::status);  // ALARM, METRIC
  const auto sensor = text_member(event, "sensor");
  const auto topic = text_member(event, "topic");
  const std::string_view id = sensor ? *sensor : last_level(topic.value_or(std::string_view{}));
  if (id.empty()) {
    return rejected(DeadLetterReason::malformed, "expected the id of a sensor at /sensor");
  }
  if (!append_observation(out.keep(id), event, "message", std::nullopt, out)) {
    return too_many_readings(readings_limit_);
  }
  if (!out.reports.empty()) return {};
  return rejected(DeadLetterReason::malformed, "expected an observation at /message");
}

}  // namespace senne::decode
