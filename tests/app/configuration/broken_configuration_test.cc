// What a wrong configuration is told: one line, exactly.
#include <gtest/gtest.h>

#include "tests/app/configuration/sample.h"

namespace senne::app {
namespace {

// `replaced` of the smallest configuration by `by`; nothing to replace: `by` is put at its end.
struct Broken {
  std::string_view replaced;
  std::string_view by;
  std::string_view error;  // FOLDER stands for the test's own
};

constexpr Broken broken[] = {
    {"instance: test-1\n", "", "senne.yaml:1:1: missing key `instance`"},
    {"instance: test-1", "instance:",
     "senne.yaml:1:1: instance: expected a name of 1 to 100 characters out of A-Z a-z 0-9 . _ -, "
     "got nothing"},
    {"instance: test-1", "instance: [a]",
     "senne.yaml:1:11: instance: expected a name of 1 to 100 characters out of A-Z a-z 0-9 . _ -, "
     "got a list"},
    {"instance: test-1", "instance: a b",
     "senne.yaml:1:11: instance: expected a name of 1 to 100 characters out of A-Z a-z 0-9 . _ -, "
     "got `a b`"},
    {"instance: test-1", "instance: ''",
     "senne.yaml:1:11: instance: expected a name of 1 to 100 characters out of A-Z a-z 0-9 . _ -, "
     "got `` in quotes"},
    {"instance: test-1", "Instance: test-1",
     "senne.yaml:1:1: unknown key `Instance`; did you mean `instance`?"},
    {"instance: test-1", "instance: a\ninstance: b",
     "senne.yaml:2:1: duplicate key `instance`; it stands in line 1 already"},
    {"instance: test-1", "instance: ${NOT_SET}",
     "senne.yaml:1:11: the environment variable `NOT_SET` is not set; ${NOT_SET:-default} gives it "
     "a default"},
    {"instance: test-1", "instance: ${NOT SET}",
     "senne.yaml:1:11: `NOT SET` is not the name of a variable; expected ${NAME}, "
     "${NAME:-default}, ${file:/path}, or $${ for a plain ${"},
    {"instance: test-1", "instance: ${X", "senne.yaml:1:11: `${` without its `}`"},
    {"instance: test-1", "instance: ${file:/nowhere/x}",
     "senne.yaml:1:11: cannot read the file of ${file:/nowhere/x}: No such file or directory"},
    {"instance: test-1", "instance: {a: b",
     "senne.yaml:2:5: not valid YAML: did not find expected ',' or '}'"},
    {"", "shutdown_timeout: 30\n",
     "senne.yaml:9:19: shutdown_timeout: expected a duration from 1s to 1h, got `30`"},
    {"", "shutdown_timeout: 0s\n",
     "senne.yaml:9:19: shutdown_timeout: expected a duration from 1s to 1h, got `0s`"},
    {"", "shutdown_timout: 30s\n",
     "senne.yaml:9:1: unknown key `shutdown_timout`; did you mean `shutdown_timeout`?"},
    {"", "allow_loss: yes\n", "senne.yaml:9:13: allow_loss: expected `true` or `false`, got `yes`"},
    {"", "allow_loss: \"true\"\n",
     "senne.yaml:9:13: allow_loss: expected `true` or `false`, got `true` in quotes"},
    {"", "schema_registry: {url: x}\n", "senne.yaml:9:1: `schema_registry` is not in this version"},
    {"", "zones: [{name: a}]\n", "senne.yaml:9:9: missing key `geojson` in zones[0]"},
    {"", "zones: [{name: a, geojson: none.geojson}]\n",
     "senne.yaml:9:9: missing key `id` in zones[0], with `geojson`"},
    {"", "zones: [{name: a, geojson: none.geojson, id: nis}]\n",
     "senne.yaml:9:28: zones[0].geojson: cannot read `none.geojson`: No such file or directory"},
    {"", "zones: [{name: a, zones: [{id: 1/2, polygons: x}]}]\n",
     "senne.yaml:9:32: zones[0].zones[0].id: expected 1 to 100 characters without spaces and /, "
     "got `1/2`"},
    {"",
     "zones: [{name: a, zones: [{id: 1, polygons: \"POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))\"}]}]\n",
     "senne.yaml:9:45: zones[0].zones[0].polygons: expected well-known text of a POLYGON or "
     "MULTIPOLYGON: no valid polygon: Self-intersection[0.5 0.5]"},
    {"", "zones: [{name: a, geojson: bow-tie.geojson, id: nis}]\n",
     "senne.yaml:9:28: zones[0].geojson: FOLDER/bow-tie.geojson: features[0]: zone `7`: geometry: "
     "no "
     "valid polygon: Self-intersection[0.5 0.5]"},
    {"", "zones: [{name: a, zones: [{id: 1, polygons: POINT (1 1)}]}]\n",
     "senne.yaml:9:45: zones[0].zones[0].polygons: expected well-known text of a POLYGON or "
     "MULTIPOLYGON: neither POLYGON nor MULTIPOLYGON"},
    {"",
     "zones: [{name: a, zones: [{id: 1, polygons: \"POLYGON ((0 0, 1 0, 1 1, 0 0))\"}]},\n"
     "        {name: a, zones: [{id: 1, polygons: \"POLYGON ((0 0, 1 0, 1 1, 0 0))\"}]}]\n",
     "senne.yaml:10:16: zones[1].name: `a` is the name of an earlier layer"},
    {"",
     "zones: [{name: a, zones: [{id: 1, polygons: \"POLYGON ((0 0, 1 0, 1 1, 0 0))\"},\n"
     "                          {id: 1, polygons: \"POLYGON ((0 0, 1 0, 1 1, 0 0))\"}]}]\n",
     "senne.yaml:10:32: zones[0].zones[1].id: `1` is the id of an earlier zone"},
    {"", "data_dir: [a]\n", "senne.yaml:9:11: data_dir: expected a path, got a list"},
    {"", "? [a]\n: b\n", "senne.yaml:9:3: a key must be text"},
    {"mqtt:\n  url: mqtt://broker:1883\n", "", "senne.yaml:1:1: missing key `mqtt`"},
    {"url: mqtt://broker:1883", "ur: mqtt://broker:1883",
     "senne.yaml:3:3: unknown key `ur` in mqtt; did you mean `url`?"},
    {"  url: mqtt://broker:1883", "  {}", "senne.yaml:3:3: missing key `url` in mqtt"},
    {"mqtt://broker:1883", "broker:1883",
     "senne.yaml:3:8: mqtt.url: expected mqtt://host:port or mqtts://host:port (ws and wss "
     "likewise), got `broker:1883`"},
    {"mqtt://broker:1883", "http://broker",
     "senne.yaml:3:8: mqtt.url: expected mqtt://host:port or mqtts://host:port (ws and wss "
     "likewise), got `http://broker`"},
    {"mqtt://broker:1883", "mqtt://broker:0",
     "senne.yaml:3:8: mqtt.url: expected mqtt://host:port or mqtts://host:port (ws and wss "
     "likewise), got `mqtt://broker:0`"},
    {"mqtt://broker:1883", "mqtt://a:b@broker",
     "senne.yaml:3:8: mqtt.url: credentials do not belong here; set mqtt.username, mqtt.password"},
    {"mqtt://broker:1883", "mqtt://broker\n  version: 4",
     "senne.yaml:4:12: mqtt.version: expected `5` or `3.1.1`, got `4`"},
    {"mqtt://broker:1883", "mqtt://broker\n  version: 3.1.1\n  session_expiry: 1h",
     "senne.yaml:5:19: mqtt.session_expiry: does not exist in MQTT 3.1.1"},
    {"mqtt://broker:1883", "mqtt://broker\n  session_expiry: 1500ms",
     "senne.yaml:4:19: mqtt.session_expiry: expected a duration in whole seconds from 0s to "
     "4294967294s, got `1500ms`"},
    {"mqtt://broker:1883", "mqtt://broker\n  session_expiry: 0s",
     "senne.yaml:4:19: mqtt.session_expiry: without a session what arrives while Senne is away is "
     "lost; `allow_loss: true` admits it"},
    {"mqtt://broker:1883", "mqtt://broker\n  clean_start: true",
     "senne.yaml:4:16: mqtt.clean_start: a clean start loses what waits at the broker; "
     "`allow_loss: true` admits it"},
    {"mqtt://broker:1883", "mqtt://broker\n  client_id: \"\"",
     "senne.yaml:4:14: mqtt.client_id: a random client id never finds its session again; "
     "`allow_loss: true` admits it"},
    {"mqtt://broker:1883", "mqtt://broker\n  receive_maximum: 65536",
     "senne.yaml:4:20: mqtt.receive_maximum: expected a whole number from 1 to 4096, got `65536`"},
    {"mqtt://broker:1883", "mqtt://broker\n  receive_maximum: -1",
     "senne.yaml:4:20: mqtt.receive_maximum: expected a whole number from 1 to 4096, got `-1`"},
    {"mqtt://broker:1883", "mqtt://broker\n  receive_maximum: \"10\"",
     "senne.yaml:4:20: mqtt.receive_maximum: expected a whole number from 1 to 4096, got `10` in "
     "quotes"},
    {"mqtt://broker:1883", "mqtt://broker\n  keepalive: 5s",
     "senne.yaml:4:14: mqtt.keepalive: expected a duration in whole seconds from 1min to 65535s, "
     "got `5s`"},
    {"mqtt://broker:1883", "mqtt://broker\n  tls: {ca: ca.pem}",
     "senne.yaml:4:8: mqtt.tls: needs a url that begins with mqtts:// or wss://"},
    {"mqtt://broker:1883", "mqtts://broker\n  tls: {certificate: a.pem}",
     "senne.yaml:4:8: mqtt.tls: `certificate` and `key` go together"},
    {"mqtt://broker:1883", "mqtts://broker\n  tls: {cert: a.pem}",
     "senne.yaml:4:9: unknown key `cert` in mqtt.tls"},
    {"mqtt://broker:1883", "mqtt://broker\n  version: 3.1.1\n  password: hunter2",
     "senne.yaml:5:13: mqtt.password: MQTT 3.1.1 allows no password without a username"},
    {"mqtt://broker:1883",
     "mqtt://broker\n  password:", "senne.yaml:4:3: mqtt.password: expected text, got nothing"},
    {"", "journal: {max_bytes: 8GB}\n",
     "senne.yaml:9:22: journal.max_bytes: expected a size from 16MiB to 16TiB, got `8GB`"},
    {"", "journal: {max_bytes: 1MiB}\n",
     "senne.yaml:9:22: journal.max_bytes: expected a size from 16MiB to 16TiB, got `1MiB`"},
    {"", "journal: {sync_interval: never}\n",
     "senne.yaml:9:26: journal.sync_interval: expected `always`, or a duration from 1ms to 10s, "
     "got `never`"},
    {"{bootstrap_servers: \"k1:9092\"}", "{}",
     "senne.yaml:4:8: missing key `bootstrap_servers` in kafka"},
    {"{bootstrap_servers: \"k1:9092\"}", "k1:9092", "senne.yaml:4:8: kafka: expected a map"},
    {"\"k1:9092\"", "\"k1:9092,,k2\"",
     "senne.yaml:4:28: kafka.bootstrap_servers: expected host:port, several separated by commas, "
     "or `embedded`, got `k1:9092,,k2` in quotes"},
    {"\"k1:9092\"", "embedded, delivery: exactly_once",
     "senne.yaml:4:48: kafka.delivery: the embedded cluster cannot do `exactly_once`; expected "
     "`at_least_once`"},
    {"\"k1:9092\"", "k1, delivery: exactly-once",
     "senne.yaml:4:42: kafka.delivery: expected `exactly_once` or `at_least_once`, got "
     "`exactly-once`; did you mean `exactly_once`?"},
    {"\"k1:9092\"", "k1, encoding: ngsi-ld",
     "senne.yaml:4:42: kafka.encoding: `ngsi-ld` is not in this version"},
    {"\"k1:9092\"", "k1, encoding: {urban.observation.v1: json}",
     "senne.yaml:4:43: kafka.encoding: unknown topic `urban.observation.v1`; did you mean "
     "`urban.observations.v1`?"},
    {"\"k1:9092\"", "k1, encoding: xml",
     "senne.yaml:4:42: kafka.encoding: expected `protobuf` or `json`, got `xml`"},
    {"\"k1:9092\"", "k1, topics: {partitions: 0}",
     "senne.yaml:4:53: kafka.topics.partitions: expected a whole number from 1 to 10000, got `0`"},
    {"\"k1:9092\"", "k1, properties: {acks: \"1\"}",
     "senne.yaml:4:45: kafka.properties: acks: expected all: anything less loses records with "
     "their broker"},
    {"\"k1:9092\"", "k1, properties: {group.id: x}",
     "senne.yaml:4:45: kafka.properties: group.id: not to be set: it follows from `instance`"},
    {"\"k1:9092\"", "k1, properties: {linger.mss: 5}",
     "senne.yaml:4:45: kafka.properties: linger.mss: unknown to librdkafka"},
    {"\"k1:9092\"", "k1, properties: {linger.ms: soon}",
     "senne.yaml:4:45: kafka.properties: linger.ms: Invalid value for configuration property "
     "\"queue.buffering.max.ms\""},
    {"\"k1:9092\"", "k1, topic_prefix: a/b",
     "senne.yaml:4:46: kafka.topic_prefix: expected at most 100 characters out of A-Z a-z 0-9 . _ "
     "-, got `a/b`"},
    {"routes:\n  - name: lora\n    topic: v3/+/devices/+/up\n    format: tts-v3\n", "routes: []\n",
     "senne.yaml:5:9: routes: must not be empty"},
    {"routes:\n  - name: lora\n    topic: v3/+/devices/+/up\n    format: tts-v3\n", "routes: {}\n",
     "senne.yaml:5:9: routes: expected a list of maps, got a map"},
    {"    topic:", "    topik:",
     "senne.yaml:7:5: unknown key `topik` in routes[0]; did you mean `topic`?"},
    {"    topic: v3/+/devices/+/up\n", "", "senne.yaml:6:5: missing key `topic` in routes[0]"},
    {"v3/+/devices/+/up", "v3/#/up",
     "senne.yaml:7:12: routes[0].topic: the filter `v3/#/up` has `#` before its last level"},
    {"v3/+/devices/+/up", "v3/a+",
     "senne.yaml:7:12: routes[0].topic: the filter `v3/a+` has `+` beside other characters of a "
     "level; it must stand alone"},
    {"v3/+/devices/+/up", "$share/g/v3/#",
     "senne.yaml:7:12: routes[0].topic: a shared subscription (`$share/...`) is not in this "
     "version"},
    {"v3/+/devices/+/up", "\"\"", "senne.yaml:7:12: routes[0].topic: the filter `` is empty"},
    {"format: tts-v3", "format: tts-v4",
     "senne.yaml:8:13: routes[0].format: expected `tts-v3`, `chirpstack-v4`, "
     "`chirpstack-v4-protobuf`, `chirpstack-v3`, `loriot`, `thingpark`, `senml-json`, "
     "`senml-cbor`, `kpn`, "
     "`ngsi-v2`, `ngsi-ld`, `sparkplug-b`, `ultralight`, "
     "`iotagent-json`, `tasmota`, `zigbee2mqtt`, `sensor-community`, `thingsboard-gateway`, "
     "`sentilo`, `sensorthings`, `hsl-hfp` or `mapping`, got `tts-v4`; did you mean `tts-v3`?"},
    {"format: tts-v3", "format: openwifi",
     "senne.yaml:8:13: routes[0].format: `openwifi` is not in this version"},
    {"", "    rebirth_requests: true\n",
     "senne.yaml:9:23: routes[0].rebirth_requests: goes with format `sparkplug-b` only"},
    {"format: tts-v3", "format: sparkplug-b\n    rebirth_requests: maybe",
     "senne.yaml:9:23: routes[0].rebirth_requests: expected `true` or `false`, got `maybe`"},
    {"topic: v3/+/devices/+/up\n    format: tts-v3",
     "topic: $share/g/spBv1.0/#\n    format: sparkplug-b",
     "senne.yaml:7:12: routes[0].topic: a shared subscription (`$share/...`) is not in this "
     "version"},
    {"format: tts-v3", "format: mapping",
     "senne.yaml:6:5: missing key `mapping` in routes[0], with format `mapping`"},
    {"", "    mapping: a.yaml\n",
     "senne.yaml:9:14: routes[0].mapping: cannot read `a.yaml`: No such file or directory"},
    {"", "    qos: 2\n",
     "senne.yaml:9:10: routes[0].qos: QoS 2 has a loss of its own and no gain over 1; `allow_loss: "
     "true` admits it"},
    {"", "    qos: 3\n",
     "senne.yaml:9:10: routes[0].qos: expected a whole number from 0 to 2, got `3`"},
    {"", "    classification: open\n",
     "senne.yaml:9:21: routes[0].classification: `open` is not in this version; expected "
     "`restricted`"},
    {"", "    personal: {purpose: x}\n",
     "senne.yaml:9:5: `personal` in routes[0] is not in this version"},
    {"", "    unknown_devices: drop\n",
     "senne.yaml:9:22: routes[0].unknown_devices: expected `accept` or `reject`, got `drop`"},
    {"", "    units: {temperature: lx}\n",
     "senne.yaml:9:26: routes[0].units.temperature: `lx` is no UCUM unit of `air_temperature`, "
     "whose canonical unit is `Cel`"},
    {"", "    units: {temperature_1: C}\n",
     "senne.yaml:9:28: routes[0].units.temperature_1: `C` is no UCUM unit of `air_temperature`, "
     "whose canonical unit is `Cel`"},
    {"", "    units: {temperature: Cel, pm2_5: Cel}\n",
     "senne.yaml:9:38: routes[0].units.pm2_5: `Cel` is no UCUM unit of `pm2_5`, whose canonical "
     "unit is `ug/m3`"},
    {"", "    units: {foo: bar}\n",
     "senne.yaml:9:18: routes[0].units.foo: nobody knows the name: what a source calls so leaves "
     "as it is, in unit `1`; expected another name of a property, such as `temperature`, or none"},
    {"", "    units: {foo_1: Cel}\n",
     "senne.yaml:9:20: routes[0].units.foo_1: nobody knows the name: what a source calls so leaves "
     "as it is, in unit `1`; expected another name of a property, such as `temperature`, or none"},
    {"", "    units: {door: '1'}\n",
     "senne.yaml:9:19: routes[0].units.door: `door_open` is a flag and has no unit"},
    {"", "    units: [a]\n",
     "senne.yaml:9:12: routes[0].units: expected a map from the source's names to UCUM units, got "
     "a list"},
    {"", "    limits: {payload: 1GiB}\n",
     "senne.yaml:9:23: routes[0].limits.payload: expected a size from 1KiB to 512KiB, got `1GiB`"},
    {"", "    limits: {depht: 5}\n",
     "senne.yaml:9:14: unknown key `depht` in routes[0].limits; did you mean `depth`?"},
    {"", "  - {name: lora, topic: a, format: tts-v3}\n",
     "senne.yaml:9:12: routes[1].name: `lora` is the name of routes[0] already"},
    {"", "  - {name: none, topic: a, format: tts-v3}\n",
     "senne.yaml:9:12: routes[1].name: `none` is what messages are counted under that no route "
     "takes; expected another name"},
    {"", "  - {name: b, topic: v3/x/devices/y/up, format: tts-v3}\n",
     "senne.yaml:9:22: routes[1].topic: never reached: `v3/+/devices/+/up` of route `lora` before "
     "it takes all of `v3/x/devices/y/up`"},
    {"", "  - {name: b, topic: v3/x/#, format: tts-v3}\n",
     "senne.yaml:9:22: routes[1].topic: `v3/x/#` overlaps `v3/+/devices/+/up` of route `lora` in "
     "part: the broker would deliver some messages twice"},
    {"", "windows: [{name: a}]\n", "senne.yaml:9:11: missing key `length` in windows[0]"},
    {"", "windows: [{name: a, length: 1500ms}]\n",
     "senne.yaml:9:29: windows[0].length: expected a duration in whole seconds from 1s to 366d, "
     "got `1500ms`"},
    {"", "windows: [{name: a, length: 10s}, {name: a, length: 20s}]\n",
     "senne.yaml:9:42: windows[1].name: `a` is the name of windows[0] already"},
    {"", "windows: [{name: a, length: 10s, lateness: 30s, max_wait: 20s}]\n",
     "senne.yaml:9:59: windows[0].max_wait: shorter than `lateness` (30s), which would never be "
     "waited for"},
    {"", "http: {listen: 9464}\n",
     "senne.yaml:9:16: http.listen: expected host:port, an IPv6 address in brackets, got `9464`"},
    {"", "http: {listen: \"host:70000\"}\n",
     "senne.yaml:9:16: http.listen: expected host:port, an IPv6 address in brackets, got "
     "`host:70000` in quotes"},
    {"", "http: {listen: \"::1:9464\"}\n",
     "senne.yaml:9:16: http.listen: expected host:port, an IPv6 address in brackets, got "
     "`::1:9464` in quotes"},
    {"", "http: {port: 9464}\n", "senne.yaml:9:8: unknown key `port` in http"},
    {"", "registry: nowhere.yaml\n",
     "senne.yaml:9:11: registry: cannot read `nowhere.yaml`: No such file or directory"},
    {"", "registry: ok.yaml\ndevices: []\n",
     "senne.yaml:9:11: registry: `devices` is given as well; expected one of them"},
    {"", "registry: bad-devices.yaml\n",
     "FOLDER/bad-devices.yaml:3:5: unknown key `intervall` in devices[0]; did you mean "
     "`interval`?"},
    {"", "registry: bad.yaml\n",
     "FOLDER/bad.yaml:3:1: not valid YAML: did not find expected ',' or ']'"},
    {"", "devices: [{id: a}, {id: b}, {id: a}]\n",
     "senne.yaml:9:34: devices[2].id: `a` is the id of an earlier device"},
    {"", "devices: [{id: 70B3D57ED0001A2B}, {id: 70b3d57ed0001a2b}]\n",
     "senne.yaml:9:40: devices[1].id: `70b3d57ed0001a2b` is the id of an earlier device"},
    {"", "devices: [{id: 70-B3-D5-7E-D0-00-1A-2E}, {id: 70b3d57ed0001a2e}]\n",
     "senne.yaml:9:47: devices[1].id: `70b3d57ed0001a2e` is the id of an earlier device"},
    {"", "devices: [{id: a}, {id: 70b3d57ed0001a2e}, {id: '70:b3:d5:7e:d0:00:1a:2e'}]\n",
     "senne.yaml:9:49: devices[2].id: `70:b3:d5:7e:d0:00:1a:2e` is the id of an earlier device"},
    {"", "quality: [{property: co2, minimum: 5, maximum: 4}]\n",
     "senne.yaml:9:48: quality[0].maximum: expected at least `minimum`"},
    {"", "quality: [{property: air_temperature, minimum: 70}]\n",
     "senne.yaml:9:48: quality[0].minimum: 70 is above the built-in `maximum` of air_temperature, "
     "60; expected at most that, or a `maximum` beside it"},
    {"", "quality: [{property: co2, maximum: 299.5, rate: 3}]\n",
     "senne.yaml:9:36: quality[0].maximum: 299.5 is below the built-in `minimum` of co2, 300; "
     "expected at least that, or a `minimum` beside it"},
    {"", "devices: [{title: {fr: x}}]\n", "senne.yaml:9:11: missing key `id` in devices[0]"},
    {"", "devices: [{id: a, calibration: []}]\n",
     "senne.yaml:9:32: devices[0].calibration: must not be empty"},
    {"", "devices: [{id: a, calibration: [{property: no2, scale: 0}]}]\n",
     "senne.yaml:9:56: devices[0].calibration[0].scale: must not be 0"},
    {"", "devices: [{id: a, calibration: [{property: motion, scale: 2}]}]\n",
     "senne.yaml:9:44: devices[0].calibration[0].property: motion is a flag; expected a number"},
    {"", "devices: [{id: a, calibration: [{property: no2, from: 2026-02-30}]}]\n",
     "senne.yaml:9:55: devices[0].calibration[0].from: expected a day such as `2026-01-01` (from "
     "00:00 UTC), or a time such as 2026-01-01T08:00:00Z, got `2026-02-30`"},
    {"", "devices: [{id: a, calibration: [{property: no2, from: 2026-02-01, to: 2026-01-01}]}]\n",
     "senne.yaml:9:71: devices[0].calibration[0].to: expected a time after `from`"},
    {"",
     "devices: [{id: a, calibration: [{property: no2, to: 2026-02-01},\n"
     "                                {property: no2, channel: b, from: 2026-01-31}]}]\n",
     "senne.yaml:10:33: devices[0].calibration[1]: holds for a time that devices[0].calibration[0] "
     "holds for as well"},
    {"", "devices: [{id: a, location: {lambert72: [1, 2]}}]\n",
     "senne.yaml:9:41: devices[0].location.lambert72: expected [x, y] in metres, a place in "
     "Belgium: x from 20000 to 300000, y from 20000 to 250000, got [1, 2]"},
    {"", "devices: [{id: a, location: {lambert2008: [649000, 670500, 1]}}]\n",
     "senne.yaml:9:43: devices[0].location.lambert2008: expected [x, y] in metres, a place in "
     "Belgium: x from 519000 to 800000, y from 519000 to 750000, got 3 numbers"},
    {"",
     "devices: [{id: a, location: {latitude: 50, longitude: 4, lambert72: [149000, 170500]}}]\n",
     "senne.yaml:9:29: devices[0].location: expected one of `latitude` with `longitude`, "
     "`lambert72` and `lambert2008`"},
    {"", "devices: [{id: a, location: {latitude: 4.35, longitude: 50.85}}]\n",
     "senne.yaml:9:29: devices[0].location: latitude 4.35, longitude 50.85: latitude and longitude "
     "exchanged"},
    {"", "devices: [{id: a, location: {latitude: 149000, longitude: 170500}}]\n",
     "senne.yaml:9:29: devices[0].location: latitude 149000, longitude 170500: metres of Lambert "
     "72 "
     "in place of degrees"},
    {"", "devices: [{id: a, location: {latitude: 91, longitude: 0}}]\n",
     "senne.yaml:9:29: devices[0].location: latitude 91, longitude 0: no place on Earth"},
    {"", "devices: [{id: a, location: {latitude: 50}}]\n",
     "senne.yaml:9:29: missing key `longitude` in devices[0].location"},
    {"", "devices: [{id: a, location: {latitude: .nan, longitude: 0}}]\n",
     "senne.yaml:9:40: devices[0].location.latitude: expected a number from -10000000 to 10000000, "
     "got `.nan`"},
    {"", "devices: [{id: a, interval: 10m}]\n",
     "senne.yaml:9:29: devices[0].interval: expected a duration from 1s to 366d, got `10m`"},
    {"", "time_sanity: {oldest: 0s}\n",
     "senne.yaml:9:23: time_sanity.oldest: expected a duration from 1s to 366d, got `0s`"},
    {"format: tts-v3", "format: mapping\n    mapping: bad-mapping.yaml",
     "FOLDER/bad-mapping.yaml:3:10: readings[0].at: expected a JSON Pointer such as `/a/0/b`, got "
     "`t`"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {readings: [{at: /t, property: air_temperature}]}",
     "senne.yaml:9:14: missing key `device` in routes[0].mapping"},
    {"format: tts-v3", "format: mapping\n    mapping: {device: /d}",
     "senne.yaml:9:14: missing key `readings` in routes[0].mapping"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: d, readings: [{at: /t, property: air_temperature}]}",
     "senne.yaml:9:23: routes[0].mapping.device: expected a JSON Pointer such as `/a/0/b`, or "
     "`\"{level:N}\"` for a level of the topic, got `d`"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: '{level:x}', readings: [{at: /t, property: "
     "air_temperature}]}",
     "senne.yaml:9:23: routes[0].mapping.device: expected a JSON Pointer such as `/a/0/b`, or "
     "`\"{level:N}\"` for a level of the topic, got `{level:x}` in quotes"},
    {"format: tts-v3", "format: mapping\n    mapping: {device: /d, readings: []}",
     "senne.yaml:9:37: routes[0].mapping.readings: must not be empty"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: /d, readings: [{at: /t, property: air_temprature}]}",
     "senne.yaml:9:57: routes[0].mapping.readings[0].property: unknown property `air_temprature`; "
     "did you mean `air_temperature`?"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: /d, readings: [{at: /t, property: raw.temperature}]}",
     "senne.yaml:9:57: routes[0].mapping.readings[0].property: `temperature` is known; expected "
     "`air_temperature`"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: /d, readings: [{at: /t, property: air_temperature, "
     "unit: lx}]}",
     "senne.yaml:9:80: routes[0].mapping.readings[0].unit: `lx` is no UCUM unit of "
     "`air_temperature`, whose canonical unit is `Cel`"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: /d, readings: [{at: /t, property: motion, unit: "
     "Cel}]}",
     "senne.yaml:9:71: routes[0].mapping.readings[0].unit: `motion` is a flag and has no unit"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: /d, readings: [{at: /t, property: co2, true_when: "
     "[a]}]}",
     "senne.yaml:9:73: routes[0].mapping.readings[0].true_when: `co2` is a number, not a flag"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: /d, time: {at: /t, form: naive}, readings: [{at: /t, "
     "property: air_temperature}]}",
     "senne.yaml:9:33: missing key `zone` in routes[0].mapping.time, with form `naive`"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: /d, time: {at: /t, form: naive, zone: "
     "Europe/Brusels}, readings: [{at: /t, property: air_temperature}]}",
     "senne.yaml:9:61: routes[0].mapping.time.zone: expected a time zone such as "
     "`Europe/Brussels`, got `Europe/Brusels`"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: /d, time: {at: /t, zone: Europe/Brussels}, readings: "
     "[{at: /t, property: air_temperature}]}",
     "senne.yaml:9:48: routes[0].mapping.time.zone: goes with form `naive` only"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: /d, location: {latitude: /la}, readings: [{at: /t, "
     "property: air_temperature}]}",
     "senne.yaml:9:37: missing key `longitude` in routes[0].mapping.location"},
    {"format: tts-v3",
     "format: mapping\n    mapping: {device: /d~2, readings: [{at: /t, property: "
     "air_temperature}]}",
     "senne.yaml:9:23: routes[0].mapping.device: expected a JSON Pointer such as `/a/0/b`, or "
     "`\"{level:N}\"` for a level of the topic, got `/d~2`"},
};

TEST(BrokenConfiguration, is_told_what_where_and_what_was_expected) {
  const TemporaryFolder folder;
  folder.write("bad-devices.yaml", "devices:\n  - id: a\n    intervall: 10min\n");
  folder.write("ok.yaml", "devices: []\n");
  folder.write("bow-tie.geojson",
               R"({"type":"FeatureCollection","features":[{"properties":{"nis":7},"geometry":)"
               R"({"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}]})");
  folder.write("bad.yaml", "devices:\n  - id: [a\n");
  folder.write("bad-mapping.yaml", "device: /d\nreadings:\n  - {at: t, property: co2}\n");
  for (const Broken& one : broken) {
    std::string text = smallest;
    if (one.replaced.empty()) {
      text += one.by;
    } else {
      ASSERT_NE(text.find(one.replaced), std::string::npos) << one.replaced;
      text.replace(text.find(one.replaced), one.replaced.size(), one.by);
    }
    std::string error = error_of(text, {}, folder.path());
    if (const auto at = error.find(folder.path()); at != std::string::npos) {
      error.replace(at, folder.path().size(), "FOLDER");
    }
    EXPECT_EQ(error, one.error) << text;
  }
}

}  // namespace
}  // namespace senne::app
