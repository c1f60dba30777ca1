#include "app/monitor/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "app/monitor/http_get.h"
#include "app/monitor/sockets.h"

namespace senne::monitor {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

Descriptor connection_to(int port) {
  auto connected = connect_to({"127.0.0.1", static_cast<std::uint16_t>(port)}, 30s);
  EXPECT_TRUE(connected) << connected.error().message;
  return connected ? std::move(*connected) : Descriptor();
}

// The whole answer to one request, headers and all.
std::string answer_to(int port, const std::string& request) {
  const Descriptor connection = connection_to(port);
  std::string answer;
  if (send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL) ==
      static_cast<ssize_t>(request.size())) {
    std::array<char, 4096> bytes;
    for (ssize_t got = 0; (got = recv(connection.get(), bytes.data(), bytes.size(), 0)) > 0;) {
      answer.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }
  return answer;
}

std::string get(int port, const std::string& target) {
  return answer_to(port, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

std::string body(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "no answer" : answer.substr(end + 4);
}

class FixedSource final : public MetricsSource {
 public:
  void collect(std::vector<prometheus::MetricFamily>& families) override {
    MetricsSnapshot snapshot;
    snapshot.routes.push_back({.route = "lora", .messages = ++scrapes_});
    append_families(snapshot, families);
  }

  std::uint64_t scrapes() const { return scrapes_; }

 private:
  std::uint64_t scrapes_ = 0;  // without a lock: the server must not collect twice at a time
};

const ListenAddress anywhere{"127.0.0.1", 0};

class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = HttpServer::start(anywhere, source_, readiness_);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  void set_all(bool ok, std::string_view sentence) {
    for (std::size_t i = 0; i < condition_names.size(); ++i) {
      readiness_.set(static_cast<Condition>(i), ok, sentence);
    }
  }

  ManualClock clock_{Instant{}};
  Readiness readiness_{clock_};
  FixedSource source_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, port_0_takes_a_free_one_and_says_which) {
  EXPECT_GT(server_->port(), 0);
  EXPECT_EQ(server_->url(), "http://127.0.0.1:" + std::to_string(server_->port()));
}

TEST_F(HttpServerTest, metrics_are_prometheus_text) {
  const std::string answer = get(server_->port(), "/metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(body(answer), HasSubstr("senne_ingest_messages_total{route=\"lora\"} "));
  EXPECT_THAT(answer, HasSubstr("Content-Length: " + std::to_string(body(answer).size()) + "\r\n"));
}

TEST_F(HttpServerTest, livez_answers_also_when_not_ready) {
  set_all(false, "away");
  EXPECT_THAT(get(server_->port(), "/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpServerTest, readyz_is_503_until_ready_and_says_why) {
  set_all(false, "away");
  EXPECT_THAT(get(server_->port(), "/readyz"), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_EQ(body(get(server_->port(), "/readyz")), "not ready\n");
  set_all(true, "well");
  readiness_.set(Condition::kafka, false, "no broker answers");
  EXPECT_EQ(body(get(server_->port(), "/readyz?verbose")),
            "[+] mqtt: well\n[-] kafka: no broker answers, since 1970-01-01T00:00:00Z\n"
            "[+] journal: well\n[+] clock: well\n[+] shard: well\nnot ready\n");
  set_all(true, "well");
  EXPECT_THAT(get(server_->port(), "/readyz"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(body(get(server_->port(), "/readyz")), "ready\n");
}

TEST_F(HttpServerTest, anything_else_is_not_found) {
  for (const char* target : {"/", "/metrics/", "/metrics/x", "/livezz", "/../etc/passwd", "/etc",
                             "/%2e%2e/%2e%2e/etc/passwd"}) {
    const std::string answer = get(server_->port(), target);
    EXPECT_THAT(answer, testing::AnyOf(StartsWith("HTTP/1.1 404 "), StartsWith("HTTP/1.1 400 ")))
        << target;
    EXPECT_THAT(answer, testing::Not(HasSubstr("root:"))) << target;
  }
}

TEST_F(HttpServerTest, the_console_is_not_in_this_version) {
  EXPECT_EQ(body(get(server_->port(), "/")),
            "the console is not in this version; there are /metrics, /livez and /readyz?verbose\n");
}

TEST_F(HttpServerTest, only_reading_methods_are_answered) {
  const std::string head = answer_to(server_->port(), "HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(body(head), "");
  for (const char* method : {"POST", "PUT", "DELETE"}) {
    EXPECT_THAT(answer_to(server_->port(), std::string(method) + " /metrics HTTP/1.1\r\nHost: a\r\n"
                                                                 "Content-Length: 0\r\n\r\n"),
                StartsWith("HTTP/1.1 405 "))
        << method;
  }
}

TEST_F(HttpServerTest, nonsense_does_not_stop_it) {
  EXPECT_THAT(answer_to(server_->port(), "\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer_to(server_->port(), std::string(100'000, 'a')), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(get(server_->port(), "/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpServerTest, many_scrapes_at_a_time_are_collected_one_by_one) {
  const std::uint64_t before = source_.scrapes();
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([this] {
      for (int j = 0; j < 10; ++j) {
        EXPECT_THAT(get(server_->port(), "/metrics"), StartsWith("HTTP/1.1 200 OK\r\n"));
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(source_.scrapes(), before + 40);
}

TEST_F(HttpServerTest, readers_that_send_nothing_or_take_nothing_keep_nobody_waiting) {
  std::vector<Descriptor> silent;
  for (std::size_t i = 0; i < HttpConnections::connections_max - 2; ++i) {
    silent.push_back(connection_to(server_->port()));
    const std::string_view half = "GET /metrics";
    send(silent.back().get(), half.data(), half.size(), MSG_NOSIGNAL);
  }
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THAT(get(server_->port(), "/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, HttpConnections::default_patience);
}

TEST_F(HttpServerTest, who_comes_beyond_the_limit_is_served_once_patience_with_others_is_over) {
  auto listener = listen_at(anywhere);
  ASSERT_TRUE(listener) << listener.error().message;
  const int port = port_of(*listener);
  HttpConnections connections(
      std::move(*listener), [](const HttpRequest&) { return HttpAnswer{.body = "served\n"}; },
      200ms);
  AgentRunner runner("http", connections);
  runner.start();
  std::vector<Descriptor> silent;
  for (std::size_t i = 0; i < HttpConnections::connections_max; ++i) {
    silent.push_back(connection_to(port));
  }
  EXPECT_EQ(body(get(port, "/")), "served\n");
  std::array<char, 1> byte;
  EXPECT_EQ(recv(silent.front().get(), byte.data(), byte.size(), 0), 0) << "its patience is over";
}

TEST_F(HttpServerTest, a_page_of_any_size_arrives_whole) {
  const std::string large(16 << 20, 'x');
  const auto server = HttpServer::start(anywhere, source_, readiness_,
                                        {{"/large", "text/plain", [&] { return large; }}});
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ(http_get((*server)->url(), "/large").value_or(""), large);
  const auto absent = http_get((*server)->url(), "/absent");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().message, (*server)->url() + "/absent: HTTP/1.1 404 Not Found");
}

TEST_F(HttpServerTest, listens_at_an_ipv6_address) {
  const auto server = HttpServer::start({"::1", 0}, source_, readiness_);
  if (!server && server.error().message.find("family") != std::string::npos) {
    GTEST_SKIP() << server.error().message;
  }
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ((*server)->url(), "http://[::1]:" + std::to_string((*server)->port()));
  EXPECT_EQ(http_get((*server)->url(), "/livez").value_or(""), "ok\n");
}

TEST_F(HttpServerTest, nobody_at_an_address_is_an_error_with_the_address) {
  const std::string url = server_->url();
  server_.reset();
  const auto gone = http_get(url, "/livez");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().message, url + "/livez: connection refused");
}

TEST_F(HttpServerTest, a_port_in_use_is_named) {
  const ListenAddress taken{"127.0.0.1", static_cast<std::uint16_t>(server_->port())};
  const auto second = HttpServer::start(taken, source_, readiness_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::failed);
  EXPECT_EQ(second.error().message, "http.listen " + taken.text() + ": address already in use");
}

TEST_F(HttpServerTest, an_address_that_is_not_ours_is_refused) {
  const auto other = HttpServer::start({"192.0.2.1", 0}, source_, readiness_);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message, "http.listen 192.0.2.1:0: cannot assign requested address");
  const auto unknown = HttpServer::start({"no-such-host.invalid", 0}, source_, readiness_);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, StartsWith("http.listen no-such-host.invalid:0: "));
}

TEST_F(HttpServerTest, the_port_is_free_again_once_it_is_gone) {
  auto first = HttpServer::start(anywhere, source_, readiness_);
  ASSERT_TRUE(first) << first.error().message;
  const ListenAddress same{"127.0.0.1", static_cast<std::uint16_t>((*first)->port())};
  EXPECT_THAT(get(same.port, "/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
  first->reset();
  const auto again = HttpServer::start(same, source_, readiness_);
  ASSERT_TRUE(again) << again.error().message;
}

TEST_F(HttpServerTest, it_listens_on_loopback_only_when_told_so) {
  // 127.0.0.2 is loopback too, but it is not where this server was told to listen.
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(server_->port()));
  ASSERT_EQ(inet_pton(AF_INET, "127.0.0.2", &address.sin_addr), 1);
  EXPECT_NE(connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  close(connection);
}

}  // namespace
}  // namespace senne::monitor
