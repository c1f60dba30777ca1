// A step of the pipeline that has memory, and the place where its results go.
//
// THREAD  the shard's.
// FAILS   never on data; ErrorKind::damage or version when a snapshot cannot be read.
#pragma once

#include <string>
#include <string_view>

#include "core/ids.h"
#include "core/record.h"
#include "core/result.h"

namespace senne::v1 {
class ObservationCollection;
class WindowResult;
class DeadLetter;
class DeviceStatus;
}  // namespace senne::v1

namespace senne {

// The envelope of one outgoing record.
struct Emission {
  std::string_view key;  // Kafka key and ce_subject
  Id128 id;              // ce_id: the same input gives the same id, whatever happened between
  Instant time;          // ce_time
  std::string_view traceparent;  // W3C trace context where one came in; else empty
};

// Something to tell a device: an MQTT message of QoS 0, not retained.
struct DeviceCommand {
  std::string_view topic;
  std::string_view payload;
  Instant time;  // of the message because of which it is said
};

enum class Accepted : std::uint8_t { yes, too_large };

// Receives what leaves. The shard gives operators a collector that encodes and sends, or, in a
// replay, one that does everything but send.
class Collector {
 public:
  virtual ~Collector() = default;
  // too_large: its encoding exceeds what the topic takes; nothing was sent, and the caller accounts
  // for it.
  virtual Accepted observations(const Emission& emission,
                                const v1::ObservationCollection& value) = 0;
  virtual Accepted window(const Emission& emission, const v1::WindowResult& value) = 0;
  virtual void device(const Emission& emission, const v1::DeviceStatus& value) = 0;
  // Cut to fit: always accepted.
  virtual void dead_letter(const Emission& emission, const v1::DeadLetter& value) = 0;
  // At most once, and no part of the results: one who has no way to the devices lets it go.
  virtual void command(const DeviceCommand& /*command*/) {}
};

class Operator {
 public:
  virtual ~Operator() = default;
  virtual void process(const Record& record, Collector& out) = 0;
  // The time of ticks is a whole second and strictly increasing.
  virtual void tick(Instant time, Collector& out) = 0;
  // Appends the state to `bytes`, in an order that does not depend on hashing.
  virtual void snapshot(std::string& bytes) const = 0;
  virtual Result<void> restore(std::string_view bytes) = 0;
};

}  // namespace senne
