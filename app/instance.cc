#include "app/instance.h"

#include <fmt/format.h>
#include <unistd.h>

#include <thread>

#include "app/conditions.h"
#include "app/data_directory.h"
#include "app/engine.h"
#include "app/figures.h"
#include "app/ledger_report.h"
#include "app/monitor/http_server.h"
#include "app/periodic.h"
#include "core/agent.h"
#include "ingest/mqtt/paho_transport.h"
#include "sinks/kafka/embedded_cluster.h"
#include "sinks/kafka/kafka_sink.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;

constexpr Duration monitor_interval = 200ms;
// Beyond the shutdown time-out, for a call to Kafka that is about to return.
constexpr Duration answer_patience = 2s;

[[noreturn]] void leave_unacknowledged() {
  static constexpr char line[] = "journal reserve exhausted: leaving without acknowledging\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
  _exit(1);
}

}  // namespace

class Instance::Parts final : public monitor::MetricsSource {
 public:
  Parts(const Configuration& configuration_, const Clock& clock_, Logger& logger_)
      : as_read(configuration_),
        configuration(configuration_),
        clock(clock_),
        logger(logger_),
        readiness(clock_) {}
  ~Parts() override;

  Result<void> open_storage();
  Result<void> open_cluster();
  Result<void> build();
  Result<void> note_address();
  void start();
  bool stop();
  Result<void> reload(const Configuration& next);
  void watch();
  std::string ledger() const;
  void collect(std::vector<prometheus::MetricFamily>& families) override;
  monitor::MetricsSnapshot metrics() const;

  const Configuration as_read;
  Configuration configuration;  // with the embedded cluster's address
  const Clock& clock;
  Logger& logger;
  monitor::Readiness readiness;

  // Each stands on what is declared before it and goes before that.
  std::unique_ptr<DataDirectory> data;
  std::unique_ptr<sinks::EmbeddedCluster> embedded;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Periodic> monitor;
  std::unique_ptr<monitor::HttpServer> http;

  // Threads, in the order of starting; ended in the other.
  std::unique_ptr<AgentRunner> keeper_thread;
  std::unique_ptr<AgentRunner> snapshot_thread;
  std::unique_ptr<AgentRunner> shard_thread;
  std::unique_ptr<AgentRunner> session_thread;
  std::unique_ptr<AgentRunner> ticker_thread;
  std::unique_ptr<AgentRunner> monitor_thread;

  std::atomic<bool> stopping{false};
  std::atomic<bool> taken_over{false};
};

// Each step opens what the next one stands on; the first that fails leaves nothing half-written.

Result<void> Instance::Parts::open_storage() {
  auto directory = DataDirectory::open(
      configuration.data_dir, configuration.instance,
      configuration.embedded() ? DataDirectory::Content::temporary : DataDirectory::Content::kept);
  if (!directory) return tl::unexpected(directory.error());
  data = std::move(*directory);
  return {};
}

Result<void> Instance::Parts::open_cluster() {
  if (!configuration.embedded()) return {};
  auto started = sinks::EmbeddedCluster::start(configuration.kafka, logger);
  if (!started) return tl::unexpected(started.error());
  embedded = std::move(*started);
  configuration.kafka.bootstrap_servers = embedded->bootstrap_servers();
  configuration.kafka.delivery = sinks::Delivery::at_least_once;
  return {};
}

Result<void> Instance::Parts::build() {
  auto transport = ingest::PahoTransport::create(configuration.mqtt);
  if (!transport) return tl::unexpected(transport.error());
  auto opened = Engine::open(
      configuration,
      {.folders = {data->top(), data->journal(), data->snapshots(), data->configurations()},
       .clock = clock,
       .logger = logger,
       .sinks = sinks::make_kafka_sink_factory(configuration.kafka, configuration.instance, logger),
       .transport = std::move(*transport),
       .seed = random_id().low,
       .on_exhausted = leave_unacknowledged});
  if (!opened) return tl::unexpected(opened.error());
  engine = std::move(*opened);
  monitor = std::make_unique<Periodic>(monitor_interval, [this] { watch(); });

  auto listening =
      monitor::HttpServer::start(configuration.http, *this, readiness,
                                 {{"/ledger", "application/json", [this] { return ledger(); }}});
  if (!listening) return tl::unexpected(listening.error());
  http = std::move(*listening);
  return note_address();
}

// A full disk is no reason not to start: what the journal holds is worked off, and commands that
// look for this process read the disk instead.
Result<void> Instance::Parts::note_address() {
  auto noted = data->top().write_whole(http_address_file, http->url());
  if (noted || noted.error().kind != ErrorKind::no_space) return noted;
  logger.write(Severity::warning, "address_file", noted.error().message);
  return {};
}

void Instance::Parts::start() {
  const auto run = [](std::unique_ptr<AgentRunner>& runner, const char* name, Agent& agent) {
    runner = std::make_unique<AgentRunner>(name, agent);
  };
  run(keeper_thread, "keeper", engine->keeper());
  run(snapshot_thread, "snapshots", engine->snapshots());
  run(shard_thread, "shard", engine->shard());
  run(session_thread, "session", engine->session());
  run(ticker_thread, "ticker", engine->ticker());
  run(monitor_thread, "monitor", *monitor);
  engine->journal().on_sync_requested([this] { keeper_thread->wake(); });
  engine->journal().on_request_met([this] { shard_thread->wake(); });
  engine->session().on_event([this] { session_thread->wake(); });
  engine->session().on_taken_over([this] { taken_over.store(true); });
  for (auto* runner : {&keeper_thread, &snapshot_thread, &shard_thread, &session_thread,
                       &ticker_thread, &monitor_thread}) {
    (*runner)->start();
  }
}

bool Instance::Parts::stop() {
  if (stopping.exchange(true) || !keeper_thread) return true;
  monitor_thread->stop();
  readiness.stop();
  engine->session().want(false);
  session_thread->stop();
  ticker_thread->stop();
  engine->drop_transport();

  engine->shard().begin_drain();
  shard_thread->wake();
  const Duration until = clock.monotonic() + configuration.shutdown_timeout;
  // Before the position was owned nothing came in, so there is nothing to wait for.
  while (engine->admitted() && clock.monotonic() < until) {
    const pipeline::ShardFigures figures = engine->shard().figures();
    if (figures.drained || figures.failure) break;
    std::this_thread::sleep_for(5ms);
  }
  // A call to a Kafka that does not answer cannot be interrupted.
  const bool ended = shard_thread->stop_within(answer_patience);
  if (ended) snapshot_thread->stop();
  keeper_thread->stop();  // syncs what is only in the journal
  http.reset();
  if (auto removed = data->top().remove(http_address_file);
      !removed && removed.error().kind != ErrorKind::not_found) {
    logger.write(Severity::warning, "address_file", removed.error().message);
  }
  return ended;
}

Result<void> Instance::Parts::reload(const Configuration& next) {
  if (next.instance != configuration.instance) {
    return fail(ErrorKind::configuration, "reload: instance cannot change without a restart");
  }
  const auto hash = engine->reload(next.pipeline);
  if (!hash) return tl::unexpected(hash.error());
  session_thread->wake();
  const std::string hash_text = to_hex(*hash);
  logger.write(Severity::info, "reloaded", "routes, windows and devices are in force",
               {{"configuration", std::string_view(hash_text)}});
  const std::string keys = fmt::format("{}", fmt::join(need_restart(as_read, next), ", "));
  if (!keys.empty()) {
    logger.write(Severity::warning, "restart_needed",
                 "Of these keys the values of the start stay in force until a restart",
                 {{"keys", std::string_view(keys)}});
  }
  return {};
}

void Instance::Parts::watch() {
  engine->admit();
  judge(look_at(engine->shard(), engine->session(), engine->journal(), engine->admitted()),
        readiness);
  if (const auto written = engine->snapshots().status(); !written) {
    logger.write(Severity::error, "snapshot_failed", written.error().message);
  }
}

monitor::MetricsSnapshot Instance::Parts::metrics() const {
  const Counted parts{engine->receiver(),     engine->session(), engine->journal(),
                      engine->shard(),        engine->encoder(), configuration.kafka,
                      engine->backlog_since()};
  monitor::MetricsSnapshot snapshot = figures_of(parts, clock.wall());
  snapshot.ready = readiness.ready();
  return snapshot;
}

std::string Instance::Parts::ledger() const {
  // The shard's figures first: what is received meanwhile then counts as in the journal.
  const pipeline::ShardFigures figures = engine->shard().figures();
  return ledger_json(configuration.instance, "process", engine->receiver().counts(),
                     figures.pipeline) +
         "\n";
}

void Instance::Parts::collect(std::vector<prometheus::MetricFamily>& families) {
  monitor::append_families(metrics(), families);
}

Instance::Parts::~Parts() { stop(); }

Instance::Instance(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Instance::~Instance() = default;

Result<std::unique_ptr<Instance>> Instance::create(const Configuration& configuration,
                                                   const Clock& clock, Logger& logger) {
  auto parts = std::make_unique<Parts>(configuration, clock, logger);
  if (auto done = parts->open_storage(); !done) return tl::unexpected(done.error());
  if (auto done = parts->open_cluster(); !done) return tl::unexpected(done.error());
  if (auto done = parts->build(); !done) return tl::unexpected(done.error());
  return std::unique_ptr<Instance>(new Instance(std::move(parts)));
}

Result<void> Instance::reload(const Configuration& next) { return parts_->reload(next); }

void Instance::start() { parts_->start(); }

bool Instance::stop() {
  if (parts_->stop()) return true;
  static_cast<void>(parts_.release());  // a thread still uses it
  return false;
}

std::optional<Error> Instance::failure() const {
  if (parts_->taken_over.load()) {
    return Error{ErrorKind::failed,
                 fmt::format("taken over: another client connected to {} as {}",
                             parts_->configuration.mqtt.url, parts_->configuration.mqtt.client_id)};
  }
  return parts_->engine->shard().figures().failure;
}

monitor::MetricsSnapshot Instance::metrics() const { return parts_->metrics(); }

bool Instance::ready() const { return parts_->readiness.ready(); }

std::string Instance::obstacle() const { return parts_->readiness.obstacle(); }

std::string Instance::http_url() const { return parts_->http->url(); }

std::string Instance::bootstrap_servers() const {
  return parts_->configuration.kafka.bootstrap_servers;
}

}  // namespace senne::app
