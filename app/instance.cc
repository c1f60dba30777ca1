#include "app/instance.h"

#include <fmt/format.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "app/conditions.h"
#include "app/configuration/configuration_store.h"
#include "app/data_directory.h"
#include "app/figures.h"
#include "app/journal_notes.h"
#include "app/ledger_report.h"
#include "app/monitor/http_server.h"
#include "app/periodic.h"
#include "app/received_counts.h"
#include "core/agent.h"
#include "ingest/journal/journal.h"
#include "ingest/mqtt/paho_transport.h"
#include "ingest/mqtt/session.h"
#include "ingest/ticker.h"
#include "pipeline/shard.h"
#include "sinks/encoder.h"
#include "sinks/kafka/embedded_cluster.h"
#include "sinks/kafka/kafka_sink.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;

constexpr Duration monitor_interval = 200ms;
// The keeper's own pace where every append syncs by itself.
constexpr Duration keeper_interval = 50ms;
// Beyond the shutdown time-out, for a call to Kafka that is about to return.
constexpr Duration answer_patience = 2s;

pipeline::ShardSettings shard_settings(const Configuration& configuration) {
  pipeline::ShardSettings settings;
  settings.commit_interval = configuration.kafka.commit_interval;
  settings.log_capacity_bytes = configuration.journal.max_bytes;
  settings.snapshot_bytes =
      std::min<std::uint64_t>(settings.snapshot_bytes, configuration.journal.max_bytes / 8);
  return settings;
}

std::vector<Subscription> filters(const PipelineConfiguration& configuration) {
  std::vector<Subscription> wanted;
  for (const Route& route : configuration.routes) wanted.push_back({route.topic, route.qos});
  return wanted;
}

// A call to a Kafka that does not answer cannot be interrupted: false, and the thread still runs.
bool ends_within(AgentRunner& runner, Duration patience) {
  auto ended = std::make_shared<std::promise<void>>();
  std::future<void> done = ended->get_future();
  std::thread([&runner, ended] {
    runner.stop();
    ended->set_value();
  }).detach();
  return done.wait_for(patience) == std::future_status::ready;
}

[[noreturn]] void leave_unacknowledged() {
  static constexpr char line[] = "journal reserve exhausted: leaving without acknowledging\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
  _exit(1);
}

}  // namespace

class Instance::Parts final : public monitor::MetricsSource {
 public:
  Parts(const Configuration& configuration_, const Clock& clock_, Logger& logger_)
      : configuration(configuration_), clock(clock_), logger(logger_), readiness(clock_) {}
  ~Parts() override;

  Result<void> open_storage();
  Result<void> open_cluster();
  Result<void> build();
  void start();
  bool stop();
  Result<void> reload(const Configuration& next);
  void watch();
  void admit();
  std::string ledger() const;
  void collect(std::vector<prometheus::MetricFamily>& families) override;
  monitor::MetricsSnapshot metrics() const;

  Configuration configuration;
  const Clock& clock;
  Logger& logger;
  monitor::Readiness readiness;

  // Each stands on what is declared before it and goes before that.
  std::unique_ptr<DataDirectory> data;
  std::unique_ptr<ConfigurationStore> configurations;
  Id128 configuration_hash;
  std::unique_ptr<ingest::Journal> journal;
  std::unique_ptr<JournalNotes> notes;
  std::unique_ptr<pipeline::SnapshotStore> snapshots;

  std::unique_ptr<sinks::EmbeddedCluster> embedded;
  std::unique_ptr<sinks::Encoder> encoder;
  std::unique_ptr<pipeline::Shard> shard;

  std::unique_ptr<ingest::Receiver> receiver;
  std::unique_ptr<ingest::Session> session;
  std::unique_ptr<ingest::MqttTransport> transport;
  std::unique_ptr<ingest::Ticker> ticker;
  std::unique_ptr<Periodic> keeper;
  std::unique_ptr<Periodic> monitor;
  std::unique_ptr<monitor::HttpServer> http;

  // Threads, in the order of starting; ended in the other.
  std::unique_ptr<AgentRunner> keeper_thread;
  std::unique_ptr<AgentRunner> snapshot_thread;
  std::unique_ptr<AgentRunner> shard_thread;
  std::unique_ptr<AgentRunner> session_thread;
  std::unique_ptr<AgentRunner> ticker_thread;
  std::unique_ptr<AgentRunner> monitor_thread;

  std::shared_ptr<const ingest::RouteTable> routes;

  std::atomic<bool> configured{false};  // the log names our configuration
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

  configurations = std::make_unique<ConfigurationStore>(data->configurations());
  auto hash = configurations->save(configuration.pipeline);
  if (!hash) return tl::unexpected(hash.error());
  configuration_hash = *hash;

  auto opened = ingest::Journal::open(data->journal(), configuration.journal, clock);
  if (!opened) return tl::unexpected(opened.error());
  journal = std::move(*opened);
  notes = std::make_unique<JournalNotes>(*journal, data->journal());
  snapshots = std::make_unique<pipeline::SnapshotStore>(data->snapshots());
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
  encoder = std::make_unique<sinks::Encoder>(configuration.instance, configuration.kafka.encoding);
  shard = std::make_unique<pipeline::Shard>(
      *journal, *notes,
      sinks::make_kafka_sink_factory(configuration.kafka, configuration.instance, logger), *encoder,
      *configurations, configuration_hash, *snapshots, clock, logger,
      shard_settings(configuration));

  routes = std::make_shared<ingest::RouteTable>(configuration.pipeline.routes);
  receiver = std::make_unique<ingest::Receiver>(*journal, routes, leave_unacknowledged);
  auto received = count_received(*journal, journal->identity().id, *snapshots, *configurations,
                                 configuration_hash);
  if (!received) return tl::unexpected(received.error());
  receiver->restore_counts(*received);

  auto paho = ingest::PahoTransport::create(configuration.mqtt);
  if (!paho) return tl::unexpected(paho.error());
  const std::uint64_t seed = random_id().low;
  session = std::make_unique<ingest::Session>(
      configuration.mqtt,
      ingest::Session::Parts{**paho, *receiver, *journal, data->top(), clock, logger},
      filters(configuration.pipeline), seed);
  transport = std::move(*paho);
  ticker = std::make_unique<ingest::Ticker>(*journal, clock, [this] { return session->link_up(); });
  const Duration sync_interval = configuration.journal.sync_interval;
  const auto housekeep = [this] { journal->housekeep(); };
  keeper = std::make_unique<Periodic>(sync_interval > 0s ? sync_interval : keeper_interval,
                                      housekeep, housekeep);
  monitor = std::make_unique<Periodic>(monitor_interval, [this] { watch(); });

  auto listening =
      monitor::HttpServer::start(configuration.http, *this, readiness,
                                 {{"/ledger", "application/json", [this] { return ledger(); }}});
  if (!listening) return tl::unexpected(listening.error());
  http = std::move(*listening);
  return data->top().write_whole(http_address_file, http->url());
}

void Instance::Parts::start() {
  const auto run = [](std::unique_ptr<AgentRunner>& runner, const char* name, Agent& agent) {
    runner = std::make_unique<AgentRunner>(name, agent);
  };
  run(keeper_thread, "keeper", *keeper);
  run(snapshot_thread, "snapshots", *snapshots);
  run(shard_thread, "shard", *shard);
  run(session_thread, "session", *session);
  run(ticker_thread, "ticker", *ticker);
  run(monitor_thread, "monitor", *monitor);
  journal->on_sync_requested([this] { keeper_thread->wake(); });
  journal->on_request_met([this] { shard_thread->wake(); });
  session->on_event([this] { session_thread->wake(); });
  session->on_taken_over([this] { taken_over.store(true); });
  for (auto* runner : {&keeper_thread, &snapshot_thread, &shard_thread, &session_thread,
                       &ticker_thread, &monitor_thread}) {
    (*runner)->start();
  }
}

bool Instance::Parts::stop() {
  if (stopping.exchange(true) || !keeper_thread) return true;
  monitor_thread->stop();
  session->want(false);
  session_thread->stop();
  ticker_thread->stop();
  transport.reset();

  shard->begin_drain();
  shard_thread->wake();
  const Duration until = clock.monotonic() + configuration.shutdown_timeout;
  // Before the position was owned nothing came in, so there is nothing to wait for.
  while (configured.load() && clock.monotonic() < until) {
    const pipeline::ShardFigures figures = shard->figures();
    if (figures.drained || figures.failure) break;
    std::this_thread::sleep_for(5ms);
  }
  const bool ended = ends_within(*shard_thread, answer_patience);
  if (ended) snapshot_thread->stop();
  keeper_thread->stop();  // syncs what is only in the journal
  http.reset();
  if (auto removed = data->top().remove(http_address_file); !removed) {
    logger.write(Severity::warning, "address_file", removed.error().message);
  }
  return ended;
}

Result<void> Instance::Parts::reload(const Configuration& next) {
  if (!configured.load()) return fail(ErrorKind::failed, "reload: the instance is still starting");
  if (next.instance != configuration.instance) {
    return fail(ErrorKind::configuration, "reload: instance cannot change without a restart");
  }
  const auto hash = configurations->save(next.pipeline);
  if (!hash) return tl::unexpected(hash.error());
  auto table = std::make_shared<ingest::RouteTable>(next.pipeline.routes);
  if (receiver->reconfigure(table, *hash) == ingest::Append::exhausted) {
    return fail(ErrorKind::failed, "reload: the journal is full");
  }
  session->subscribe_to(filters(next.pipeline));
  session_thread->wake();
  logger.write(Severity::info, "reloaded",
               "routes, windows and devices are in force; other settings need a restart",
               {{"configuration", to_hex(*hash)}});
  return {};
}

// Lets MQTT in once the position is owned.
void Instance::Parts::admit() {
  if (configured.load(std::memory_order_relaxed)) return;
  if (shard->figures().phase != pipeline::Phase::running) return;
  if (receiver->reconfigure(routes, configuration_hash) == ingest::Append::exhausted) return;
  configured.store(true, std::memory_order_relaxed);
  session->want(true);
}

void Instance::Parts::watch() {
  admit();
  judge(look_at(*shard, *session, *journal, configured.load(std::memory_order_relaxed)), readiness);
  if (const auto written = snapshots->status(); !written) {
    logger.write(Severity::error, "snapshot_failed", written.error().message);
  }
}

monitor::MetricsSnapshot Instance::Parts::metrics() const {
  const Counted parts{*receiver, *session, *journal, *shard, *encoder, configuration.kafka};
  monitor::MetricsSnapshot snapshot = figures_of(parts, clock.wall());
  snapshot.ready = readiness.ready();
  return snapshot;
}

std::string Instance::Parts::ledger() const {
  // The shard's figures first: what is received meanwhile then counts as in the journal.
  const pipeline::ShardFigures figures = shard->figures();
  return ledger_json(configuration.instance, "process", receiver->counts(), figures.pipeline) +
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
  return parts_->shard->figures().failure;
}

monitor::MetricsSnapshot Instance::metrics() const { return parts_->metrics(); }

bool Instance::ready() const { return parts_->readiness.ready(); }

std::string Instance::obstacle() const { return parts_->readiness.obstacle(); }

std::string Instance::http_url() const { return parts_->http->url(); }

std::string Instance::bootstrap_servers() const {
  return parts_->configuration.kafka.bootstrap_servers;
}

}  // namespace senne::app
