#include "app/monitor/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace senne::monitor {
namespace {

TEST(HttpMessage, a_head_ends_with_an_empty_line) {
  EXPECT_EQ(head_size(""), 0u);
  EXPECT_EQ(head_size("GET / HTTP/1.1\r\nHost: a\r\n"), 0u);
  EXPECT_EQ(head_size("GET / HTTP/1.1\r\n\r\nmore"), 18u);
  EXPECT_EQ(head_size("GET / HTTP/1.1\n\nmore\r\n\r\n"), 16u);
}

TEST(HttpMessage, method_path_and_query_are_taken_from_the_first_line) {
  struct Case {
    const char* line;
    const char* method;
    const char* path;
    const char* query;
  };
  for (const auto& [line, method, path, query] :
       {Case{"GET /readyz?verbose HTTP/1.1", "GET", "/readyz", "verbose"},
        Case{"HEAD /metrics HTTP/1.0", "HEAD", "/metrics", ""},
        Case{"GET /a?b?c=d HTTP/1.1", "GET", "/a", "b?c=d"},
        Case{"GET /? HTTP/1.1", "GET", "/", ""},
        Case{"GET http://senne.example:9464/livez?x HTTP/1.1", "GET", "/livez", "x"}}) {
    const auto request = parse_head(std::string(line) + "\r\nHost: a b\r\n\r\n");
    ASSERT_TRUE(request) << line;
    EXPECT_EQ(request->method, method) << line;
    EXPECT_EQ(request->path, path) << line;
    EXPECT_EQ(request->query, query) << line;
  }
}

TEST(HttpMessage, what_is_no_request_is_none) {
  for (const char* head :
       {"\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET  HTTP/1.1\r\n\r\n", "GET / HTTP/2\r\n\r\n",
        "GET metrics HTTP/1.1\r\n\r\n", "GET http://host HTTP/1.1\r\n\r\n", "* * *\r\n\r\n"}) {
    EXPECT_FALSE(parse_head(head)) << head;
  }
}

TEST(HttpMessage, an_answer_says_its_length_also_to_head) {
  const HttpAnswer answer{.status = 405, .body = "no\n", .allow = "GET, HEAD"};
  const std::string head =
      "HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Length: 3\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
      "Allow: GET, HEAD\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(to_bytes(answer, false), head + "no\n");
  EXPECT_EQ(to_bytes(answer, true), head);
}

}  // namespace
}  // namespace senne::monitor
