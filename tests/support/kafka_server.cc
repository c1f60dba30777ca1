#include "tests/support/kafka_server.h"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>
#include <vector>

namespace senne::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr const char* first_file = "server.properties";
constexpr const char* second_file = "second.properties";

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

}  // namespace

std::optional<std::string> KafkaServer::missing() {
  std::error_code error;
  if (!fs::exists(libraries() + "/.complete", error)) {
    return fmt::format("no Apache Kafka in {}: run tests/kafka/fetch.sh", libraries());
  }
  return std::nullopt;
}

Result<std::unique_ptr<KafkaServer>> KafkaServer::create(const KafkaOptions& options) {
  std::unique_ptr<KafkaServer> server(new KafkaServer(options));
  std::set<int> ports;
  while (ports.size() < 4) ports.insert(free_port());
  auto port = ports.begin();
  server->port_ = *port++;
  server->controller_port_ = *port++;
  server->network_port_ = *port++;
  server->second_port_ = *port;
  if (options.network) {
    auto network = FaultProxy::start(server->network_port_);
    if (!network) return tl::unexpected(network.error());
    server->network_ = std::move(*network);
  }
  const std::string file = server->folder_.write(first_file, server->properties());
  if (auto formatted = server->format(file); !formatted) return tl::unexpected(formatted.error());
  if (auto started = server->start(); !started) return tl::unexpected(started.error());
  if (!options.second_node) return server;
  const std::string second = server->folder_.write(second_file, server->properties_of_second());
  if (auto formatted = server->format(second); !formatted) return tl::unexpected(formatted.error());
  if (auto started = server->start_second(); !started) return tl::unexpected(started.error());
  // Before the first client makes them come into being somewhere.
  for (const char* name : {"__transaction_state", "__consumer_offsets"}) {
    auto created =
        create_topic_on({2, 1}, server->bootstrap(), name, {{"cleanup.policy", "compact"}});
    if (!created) return tl::unexpected(created.error());
  }
  return server;
}

std::string KafkaServer::address(int port) { return fmt::format("127.0.0.1:{}", port); }

// The internal topics are small so that it starts fast, and transactions that time out are found
// within a second.
std::string KafkaServer::properties_of_both() const {
  return fmt::format(R"(controller.quorum.voters=1@{0}
controller.listener.names=CONTROLLER
inter.broker.listener.name=BROKER
default.replication.factor={1}
offsets.topic.replication.factor={1}
offsets.topic.num.partitions=1
transaction.state.log.replication.factor={1}
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
transaction.abort.timed.out.transaction.cleanup.interval.ms=500
share.coordinator.state.topic.replication.factor={1}
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=16777216
num.io.threads=4
num.network.threads=2
leader.imbalance.check.interval.seconds=2
broker.session.timeout.ms=6000
)",
                     address(controller_port_), options_.second_node ? 2 : 1);
}

std::string KafkaServer::properties_of_second() const {
  return properties_of_both() + fmt::format(R"(process.roles=broker
node.id=2
log.dirs={}/data2
listeners=BROKER://{}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
)",
                                            folder_.path(), address(second_port_));
}

// Broker and controller.
std::string KafkaServer::properties() const {
  std::string text = properties_of_both();
  text +=
      fmt::format("process.roles=broker,controller\nnode.id=1\nlog.dirs={}/data\n", folder_.path());
  std::string listeners =
      fmt::format("BROKER://{},CONTROLLER://{}", address(port_), address(controller_port_));
  std::string advertised = fmt::format("BROKER://{}", address(port_));
  std::string protocols = "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT";
  if (network_) {
    listeners += fmt::format(",NETWORK://{}", address(network_port_));
    advertised += fmt::format(",NETWORK://{}", address(network_->port()));
    protocols += options_.accounts ? ",NETWORK:SASL_PLAINTEXT" : ",NETWORK:PLAINTEXT";
  }
  text += fmt::format("listeners={}\nadvertised.listeners={}\nlistener.security.protocol.map={}\n",
                      listeners, advertised, protocols);
  if (options_.accounts) {
    text += fmt::format(
        "listener.name.network.sasl.enabled.mechanisms=PLAIN\n"
        "listener.name.network.plain.sasl.jaas.config="
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_{}=\"{}\";\n"
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
        "super.users=User:ANONYMOUS\n"
        "allow.everyone.if.no.acl.found=true\n",
        user, secret);
  }
  return text;
}

// Any 16 bytes in URL-safe base64 are a cluster id; the tool that makes one takes a second.
std::string KafkaServer::cluster_id() const {
  return fmt::format("c2VubmUta2Fma2EtdGVz{}A", generation_);
}

Result<void> KafkaServer::format(const std::string& file) {
  auto tool = ChildProcess::start(
      java("kafka.tools.StorageTool", {"format", "-t", cluster_id(), "-c", file}),
      folder_.file("log"));
  if (!tool) return tl::unexpected(tool.error());
  if (tool->wait(seconds{60}) != 0) {
    return fail(ErrorKind::failed, "formatting Kafka's storage failed:\n" + log());
  }
  return {};
}

Result<void> KafkaServer::lose_its_disk() {
  std::error_code error;
  fs::remove_all(folder_.file("data"), error);
  if (error) return fail(ErrorKind::failed, error.message());
  ++generation_;
  return format(folder_.file(first_file));
}

Result<void> KafkaServer::start() {
  auto process =
      ChildProcess::start(java("kafka.Kafka", {folder_.file(first_file)}), folder_.file("log"));
  if (!process) return tl::unexpected(process.error());
  process_ = std::move(*process);
  return wait_until_it_answers(*process_, port_);
}

Result<void> KafkaServer::start_second() {
  auto process =
      ChildProcess::start(java("kafka.Kafka", {folder_.file(second_file)}), folder_.file("log2"));
  if (!process) return tl::unexpected(process.error());
  second_ = std::move(*process);
  return wait_until_it_answers(*second_, second_port_);
}

Result<void> KafkaServer::wait_until_it_answers(ChildProcess& process, int port) {
  const auto until = std::chrono::steady_clock::now() + seconds{60};
  while (std::chrono::steady_clock::now() < until) {
    if (!process.running()) return fail(ErrorKind::failed, "Kafka ended:\n" + log());
    if (port_open(port) && answers(address(port), seconds{1})) return {};
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

void KafkaServer::stop_second() {
  if (second_) second_->stop(seconds{30});
  second_.reset();
}

void KafkaServer::kill_second() {
  if (second_) second_->stop(Duration::zero());
  second_.reset();
}

void KafkaServer::pause() { process_->signal(SIGSTOP); }
void KafkaServer::resume() { process_->signal(SIGCONT); }

}  // namespace senne::test
