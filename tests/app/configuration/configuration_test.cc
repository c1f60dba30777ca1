#include "app/configuration/configuration.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/configuration/sample.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

TEST(Configuration, what_a_reload_does_not_put_into_force_is_named) {
  const auto running = parse(smallest + "windows: [{name: a, length: 10s}]\n");
  ASSERT_TRUE(running) << running.error().message;
  EXPECT_THAT(need_restart(*running, *running), IsEmpty());
  const auto reloaded = parse(smallest +
                              "  - {name: more, topic: more/#, format: senml-json}\n"
                              "windows: [{name: b, length: 20s}]\n"
                              "devices: [{id: x, provider: y}]\n"
                              "time_sanity: {oldest: 1d}\n");
  ASSERT_TRUE(reloaded) << reloaded.error().message;
  EXPECT_THAT(need_restart(*running, *reloaded), IsEmpty());
  std::string others = smallest +
                       "shutdown_timeout: 31s\n"
                       "journal: {sync_interval: always}\n"
                       "http: {listen: \"127.0.0.1:1\"}\n"
                       "data_dir: /elsewhere\n";
  others.replace(others.find("broker:1883\n"), 12,
                 "broker:1883\n  password: secret\n  username: u\n");
  const auto changed = parse(others);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_THAT(need_restart(*running, *changed),
              ElementsAre("data_dir", "shutdown_timeout", "mqtt", "journal", "http"));
}

TEST(Configuration, the_smallest_has_the_defaults_of_the_contract) {
  const auto c = parse(smallest);
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ(c->instance, "test-1");
  EXPECT_EQ(c->pipeline.instance, "test-1");
  EXPECT_EQ(c->data_dir, "/var/lib/senne");
  EXPECT_EQ(c->shutdown_timeout, Duration(30s));
  EXPECT_FALSE(c->allow_loss);
  EXPECT_EQ(c->mqtt.url, "mqtt://broker:1883");
  EXPECT_EQ(c->mqtt.version, 5);
  EXPECT_EQ(c->mqtt.client_id, "senne-test-1");
  EXPECT_FALSE(c->mqtt.clean_start);
  EXPECT_EQ(c->mqtt.session_expiry, Duration(24h));
  EXPECT_EQ(c->mqtt.receive_maximum, 1000);
  EXPECT_EQ(c->mqtt.keepalive, Duration(60s));
  EXPECT_EQ(c->journal.max_bytes, 8ull << 30);
  EXPECT_EQ(c->journal.sync_interval, Duration(50ms));
  EXPECT_EQ(c->kafka.delivery, sinks::Delivery::exactly_once);
  EXPECT_EQ(c->kafka.commit_interval, Duration(100ms));
  EXPECT_EQ(c->kafka.topic_prefix, "");
  EXPECT_EQ(c->kafka.encoding[0], sinks::Encoding::protobuf);
  EXPECT_EQ(c->kafka.partitions, 12);
  EXPECT_EQ(c->kafka.replication, 3);
  EXPECT_EQ(c->http.host, "127.0.0.1");
  EXPECT_EQ(c->http.port, 9464);
  ASSERT_EQ(c->pipeline.routes.size(), 1u);
  const Route& route = c->pipeline.routes[0];
  EXPECT_EQ(route.qos, 1);
  EXPECT_EQ(route.provider, "test-1");
  EXPECT_EQ(route.classification, Classification::restricted);
  EXPECT_EQ(route.unknown_devices, UnknownDevices::accept);
  EXPECT_EQ(route.limits.payload_bytes, 256u * 1024);
  EXPECT_TRUE(c->pipeline.windows.empty());
  EXPECT_EQ(c->pipeline.oldest_accepted, Duration(168h));
}

TEST(Configuration, everything_of_the_contract_that_is_in_this_version_is_taken) {
  const TemporaryFolder folder;
  folder.write("devices.yaml", "devices: [{id: a, provider: p}]");
  folder.write("own.yaml", "device: /d\nreadings: [{at: /t, property: air_temperature}]");
  folder.write("password", "hunter2\n");
  const auto c = parse(
      "instance: brussels-1\n"
      "data_dir: data\n"
      "shutdown_timeout: 5s\n"
      "mqtt:\n"
      "  url: mqtts://broker.example:8883\n"
      "  version: 3.1.1\n"
      "  client_id: mine\n"
      "  username: senne\n"
      "  password: \"${file:password}\"\n"
      "  tls: {ca: ca.pem, certificate: /abs/senne.pem, key: senne.key}\n"
      "  clean_start: false\n"
      "  keepalive: 90s\n"
      "journal: {max_bytes: 16MiB, sync_interval: always}\n"
      "kafka:\n"
      "  bootstrap_servers: k1:9092,k2:9092\n"
      "  delivery: at_least_once\n"
      "  commit_interval: 20ms\n"
      "  topic_prefix: test.\n"
      "  encoding: {urban.aggregates.v1: json}\n"
      "  topics: {partitions: 3, replication: 1}\n"
      "  properties: {security.protocol: SASL_SSL, sasl.password: \"${P}\", linger.ms: 5}\n"
      "registry: devices.yaml\n"
      "routes:\n"
      "  - {name: own, topic: own/+, format: mapping, mapping: own.yaml, qos: 0, provider: p,\n"
      "     classification: restricted, unknown_devices: reject, units: {temperature: Cel}}\n"
      "windows:\n"
      "  - {name: 10min, length: 10min, lateness: 5min, max_wait: 30min, revise_for: 20min}\n"
      "  - {name: 1h, length: 1h}\n"
      "  - {name: 10s, length: 10s, lateness: 30s}\n"
      "http: {listen: \"[::1]:0\"}\n",
      {{"P", "s3cret: {not: yaml}"}}, folder.path());
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ(c->data_dir, folder.path() + "/data");
  EXPECT_EQ(c->mqtt.version, 3);
  EXPECT_EQ(c->mqtt.password, "hunter2");
  EXPECT_EQ(c->mqtt.tls.ca, folder.path() + "/ca.pem");
  EXPECT_EQ(c->mqtt.tls.certificate, "/abs/senne.pem");
  EXPECT_EQ(c->journal.sync_interval, Duration{0});
  EXPECT_EQ(c->kafka.encoding[0], sinks::Encoding::protobuf);
  EXPECT_EQ(c->kafka.encoding[1], sinks::Encoding::json);
  EXPECT_THAT(c->kafka.properties,
              ElementsAre(Pair("linger.ms", "5"), Pair("sasl.password", "s3cret: {not: yaml}"),
                          Pair("security.protocol", "SASL_SSL")));
  ASSERT_EQ(c->pipeline.devices.size(), 1u);
  EXPECT_EQ(c->pipeline.devices[0].provider, "p");
  ASSERT_NE(c->pipeline.routes[0].mapping, nullptr);
  const auto& windows = c->pipeline.windows;
  EXPECT_EQ(windows[0].revise_for, Duration(20min));
  EXPECT_EQ(windows[1].lateness, Duration{0});
  EXPECT_EQ(windows[1].max_wait, Duration(1h));
  EXPECT_EQ(windows[1].revise_for, Duration(1h));
  EXPECT_EQ(windows[2].max_wait, Duration(30s));
  EXPECT_EQ(windows[2].revise_for, Duration(10min));
  EXPECT_EQ(c->http.host, "::1");
  EXPECT_EQ(c->http.port, 0);
}

TEST(Configuration, the_state_directory_of_systemd_is_the_default_data_dir) {
  EXPECT_EQ(parse(smallest, {{"STATE_DIRECTORY", "/var/lib/a:/var/lib/b"}})->data_dir,
            "/var/lib/a");
  EXPECT_EQ(parse(smallest, {{"STATE_DIRECTORY", ""}})->data_dir, "/var/lib/senne");
  EXPECT_EQ(parse(smallest + "data_dir: /mine\n", {{"STATE_DIRECTORY", "/a"}})->data_dir, "/mine");
}

TEST(Configuration, what_is_decided_for_the_operator_is_said) {
  std::string text = smallest;
  text.replace(text.find("k1:9092"), 7, "embedded");
  const auto c = parse(text + "allow_loss: true\ndevices: [{id: a, classification: open}]\n");
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_TRUE(c->embedded());
  EXPECT_EQ(c->kafka.delivery, sinks::Delivery::at_least_once);
  EXPECT_TRUE(c->kafka.allow_loss);
  EXPECT_THAT(c->notes,
              ElementsAre(HasSubstr("at_least_once"), HasSubstr("allow_loss"),
                          HasSubstr("1 devices are classified `open`"), HasSubstr("no windows")));
}

TEST(Configuration, lossy_settings_are_taken_with_allow_loss) {
  std::string text = smallest + "    qos: 2\nallow_loss: true\n";
  text.replace(text.find("  url:"), 6,
               "  clean_start: true\n  session_expiry: 0s\n  client_id: ''\n  url:");
  const auto c = parse(text);
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ(c->mqtt.client_id, "");
  EXPECT_TRUE(c->mqtt.clean_start);
  EXPECT_EQ(c->pipeline.routes[0].qos, 2);
}

TEST(Configuration, own_limits_go_with_the_built_in_ones_that_they_leave) {
  const auto c = parse(smallest +
                       "quality:\n"
                       "  - {property: air_temperature, minimum: 60}\n"
                       "  - {property: surface_temperature, minimum: 90, maximum: 120}\n"
                       "  - {property: water_level, minimum: 1e9}\n");
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ(c->pipeline.quality.size(), 3u);
}

TEST(Configuration, units_are_taken_of_every_name_of_a_property) {
  const auto c = parse(smallest +
                       "    units: {temperature: Cel, temperature_1: '[degF]', t_12345: K,\n"
                       "            pm2_5: ug/m3, Air_Temperature: Cel, batteryVoltage_2: mV}\n");
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ(c->pipeline.routes[0].units.size(), 6u);
}

TEST(Configuration, substitution_puts_in_text_and_never_structure) {
  const std::string text = "instance: ${I:-fallback}\n" + smallest.substr(smallest.find('\n') + 1) +
                           "    qos: ${Q}\n    units: {\"t\": '${U:-Cel}'}\n" +
                           "devices: [{id: \"${D}\", licence: 'costs $${5}'}]\n";
  const auto c = parse(text, {{"Q", "0"}, {"D", "x}, {id: y"}, {"U", ""}});
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ(c->instance, "fallback");
  EXPECT_EQ(c->pipeline.routes[0].qos, 0);
  EXPECT_EQ(c->pipeline.routes[0].units.at("t"), "Cel");
  ASSERT_EQ(c->pipeline.devices.size(), 1u);
  EXPECT_EQ(c->pipeline.devices[0].id, "x}, {id: y");
  EXPECT_EQ(c->pipeline.devices[0].licence, "costs ${5}");
}

TEST(Configuration, secrets_are_never_printed) {
  std::string text = smallest;
  text.replace(text.find("  url:"), 6, "  password: hunter2\n  url:");
  text.replace(text.find("\"k1:9092\""), 9,
               "\"k1:9092\", properties: {sasl.username: hunter2, ssl.key.password: \"hunter2\", "
               "linger.ms: '7'}");
  const auto c = parse(text);
  ASSERT_TRUE(c) << c.error().message;
  const std::string printed = describe(*c);
  EXPECT_THAT(printed, Not(HasSubstr("hunter2")));
  EXPECT_THAT(printed, HasSubstr("\"password\": \"***\""));
  EXPECT_THAT(printed, HasSubstr("\"sasl.username\": \"***\""));
  EXPECT_THAT(printed, HasSubstr("\"linger.ms\": \"7\""));
  EXPECT_THAT(printed, HasSubstr("\"session_expiry\": \"1d\""));
}

TEST(Configuration, no_error_shows_a_secret_wherever_it_was_put_by_mistake) {
  const Environment environment = {{"S", "hunter2"}};
  const std::string head = "instance: a\n";
  for (const std::string& text : std::vector<std::string>{
           head + "mqtt: hunter2\n", head + "mqtt: {password: [hunter2]}\n",
           head + "mqtt: {url: 'mqtt://u:hunter2@host'}\n", head + "mqtt: {url: '${S}'}\n",
           head + "mqtt: {version: '${S}'}\n", head + "mqtt: {keepalive: '${S}'}\n",
           head + "mqtt: {clean_start: '${S}'}\n", head + "kafka: {properties: hunter2}\n",
           head + "kafka: {properties: {sasl.password: [hunter2]}}\n",
           head + "shutdown_timeout: '${S}'\n", "hunter2", "'${S}'",
           smallest + "http: {listen: '${S}'}\n", smallest + "registry: '${S}'\n"}) {
    const std::string error = error_of(text, environment);
    EXPECT_THAT(error, Not(HasSubstr("hunter2"))) << text;
    EXPECT_NE(error, "no error") << text;
  }
  for (const char* property :
       {"sasl.password: hunter2, linger.ms: x", "ssl.key.password: hunter2, a: b",
        "security.protocol: SASL_SSL, sasl.password: hunter2, acks: '1'",
        "ssl.endpoint.identification.algorithm: x, sasl.password: hunter2"}) {
    std::string text = smallest;
    text.replace(text.find("\"k1:9092\""), 9,
                 fmt::format("\"k1:9092\", properties: {{{}}}", property));
    const std::string error = error_of(text);
    EXPECT_THAT(error, Not(HasSubstr("hunter2"))) << text;
    EXPECT_NE(error, "no error") << text;
  }
}

TEST(Configuration, a_narrow_route_before_a_wide_one_is_taken) {
  EXPECT_EQ(error_of(smallest + "  - {name: rest, topic: v3/#, format: tts-v3}\n"), "no error");
}

TEST(Configuration, the_examples_are_sound) {
  const std::string folder = std::string(SENNE_SOURCE_DIR) + "/deploy/examples/";
  const auto c = load_configuration(folder + "senne.yaml", {{"STATE_DIRECTORY", "/var/lib/senne"}});
  ASSERT_TRUE(c) << c.error().message;
  EXPECT_EQ(c->pipeline.routes.size(), 3u);
  EXPECT_EQ(c->pipeline.devices.size(), 2u);
  EXPECT_EQ(c->pipeline.windows.size(), 2u);
  EXPECT_EQ(c->mqtt.url, "mqtt://localhost:1883");
  EXPECT_TRUE(c->embedded());
}

TEST(Configuration, a_file_that_is_not_there_is_named) {
  const auto c = load_configuration("/nowhere/senne.yaml", {});
  ASSERT_FALSE(c);
  EXPECT_EQ(c.error().message, "cannot read /nowhere/senne.yaml: No such file or directory");
  EXPECT_EQ(c.error().kind, ErrorKind::configuration);
}

}  // namespace
}  // namespace senne::app
