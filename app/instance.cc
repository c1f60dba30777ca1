#include "app/instance.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <thread>

#include "app/configuration/configuration_store.h"
#include "app/journal_notes.h"
#include "app/ledger_report.h"
#include "app/monitor/http_server.h"
#include "app/received_counts.h"
#include "app/version.h"
#include "core/agent.h"
#include "core/posix_storage.h"
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
constexpr Duration clock_parted_max = 60s;
// Beyond the shutdown time-out, for a call to Kafka that is about to return.
constexpr Duration answer_patience = 2s;
constexpr Duration sink_patience = 3s;  // a commit takes milliseconds

// The journal's syncing and recycling, in a thread of its own.
class Keeper final : public Agent {
 public:
  Keeper(ingest::Journal& journal, Duration interval)
      : journal_(journal), interval_(interval > Duration::zero() ? interval : Duration{50ms}) {}
  Duration do_work() override {
    journal_.housekeep();
    return interval_;
  }
  void on_close() override { journal_.housekeep(); }

 private:
  ingest::Journal& journal_;
  const Duration interval_;
};

// Runs a function at intervals.
class Periodic final : public Agent {
 public:
  Periodic(Duration interval, std::function<void()> work)
      : interval_(interval), work_(std::move(work)) {}
  Duration do_work() override {
    work_();
    return interval_;
  }

 private:
  const Duration interval_;
  const std::function<void()> work_;
};

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

Result<std::unique_ptr<Storage>> folder(const std::string& path) {
  auto storage = PosixStorage::open(path);
  if (!storage) return tl::unexpected(storage.error());
  return std::unique_ptr<Storage>(std::move(*storage));
}

// Two instances that share a folder would each take the other's journal for their own.
Result<void> claim_directory(Storage& data, const Configuration& configuration) {
  const auto owner = data.read_whole(instance_file);
  if (!owner && owner.error().kind == ErrorKind::not_found) {
    return data.write_whole(instance_file, configuration.instance + "\n");
  }
  if (!owner) return tl::unexpected(owner.error());
  const std::string_view name = std::string_view(*owner).substr(0, owner->find('\n'));
  if (name == configuration.instance) return {};
  return fail(ErrorKind::configuration,
              fmt::format("data_dir {} belongs to instance {}, this is {}: give each its own",
                          configuration.data_dir, name, configuration.instance));
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

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
  std::string ledger() const;
  void collect(std::vector<prometheus::MetricFamily>& families) override;
  monitor::MetricsSnapshot metrics() const;

  Configuration configuration;
  const Clock& clock;
  Logger& logger;
  monitor::Readiness readiness;

  std::unique_ptr<Storage> data;  // holds the lock
  std::unique_ptr<Storage> journal_files;
  std::unique_ptr<Storage> snapshot_files;
  std::unique_ptr<Storage> configuration_files;
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
  std::unique_ptr<Keeper> keeper;
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
  std::string temporary_root;  // removed at the end; empty unless embedded

  std::atomic<bool> configured{false};  // the log names our configuration
  std::atomic<bool> stopping{false};
  std::atomic<bool> taken_over{false};
};

// Each step opens what the next one stands on; the first that fails leaves nothing half-written.

Result<void> Instance::Parts::open_storage() {
  std::error_code error;
  std::filesystem::create_directories(configuration.data_dir, error);
  if (error) {
    return fail(ErrorKind::failed,
                fmt::format("data_dir {}: {}", configuration.data_dir, error.message()));
  }
  const auto open = [&](std::unique_ptr<Storage>& into, const std::string& path) -> Result<void> {
    auto opened = folder(path);
    if (!opened) return tl::unexpected(opened.error());
    into = std::move(*opened);
    return {};
  };
  if (auto done = open(data, configuration.data_dir); !done) return done;
  if (auto locked = data->lock(); !locked) return locked;
  if (auto claimed = claim_directory(*data, configuration); !claimed) return claimed;

  std::string root = configuration.data_dir;
  if (configuration.embedded()) {
    // The mock cluster's offsets do not outlive it, so neither may what refers to them; what a kill
    // left behind goes now.
    for (const auto& entry : std::filesystem::directory_iterator(configuration.data_dir, error)) {
      if (!entry.path().filename().string().starts_with("embedded-")) continue;
      std::error_code ignored;
      std::filesystem::remove_all(entry.path(), ignored);
    }
    root += fmt::format("/embedded-{}", to_hex(random_id()));
    std::filesystem::create_directory(root, error);
    temporary_root = root;
  }
  if (auto done = open(journal_files, root + "/journal"); !done) return done;
  if (auto done = open(snapshot_files, root + "/snapshots"); !done) return done;
  if (auto done = open(configuration_files, root + "/configurations"); !done) return done;

  configurations = std::make_unique<ConfigurationStore>(*configuration_files);
  auto hash = configurations->save(configuration.pipeline);
  if (!hash) return tl::unexpected(hash.error());
  configuration_hash = *hash;

  auto opened = ingest::Journal::open(*journal_files, configuration.journal, clock);
  if (!opened) return tl::unexpected(opened.error());
  journal = std::move(*opened);
  notes = std::make_unique<JournalNotes>(*journal, *journal_files);
  snapshots = std::make_unique<pipeline::SnapshotStore>(*snapshot_files);
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
      configuration.mqtt, ingest::Session::Parts{**paho, *receiver, *journal, *data, clock, logger},
      filters(configuration.pipeline), seed);
  transport = std::move(*paho);
  ticker = std::make_unique<ingest::Ticker>(*journal, clock, [this] { return session->link_up(); });
  keeper = std::make_unique<Keeper>(*journal, configuration.journal.sync_interval);
  monitor = std::make_unique<Periodic>(monitor_interval, [this] { watch(); });

  auto listening = monitor::HttpServer::start(
      fmt::format("{}:{}", configuration.http.host, configuration.http.port), *this, readiness,
      {{"/ledger", "application/json", [this] { return ledger(); }}});
  if (!listening) return tl::unexpected(listening.error());
  http = std::move(*listening);
  return data->write_whole(http_address_file, http->url());
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
  if (auto removed = data->remove(http_address_file); !removed) {
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

// The one place that looks at all parts: says whether the instance is ready, and lets MQTT in once
// the position is owned.
void Instance::Parts::watch() {
  const pipeline::ShardFigures figures = shard->figures();
  const bool running = figures.phase == pipeline::Phase::running;
  if (running && !configured.load(std::memory_order_relaxed)) {
    if (receiver->reconfigure(routes, configuration_hash) != ingest::Append::exhausted) {
      configured.store(true, std::memory_order_relaxed);
      session->want(true);
    }
  }
  using monitor::Condition;
  const Duration waiting = shard->waiting();
  const bool answering = waiting < sink_patience;
  const bool unobstructed = running && figures.obstacle.empty() && answering;
  readiness.set(Condition::kafka, unobstructed,
                unobstructed ? "committing"
                : answering  ? figures.obstacle
                             : fmt::format("no answer for {:.0f} s while {}", seconds(waiting),
                                          running ? "committing" : pipeline::name(figures.phase)));
  readiness.set(Condition::shard, running && !figures.failure, pipeline::name(figures.phase));
  const bool connected = session->state() == ingest::SessionState::connected;
  const std::string trouble = session->trouble();
  readiness.set(Condition::mqtt, connected,
                connected            ? "connected to broker"
                : !trouble.empty()   ? std::string_view(trouble)
                : !configured.load() ? "stays away until the position in Kafka is owned"
                                     : name(session->state()));
  const std::uint64_t used = journal->used_bytes();
  const bool room = used < journal->capacity_bytes();
  readiness.set(Condition::journal, room,
                fmt::format("{} of {} bytes used{}", used, journal->capacity_bytes(),
                            room ? "" : ": full, the broker keeps what comes"));
  const Duration parted = journal->clock_parted();
  const bool together = parted < clock_parted_max && parted > -clock_parted_max;
  readiness.set(Condition::clock, together,
                together ? "wall clock as expected"
                         : fmt::format("the wall clock has stepped by {:.0f} s", seconds(parted)));
  if (const auto written = snapshots->status(); !written) {
    logger.write(Severity::error, "snapshot_failed", written.error().message);
  }
}

monitor::MetricsSnapshot Instance::Parts::metrics() const {
  const pipeline::ShardFigures figures = shard->figures();
  const pipeline::ShardCounters& counters = shard->counters();
  monitor::MetricsSnapshot snapshot;
  std::map<std::string, monitor::RouteFigures> routes_by_name;
  for (const auto& [route, counts] : receiver->counts()) {
    routes_by_name[route].messages = counts.messages;
    routes_by_name[route].bytes = counts.bytes;
  }
  for (const pipeline::RouteAccount& account : figures.pipeline.routes) {
    const std::string name =
        account.route.empty() ? std::string(ingest::no_route_name) : account.route;
    monitor::RouteFigures& route = routes_by_name[name];
    route.decoded = account.decoded;
    route.readings = account.readings;
    route.observations = account.observations;
    route.duplicates = account.duplicates;
    route.dead_letters = account.dead_lettered;
    for (std::size_t i = 0; i < account.partly.size(); ++i)
      route.dead_letters[i] += account.partly[i];
    route.suppressed = account.suppressed;
  }
  for (auto& [name, route] : routes_by_name) {
    route.route = name;
    snapshot.routes.push_back(std::move(route));
  }
  for (const pipeline::WindowFigures& window : figures.pipeline.windows) {
    snapshot.windows.push_back({window.window, window.counters.missed});
  }
  snapshot.connected = session->metrics().connected.value() > 0;
  snapshot.ready = readiness.ready();
  snapshot.journal_bytes = journal->used_bytes();
  snapshot.journal_capacity_bytes = journal->capacity_bytes();
  const std::uint64_t last = journal->last_sequence().value;
  const std::uint64_t done = figures.pipeline.last_sequence.value;
  snapshot.journal_messages = last > done ? last - done : 0;
  if (figures.committed < journal->end() && figures.committed_receive_time > Instant{}) {
    const Duration age = clock.wall() - figures.committed_receive_time;
    snapshot.journal_oldest_uncommitted_s = std::max(0.0, seconds(age));
  }
  snapshot.open_windows = figures.pipeline.open_windows;
  snapshot.datastreams = figures.pipeline.datastreams;
  snapshot.watermark_lag_s = seconds(figures.pipeline.watermark_lag);
  for (std::size_t i = 0; i < topic_count; ++i) {
    const Topic topic = static_cast<Topic>(i);
    snapshot.topics.push_back(
        {sinks::topic_name(configuration.kafka, topic), encoder->records(topic).value()});
  }
  snapshot.commits_committed = counters.committed.value();
  snapshot.commits_aborted = counters.aborted.value();
  snapshot.commits_fenced = counters.fenced.value();
  snapshot.commit_duration = monitor::DurationFigures::of(counters.commit_duration);
  snapshot.end_to_end_latency = monitor::DurationFigures::of(counters.end_to_end_latency);
  snapshot.version = version;
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

Instance::Parts::~Parts() {
  stop();
  // The journal's mappings go before their folder.
  http.reset();
  transport.reset();
  session.reset();
  receiver.reset();
  shard.reset();
  snapshots.reset();
  notes.reset();
  journal.reset();
  if (temporary_root.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(temporary_root, ignored);
}

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

std::string Instance::obstacle() const {
  const std::string text = parts_->readiness.verbose();
  constexpr std::string_view mark = "[-] ";
  const std::size_t unmet = text.find(mark);
  if (unmet == std::string::npos) return {};
  const std::size_t begin = unmet + mark.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::string Instance::http_url() const { return parts_->http->url(); }

std::string Instance::bootstrap_servers() const {
  return parts_->configuration.kafka.bootstrap_servers;
}

}  // namespace senne::app
