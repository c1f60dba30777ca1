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
  while (ports.size() < 3) ports.insert(free_port());
  auto port = ports.begin();
  server->port_ = *port++;
  server->controller_port_ = *port++;
  server->network_port_ = *port;
  if (options.network) {
    auto network = FaultProxy::start(server->network_port_);
    if (!network) return tl::unexpected(network.error());
    server->network_ = std::move(*network);
  }
  if (auto formatted = server->format(); !formatted) return tl::unexpected(formatted.error());
  if (auto started = server->start(); !started) return tl::unexpected(started.error());
  return server;
}

std::string KafkaServer::address(int port) { return fmt::format("127.0.0.1:{}", port); }

// One node that is broker and controller. The internal topics are small so that it starts fast, and
// transactions that time out are found within a second.
std::string KafkaServer::properties() const {
  std::string text = fmt::format(R"(process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{0}
controller.listener.names=CONTROLLER
inter.broker.listener.name=BROKER
log.dirs={1}/data
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
                                 address(controller_port_), folder_.path());
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

Result<void> KafkaServer::format() {
  const std::string file = folder_.write("server.properties", properties());
  // Any 16 bytes in URL-safe base64 are a cluster id; the tool that makes one takes a second.
  const std::string id = fmt::format("c2VubmUta2Fma2EtdGVz{}A", generation_);
  auto tool = ChildProcess::start(java("kafka.tools.StorageTool", {"format", "-t", id, "-c", file}),
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
  return format();
}

Result<void> KafkaServer::start() {
  auto process = ChildProcess::start(java("kafka.Kafka", {folder_.file("server.properties")}),
                                     folder_.file("log"));
  if (!process) return tl::unexpected(process.error());
  process_ = std::move(*process);
  return wait_until_it_answers();
}

Result<void> KafkaServer::wait_until_it_answers() {
  const auto until = std::chrono::steady_clock::now() + seconds{60};
  while (std::chrono::steady_clock::now() < until) {
    if (!process_->running()) return fail(ErrorKind::failed, "Kafka ended:\n" + log());
    if (port_open(port_) && answers(bootstrap(), seconds{1})) return {};
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

}  // namespace senne::test
