#include "pipeline/decode/iotagent_json.h"

#include <fmt/format.h>

#include "pipeline/decode/iotagent_topic.h"
#include "pipeline/decode/json_time.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/text_value.h"

namespace senne::decode {
namespace {

class TimeAlone final : public Covered {
 public:
  bool covers(const Leaf& leaf) const override { return leaf.path == "TimeInstant"; }
};

// Devices of this agent send most numbers as text.
void read_texts(std::span<RawReading> readings, Decoded& out) {
  for (RawReading& reading : readings) {
    if (const auto* text = std::get_if<std::string_view>(&reading.value)) {
      const std::string_view sent = *text;
      read_text_value(sent, reading, out);
    }
  }
}

}  // namespace

IotAgentJsonDecoder::IotAgentJsonDecoder(const Route& route)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      entity_(route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult IotAgentJsonDecoder::decode(const Message& message, Instant /*receive_time*/,
                                         Decoded& out) {
  const auto topic = iotagent_topic(message.topic);
  if (!topic) {
    return rejected(DeadLetterReason::malformed,
                    "expected a topic /{apikey}/{device}/attrs or /json/{apikey}/{device}/attrs");
  }
  if (topic->suppressed) return suppressed(*topic->suppressed);
  Report report;
  report.device = out.keep(topic->device);
  if (!topic->attribute.empty()) {
    return append_attribute(message, topic->attribute, report, out);
  }
  const auto root = json_.parse(message);
  if (!root) return tl::unexpected(root.error());
  object measures;
  array several;
  if (root->get(measures) == simdjson::SUCCESS) {
    // Devices of this agent may also send NGSI themselves: then the entities say who they are.
    const bool ngsi = member(measures, "actionType") || member(measures, "@context") ||
                      (text_member(measures, "id") && text_member(measures, "type"));
    if (ngsi) return entity_.append_all(*root, out);
    if (auto appended = append_measures(measures, report, out); !appended) return appended;
  } else if (root->get(several) == simdjson::SUCCESS) {
    std::size_t index = 0;
    expect_reports(several.size(), readings_limit_, out);
    for (const auto item : several) {
      if (item.get(measures) != simdjson::SUCCESS) {
        return rejected(DeadLetterReason::malformed,
                        fmt::format("expected an object of measures at /{}", index));
      }
      ++index;
      if (auto appended = append_measures(measures, report, out); !appended) return appended;
    }
  } else {
    return rejected(DeadLetterReason::malformed,
                    "expected an object of measures, or an array of them, at byte 0");
  }
  if (!out.reports.empty()) return {};
  return rejected(DeadLetterReason::malformed, "expected a measure");
}

DecodeResult IotAgentJsonDecoder::append_measures(object measures, const Report& as, Decoded& out) {
  const std::size_t first = out.readings.size();
  const TimeAlone time;
  if (!fields_.append(measures, &time, out)) return too_many_readings(readings_limit_);
  if (out.readings.size() == first) return {};
  read_texts(readings_from(out, first), out);
  Report report = as;
  report.time = rfc3339_time_member(measures, "TimeInstant");
  add_report(report, first, out);
  return {};
}

// The value of one attribute: JSON, or what is none as text.
DecodeResult IotAgentJsonDecoder::append_attribute(const Message& message, std::string_view name,
                                                   const Report& as, Decoded& out) {
  const auto root = json_.parse(message);
  if (root) {
    if (!fields_.append(name, *root, out)) return too_many_readings(readings_limit_);
    read_texts(readings_from(out, 0), out);
  } else {
    RawReading reading;
    reading.name = out.keep_name(name);
    if (name.size() > RawReading::name_bytes_max) reading.bad = DeadLetterReason::limit;
    if (read_text_value(message.payload, reading, out)) out.readings.push_back(reading);
  }
  if (out.readings.empty()) {
    return rejected(DeadLetterReason::malformed, "expected the value of the topic's attribute");
  }
  add_report(as, 0, out);
  return {};
}

}  // namespace senne::decode
