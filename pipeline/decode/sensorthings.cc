#include "pipeline/decode/sensorthings.h"

#include <fmt/format.h>

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/ngsi_forms.h"

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
std::string_view id_in(element id, Decoded& out) {
  std::string_view text;
  return id.get(text) == simdjson::SUCCESS ? out.keep(text) : keep_counter(id, out);
}

// `Datastream`, or `MultiDatastream`, where the observation comes with it.
std::optional<object> datastream_of(object observation) {
  const auto single = object_member(observation, "Datastream");
  return single ? single : object_member(observation, "MultiDatastream");
}

// As its symbol says; `C` and `F` are coulomb and farad, but for a unit called a temperature's.
std::string_view unit_in(object unit) {
  const std::string_view symbol = text_member(unit, "symbol").value_or(std::string_view{});
  const std::string_view name = text_member(unit, "name").value_or(std::string_view{});
  if (symbol == "C" && name.find("elsius") != name.npos) return "Cel";
  if (symbol == "F" && name.find("ahrenheit") != name.npos) return "[degF]";
  return symbol;
}

// Where in the rows of a data array a component stands.
std::optional<std::size_t> column_of(array components, std::string_view name) {
  std::size_t index = 0;
  for (const auto item : components) {
    std::string_view text;
    if (item.get(text) == simdjson::SUCCESS && text == name) return index;
    ++index;
  }
  return std::nullopt;
}

std::optional<element> cell(array row, std::optional<std::size_t> column) {
  element value;
  if (!column || row.at(*column).get(value) != simdjson::SUCCESS || value.is_null()) return {};
  return value;
}

}  // namespace

SensorthingsDecoder::SensorthingsDecoder(const Route& route)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult SensorthingsDecoder::decode(const Message& message, Instant /*receive_time*/,
                                         Decoded& out) {
  const auto root = json_.parse(message);
  if (!root) return tl::unexpected(root.error());
  const auto of_topic = datastream_of_topic(message.topic);
  object observation;
  array groups;
  if (root->get(groups) == simdjson::SUCCESS) return append_groups(groups, of_topic, out);
  if (root->get(observation) != simdjson::SUCCESS) {
    return rejected(DeadLetterReason::malformed, "expected an observation, or data arrays");
  }
  if (const auto several = array_member(observation, "value")) {
    return append_groups(*several, of_topic, out);
  }
  if (member(observation, "dataArray")) {
    if (auto appended = append_group(observation, of_topic, out); !appended) return appended;
    return finish(out);
  }
  // A datastream itself, which tells when it has changed.
  if (!member(observation, "result") && message.topic.ends_with(')')) {
    return suppressed(SuppressedReason::status);
  }
  const Observation parts{member(observation, "result"), member(observation, "phenomenonTime"),
                          member(observation, "resultTime"), member(observation, "@iot.id")};
  const auto datastream = datastream_of(observation);
  const std::size_t first = out.readings.size();
  if (auto appended = append(parts, datastream, of_topic, out); !appended) return appended;
  if (out.readings.size() == first) {
    return rejected(DeadLetterReason::malformed, "expected a result with a value at /result");
  }
  const auto place = object_member(observation, "FeatureOfInterest");
  const auto feature = place ? member(*place, "feature") : std::nullopt;
  if (feature) out.reports.back().location = place_of(*feature);
  return {};
}

DecodeResult SensorthingsDecoder::finish(const Decoded& out) {
  if (!out.reports.empty()) return {};
  return rejected(DeadLetterReason::malformed, "expected a result in a data array");
}

DecodeResult SensorthingsDecoder::append_groups(array groups,
                                                std::optional<std::string_view> of_topic,
                                                Decoded& out) {
  std::size_t rows = 0;
  for (const auto item : groups) {
    object group;
    if (item.get(group) != simdjson::SUCCESS) continue;
    if (const auto several = array_member(group, "dataArray")) rows += several->size();
  }
  expect_reports(rows, readings_limit_, out);
  for (const auto item : groups) {
    object group;
    if (item.get(group) != simdjson::SUCCESS) {
      return rejected(DeadLetterReason::malformed, "expected objects with a data array");
    }
    if (auto appended = append_group(group, of_topic, out); !appended) return appended;
  }
  return finish(out);
}

// The data array extension (OGC 18-088, 13): observations as rows, whose columns `components`
// names.
DecodeResult SensorthingsDecoder::append_group(object group,
                                               std::optional<std::string_view> of_topic,
                                               Decoded& out) {
  const auto names = array_member(group, "components");
  const auto rows = array_member(group, "dataArray");
  if (!names || !rows) {
    return rejected(DeadLetterReason::malformed, "expected arrays at /components and /dataArray");
  }
  const auto datastream = datastream_of(group);
  const auto result = column_of(*names, "result");
  const auto phenomenon_time = column_of(*names, "phenomenonTime");
  const auto result_time = column_of(*names, "resultTime");
  auto id = column_of(*names, "@iot.id");
  if (!id) id = column_of(*names, "id");
  for (const auto item : *rows) {
    array row;
    if (item.get(row) != simdjson::SUCCESS) {
      return rejected(DeadLetterReason::malformed, "expected rows in /dataArray");
    }
    const Observation parts{cell(row, result), cell(row, phenomenon_time), cell(row, result_time),
                            cell(row, id)};
    if (!parts.result) continue;
    if (auto appended = append(parts, datastream, of_topic, out); !appended) return appended;
  }
  return {};
}

DecodeResult SensorthingsDecoder::append(const Observation& observation,
                                         const std::optional<object>& datastream,
                                         std::optional<std::string_view> of_topic, Decoded& out) {
  Report report;
  if (const auto id = datastream ? member(*datastream, "@iot.id") : std::nullopt) {
    report.device = id_in(*id, out);
  }
  if (of_topic) {
    if (!report.device.empty() && report.device != *of_topic) {
      return rejected(
          DeadLetterReason::identity_mismatch,
          fmt::format("expected datastream {} of the topic at /Datastream/@iot.id, found {}",
                      *of_topic, report.device));
    }
    report.device = out.keep(*of_topic);
  }
  if (report.device.empty()) {
    return rejected(DeadLetterReason::malformed,
                    "expected a datastream, in a topic such as v1.1/Datastreams(1)/Observations or "
                    "at /Datastream/@iot.id");
  }
  if (!observation.result) {
    return rejected(DeadLetterReason::malformed, "expected a result at /result");
  }
  const std::size_t first = out.readings.size();
  if (!append_result(*observation.result, datastream, out)) {
    return too_many_readings(readings_limit_);
  }
  if (observation.phenomenon_time) report.time = rfc3339_time(*observation.phenomenon_time);
  report.time.from = "phenomenonTime";
  SentTime stated;
  if (observation.result_time) stated = rfc3339_time(*observation.result_time);
  stated.from = "resultTime";
  report.result_time = stated.start;
  if (!report.time.start && !report.time.malformed) report.time = stated;
  if (observation.id) report.sequence = id_in(*observation.id, out);
  if (out.readings.size() > first) add_report(report, first, out);
  return {};
}

// Of a MultiDatastream one of each of its properties, in their order. False where there is no room.
bool SensorthingsDecoder::append_result(element result, const std::optional<object>& datastream,
                                        Decoded& out) {
  if (!datastream) return append_one(result, {}, {}, out);
  const auto properties = array_member(*datastream, "ObservedProperties");
  array values;
  if (!properties || result.get(values) != simdjson::SUCCESS ||
      values.size() != properties->size()) {
    return append_one(result, object_member(*datastream, "ObservedProperty"),
                      object_member(*datastream, "unitOfMeasurement"), out);
  }
  const auto units = array_member(*datastream, "unitOfMeasurements");
  const bool with_units = units && units->size() == values.size();
  auto property = properties->begin();
  auto unit = with_units ? units->begin() : property;
  const auto as_object = [](element item) {
    object fields;
    return item.get(fields) == simdjson::SUCCESS ? std::optional(fields) : std::nullopt;
  };
  for (const auto value : values) {
    const auto stated = with_units ? as_object(*unit) : std::nullopt;
    if (!append_one(value, as_object(*property), stated, out)) return false;
    ++property;
    if (with_units) ++unit;
  }
  return true;
}

bool SensorthingsDecoder::append_one(element value, const std::optional<object>& property,
                                     const std::optional<object>& unit, Decoded& out) {
  const std::size_t first = out.readings.size();
  object fields;
  const auto name = property ? text_member(*property, "name") : std::nullopt;
  const bool within = value.get(fields) == simdjson::SUCCESS
                          ? fields_.append(fields, nullptr, out)
                          : fields_.append(name.value_or("result"), value, out);
  const std::string_view symbol = unit ? unit_in(*unit) : std::string_view{};
  if (!within || symbol.empty()) return within;
  const std::string_view kept = out.keep_name(symbol);
  for (RawReading& reading : readings_from(out, first)) reading.unit = kept;
  return true;
}

}  // namespace senne::decode
