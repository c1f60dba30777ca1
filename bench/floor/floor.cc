// The least that a bridge from MQTT to Kafka can do with these two client libraries: Paho's message
// callback hands 150 bytes to librdkafka, and that is all. What Senne costs is measured beside it.
//
// The clients are set up as Senne sets up its own, except that the producer is not transactional:
// idempotent, acks=all. Records carry the device as key, as a bridge must that keeps a device's
// messages in order, and no headers.
//
// usage: senne_floor MQTT_URL FILTER BOOTSTRAP_SERVERS KAFKA_TOPIC PROGRESS_FILE
#include <MQTTAsync.h>
#include <librdkafka/rdkafka.h>
#include <mqtt/async_client.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "bench/floor/progress.h"
#include "core/check.h"
#include "ingest/mqtt/broker_address.h"
#include "ingest/mqtt/paho_options.h"

namespace senne::bench {
namespace {

constexpr std::size_t value_bytes = 150;
constexpr int poll_ms = 100;
constexpr int queue_full_poll_ms = 5;
constexpr int flush_ms = 30'000;

volatile std::sig_atomic_t stop_requested = 0;

rd_kafka_t* make_producer(const std::string& bootstrap_servers) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  std::array<char, 512> why{};
  const std::initializer_list<std::pair<const char*, std::string>> settings = {
      {"client.id", "bare-loop"},
      {"bootstrap.servers", bootstrap_servers},
      {"enable.idempotence", "true"},
      {"acks", "all"},
      {"partitioner", "murmur2_random"},
      {"reconnect.backoff.max.ms", "2000"},
      {"statistics.interval.ms", "0"},
      {"retry.backoff.ms", "5"},
      {"queue.buffering.max.messages", "200000"},
      {"queue.buffering.max.kbytes", "262144"},
      {"delivery.report.only.error", "true"},
  };
  for (const auto& [key, value] : settings) {
    SENNE_CHECK(rd_kafka_conf_set(conf, key, value.c_str(), why.data(), why.size()) ==
                RD_KAFKA_CONF_OK);
  }
  rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void*) {
    SENNE_CHECK(message->err == RD_KAFKA_RESP_ERR_NO_ERROR);
  });
  rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size());
  SENNE_CHECK(producer != nullptr);
  return producer;
}

// v3/{application}/devices/{device}/up
std::string_view device_of(std::string_view topic) {
  for (int level = 0; level < 3; ++level) {
    topic.remove_prefix(std::min(topic.find('/'), topic.size() - 1) + 1);
  }
  return topic.substr(0, topic.find('/'));
}

void produce(rd_kafka_t* producer, rd_kafka_topic_t* topic, std::string_view key,
             std::string_view value) {
  while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                          const_cast<char*>(value.data()), value.size(), key.data(), key.size(),
                          nullptr) != 0) {
    SENNE_CHECK(rd_kafka_last_error() == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    rd_kafka_poll(producer, queue_full_poll_ms);
  }
}

int run(const std::string& mqtt_url, const std::string& filter,
        const std::string& bootstrap_servers, const std::string& topic_name,
        const std::string& progress_file) {
  Progress& progress = map_progress(progress_file);
  rd_kafka_t* producer = make_producer(bootstrap_servers);
  rd_kafka_topic_t* topic = rd_kafka_topic_new(producer, topic_name.c_str(), nullptr);

  ingest::MqttSettings settings;
  settings.url = mqtt_url;
  settings.client_id = "bare-loop";
  const auto address = ingest::parse_broker_address(mqtt_url);
  SENNE_CHECK(address);
  mqtt::async_client client(address->uri, settings.client_id, mqtt::create_options(MQTTVERSION_5));
  MQTTAsync_setTraceLevel(MQTTASYNC_TRACE_ERROR);
  client.set_message_callback([&](const mqtt::const_message_ptr& message) noexcept {
    const std::string_view payload(message->get_payload());
    produce(producer, topic, device_of(message->get_topic()), payload.substr(0, value_bytes));
    progress.received.fetch_add(1, std::memory_order_release);
  });
  client.set_connection_lost_handler([](const std::string&) { std::abort(); });
  client.connect(ingest::connect_options(settings, *address, {}))->wait();
  client.subscribe(filter, 1)->wait();
  progress.subscribed.store(1);

  while (stop_requested == 0) {
    rd_kafka_poll(producer, poll_ms);
    const std::uint64_t received = progress.received.load(std::memory_order_acquire);
    if (rd_kafka_outq_len(producer) == 0) progress.delivered.store(received);
  }
  client.disconnect()->wait();
  const bool flushed = rd_kafka_flush(producer, flush_ms) == RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(producer);
  return flushed ? 0 : 1;
}

}  // namespace
}  // namespace senne::bench

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: senne_floor MQTT_URL FILTER BOOTSTRAP_SERVERS KAFKA_TOPIC PROGRESS_FILE\n",
               stderr);
    return 2;
  }
  std::signal(SIGTERM, [](int) { senne::bench::stop_requested = 1; });
  return senne::bench::run(argv[1], argv[2], argv[3], argv[4], argv[5]);
}
