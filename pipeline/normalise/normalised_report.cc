#include "pipeline/normalise/normalised_report.h"

namespace senne::normalise {
namespace {

// What stays for the next report of each kind of storage, and of a text: more than reports have.
constexpr std::size_t kept_max = 1024;
constexpr std::size_t kept_text_bytes_max = 1024;

void assign(google::protobuf::Timestamp& timestamp, Instant instant) {
  const auto seconds = floor<std::chrono::seconds>(instant);
  timestamp.set_seconds(seconds.time_since_epoch().count());
  timestamp.set_nanos(static_cast<std::int32_t>((instant - seconds).count()));
}

}  // namespace

void NormalisedReport::clear() {
  for (v1::Observation& observation : *collection.mutable_observations()) {
    if (observation.has_phenomenon_time()) keep(observation.release_phenomenon_time());
    if (observation.has_phenomenon_time_end()) keep(observation.release_phenomenon_time_end());
    if (observation.has_text()) keep(std::unique_ptr<std::string>(observation.release_text()));
  }
  // Not `collection.Clear()`: it would free both times that every report has.
  if (collection.has_phenomenon_time_end()) keep(collection.release_phenomenon_time_end());
  if (collection.has_result_time()) keep(collection.release_result_time());
  if (collection.has_location()) location_.reset(collection.release_location());
  collection.clear_device_id();
  collection.clear_provider();
  collection.clear_route();
  collection.clear_sequence();
  collection.clear_zones();
  collection.clear_quality();
  if (static_cast<std::size_t>(collection.observations_size()) > kept_max) {
    v1::ObservationCollection().mutable_observations()->Swap(collection.mutable_observations());
  }
  collection.clear_observations();
  if (datastreams_.size() > kept_max) datastreams_.resize(kept_max);
  samples.clear();
  personal = 0;
  bad.clear();
  link = {};
  device = nullptr;
  device_key = {};
  datastreams_used_ = 0;
}

void NormalisedReport::keep(Timestamp* timestamp) {
  std::unique_ptr<Timestamp> freed(timestamp);
  if (timestamps_.size() < kept_max) timestamps_.push_back(std::move(freed));
}

void NormalisedReport::keep(std::unique_ptr<std::string> text) {
  if (texts_.size() < kept_max && text->capacity() <= kept_text_bytes_max) {
    texts_.push_back(std::move(text));
  }
}

NormalisedReport::Timestamp* NormalisedReport::timestamp(Instant instant) {
  std::unique_ptr<Timestamp> timestamp;
  if (timestamps_.empty()) {
    timestamp = std::make_unique<Timestamp>();
  } else {
    timestamp = std::move(timestamps_.back());
    timestamps_.pop_back();
  }
  assign(*timestamp, instant);
  return timestamp.release();
}

void NormalisedReport::set_times(Instant receive_time, Instant start, std::optional<Instant> end) {
  assign(*collection.mutable_receive_time(), receive_time);
  assign(*collection.mutable_phenomenon_time(), start);
  if (end) collection.set_allocated_phenomenon_time_end(timestamp(*end));
}

void NormalisedReport::set_result_time(Instant time) {
  collection.set_allocated_result_time(timestamp(time));
}

void NormalisedReport::set_location(const Location& location) {
  if (location_ == nullptr) location_ = std::make_unique<v1::Location>();
  location_->set_latitude(location.latitude);
  location_->set_longitude(location.longitude);
  location_->clear_altitude();
  if (location.altitude) location_->set_altitude(*location.altitude);
  collection.set_allocated_location(location_.release());
}

void NormalisedReport::set_phenomenon_time(v1::Observation& observation, Instant start,
                                           std::optional<Instant> end) {
  observation.set_allocated_phenomenon_time(timestamp(start));
  if (end) observation.set_allocated_phenomenon_time_end(timestamp(*end));
}

void NormalisedReport::set_text(v1::Observation& observation, std::string_view text) {
  std::unique_ptr<std::string> kept;
  if (texts_.empty()) {
    kept = std::make_unique<std::string>();
  } else {
    kept = std::move(texts_.back());
    texts_.pop_back();
  }
  kept->assign(text);
  observation.set_allocated_text(kept.release());
}

std::string_view NormalisedReport::name_datastream(const v1::Observation& observation) {
  if (datastreams_used_ == datastreams_.size()) datastreams_.emplace_back();
  std::string& name = datastreams_[datastreams_used_++];
  name.assign(collection.device_id()).append("/").append(observation.property());
  if (!observation.channel().empty()) name.append("/").append(observation.channel());
  return name;
}

}  // namespace senne::normalise
