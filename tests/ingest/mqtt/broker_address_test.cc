#include "ingest/mqtt/broker_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/mqtt/reason_code.h"

namespace senne::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(BrokerAddressTest, schemes_ports_and_paths) {
  struct Case {
    const char* url;
    const char* uri;
    const char* endpoint;
    bool tls;
  };
  for (const Case& expected : {
           Case{"mqtt://localhost:1884", "tcp://localhost:1884", "localhost:1884", false},
           Case{"mqtt://broker.example", "tcp://broker.example:1883", "broker.example:1883", false},
           Case{"mqtt://broker.example/", "tcp://broker.example:1883", "broker.example:1883",
                false},
           Case{"mqtts://broker.example", "ssl://broker.example:8883", "broker.example:8883", true},
           Case{"wss://b/mqtt", "wss://b:443/mqtt", "b:443", true},
           Case{"ws://b:8080/mqtt", "ws://b:8080/mqtt", "b:8080", false},
           Case{"mqtt://[::1]:1884", "tcp://[::1]:1884", "[::1]:1884", false},
           Case{"mqtt://[::1]", "tcp://[::1]:1883", "[::1]:1883", false},
       }) {
    const Result<BrokerAddress> address = parse_broker_address(expected.url);
    ASSERT_TRUE(address) << expected.url;
    EXPECT_EQ(address->uri, expected.uri);
    EXPECT_EQ(address->endpoint, expected.endpoint);
    EXPECT_EQ(address->tls, expected.tls);
  }
}

TEST(BrokerAddressTest, what_is_no_address_is_refused) {
  for (const char* const url : {"", "broker:1883", "http://broker", "mqtt://", "mqtt://:1883",
                                "mqtt://b:0", "mqtt://b:65536", "mqtt://b:x", "mqtt://b:"}) {
    const Result<BrokerAddress> address = parse_broker_address(url);
    ASSERT_FALSE(address) << url;
    EXPECT_EQ(address.error().kind, ErrorKind::configuration);
    EXPECT_THAT(address.error().message, HasSubstr("mqtt.url"));
  }
}

TEST(BrokerAddressTest, password_in_the_address_is_refused_and_not_repeated) {
  const Result<BrokerAddress> address = parse_broker_address("mqtt://user:hunter2@broker");
  ASSERT_FALSE(address);
  EXPECT_THAT(address.error().message, Not(HasSubstr("hunter2")));
}

TEST(ReasonCodeTest, known_and_unknown_codes) {
  EXPECT_EQ(describe_reason(0x87), "not authorised (0x87)");
  EXPECT_EQ(describe_reason(0xFE), "reason 0xFE");
  EXPECT_EQ(describe_connect_return_code(5), "not authorised (return code 5)");
  EXPECT_EQ(describe_connect_return_code(77), "return code 77");
}

}  // namespace
}  // namespace senne::ingest
