#include "pipeline/pipeline.h"

#include <algorithm>

#include "core/check.h"
#include "core/user_properties.h"
#include "pipeline/decode/decoders.h"
#include "pipeline/decode/sparkplug_rebirth.h"
#include "pipeline/normalise/personal_names.h"
#include "pipeline/timestamps.h"

namespace senne::pipeline {
namespace {

// Of a message that becomes a dead letter.
bool identifies_person(const Decoded& decoded) {
  return std::any_of(
      decoded.readings.begin(), decoded.readings.end(),
      [](const RawReading& reading) { return normalise::names_a_person(reading.name); });
}

constexpr std::uint32_t state_version = 4;
constexpr std::uint32_t state_version_of_0_1 = 3;  // without the parts behind the windows
constexpr Duration idle_at_least = std::chrono::hours{24 * 30};

std::size_t at(DeadLetterReason reason) { return static_cast<std::size_t>(reason); }
std::size_t at(SuppressedReason reason) { return static_cast<std::size_t>(reason); }

}  // namespace

Pipeline::Pipeline(ConfigurationSource& configurations, Id128 initial_configuration, Id128 log)
    : configurations_(configurations), log_(log), dead_letters_(log) {
  configure(initial_configuration, Instant{});
}

// `since`: what came before was not aggregated under it.
void Pipeline::configure(Id128 hash, Instant since) {
  if (configuration_ && hash == configuration_hash_) return;
  auto loaded = configurations_.load(hash);
  if (!loaded) {
    failure_ = loaded.error();
    return;
  }
  configuration_ = *loaded;
  configuration_hash_ = hash;
  decoders_.clear();
  codecs_.reset();
  normaliser_ = std::make_unique<normalise::Normaliser>(*configuration_);
  codecs_ = std::make_unique<RegistryCodecs>(*configuration_, normaliser_->registry());
  for (const Route& route : configuration_->routes) {
    decoders_.push_back(decode::make_decoder(route, codecs_.get(), &nodes_));
  }
  ledger_.configure(configuration_->routes);
  unregistered_.configure(*configuration_);
  judge_.configure(configuration_->quality);
  devices_.configure(*configuration_, normaliser_->registry());
  std::vector<RouteCaps> caps;
  for (const Route& route : configuration_->routes) {
    caps.push_back(
        {route.name, route.limits.datastreams, route.limits.open_windows_per_datastream});
  }
  windows_.configure(configuration_->windows, since, caps);
  idle_horizon_ = idle_at_least;
  for (const WindowDefinition& window : configuration_->windows) {
    idle_horizon_ = std::max(idle_horizon_, window.length);
  }
}

void Pipeline::process(const Record& record, Collector& out) {
  if (failure_) return;
  let_time_pass(record, out);
  if (record.kind == RecordKind::configuration) {
    configure(record.configuration, record.receive_time);
  }
  if (record.kind == RecordKind::message) process_message(record, out);
}

void Pipeline::quarantine(const Record& record, Collector& out) {
  if (failure_) return;
  SENNE_CHECK(record.kind == RecordKind::message);
  let_time_pass(record, out);
  ledger_.note_sequence(record.sequence);
  if (record.message.route.value >= configuration_->routes.size()) {
    ++ledger_.account(record.message.route).suppressed[at(SuppressedReason::no_route)];
    return;
  }
  bad_.clear();
  decoders_[record.message.route.value]->pass_over(record.message);
  const Id128 fingerprint = normalise::message_fingerprint(record.message);
  recent_.deliver(fingerprint.low, record.message.duplicate, record.receive_time);
  const Rejected rejected{DeadLetterReason::quarantined,
                          "the process ended more than once while it worked on this message"};
  finish_undecoded(record, rejected, Stage::decode, Outcome{}, out);
}

void Pipeline::let_time_pass(const Record& record, Collector& out) {
  if (!begun_) {
    begun_ = true;
    windows_.set_origin(record.receive_time);
  }
  // One is appended at every start, before MQTT connects, and at a reload without a connection. A
  // tick then would close windows whose data the broker still queues.
  if (record.kind == RecordKind::configuration) return;
  // A connection counts before the tick it implies; a message after.
  if (record.kind == RecordKind::connected) {
    windows_.connected(record.receive_time);
    recent_.connected();
    devices_.connected(record.receive_time);
  } else {
    recent_.heard(record.receive_time);
  }
  const Instant second = whole_second(record.receive_time);
  if (second > last_tick_) tick(second, out);
}

void Pipeline::tick(Instant time, Collector& out) {
  last_tick_ = time;
  windows_.tick(time, out);
  devices_.tick(time, out);
  deduplicator_.forget_idle(time, idle_horizon_);
  unregistered_.forget_idle(time, idle_horizon_);
  judge_.forget_idle(time, idle_horizon_);
  devices_.forget_idle(time, idle_horizon_);
  nodes_.forget_idle(time, idle_horizon_);
}

void Pipeline::Outcome::failed(NotDecoded why, std::string_view of_device) {
  const bool rejected = std::holds_alternative<Rejected>(why);
  if (rejected && device.empty()) device = of_device;
  if (!failure || (rejected && std::holds_alternative<Suppressed>(*failure))) {
    failure = std::move(why);
  }
}

void Pipeline::process_message(const Record& record, Collector& out) {
  const Message& message = record.message;
  bad_.clear();
  decoded_.clear();
  ledger_.note_sequence(record.sequence);
  if (message.route.value >= configuration_->routes.size()) {
    ++ledger_.account(message.route).suppressed[at(SuppressedReason::no_route)];
    return;
  }
  const Id128 fingerprint = normalise::message_fingerprint(message);
  Outcome outcome;
  // What comes at QoS 0 comes once, and would only take the place of others.
  if (message.duplicate || configuration_->routes[message.route.value].qos > 0) {
    outcome.redelivery = recent_.deliver(fingerprint.low, message.duplicate, record.receive_time);
  }
  if (message.truncated()) {
    decoders_[message.route.value]->pass_over(message);
    const Rejected rejected{DeadLetterReason::too_large,
                            "payload over the route's limit; a prefix was kept"};
    finish_undecoded(record, rejected, Stage::ingest, outcome, out);
    return;
  }
  const DecodeResult result =
      decoders_[message.route.value]->decode(message, record.receive_time, decoded_);
  ask_rebirth(record, out);
  if (!result) {
    if (std::holds_alternative<Suppressed>(result.error())) process_signs(record, outcome);
    decoded_.clear();  // what was read before the fault showed
    finish_undecoded(record, result.error(), Stage::decode, outcome, out);
    return;
  }

  process_signs(record, outcome);
  for (std::size_t i = 0; i < decoded_.reports.size(); ++i) {
    process_report(record, i, fingerprint, outcome, out);
  }
  if (!outcome.decoded) {
    SENNE_CHECK(outcome.failure);
    finish_undecoded(record, *outcome.failure, Stage::normalise, outcome, out);
    return;
  }
  RouteAccount& account = ledger_.account(message.route);
  ++account.decoded;
  if (bad_.empty()) return;
  const DeadLetterReason reason = bad_.front().reason;
  ++account.partly[at(reason)];
  DeadLetterOf what{
      reason, Stage::normalise,           "some readings cannot be used", outcome.device,
      bad_,   identifies_person(decoded_)};
  dead_letters_.send(record, configuration_->routes[message.route.value].name, what, out);
}

// What is not of this moment shows nothing: a retained message, or one delivered again.
void Pipeline::process_signs(const Record& record, const Outcome& outcome) {
  if (record.message.retained || outcome.redelivery == normalise::Redelivery::yes) return;
  for (const Sign& sign : decoded_.signs) {
    Report report;
    report.device = sign.device;
    report.other_device = sign.other_device;
    if (!normaliser_->identify(record, report, report_)) continue;
    if (report_.device == nullptr &&
        unregistered_.admit(report_.collection.device_id(), record.message.route,
                            record.receive_time) != Admission::yes) {
      continue;
    }
    if (sign.gone) {
      devices_.lose(report_, sign.unborn);
    } else {
      report_.link = sign.link;
      devices_.hear(report_, record.receive_time);
    }
  }
}

void Pipeline::ask_rebirth(const Record& record, Collector& out) {
  const std::string_view descriptor = nodes_.take_rebirth();
  if (descriptor.empty()) return;
  decode::write_rebirth_command(descriptor, record.receive_time, command_topic_, command_payload_);
  out.command({command_topic_, command_payload_, record.receive_time});
}

void Pipeline::process_report(const Record& record, std::size_t index, Id128 fingerprint,
                              Outcome& outcome, Collector& out) {
  const Report& report = decoded_.reports[index];
  RouteAccount& account = ledger_.account(record.message.route);
  account.readings += report.reading_count;

  // All of the report's readings share one fate; the message's is decided when all reports are
  // done.
  const auto give_up = [&](NotDecoded why) {
    if (const auto* rejected = std::get_if<Rejected>(&why)) {
      account.readings_dead_lettered += report.reading_count;
      for (std::size_t i = 0; i < report.reading_count; ++i) {
        bad_.push_back({decoded_.readings[report.first_reading + i].name, rejected->reason});
      }
    } else {
      account.readings_suppressed += report.reading_count;
    }
    outcome.failed(std::move(why), report.device);
  };

  if (auto normalised = normaliser_->normalise(record, report, decoded_, report_); !normalised) {
    give_up(std::move(normalised.error()));
    return;
  }
  // Before anything else is remembered of it.
  if (report_.device == nullptr) {
    const std::string& id = report_.collection.device_id();
    const Admission admission = unregistered_.admit(id, record.message.route, record.receive_time);
    if (admission == Admission::over_cap) {
      return give_up(
          Rejected{DeadLetterReason::limit, "more unregistered devices than the route admits"});
    }
    if (admission == Admission::of_another_provider) {
      return give_up(Rejected{DeadLetterReason::identity_mismatch,
                              "device " + id +
                                  ": not registered, and heard first from another "
                                  "provider than the route speaks for"});
    }
  }
  devices_.hear(report_, record.receive_time);
  const auto identity = identity_.dedupe(record, fingerprint, report, decoded_, report_.device_key);
  const bool delivered_again =
      outcome.redelivery == normalise::Redelivery::yes ||
      (outcome.redelivery == normalise::Redelivery::of_equal_bytes && identity.carries_identity);
  if (deduplicator_.seen(identity) || delivered_again) {
    account.duplicates += report.reading_count;
    outcome.decoded = true;
    return;
  }
  judge_.judge(report_, record.receive_time);
  aggregate(record);

  account.readings_dead_lettered += report_.bad.size();
  account.readings_suppressed += report_.personal;
  bad_.insert(bad_.end(), report_.bad.begin(), report_.bad.end());
  const std::string& device = report_.collection.device_id();
  if (!report_.bad.empty() && outcome.device.empty()) outcome.device = device;
  if (report_.collection.observations().empty()) {
    if (report_.bad.empty()) {
      SENNE_CHECK(report_.personal > 0);
      outcome.failed(Suppressed{SuppressedReason::personal}, device);
      return;
    }
    outcome.failed(Rejected{report_.bad.front().reason, "no reading of it can be used"}, device);
    return;
  }
  send_observations(record, index, fingerprint, outcome, out);
}

void Pipeline::aggregate(const Record& record) {
  auto& observations = *report_.collection.mutable_observations();
  over_cap_.clear();
  for (const normalise::Sample& sample : report_.samples) {
    const int place = static_cast<int>(sample.observation);
    v1::Observation& observation = observations[place];
    const Offer offer =
        windows_.offer(sample.datastream, observation.property(), sample.unit, sample.interval,
                       sample.value, sample.time, record.receive_time, record.message.route);
    if (offer.missed > 0) observation.add_quality(v1::LATE);
    if (offer.over_cap) over_cap_.push_back(place);
  }
  // Backwards, so that a removal does not move those still to come.
  for (auto place = over_cap_.rbegin(); place != over_cap_.rend(); ++place) {
    const std::string_view property = decoded_.keep(observations[*place].property());
    report_.bad.push_back({property, DeadLetterReason::limit});
    observations.DeleteSubrange(*place, 1);
  }
}

void Pipeline::send_observations(const Record& record, std::size_t index, Id128 fingerprint,
                                 Outcome& outcome, Collector& out) {
  const v1::ObservationCollection& collection = report_.collection;
  RouteAccount& account = ledger_.account(record.message.route);
  Emission emission;
  emission.key = collection.device_id();
  emission.id =
      normalise::emission_id(record, log_, fingerprint, decoded_.reports[index], decoded_, index);
  emission.time = to_instant(collection.phenomenon_time());
  emission.traceparent = find_user_property(record.message.user_properties, "traceparent");
  const auto count = static_cast<std::uint64_t>(collection.observations_size());
  if (out.observations(emission, collection) == Accepted::yes) {
    account.observations += count;
    outcome.decoded = true;
    return;
  }
  account.readings_dead_lettered += count;
  for (const v1::Observation& observation : collection.observations()) {
    bad_.push_back({decoded_.keep(observation.property()), DeadLetterReason::too_large});
  }
  outcome.failed(Rejected{DeadLetterReason::too_large,
                          "the observations exceed the topic's max.message.bytes"},
                 collection.device_id());
}

void Pipeline::finish_undecoded(const Record& record, const NotDecoded& why, Stage stage,
                                const Outcome& outcome, Collector& out) {
  RouteAccount& account = ledger_.account(record.message.route);
  if (const auto* suppressed = std::get_if<Suppressed>(&why)) {
    ++account.suppressed[at(suppressed->reason)];
    return;
  }
  const auto& rejected = std::get<Rejected>(why);
  // It names no device whose messages could be compared. Only what the broker itself delivers again
  // is a duplicate: a device may well send the same rubbish twice.
  if (outcome.redelivery == normalise::Redelivery::yes) {
    ++account.suppressed[at(SuppressedReason::duplicate)];
    account.readings_dead_lettered -= bad_.size();
    account.readings_suppressed += bad_.size();
    return;
  }
  ++account.dead_lettered[at(rejected.reason)];
  const DeadLetterOf what{rejected.reason, stage, rejected.detail,
                          outcome.device,  {},    identifies_person(decoded_)};
  dead_letters_.send(record, configuration_->routes[record.message.route.value].name, what, out);
}

void Pipeline::snapshot(std::string& bytes) const {
  ByteWriter writer(bytes);
  writer.put(state_version);
  writer.put(configuration_hash_);
  writer.put(last_tick_);
  writer.put(static_cast<std::uint8_t>(begun_));
  ledger_.snapshot(bytes);
  unregistered_.snapshot(bytes);
  std::string part;
  deduplicator_.snapshot(part);
  writer.put_text(part);
  recent_.snapshot(bytes);
  part.clear();
  windows_.snapshot(part);
  writer.put_text(part);
  judge_.snapshot(writer);
  devices_.snapshot(bytes);
  part.clear();
  nodes_.snapshot(part);
  writer.put_text(part);
}

Result<void> Pipeline::restore(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto version = reader.get<std::uint32_t>();
  if (version != state_version && version != state_version_of_0_1) {
    return fail(ErrorKind::version, "the snapshot was written by another release");
  }
  const auto hash = reader.get<Id128>();
  last_tick_ = reader.get<Instant>();
  begun_ = reader.get<std::uint8_t>() != 0;
  if (auto restored = ledger_.restore(reader); !restored) return restored;
  if (auto restored = unregistered_.restore(reader); !restored) return restored;
  const std::string_view deduplicator = reader.get_text();
  if (auto restored = recent_.restore(reader); !restored) return restored;
  const std::string_view windows = reader.get_text();
  std::string_view nodes;
  if (version == state_version_of_0_1) {
    judge_ = quality::Judge();
    devices_ = DeviceStates();
  } else {
    if (!judge_.restore(reader) || !devices_.restore(reader)) {
      return fail(ErrorKind::damage, "what is remembered of devices does not fit together");
    }
    nodes = reader.get_text();
  }
  if (!reader.at_end()) return fail(ErrorKind::damage, "the snapshot does not end where it should");
  if (auto restored = deduplicator_.restore(deduplicator); !restored) return restored;
  if (auto restored = windows_.restore(windows); !restored) return restored;
  nodes_.clear();
  if (version != state_version_of_0_1) {
    if (auto restored = nodes_.restore(nodes); !restored) return restored;
  }
  configuration_.reset();
  failure_.reset();
  configure(hash, last_tick_);
  if (failure_) return tl::unexpected(*failure_);
  return {};
}

void Pipeline::figures(PipelineFigures& into) const {
  into.routes = ledger_.accounts();
  into.sparkplug = nodes_.accounts();
  into.last_sequence = ledger_.last_sequence();
  into.windows.clear();
  for (const WindowAccount& account : windows_.accounts()) {
    into.windows.push_back({std::string(account.window), account.counters});
  }
  into.datastreams = windows_.datastreams();
  into.open_windows = windows_.open_windows();
  into.window_results = windows_.results().emitted;
  const auto watermark = windows_.watermark();
  into.watermark_lag = watermark ? std::max(last_tick_ - *watermark, Duration{0}) : Duration{0};
}

}  // namespace senne::pipeline
