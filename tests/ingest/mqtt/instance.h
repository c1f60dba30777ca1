// The ingest half of one process, wired as in production: Paho, session, receiver, journal, keeper,
// ticker, each in its thread.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/agent.h"
#include "core/posix_storage.h"
#include "ingest/journal/journal.h"
#include "ingest/mqtt/paho_transport.h"
#include "ingest/mqtt/session.h"
#include "ingest/ticker.h"
#include "tests/ingest/mqtt/fakes.h"
#include "tests/support/eventually.h"
#include "tests/support/temporary_folder.h"

namespace senne::testing {

struct Arrived {
  RouteIndex route;
  std::string topic;
  std::string payload;
  bool duplicate = false;
  bool retained = false;
  std::string user_properties;
};

class Instance {
 public:
  // The folder outlives the instance, as a data directory does.
  Instance(const test::TemporaryFolder& directory, const ingest::MqttSettings& settings,
           const std::vector<Subscription>& filters,
           const ingest::JournalSettings& journal_settings = small_journal())
      : storage_(std::move(*PosixStorage::open(directory.path()))),
        journal_(std::move(*ingest::Journal::open(*storage_, journal_settings, clock_))),
        receiver_(*journal_, std::make_shared<const ingest::RouteTable>(routes_for(filters)),
                  [] { _exit(1); }),
        transport_(std::move(*ingest::PahoTransport::create(settings))),
        session_(settings, {*transport_, receiver_, *journal_, *storage_, clock_, logger}, filters,
                 1),
        read_(journal_->begin()) {
    session_.on_event([this] { session_runner_.wake(); });
    keeper_runner_.start();
    ticker_runner_.start();
    session_runner_.start();
    session_.want(true);
  }
  ~Instance() { stop(); }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // A clean stop.
  void stop() {
    session_runner_.stop();
    transport_.reset();
    ticker_runner_.stop();
    keeper_runner_.stop();
  }

  bool await(ingest::SessionState state) {
    return test::eventually([&] { return session_.state() == state; });
  }
  // Reads on until that many messages have arrived in all.
  bool await_messages(std::size_t count) {
    return test::eventually([&] {
      read();
      return messages.size() >= count;
    });
  }
  // Reads what is there, without waiting.
  void read() {
    while (true) {
      const auto records = journal_->poll(read_, 1000);
      ASSERT_TRUE(records) << records.error().message;
      if (records->empty()) return;
      for (const Record& record : *records) note(record);
    }
  }
  // What was read may be overwritten.
  void release() { journal_->release(read_); }

  ingest::Session& session() { return session_; }
  ingest::Receiver& receiver() { return receiver_; }
  ingest::Journal& journal() { return *journal_; }

  RecordingLogger logger;
  std::vector<Arrived> messages;
  std::vector<RecordKind> kinds;

  static ingest::JournalSettings small_journal() {
    ingest::JournalSettings settings;
    settings.max_bytes = 64 << 20;
    settings.reserve_bytes = 8 << 20;
    return settings;
  }
  static std::vector<Route> routes_for(const std::vector<Subscription>& filters) {
    std::vector<Route> routes;
    for (const Subscription& filter : filters) {
      Route route;
      route.name = filter.filter;
      route.topic = filter.filter;
      route.qos = filter.qos;
      routes.push_back(route);
    }
    return routes;
  }

 private:
  class Keeper final : public Agent {
   public:
    explicit Keeper(ingest::Journal& journal) : journal_(journal) {}
    Duration do_work() override {
      journal_.housekeep();
      return std::chrono::milliseconds{5};
    }

   private:
    ingest::Journal& journal_;
  };

  void note(const Record& record) {
    read_ = record.next;
    kinds.push_back(record.kind);
    if (record.kind != RecordKind::message) return;
    const Message& message = record.message;
    messages.push_back({message.route, std::string(message.topic), std::string(message.payload),
                        message.duplicate, message.retained, std::string(message.user_properties)});
  }

  SystemClock clock_;
  std::unique_ptr<PosixStorage> storage_;
  std::unique_ptr<ingest::Journal> journal_;
  ingest::Receiver receiver_;
  std::unique_ptr<ingest::PahoTransport> transport_;
  ingest::Session session_;
  ingest::Ticker ticker_{*journal_, clock_, [this] { return session_.link_up(); }};
  Keeper keeper_{*journal_};
  AgentRunner session_runner_{"session", session_};
  AgentRunner ticker_runner_{"ticker", ticker_};
  AgentRunner keeper_runner_{"keeper", keeper_};
  Position read_;
};

}  // namespace senne::testing
