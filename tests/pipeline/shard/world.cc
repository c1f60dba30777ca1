#include "tests/pipeline/shard/world.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "core/check.h"
#include "ingest/route_table.h"

namespace senne::testing {
namespace {

using namespace std::chrono_literals;

constexpr Duration turn = 50ms;
constexpr Id128 configuration_hash{1, 1};

PipelineConfiguration default_configuration() {
  Mapping mapping;
  mapping.device.pointer = "/id";
  mapping.has_time = true;
  mapping.time.at = "/ts";
  mapping.time.form = TimeForm::epoch_ms;
  mapping.sequence = "/n";
  MappingReading reading;
  reading.at = "/v";
  reading.property = "air_temperature";
  reading.unit = "Cel";
  mapping.readings.push_back(reading);

  Route route;
  route.name = "test";
  route.topic = "test/#";
  route.format = Format::mapping;
  route.provider = "test";
  route.mapping = std::make_shared<Mapping>(mapping);

  WindowDefinition window;
  window.name = "10s";
  window.length = 10s;
  window.lateness = 2s;
  window.max_wait = 20s;
  window.revise_for = 30s;

  PipelineConfiguration configuration;
  configuration.instance = "test";
  configuration.routes.push_back(route);
  configuration.windows.push_back(window);
  return configuration;
}

}  // namespace

class World::Notes final : public pipeline::LogIdentity {
 public:
  Notes(ingest::Journal& journal, std::optional<Position>& adopted)
      : journal_(journal), adopted_(adopted) {}
  Id128 id() const override { return journal_.identity().id; }
  bool has_committed() const override { return journal_.identity().has_committed; }
  std::string cluster_id() const override { return journal_.identity().cluster_id; }
  Result<void> note_committed(const std::string& cluster_id) override {
    return journal_.note_committed(cluster_id);
  }
  std::optional<Position> adopted() const override { return adopted_; }
  Result<void> forget_adopted() override {
    adopted_.reset();
    return {};
  }

 private:
  ingest::Journal& journal_;
  std::optional<Position>& adopted_;
};

class World::Source final : public ConfigurationSource {
 public:
  explicit Source(const PipelineConfiguration& configuration)
      : configuration_(std::make_shared<PipelineConfiguration>(configuration)) {}
  Result<std::shared_ptr<const PipelineConfiguration>> load(Id128) override {
    return configuration_;
  }

 private:
  std::shared_ptr<const PipelineConfiguration> configuration_;
};

World::World(pipeline::ShardSettings settings)
    : configuration(default_configuration()), settings_(settings) {
  journal_settings.max_bytes = 16 << 20;
  journal_settings.reserve_bytes = 1 << 20;
}

World::~World() { kill(); }

void World::boot() {
  settings_.log_capacity_bytes = journal_settings.max_bytes;
  source_ = std::make_unique<Source>(configuration);
  auto opened = ingest::Journal::open(*journal_files_, journal_settings, clock);
  if (!opened) std::fprintf(stderr, "%s\n", opened.error().message.c_str());
  SENNE_CHECK(opened);
  journal_ = std::move(*opened);
  notes_ = std::make_unique<Notes>(*journal_, adopted);
  snapshots_ = std::make_unique<pipeline::SnapshotStore>(*snapshot_files_);
  std::array<sinks::Encoding, topic_count> encoding;
  encoding.fill(sinks::Encoding::protobuf);
  encoder_ = std::make_unique<sinks::Encoder>("test", encoding);
  auto quarantine = pipeline::Quarantine::open(*journal_files_);
  SENNE_CHECK(quarantine);
  quarantine_ = std::move(*quarantine);
  const auto make_sink = [this, made = cluster->factory("senne.test")] {
    return decorate_sink ? decorate_sink(made()) : made();
  };
  shard_ = std::make_unique<pipeline::Shard>(
      *journal_, *notes_, make_sink, decorate ? decorate(*encoder_) : *encoder_, *source_,
      configuration_hash, *snapshots_, *quarantine_, clock, logger_, settings_);
  idle_ = Duration::zero();
  journal_->append_configuration(configuration_hash);
  journal_->append_connected();
}

void World::lose_snapshots() {
  const auto names = snapshot_files_->list();
  for (const std::string& name : *names) {
    SENNE_CHECK(snapshot_files_->remove(name));
  }
}

void World::kill() {
  shard_.reset();
  encoder_.reset();
  quarantine_.reset();
  snapshots_.reset();
  notes_.reset();
  journal_.reset();
}

void World::stop() {
  shard_->begin_drain();
  SENNE_CHECK(settle());
  shard_->on_close();
  kill();
}

void World::publish(int device, int n, double value) {
  const std::int64_t time_ms = 1'790'000'000'000 + 100 * std::int64_t{n};
  publish_bytes(
      fmt::format("test/{}", device),
      fmt::format(R"({{"id":"dev-{}","n":{},"ts":{},"v":{}}})", device, n, time_ms, value));
}

void World::publish_bytes(std::string_view topic, std::string_view payload, bool duplicate) {
  Message message;
  message.route = RouteIndex{0};
  message.topic = topic;
  message.payload = payload;
  message.payload_length = payload.size();
  message.duplicate = duplicate;
  SENNE_CHECK(journal_->append_message(message) == ingest::Append::done);
}

void World::step() {
  journal_->housekeep();
  if (idle_ <= Duration::zero()) idle_ = shard_->do_work();
  snapshots_->do_work();
}

void World::run(Duration by) {
  for (Duration passed{0}; passed < by; passed += turn) {
    clock.advance(turn);
    idle_ -= turn;
    if (connected) journal_->try_append_tick();
    step();
  }
}

bool World::settle() {
  for (int i = 0; i < 1200; ++i) {
    const auto figures = shard_->figures();
    if (figures.phase == pipeline::Phase::running && figures.committed == journal_->end())
      return true;
    clock.advance(turn);
    idle_ = Duration::zero();
    step();
  }
  return false;
}

std::vector<v1::ObservationCollection> World::observations() const {
  std::vector<v1::ObservationCollection> collections;
  for (const sinks::MemoryRecord& record : cluster->records(Topic::observations)) {
    SENNE_CHECK(collections.emplace_back().ParseFromString(record.value));
  }
  return collections;
}

std::vector<std::string> World::final_windows() const {
  std::map<std::tuple<std::string, std::string, std::int64_t>, v1::WindowResult> latest;
  for (const sinks::MemoryRecord& record : cluster->records(Topic::aggregates)) {
    v1::WindowResult result;
    SENNE_CHECK(result.ParseFromString(record.value));
    auto& known = latest[{result.subject_id(), result.window(), result.start().seconds()}];
    if (known.revision().seconds() <= result.revision().seconds()) known = result;
  }
  std::vector<std::string> texts;
  for (auto& [key, result] : latest) {
    result.clear_revision();
    result.clear_final_after();
    texts.push_back(fmt::format("{} {} {} n={} mean={:.9g} min={} max={}", result.subject_id(),
                                result.window(), result.start().seconds(), result.count(),
                                result.statistics().at("mean"), result.statistics().at("min"),
                                result.statistics().at("max")));
  }
  return texts;
}

}  // namespace senne::testing
