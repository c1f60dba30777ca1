#include "app/city/publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mqtt/async_client.h>

#include <condition_variable>
#include <map>
#include <mutex>

#include "app/demo/private_mosquitto.h"
#include "core/child_process.h"
#include "tests/support/eventually.h"
#include "tests/support/mosquitto_server.h"

namespace senne::city {
namespace {

using senne::testing::MosquittoServer;
using std::chrono::seconds;
using test::eventually;

constexpr auto patience = seconds{20};

// Subscribes to everything and counts it by topic.
class Listener {
 public:
  explicit Listener(const std::string& address) : client_(address, "listener") {
    client_.set_message_callback([this](const mqtt::const_message_ptr& message) {
      const std::lock_guard lock(mutex_);
      ++by_payload_[message->get_topic() + " " + message->to_string()];
      ++total_;
      changed_.notify_all();
    });
    mqtt::connect_options options;
    options.set_clean_session(false);
    options.set_automatic_reconnect(1, 2);
    options.set_max_inflight(1000);
    client_.connect(options)->wait();
    client_.subscribe("#", 1)->wait();
  }
  ~Listener() { client_.disconnect()->wait_for(seconds{5}); }

  bool wait_for_total(std::uint64_t total) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return total_ >= total; });
  }
  std::uint64_t total() {
    const std::lock_guard lock(mutex_);
    return total_;
  }
  std::uint64_t different() {
    const std::lock_guard lock(mutex_);
    return by_payload_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> by_payload_;
  std::uint64_t total_ = 0;
  mqtt::async_client client_;
};

ingest::MqttSettings settings_for(const std::string& url) {
  ingest::MqttSettings settings;
  settings.url = url;
  return settings;
}

TEST(CityPublisher, everything_that_it_counts_arrives_once) {
  auto broker = demo::PrivateMosquitto::start();
  ASSERT_TRUE(broker) << broker.error().message;
  Listener listener("tcp://127.0.0.1:" + std::to_string(broker->port()));
  const SystemClock clock;
  auto publisher = CityPublisher::start({.rate = 2000}, settings_for(broker->url()), clock);
  ASSERT_TRUE(publisher) << publisher.error().message;
  EXPECT_TRUE(eventually([&] { return (*publisher)->figures().acknowledged > 3000; }));
  EXPECT_TRUE((*publisher)->stop(patience));
  const PublisherFigures figures = (*publisher)->figures();
  EXPECT_EQ(figures.acknowledged, figures.counts.total());
  EXPECT_EQ(figures.in_flight, 0U);
  EXPECT_TRUE(listener.wait_for_total(figures.counts.total()));
  EXPECT_EQ(listener.total(), figures.counts.total());
  EXPECT_GT(figures.counts.of(Kind::good), 2000U);
}

TEST(CityPublisher, no_more_than_its_window_is_under_way) {
  auto broker = demo::PrivateMosquitto::start();
  ASSERT_TRUE(broker) << broker.error().message;
  const SystemClock clock;
  auto publisher = CityPublisher::start({.rate = 50'000}, settings_for(broker->url()), clock, 8);
  ASSERT_TRUE(publisher) << publisher.error().message;
  std::uint64_t most = 0;
  EXPECT_TRUE(eventually([&] {
    const PublisherFigures figures = (*publisher)->figures();
    most = std::max(most, figures.in_flight);
    return figures.acknowledged > 5000;
  }));
  EXPECT_LE(most, 8U);
  EXPECT_TRUE((*publisher)->stop(patience));
}

TEST(CityPublisher, publishes_over_mqtt_3_1_1) {
  auto broker = demo::PrivateMosquitto::start();
  ASSERT_TRUE(broker) << broker.error().message;
  const SystemClock clock;
  ingest::MqttSettings settings = settings_for(broker->url());
  settings.version = 3;
  auto publisher = CityPublisher::start({.rate = 1000}, settings, clock);
  ASSERT_TRUE(publisher) << publisher.error().message;
  EXPECT_TRUE(eventually([&] { return (*publisher)->figures().acknowledged > 500; }));
  EXPECT_TRUE((*publisher)->stop(patience));
}

TEST(CityPublisher, a_broker_that_is_not_there_is_named) {
  const SystemClock clock;
  const std::string url = "mqtt://127.0.0.1:" + std::to_string(free_port());
  const auto publisher = CityPublisher::start({}, settings_for(url), clock);
  ASSERT_FALSE(publisher);
  EXPECT_THAT(publisher.error().message, ::testing::StartsWith(url + ": "));
}

TEST(CityPublisher, goes_on_after_the_broker_was_restarted_and_loses_nothing) {
  SENNE_NEEDS_MOSQUITTO();
  auto broker = MosquittoServer::start();
  ASSERT_TRUE(broker) << broker.error().message;
  const int port = broker->port();
  Listener listener("tcp://127.0.0.1:" + std::to_string(port));
  const SystemClock clock;
  auto publisher = CityPublisher::start(
      {.rate = 1000}, settings_for("mqtt://127.0.0.1:" + std::to_string(port)), clock);
  ASSERT_TRUE(publisher) << publisher.error().message;
  EXPECT_TRUE(eventually([&] { return (*publisher)->figures().acknowledged > 500; }));

  broker->stop();
  EXPECT_TRUE(eventually([&] { return !(*publisher)->figures().connected; }));
  ASSERT_TRUE(broker->start_again());
  const std::uint64_t before = (*publisher)->figures().acknowledged;
  EXPECT_TRUE(eventually([&] { return (*publisher)->figures().acknowledged > before + 1000; }));
  EXPECT_TRUE((*publisher)->stop(patience));
  const CityCounts counts = (*publisher)->figures().counts;
  // At least once: what was under way may come twice. Only duplicates repeat bytes by themselves.
  EXPECT_TRUE(listener.wait_for_total(counts.total()));
  EXPECT_TRUE(eventually([&] {
    return listener.different() + counts.of(Kind::duplicate) + counts.of(Kind::wrong_type) >=
           counts.total();
  })) << listener.different()
      << " of " << counts.total();
}

}  // namespace
}  // namespace senne::city
