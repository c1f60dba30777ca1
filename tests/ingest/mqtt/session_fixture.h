// A session on a broker, a log, a disk and a clock that a test plays by hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/mqtt/session.h"
#include "tests/ingest/mqtt/fakes.h"
#include "tests/support/memory_storage.h"

namespace senne::testing {

struct SessionTest : ::testing::Test {
  static constexpr std::uint64_t seed = 7;

  ingest::MqttSettings settings;
  FakeLog log;
  FakeTransport transport;
  MemoryStorage storage;
  ManualClock clock{instant_from_nanos(1'700'000'000'000'000'000)};
  RecordingLogger logger;
  int exits = 0;
  int takeovers = 0;
  std::vector<Subscription> filters{{"city/#", 1}};
  ingest::Receiver receiver{log, std::make_shared<const ingest::RouteTable>(routes()),
                            [this] { ++exits; }};
  std::unique_ptr<ingest::Session> session;

  void SetUp() override {
    settings.client_id = "senne-test";
    settings.password = "hunter2";
    start();
  }
  static std::vector<Route> routes() {
    Route route;
    route.name = "city";
    route.topic = "city/#";
    return {route};
  }
  // As a process would at its start.
  void start() {
    session = std::make_unique<ingest::Session>(
        settings, ingest::Session::Parts{transport, receiver, log, storage, clock, logger}, filters,
        seed);
    session->on_taken_over([this] { ++takeovers; });
  }
  // Twice: the transport answers some calls of the first time at once.
  ingest::SessionState step() {
    session->do_work();
    session->do_work();
    return session->state();
  }
  ingest::MqttListener& broker() { return *transport.broker; }
  ingest::SessionState accept(bool session_present, std::vector<int> granted = {1}) {
    broker().connected(session_present);
    step();
    if (session->state() == ingest::SessionState::subscribing) broker().subscribed(granted);
    return step();
  }
  ingest::SessionState connect(bool session_present = true) {
    session->want(true);
    step();
    return accept(session_present);
  }
  ingest::Received deliver(std::string_view topic = "city/1") {
    ingest::Delivery delivery;
    delivery.topic = topic;
    delivery.payload = "{}";
    return broker().message(delivery);
  }
  // Until the back-off is over and the next attempt was made.
  Duration wait_for_retry() {
    const Duration pause = session->do_work();
    EXPECT_EQ(session->state(), ingest::SessionState::backing_off);
    clock.advance(pause);
    step();
    return pause;
  }
};

}  // namespace senne::testing
