// senne demo: a private MQTT broker, an embedded Kafka and a simulated Brussels, with a live view
// of what Senne makes of them.

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "app/city/city_configuration.h"
#include "app/city/publisher.h"
#include "app/commands/command.h"
#include "app/demo/private_mosquitto.h"
#include "app/demo/view.h"
#include "app/instance.h"
#include "app/logging/json_logger.h"
#include "ingest/receiver.h"
#include "senne/v1/window.pb.h"
#include "sinks/kafka/consumer.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;

// A folder that goes with this object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "senne-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() { remove(); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  void remove() const {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

 private:
  std::string path_;
};

// Follows the window results on the cluster, as a consumer of them would.
class LatestWindows {
 public:
  LatestWindows(sinks::KafkaSettings kafka, Logger& logger) {
    thread_ = std::thread([this, kafka = std::move(kafka), &logger] {
      const std::string topic = sinks::topic_name(kafka, Topic::aggregates);
      const auto done = sinks::read_topic(
          kafka, topic, sinks::FromBeginning{},
          [this](const sinks::ConsumedRecord& record) { take(record.value); },
          [this] { return !stopping_.load(); }, logger);
      if (!done) logger.write(Severity::warning, "demo_consumer", done.error().message);
    });
  }
  ~LatestWindows() {
    stopping_.store(true);
    thread_.join();
  }

  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return {lines_.begin(), lines_.end()};
  }

 private:
  static constexpr std::size_t kept = 6;

  void take(std::string_view value) {
    v1::WindowResult result;
    if (!result.ParseFromArray(value.data(), static_cast<int>(value.size()))) return;
    const auto mean = result.statistics().find("mean");
    if (mean == result.statistics().end()) return;
    const std::lock_guard lock(mutex_);
    lines_.push_back(fmt::format("{} {} mean {:.4g} {} n={}", result.subject_id(), result.window(),
                                 mean->second, result.unit(), result.count()));
    if (lines_.size() > kept) lines_.pop_front();
  }

  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::deque<std::string> lines_;
  std::thread thread_;
};

struct DemoOptions {
  city::CityOptions city;
  std::uint64_t seconds = 0;  // 0: until a signal
};

// Redraws once a second until a signal, a failure, or the time asked for.
std::optional<Error> watch(const DemoOptions& options, Instance& instance,
                           city::CityPublisher& city, LatestWindows& windows,
                           const std::string& mqtt_url, const Clock& clock) {
  demo::LiveView view(stdout);
  demo::DemoFigures figures;
  figures.metrics_url = instance.http_url() + "/metrics";
  figures.kafka_address = instance.bootstrap_servers();
  figures.mqtt_url = mqtt_url;
  figures.city_devices = options.city.devices;
  const Duration begun = clock.monotonic();
  Duration before_at = begun;
  monitor::MetricsSnapshot before = instance.metrics();
  for (;;) {
    const int number = wait_for_signal(1s);
    if (number == SIGINT || number == SIGTERM) return std::nullopt;
    if (auto failure = instance.failure()) return failure;
    const Duration now = clock.monotonic();
    monitor::MetricsSnapshot snapshot = instance.metrics();
    demo::take_over(snapshot, before, now - before_at, figures);
    std::erase_if(figures.routes, [](const demo::RouteRates& route) {
      return route.route == ingest::no_route_name && route.messages == 0;
    });
    figures.running = now - begun;
    figures.not_ready_because = instance.obstacle();
    figures.windows_closed = snapshot.topics[static_cast<std::size_t>(Topic::aggregates)].records;
    figures.latest_windows = windows.lines();
    figures.city_published.clear();
    const city::PublisherFigures published = city.figures();
    for (std::size_t i = 0; i < city::kind_names.size(); ++i) {
      const std::uint64_t count = published.counts.of(static_cast<city::Kind>(i));
      if (count > 0) figures.city_published.push_back({std::string(city::kind_names[i]), count});
    }
    view.show(figures);
    before = std::move(snapshot);
    before_at = now;
    if (options.seconds > 0 && now - begun >= std::chrono::seconds{options.seconds}) {
      return std::nullopt;
    }
  }
}

int demo(const DemoOptions& options) {
  block_signals();
  const SystemClock clock;
  JsonLogger logger(STDERR_FILENO, clock, Severity::warning);
  const TemporaryFolder folder;
  if (folder.path().empty()) {
    return report({ErrorKind::failed, "cannot make a temporary folder"});
  }
  auto broker = demo::PrivateMosquitto::start(folder.path());
  if (!broker) return report(broker.error());

  city::ConfigurationPlaces places;
  places.data_dir = folder.path() + "/data";
  places.mqtt_url = broker->url();
  const auto path = city::write_city_configuration(options.city, places, folder.path());
  if (!path) return report(path.error());
  auto configuration = load_configuration(*path);
  if (!configuration) return report(configuration.error());
  // A demonstration does not need the room that a city's outage does.
  configuration->journal.max_bytes = 256ull << 20;

  auto instance = Instance::create(*configuration, clock, logger);
  if (!instance) return report(instance.error());
  (*instance)->start();
  fmt::print("senne demo: MQTT broker {}, Kafka {}, metrics {}/metrics\n", broker->url(),
             (*instance)->bootstrap_servers(), (*instance)->http_url());
  fmt::print("configuration {}\n", *path);
  std::fflush(stdout);
  auto city = city::CityPublisher::start(options.city, configuration->mqtt, clock);
  if (!city) return report(city.error());

  std::optional<Error> failure;
  {
    sinks::KafkaSettings kafka = configuration->kafka;
    kafka.bootstrap_servers = (*instance)->bootstrap_servers();
    LatestWindows windows(kafka, logger);
    failure = watch(options, **instance, **city, windows, broker->url(), clock);
    fmt::print("ending: the city, then Senne, then its broker\n");
    std::fflush(stdout);
  }
  (*city)->stop(5s);
  const bool ended = (*instance)->stop();
  const int status = failure ? report(*failure) : 0;
  if (!ended) {
    // A thread still uses what stands here; the broker's process dies with this one.
    folder.remove();
    std::_Exit(status);
  }
  return status;
}

}  // namespace

Command demo_command() {
  auto options = std::make_shared<DemoOptions>();
  options->city.speed = 30;
  return {.name = "demo",
          .help = "a simulated Brussels through an embedded Kafka, with a live view",
          .options = {{.names = "--devices",
                       .into = &options->city.devices,
                       .help = "how many devices",
                       .value = "N",
                       .range = Range::positive},
                      {.names = "--speed",
                       .into = &options->city.speed,
                       .help = "devices report this many times as often as real ones",
                       .value = "N",
                       .range = Range::positive},
                      {.names = "--seed",
                       .into = &options->city.seed,
                       .help = "of the chance in it",
                       .value = "S"},
                      {.names = "--seconds",
                       .into = &options->seconds,
                       .help = "end after so long; default: at Ctrl-C",
                       .value = "N"}},
          .action = [options] { return demo(*options); }};
}

}  // namespace senne::app
