// Everything that decoding and aggregation depend on, as typed values. It is stored by content
// hash, and the log names the hash in force, so that a replay sees the configuration that the first
// run saw. It holds no secrets.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/codec_table.h"
#include "core/ids.h"
#include "core/result.h"
#include "core/time.h"

namespace senne {

// In the order of docs/formats.md.
enum class Format : std::uint8_t {
  tts_v3,
  chirpstack_v4,
  chirpstack_v4_protobuf,
  chirpstack_v3,
  loriot,
  thingpark,
  senml_json,
  senml_cbor,
  kpn,
  ngsi_v2,
  ngsi_ld,
  sparkplug_b,
  ultralight,
  iotagent_json,
  tasmota,
  zigbee2mqtt,
  sensor_community,
  thingsboard_gateway,
  sentilo,
  sensorthings,
  hsl_hfp,
  mapping,
};
inline constexpr int format_count = static_cast<int>(Format::mapping) + 1;
enum class Classification : std::uint8_t { open, restricted };
enum class UnknownDevices : std::uint8_t { accept, reject };

// Where a value stands: a JSON Pointer (RFC 6901), or a level of the topic counted from 0.
struct Place {
  std::string pointer;  // "" with topic_level unset means the whole element
  std::optional<std::size_t> topic_level;
};

enum class TimeForm : std::uint8_t { rfc3339, epoch_s, epoch_ms, epoch_us, naive };

// Where things stand in any JSON: format `mapping`.
struct MappingReading {
  std::optional<std::string>
      each;  // pointer to an array; the other pointers are then relative to its elements
  std::string at;
  std::string property;
  std::string unit;                    // UCUM; empty: not stated
  std::optional<std::string> channel;  // pointer
  std::vector<std::string> true_when;  // not empty: the result is a flag; JSON scalars as text
};
struct Mapping {
  std::optional<std::string>
      each;  // pointer to an array, one report an element; other pointers are relative to it
  Place device;
  struct {
    std::string at;
    TimeForm form = TimeForm::rfc3339;
    std::string zone;  // with form naive
  } time;
  bool has_time = false;
  std::optional<std::string> sequence;
  std::optional<std::string> latitude;
  std::optional<std::string> longitude;
  std::vector<MappingReading> readings;
};

// Caps of one route; over a cap the message becomes a dead letter `limit`, `too_large` or
// `too_deep`.
struct RouteLimits {
  std::size_t payload_bytes = 256 * 1024;
  std::size_t depth = 32;
  std::size_t readings_per_message = 10'000;
  std::size_t datastreams = 1'000'000;
  std::size_t unregistered_devices = 10'000;
  std::size_t open_windows_per_datastream = 64;
};

struct Route {
  std::string name;
  std::string topic;  // MQTT filter
  Format format = Format::tts_v3;
  int qos = 1;
  std::string provider;
  Classification classification = Classification::restricted;
  UnknownDevices unknown_devices = UnknownDevices::accept;
  std::map<std::string, std::string> units;  // source name -> UCUM code
  std::shared_ptr<const Mapping> mapping;    // format == mapping
  bool rebirth_requests = true;              // format == sparkplug_b
  RouteLimits limits;
};

struct WindowDefinition {
  std::string name;
  Duration length{};
  Duration lateness{};    // first result once the datastream's watermark passes end + lateness
  Duration max_wait{};    // result without watermark
  Duration revise_for{};  // a late reading revises until first result + this
};

// What is plausible of a property, in its canonical unit. What is left out is not looked at.
struct Limits {
  std::optional<double> minimum;
  std::optional<double> maximum;
  // The most that it changes in one minute.
  std::optional<double> rate;
  // The longest that its value stays exactly the same, over `stuck_readings` readings at least;
  // zero: for ever.
  std::optional<Duration> stuck_after;
  // At which it may rest for any time (no rain, no wind).
  std::optional<double> resting;
};

// The operator's own, of one property. What is left out stays as built in.
struct PropertyLimits {
  std::string property;
  Limits limits;
};

struct Location {
  double latitude = 0;             // WGS84, degrees
  double longitude = 0;            // WGS84, degrees
  std::optional<double> altitude;  // m
};

// One zone of a layer: where it lies, in WGS84, as well-known text (OGC 06-103r4), POLYGON or
// MULTIPOLYGON, longitude before latitude. Edges are straight in these coordinates (RFC
// 7946, 3.1.1).
struct Zone {
  std::string id;  // `21004`; records name it `municipality/21004`
  std::string title_fr;
  std::string title_nl;
  std::string polygons;
};

// A way to divide the city, such as its municipalities. Zones of one may overlap.
struct ZoneLayer {
  std::string name;
  std::vector<Zone> zones;  // ids unique
};

// Corrects what a device measures: result = measured * scale + offset, both in the canonical unit.
struct Calibration {
  std::string property;
  std::string channel;  // empty: all of them
  double scale = 1;
  double offset = 0;
  std::optional<Instant> from;  // of phenomenon times; the first that it holds for
  std::optional<Instant> to;    // the first that it no longer holds for
};

struct Device {
  std::string id;
  std::string provider;
  std::string profile;  // the name of a codec table; empty: none
  std::string title_fr;
  std::string title_nl;
  std::optional<Location> location;
  std::optional<Duration> interval;  // expected between reports
  Classification classification = Classification::restricted;
  std::string licence;
  std::vector<Calibration> calibration;  // at most one for each result
};

struct PipelineConfiguration {
  std::string instance;
  std::vector<Route> routes;
  std::vector<WindowDefinition> windows;
  std::vector<Device> devices;
  std::vector<ZoneLayer> zones;
  std::vector<PropertyLimits> quality;  // each property once
  // The operator's own, then the built-in ones that a device's profile names.
  std::vector<std::shared_ptr<const CodecTable>> codecs;
  Duration oldest_accepted = std::chrono::hours{24 * 7};  // sanity window of times as sent
  Duration newest_accepted = std::chrono::minutes{5};
};

// For whom the route speaks; the instance where it says nothing.
std::string_view provider_of(const Route& route, const PipelineConfiguration& configuration);

// Configurations by content hash.
//
// THREAD  the caller's; `load` is called by the shard when the log names another configuration.
// FAILS   not_found when no such configuration was stored; damage when its bytes do not have that
// hash.
class ConfigurationSource {
 public:
  virtual ~ConfigurationSource() = default;
  virtual Result<std::shared_ptr<const PipelineConfiguration>> load(Id128 hash) = 0;
};

std::string_view name(Format format);
std::optional<Format> format_from_name(std::string_view name);

}  // namespace senne
