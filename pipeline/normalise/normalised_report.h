// What one report became, in storage that is reused from report to report, so that the steady state
// allocates nothing; after an unusually large one only some of it stays.
//
// THREAD  the shard's.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "core/ids.h"
#include "core/reason.h"
#include "core/time.h"
#include "core/vocabulary.h"
#include "senne/v1/observation.pb.h"

namespace senne::normalise {

// A numeric observation, as windows want it.
struct Sample {
  std::size_t observation = 0;       // its place in the collection
  std::string_view datastream;       // deviceId/property[/channel]; valid until the next `clear`
  const Property* property;          // null: raw.<name>
  std::string_view unit;             // UCUM, canonical
  double value = 0;                  // in `unit`
  Instant time;                      // phenomenon time; of an interval, its start
  std::optional<Duration> interval;  // expected between reports, from the registry
};

// A reading that did not become an observation.
struct BadReading {
  std::string_view name;  // as sent, in the decoded message; empty if not UTF-8
  DeadLetterReason reason;
};

class NormalisedReport {
 public:
  v1::ObservationCollection collection;
  std::vector<Sample> samples;
  std::vector<BadReading> bad;
  std::size_t personal = 0;  // readings that identify a person: they stay here
  Link link;
  const Device* device = nullptr;  // null: unregistered
  Id128 device_key;                // of provider and device id: what state is keyed by

  // Only the two times that every report has keep their old values: `set_times` overwrites them.
  void clear();

  // Protobuf frees sub-messages when it clears them; these take them from those freed before.
  void set_times(Instant receive_time, Instant start, std::optional<Instant> end);
  void set_result_time(Instant time);
  void set_location(const Location& location);
  void set_phenomenon_time(v1::Observation& observation, Instant start, std::optional<Instant> end);
  void set_text(v1::Observation& observation, std::string_view text);

  // `<device>/<property>[/<channel>]` of an observation of the collection.
  std::string_view name_datastream(const v1::Observation& observation);

 private:
  using Timestamp = google::protobuf::Timestamp;

  Timestamp* timestamp(Instant instant);
  void keep(Timestamp* timestamp);
  void keep(std::unique_ptr<std::string> text);

  std::vector<std::unique_ptr<Timestamp>> timestamps_;
  std::vector<std::unique_ptr<std::string>> texts_;
  std::unique_ptr<v1::Location> location_;
  std::deque<std::string> datastreams_;
  std::size_t datastreams_used_ = 0;
};

}  // namespace senne::normalise
