// Stand-ins for what surrounds the receive path, each as small as the tests need.
#pragma once

#include <fmt/format.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/logging.h"
#include "ingest/appender.h"
#include "ingest/mqtt/transport.h"

namespace senne::testing {

// A log in memory; says what it is told to say.
class FakeLog final : public ingest::Appender {
 public:
  struct Entry {
    RecordKind kind{};
    RouteIndex route{};
    std::string topic{};
    std::string payload{};
    std::uint64_t payload_length = 0;
    bool duplicate = false;
    bool retained = false;
    std::string user_properties{};
    Id128 configuration{};
  };

  ingest::Append append_message(const Message& message) override {
    return append({.kind = RecordKind::message,
                   .route = message.route,
                   .topic = std::string(message.topic),
                   .payload = std::string(message.payload),
                   .payload_length = message.payload_length,
                   .duplicate = message.duplicate,
                   .retained = message.retained,
                   .user_properties = std::string(message.user_properties)});
  }
  ingest::Append append_connected() override { return append({.kind = RecordKind::connected}); }
  ingest::Append append_configuration(Id128 hash) override {
    return append({.kind = RecordKind::configuration, .configuration = hash});
  }
  bool try_append_tick() override {
    return append({.kind = RecordKind::tick}) != ingest::Append::exhausted;
  }
  std::uint64_t capacity_bytes() const override { return capacity; }
  std::uint64_t used_bytes() const override { return used; }
  bool disk_full() const override { return on_full_disk; }

  std::vector<Entry> entries;
  ingest::Append answer = ingest::Append::done;
  std::uint64_t capacity = 1000;
  std::uint64_t used = 0;
  bool on_full_disk = false;

 private:
  ingest::Append append(Entry entry) {
    if (answer != ingest::Append::exhausted) entries.push_back(std::move(entry));
    return answer;
  }
};

// A broker connection that does nothing until the test says what the broker does.
class FakeTransport final : public ingest::MqttTransport {
 public:
  void listen(ingest::MqttListener& listener) override { broker = &listener; }
  Result<void> connect() override {
    ++connects;
    if (!connect_error.empty()) return fail(ErrorKind::failed, connect_error);
    return {};
  }
  Result<void> subscribe(std::span<const Subscription> subscriptions) override {
    asked.emplace_back(subscriptions.begin(), subscriptions.end());
    if (!subscribe_error.empty()) return fail(ErrorKind::failed, subscribe_error);
    return {};
  }
  Result<void> unsubscribe(std::span<const std::string> filters) override {
    unsubscribed.emplace_back(filters.begin(), filters.end());
    return {};
  }
  Result<void> publish(std::string_view topic, std::string_view payload) override {
    if (!publish_error.empty()) return fail(ErrorKind::failed, publish_error);
    published.emplace_back(topic, payload);
    return {};
  }
  void disconnect() override {
    ++disconnects;
    if (answers_disconnect) broker->disconnected();
  }
  std::string address() const override { return "broker.example:1883"; }

  ingest::MqttListener* broker = nullptr;
  int connects = 0;
  int disconnects = 0;
  bool answers_disconnect = true;
  std::string connect_error;
  std::string subscribe_error;
  std::string publish_error;
  std::vector<std::vector<Subscription>> asked;
  std::vector<std::vector<std::string>> unsubscribed;
  std::vector<std::pair<std::string, std::string>> published;
};

// Keeps every line as `event name=value ...`.
class RecordingLogger final : public Logger {
 public:
  void write(Severity, std::string_view event, std::string_view sentence,
             std::initializer_list<LogField> fields) override {
    std::string line = fmt::format("{} \"{}\"", event, sentence);
    for (const LogField& field : fields) {
      line += fmt::format(" {}=", field.name);
      std::visit([&line](const auto& value) { line += fmt::format("{}", value); }, field.value);
    }
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }
  // The lines of an event, or all.
  std::vector<std::string> lines(std::string_view event = {}) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    for (const std::string& line : lines_) {
      if (line.starts_with(event)) found.push_back(line);
    }
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

}  // namespace senne::testing
