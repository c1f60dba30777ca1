#include "app/monitor/listen_address.h"

#include <gtest/gtest.h>

namespace senne::monitor {
namespace {

TEST(ListenAddress, host_and_port_come_apart_and_together) {
  const std::vector<std::pair<std::string, ListenAddress>> cases = {
      {"127.0.0.1:9464", {"127.0.0.1", 9464}},
      {"localhost:0", {"localhost", 0}},
      {"node-1.example:65535", {"node-1.example", 65535}},
      {"[::1]:9464", {"::1", 9464}},
      {"[::]:1", {"::", 1}},
      {"[2001:db8::10]:80", {"2001:db8::10", 80}},
  };
  for (const auto& [text, expected] : cases) {
    const auto address = parse_listen_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->host, expected.host) << text;
    EXPECT_EQ(address->port, expected.port) << text;
    EXPECT_EQ(address->text(), text);
  }
}

TEST(ListenAddress, what_does_not_plainly_say_where_is_none) {
  for (const char* text : {"",
                           "9464",
                           ":9464",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:http",
                           "127.0.0.1:9464s",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1: 1",
                           "::1:9464",
                           "[::1]",
                           "[::1]:",
                           "[]:1",
                           "[127.0.0.1]:1",
                           "[::1:9464",
                           "::1]:9464",
                           "127.0.0.1:0,0.0.0.0:0",
                           "a b:1",
                           "http://a:1",
                           "a/b:1"}) {
    EXPECT_FALSE(parse_listen_address(text)) << text;
  }
}

}  // namespace
}  // namespace senne::monitor
