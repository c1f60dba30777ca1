// A simulated Brussels: some hundreds of devices in the nineteen municipalities, with a day's
// rhythm, noise, restarts, duplicates, back-filled messages and some that are broken. It says what
// it published, by kind, so that the account at the other end can be compared with it.
//
// The same options and the same calls give the same bytes: it reads no clock and no other source of
// chance than its seed.
//
// THREAD  one.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/time.h"

namespace senne::city {

struct CityOptions {
  std::uint64_t seed = 1;
  std::size_t devices = 400;
  double speed = 1;  // devices report this many times as often as real ones do
  double rate = 0;   // messages/s of the whole city; 0: what `speed` gives
};

// What a published message is meant to be.
enum class Kind : std::uint8_t {
  good,
  duplicate,       // the same bytes again, on the same topic
  late,            // good, but sent only after an outage of its gateway
  clock_1970,      // good values with a time in 1970: the device lost its clock
  bad_reading,     // one reading of several has a value of the wrong type
  not_json,        // cut off in the middle, or text
  wrong_type,      // JSON, but the envelope is not what the format says
  unknown_device,  // of a device that the registry does not know, where that is refused
  join,            // a LoRaWAN join, after a restart
  simulated,       // test traffic of the network server, marked as such
};
inline constexpr std::array<std::string_view, 10> kind_names = {
    "good",     "duplicate",  "late",           "clock_1970", "bad_reading",
    "not_json", "wrong_type", "unknown_device", "join",       "simulated"};

// What Senne should make of it: in the ledger, a duplicate is a decoded message.
enum class Outcome : std::uint8_t { decoded, dead_letter, suppressed };
Outcome outcome(Kind kind);

struct Publication {
  std::string topic;
  std::string payload;
  int qos = 1;
  bool retained = false;
  Instant at;  // when it is to be sent
  Kind kind = Kind::good;
  std::string_view route;  // the route of city_configuration that takes it
};

// Messages published so far, by route and kind.
struct CityCounts {
  std::map<std::string, std::array<std::uint64_t, kind_names.size()>, std::less<>> by_route;

  std::uint64_t total() const;
  std::uint64_t of(Kind kind) const;
  std::uint64_t of(std::string_view route, Outcome outcome) const;
};

struct SimulatedDevice;

class City {
 public:
  City(const CityOptions& options, Instant start);
  City(City&&) noexcept;
  City& operator=(City&&) noexcept;
  ~City();

  // The next message to be sent, if it is to be sent at `until` or before. Ordered by time. A
  // caller that comes late gets everything that was due meanwhile, one by one.
  std::optional<Publication> next(Instant until);

  // When the next message may be due.
  Instant next_due() const;

  const CityCounts& counts() const { return counts_; }

  // Messages/s to be expected on average.
  double expected_rate() const;

  // The registry: every device but the few that were never registered.
  std::vector<Device> registered_devices() const;

 private:
  struct Pending;

  void wake(std::size_t device, Instant at);
  void schedule(Pending pending);
  void send(std::size_t device, Instant at, Publication publication);

  CityOptions options_;
  double pace_ = 1;  // intervals are divided by this
  std::vector<SimulatedDevice> devices_;
  std::vector<Pending> pending_;  // heap: the earliest first, then in order of scheduling
  std::uint64_t scheduled_ = 0;
  CityCounts counts_;
};

}  // namespace senne::city
