#include "pipeline/decode/sensorthings.h"

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

// What stands in the brackets of `.../Datastreams(17)/Observations`, without the quotes of a text.
std::optional<std::string_view> datastream_of_topic(std::string_view topic) {
  for (const std::string_view set : {"/Datastreams(", "/MultiDatastreams("}) {
    auto begin = topic.rfind(set);
    if (begin == std::string_view::npos && topic.starts_with(set.substr(1))) begin = 0;
    if (begin == std::string_view::npos) continue;
    topic.remove_prefix(topic.find('(', begin) + 1);
    const auto end = topic.find(')');
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view id = topic.substr(0, end);
    if (id.size() > 2 && id.front() == '\'' && id.back() == '\'') id = id.substr(1, id.size() - 2);
    if (!id.empty()) return id;
  }
  return std::nullopt;
}

// `@iot.id`, a number or a text.
std::string_view id_of(object entity, Decoded& out) {
  const auto id = member(entity, "@iot.id");
  if (!id) return {};
  const auto text = text_member(entity, "@iot.id");
  return text ? out.keep(*text) : keep_counter(*id, out);
}

}  // namespace

SensorthingsDecoder::SensorthingsDecoder(const Route& route)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult SensorthingsDecoder::decode(const Message& message, Instant /*receive_time*/,
                                         Decoded& out) {
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  const auto datastream = object_member(*root, "Datastream");
  Report report;
  if (const auto id = datastream_of_topic(message.topic)) {
    report.device = out.keep(*id);
  } else if (datastream) {
    report.device = id_of(*datastream, out);
  }
  if (report.device.empty()) {
    return rejected(DeadLetterReason::malformed,
                    "expected a datastream, in a topic such as v1.1/Datastreams(1)/Observations or "
                    "at /Datastream/@iot.id");
  }
  const auto property = datastream ? object_member(*datastream, "ObservedProperty") : std::nullopt;
  const auto name = property ? text_member(*property, "name") : std::nullopt;
  if (auto appended = append_result(*root, name.value_or("result"), out); !appended) {
    return appended;
  }
  if (datastream) {
    const auto unit = object_member(*datastream, "unitOfMeasurement");
    const auto symbol = unit ? text_member(*unit, "symbol") : std::nullopt;
    if (symbol && !symbol->empty()) {
      for (RawReading& reading : out.readings) reading.unit = out.keep_name(*symbol);
    }
  }
  report.time = rfc3339_time_member(*root, "phenomenonTime");
  const SentTime stated = rfc3339_time_member(*root, "resultTime");
  report.result_time = stated.start;
  if (!report.time.start && !report.time.malformed) report.time = stated;
  if (const auto id = id_of(*root, out); !id.empty()) report.sequence = id;
  add_report(report, 0, out);
  return {};
}

DecodeResult SensorthingsDecoder::append_result(object observation, std::string_view name,
                                                Decoded& out) {
  const auto result = member(observation, "result");
  if (!result) return rejected(DeadLetterReason::malformed, "expected a result at /result");
  object fields;
  if (result->get(fields) == simdjson::SUCCESS) {
    if (!fields_.append(fields, nullptr, out)) return too_many_readings(readings_limit_);
  } else if (!fields_.append(name, *result, out)) {
    return too_many_readings(readings_limit_);
  }
  if (!out.readings.empty()) return {};
  return rejected(DeadLetterReason::malformed, "expected a result with a value at /result");
}

}  // namespace senne::decode
