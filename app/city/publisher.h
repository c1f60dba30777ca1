// Publishes a simulated city to an MQTT broker, in real time and with QoS 1. At most `window`
// messages are under way at a time; while the broker is slower than that, or away, the city waits
// and then catches up: a message that it counts is published.
//
// THREAD  start, stop and the figures from any one thread; publishing has a thread of its own.
// OWNS    its MQTT client (`<client_id>`) and thread: both end with stop() or the destructor.
// FAILS   failed when the broker cannot be reached at the start; later it reconnects by itself.
#pragma once

#include <memory>

#include "app/city/city.h"
#include "core/clock.h"
#include "core/result.h"
#include "ingest/mqtt/settings.h"

namespace senne::city {

struct PublisherFigures {
  CityCounts counts;           // handed to the client
  std::uint64_t acknowledged;  // by the broker
  std::uint64_t in_flight;
  bool connected;
};

class CityPublisher {
 public:
  static constexpr std::size_t default_window = 500;

  // Connects and begins to publish. Of `mqtt`, the address, version, credentials and TLS count; the
  // session is a clean one of its own.
  static Result<std::unique_ptr<CityPublisher>> start(const CityOptions& options,
                                                      const ingest::MqttSettings& mqtt,
                                                      const Clock& clock,
                                                      std::size_t window = default_window);
  virtual ~CityPublisher() = default;

  // Stops publishing, waits up to `patience` until the broker has acknowledged what is under way,
  // disconnects. Returns whether everything was acknowledged.
  virtual bool stop(Duration patience) = 0;

  virtual PublisherFigures figures() const = 0;
};

}  // namespace senne::city
