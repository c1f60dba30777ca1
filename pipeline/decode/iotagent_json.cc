#include "pipeline/decode/iotagent_json.h"

#include "pipeline/decode/hex_text.h"
#include "pipeline/decode/iotagent_topic.h"
#include "pipeline/decode/json_time.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/ngsi_forms.h"
#include "pipeline/decode/parts.h"
#include "pipeline/decode/text_value.h"

namespace senne::decode {
namespace {

// Devices of this agent send most numbers as text.
void read_texts(std::span<RawReading> readings, Decoded& out) {
  for (RawReading& reading : readings) {
    if (const auto* text = std::get_if<std::string_view>(&reading.value)) {
      const std::string_view sent = *text;
      read_text_value(sent, reading, out);
    }
  }
}

// Devices of this agent may also send NGSI themselves: then the entities say who they are.
bool is_ngsi(object measures) {
  return member(measures, "actionType") || member(measures, "@context") ||
         (text_member(measures, "id") && text_member(measures, "type"));
}

SentTime time_of(object measures, TimeMember name) {
  const auto sent = member(measures, name.text());
  SentTime time = sent ? rfc3339_time(value_of(*sent)) : SentTime{};
  time.from = name;
  return time;
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
    if (is_ngsi(measures)) return entity_.append_all(*root, out);
    if (auto appended = append_measures(measures, report, out); !appended) return appended;
  } else if (root->get(several) == simdjson::SUCCESS) {
    if (several.size() > 0 && several.at(0).get(measures) == simdjson::SUCCESS &&
        is_ngsi(measures)) {
      return entity_.append_all(*root, out);
    }
    if (auto appended = append_list(several, report, out); !appended) return appended;
  } else {
    return rejected(DeadLetterReason::malformed,
                    "expected an object of measures, or an array of them, at byte 0");
  }
  if (!out.reports.empty()) return {};
  return rejected(DeadLetterReason::malformed, "expected a measure");
}

DecodeResult IotAgentJsonDecoder::append_list(array groups, const Report& as, Decoded& out) {
  Parts parts("", groups.size(), readings_limit_, out);
  for (const auto item : groups) {
    parts.begin();
    object measures;
    auto result =
        item.get(measures) == simdjson::SUCCESS
            ? append_measures(measures, as, out)
            : rejected(DeadLetterReason::malformed, "expected an object of measures in the array");
    if (auto ended = parts.end(std::move(result)); !ended) return ended;
  }
  return parts.finish().value_or(DecodeResult{});
}

DecodeResult IotAgentJsonDecoder::append_measures(object measures, const Report& as, Decoded& out) {
  const std::size_t first = out.readings.size();
  Report report = as;
  const auto typed = typed_.find(measures);
  if (!fields_.append(measures, &typed_, out)) return too_many_readings(readings_limit_);
  read_texts(readings_from(out, first), out);
  for (const TypedMeasures::Measure& measure : typed) {
    if (measure.name == "TimeInstant") continue;
    if (measure.name == "location") report.location = place_of(measure.sent);
    if (!entity_.append_attribute(measure.name, measure.sent, out)) {
      return too_many_readings(readings_limit_);
    }
  }
  if (out.readings.size() == first) return {};
  report.time = time_of(measures, "TimeInstant");
  add_report(report, first, out);
  return {};
}

// The value of one attribute: JSON, or what is none as text.
DecodeResult IotAgentJsonDecoder::append_attribute(const Message& message, std::string_view name,
                                                   const Report& as, Decoded& out) {
  const auto root = json_.parse(message);
  if (!root) return append_text(message.payload, name, as, out);
  array several;
  object first;
  if (root->get(several) == simdjson::SUCCESS && several.size() > 0 &&
      several.at(0).get(first) == simdjson::SUCCESS && member(first, "value")) {
    return append_moments(several, name, as, out);
  }
  if (!fields_.append(name, *root, out)) return too_many_readings(readings_limit_);
  read_texts(readings_from(out, 0), out);
  if (out.readings.empty()) {
    return rejected(DeadLetterReason::malformed, "expected the value of the topic's attribute");
  }
  add_report(as, 0, out);
  return {};
}

// `[{"timestamp": ..., "value": ...}, ...]`: the attribute at several moments.
DecodeResult IotAgentJsonDecoder::append_moments(array moments, std::string_view name,
                                                 const Report& as, Decoded& out) {
  Parts parts("", moments.size(), readings_limit_, out);
  for (const auto item : moments) {
    parts.begin();
    if (auto ended = parts.end(append_moment(item, name, as, out)); !ended) return ended;
  }
  if (auto finished = parts.finish()) return std::move(*finished);
  return rejected(DeadLetterReason::malformed, "expected the value of the topic's attribute");
}

DecodeResult IotAgentJsonDecoder::append_moment(element moment, std::string_view name,
                                                const Report& as, Decoded& out) {
  object fields;
  const auto value =
      moment.get(fields) == simdjson::SUCCESS ? member(fields, "value") : std::nullopt;
  if (!value) {
    return rejected(DeadLetterReason::malformed, "expected a value, with its timestamp");
  }
  const std::size_t first = out.readings.size();
  if (!fields_.append(name, *value, out)) return too_many_readings(readings_limit_);
  read_texts(readings_from(out, first), out);
  if (out.readings.size() == first) return {};
  Report report = as;
  report.time = time_of(
      fields, member(fields, "timestamp") ? TimeMember("timestamp") : TimeMember("TimeInstant"));
  add_report(report, first, out);
  return {};
}

// What is no JSON: text, or else bytes, in hexadecimal digits as the agent itself writes them.
DecodeResult IotAgentJsonDecoder::append_text(std::string_view text, std::string_view name,
                                              const Report& as, Decoded& out) {
  RawReading reading;
  reading.name = out.keep_name(name);
  if (name.size() > RawReading::name_bytes_max) reading.bad = DeadLetterReason::limit;
  bool says = true;
  if (simdjson::validate_utf8(text.data(), text.size())) {
    says = read_text_value(text, reading, out);
  } else {
    digits_.clear();
    append_hex(text, digits_);
    reading.value = out.keep(digits_);
  }
  if (!says) {
    return rejected(DeadLetterReason::malformed, "expected the value of the topic's attribute");
  }
  out.readings.push_back(reading);
  add_report(as, 0, out);
  return {};
}

}  // namespace senne::decode
