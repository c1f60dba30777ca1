#include "app/explain.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "pipeline/normalise/calibration.h"
#include "pipeline/normalise/event_time.h"
#include "pipeline/normalise/locator.h"
#include "pipeline/normalise/names.h"
#include "pipeline/normalise/observed_result.h"
#include "pipeline/normalise/quantity_text.h"
#include "pipeline/place/plausible.h"
#include "sinks/cloud_events.h"

namespace senne::app {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(Instant time) {
  std::array<char, 32> characters;
  return std::string(sinks::format_time(time, characters));
}

Json json_of(const Value& value) {
  return std::visit([](const auto& one) -> Json { return one; }, value);
}

// `(x - 32) * 5 / 9`
std::string formula(const normalise::Conversion& conversion) {
  std::string text = "x";
  if (conversion.zero != 0) text = fmt::format("(x - {})", conversion.zero);
  if (conversion.numerator != 1) text += fmt::format(" * {}", conversion.numerator);
  if (conversion.denominator != 1) text += fmt::format(" / {}", conversion.denominator);
  return text;
}

class Explanation {
 public:
  Explanation(const PipelineConfiguration& configuration, const normalise::DeviceRegistry& registry,
              const Record& record)
      : configuration_(configuration),
        registry_(registry),
        record_(record),
        route_(configuration.routes[record.message.route.value]),
        names_(route_) {}

  Json of(const Decoded& decoded) {
    Json reports = Json::array();
    for (const Report& report : decoded.reports) reports.push_back(of_report(report, decoded));
    return {{"route", route_.name},
            {"filter", route_.topic},
            {"format", name(route_.format)},
            {"received", text_of(record_.receive_time)},
            {"reports", std::move(reports)}};
  }

 private:
  Json of_report(const Report& report, const Decoded& decoded) {
    const auto* entry = registry_.find(report.device);
    const bool by_other = entry == nullptr && !report.other_device.empty();
    if (by_other) entry = registry_.find(report.other_device);
    const Device* const device = entry == nullptr ? nullptr : entry->device;
    Json json;
    json["device"] = report.device;
    if (!report.other_device.empty()) json["otherDevice"] = report.other_device;
    json["registry"] = entry == nullptr ? "not registered"
                       : by_other       ? "by the other name: " + entry->id
                                        : "registered: " + entry->id;
    if (device != nullptr && !device->profile.empty()) json["profile"] = device->profile;
    json["time"] = of_time(report.time);
    json["location"] = of_location(report, device);
    const normalise::EventTime time =
        normalise::event_time(report.time, record_.receive_time, configuration_);
    Json readings = Json::array();
    for (std::size_t i = 0; i < report.reading_count; ++i) {
      readings.push_back(of_reading(decoded.readings[report.first_reading + i], time, device));
    }
    json["readings"] = std::move(readings);
    return json;
  }

  Json of_time(const SentTime& sent) const {
    const normalise::EventTime time =
        normalise::event_time(sent, record_.receive_time, configuration_);
    Json json;
    if (!sent.from.text().empty()) json["from"] = sent.from.text();
    if (sent.start) json["sent"] = text_of(*sent.start);
    if (sent.end) json["sentEnd"] = text_of(*sent.end);
    json["used"] = text_of(time.start);
    const char* why = "as sent";
    if (sent.malformed) {
      why = "what was sent cannot be read: the time of receipt, flagged CLOCK";
    } else if (!sent.start) {
      why = "none was sent: the time of receipt";
    } else if (time.clock) {
      why = "what was sent lies outside `time_sanity`: the time of receipt, flagged CLOCK";
    }
    json["why"] = why;
    return json;
  }

  static Json place(const Location& location) {
    return {{"latitude", location.latitude}, {"longitude", location.longitude}};
  }

  Json of_location(const Report& report, const Device* device) const {
    const bool registered = device != nullptr && device->location.has_value();
    Json json;
    if (report.location) {
      json["sent"] = place(*report.location);
      const place::Fault fault = place::fault_of(*report.location);
      if (fault != place::Fault::none) {
        json["why"] = fmt::format("{}: left out, flagged LOCATION_MISMATCH{}",
                                  place::words_for(fault), registered ? "; the registry's" : "");
        return json;
      }
      json["why"] = "as sent";
      if (registered) {
        const double metres = place::distance(*report.location, *device->location);
        if (metres > normalise::Locator::mismatch_metres) {
          json["why"] = fmt::format(
              "as sent; {:.0f} m from where it is registered, flagged LOCATION_MISMATCH", metres);
        }
      }
      return json;
    }
    json["why"] = registered ? "none was sent: the registry's" : "none is known";
    return json;
  }

  Json of_reading(const RawReading& reading, const normalise::EventTime& report_time,
                  const Device* device) {
    Json json;
    json["name"] = reading.name;
    if (!reading.channel.empty()) json["channel"] = reading.channel;
    json["value"] = json_of(reading.value);
    if (!reading.unit.empty()) json["unit"] = reading.unit;
    const bool own_time = normalise::stated(reading.time);
    if (own_time) json["time"] = of_time(reading.time);
    if (reading.bad) {
      json["refused"] = name(*reading.bad);
      return json;
    }
    std::optional<RawReading> scratch;
    const RawReading& apart = normalise::with_unit_apart(reading, names_, scratch);
    const normalise::Meaning& meaning = names_.meaning(apart);
    const auto result = normalise::observed_result(meaning, apart.value);
    const bool raw = meaning.property == nullptr || (result && result->raw);
    json["property"] =
        raw && meaning.property != nullptr ? "raw." + std::string(reading.name) : meaning.name;
    json["why"] = reading.raw                   ? "the format means another thing by the name"
                  : meaning.property == nullptr ? "nobody knows the name"
                  : raw                         ? "a flag under the name of a number"
                  : meaning.alias               ? "the source's own name for it"
                                                : "named by the mapping";
    if (!meaning.channel.empty() && reading.channel.empty()) {
      json["channelFromName"] = meaning.channel;
    }
    if (meaning.property != nullptr && !raw && !meaning.property->unit.empty()) {
      json["unitFrom"] = !apart.unit.empty()    ? "the message, its profile or its mapping"
                         : meaning.unit_assumed ? "what such names are usually given in, flagged "
                                                  "UNIT_ASSUMED"
                         : meaning.alias        ? "the route's `units`"
                                                : "the property: none was stated";
      if (!meaning.conversion.identity()) json["conversion"] = formula(meaning.conversion);
    }
    if (!result) {
      json["refused"] = name(result.error());
      return json;
    }
    if (const auto* number = std::get_if<double>(&result->value)) {
      const Instant time =
          own_time ? normalise::event_time(reading.time, record_.receive_time, configuration_).start
                   : report_time.start;
      json["result"] = calibrate(*number, reading, meaning, device, time, json);
    }
    return json;
  }

  static double calibrate(double number, const RawReading& reading,
                          const normalise::Meaning& meaning, const Device* device, Instant time,
                          Json& json) {
    if (device == nullptr) return number;
    const std::string_view channel =
        reading.channel.empty() ? std::string_view(meaning.channel) : reading.channel;
    const Calibration* const calibration =
        normalise::calibration_of(device->calibration, meaning.name, channel, time);
    if (calibration == nullptr) return number;
    json["calibration"] =
        fmt::format("measured * {} + {}", calibration->scale, calibration->offset);
    return normalise::calibrated(*calibration, number);
  }

  const PipelineConfiguration& configuration_;
  const normalise::DeviceRegistry& registry_;
  const Record& record_;
  const Route& route_;
  normalise::RouteNames names_;
};

}  // namespace

std::string explain(const PipelineConfiguration& configuration,
                    const normalise::DeviceRegistry& registry, const Record& record,
                    const Decoded& decoded) {
  const Json json = {{"explain", Explanation(configuration, registry, record).of(decoded)}};
  // Names may be any bytes of the topic.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace senne::app
