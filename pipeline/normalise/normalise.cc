#include "pipeline/normalise/normalise.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/check.h"
#include "pipeline/normalise/calibration.h"
#include "pipeline/normalise/event_time.h"
#include "pipeline/normalise/observed_result.h"
#include "pipeline/normalise/quantity_text.h"
#include "pipeline/normalise/utf8.h"

namespace senne::normalise {
namespace {

NormaliseResult reject(DeadLetterReason reason, std::string detail) {
  return tl::unexpected(NotDecoded{Rejected{reason, std::move(detail)}});
}

// Not inlined: GCC 12 would see the other alternative's string and take it for read uninitialised.
[[gnu::noinline]] NotDecoded suppressed(SuppressedReason reason) { return Suppressed{reason}; }

// A retained message is the last one that was sent, whenever that was: without a time of its own
// that can be used there is none to give it.
bool retained_without_time(const Record& record, const Report& report,
                           std::span<const RawReading> readings,
                           const PipelineConfiguration& configuration) {
  if (!record.message.retained) return false;
  const auto usable = [&](const SentTime& time) {
    return time.start && !event_time(time, record.receive_time, configuration).clock;
  };
  return !usable(report.time) &&
         std::none_of(readings.begin(), readings.end(),
                      [&](const RawReading& reading) { return usable(reading.time); });
}

}  // namespace

struct Normaliser::ReportContext {
  RouteNames& names;
  Instant receive_time;
  EventTime time;
};

Normaliser::Normaliser(const PipelineConfiguration& configuration)
    : configuration_(configuration), registry_(configuration), locator_(configuration) {
  for (const Route& route : configuration.routes) {
    names_.emplace_back(route);
    providers_.emplace_back(provider_of(route, configuration));
  }
}

NormaliseResult Normaliser::normalise(const Record& record, const Report& report,
                                      const Decoded& decoded, NormalisedReport& out) {
  out.clear();
  const std::size_t index = record.message.route.value;
  SENNE_CHECK(index < configuration_.routes.size());
  SENNE_CHECK(report.first_reading + report.reading_count <= decoded.readings.size());
  const Route& route = configuration_.routes[index];
  const auto readings =
      std::span(decoded.readings).subspan(report.first_reading, report.reading_count);

  if (auto identified = identify(route, report, out); !identified) return identified;
  if (retained_without_time(record, report, readings, configuration_)) {
    return tl::unexpected(suppressed(SuppressedReason::retained));
  }
  auto& collection = out.collection;
  collection.set_route(route.name);
  collection.set_sequence(report.sequence.data(), report.sequence.size());

  const ReportContext context{names_[index], record.receive_time,
                              event_time(report.time, record.receive_time, configuration_)};
  out.set_times(record.receive_time, context.time.start, context.time.end);
  if (report.result_time) out.set_result_time(*report.result_time);
  if (context.time.clock || record.message.clock_apart) collection.add_quality(v1::CLOCK);
  if (report.historical) collection.add_quality(v1::HISTORICAL);
  locator_.locate(report, readings, out);
  out.link = decoded.link;
  for (const RawReading& reading : readings) observe(reading, context, out);
  return {};
}

NormaliseResult Normaliser::identify(const Record& record, const Report& report,
                                     NormalisedReport& out) const {
  out.clear();
  SENNE_CHECK(record.message.route.value < configuration_.routes.size());
  return identify(configuration_.routes[record.message.route.value], report, out);
}

NormaliseResult Normaliser::identify(const Route& route, const Report& report,
                                     NormalisedReport& out) const {
  if (report.device.empty()) {
    return reject(DeadLetterReason::malformed, "device: empty, expected an id");
  }
  if (report.device.size() > id_bytes_max || report.sequence.size() > id_bytes_max) {
    return reject(DeadLetterReason::limit, "device or sequence: expected at most " +
                                               std::to_string(id_bytes_max) + " bytes");
  }
  // Either may be a level of the topic, which no decoder checks.
  if (!is_utf8(report.device) || !is_utf8(report.sequence)) {
    return reject(DeadLetterReason::malformed, "device or sequence: expected UTF-8");
  }
  const auto route_index = static_cast<std::size_t>(&route - configuration_.routes.data());
  const std::string& provider = providers_[route_index];
  auto& collection = out.collection;
  collection.set_provider(provider);

  const DeviceRegistry::Entry* entry = registry_.find(report.device);
  if (entry == nullptr && !report.other_device.empty()) entry = registry_.find(report.other_device);
  if (entry == nullptr) {
    if (route.unknown_devices == UnknownDevices::reject) {
      return reject(DeadLetterReason::unknown_device,
                    "device " + std::string(report.device) + ": not in the registry");
    }
    std::string& id = *collection.mutable_device_id();
    id.assign(report.device);
    make_canonical(id);
    out.device_key = device_key(provider, id);
    collection.add_quality(v1::UNREGISTERED);
    return {};
  }
  if (entry->provider != provider) {
    return reject(DeadLetterReason::identity_mismatch,
                  "device " + entry->id + ": belongs to provider " + entry->provider +
                      ", the route speaks for " + provider);
  }
  collection.set_device_id(entry->id);
  out.device = entry->device;
  out.device_key = entry->key;
  return {};
}

void Normaliser::observe(const RawReading& sent, const ReportContext& context,
                         NormalisedReport& out) {
  std::optional<RawReading> apart;
  const RawReading& reading = with_unit_apart(sent, context.names, apart);
  // The name goes into a dead letter.
  const auto refuse = [&](DeadLetterReason reason) {
    out.bad.push_back({is_utf8(reading.name) ? reading.name : std::string_view{}, reason});
  };
  if (reading.bad) return refuse(*reading.bad);
  if (reading.channel.size() > RouteNames::name_bytes_max) return refuse(DeadLetterReason::limit);
  const Meaning& meaning = context.names.meaning(reading);
  if (meaning.personal) {
    ++out.personal;
    return;
  }
  const auto result = observed_result(meaning, reading.value);
  if (!result) return refuse(result.error());
  if (!is_utf8(reading.channel)) return refuse(DeadLetterReason::bad_value);

  v1::Observation& observation = *out.collection.add_observations();
  if (result->raw) {
    observation.mutable_property()->assign("raw.").append(reading.name);
  } else {
    observation.set_property(meaning.name);
  }
  if (!meaning.channel.empty() && !result->raw) observation.set_channel(meaning.channel);
  if (!reading.channel.empty()) {
    std::string& channel = *observation.mutable_channel();
    if (!channel.empty()) channel.push_back('.');
    channel.append(reading.channel);
  }

  if (reading.historical) observation.add_quality(v1::HISTORICAL);
  Instant time = context.time.start;
  if (stated(reading.time)) {
    const EventTime own = event_time(reading.time, context.receive_time, configuration_);
    if (own != context.time) out.set_phenomenon_time(observation, own.start, own.end);
    if (own.clock) observation.add_quality(v1::CLOCK);
    time = own.start;
  }

  if (const auto* flag = std::get_if<bool>(&result->value)) {
    observation.set_flag(*flag);
  } else if (const auto* text = std::get_if<std::string_view>(&result->value)) {
    out.set_text(observation, *text);
  } else if (const auto* digits = std::get_if<Digits>(&result->value)) {
    out.set_text(observation, digits->text());
  } else {
    double number = std::get<double>(result->value);
    if (out.device != nullptr && !out.device->calibration.empty()) {
      const Calibration* const calibration = calibration_of(
          out.device->calibration, observation.property(), observation.channel(), time);
      if (calibration != nullptr) number = calibrated(*calibration, number);
      if (!std::isfinite(number)) {
        out.collection.mutable_observations()->RemoveLast();
        return refuse(DeadLetterReason::bad_value);
      }
    }
    observation.set_number(number);
    const Property* const property = result->raw ? nullptr : meaning.property;
    const std::string_view unit = property == nullptr ? std::string_view("1") : property->unit;
    observation.set_unit(unit.data(), unit.size());
    if (meaning.unit_assumed) observation.add_quality(v1::UNIT_ASSUMED);
    Sample sample;
    sample.observation = static_cast<std::size_t>(out.collection.observations_size() - 1);
    sample.datastream = out.name_datastream(observation);
    sample.property = property;
    sample.unit = unit;
    sample.value = number;
    sample.time = time;
    if (out.device != nullptr) sample.interval = out.device->interval;
    out.samples.push_back(sample);
  }
}

}  // namespace senne::normalise
