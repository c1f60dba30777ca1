#include "tests/support/kafka_server.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

namespace senne::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

std::string libraries() {
  if (const char* given = std::getenv("SENNE_KAFKA_LIBS"); given != nullptr) return given;
  return SENNE_SOURCE_DIR "/build/kafka/libs";
}

std::vector<std::string> java(const std::string& main_class,
                              const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {
      "java", "-Xmx512m",         "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
      "-cp",  libraries() + "/*", main_class};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

// One node that is broker and controller. The internal topics are small so that it starts fast, and
// transactions that time out are found within a second.
std::string server_properties(const std::string& directory, int port, int controller_port) {
  return fmt::format(R"(process.roles=broker,controller
node.id=1
listeners=BROKER://127.0.0.1:{0},CONTROLLER://127.0.0.1:{1}
advertised.listeners=BROKER://127.0.0.1:{0}
controller.quorum.voters=1@127.0.0.1:{1}
controller.listener.names=CONTROLLER
inter.broker.listener.name=BROKER
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={2}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
transaction.abort.timed.out.transaction.cleanup.interval.ms=500
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=16777216
num.io.threads=4
num.network.threads=2
)",
                     port, controller_port, directory);
}

// A librdkafka handle that goes by itself.
struct Handle {
  explicit Handle(const std::string& bootstrap) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    std::array<char, 256> why{};
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why.data(), why.size());
    rd_kafka_conf_set(conf, "log_level", "0", why.data(), why.size());
    rd_kafka_conf_set(conf, "reconnect.backoff.max.ms", "100", why.data(), why.size());
    kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size());
  }
  ~Handle() { rd_kafka_destroy(kafka); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  rd_kafka_t* kafka;
};

bool topic_visible(rd_kafka_t* kafka, const std::string& name) {
  rd_kafka_topic_t* topic = rd_kafka_topic_new(kafka, name.c_str(), nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(kafka, 0, topic, &metadata, 5'000);
  const bool visible = code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1 &&
                       metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR;
  if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(topic);
  return visible;
}

// Waits for the one result of a topic request.
Result<void> finished(rd_kafka_queue_t* queue, const std::string& what) {
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 15'000);
  std::string why = "no answer";
  if (event != nullptr) {
    why = rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR
              ? rd_kafka_event_error_string(event)
              : "";
    std::size_t count = 0;
    const rd_kafka_topic_result_t** results = nullptr;
    if (const auto* created = rd_kafka_event_CreateTopics_result(event); created != nullptr) {
      results = rd_kafka_CreateTopics_result_topics(created, &count);
    }
    if (const auto* deleted = rd_kafka_event_DeleteTopics_result(event); deleted != nullptr) {
      results = rd_kafka_DeleteTopics_result_topics(deleted, &count);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const auto code = rd_kafka_topic_result_error(results[i]);
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) why = rd_kafka_err2str(code);
    }
    rd_kafka_event_destroy(event);
  }
  if (why.empty()) return {};
  return fail(ErrorKind::failed, fmt::format("{}: {}", what, why));
}

}  // namespace

std::optional<std::string> KafkaServer::missing() {
  std::error_code error;
  if (!fs::exists(libraries() + "/.complete", error)) {
    return fmt::format("no Apache Kafka in {}: run tests/kafka/fetch.sh", libraries());
  }
  return std::nullopt;
}

Result<std::unique_ptr<KafkaServer>> KafkaServer::create() {
  const int port = free_port();
  int controller_port = free_port();
  while (controller_port == port) controller_port = free_port();
  std::unique_ptr<KafkaServer> server(new KafkaServer(port, controller_port));
  if (auto formatted = server->format(); !formatted) return tl::unexpected(formatted.error());
  if (auto started = server->start(); !started) return tl::unexpected(started.error());
  return server;
}

Result<void> KafkaServer::format() {
  const std::string properties = folder_.write(
      "server.properties", server_properties(folder_.path(), port_, controller_port_));
  // Any 16 bytes in URL-safe base64 are a cluster id; the tool that makes one takes a second.
  auto tool = ChildProcess::start(
      java("kafka.tools.StorageTool", {"format", "-t", "c2VubmUta2Fma2EtdGVzdA", "-c", properties}),
      folder_.file("log"));
  if (!tool) return tl::unexpected(tool.error());
  if (tool->wait(seconds{60}) != 0) {
    return fail(ErrorKind::failed, "formatting Kafka's storage failed:\n" + log());
  }
  return {};
}

std::string KafkaServer::bootstrap() const { return fmt::format("127.0.0.1:{}", port_); }

Result<void> KafkaServer::start() {
  auto process = ChildProcess::start(java("kafka.Kafka", {folder_.file("server.properties")}),
                                     folder_.file("log"));
  if (!process) return tl::unexpected(process.error());
  process_ = std::move(*process);
  return wait_until_it_answers();
}

Result<void> KafkaServer::wait_until_it_answers() {
  const auto until = std::chrono::steady_clock::now() + seconds{60};
  const Handle handle(bootstrap());
  while (std::chrono::steady_clock::now() < until) {
    if (!process_->running()) return fail(ErrorKind::failed, "Kafka ended:\n" + log());
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto code = rd_kafka_metadata(handle.kafka, 1, nullptr, &metadata, 500);
    const bool answers = code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->broker_cnt > 0;
    if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
    if (answers) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return fail(ErrorKind::failed, "Kafka did not answer within 60 s:\n" + log());
}

void KafkaServer::stop() {
  if (process_) process_->stop(seconds{30});
  process_.reset();
}

void KafkaServer::kill() {
  if (process_) process_->stop(Duration::zero());
  process_.reset();
}

void KafkaServer::pause() { process_->signal(SIGSTOP); }
void KafkaServer::resume() { process_->signal(SIGCONT); }

Result<void> KafkaServer::create_topic(const std::string& name, int partitions,
                                       const std::map<std::string, std::string>& settings) {
  const Handle handle(bootstrap());
  std::array<char, 256> why{};
  rd_kafka_NewTopic_t* topic =
      rd_kafka_NewTopic_new(name.c_str(), partitions, 1, why.data(), why.size());
  if (topic == nullptr) return fail(ErrorKind::failed, why.data());
  for (const auto& [key, value] : settings) {
    rd_kafka_NewTopic_set_config(topic, key.c_str(), value.c_str());
  }
  rd_kafka_queue_t* queue = rd_kafka_queue_new(handle.kafka);
  rd_kafka_CreateTopics(handle.kafka, &topic, 1, nullptr, queue);
  auto result = finished(queue, "create topic " + name);
  rd_kafka_NewTopic_destroy(topic);
  rd_kafka_queue_destroy(queue);
  if (!result) return result;
  // The controller answers before the broker has heard of the new topic.
  const auto until = std::chrono::steady_clock::now() + seconds{15};
  while (!topic_visible(handle.kafka, name)) {
    if (std::chrono::steady_clock::now() > until) {
      return fail(ErrorKind::failed, "create topic " + name + ": it did not appear");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return {};
}

Result<void> KafkaServer::delete_topic(const std::string& name) {
  const Handle handle(bootstrap());
  rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name.c_str());
  rd_kafka_queue_t* queue = rd_kafka_queue_new(handle.kafka);
  rd_kafka_DeleteTopics(handle.kafka, &topic, 1, nullptr, queue);
  auto result = finished(queue, "delete topic " + name);
  rd_kafka_DeleteTopic_destroy(topic);
  rd_kafka_queue_destroy(queue);
  return result;
}

}  // namespace senne::test
