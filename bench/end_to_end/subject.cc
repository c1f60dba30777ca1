#include "bench/end_to_end/subject.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "bench/floor/progress.h"

namespace senne::bench {
namespace {

using namespace std::chrono_literals;

constexpr Duration patience = 30s;

// The smallest configuration of a city's network: one route, ten-minute windows.
constexpr const char* configuration = R"(instance: bench
data_dir: {{data_dir}}
shutdown_timeout: 2s
mqtt: {{url: "{}"}}
journal: {{max_bytes: 2GiB}}
kafka:
  bootstrap_servers: "{}"
  topics: {{partitions: 12, replication: 1}}
routes:
  - name: lora
    topic: {}
    format: tts-v3
    units: {{temperature: Cel}}
windows:
  - {{name: 10min, length: 10min, lateness: 5min, max_wait: 30min, revise_for: 10min}}
http: {{listen: "127.0.0.1:0"}}
)";

std::uint64_t count(const test::SenneProcess& process, const std::string& series) {
  return static_cast<std::uint64_t>(process.metric(series));
}

}  // namespace

std::string Subject::mqtt_url() const { return fmt::format("mqtt://127.0.0.1:{}", broker_.port()); }

Result<std::unique_ptr<BareLoop>> BareLoop::start(const std::string& bootstrap_servers,
                                                  const std::string& kafka_topic) {
  auto broker = testing::MosquittoServer::start();
  if (!broker) return tl::unexpected(broker.error());
  auto publisher = UplinkPublisher::connect(broker->port());
  if (!publisher) return tl::unexpected(publisher.error());
  std::unique_ptr<BareLoop> loop(new BareLoop(std::move(*broker), std::move(*publisher)));

  const test::TemporaryFolder& folder = loop->folder_;
  auto process = ChildProcess::start({SENNE_FLOOR_BINARY, loop->mqtt_url(), uplink_filter,
                                      bootstrap_servers, kafka_topic, folder.file("progress")},
                                     folder.file("log"));
  if (!process) return tl::unexpected(process.error());
  loop->process_ = std::move(*process);
  loop->progress_ = &map_progress(folder.file("progress"));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (loop->progress_->subscribed.load() == 0) {
    if (!loop->process_->running() || std::chrono::steady_clock::now() > until) {
      return fail(ErrorKind::failed, "the bare loop does not start");
    }
    std::this_thread::sleep_for(10ms);
  }
  return loop;
}

BareLoop::~BareLoop() {
  if (process_) process_->stop(5s);
}

std::uint64_t BareLoop::delivered() const { return progress_->delivered.load(); }

Result<std::unique_ptr<Senne>> Senne::start(const std::string& bootstrap_servers) {
  auto broker = testing::MosquittoServer::start();
  if (!broker) return tl::unexpected(broker.error());
  auto publisher = UplinkPublisher::connect(broker->port());
  if (!publisher) return tl::unexpected(publisher.error());
  std::unique_ptr<Senne> senne(new Senne(std::move(*broker), std::move(*publisher)));
  const std::string text =
      fmt::format(fmt::runtime(configuration), senne->mqtt_url(), bootstrap_servers, uplink_filter);
  senne->process_ = std::make_unique<test::SenneProcess>(
      std::map<std::string, std::string>{{"senne.yaml", text}});
  const auto topics = senne->process_->command({"topics", "-c", "senne.yaml", "--create"});
  if (topics.status != 0) {
    return fail(ErrorKind::failed, "senne topics --create: " + topics.out + topics.err);
  }
  senne->launch();
  if (!senne->process_->wait_ready(patience)) {
    return fail(ErrorKind::failed, "senne does not become ready:\n" + senne->process_->log());
  }
  return senne;
}

void Senne::launch() { process_->start(); }

Result<void> Senne::stop() {
  if (const int status = process_->stop(); status == 0) return {};
  return fail(ErrorKind::failed, "senne did not end well:\n" + process_->log());
}

std::uint64_t Senne::delivered() const {
  return count(*process_, R"(senne_sink_records_total{topic="urban.observations.v1"})");
}

std::uint64_t Senne::received() const {
  return count(*process_, R"(senne_ingest_messages_total{route="lora"})");
}

std::uint64_t Senne::mishaps() const {
  return count(*process_, R"(senne_sink_records_total{topic="urban.deadletter.v1"})") +
         count(*process_, R"(senne_pipeline_duplicates_total{route="lora"})") +
         count(*process_, R"(senne_sink_commits_total{outcome="aborted"})");
}

}  // namespace senne::bench
