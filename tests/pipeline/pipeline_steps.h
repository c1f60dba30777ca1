// A pipeline stepped by hand: records of a log that nobody keeps, and everything that leaves.
//
// THREAD  one.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/operator.h"
#include "pipeline/pipeline.h"
#include "senne/v1/dead_letter.pb.h"
#include "senne/v1/device.pb.h"
#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"

namespace senne::pipeline {

// Keeps what leaves.
class Output : public Collector {
 public:
  Accepted observations(const Emission&, const v1::ObservationCollection& value) override {
    collections.push_back(value);
    return Accepted::yes;
  }
  Accepted window(const Emission&, const v1::WindowResult& value) override {
    windows.push_back(value);
    return Accepted::yes;
  }
  void device(const Emission&, const v1::DeviceStatus& value) override { devices.push_back(value); }
  void dead_letter(const Emission&, const v1::DeadLetter& value) override {
    letters.push_back(value);
  }
  void command(const DeviceCommand& command) override {
    commands.push_back({std::string(command.topic), std::string(command.payload), command.time});
  }

  std::vector<v1::ObservationCollection> collections;
  std::vector<v1::WindowResult> windows;
  std::vector<v1::DeadLetter> letters;
  std::vector<v1::DeviceStatus> devices;
  struct Command {
    std::string topic;
    std::string payload;
    Instant time;
  };
  std::vector<Command> commands;
};

// A message as a test states it.
struct Said {
  std::string topic = "test/1";
  std::string payload;
  std::uint16_t route = 0;
  bool duplicate = false;
  bool retained = false;
  std::uint64_t missing_bytes = 0;  // over the limit: not kept
};

// Times are seconds after the beginning, which is a whole hour.
class PipelineSteps : public testing::Test, public ConfigurationSource {
 protected:
  static constexpr Instant beginning{std::chrono::seconds{1'790'002'800}};

  static Instant at(double seconds) {
    return beginning + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  }

  // {"id":...,"v":...} with, if there, the epoch seconds in `ts` and a counter in `n`.
  static Route route(std::string name = "test", std::string provider = "test") {
    Mapping mapping;
    mapping.device.pointer = "/id";
    mapping.has_time = true;
    mapping.time.at = "/ts";
    mapping.time.form = TimeForm::epoch_s;
    mapping.sequence = "/n";
    MappingReading reading;
    reading.at = "/v";
    reading.property = "air_temperature";
    reading.unit = "Cel";
    mapping.readings.push_back(reading);
    Route route;
    route.name = std::move(name);
    route.topic = "test/#";
    route.format = Format::mapping;
    route.provider = std::move(provider);
    route.mapping = std::make_shared<Mapping>(mapping);
    return route;
  }
  // 10-second windows: lateness 2 s, max_wait 20 s, revise_for 30 s.
  static WindowDefinition ten_seconds() {
    using namespace std::chrono_literals;
    return {"10s", 10s, 2s, 20s, 30s};
  }
  static PipelineConfiguration one_route() {
    PipelineConfiguration configuration;
    configuration.instance = "test";
    configuration.routes.push_back(route());
    configuration.windows.push_back(ten_seconds());
    return configuration;
  }
  static std::string reading(std::string_view device, double value, double time) {
    return "{\"id\":\"" + std::string(device) + "\",\"v\":" + std::to_string(value) +
           ",\"ts\":" + std::to_string(1'790'002'800 + time) + "}";
  }

  // Under `hash` from now on; in force once a record names it.
  void store(std::uint64_t hash, PipelineConfiguration configuration) {
    configurations_[Id128{0, hash}] =
        std::make_shared<PipelineConfiguration>(std::move(configuration));
  }
  Result<std::shared_ptr<const PipelineConfiguration>> load(Id128 hash) override {
    const auto found = configurations_.find(hash);
    if (found == configurations_.end()) return fail(ErrorKind::not_found, "no such configuration");
    return found->second;
  }

  // Stored as 1 and in force from the beginning.
  void start(PipelineConfiguration configuration = one_route()) {
    store(1, std::move(configuration));
    pipeline = std::make_unique<Pipeline>(*this, Id128{0, 1}, Id128{7, 7});
    ASSERT_FALSE(pipeline->failure());
  }
  // The log from its beginning once more.
  void rewind() {
    position_ = 64;
    messages_ = 0;
  }
  // What a restart makes of the state.
  void restore_from_snapshot() {
    std::string state;
    pipeline->snapshot(state);
    pipeline = std::make_unique<Pipeline>(*this, Id128{0, 1}, Id128{7, 7});
    const auto restored = pipeline->restore(state);
    ASSERT_TRUE(restored) << restored.error().message;
    std::string again;
    pipeline->snapshot(again);
    EXPECT_EQ(again, state);
  }

  void connected(double seconds) { event(RecordKind::connected, seconds); }
  void tick(double seconds) { event(RecordKind::tick, seconds); }
  void configure(std::uint64_t hash, double seconds) {
    event(RecordKind::configuration, seconds, Id128{0, hash});
  }
  void say(const Said& said, double seconds) {
    // A parser reads past the end.
    const std::string padded = said.payload + std::string(payload_padding, ' ');
    Record record = next(RecordKind::message, seconds);
    record.sequence = Sequence{++messages_};
    record.message.route = RouteIndex{said.route};
    record.message.topic = said.topic;
    record.message.payload = std::string_view(padded).substr(0, said.payload.size());
    record.message.payload_length = said.payload.size() + said.missing_bytes;
    record.message.duplicate = said.duplicate;
    record.message.retained = said.retained;
    pipeline->process(record, out);
  }
  void say(std::string payload, double seconds) {
    Said said;
    said.payload = std::move(payload);
    say(said, seconds);
  }

  PipelineFigures figures() const {
    PipelineFigures figures;
    pipeline->figures(figures);
    return figures;
  }
  RouteAccount account(std::string_view route = "test") const {
    for (const RouteAccount& account : figures().routes) {
      if (account.route == route) return account;
    }
    ADD_FAILURE() << "no account of route " << route;
    return {};
  }
  // What every test ends with: nothing is missing from the account.
  void expect_balance() const {
    std::uint64_t messages = 0;
    std::uint64_t letters = 0;
    for (const RouteAccount& account : figures().routes) {
      messages += account.messages();
      letters += account.messages_dead_lettered();
      for (const std::uint64_t count : account.partly) letters += count;
      EXPECT_EQ(account.readings, account.observations + account.duplicates +
                                      account.readings_dead_lettered + account.readings_suppressed)
          << account.route;
    }
    EXPECT_EQ(messages, messages_);
    EXPECT_EQ(letters, out.letters.size());
  }

  std::unique_ptr<Pipeline> pipeline;
  Output out;

 private:
  Record next(RecordKind kind, double seconds) {
    Record record;
    record.position = Position{position_};
    record.next = Position{position_ += 64};
    record.kind = kind;
    record.sequence = Sequence{messages_};
    record.receive_time = at(seconds);
    return record;
  }
  void event(RecordKind kind, double seconds, Id128 configuration = {}) {
    Record record = next(kind, seconds);
    record.configuration = configuration;
    pipeline->process(record, out);
  }

  std::map<Id128, std::shared_ptr<const PipelineConfiguration>> configurations_;
  std::uint64_t position_ = 64;
  std::uint64_t messages_ = 0;
};

}  // namespace senne::pipeline
