#include "app/demo/private_mosquitto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temporary_folder.h"

namespace senne::demo {
namespace {

class PrivateMosquittoTest : public testing::Test {
 protected:
  const test::TemporaryFolder folder_;
  const std::string& parent_ = folder_.path();
};

TEST_F(PrivateMosquittoTest, accepts_connections_on_loopback_once_started) {
  auto broker = PrivateMosquitto::start(parent_);
  ASSERT_TRUE(broker) << broker.error().message;
  EXPECT_TRUE(broker->running());
  EXPECT_TRUE(port_open(broker->port()));
  EXPECT_EQ(broker->url(), "mqtt://127.0.0.1:" + std::to_string(broker->port()));
  EXPECT_TRUE(broker->directory().starts_with(parent_ + "/"));
  EXPECT_THAT(test::read_file(broker->directory() + "/mosquitto.conf"),
              testing::HasSubstr("listener " + std::to_string(broker->port()) + " 127.0.0.1\n"));
}

TEST_F(PrivateMosquittoTest, leaves_nothing_behind) {
  int port = 0;
  {
    auto broker = PrivateMosquitto::start(parent_);
    ASSERT_TRUE(broker) << broker.error().message;
    port = broker->port();
  }
  EXPECT_FALSE(port_open(port));
  EXPECT_TRUE(std::filesystem::is_empty(parent_));
}

TEST_F(PrivateMosquittoTest, two_at_a_time_do_not_disturb_each_other) {
  auto one = PrivateMosquitto::start(parent_);
  auto two = PrivateMosquitto::start(parent_);
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->port(), two->port());
  EXPECT_TRUE(one->running() && two->running());
  *one = std::move(*two);
  EXPECT_TRUE(port_open(one->port()));
}

TEST_F(PrivateMosquittoTest, a_parent_that_is_not_there_is_named) {
  const auto broker = PrivateMosquitto::start(parent_ + "/missing");
  ASSERT_FALSE(broker);
  EXPECT_THAT(broker.error().message, testing::HasSubstr("/missing/senne-mosquitto-"));
  EXPECT_THAT(broker.error().message, testing::EndsWith("No such file or directory"));
}

}  // namespace
}  // namespace senne::demo
