#include "app/city/city.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "app/city/device.h"
#include "app/city/measurement.h"
#include "app/city/payload.h"
#include "core/check.h"

namespace senne::city {
namespace {

// Between two kept messages when a gateway sends what it kept.
constexpr Duration held_spacing = std::chrono::milliseconds{20};
// A duplicate comes within this part of its device's interval, and in any case within 3 s.
constexpr double duplicate_delay_intervals = 0.5;
constexpr Duration duplicate_delay_max = std::chrono::seconds{3};

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Duration scaled(Duration duration, double by) {
  return Duration{static_cast<Duration::rep>(static_cast<double>(duration.count()) * by)};
}

double natural_rate(const std::vector<SimulatedDevice>& devices) {
  double rate = 0;
  for (const SimulatedDevice& device : devices) {
    const bool duplicated = device.fault == Fault::none || device.fault == Fault::unregistered;
    rate +=
        (1 + (duplicated ? duplicate_share : 0) + (is_lorawan(device.kind) ? restart_share : 0)) /
        seconds(about(device.kind).interval);
  }
  return rate;
}

Kind kind_of_report(const SimulatedDevice& device, bool simulated) {
  switch (device.fault) {
    case Fault::not_json:
      return Kind::not_json;
    case Fault::wrong_type:
      return Kind::wrong_type;
    case Fault::bad_reading:
      return Kind::bad_reading;
    case Fault::clock:
      return Kind::clock_1970;
    case Fault::unregistered:
      // The other routes accept devices that the registry does not know.
      if (about(device.kind).route == traffic_route) return Kind::unknown_device;
      break;
    case Fault::none:
      break;
  }
  return simulated ? Kind::simulated : Kind::good;
}

}  // namespace

struct City::Pending {
  Instant at;
  std::uint64_t order = 0;
  std::size_t device = 0;
  std::optional<Publication> publication;  // else the device is due

  // For a heap whose top is the earliest.
  friend bool operator<(const Pending& a, const Pending& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
};

Outcome outcome(Kind kind) {
  switch (kind) {
    case Kind::not_json:
    case Kind::wrong_type:
    case Kind::unknown_device:
      return Outcome::dead_letter;
    case Kind::join:
    case Kind::simulated:
      return Outcome::suppressed;
    case Kind::good:
    case Kind::duplicate:
    case Kind::late:
    case Kind::clock_1970:
    case Kind::bad_reading:
      break;
  }
  return Outcome::decoded;
}

std::uint64_t CityCounts::total() const {
  std::uint64_t sum = 0;
  for (const auto& [route, kinds] : by_route) {
    sum = std::accumulate(kinds.begin(), kinds.end(), sum);
  }
  return sum;
}

std::uint64_t CityCounts::of(Kind kind) const {
  std::uint64_t sum = 0;
  for (const auto& [route, kinds] : by_route) sum += kinds[static_cast<std::size_t>(kind)];
  return sum;
}

std::uint64_t CityCounts::of(std::string_view route, Outcome wanted) const {
  const auto found = by_route.find(route);
  if (found == by_route.end()) return 0;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (outcome(static_cast<Kind>(i)) == wanted) sum += found->second[i];
  }
  return sum;
}

City::City(const CityOptions& options, Instant start) : options_(options) {
  devices_ = make_devices(options.seed, options.devices);
  SENNE_CHECK(options.speed > 0 && options.rate >= 0);
  pace_ = options.speed;
  const double natural = natural_rate(devices_);
  if (options.rate > 0 && natural > 0) pace_ = options.rate / natural;
  for (const KindOfDevice& kind : kinds_of_device) counts_.by_route[std::string(kind.route)] = {};
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    const Duration interval = scaled(about(devices_[i].kind).interval, 1 / pace_);
    schedule({start + scaled(interval, devices_[i].random.uniform()), 0, i, std::nullopt});
  }
}

City::City(City&&) noexcept = default;
City& City::operator=(City&&) noexcept = default;
City::~City() = default;

void City::schedule(Pending pending) {
  pending.order = scheduled_++;
  pending_.push_back(std::move(pending));
  std::push_heap(pending_.begin(), pending_.end());
}

std::optional<Publication> City::next(Instant until) {
  while (!pending_.empty() && pending_.front().at <= until) {
    std::pop_heap(pending_.begin(), pending_.end());
    Pending pending = std::move(pending_.back());
    pending_.pop_back();
    if (!pending.publication) {
      wake(pending.device, pending.at);
      continue;
    }
    Publication& publication = *pending.publication;
    ++counts_.by_route.find(publication.route)->second[static_cast<std::size_t>(publication.kind)];
    return std::move(pending.publication);
  }
  return std::nullopt;
}

Instant City::next_due() const { return pending_.empty() ? Instant::max() : pending_.front().at; }

double City::expected_rate() const { return natural_rate(devices_) * pace_; }

void City::send(std::size_t index, Instant at, Publication publication) {
  publication.at = at;
  publication.route = about(devices_[index].kind).route;
  schedule({at, 0, index, std::move(publication)});
}

void City::wake(std::size_t index, Instant at) {
  SimulatedDevice& device = devices_[index];
  Random& random = device.random;
  const Duration interval = scaled(about(device.kind).interval, 1 / pace_);
  const bool well = device.fault == Fault::none;
  const bool lorawan = is_lorawan(device.kind);

  if (at >= device.held_until) {
    device.held = 0;
    if (lorawan && random.chance(restart_share)) {
      Message join = join_message(device, at);
      device.counter = 0;
      send(index, at,
           {std::move(join.topic), std::move(join.payload), 1, false, at, Kind::join, {}});
    }
    if (well && random.chance(outage_share)) {
      device.held_until =
          at + scaled(interval, random.uniform(outage_intervals_min, outage_intervals_max));
    }
  }

  const bool simulated =
      well && about(device.kind).route == lora_route && random.chance(simulated_share);
  std::vector<Measurement> measurements;
  measure(device, at, measurements);
  Message message = report_message(device, at, measurements, simulated);
  Publication publication{std::move(message.topic),
                          std::move(message.payload),
                          1,
                          message.retained,
                          at,
                          kind_of_report(device, simulated),
                          {}};
  Instant sent_at = at;
  if (at < device.held_until) {
    sent_at = device.held_until + held_spacing * static_cast<Duration::rep>(device.held++);
    if (publication.kind == Kind::good) publication.kind = Kind::late;
  } else if (publication.kind == Kind::good && random.chance(duplicate_share)) {
    Publication again = publication;
    again.kind = Kind::duplicate;
    const Duration delay = scaled(interval, random.uniform(0, duplicate_delay_intervals));
    send(index, at, std::move(publication));
    publication = std::move(again);
    sent_at = at + std::min(delay, duplicate_delay_max);
  }
  send(index, sent_at, std::move(publication));
  schedule({at + scaled(interval, random.uniform(1 - jitter, 1 + jitter)), 0, index, std::nullopt});
}

std::vector<Device> City::registered_devices() const {
  std::vector<Device> registered;
  for (const SimulatedDevice& simulated : devices_) {
    if (simulated.fault == Fault::unregistered) continue;
    const KindOfDevice& kind = about(simulated.kind);
    Device device;
    device.id = simulated.registered_id;
    device.provider = kind.provider;
    const std::string_view number =
        std::string_view(simulated.name).substr(simulated.name.rfind('-') + 1);
    const auto title = [&](std::string_view what, std::string_view where) {
      return std::string(what) + " " + std::string(number) + ", " + std::string(where);
    };
    device.title_fr = title(kind.french, simulated.municipality->french);
    device.title_nl = title(kind.dutch, simulated.municipality->dutch);
    device.location = simulated.location;
    device.interval = scaled(kind.interval, 1 / pace_);
    device.classification = Classification::open;
    device.licence = "CC0-1.0";
    registered.push_back(std::move(device));
  }
  return registered;
}

}  // namespace senne::city
