// As much of HTTP/1.1 (RFC 9112) as pages for GET need: the head of a request, and an answer.
//
// THREAD  any; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace senne::monitor {

struct HttpRequest {
  std::string method;
  std::string path;   // as sent, not decoded
  std::string query;  // behind the question mark
};

struct HttpAnswer {
  int status = 200;
  std::string_view type = "text/plain; charset=utf-8";
  std::string body = {};
  std::string_view allow = {};  // with status 405
};

// Where the head that `text` begins with ends, the empty line included; 0 while that has not come.
std::size_t head_size(std::string_view text);

// Nothing for what is no request of HTTP/1.
std::optional<HttpRequest> parse_head(std::string_view head);

// As bytes; the connection ends with it. An answer to HEAD has no body but says how long it is.
std::string to_bytes(const HttpAnswer& answer, bool to_head);

}  // namespace senne::monitor
